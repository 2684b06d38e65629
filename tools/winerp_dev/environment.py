"""Everything that a command needs, set up in order: Python packages, Odoo, PostgreSQL."""
import contextlib
import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import odoo_source, postgres, process, python_env, settings
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

    def addons_path(self, ours=True):
        """Return the folders with add-ons; Odoo knows the ones inside itself."""
        return ','.join(map(str, [*self.odoo.addons, *([settings.REPOSITORY] if ours else [])]))

    def variables(self, ours=True):
        """Return the environment of a process that runs Odoo."""
        return {
            **os.environ,
            **self.server.environment,
            postgres.INSIDE: self.server.name,
            'PATH': os.environ.get('PATH', os.defpath) + os.pathsep + str(self.server.programs),
            'PYTHONPATH': os.pathsep.join(map(str, [self.odoo.base, settings.TOOLS])),
            'PYTHONUNBUFFERED': '1',
            'ODOO_RC': str(self._configuration(ours)),
            'HYPOTHESIS_STORAGE_DIRECTORY': str(settings.HOME / 'hypothesis'),  # not in the checkout
        }

    def _configuration(self, ours):
        """Write Odoo's configuration file; it keeps a ~/.odoorc out, and serves subcommands without options."""
        lines = ['[options]', f'data_dir = {self.data_dir}', 'http_interface = 127.0.0.1',
                 f'screenshots = {settings.SCREENSHOTS}']
        if path := self.addons_path(ours):
            lines.append(f'addons_path = {path}')
        text = '\n'.join(lines) + '\n'
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = settings.HOME / 'data' / f'odoo-{hashlib.sha256(text.encode()).hexdigest()[:8]}.conf'
        if not target.exists():
            temporary = target.with_suffix(f'.{os.getpid()}')
            temporary.write_text(text)
            temporary.rename(target)
        return target

    def odoo_command(self, *arguments):
        return [self.python, settings.TOOLS / 'bin' / 'odoo-bin', *arguments]

    def logged(self, log, problem, command, ours=False, **options):
        """Run a command with its output in a log, and return that; fail with a sentence."""
        path = settings.LOGS / f'{log}.log'
        process.run_logged(command, path, problem, env=self.variables(ours), **{'cwd': settings.HOME, **options})
        return path

    def install(self, database, *modules, demo=False, ours=False):
        """Install modules with or without their demo data and build the assets, see odoo_install; return the log."""
        return self.logged(
            'install-ours' if ours else 'install', 'The add-ons could not be installed.',
            [self.python, '-m', 'winerp_dev.odoo_install', database, 'with' if demo else 'without', *modules], ours=ours)

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
    yield Environment(python, odoo_source.ensure(library), postgres.server(kind, library))
