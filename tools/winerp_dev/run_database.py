"""The database of ./dev run: a Vietnamese company that begins with Odoo, with the add-ons and their demo data.

It has none of Odoo's own demo data (an American company, in English). It is kept from run to run.
"""
import contextlib
import json

from . import databases, locks, settings, sources, templates
from .console import Failure, say, step, warn

NAME = settings.RUN_DATABASE


@contextlib.contextmanager
def served(environment, *, reset):
    """Make the database, or leave it as it is; inside the block it counts as served.

    Yields the key of the add-ons when they must be updated in it, else None. Who changes it must be alone.
    """
    users, gate = environment.data_dir / '.served', environment.data_dir / '.preparing'
    with locks.opened(users) as handle:
        with locks.exclusive(gate, 'another ./dev run prepares the database; waiting for it'):
            update = _prepare(environment, locks.try_lock(handle), reset)
            locks.try_lock(handle, locks.SHARED)
        yield update


def _prepare(environment, alone, reset):
    if reset and not alone:
        raise Failure('Another ./dev run serves the database: stop it first, then ./dev run --reset.')
    if reset or not databases.exists(environment, NAME):
        with step('Making the database'):
            databases.copy(environment, templates.demo(environment), NAME)
        mark(environment, sources.for_run())
    update = sources.for_run()
    if json.loads(databases.note(environment, NAME) or '{}').get('sources') == update:
        return None
    if not alone:
        warn('the add-ons have changed, but another ./dev run serves the database: not updating it.')
        return None
    say('the add-ons have changed: updating them, about 15 s')
    return update


def mark(environment, key):
    """Note which add-ons the database has."""
    databases.set_note(environment, NAME, json.dumps({'sources': key}))
