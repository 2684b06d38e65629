"""Databases and their filestores, which belong together.

Own code: `odoo db` and click-odoo-contrib copy the filestore file by file (or want rsync), and start Odoo each time.
All names are ours: small letters, digits and underscores.
"""
import contextlib
import hashlib
import os
import shutil
import time
import uuid

from . import locks
from .console import Failure, say


def exists(environment, name):
    return bool(environment.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def filestore(environment, name):
    return environment.data_dir / 'filestore' / name


def drop(environment, name):
    environment.sql(f'DROP DATABASE IF EXISTS {name} WITH (FORCE)')
    shutil.rmtree(filestore(environment, name), ignore_errors=True)


def copy(environment, source, target):
    """Copy a database; the files are hard links, since Odoo names them by their content and never rewrites one."""
    drop(environment, target)
    _create_from(environment, source, target)
    if filestore(environment, source).exists():
        shutil.copytree(filestore(environment, source), filestore(environment, target), copy_function=os.link)


def _create_from(environment, source, target):
    """Copy a database; wait for a session on it that is just ending, for PostgreSQL copies none that is in use."""
    for patience in reversed(range(10)):
        try:
            return environment.sql(f'CREATE DATABASE {target} TEMPLATE {source}')
        except Failure as failure:
            if not patience or 'being accessed by other users' not in str(failure):
                raise
            time.sleep(2)


def rename(environment, source, target):
    """Give a finished database its name: from here on it counts as made."""
    if filestore(environment, source).exists():
        shutil.rmtree(filestore(environment, target), ignore_errors=True)
        filestore(environment, source).rename(filestore(environment, target))
    environment.sql(f'ALTER DATABASE {source} RENAME TO {target}')


@contextlib.contextmanager
def scratch(environment, source, prefix='winerp_test'):
    """Yield the name of a copy of `source` that is dropped in the end.

    A lock shows that it is in use; what a killed command left behind has none and is dropped by the next.
    """
    folder = environment.data_dir / 'in-use'
    name = f'{prefix}_{uuid.uuid4().hex[:8]}'
    with contextlib.ExitStack() as stack:
        with locks.exclusive(environment.data_dir / '.scratch'):
            _drop_leftovers(environment, folder)
            stack.enter_context(locks.opened(folder / name, locks.EXCLUSIVE))
        try:
            copy(environment, source, name)
            yield name
        finally:
            drop(environment, name)
            (folder / name).unlink(missing_ok=True)


def _drop_leftovers(environment, folder):
    for path in folder.glob('*'):
        with open(path) as handle:
            if locks.try_lock(handle):
                say(f'dropping the database {path.name}, which an earlier ./dev that was killed left')
                drop(environment, path.name)
                path.unlink()


def key(*parts):
    """Return a short name for what a database is made of."""
    return hashlib.sha256('\0'.join(parts).encode()).hexdigest()[:12]
