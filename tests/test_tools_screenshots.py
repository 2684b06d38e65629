"""The list of ./dev screenshots, and the pictures that it has put into the add-on. Plain Python, no browser."""
import re
import unittest
from pathlib import Path

import yaml

from winerp_dev.commands import screenshots

REPOSITORY = Path(__file__).resolve().parents[1]
OTHER_IMAGES = {'icon.png'}
MAX_SIZE = 200_000  # bytes, for everybody who clones or installs pays for them
BOOK = yaml.safe_load((screenshots.FOLDER / 'shots.yaml').read_text())
VERBS = {'find', 'click', 'hover', 'drag', 'type', 'run'}


def verbs(steps):
    for step in steps:
        yield from verbs(step) if isinstance(step, list) else step


class TestScreenshots(unittest.TestCase):

    def test_shots_are_complete(self):
        for name, shot in BOOK['shots'].items():
            with self.subTest(name=name):
                self.assertLessEqual(set(shot.get('devices', ())), set(BOOK['devices']))
                self.assertLessEqual(set(verbs(shot['steps'])), VERBS)
                self.assertTrue(shot['login'] and shot['path'])

    def test_demo_records_exist(self):
        demo = ''.join(path.read_text() for path in REPOSITORY.glob('*/demo/*.xml'))
        for shot in BOOK['shots'].values():
            for name in re.findall(r'{(\w+)}', shot['path']):
                self.assertIn(f'id="{name}"', demo)

    def test_published_are_taken(self):
        for name, (shot, language, device) in BOOK['published'].items():
            with self.subTest(name=name):
                self.assertIn(device, BOOK['shots'][shot].get('devices', BOOK['devices']))
                self.assertIn(language, BOOK['languages'])

    def test_published_are_there_and_shown(self):
        files = {path.name for path in screenshots.PUBLISHED.glob('*.png')} - OTHER_IMAGES
        self.assertEqual(files, set(BOOK['published']))
        for name in ('README.md', 'README.vi.md'):
            shown = re.findall(r'static/description/(\w+\.png)', (REPOSITORY / name).read_text())
            self.assertEqual(set(shown), files, name)

    def test_published_are_small(self):
        for name in BOOK['published']:
            self.assertLess((screenshots.PUBLISHED / name).stat().st_size, MAX_SIZE, name)
