"""What a person sees: steps, progress, and failures in one sentence."""
import contextlib
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
def step(text, hint=''):
    """Announce a step (`hint`: how long or large) and tell how long it took."""
    say(f'{text} ({hint}) ...' if hint else f'{text} ...')
    start = time.monotonic()
    yield
    say(f'  done in {time.monotonic() - start:.1f} s')


class Progress:
    """One line that is rewritten on a terminal, or a line every ten seconds in a log."""

    def __init__(self, interval=10):
        self.on_terminal = sys.stdout.isatty()
        self.interval = 0.5 if self.on_terminal else interval
        self.shown = time.monotonic()

    def update(self, text):
        now = time.monotonic()
        if now - self.shown < self.interval:
            return
        self.shown = now
        if self.on_terminal:
            width = shutil.get_terminal_size().columns - 1
            print('\r' + f'          {text}'[:width].ljust(width), end='', flush=True)
        else:
            say(f'  {text}')

    def close(self):
        if self.on_terminal:
            print('\r' + ' ' * (shutil.get_terminal_size().columns - 1), end='\r', flush=True)


@contextlib.contextmanager
def watch(describe):
    """Show what `describe()` returns while the block runs."""
    progress, stop = Progress(), threading.Event()

    def show():
        while not stop.wait(0.5):
            progress.update(describe())

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        progress.close()


@contextlib.contextmanager
def elapsed(total):
    """Show the seconds gone by while the block runs, of about `total`."""
    start = time.monotonic()
    with watch(lambda: f'{time.monotonic() - start:.0f} s of about {total} s'):
        yield
