"""./dev run: Odoo 19 with both add-ons and their demo data, ready to log in."""
import contextlib
import subprocess
import time
import urllib.error
import urllib.request

from .. import environment, ports, process, run_database, settings
from ..console import Failure, say, watch

PATIENCE = 180  # seconds for Odoo to answer; an update of the add-ons is part of it


def add_arguments(parser):
    parser.add_argument(
        '--port', type=int, help=f'listen there (default: {settings.DEFAULT_PORT}, or the next free port)')
    parser.add_argument('--reset', action='store_true', help='make the database anew; what was entered is lost')


def main(arguments):
    if arguments.port is not None:
        ports.choose(arguments.port, settings.DEFAULT_PORT)  # tell now, not after minutes of setting up
    with environment.ready('run') as ready, run_database.served(ready, reset=arguments.reset) as update:
        port = ports.choose(arguments.port, settings.DEFAULT_PORT)
        modules = ','.join(settings.our_modules())
        options = ['-i', modules, '-u', modules, '--i18n-overwrite'] if update else []
        with served(ready, settings.RUN_DATABASE, port, '--log-level=warn', *options) as (child, url):
            if update:
                run_database.mark(ready, update)
            say(f'ready: {url}   login admin, password admin   (Ctrl-C stops it)')
            return child.wait()


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
