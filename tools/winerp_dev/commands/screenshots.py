"""./dev screenshots: pictures of the screens in all languages, themes and sizes, of a copy of the demo database."""
import ctypes.util
import json
import shutil

from .. import apt, databases, environment, ports, process, programs, python_env, settings, templates
from ..console import Failure, require_writable, say, step
from . import run

FOLDER = settings.TOOLS / 'winerp_dev/screenshots'
TARGET = settings.REPOSITORY / 'build/screenshots'  # ignored by git
THEMES = ('light', 'dark')
IDS = "SELECT name, res_id FROM ir_model_data WHERE module = 'crm' AND model = 'crm.stage' OR module LIKE 'winerp%'"


def add_arguments(parser):
    parser.add_argument('names', nargs='*', default=['*'], help='only those, e.g. dialog or "phone*" (default: all)')
    parser.add_argument('--theme', choices=THEMES, help='only this one')
    parser.add_argument('--publish', action='store_true',
                        help="put those for people who have not installed anything into the add-ons' static/description")
    parser.epilog = 'It needs Chromium.'


def main(arguments):
    require_writable(settings.REPOSITORY)
    environment.check()
    wait_for_browser = programs.ensure_browser(required=True)
    everything = arguments.names == ['*'] and not arguments.theme
    if arguments.publish and not everything:
        raise Failure('What is published must be of one moment: ./dev screenshots --publish without names takes all.')
    if everything:
        shutil.rmtree(TARGET, ignore_errors=True)  # what is not taken any more
    TARGET.mkdir(parents=True, exist_ok=True)
    if not ctypes.util.find_library('atomic'):
        apt.require('libatomic1', 'Playwright needs libatomic, and it is not here.')
    python = python_env.ensure('screenshots', size='about 60 MB, 15 s')
    with environment.ready('run') as ready, \
            databases.scratch(ready, templates.demo(ready), 'winerp_shots') as database:
        with step('Adding what the pictures need'):
            ready.logged('screenshots-prepare', 'The database could not be prepared.',
                         ready.odoo_command('shell', '-d', database, '--no-http', '--log-level=warn'), ours=True,
                         input=(FOLDER / 'prepare.py').read_text(), cwd=FOLDER)
        with run.served(ready, database, ports.any_free(), '--max-cron-threads=0', '--log-level=error') as (_, url):
            wait_for_browser()
            job = {'url': url, 'database': database, 'ids': dict(ready.sql(IDS, database)), 'target': str(TARGET),
                   'names': arguments.names, 'themes': [arguments.theme] if arguments.theme else THEMES,
                   'browser': programs.find_browser(), 'publish': str(settings.REPOSITORY) if arguments.publish else ''}
            code = process.run([python, FOLDER / 'take.py'], input=json.dumps(job), text=True)
    say(f'the pictures are in {TARGET.relative_to(settings.REPOSITORY)}')
    return code
