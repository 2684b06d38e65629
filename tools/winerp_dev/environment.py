"""Everything that a command needs, set up in order: Python packages, Odoo, PostgreSQL."""
import contextlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import odoo_source, ports, postgres, process, python_env, settings
from .console import Failure


@dataclass
class Environment:
    """A Python with all packages, an Odoo, a running PostgreSQL, and a folder for Odoo's files."""

    python: Path
    odoo: odoo_source.OdooSource
    server: postgres.Server

    @property
    def data_dir(self):
        return settings.HOME / 'data' / self.server.name

    @property
    def identity(self):
        """Tell this Odoo with these packages from any other, for what is built with it."""
        return f'{self.odoo.identity}|{(python_env.REQUIREMENTS / python_env.MAIN[0]).read_text()}'

    def variables(self, ours=True):
        """Return the environment of a process that runs Odoo; its configuration is there, and no ~/.odoorc is read."""
        addons = [*self.odoo.addons, *([settings.REPOSITORY] if ours else [])]  # Odoo knows the ones inside itself
        return {
            **os.environ,
            **self.server.environment,
            postgres.INSIDE: self.server.name,
            'PATH': os.environ.get('PATH', os.defpath) + os.pathsep + str(self.server.programs),
            'PYTHONPATH': os.pathsep.join(map(str, [self.odoo.base, settings.TOOLS])),
            'PYTHONUNBUFFERED': '1',
            'ODOO_RC': os.devnull,
            'ODOO_DATA_DIR': str(self.data_dir),
            'ODOO_HTTP_INTERFACE': ports.HOST,
            'ODOO_SCREENSHOTS': str(settings.SCREENSHOTS),
            **({'ODOO_ADDONS_PATH': ','.join(map(str, addons))} if addons else {}),
            'HYPOTHESIS_STORAGE_DIRECTORY': str(settings.HOME / 'hypothesis'),  # not in the checkout
        }

    def odoo_command(self, *arguments):
        return [self.python, settings.TOOLS / 'bin' / 'odoo-bin', *arguments]

    def logged(self, log, problem, command, ours=False, **options):
        """Run a command with its output in a log, and return that; fail with a sentence."""
        path = settings.LOGS / f'{log}.log'
        process.run_logged(command, path, problem, env=self.variables(ours), **{'cwd': settings.HOME, **options})
        return path

    def install(self, database, *modules, extras='', ours=False):
        """Install modules and what else `extras` names, see odoo_install; return the log."""
        return self.logged(
            'install-ours' if ours else 'install', 'The add-ons could not be installed.',
            [self.python, '-m', 'winerp_dev.odoo_install', database, extras, *modules], ours=ours)

    def sql(self, query, database='postgres'):
        """Return the rows of a query, each as a list of texts."""
        command = [self.server.programs / 'psql', '-X', '-At', '-F', '\x1f', '-v', 'ON_ERROR_STOP=1', '-q',
                   '-d', database, '-c', query]
        try:
            text = process.output(command, env={**os.environ, **self.server.environment})
        except subprocess.CalledProcessError as error:
            raise Failure(f'PostgreSQL refused: {error.stderr.strip()}') from None
        return [line.split('\x1f') for line in text.splitlines()]


def check():
    """Fail in a sentence, before the first download, when the environment could not be set up."""
    postgres.require_reachable_home()
    odoo_source.check()
    python_env.require_venv()


@contextlib.contextmanager
def ready(kind):
    """Yield the environment for `kind` of use ('run' or 'test'), setting up what is missing."""
    check()
    python = python_env.ensure_main()
    library = python_env.library(python)
    environment = Environment(python, odoo_source.ensure(library), postgres.server(kind, library))
    environment.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    yield environment
