"""Chromium for the browser tests."""
import shutil

from . import apt, settings
from .console import Failure, warn

NAMES = ('google-chrome', 'chromium', 'chromium-browser')  # what Odoo looks for
HOW = 'install Chromium (Debian: sudo apt-get install chromium)'


def ensure():
    """Make sure that there is a browser: install it as root, else say what happens without."""
    if any(map(shutil.which, NAMES)):
        return
    if settings.IS_ROOT and apt.is_here():
        apt.install(['chromium'], 'Installing Chromium for the browser tests', 'about 200 MB, one minute')
    elif settings.IS_CI:
        raise Failure(f'There is no browser, and without one a CI run proves little: {HOW}.')
    else:
        warn(f'there is no browser: the browser tests will be SKIPPED; to run them, {HOW}.')
