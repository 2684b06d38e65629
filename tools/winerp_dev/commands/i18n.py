"""./dev i18n: export the terms of the add-ons, merge them into the translations, check these."""
from .. import databases, environment, process, settings, templates
from ..console import require_writable, step

FOLDER = settings.REPOSITORY / 'i18n'


def add_arguments(parser):
    parser.add_argument('--check', action='store_true', help='write nothing, only check the translations as they are')


def main(arguments):
    modules = settings.our_modules()
    for module in () if arguments.check else modules:
        require_writable(settings.REPOSITORY / module / 'i18n')
    with environment.ready('test') as ready:
        if not arguments.check:
            _export(ready, modules)
        return process.run([ready.python, FOLDER / 'checks.py'])


def _export(ready, modules):
    with databases.scratch(ready, templates.test_ours(ready), 'winerp_i18n') as database, \
            step('Exporting and merging', '10 s'):
        ready.logged('i18n-export', 'The terms could not be exported.',
                     ready.odoo_command('i18n', 'export', '-d', database, *modules), ours=True)
    process.run([ready.python, FOLDER / 'merge.py', *modules], cwd=settings.REPOSITORY)
