"""What a person sees: steps, progress, and failures in one sentence."""
import contextlib
import os
import shutil
import sys
import threading
import time

from . import settings

START = time.monotonic()
DISK_FULL = f'The disk is full: free some space, or put the cache elsewhere with WINERP_DEV_HOME (now {settings.HOME}).'


class Failure(Exception):
    """Something that the user can do something about; its text says what."""


def say(text):
    print(f'[{time.monotonic() - START:6.1f}s] {text}', flush=True)


def warn(text):
    say(f'WARNING: {text}')


@contextlib.contextmanager
def step(text, hint='', progress=None):
    """Announce a step (`hint`: how long or large), show how it gets on, and tell how long it took.

    :param progress: returns what is shown instead of the seconds gone by
    """
    say(f'{text} ({hint}) ...' if hint else f'{text} ...')
    start = time.monotonic()
    with watch(progress or (lambda: f'{time.monotonic() - start:.0f} s')):
        yield
    say(f'  done in {time.monotonic() - start:.1f} s')


@contextlib.contextmanager
def watch(describe):
    """Show what `describe()` returns while the block runs: in place on a terminal, a line every ten seconds in a log."""
    on_terminal, stop = sys.stdout.isatty(), threading.Event()
    width = shutil.get_terminal_size().columns - 1

    def show():
        while not stop.wait(0.5 if on_terminal else 10):
            text = describe()[:100]
            if on_terminal:
                print('\r' + f'          {text}'[:width].ljust(width), end='', flush=True)
            else:
                say(f'  {text}')

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        if on_terminal:
            print('\r' + ' ' * width, end='\r', flush=True)


def require_writable(folder):
    """Fail before the work when its result could not be written, e.g. into a read-only checkout."""
    if not os.access(folder, os.W_OK):
        raise Failure(f'{folder} cannot be written to: work in a copy of the checkout that is yours.')


def delete(path, title):
    """Delete a folder that may be large, as a step of its own."""
    if path.exists():
        with step(title):
            shutil.rmtree(path, ignore_errors=True)


def last_line(log):
    """Return the end of a log that is being written."""
    with contextlib.suppress(OSError, IndexError):
        return log.read_text(errors='replace').splitlines()[-1]
    return ''
