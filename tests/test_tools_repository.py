"""What must not be in the repository, manifests as Odoo wants them, and what databases are keyed by."""
import importlib.util
import re
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import yaml

from odoo.modules.module import Manifest
from odoo.tests import BaseCase, tagged
from odoo.tools.misc import file_path

from winerp_dev import settings, sources

# Alone, since the others of test_lint want linters that are not here.
spec = importlib.util.spec_from_file_location('test_manifests', file_path('test_lint/tests/test_manifests.py'))
test_manifests = importlib.util.module_from_spec(spec)
spec.loader.exec_module(test_manifests)


class TestForbiddenWords(unittest.TestCase):

    def test_hosts_and_paths(self):
        hooks = yaml.safe_load((settings.REPOSITORY / '.pre-commit-config.yaml').read_text())['repos'][0]['hooks']
        patterns = [hook['entry'] for hook in hooks if hook['language'] == 'pygrep']
        lines = ['https://pypi' + '.org/x', 'see /wo' + 'rk/main', 'a network/wo' + 'rk/main, ~/wo' + 'rk/x']
        self.assertEqual([any(re.search(pattern, line) for pattern in patterns) for line in lines], [True, True, False])


@tagged('post_install', '-at_install')
class TestManifests(BaseCase):

    def test_keys(self):
        """Odoo's own check, but for what it has forgotten (excludes) and what OCA's tools read."""
        known = test_manifests.MANIFEST_KEYS | {'excludes', 'maintainers', 'development_status'}
        for name in settings.our_modules():
            with self.subTest(name), patch.object(test_manifests, 'MANIFEST_KEYS', known):
                manifest = Manifest.for_addon(name)
                test_manifests.ManifestLinter._test_manifest_keys(self, manifest)
                test_manifests.ManifestLinter._test_manifest_values(self, manifest)


class TestBothRunners(unittest.TestCase):

    def test_odoos_own_runner_sees_the_tests_that_pytest_finds(self):
        for module in settings.our_modules():
            folder = settings.REPOSITORY / module / 'tests'
            imported = re.findall(r'^from \. import (test_\w+)$', (folder / '__init__.py').read_text(), re.MULTILINE)
            self.assertEqual(sorted(path.stem for path in folder.glob('test_*.py')), sorted(imported))


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
        self.assertEqual(self._changed_by('pyproject.toml'), (False, False))
