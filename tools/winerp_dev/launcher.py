"""Find a Python that Odoo 19 can run on, before anything newer than Python 3.5 is imported."""
import os
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 10), (3, 13)
PROBE = 'import sys, venv; print(sys.version_info[0], sys.version_info[1])'


def is_supported(version):
    return OLDEST <= tuple(version[:2]) <= NEWEST


def find_other():
    """Return the path of a supported Python on PATH, the newest first, or None."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        path = shutil.which('python3.%d' % minor)
        if not path:
            continue
        try:
            answer = subprocess.check_output([path, '-c', PROBE], stderr=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):  # a shim of a version manager, or one without venv
            continue
        if is_supported([int(part) for part in answer.split()]):
            return path
    return None


def main():
    if not is_supported(sys.version_info):
        other = find_other()
        if not other:
            sys.exit('ERROR: Odoo 19 runs on Python 3.10 to 3.13, this is Python %d.%d (%s). '
                     'Install one of them, e.g. python3.13, and start again.'
                     % (sys.version_info[:2] + (sys.executable,)))
        os.execv(other, [other] + sys.argv)
    from winerp_dev import cli  # newer syntax from here on
    sys.exit(cli.main(sys.argv[1:]))
