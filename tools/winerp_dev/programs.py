"""Programs that are no Python packages: Chromium for tests and pictures, wkhtmltopdf with which Odoo makes PDF files."""
import shutil
from concurrent.futures import ThreadPoolExecutor

from . import apt, settings
from .console import Failure, warn

BROWSERS = ('google-chrome', 'chromium', 'chromium-browser')  # what Odoo looks for


def find_browser():
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def ensure_browser(*, required=settings.IS_CI):
    """Make sure that there is a browser, see :func:`_ensure`."""
    return _ensure('chromium', find_browser(), required, 'about 200 MB, one minute',
                   'There is no browser, and what needs one is neither proved nor shown: install Chromium '
                   '(Debian: sudo apt-get install chromium).')


def ensure_printer():
    return _ensure('wkhtmltopdf', shutil.which('wkhtmltopdf'), False, 'about 50 MB',
                   'There is no wkhtmltopdf: quotations cannot be printed or sent as PDF '
                   '(Debian 12: sudo apt-get install wkhtmltopdf).')


def _ensure(package, found, required, size, lack):
    """Begin to install a program as root, unless it is there; fail at once without it if it is required.

    Returns what waits for it, and warns if there is none: the rest can be set up meanwhile.
    """
    if found:
        return lambda: None
    if not apt.can_install():
        if required:
            raise Failure(lack)
        return lambda: warn(lack)
    task = ThreadPoolExecutor(1).submit(apt.install, [package], f'Installing {package}', size)

    def wait():
        try:
            task.result()
        except Failure:
            if required:
                raise
            warn(lack)

    return wait
