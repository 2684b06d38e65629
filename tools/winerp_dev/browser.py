"""Chromium, for the browser tests and the pictures."""
import shutil

from . import apt, settings
from .console import Failure, warn

NAMES = ('google-chrome', 'chromium', 'chromium-browser')  # what Odoo looks for
HOW = 'install Chromium (Debian: sudo apt-get install chromium)'


def find():
    return next(filter(None, map(shutil.which, NAMES)), None)


def ensure(*, required=settings.IS_CI):
    """Make sure that there is a browser: install it as root, else say what happens without."""
    if find():
        return
    if apt.can_install():
        apt.install(['chromium'], 'Installing Chromium for the browser tests', 'about 200 MB, one minute')
    elif required:
        raise Failure(f'There is no browser, and nothing is proved or shown without one: {HOW}.')
    else:
        warn(f'there is no browser: the browser tests will be SKIPPED; to run them, {HOW}.')
