"""The life of one ./dev: what it started and left in TMPDIR goes with it, even when it is killed."""
import contextlib
import os
import shutil
import signal
import tempfile
import time
import uuid
from pathlib import Path

from . import locks, postgres, settings
from .console import Failure, say

FOLDERS = settings.SHORT_HOME / 'runs'
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
    """Live in a folder of our own, which is TMPDIR and the mark for all that is started inside the block."""
    require_home()
    folder = FOLDERS / uuid.uuid4().hex[:8]
    with contextlib.ExitStack() as stack:
        with locks.exclusive(FOLDERS / '.gate'):
            mend()
            stack.enter_context(locks.opened(folder.with_suffix('.lock'), locks.SHARED))
        stack.enter_context(_guard(folder))
        folder.mkdir(mode=0o700)
        stack.callback(_clear, folder)
        stack.callback(_set_environment, dict(os.environ))
        _set_environment({**os.environ, MARK: str(folder), 'TMPDIR': str(folder)})
        yield


def _set_environment(variables):
    os.environ.clear()
    os.environ.update(variables)
    tempfile.tempdir = None  # Python remembers what TMPDIR was


def mend():
    """Stop and clear away what a ./dev that was killed has left."""
    for path in FOLDERS.glob('*.lock'):
        with contextlib.suppress(FileNotFoundError), open(path) as handle:
            if locks.try_lock(handle):
                count = stop_marked(path.with_suffix(''))
                _clear(path.with_suffix(''))
                say(f'an earlier ./dev was killed: what it had started is stopped ({count} processes just now), '
                    'its temporary files are deleted')


def _clear(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_suffix('.lock').unlink(missing_ok=True)


@contextlib.contextmanager
def _guard(folder):
    """Have a process of its own wait for our end, and then stop what we could not, should we be killed."""
    listening, ours = os.pipe()
    guard = os.fork()
    if not guard:
        os.close(ours)
        os.setsid()  # a signal to our group is not for it
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        try:
            os.read(listening, 1)  # the end of the file is ours
            stop_marked(folder)
            postgres.stop_unused()
        finally:
            os._exit(0)
    os.close(listening)
    try:
        yield
    finally:
        os.close(ours)
        os.waitpid(guard, 0)


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
            if f'{MARK}={folder}'.encode() in path.read_bytes().split(b'\0') and int(path.parent.name) != os.getpid():
                found.append(int(path.parent.name))
    return found
