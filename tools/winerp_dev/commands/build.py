"""./dev build: a wheel of each add-on in dist/, by whool as its pyproject.toml says.

The wheel puts the add-on into odoo/addons/<name>, where Odoo finds it without an --addons-path.
"""
import os
import shutil
import tempfile
from pathlib import Path

from .. import environment, locks, process, python_env, settings
from ..console import require_writable, say

TARGET = settings.REPOSITORY / 'dist'
LEFT_OUT = shutil.ignore_patterns('__pycache__', '*.pyc')


def add_arguments(parser):
    """None."""


def main(arguments):
    TARGET.mkdir(exist_ok=True)
    require_writable(TARGET)
    with locks.exclusive(settings.HOME / '.setup', 'another ./dev is setting things up; waiting for it'):
        python = python_env.ensure('python', environment.LOCKS, 'about 85 MB, half a minute')
    for module in settings.our_modules():
        wheel = build(python, module, TARGET)
        say(f'{wheel.relative_to(settings.REPOSITORY)} ({wheel.stat().st_size / 1000:.0f} kB)')


def build(python, module, target):
    """Build the wheel of an add-on from a copy: with the license, and of the files as they are, not as git has them."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, module), Path(folder, 'out')
        shutil.copytree(settings.REPOSITORY / module, source, ignore=LEFT_OUT)
        shutil.copy(settings.REPOSITORY / 'LICENSE', source)
        process.run_logged(
            [python, '-m', 'pip', 'wheel', '--disable-pip-version-check', '--no-deps', '--no-build-isolation',
             '--no-index', '--wheel-dir', out, source],
            settings.LOGS / f'build-{module}.log', f'The wheel of {module} could not be built.',
            env={**os.environ, 'GIT_CEILING_DIRECTORIES': folder})
        wheel = next(out.glob('*.whl'))
        return Path(shutil.move(wheel, target / wheel.name))
