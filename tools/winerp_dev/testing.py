"""For tests that need a whole database to themselves: installing, updating, uninstalling, several processes.

    with scratch_database() as database:
        database.odoo('-u', 'winerp_crm_pipeline', '--stop-after-init')
        self.assertEqual(database.sql("SELECT count(*) FROM crm_lead"), [['0']])
"""
import contextlib
import subprocess
from dataclasses import dataclass

from . import databases, environment, ports, settings, templates


@dataclass
class Database:
    """A database that only this test uses."""

    name: str
    environment: environment.Environment
    ours: bool

    def odoo(self, *arguments, script=None):
        """Run Odoo on the database and return its log; raise AssertionError when it fails.

        :param script: Python code for `odoo shell`, with `env`; it must commit what should stay
        """
        shell = ['shell'] if script is not None else []
        command = self.environment.odoo_command(
            *shell, '-d', self.name, f'--http-port={ports.any_free()}', '--log-level=warn', *arguments)
        result = subprocess.run(
            list(map(str, command)), input=script or '', text=True, check=False, cwd=settings.REPOSITORY,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment.variables(self.ours))
        assert result.returncode == 0, f'{" ".join(arguments)} failed:\n{result.stdout[-4000:]}'
        return result.stdout

    def sql(self, query):
        """Return the rows of a query, each as a list of texts."""
        return self.environment.sql(query, self.name)


@contextlib.contextmanager
def scratch_database(*, ours=True):
    """Yield a copy of the test database with the add-ons, or of Odoo's own applications alone."""
    with environment.ready('test') as ready:
        template = templates.test_ours(ready) if ours else templates.test_base(ready)
        with databases.scratch(ready, template, 'winerp_scratch') as name:
            yield Database(name, ready, ours)
