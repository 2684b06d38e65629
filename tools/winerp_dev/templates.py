"""Databases that are made once and then copied.

base   Odoo's own applications in Vietnamese, with Odoo's demo data, which its own suites need
ours   the base with the add-ons on top, without their demo data: tests stand on their own
start  Odoo's applications for a company in Vietnam, as it begins: for ./dev run
demo   the start with the add-ons and their demo data, for copies that are used up
"""
from . import databases, locks, settings, sources
from .console import step, warn

RECIPE = '2'  # raise it when what is done below changes: then all are made again
KEPT = 3  # of each kind, the newest so many: going back and forth stays quick, and the disk does not fill up


def test_base(environment, language=settings.LANGUAGE):
    """Return the name of the template with Odoo's applications and demo data.

    :param language: of the database; Odoo's own tests expect none but English ('')
    """
    modules = ','.join(settings.TEST_MODULES)

    def make(database):
        environment.logged(
            'test-base', "Odoo's own applications could not be installed.", environment.odoo_command(
                '-d', database, '-i', modules, '--with-demo', '--stop-after-init', '--no-http', '--log-level=warn',
                *([f'--load-language={language}'] if language else [])))

    return make_once(environment, 'base', (environment.identity, modules, language), make,
                     f'Installing {modules} with demo data for tests', 90)


def test_ours(environment, language=settings.LANGUAGE):
    """Return the name of the template with the add-ons of this very moment."""
    return _with_ours(environment, 'ours', test_base(environment, language), sources.for_tests(), demo=False)


def start(environment):
    """Return the name of the template for a company in Vietnam.

    `odoo db init` sets the country first: accounting then takes the Vietnamese chart of accounts, and
    the administrator gets the language and the time zone.
    """
    modules = ','.join(settings.BASE_MODULES)

    def make(database):
        environment.logged(
            'run-init', 'The database could not be created.', environment.odoo_command(
                'db', 'init', database, '--language', settings.LANGUAGE, '--country', settings.COUNTRY,
                '--username', 'admin', '--password', 'admin'))
        environment.install(database, *settings.BASE_MODULES)

    return make_once(environment, 'start', (environment.identity, modules, settings.LANGUAGE), make,
                     f'Installing {modules} in Vietnamese', 90)


def demo(environment):
    """Return the name of a template that has what a new database of ./dev run has."""
    return _with_ours(environment, 'demo', start(environment), sources.for_run(), demo=True)


def _with_ours(environment, kind, base, key, *, demo):
    """Return the name of a copy of a template with the add-ons; print what Odoo complained about."""
    def make(database):
        databases.copy(environment, base, database)
        log = environment.install(database, *settings.our_modules(), extras='demo,assets' if demo else 'assets', ours=True)
        lines = log.read_text(errors='replace').splitlines()
        if any(f' {level} ' in line for line in lines for level in ('WARNING', 'ERROR', 'CRITICAL')):
            warn(f'Odoo complained about the add-ons; the whole log: {log}')
            print(''.join(f'    {line}\n' for line in lines[:40]), end='', flush=True)

    return make_once(environment, kind, (base, key), make,
                     f"Installing the add-ons {'with their demo data' if demo else 'for tests'}", 30)


def make_once(environment, kind, parts, make, title, seconds):
    """Return the name of the template of a kind that is made of `parts`, made now if it is not there."""
    name = f'winerp_{kind}_{databases.key(*parts, RECIPE)}'
    with locks.exclusive(environment.data_dir / '.templates', 'another ./dev is making the database; waiting for it'):
        if not databases.exists(environment, name):
            unfinished = f'{name}_unfinished'
            databases.drop(environment, unfinished)
            with step(title, f'once, about {seconds} s'):
                make(unfinished)
            databases.rename(environment, unfinished, name)
            _drop_old(environment, kind)
    return name


def _drop_old(environment, kind):
    """Drop all but the newest templates of a kind; a database's oid grows with each creation."""
    rows = environment.sql(
        f"SELECT datname FROM pg_database WHERE datname ~ '^winerp_{kind}_[0-9a-f]{{12}}$' ORDER BY oid DESC")
    for (name,) in rows[KEPT:]:
        databases.drop(environment, name)
