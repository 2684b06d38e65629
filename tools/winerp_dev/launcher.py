"""Find a Python that Odoo 19 can run on, before anything newer than Python 3.5 is imported."""
import os
import shutil
import subprocess
import sys

SUPPORTED = [(3, 13), (3, 12), (3, 11), (3, 10)]


def find_other():
    """Return the path of a supported Python on PATH, the newest first, or None."""
    for path in filter(None, (shutil.which('python%d.%d' % version) for version in SUPPORTED)):
        if subprocess.call([path, '-c', 'import venv'], stderr=subprocess.DEVNULL) == 0:  # else a shim, or half a Python
            return path
    return None


def main():
    if sys.version_info[:2] not in SUPPORTED:
        other = find_other()
        if not other:
            sys.exit('ERROR: Odoo 19 runs on Python 3.10 to 3.13, this is Python %d.%d (%s). '
                     'Install one of them, e.g. python3.13, and start again.'
                     % (sys.version_info[:2] + (sys.executable,)))
        os.execv(other, [other] + sys.argv)
    from winerp_dev import cli  # newer syntax from here on
    sys.exit(cli.main(sys.argv[1:]))
