"""What is left when ./dev is interrupted or killed: nothing. Plain Python, no Odoo."""
import contextlib
import io
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest.mock import patch

import pytest

from winerp_dev import console, programs, pytest_plugin, runs, settings
from winerp_dev.commands import screenshots

# A ./dev whose command starts a browser-like child in a session of its own, and leaves a file in TMPDIR.
LIVE = """
import subprocess, sys, tempfile, time
from winerp_dev import cli
from winerp_dev.commands import bench
def main(arguments):
    child = subprocess.Popen(['sleep', '300'], start_new_session=True)
    tempfile.mkdtemp()
    try:
        print('begun:', child.pid, tempfile.gettempdir(), flush=True)
        time.sleep(300)
    finally:
        print('slow end', flush=True)
        time.sleep(2)
        print('ended', flush=True)
bench.main = main
sys.exit(cli.main(['bench']))
"""


def is_alive(pid):
    state = Path(f'/proc/{pid}/stat')
    return state.exists() and state.read_text().split()[2] != 'Z'


class TestEnd(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir='/tmp')  # short: it is for sockets too
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)

    def _start(self):
        variables = {**os.environ, 'WINERP_DEV_HOME': str(self.home), 'PYTHONPATH': str(settings.TOOLS)}
        child = subprocess.Popen([sys.executable, '-c', LIVE], env=variables, text=True, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, start_new_session=True)
        self.addCleanup(child.stdout.close)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        before = self._read_until(child, 'begun:')
        _word, pid, temporary = before.splitlines()[-1].split()
        return child, int(pid), Path(temporary), before

    def _read_until(self, child, word):
        text = line = ''
        while word not in line:
            line = child.stdout.readline()
            self.assertTrue(line, f'it ended: {text}')
            text += line
        return text

    def test_a_second_interruption_does_no_harm(self):
        child, pid, temporary, _before = self._start()
        child.send_signal(signal.SIGINT)
        printed = self._read_until(child, 'slow end')
        child.send_signal(signal.SIGINT)
        printed += child.stdout.read()
        self.assertEqual(child.wait(20), 130)
        self.assertRegex(printed, re.compile('stopping.*still stopping.*ended.*Stopped', re.DOTALL))
        self.assertFalse(is_alive(pid) or temporary.exists())
        self.assertTrue(temporary.is_relative_to(self.home))

    def test_nothing_outlives_a_killed_one_and_the_next_says_so(self):
        child, pid, temporary, _before = self._start()
        child.kill()
        child.wait()
        for _ in range(100):
            if not is_alive(pid):
                break
            time.sleep(0.1)
        self.assertFalse(is_alive(pid))
        time.sleep(0.5)  # its guard has a last look round
        _next, _pid, _temporary, before = self._start()
        self.assertIn('an earlier ./dev was killed', before)
        self.assertFalse(temporary.exists())


class TestHome(unittest.TestCase):

    def _problem(self, home):
        with patch.object(settings, 'HOME', Path(home)), self.assertRaises(console.Failure) as caught:
            runs.require_home()
        return str(caught.exception)

    def test_foolish_folders_are_told(self):
        with tempfile.NamedTemporaryFile() as file:
            self.assertIn('is a file', self._problem(file.name))
            self.assertIn('lies below one', self._problem(f'{file.name}/below'))
        self.assertIn('is relative', self._problem('cache'))
        self.assertIn('comma', self._problem('/tmp/a,b'))
        self.assertIn('cannot be written to', self._problem('/proc/nowhere'))

    def test_spaces_are_welcome(self):
        with tempfile.TemporaryDirectory(suffix=' with spaces') as folder, patch.object(settings, 'HOME', Path(folder)):
            runs.require_home()


class TestBrowser(unittest.TestCase):

    def test_pictures_without_a_browser_are_refused_at_once(self):
        with patch.object(programs, 'find_browser', return_value=None), patch('winerp_dev.apt.can_install', return_value=False), \
                self.assertRaisesRegex(console.Failure, 'There is no browser'):
            screenshots.main(None)

    def test_a_failed_test_names_its_pictures(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, age in (('old', 60), ('new', 1)):
                path = Path(folder, 'db/screenshots', f'{name}.png')
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
                os.utime(path, (time.time() - age,) * 2)
            self.assertEqual([path.name for path in pytest_plugin.screenshots(Path(folder), 10)], ['new.png'])


class TestLoggedErrors(unittest.TestCase):

    def test_an_error_fails_a_test_and_a_warning_does_not(self):
        records = [logging.makeLogRecord({'name': 'odoo', 'levelno': level, 'msg': 'oops'}) for level in (30, 40)]
        pytest_plugin.fail_on_errors(records[:1])
        with self.assertRaisesRegex(pytest.fail.Exception, 'odoo: oops'):
            pytest_plugin.fail_on_errors(records)


class TestStep(unittest.TestCase):

    def test_a_deletion_has_a_name(self):
        folder = Path(tempfile.mkdtemp())
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            console.delete(folder, 'Deleting it')
            console.delete(folder, 'Deleting what is not there')
        self.assertFalse(folder.exists())
        self.assertIn('Deleting it', printed.getvalue())
        self.assertNotIn('not there', printed.getvalue())
