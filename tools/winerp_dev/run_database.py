"""The database of ./dev run: a Vietnamese company that begins with Odoo, with the add-ons and their demo data.

It has none of Odoo's own demo data (an American company, in English). It is kept from run to run.
"""
import contextlib
import json

from . import databases, locks, settings, sources, templates
from .console import Failure, elapsed, say, step, warn

NAME = settings.RUN_DATABASE


@contextlib.contextmanager
def prepared(environment, users, *, reset):
    """Make the database, or leave it as it is; yield the key of the
    add-ons when they must be updated in it, else None.

    :param users: a lock that is shared by the servers of the database; who changes it must be alone
    """
    gate = users.with_name('.preparing')
    with locks.exclusive(gate, 'another ./dev run prepares the database; waiting for it'), open_lock(users) as alone:
        if reset and not alone:
            raise Failure('Another ./dev run serves the database: stop it first, then ./dev run --reset.')
        if reset or not databases.exists(environment, NAME):
            _make(environment)
        update = sources.for_run()
        if json.loads(databases.note(environment, NAME) or '{}').get('sources') == update:
            update = None
        if update and not alone:
            warn('the add-ons have changed, but another ./dev run serves the database: not updating it.')
            update = None
        elif update:
            say('the add-ons have changed: updating them, about 15 s')
    yield update


@contextlib.contextmanager
def open_lock(path):
    """Yield whether nobody else uses what the lock stands for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, 'a') as handle:
        yield locks.try_lock(handle, locks.EXCLUSIVE)


def mark(environment, key):
    """Note which add-ons the database has."""
    databases.set_note(environment, NAME, json.dumps({'sources': key}))


def template(environment):
    """Return the name of a template that has what a new database of ./dev run has, for a copy that is used up."""
    base = _base(environment)
    name = f'winerp_demo_{databases.key(base, sources.for_run(), templates.RECIPE)}'

    def make(database):
        databases.copy(environment, base, database)
        templates.install_ours(environment, database, demo=True)

    return templates.make_once(environment, name, make, 'Installing the add-ons with their demo data', 30)


def _make(environment):
    base, key = _base(environment), sources.for_run()
    unfinished = f'{NAME}_unfinished'
    with step('Installing the add-ons with their demo data', 'about 30 s'), elapsed(30):
        databases.copy(environment, base, unfinished)
        templates.install_ours(environment, unfinished, demo=True)
    databases.drop(environment, NAME)
    databases.rename(environment, unfinished, NAME)
    mark(environment, key)


def _base(environment):
    """Return the template with Odoo's applications for a company in Vietnam.

    `odoo db init` sets the country first: accounting then takes the Vietnamese chart of accounts, and
    the administrator gets the language and the time zone.
    """
    modules = ','.join(settings.BASE_MODULES)
    name = f'winerp_start_{databases.key(environment.identity, modules, settings.LANGUAGE, templates.RECIPE)}'

    def make(database):
        environment.odoo_logged(
            'run-init', 'The database could not be created.', 'db', 'init', database,
            '--language', settings.LANGUAGE, '--country', settings.COUNTRY,
            '--username', 'admin', '--password', 'admin')
        environment.install(database, *settings.BASE_MODULES)

    return templates.make_once(environment, name, make, f'Installing {modules} in Vietnamese', 90)
