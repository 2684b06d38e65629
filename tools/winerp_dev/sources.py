"""What the add-ons' files are, as a key: databases are made again when it changes.

The bodies of methods count too: installing runs hooks, defaults, constraints and stored computes.
"""
import hashlib

from . import settings

IGNORED = {'__pycache__', 'readme', 'README.rst', 'pyproject.toml'}


def digest(*ignored):
    """Return a hash of the add-ons' files; `ignored` are folders, relative to an add-on, that do not matter."""
    found = hashlib.sha256()
    for module in settings.our_modules():
        root = settings.REPOSITORY / module
        skipped = {root / folder for folder in ignored}
        for path in sorted(root.rglob('*')):
            if path.is_file() and path.suffix != '.pyc' and not IGNORED & set(path.parts) and not skipped & set(path.parents):
                found.update(f'{path.relative_to(settings.REPOSITORY)}\0'.encode())
                found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:12]


def for_tests():
    """Return the key of a test database: its installed data and its assets, those of static/tests too."""
    return digest('tests', 'static/description')


def for_run():
    """Return the key of the running database; Odoo itself notices other scripts and styles."""
    return digest('tests', 'static/tests', 'static/src', 'static/description')
