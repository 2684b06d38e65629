"""The checks of ./dev lint on the repository itself, and what databases are keyed by. Plain Python, no Odoo."""
import importlib.util
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from winerp_dev import sources

spec = importlib.util.spec_from_file_location(
    'repository', Path(__file__).resolve().parents[1] / 'tools/lint/repository.py')
repository = importlib.util.module_from_spec(spec)
spec.loader.exec_module(repository)


class TestRepositoryChecks(unittest.TestCase):

    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def _write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def test_links(self):
        text = '# What it is\n[a](#what-it-is) [b](#no) [c](no.md) [d](https://x.example) ![e](e.png)'
        path = self._write('README.md', text)
        self._write('e.png', '')
        found = list(repository.check_links([path]))
        self.assertEqual([line.split()[-3] for line in found], ['#no', 'no.md'])

    def test_manifest(self):
        manifest = {'name': 'A', 'author': 'B', 'license': 'LGPL-3', 'version': '1', 'depends': [],
                    'application': False, 'colour': 'red', 'data': ['x.xml']}
        found = list(repository.check_manifest(self.folder / '__manifest__.py', manifest))
        self.assertEqual(len(found), 3)

    def test_broken_xml(self):
        self.assertTrue(list(repository.check_xml([self._write('a.xml', '<odoo><record></odoo>')])))

    def test_hosts_and_paths(self):
        lines = ['https://pypi' + '.org/x', 'see /wo' + 'rk/main', 'a network/wo' + 'rk/main, ~/wo' + 'rk/x']
        found = list(repository.check_words([self._write('a.txt', '\n'.join(lines))]))
        self.assertEqual([line.split(':')[1] for line in found], ['1', '2'])


class TestKeys(unittest.TestCase):

    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.module = Path(folder.name, 'some_module')
        (self.module / 'tests').mkdir(parents=True)
        (self.module / 'static/tests').mkdir(parents=True)
        (self.module / '__manifest__.py').write_text('{}')
        patcher = patch('winerp_dev.settings.REPOSITORY', Path(folder.name))
        patcher.start()
        self.addCleanup(patcher.stop)

    def _changed_by(self, name):
        before = sources.for_tests(), sources.for_run()
        (self.module / name).write_text('changed')
        after = sources.for_tests(), sources.for_run()
        return tuple(old != new for old, new in zip(before, after, strict=True))

    def test_what_makes_databases_anew(self):
        self.assertEqual(self._changed_by('data.xml'), (True, True))
        self.assertEqual(self._changed_by('static/tests/a.test.js'), (True, False), 'compiled into the assets of tests')
        self.assertEqual(self._changed_by('tests/test_a.py'), (False, False))
