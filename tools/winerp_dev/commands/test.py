"""./dev test: all tests, or those that pytest's arguments name."""
import os
from pathlib import Path

from .. import browser, databases, environment, native, process, settings, templates
from ..console import say


def add_arguments(parser):
    parser.add_argument('--native', action='store_true',
                        help="use Odoo's own runner for the add-ons' tests; it also fails on logged errors")
    parser.epilog = 'Other arguments are pytest\'s, e.g. ./dev test winerp_crm_pipeline/tests -k probability -x'


def main(arguments):
    environment.check()
    browser.ensure()
    with environment.ready('test') as ready, databases.scratch(ready, templates.test_ours(ready)) as database:
        if arguments.native:
            return native.run(ready, database)
        say('starting pytest')
        return process.foreground(
            pytest_command(ready, database, arguments.rest), env=ready.variables(), cwd=settings.REPOSITORY)


def pytest_command(ready, database, arguments):
    return [
        ready.python, '-m', 'pytest', '-p', 'winerp_dev.pytest_plugin',
        f'--odoo-database={database}', '--odoo-http', '--odoo-log-level=error',
        '-o', f'cache_dir={settings.HOME / "pytest_cache"}', '-rs', *map(_absolute, arguments),
    ]


def _absolute(argument):
    """Make a path absolute: pytest runs in the repository, the user may be elsewhere."""
    path, separator, rest = argument.partition('::')
    if not path.startswith('-') and path and Path(path).exists():
        return os.path.abspath(path) + separator + rest
    return argument
