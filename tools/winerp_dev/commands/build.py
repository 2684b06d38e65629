"""./dev build: a wheel of each add-on in dist/, made by whool, the build backend for Odoo add-ons.

The wheel puts the add-on into odoo/addons/<name>, where Odoo finds it without an --addons-path.
"""
import shutil
import tempfile
import zipfile
from pathlib import Path

from .. import environment, locks, process, python_env, settings
from ..console import Failure, say

TARGET = settings.REPOSITORY / 'dist'
LEFT_OUT = shutil.ignore_patterns('__pycache__', '*.pyc')
PROJECT = """\
[build-system]
requires = ["whool"]
build-backend = "whool.buildapi"

[tool.whool]
post_version_strategy_override = "none"
"""


def add_arguments(parser):
    """None."""


def main(arguments):
    with locks.exclusive(settings.HOME / '.setup', 'another ./dev is setting things up; waiting for it'):
        python = python_env.ensure('python', environment.LOCKS, 'about 85 MB, half a minute')
    TARGET.mkdir(exist_ok=True)
    for module in settings.our_modules():
        wheel = build(python, module, TARGET)
        say(f'{wheel.relative_to(settings.REPOSITORY)} ({wheel.stat().st_size / 1000:.0f} kB)')


def build(python, module, target):
    """Build the wheel of an add-on from a copy: the sources stay clean, and git plays no part in its version."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, module)
        shutil.copytree(settings.REPOSITORY / module, source, ignore=LEFT_OUT)
        shutil.copy(settings.REPOSITORY / 'LICENSE', source)
        (source / 'pyproject.toml').write_text(PROJECT)
        process.run_logged(
            [python, '-m', 'pip', 'wheel', '--disable-pip-version-check', '--no-deps', '--no-build-isolation',
             '--no-index', '--wheel-dir', Path(folder, 'out'), source],
            settings.LOGS / f'build-{module}.log', f'The wheel of {module} could not be built.')
        wheel = next(Path(folder, 'out').glob('*.whl'))
        _check(wheel, module)
        return Path(shutil.move(wheel, target / wheel.name))


def _check(wheel, module):
    names = zipfile.ZipFile(wheel).namelist()
    if f'odoo/addons/{module}/__manifest__.py' not in names:
        raise Failure(f'{wheel.name} does not put the add-on into odoo/addons/{module}.')
