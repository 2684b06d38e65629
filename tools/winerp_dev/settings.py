"""Where things are, and what belongs to the project."""
import hashlib
import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLS = REPOSITORY / 'tools'
IS_ROOT = os.geteuid() == 0
IS_CI = bool(os.environ.get('CI'))

LANGUAGE = 'vi_VN'
COUNTRY = 'vn'
RUN_DATABASE = 'winerp'
DEFAULT_PORT = 8069

# What the add-ons depend on or are used with. The test databases also have what only tests need.
BASE_MODULES = ['crm', 'sale_management', 'sale_crm', 'l10n_vn']
TEST_MODULES = [*BASE_MODULES, 'base_automation']


def our_modules():
    """Return the names of the project's add-ons."""
    return sorted(path.parent.name for path in REPOSITORY.glob('*/__manifest__.py'))


def _home():
    if os.environ.get('WINERP_DEV_HOME'):
        return Path(os.environ['WINERP_DEV_HOME']).expanduser()
    if IS_ROOT:  # PostgreSQL refuses to run as root, and another user cannot reach into /root
        return Path('/var/cache/winerp-dev')
    return Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / 'winerp-dev'


def _short(home):
    """Return a folder for sockets, PostgreSQL's and the browser's: their paths have room for 107 characters."""
    if len(str(home)) <= 50:
        return home
    return Path(f'/tmp/winerp-dev-{os.getuid()}-{hashlib.sha256(str(home).encode()).hexdigest()[:8]}')


HOME = _home()
SHORT_HOME = _short(HOME)
LOGS = HOME / 'logs'
SCREENSHOTS = HOME / 'screenshots'
