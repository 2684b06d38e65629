"""Odoo 19 as Debian packages it: fetch it from the machine's own mirror, unpack it, mend it."""
import shutil
import subprocess
from pathlib import Path

from . import apt, process, settings
from .console import Failure, say, step, watch

PACKAGE, VERSION = 'odoo-19', '19.0.0+dfsg-1'
POOL = f'pool/main/o/odoo/{PACKAGE}_{VERSION}_all.deb'
SHA256 = '9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf'
DEB_SIZE = 122_533_504
DISK_NEEDED = 2_800_000_000  # the tree, the Python packages, the databases and some room
IMPORTS = Path('usr/lib/python3/dist-packages')
KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
HOW_ELSE = 'Or give a checkout of the 19.0 branch: ODOO_PATH=/path/to/odoo ./dev ...'


def ensure(library):
    """Return (folder to import Odoo from, identity)."""
    tree = settings.HOME / f'odoo-{VERSION}'
    stamp = tree / '.complete'
    if not stamp.exists():
        _require_room()
        deb, version = _fetch()
        temporary = tree.with_suffix('.unpacking')
        for leftover in (temporary, tree):
            shutil.rmtree(leftover, ignore_errors=True)
        with step('Unpacking Odoo', '1.2 GB'):
            _unpack(deb, temporary)
            mend(temporary / IMPORTS / 'odoo', library)
        (temporary / '.complete').write_text(version)
        temporary.rename(tree)
        deb.unlink()
    return tree / IMPORTS, f'{PACKAGE} {stamp.read_text()}'


def _require_room():
    settings.HOME.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.HOME).free
    if free < DISK_NEEDED:
        raise Failure(f'{settings.HOME} has {free / 1e9:.1f} GB free, {DISK_NEEDED / 1e9:.1f} GB are needed: '
                      'free some space, or put the cache elsewhere with WINERP_DEV_HOME.')


def _fetch():
    """Return (path, version) of the package: the pinned one, else the newest that Debian signed."""
    if not apt.is_here():
        raise Failure(f'This machine has no apt, and Odoo 19 is fetched with it. {HOW_ELSE}')
    mirrors = apt.mirrors()
    if not mirrors:
        raise Failure(f'There is no Debian mirror in /etc/apt, and Odoo 19 is fetched from one. {HOW_ELSE}')
    target = settings.HOME / 'downloads' / f'{PACKAGE}_{VERSION}.deb'
    target.parent.mkdir(parents=True, exist_ok=True)
    for mirror in mirrors:
        with step('Fetching Odoo 19', f'{DEB_SIZE / 1e6:.0f} MB'), watch(lambda: _progress(target)):
            if apt.download(mirror + POOL, target, SHA256):
                return target, VERSION
    say(f'  {PACKAGE} {VERSION} could not be fetched; trying the newest one')
    for mirror in mirrors:
        newest = _fetch_newest(mirror)
        if newest:
            return newest
    raise Failure(f'Odoo 19 could not be fetched from {mirrors[0]}: check the network and start again. {HOW_ELSE}')


def _progress(target):
    partial = [path for path in (target, target.with_name(target.name + '.partial')) if path.exists()]
    size = max((path.stat().st_size for path in partial), default=0)
    return f'{size / 1e6:.0f} of {DEB_SIZE / 1e6:.0f} MB'


def _fetch_newest(mirror):
    """Fetch what sid has now with an apt configuration of its own, so that the machine's stays as it is."""
    home = settings.HOME / 'downloads/apt'
    for folder in ('lists/partial', 'archives/partial'):
        (home / folder).mkdir(parents=True, exist_ok=True)
    (home / 'sid.list').write_text(f'deb [signed-by={KEYRING}] {mirror} sid main\n')
    options = [f'-oDir::State::Lists={home}/lists', f'-oDir::Etc::sourcelist={home}/sid.list',
               '-oDir::Etc::sourceparts=-', f'-oDir::Cache={home}', '-oAcquire::Languages=none', '-q', *apt.NO_SANDBOX]
    # A mirror may lag behind; the second try drops the date of its index, never its signature.
    if all(_quiet(['apt-get', *options, *more, 'update']) for more in ([], ['-oAcquire::Check-Valid-Until=false'])):
        return None
    if _quiet(['apt-get', *options, 'download', PACKAGE], cwd=home):
        return None
    deb = max(home.glob(f'{PACKAGE}_*.deb'), key=lambda path: path.stat().st_mtime)
    return deb, deb.name.split('_')[1].replace('%3a', ':')


def _quiet(command, **options):
    return process.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)


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
