"""What the linters run in: a Python environment of their own (it has node too), and packages from npm."""
import hashlib
import os
import shutil
from pathlib import Path

from . import locks, process, python_env, settings
from .console import step

CONFIGURATION = settings.TOOLS / 'lint'
NPM_FILES = ('package.json', 'package-lock.json')


def ensure():
    """Return (folder with the linters from PyPI, folder with those from npm)."""
    with locks.exclusive(settings.HOME / '.setup-lint', 'another ./dev is setting up the linters; waiting for it'):
        programs = python_env.ensure('lint', ('lint.txt',), 'about 100 MB, 20 s').parent
        return programs, _packages(programs)


def variables(programs):
    """Return the environment of a linter: node first on PATH, and nothing of the user's own."""
    path = os.pathsep.join([str(programs), os.environ.get('PATH', os.defpath)])
    return {**os.environ, 'PATH': path, 'PYTHONDONTWRITEBYTECODE': '1'}


def _packages(programs):
    texts = b''.join((CONFIGURATION / name).read_bytes() for name in NPM_FILES)
    folder = settings.HOME / f'npm-{hashlib.sha256(texts).hexdigest()[:10]}'
    if not folder.exists():
        temporary = folder.with_suffix('.new')
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        for name in NPM_FILES:
            shutil.copy(CONFIGURATION / name, temporary)
        with step('Installing eslint and prettier', 'about 30 MB, 10 s'):
            process.run_logged(
                [programs / 'npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], settings.LOGS / 'npm.log',
                "The packages could not be fetched from npm: check the network and this machine's npm configuration, "
                'then start again.', cwd=temporary, env=variables(programs))
        temporary.rename(folder)
    shutil.copy(CONFIGURATION / 'eslint.config.mjs', folder)  # it imports from beside itself
    return Path(folder)
