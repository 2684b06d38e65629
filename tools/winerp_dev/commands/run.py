"""./dev run: Odoo 19 with both add-ons and their demo data, ready to log in.

The database is a Vietnamese company that begins with Odoo; it has none of Odoo's own demo data (an American
company, in English). It is kept from run to run.
"""
import contextlib
import subprocess
import time
import urllib.error
import urllib.request

from .. import databases, environment, locks, ports, process, settings, sources, templates
from ..console import Failure, say, step, warn, watch

NAME = settings.RUN_DATABASE
PATIENCE = 180  # seconds for Odoo to answer; an update of the add-ons is part of it


def add_arguments(parser):
    parser.add_argument(
        '--port', type=int, help=f'listen there (default: {settings.DEFAULT_PORT}, or the next free port)')
    parser.add_argument('--reset', action='store_true', help='make the database anew; what was entered is lost')


def main(arguments):
    if arguments.port is not None:
        ports.choose(arguments.port, settings.DEFAULT_PORT)  # tell now, not after minutes of setting up
    with environment.ready('run') as ready, _prepared(ready, arguments.reset) as update:
        port = ports.choose(arguments.port, settings.DEFAULT_PORT)
        modules = ','.join(settings.our_modules())
        options = ['-i', modules, '-u', modules, '--i18n-overwrite'] if update else []
        with served(ready, NAME, port, '--log-level=warn', *options) as (child, url):
            _note_sources(ready, update)
            say(f'ready: {url}   login admin, password admin   (Ctrl-C stops it)')
            return child.wait()


@contextlib.contextmanager
def _prepared(ready, reset):
    """Make the database, or leave it as it is; inside the block it counts as served.

    Yields the key of the add-ons when they must be updated in it, else None. Who changes it must be alone.
    """
    with locks.opened(ready.data_dir / '.served') as users:
        with locks.exclusive(ready.data_dir / '.preparing', 'another ./dev run prepares the database; waiting for it'):
            update = _prepare(ready, locks.try_lock(users), reset)
            locks.try_lock(users, locks.SHARED)
        yield update


def _prepare(ready, alone, reset):
    if reset and not alone:
        raise Failure('Another ./dev run serves the database: stop it first, then ./dev run --reset.')
    if reset or not databases.exists(ready, NAME):
        template = templates.demo(ready)
        with step('Making the database'):
            databases.copy(ready, template, NAME)
        _note_sources(ready, sources.for_run())
    rows = ready.sql(f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{NAME}'")
    if rows == [[sources.for_run()]]:
        return None
    if not alone:
        warn('the add-ons have changed, but another ./dev run serves the database: not updating it.')
        return None
    say('the add-ons have changed: updating them, about 15 s')
    return sources.for_run()


def _note_sources(ready, key):
    """Note on the database which add-ons it has."""
    if key:
        ready.sql(f"COMMENT ON DATABASE {NAME} IS '{key}'")


@contextlib.contextmanager
def served(ready, database, port, *options):
    """Start Odoo; yield its process and address once it answers, and stop it in the end."""
    url = f'http://{ports.HOST}:{port}'
    say('starting Odoo')
    child = process.start(ready.serving(database, port, *options), env=ready.variables(), cwd=settings.REPOSITORY,
                          stdin=subprocess.DEVNULL)
    try:
        _wait_until_it_answers(child, f'{url}/web/login')
        yield child, url
    finally:
        process.stop(child)


def _wait_until_it_answers(child, url):
    start = time.monotonic()
    with watch(lambda: f'{time.monotonic() - start:.0f} s'):
        while time.monotonic() - start < PATIENCE:
            if child.poll() is not None:
                raise Failure('Odoo ended before it answered; the lines above tell why. '
                              'If it is the database: ./dev run --reset makes it anew.')
            try:
                with urllib.request.urlopen(url, timeout=30):
                    return
            except urllib.error.HTTPError as error:
                raise Failure(f'Odoo answers {error.code} at {url}; the lines above tell why.') from None
            except OSError:
                time.sleep(0.2)
    raise Failure(f'Odoo did not answer at {url} for {PATIENCE} s.')
