"""./dev run: Odoo 19 with both add-ons and their demo data, ready to log in."""
import subprocess
import time
import urllib.error
import urllib.request

from .. import environment, locks, ports, process, run_database, settings
from ..console import Failure, say, watch

PATIENCE = 180  # seconds for Odoo to answer; an update of the add-ons is part of it


def add_arguments(parser):
    parser.add_argument(
        '--port', type=int, help=f'listen there (default: {settings.DEFAULT_PORT}, or the next free port)')
    parser.add_argument('--reset', action='store_true', help='make the database anew; what was entered is lost')


def main(arguments):
    if arguments.port is not None:
        ports.choose(arguments.port, settings.DEFAULT_PORT)  # tell now, not after minutes of setting up
    with environment.ready('run') as ready:
        users = ready.data_dir / '.served'
        with run_database.prepared(ready, users, reset=arguments.reset) as update, locks.shared(users):
            return serve(ready, ports.choose(arguments.port, settings.DEFAULT_PORT), update)


def serve(ready, port, update):
    """Start Odoo, say when it answers, and wait until it ends or we are interrupted."""
    url = f'http://{ports.HOST}:{port}'
    child = process.start(_command(ready, port, update), env=ready.variables(), cwd=settings.REPOSITORY,
                          stdin=subprocess.DEVNULL)
    try:
        wait_until_it_answers(child, f'{url}/web/login')
        if update:
            run_database.mark(ready, update)
        say(f'ready: {url}   login admin, password admin   (Ctrl-C stops it)')
        return child.wait()
    finally:
        process.stop(child)


def _command(ready, port, update):
    modules = ','.join(settings.our_modules())
    return ready.odoo_command(
        '-d', settings.RUN_DATABASE, f'--db-filter=^{settings.RUN_DATABASE}$', '--no-database-list',
        f'--http-port={port}', '--log-level=warn',
        *(['-i', modules, '-u', modules, '--i18n-overwrite'] if update else []))


def wait_until_it_answers(child, url):
    """Return when a page of an Odoo that was just started is there; raise Failure when it never will be."""
    say('starting Odoo')
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
