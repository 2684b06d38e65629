"""./dev run: Odoo 19 with both add-ons and Vietnamese demo data, ready to log in.

The database is a Vietnamese company that begins with Odoo; it has none of Odoo's own demo data (an American
company, in English). It is kept from run to run.
"""
import contextlib
import subprocess
import time
import urllib.error
import urllib.request

from .. import databases, environment, locks, ports, process, programs, settings, sources, templates
from ..console import Failure, say, step, warn

NAME = settings.RUN_DATABASE
PATIENCE = 180  # seconds for Odoo to answer; an update of the add-ons is part of it


def add_arguments(parser):
    parser.add_argument(
        '--port', type=int, help=f'listen there (default: {settings.DEFAULT_PORT}, or the next free port)')
    parser.add_argument('--reset', action='store_true', help='make the database anew; what was entered is lost')


def main(arguments):
    if arguments.port is not None:
        ports.check(arguments.port)  # tell now, not after minutes of setting up
    wait_for_printer = programs.ensure_printer()
    with environment.ready('run') as ready:
        with locks.exclusive(ready.data_dir / '.preparing', 'another ./dev run prepares the database; waiting for it'):
            update = _prepare(ready, arguments.reset)
        port = ports.choose(arguments.port, settings.DEFAULT_PORT)
        modules = ','.join(settings.our_modules())
        options = ['-i', modules, '-u', modules, '--i18n-overwrite'] if update else []
        with served(ready, NAME, port, '--log-level=warn', *options) as (child, url):
            if update:
                _note_sources(ready, update)
            wait_for_printer()
            say(f'ready: {url}   login admin, password admin   (Ctrl-C stops it)')
            return child.wait()


def _prepare(ready, reset):
    """Make the database, or leave it as it is; return the key of the add-ons when they must be updated in it."""
    alone = not ready.sql(f"SELECT 1 FROM pg_stat_activity WHERE datname = '{NAME}'")
    if reset and not alone:
        raise Failure('Another ./dev run serves the database: stop it first, then ./dev run --reset.')
    key = sources.for_run()
    if reset or not databases.exists(ready, NAME):
        template = templates.demo(ready)
        with step('Making the database'):
            databases.copy(ready, template, NAME)
        _note_sources(ready, key)
    if ready.sql(f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{NAME}'") == [[key]]:
        return None
    if not alone:
        warn('the add-ons have changed, but another ./dev run serves the database: not updating it.')
        return None
    say('the add-ons have changed: updating them, about 15 s')
    return key


def _note_sources(ready, key):
    """Note on the database which add-ons it has."""
    ready.sql(f"COMMENT ON DATABASE {NAME} IS '{key}'")


@contextlib.contextmanager
def served(ready, database, port, *options):
    """Start Odoo on one database, with no other to be seen; yield its process and address once it answers."""
    say('starting Odoo')
    command = ready.odoo_command('-d', database, f'--db-filter=^{database}$', '--no-database-list',
                                 f'--http-port={port}', *options)
    child = process.start(command, env=ready.variables(), cwd=settings.REPOSITORY, stdin=subprocess.DEVNULL)
    url = f'http://{ports.HOST}:{port}'
    try:
        _wait_until_it_answers(child, f'{url}/web/login')
        yield child, url
    finally:
        process.stop(child)


def _wait_until_it_answers(child, url):
    end = time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except urllib.error.HTTPError as error:
            raise Failure(f'Odoo answers {error.code} at {url}; the lines above tell why.') from None
        except OSError:
            time.sleep(0.2)
    raise Failure(f'Odoo did not answer at {url}; the lines above tell why. '
                  'If it is the database: ./dev run --reset makes it anew.')
