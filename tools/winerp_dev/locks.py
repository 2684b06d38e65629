"""Locks between commands; the kernel frees them when their process ends, however it ends."""
import contextlib
import fcntl

from .console import say

EXCLUSIVE = fcntl.LOCK_EX


@contextlib.contextmanager
def exclusive(path, waiting='another ./dev is at it; waiting for it to finish'):
    """Hold the lock at `path` alone; say `waiting` when it takes a while to get it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, 'a') as handle:
        if not try_lock(handle, fcntl.LOCK_EX):
            say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def try_lock(handle, kind):
    """Return whether the lock could be had at once."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def shared(path):
    """Hold the lock at `path` together with others, yield the handle."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, 'a') as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield handle
