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
        for pictures in BOOK['published'].values():
            for name, (shot, language, device) in pictures.items():
                with self.subTest(name=name):
                    self.assertIn(device, BOOK['shots'][shot].get('devices', BOOK['devices']))
                    self.assertIn(language, BOOK['languages'])

    def test_published_are_there_shown_and_small(self):
        for addon, pictures in BOOK['published'].items():
            folder = REPOSITORY / addon / 'static/description'
            self.assertEqual({path.name for path in folder.glob('*.png')} - OTHER_IMAGES, set(pictures))
            shown = set(re.findall(r'src="(\w+\.png)"', (folder / 'index.html').read_text()))
            for name in pictures:
                self.assertIn(name, shown)
                self.assertLess((folder / name).stat().st_size, MAX_SIZE, name)

    def test_both_readmes_show_the_same(self):
        one, other = (set(re.findall(r'\w+/static/description/\w+\.png', (REPOSITORY / name).read_text()))
                      for name in ('README.md', 'README.vi.md'))
        self.assertEqual(one, other)
        self.assertTrue(all((REPOSITORY / path).exists() for path in one))
