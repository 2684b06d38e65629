"""Which Odoo 19 is used: the one of ODOO_PATH, or Debian's package unpacked into the cache."""
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from . import odoo_package, process
from .console import Failure

SERIES = (19, 0)


@dataclass
class OdooSource:
    """An Odoo tree: the folder to import it from, more add-ons folders, and what tells it from others."""

    base: Path
    identity: str
    addons: list = field(default_factory=list)


def ensure(library):
    """Return the Odoo to use, fetching it when needed.

    :param library: where the Python packages are; some mend Debian's package
    """
    given = os.environ.get('ODOO_PATH')
    return from_path(Path(given).expanduser()) if given else OdooSource(*odoo_package.ensure(library))


def from_path(path):
    """Return the Odoo in a folder that the user named: a checkout, or an unpacked package."""
    for base in (path, path / 'usr/lib/python3/dist-packages'):
        if (base / 'odoo/release.py').is_file():
            break
    else:
        raise Failure(f'ODOO_PATH={path} is no Odoo: there is no odoo/release.py. '
                      'Give the folder of a checkout of the 19.0 branch.')
    found = series(base)
    if found != SERIES:
        raise Failure(f'ODOO_PATH={path} is Odoo {".".join(map(str, found))}; these add-ons are for 19.0. '
                      'Check out the branch 19.0 there.')
    base = base.absolute()
    addons = [base / 'addons'] if (base / 'addons').is_dir() else []
    return OdooSource(base, f'{base}:{_revision(base)}', addons)


def series(base):
    """Return the version of an Odoo tree, e.g. (19, 0); saas versions keep their text."""
    text = (base / 'odoo/release.py').read_text()
    match = re.search(r'^version_info = \(([^,]+), (\d+)', text, re.MULTILINE)
    if not match:
        raise Failure(f'{base}/odoo/release.py tells no version.')
    major = match[1].strip('\'" ')
    return (int(major) if major.isdigit() else major, int(match[2]))


def _revision(base):
    try:
        return process.output(['git', '-C', base, 'rev-parse', 'HEAD'])
    except (OSError, subprocess.CalledProcessError):
        return str((base / 'odoo/release.py').stat().st_mtime_ns)
