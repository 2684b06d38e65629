"""Locks between commands, and what is made under one; the kernel frees them when their process ends, however it ends."""
import contextlib
import fcntl

from .console import delete, say, step

COMPLETE = '.complete'  # in a folder that was made to the end


@contextlib.contextmanager
def exclusive(path, waiting='another ./dev is at it; waiting for it to finish'):
    """Hold the lock at `path` alone; say `waiting` when it takes a while to get it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, 'a') as handle:
        if not try_lock(handle):
            say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make_once(folder, title, hint, make):
    """Have `make(folder)` fill a folder, unless it is there and complete; return what it told of it."""
    with exclusive(folder.with_name(f'.{folder.name}.lock'), 'another ./dev is setting things up; waiting for it'):
        if not (folder / COMPLETE).exists():
            delete(folder, f'Deleting {folder.name}, which was not complete')
            folder.mkdir(parents=True)
            with step(title, hint):
                told = make(folder)
            (folder / COMPLETE).write_text(told or '')
    return (folder / COMPLETE).read_text()


def try_lock(handle):
    """Return whether the lock could be had at once."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_held(path):
    """Return whether somebody holds the lock at `path`."""
    with open(path) as handle:
        return not try_lock(handle)
