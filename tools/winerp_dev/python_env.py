"""Virtual environments made from the locks in tools/requirements."""
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import time
from pathlib import Path

from . import process, settings
from .console import Failure, Progress, step

REQUIREMENTS = settings.TOOLS / 'requirements'
MAX_AGE = 30 * 24 * 3600  # seconds after which an environment that nobody used is deleted


def ensure(kind, locks, size):
    """Make the virtual environment `kind` from lock files, unless it is there; return its Python.

    The folder's name carries a hash of the locks: another checkout of the project, or an older
    commit, gets an environment of its own and breaks none that is in use.
    """
    paths = [REQUIREMENTS / name for name in locks]
    seed = b''.join(path.read_bytes() for path in paths) + f'{sys.base_prefix}{sys.version_info[:3]}'.encode()
    folder = settings.HOME / f'{kind}-{hashlib.sha256(seed).hexdigest()[:10]}'
    stamp = folder / '.complete'
    if not stamp.exists():
        with step(f'Installing Python packages for {kind}', size):
            _make(folder, paths)
        _prune(kind)
    stamp.touch()
    return folder / 'bin/python'


def library(python):
    """Return the folder where the packages of an environment are."""
    return next(python.parent.parent.glob('lib/python3*/site-packages'))


def _make(folder, paths):
    _require_venv()
    shutil.rmtree(folder, ignore_errors=True)
    log = settings.LOGS / f'{folder.name}.log'
    process.run_logged([sys.executable, '-m', 'venv', folder], log, 'python3 -m venv failed.')
    command = [folder / 'bin/python', '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input',
               '--no-compile', '--no-deps', '--progress-bar', 'off']  # the locks are complete
    for path in paths:
        command += ['-r', path]
    total = sum(line.count('==') > 0 for path in paths for line in path.read_text().splitlines())
    _pip(command, log, total)


def _pip(command, log, total):
    """Run pip, counting the packages that it mentions."""
    progress, seen = Progress(), 0
    child = process.start(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        with open(log, 'w', encoding='utf-8') as handle:
            for line in child.stdout:
                handle.write(line)
                seen += line.startswith('Collecting ')
                progress.update(f'{seen} of about {total} packages' if seen else 'looking for packages')
        child.wait()
    except BaseException:
        process.stop(child)
        raise
    finally:
        progress.close()
    if child.returncode:
        errors = [line for line in Path(log).read_text().splitlines() if 'error' in line.lower()]
        reason = process.explain('\n'.join(errors)) or (
            'The Python packages could not be fetched: check the network and this machine\'s pip configuration, '
            f'then start again. pip said: {errors[-1] if errors else "nothing"}.')
        raise Failure(f'{reason} The whole log: {log}')


def _require_venv():
    """Make sure that `python3 -m venv` can work; Debian keeps half of it in a package of its own."""
    if importlib.util.find_spec('ensurepip') and importlib.util.find_spec('venv'):
        return
    package = f'python{sys.version_info[0]}.{sys.version_info[1]}-venv'
    if settings.IS_ROOT and shutil.which('apt-get'):
        from . import apt  # not needed on most machines
        apt.install([package], f'Installing {package}')
        return
    raise Failure(f'Python has no venv here. On Debian and Ubuntu: sudo apt-get install {package}; then start again.')


def _prune(kind):
    for folder in settings.HOME.glob(f'{kind}-*'):
        stamp = folder / '.complete'
        if stamp.exists() and time.time() - stamp.stat().st_mtime > MAX_AGE:
            shutil.rmtree(folder, ignore_errors=True)
