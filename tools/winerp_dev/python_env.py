"""Virtual environments made from the locks in tools/requirements (complete and hashed; any pip can install them)."""
import hashlib
import importlib.util
import sys

from . import apt, locks, process, settings

REQUIREMENTS = settings.TOOLS / 'requirements'
MAIN = ('odoo.txt', 'tests.txt')


def ensure(kind, names=None, size='about 85 MB, half a minute'):
    """Make the virtual environment `kind` from lock files, unless it is there; return its Python.

    The folder's name carries a hash of the locks: another checkout of the project, or an older
    commit, gets an environment of its own and breaks none that is in use.
    """
    paths = [REQUIREMENTS / name for name in names or (f'{kind}.txt',)]
    seed = b''.join(path.read_bytes() for path in paths) + f'{sys.base_prefix}{sys.version_info[:3]}'.encode()
    folder = settings.HOME / f'{kind}-{hashlib.sha256(seed).hexdigest()[:10]}'
    require_venv()
    locks.make_once(folder, f'Installing Python packages for {kind}', size, lambda folder: _make(folder, paths))
    return folder / 'bin/python'


def ensure_main():
    """Return the Python that runs Odoo, tests and builds."""
    return ensure('python', MAIN)


def library(python):
    """Return the folder where the packages of an environment are."""
    return next(python.parent.parent.glob('lib/python3*/site-packages'))


def _make(folder, paths):
    log = settings.LOGS / f'{folder.name}.log'
    process.run_logged([sys.executable, '-m', 'venv', folder], log, 'python3 -m venv failed.')
    process.run_logged(
        [folder / 'bin/python', '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-compile',
         '--no-deps', '--progress-bar', 'off', *(f'--requirement={path}' for path in paths)], log,
        "The Python packages could not be fetched: check the network and this machine's pip configuration, "
        'then start again.')


def require_venv():
    """Make sure that `python3 -m venv` can work; Debian keeps half of it in a package of its own."""
    if not (importlib.util.find_spec('ensurepip') and importlib.util.find_spec('venv')):
        apt.require('python{}.{}-venv'.format(*sys.version_info), 'Python has no venv here.')
