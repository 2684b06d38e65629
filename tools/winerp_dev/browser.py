"""Chromium, for the browser tests and the pictures."""
import shutil
from concurrent.futures import ThreadPoolExecutor

from . import apt, settings
from .console import Failure, warn

NAMES = ('google-chrome', 'chromium', 'chromium-browser')  # what Odoo looks for
HOW = 'install Chromium (Debian: sudo apt-get install chromium)'


def find():
    return next(filter(None, map(shutil.which, NAMES)), None)


def ensure(*, required=settings.IS_CI):
    """Make sure that there is a browser: begin to install it as root, else say what happens without.

    Returns what waits for it, for the rest can be set up meanwhile.
    """
    if find():
        return lambda: None
    if apt.can_install():
        size = 'about 200 MB, one minute'
        return ThreadPoolExecutor(1).submit(apt.install, ['chromium'], 'Installing Chromium', size).result
    if required:
        raise Failure(f'There is no browser, and nothing is proved or shown without one: {HOW}.')
    warn(f'there is no browser: the browser tests will be SKIPPED; to run them, {HOW}.')
    return lambda: None
