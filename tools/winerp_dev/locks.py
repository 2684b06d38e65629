"""Locks between commands; the kernel frees them when their process ends, however it ends."""
import contextlib
import fcntl

from .console import say

EXCLUSIVE, SHARED = fcntl.LOCK_EX, fcntl.LOCK_SH


@contextlib.contextmanager
def exclusive(path, waiting='another ./dev is at it; waiting for it to finish'):
    """Hold the lock at `path` alone; say `waiting` when it takes a while to get it."""
    with opened(path) as handle:
        if not try_lock(handle):
            say(waiting)
            fcntl.flock(handle, EXCLUSIVE)
        yield


@contextlib.contextmanager
def opened(path, kind=None):
    """Yield the file of a lock, which is freed in the end; take it as `kind` first, together with others if SHARED."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, 'a') as handle:
        if kind is not None:
            fcntl.flock(handle, kind)
        yield handle


def try_lock(handle, kind=EXCLUSIVE):
    """Return whether the lock could be had at once."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
