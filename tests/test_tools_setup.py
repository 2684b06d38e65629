"""What ./dev says and does when a machine is not as it should be. Plain Python, no Odoo."""
import errno
import hashlib
import http.server
import io
import os
import socket
import subprocess
import sys
import threading
import unittest
from contextlib import redirect_stderr
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import Mock, patch

from winerp_dev import apt, cli, console, launcher, odoo_source, ports, postgres, process, python_env
from winerp_dev.console import Failure

REPOSITORY = Path(__file__).resolve().parents[1]


class TestPython(unittest.TestCase):

    def test_wrong_python_without_another_is_told(self):
        with patch.object(sys, 'version_info', (3, 14, 0)), patch.object(launcher, 'find_other', return_value=None), \
                self.assertRaisesRegex(SystemExit, 'Odoo 19 runs on Python 3.10 to 3.13, this is Python 3.14'):
            launcher.main()

    def test_wrong_python_gives_way_to_another(self):
        with patch.object(sys, 'version_info', (3, 9, 2)), patch.object(os, 'execv', side_effect=SystemExit) as execv, \
                patch.object(launcher, 'find_other', return_value='/usr/bin/python3.12'), self.assertRaises(SystemExit):
            launcher.main()
        self.assertEqual(execv.call_args[0][0], '/usr/bin/python3.12')

    def test_a_shim_without_python_is_passed_over(self):
        with patch('shutil.which', return_value='/shim'), \
                patch('subprocess.call', return_value=127):
            self.assertIsNone(launcher.find_other())

    def test_no_ensurepip_is_told(self):
        with patch('importlib.util.find_spec', return_value=None), patch('winerp_dev.settings.IS_ROOT', False), \
                self.assertRaisesRegex(Failure, r'sudo apt-get install python3\.\d+-venv'):
            python_env.require_venv()


class TestPorts(unittest.TestCase):

    def setUp(self):
        self.server = socket.create_server((ports.HOST, 0))
        self.addCleanup(self.server.close)
        self.taken = self.server.getsockname()[1]

    def test_a_taken_port_that_was_asked_for_is_told(self):
        with self.assertRaisesRegex(Failure, f'Port {self.taken} cannot be used .*another with --port'):
            ports.choose(self.taken, 8069)

    def test_a_taken_default_gives_way_to_the_next(self):
        with patch.object(console, 'say'):
            self.assertGreater(ports.choose(None, self.taken), self.taken)

    def test_nonsense_is_told(self):
        with self.assertRaisesRegex(Failure, 'Port 70000 cannot be used .*0-65535'):
            ports.choose(70000, 8069)


class TestOdooSource(unittest.TestCase):

    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        named = patch.dict(os.environ, ODOO_PATH=folder.name)
        named.start()
        self.addCleanup(named.stop)

    def _write_release(self, version):
        (self.path / 'odoo').mkdir()
        (self.path / 'odoo/release.py').write_text(f"version_info = ({version}, 'final', 0, '')\n")

    def test_a_checkout_of_19(self):
        self._write_release('19, 0')
        (self.path / 'addons').mkdir()
        found = odoo_source.given()
        self.assertEqual((found.base, found.addons), (self.path, [self.path / 'addons']))

    def test_another_version_is_told(self):
        for version, name in (('18, 0', '18.0'), ("'saas~18', 4", 'saas~18.4')):
            with self.subTest(version):
                self._write_release(version)
                with self.assertRaisesRegex(Failure, f'is Odoo {name}; these add-ons are for 19.0'):
                    odoo_source.given()
                (self.path / 'odoo/release.py').unlink()
                (self.path / 'odoo').rmdir()

    def test_a_folder_without_odoo_is_told(self):
        with self.assertRaisesRegex(Failure, 'is no Odoo'):
            odoo_source.given()


class TestOdooPackage(unittest.TestCase):

    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        self.tree = self.home / 'odoo-19'
        for target in (patch('winerp_dev.settings.HOME', self.home), patch('winerp_dev.settings.LOGS', self.home),
                       patch.object(odoo_source, 'TREE', self.tree), patch.object(odoo_source, 'DOWNLOADS', self.home),
                       patch.dict(os.environ, ODOO_PATH='')):
            target.start()
            self.addCleanup(target.stop)

    def test_what_would_fail_later_is_told_before_the_first_download(self):
        with patch.dict(os.environ, ODOO_PATH='/nowhere'), self.assertRaisesRegex(Failure, 'is no Odoo'):
            odoo_source.check()
        with patch('shutil.disk_usage', return_value=Mock(free=10 ** 9)), \
                self.assertRaisesRegex(Failure, '1.0 GB free, 2.8 GB are needed'):
            odoo_source.check()
        with patch('shutil.disk_usage', return_value=Mock(free=10 ** 10)), \
                patch.object(apt, 'is_here', return_value=False), self.assertRaisesRegex(Failure, 'ODOO_PATH=/path'):
            odoo_source.check()

    def test_no_network_is_told(self):
        with patch.object(apt, 'download', return_value=False), patch.object(apt, 'mirrors', return_value=['http://m/']), \
                patch.object(odoo_source, '_fetch_newest', return_value=None), \
                self.assertRaisesRegex(Failure, 'could not be fetched from http://m/: check the network'):
            odoo_source._fetch()

    def test_an_unpacked_tree_counts_only_when_complete(self):
        """What an interruption left is made again; the complete tree is used as it is."""
        self.tree.mkdir()
        (self.tree / 'half').touch()
        deb = self.home / 'odoo.deb'

        def unpack(_deb, target):
            (target / odoo_source.IMPORTS / 'odoo').mkdir(parents=True)

        for _again in range(2):
            deb.touch()
            with patch.object(odoo_source, '_fetch', return_value=(deb, '1')) as fetch, \
                    patch.object(odoo_source, '_unpack', unpack):
                found = odoo_source.ensure(self.home)
                self.assertEqual((found.base, found.identity), (self.tree / odoo_source.IMPORTS, 'odoo-19 1'))
        fetch.assert_not_called()
        self.assertFalse((self.tree / 'half').exists())

    def test_what_debian_left_out_is_mended(self):
        odoo, library = self.home / 'odoo', self.home / 'library'
        jquery = library / 'xstatic/pkg/jquery/data/jquery.js'
        for folder in (odoo, jquery.parent):
            folder.mkdir(parents=True)
        jquery.write_text('jQuery')
        (odoo / 'jquery.js').symlink_to('/nowhere/jquery.js')
        (odoo / 'font.ttf').symlink_to('/nowhere/font.ttf')
        odoo_source.mend(odoo, library)
        self.assertEqual((odoo / 'jquery.js').read_text(), 'jQuery')
        self.assertFalse((odoo / 'font.ttf').is_symlink())
        self.assertTrue((odoo / 'addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js').exists())


