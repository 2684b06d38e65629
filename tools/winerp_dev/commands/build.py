"""./dev build: a wheel of each add-on in dist/, by whool as its pyproject.toml says.

The wheel puts the add-on into odoo/addons/<name>, where Odoo finds it without an --addons-path.
"""
import os
import shutil
from pathlib import Path

from .. import process, python_env, settings
from ..console import require_writable, say

TARGET = settings.REPOSITORY / 'dist'


def add_arguments(parser):
    """None."""


def main(arguments):
    TARGET.mkdir(exist_ok=True)
    require_writable(TARGET)
    python = python_env.ensure_main()
    for module in settings.our_modules():
        build(python, module)
    say(f'in {TARGET}: ' + ', '.join(sorted(path.name for path in TARGET.glob('*.whl'))))


def build(python, module):
    """Build a wheel from a copy: with the license, and of the files as they are, not as git has them."""
    folder = Path(os.environ['TMPDIR'])
    shutil.copytree(settings.REPOSITORY / module, folder / module, ignore=shutil.ignore_patterns('__pycache__'))
    shutil.copy(settings.REPOSITORY / 'LICENSE', folder / module)
    process.run_logged(
        [python, '-m', 'pip', 'wheel', '--disable-pip-version-check', '--no-deps', '--no-build-isolation',
         '--no-index', '--wheel-dir', TARGET, folder / module],
        settings.LOGS / f'build-{module}.log', f'The wheel of {module} could not be built.',
        env={**os.environ, 'GIT_CEILING_DIRECTORIES': str(folder)})
