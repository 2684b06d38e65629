"""What the add-ons' files are, as a key: databases are made again when it changes."""
import hashlib

from . import settings

IGNORED = {'__pycache__', 'readme'}


def digest(*, ignored=()):
    """Return a hash of the add-ons' files.

    :param ignored: folders, relative to an add-on, that do not matter for the purpose
    """
    found = hashlib.sha256()
    for module in settings.our_modules():
        root = settings.REPOSITORY / module
        skipped = [root / folder for folder in ignored]
        for path in sorted(root.rglob('*')):
            if IGNORED & set(path.parts) or path.suffix == '.pyc' or not path.is_file():
                continue
            if any(folder == path or folder in path.parents for folder in skipped):
                continue
            found.update(f'{path.relative_to(settings.REPOSITORY)}\0'.encode())
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:12]


def for_tests():
    """Return the key of a test database: its installed data and its assets, those of static/tests too."""
    return digest(ignored=('tests', 'static/description'))


def for_run():
    """Return the key of the running database; Odoo itself notices other scripts and styles."""
    return digest(ignored=('tests', 'static/tests', 'static/src', 'static/description'))