class _Mirror(http.server.BaseHTTPRequestHandler):
    """A web server for one file, which remembers where downloads began."""

    data = bytes(range(256)) * 4000
    changed = 1_780_000_000
    begun = []

    def do_GET(self):
        begin = int(self.headers.get('Range', 'bytes=0-')[6:].partition('-')[0])
        self.begun.append(begin)
        self.send_response(206 if begin else 200)
        self.send_header('Last-Modified', self.date_time_string(self.changed))
        self.send_header('Content-Length', str(len(self.data) - begin))
        if begin:
            self.send_header('Content-Range', f'bytes {begin}-{len(self.data) - 1}/{len(self.data)}')
        self.end_headers()
        self.wfile.write(self.data[begin:])

    def log_message(self, *_):
        """Keep the test's output clean."""


@unittest.skipUnless(apt.is_here(), 'needs apt')
class TestDownload(unittest.TestCase):

    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.target = Path(folder.name, 'odoo.deb')
        _Mirror.begun = []
        server = http.server.HTTPServer((ports.HOST, 0), _Mirror)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.address = f'http://{ports.HOST}:{server.server_port}/odoo.deb'

    def _interrupted_after(self, data):
        self.target.write_bytes(data)
        os.utime(self.target, (_Mirror.changed, _Mirror.changed))

    def _download(self):
        return apt.download(self.address, self.target, hashlib.sha256(_Mirror.data).hexdigest())

    def test_an_interrupted_download_goes_on(self):
        self._interrupted_after(_Mirror.data[:5000])
        self.assertTrue(self._download())
        self.assertEqual(_Mirror.begun, [5000])
        self.assertEqual(self.target.read_bytes(), _Mirror.data)

    def test_a_spoilt_beginning_is_fetched_again(self):
        self._interrupted_after(b'x' * 5000)
        self.assertFalse(self._download())
        self.assertTrue(self._download(), 'the next time')
        self.assertEqual(_Mirror.begun, [5000, 0])

    def test_another_file_is_refused(self):
        self.assertFalse(apt.download(self.address, self.target, '0' * 64))


class TestPostgres(unittest.TestCase):

    def test_a_url_becomes_variables(self):
        found = postgres.parse_url('postgresql://odoo:p%40ss@db.example:5433/name?sslmode=require')
        self.assertEqual(found, {'PGHOST': 'db.example', 'PGPORT': '5433', 'PGUSER': 'odoo', 'PGPASSWORD': 'p@ss',
                                 'PGSSLMODE': 'require'})

    def test_a_wrong_url_is_told(self):
        with self.assertRaisesRegex(Failure, 'DATABASE_URL must look like'):
            postgres.parse_url('mysql://odoo@db/name')

    def test_the_environment_names_a_server_or_none(self):
        self.assertIsNone(postgres.given_environment({'PGUSER': 'somebody', 'HOME': '/'}))
        self.assertEqual(postgres.given_environment({'PGHOST': '/run', 'HOME': '/'}), {'PGHOST': '/run'})


class TestCommandLine(unittest.TestCase):

    def test_failures_are_sentences_without_a_traceback(self):
        full = OSError(errno.ENOSPC, 'No space left on device')
        denied = PermissionError(errno.EACCES, 'denied', '/some/where')
        for error, text in ((Failure('Do this.'), 'ERROR: Do this.'), (full, 'ERROR: The disk is full'),
                            (denied, 'ERROR: No permission for /some/where'), (KeyboardInterrupt(), 'Stopped.')):
            with self.subTest(text), patch('winerp_dev.commands.bench.main', side_effect=error), \
                    patch.dict(os.environ), redirect_stderr(io.StringIO()) as printed:
                self.assertNotEqual(cli.main(['bench']), 0)
            self.assertIn(text, printed.getvalue())
            self.assertNotIn('Traceback', printed.getvalue())


class TestProcesses(unittest.TestCase):

    def test_an_interruption_ends_the_child_and_its_children(self):
        script = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
        child = process.start([sys.executable, '-c', script], stdout=subprocess.PIPE, text=True)
        grandchild = int(child.stdout.readline())
        child.stdout.close()
        process.stop(child)
        self.assertIsNotNone(child.returncode)
        state = Path(f'/proc/{grandchild}/stat')
        self.assertTrue(not state.exists() or state.read_text().split()[2] == 'Z', 'the grandchild lives on')

    def test_a_failed_child_is_told_with_its_log(self):
        with TemporaryDirectory() as folder, patch('builtins.print'), \
                self.assertRaisesRegex(Failure, r'It failed\. The whole log: .*/log'):
            process.run_logged(['sh', '-c', 'echo why; exit 3'], Path(folder, 'log'), 'It failed.')
