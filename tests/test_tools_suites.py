"""How the results of Odoo's own runner are read and compared. Plain Python, no Odoo."""
import os
import sys
import unittest
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import Mock, patch

from winerp_dev import native, process
from winerp_dev.commands import suites
from winerp_dev.console import Failure

START = '2026-11-23 06:00:00,123 7 {} db odoo.addons.crm.tests.test_lead: {}\n'
LOG = ''.join((
    START.format('INFO', 'Starting TestLead.test_a ... '),
    START.format('INFO', 'Starting TestLead.test_b ... '),
    START.format('ERROR', 'FAIL: TestLead.test_b'),
    START.format('INFO', 'Starting TestLead.test_c ... '),
    START.format('ERROR', 'ERROR: Subtest TestLead.test_c (n=1)'),
))


class TestResults(unittest.TestCase):

    def test_reading(self):
        self.assertEqual(native.read_results(LOG), {
            'crm.tests.test_lead:TestLead.test_a': True,
            'crm.tests.test_lead:TestLead.test_b': False,
            'crm.tests.test_lead:TestLead.test_c': False,
        })

    def _compare(self, without, with_ours, known=()):
        with redirect_stdout(StringIO()) as printed:
            code = suites.compare(without, with_ours, set(known))
        return code, printed.getvalue()

    def test_the_same(self):
        self.assertEqual(self._compare({'a': True}, {'a': True})[0], 0)
        self.assertEqual(self._compare({'a': False}, {'a': False}, ['a'])[0], 0)

    def test_differences(self):
        for without, with_ours in (({'a': True}, {'a': False}), ({'a': True}, {}), ({'a': False}, {'a': False})):
            code, printed = self._compare(without, with_ours)
            self.assertEqual(code, 1)
            self.assertIn('a: ', printed)

    def test_a_known_failure_that_only_happens_with_the_add_ons_is_a_difference(self):
        self.assertEqual(self._compare({'a': True}, {'a': False}, ['a'])[0], 1)


class TestWatch(unittest.TestCase):

    def _run(self, script):
        with TemporaryDirectory() as folder, patch.object(native, 'SILENCE', 3):
            log = Path(folder, 'log')
            child = native.start([sys.executable, '-c', script], log, dict(os.environ))
            self.addCleanup(process.stop, child)
            native.watch(log, child)
            return child.returncode

    def test_a_hanging_test_is_told(self):
        with self.assertRaisesRegex(Failure, 'A test hangs'):
            self._run('import time; time.sleep(60)')

    def test_the_exit_code(self):
        self.assertEqual(self._run('raise SystemExit(3)'), 3)


class TestReport(unittest.TestCase):

    def _report(self, text, code=0):
        with TemporaryDirectory() as folder, redirect_stdout(StringIO()) as printed, \
                patch('winerp_dev.native.say', print):
            log = Path(folder, 'log')
            log.write_text(text)
            return native.report({log: Mock(returncode=code)}), printed.getvalue().splitlines()[-1]

    def test_green(self):
        self.assertEqual(self._report('0 failed, 0 error(s) of 7 tests when loading\n'), (0, '7 passed, 0 failed'))

    def test_a_failure(self):
        self.assertEqual(self._report('1 failed, 1 error(s) of 7 tests when loading\n', 1), (1, '5 passed, 2 failed'))

    def test_a_logged_error_fails_a_green_run(self):
        text = '2026-11-23 06:00:00,123 7 ERROR db odoo.http: oops\n0 failed, 0 error(s) of 7 tests when loading\n'
        self.assertEqual(self._report(text), (1, '7 passed, 0 failed'))

    def test_a_run_that_broke_off(self):
        with self.assertRaisesRegex(Failure, 'did not come to an end'):
            self._report('nothing')
