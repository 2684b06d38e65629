"""./dev i18n: export the terms of the add-ons, merge them into the translations, check these."""
from .. import databases, environment, process, settings, templates
from ..console import step

CHECKS = settings.REPOSITORY / 'i18n/checks.py'


def add_arguments(parser):
    parser.add_argument('--check', action='store_true', help='write nothing, only check the translations as they are')


def main(arguments):
    if arguments.check:
        with environment.ready('test') as ready:
            return process.run([ready.python, CHECKS])
    with environment.ready('test') as ready:
        template = templates.test_ours(ready)
        with databases.scratch(ready, template, 'winerp_i18n') as database, step('Exporting and merging', '10 s'):
            process.run_logged(
                ready.odoo_command('i18n', 'export', '-d', database, *settings.our_modules()),
                settings.LOGS / 'i18n-export.log', 'The terms could not be exported.', env=ready.variables())
        process.run([ready.python, '-m', 'winerp_dev.translations', *settings.our_modules()],
                    env=ready.variables(), cwd=settings.REPOSITORY)
        return process.run([ready.python, CHECKS])
