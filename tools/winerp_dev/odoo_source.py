"""Which Odoo 19 is used: the one of ODOO_PATH, or Debian's package from the machine's own mirror.

Own code: no package registry of Python has Odoo, and apt alone would install it for one Python and the whole machine.
"""
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from . import apt, locks, process, settings
from .console import Failure, say, step

SERIES = '19.0'
PACKAGE, VERSION = 'odoo-19', '19.0.0+dfsg-1'
POOL = f'pool/main/o/odoo/{PACKAGE}_{VERSION}_all.deb'
SHA256 = '9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf'
DEB_SIZE = 122_533_504
DISK_NEEDED = 2_800_000_000  # the tree, the Python packages, the databases and some room
IMPORTS = Path('usr/lib/python3/dist-packages')
KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
TREE = settings.HOME / f'odoo-{VERSION}'
DOWNLOADS = settings.HOME / 'downloads'
HOW_ELSE = 'Or give a checkout of the 19.0 branch: ODOO_PATH=/path/to/odoo ./dev ...'


@dataclass
class OdooSource:
    """An Odoo tree: the folder to import it from, what tells it from others, and more add-ons folders."""

    base: Path
    identity: str
    addons: list = field(default_factory=list)


def check():
    """Fail in a sentence, before anything is fetched, when there will be no Odoo."""
    if given() or (TREE / locks.COMPLETE).exists():
        return
    free = shutil.disk_usage(settings.HOME).free
    if free < DISK_NEEDED:
        raise Failure(f'{settings.HOME} has {free / 1e9:.1f} GB free, {DISK_NEEDED / 1e9:.1f} GB are needed: '
                      'free some space, or put the cache elsewhere with WINERP_DEV_HOME.')
    if not apt.is_here():
        raise Failure(f'This machine has no apt, and Odoo 19 is fetched with it. {HOW_ELSE}')


def ensure(library):
    """Return the Odoo to use, fetching it when needed.

    :param library: where the Python packages are; some mend Debian's package
    """
    def make(folder):
        deb, version = _fetch()
        _unpack(deb, folder)
        mend(folder / IMPORTS / 'odoo', library)
        deb.unlink()
        return version

    if found := given():
        return found
    version = locks.make_once(TREE, 'Fetching and unpacking Odoo 19', '1.2 GB', make)
    return OdooSource(TREE / IMPORTS, f'{PACKAGE} {version}')


def given():
    """Return the Odoo that the user named, a checkout or an unpacked package, or None; fail when it cannot be used."""
    if not os.environ.get('ODOO_PATH'):
        return None
    path = Path(os.environ['ODOO_PATH']).expanduser()
    base = next((base for base in (path, path / IMPORTS) if (base / 'odoo/release.py').is_file()), None)
    if not base:
        raise Failure(f'ODOO_PATH={path} is no Odoo: there is no odoo/release.py. '
                      'Give the folder of a checkout of the 19.0 branch.')
    base = base.absolute()
    release = (base / 'odoo/release.py').read_text()
    version = re.search(r'^version_info = \(([^,]+), *([^,]+)', release, re.MULTILINE)
    series = '.'.join(part.strip('\'"') for part in version.groups()) if version else 'of no version'
    if series != SERIES:
        raise Failure(f'ODOO_PATH={path} is Odoo {series}; these add-ons are for {SERIES}. '
                      f'Check out the branch {SERIES} there.')
    addons = [base / 'addons'] if (base / 'addons').is_dir() else []
    return OdooSource(base, f'{base}:{_revision(base)}', addons)


def _revision(base):
    try:
        return process.output(['git', '-C', base, 'rev-parse', 'HEAD'])
    except (OSError, subprocess.CalledProcessError):
        return str((base / 'odoo/release.py').stat().st_mtime_ns)


# ------------------------------------------------------------ Debian's package
def _fetch():
    """Return (path, version) of the package: the pinned one, else the newest that Debian signed."""
    mirrors = apt.mirrors()
    if not mirrors:
        raise Failure(f'There is no Debian mirror in /etc/apt, and Odoo 19 is fetched from one. {HOW_ELSE}')
    target = DOWNLOADS / f'{PACKAGE}_{VERSION}.deb'
    DOWNLOADS.mkdir(parents=True, exist_ok=True)
    for mirror in mirrors:
        with step('Fetching Odoo 19', f'{DEB_SIZE / 1e6:.0f} MB', lambda: _progress(target)):
            if apt.download(mirror + POOL, target, SHA256):
                return target, VERSION
    say(f'  {PACKAGE} {VERSION} could not be fetched; trying the newest one')
    newest = next(filter(None, map(_fetch_newest, mirrors)), None)
    if newest:
        return newest
    raise Failure(f'Odoo 19 could not be fetched from {mirrors[0]}: check the network and start again. {HOW_ELSE}')


def _progress(target):
    size = max((path.stat().st_size for path in target.parent.glob(f'{target.name}*')), default=0)
    return f'{size / 1e6:.0f} of {DEB_SIZE / 1e6:.0f} MB'


def _fetch_newest(mirror):
    """Fetch what sid has now with an apt configuration of its own, so that the machine's stays as it is."""
    home = DOWNLOADS / 'apt'
    for folder in ('lists/partial', 'archives/partial'):
        (home / folder).mkdir(parents=True, exist_ok=True)
    (home / 'sid.list').write_text(f'deb [signed-by={KEYRING}] {mirror} sid main\n')
    apt_get = ['apt-get', f'-oDir::State::Lists={home}/lists', f'-oDir::Etc::sourcelist={home}/sid.list',
               '-oDir::Etc::sourceparts=-', f'-oDir::Cache={home}', '-oAcquire::Languages=none', '-q', *apt.NO_SANDBOX,
               '-oAcquire::Check-Valid-Until=false']  # a mirror may lag behind; what it has is signed all the same
    for words in (['update'], ['download', PACKAGE]):
        if process.run([*apt_get, *words], cwd=home, **process.QUIET):
            return None
    deb = max(home.glob(f'{PACKAGE}_*.deb'), key=lambda path: path.stat().st_mtime)
    return deb, deb.name.split('_')[1].replace('%3a', ':')


def _unpack(deb, target):
    process.run_logged(['dpkg-deb', '-x', deb, target], settings.LOGS / 'unpack.log', 'Odoo could not be unpacked.')
    shutil.rmtree(target / IMPORTS / 'addons', ignore_errors=True)  # a stray second copy of the Python files


def mend(odoo, library):
    """Put back what Debian left out of the package.

    It replaces bundled files by links into other packages, and drops one script without its source;
    without jquery the login page answers 500, without the script every page logs an error.
    """
    found = {'jquery.js': library / 'xstatic/pkg/jquery/data/jquery.js'}
    fonts = library / 'xstatic/pkg/font_awesome/data/fonts'
    for link in [path for path in odoo.rglob('*') if path.is_symlink() and not path.exists()]:
        source = found.get(link.name, fonts / link.name)
        link.unlink()
        if source.is_file():
            shutil.copyfile(source, link)  # the others are optional fonts
    script = odoo / 'addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js'
    if not script.exists():
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text('/* not in the Debian package; background blur in calls does not work without it */\n')
