"""wkhtmltopdf, with which Odoo makes its PDF files."""
import shutil
from concurrent.futures import ThreadPoolExecutor

from . import apt
from .console import Failure, warn

MISSING = 'there is no wkhtmltopdf: quotations cannot be printed or sent as PDF (Debian 12: sudo apt-get install wkhtmltopdf)'


def ensure():
    """Begin to install it as root, where Debian has it; return what waits for it, and says so where it is missing."""
    if shutil.which('wkhtmltopdf'):
        return lambda: None
    if not apt.can_install():
        return lambda: warn(MISSING)
    task = ThreadPoolExecutor(1).submit(apt.install, ['wkhtmltopdf'], 'Installing wkhtmltopdf', 'about 50 MB')

    def wait():
        try:
            task.result()
        except Failure:
            warn(MISSING)

    return wait
