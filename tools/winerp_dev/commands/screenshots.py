"""./dev screenshots: pictures of the screens, of a copy of the demo database."""
import contextlib
import json
import shutil
import subprocess

from .. import browser, databases, environment, ports, process, run_database, settings
from ..console import Failure, say, step
from ..screenshots import shots
from . import run

FOLDER = settings.TOOLS / 'winerp_dev/screenshots'
TARGET = settings.REPOSITORY / 'build/screenshots'  # ignored by git
ADDON = 'winerp_crm_pipeline'
PUBLISHED = settings.REPOSITORY / ADDON / 'static/description'


def add_arguments(parser):
    parser.add_argument('names', nargs='*', default=['*'], help='only those, e.g. dialog or "phone*" (default: all)')
    parser.add_argument('--theme', choices=shots.THEMES, help='only this one')
    parser.add_argument('--publish', action='store_true',
                        help=f'put the six for people who have not installed anything into {ADDON}/static/description')


def main(arguments):
    browser.ensure()
    if arguments.names == ['*'] and not arguments.theme:
        shutil.rmtree(TARGET, ignore_errors=True)  # what is not taken any more
    with environment.ready('run') as ready:
        template = run_database.template(ready)
        with databases.scratch(ready, template, 'winerp_shots') as database:
            _prepare(ready, database)
            with _served(ready, database) as url:
                code = _take(ready, database, url, arguments)
    say(f'the pictures are in {TARGET.relative_to(settings.REPOSITORY)}')
    if arguments.publish and not code:
        _publish(ready)
    return code


def _prepare(ready, database):
    with step('Adding what the pictures need'):
        process.run_logged(
            ready.odoo_command('shell', '-d', database, '--no-http', '--log-level=warn'),
            settings.LOGS / 'screenshots-prepare.log', 'The database could not be prepared.',
            input=(FOLDER / 'prepare.py').read_text(), cwd=settings.REPOSITORY,
            env={**ready.variables(), 'WINERP_DARK_PALETTE': str(FOLDER / 'dark.scss')})


@contextlib.contextmanager
def _served(ready, database):
    """Yield the address of an Odoo that serves the database."""
    port = ports.any_free()
    url = f'http://{ports.HOST}:{port}'
    child = process.start(
        ready.odoo_command('-d', database, f'--db-filter=^{database}$', '--no-database-list', f'--http-port={port}',
                           '--max-cron-threads=0', '--log-level=error'),
        env=ready.variables(), cwd=settings.REPOSITORY, stdin=subprocess.DEVNULL)
    try:
        run.wait_until_it_answers(child, f'{url}/web/login')
        yield url
    finally:
        process.stop(child)


def _take(ready, database, url, arguments):
    rows = ready.sql(
        "SELECT name, res_id FROM ir_model_data WHERE module = 'crm' AND model = 'crm.stage' OR module LIKE 'winerp%'",
        database)
    job = {
        'url': url, 'database': database, 'ids': dict(rows), 'target': str(TARGET), 'names': arguments.names,
        'themes': [arguments.theme] if arguments.theme else shots.THEMES,
    }
    return process.run(
        [ready.python, '-m', 'winerp_dev.screenshots.take'], input=json.dumps(job), text=True,
        env=ready.variables(), cwd=settings.REPOSITORY)


def _publish(ready):
    for name, (shot, language, device) in shots.PUBLISHED.items():
        source = TARGET / f'{language}-light-{device}' / f'{shot}.png'
        if not source.exists():
            raise Failure(f'{source.name} has not been taken: ./dev screenshots --publish without names takes all.')
        process.output([ready.python, '-m', 'winerp_dev.screenshots.compress', source, PUBLISHED / name],
                       env=ready.variables())
        say(f'{ADDON}/static/description/{name} ({(PUBLISHED / name).stat().st_size / 1000:.0f} kB)')
