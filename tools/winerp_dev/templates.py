"""Databases that are made once and then copied.

base   Odoo's own applications in Vietnamese; for tests with Odoo's demo data, which Odoo's own suites
       need, for ./dev run without it, as a company in Vietnam starts
ours   the base for tests with the add-ons on top, without their demo data: tests stand on their own
"""
from . import databases, locks, settings, sources
from .console import elapsed, step, warn

RECIPE = '2'  # raise it when what is done below changes: then all are made again
KEPT = 3  # of each kind, the newest so many: going back and forth stays quick, and the disk does not fill up


def test_base(environment, language=settings.LANGUAGE):
    """Return the name of the template with Odoo's applications and demo data.

    :param language: of the database; Odoo's own tests expect none but English ('')
    """
    modules = ','.join(settings.TEST_MODULES)
    name = f'winerp_base_{databases.key(environment.identity, modules, language, RECIPE)}'

    def make(database):
        environment.odoo_logged(
            'test-base', 'Odoo\'s own applications could not be installed.',
            '-d', database, '-i', modules, '--with-demo', '--stop-after-init', '--no-http', '--log-level=warn',
            *([f'--load-language={language}'] if language else []))
        environment.install(database)

    return make_once(environment, name, make, f'Installing {modules} with demo data for tests', 90)


def test_ours(environment, language=settings.LANGUAGE):
    """Return the name of the template with the add-ons of this very moment."""
    base = test_base(environment, language)
    name = f'winerp_ours_{databases.key(base, sources.for_tests(), RECIPE)}'

    def make(database):
        databases.copy(environment, base, database)
        install_ours(environment, database, demo=False)

    return make_once(environment, name, make, 'Installing the add-ons for tests', 30)


def install_ours(environment, database, *, demo):
    """Install the add-ons, with or without their demo data, whatever the database has."""
    log = environment.install(
        database, *settings.our_modules(), f'--demo={"with" if demo else "without"}', ours=True)
    show_warnings(log)


def show_warnings(log):
    """Print what Odoo complained about while it installed the add-ons."""
    lines = log.read_text(errors='replace').splitlines()
    if any(' WARNING ' in line or ' ERROR ' in line or ' CRITICAL ' in line for line in lines):
        warn(f'Odoo complained about the add-ons; the whole log: {log}')
        print(''.join(f'    {line}\n' for line in lines[:40]), end='', flush=True)


def make_once(environment, name, make, title, seconds):
    with locks.exclusive(environment.data_dir / '.templates', 'another ./dev is making the database; waiting for it'):
        if not databases.exists(environment, name):
            unfinished = f'{name}_unfinished'
            databases.drop(environment, unfinished)
            with step(title, f'once, about {seconds} s'), elapsed(seconds):
                make(unfinished)
            databases.rename(environment, unfinished, name)
            _drop_old(environment, name.rpartition('_')[0])
    return name


def _drop_old(environment, kind):
    """Drop all but the newest templates of a kind; a database's oid grows with each creation."""
    rows = environment.sql(
        f"SELECT datname FROM pg_database WHERE datname ~ '^{kind}_[0-9a-f]{{12}}$' ORDER BY oid DESC")
    for (name,) in rows[KEPT:]:
        databases.drop(environment, name)
