"""Databases and their filestores, which belong together.

Own code: `odoo db` and click-odoo-contrib copy the filestore file by file (or want rsync), and start Odoo each time.
All names are ours: small letters, digits and underscores.
"""
import contextlib
import hashlib
import os
import shutil
import uuid

from . import runs
from .console import say


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
    environment.sql(f'CREATE DATABASE {target} TEMPLATE {source}')
    if filestore(environment, source).exists():
        shutil.copytree(filestore(environment, source), filestore(environment, target), copy_function=os.link)


def rename(environment, source, target):
    """Give a finished database its name: from here on it counts as made."""
    if filestore(environment, source).exists():
        shutil.rmtree(filestore(environment, target), ignore_errors=True)
        filestore(environment, source).rename(filestore(environment, target))
    environment.sql(f'ALTER DATABASE {source} RENAME TO {target}')


@contextlib.contextmanager
def scratch(environment, source, prefix='winerp_test'):
    """Yield the name of a copy of `source` that is dropped in the end, or by the next ./dev should this one be killed."""
    for path in filestore(environment, '').glob('winerp_*_????????'):
        if not runs.is_alive(path.name[-8:]):
            say(f'dropping the database {path.name}, which an earlier ./dev that was killed left')
            drop(environment, path.name)
    name = f'{prefix}_{uuid.uuid4().hex[:4]}_{runs.current()}'
    try:
        copy(environment, source, name)
        yield name
    finally:
        drop(environment, name)


def key(*parts):
    """Return a short name for what a database is made of."""
    return hashlib.sha256('\0'.join(parts).encode()).hexdigest()[:12]
