"""The life of one ./dev: what it started and left in TMPDIR goes with it, even when it is killed."""
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from . import locks, postgres, process, settings
from .console import Failure, say

FOLDERS = settings.SHORT_HOME / 'runs'
GATE = FOLDERS / '.gate'  # held while somebody begins, or looks whether he is the last
MARK = 'WINERP_DEV_RUN'  # in the environment of all that is started, the folder of its ./dev
PATIENCE = 8  # seconds that orphans have to end


def require_home():
    """Fail in a sentence when nothing could be kept in the cache folder."""
    home, how = settings.HOME, 'choose another folder with WINERP_DEV_HOME.'
    if not home.is_absolute():
        raise Failure(f'WINERP_DEV_HOME={home} is relative, and would be another folder elsewhere: give a full path.')
    if set(str(home)) & set(',\'"\\\n'):
        raise Failure(f'{home} has a comma, quote or backslash in its name, which Odoo and PostgreSQL misread: {how}')
    try:
        home.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=home).close()
    except (FileExistsError, NotADirectoryError):
        raise Failure(f'{home} is a file or lies below one: {how}') from None
    except OSError as error:
        raise Failure(f'{home} cannot be written to ({error.strerror}): {how}') from None


@contextlib.contextmanager
def alive():
    """Live in a folder of our own, which is TMPDIR and the mark for all that is started inside the block.

    A process of its own waits for our end, and then stops what we have not, even when we are killed.
    """
    require_home()
    folder = FOLDERS / uuid.uuid4().hex[:8]
    with contextlib.ExitStack() as stack:
        with locks.exclusive(GATE):
            mend()
            folder.mkdir(mode=0o700)
            stack.enter_context(locks.exclusive(folder / '.lock'))
        guard = process.start([sys.executable, '-m', __name__, folder], cwd=settings.TOOLS,
                              stdin=subprocess.PIPE, **process.QUIET)
        stack.callback(guard.communicate, b'goodbye')
        os.environ.update({MARK: str(folder), 'TMPDIR': str(folder)})
        yield


def current():
    """Return the name of the ./dev that we belong to."""
    return Path(os.environ[MARK]).name


def is_alive(name):
    path = FOLDERS / name / '.lock'
    return path.exists() and locks.is_held(path)


def guard(folder):
    """Clean up after the ./dev of a folder, which has ended when our input has."""
    goodbye = sys.stdin.read()
    stop_marked(folder)
    with locks.exclusive(GATE):
        if goodbye:  # else it stays, for the next ./dev to tell
            shutil.rmtree(folder, ignore_errors=True)
        if not any(locks.is_held(path) for path in FOLDERS.glob('*/.lock')):
            postgres.stop_all()


def mend():
    """Stop and clear away what a ./dev that was killed has left."""
    for path in FOLDERS.glob('*/.lock'):
        if not locks.is_held(path):
            count = stop_marked(path.parent)
            shutil.rmtree(path.parent, ignore_errors=True)
            say(f'an earlier ./dev was killed: what it had started is stopped ({count} processes just now), '
                'its temporary files are deleted')


def stop_marked(folder):
    """Stop the processes that carry the mark; return how many there were."""
    found = marked(folder)
    for number in (signal.SIGTERM, signal.SIGKILL):
        end = time.monotonic() + PATIENCE
        for pid in marked(folder):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        while marked(folder) and time.monotonic() < end:
            time.sleep(0.1)
    return len(found)


def marked(folder):
    """Return the ids of the processes that were started by the ./dev of a folder."""
    found = []
    for path in Path('/proc').glob('[0-9]*/environ'):
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            if f'{MARK}={folder}'.encode() in path.read_bytes().split(b'\0'):
                found.append(int(path.parent.name))
    return found


if __name__ == '__main__':
    guard(Path(sys.argv[1]))
