"""What a person sees: steps, progress, and failures in one sentence."""
import contextlib
import os
import shutil
import threading
import time

START = time.monotonic()


class Failure(Exception):
    """Something that the user can do something about; its text says what."""


def say(text):
    print(f'[{time.monotonic() - START:6.1f}s] {text}', flush=True)


def warn(text):
    say(f'WARNING: {text}')


@contextlib.contextmanager
def step(text, hint='', progress=None):
    """Announce a step (`hint`: how long or large), show every ten seconds how it gets on, and tell how long it took.

    :param progress: returns what is shown instead of the seconds gone by
    """
    say(f'{text} ({hint}) ...' if hint else f'{text} ...')
    start, stop = time.monotonic(), threading.Event()

    def show():
        while not stop.wait(10):
            say(f'  {progress()[:100]}' if progress else f'  {time.monotonic() - start:.0f} s')

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    say(f'  done in {time.monotonic() - start:.1f} s')


def require_writable(folder):
    """Fail before the work when its result could not be written, e.g. into a read-only checkout."""
    if not os.access(folder, os.W_OK):
        raise Failure(f'{folder} cannot be written to: work in a copy of the checkout that is yours.')


def delete(path, title):
    """Delete a folder that may be large, as a step of its own."""
    if path.exists():
        with step(title):
            shutil.rmtree(path, ignore_errors=True)
