"""./dev test: all tests, or those that pytest's arguments name; --native: with Odoo's own runner."""
import contextlib
import os
from pathlib import Path

from .. import databases, environment, native, process, programs, settings, templates
from ..console import say

MOST = 8  # workers: each has an Odoo of its own, and one does all that needs a browser


def add_arguments(parser):
    parser.add_argument('--native', action='store_true',
                        help="use Odoo's own runner, which updates each add-on first; other arguments name add-ons (default: all)")
    parser.add_argument('--without-browser', action='store_true', help='with --native: leave out what needs a browser')
    parser.add_argument('-n', '--workers', type=int, metavar='N',
                        help='run so many tests at once (default: one for each core when all tests run, else one)')
    parser.epilog = 'Other arguments are pytest\'s, e.g. ./dev test winerp_crm_pipeline/tests -k probability -x'


def main(arguments):
    environment.check()
    waits = [programs.ensure_browser(), programs.ensure_printer()]
    with environment.ready('test') as ready, contextlib.ExitStack() as stack:
        template = templates.test_ours(ready)
        for wait in waits:
            wait()
        if arguments.native:
            return native.run(ready, template, arguments.rest, with_browser=not arguments.without_browser)
        count = arguments.workers or (1 if arguments.rest else min(len(os.sched_getaffinity(0)), MOST))
        names = [stack.enter_context(databases.scratch(ready, template)) for _number in range(count)]
        say(f'starting pytest with {count} workers' if count > 1 else 'starting pytest')
        return process.foreground(
            pytest_command(ready, ','.join(names), arguments.rest, count), env=ready.variables(), cwd=settings.REPOSITORY)


def pytest_command(ready, names, arguments, count=1):
    """Return how to run pytest, with so many workers, each on one of the databases `names`."""
    parallel = ['-n', count, '--dist=loadscope', '--no-loadscope-reorder'] if count > 1 else []
    return [
        ready.python, '-m', 'pytest', '-p', 'winerp_dev.pytest_plugin', *parallel,
        f'--odoo-database={names}', '--odoo-http', '--odoo-log-level=error',
        '-o', f'cache_dir={settings.HOME / "pytest_cache"}', '-rs', *map(_absolute, arguments),
    ]


def _absolute(argument):
    """Make a path absolute: pytest runs in the repository, the user may be elsewhere."""
    path, separator, rest = argument.partition('::')
    if not path.startswith('-') and path and Path(path).exists():
        return os.path.abspath(path) + separator + rest
    return argument
