"""The list of ./dev screenshots, and the pictures that it has put into the add-on. Plain Python, no browser."""
import re
import unittest
from pathlib import Path

from winerp_dev.commands import screenshots
from winerp_dev.screenshots import shots

REPOSITORY = Path(__file__).resolve().parents[1]
OTHER_IMAGES = {'icon.png'}
MAX_SIZE = 200_000  # bytes, for everybody who clones or installs pays for them
MANIFEST = REPOSITORY / screenshots.ADDON / '__manifest__.py'


class TestScreenshots(unittest.TestCase):

    def test_names_are_different(self):
        names = [shot.name for shot in shots.SHOTS]
        self.assertEqual(len(names), len(set(names)))

    def test_demo_records_exist(self):
        demo = ''.join(path.read_text() for path in REPOSITORY.glob('*/demo/*.xml'))
        for shot in shots.SHOTS:
            for name in re.findall(r'{(\w+)}', shot.path):
                self.assertIn(f'id="{name}"', demo, shot.name)

    def test_published_are_taken(self):
        devices = {shot.name: shot.devices for shot in shots.SHOTS}
        for name, (shot, language, device) in shots.PUBLISHED.items():
            with self.subTest(name=name):
                self.assertIn(device, devices[shot])
                self.assertIn(language, shots.LANGUAGES)

    def test_published_are_there_and_shown(self):
        files = {path.name for path in screenshots.PUBLISHED.glob('*.png')} - OTHER_IMAGES
        self.assertEqual(files, set(shots.PUBLISHED))
        for name in ('README.md', 'README.vi.md'):
            shown = re.findall(r'static/description/(\w+\.png)', (REPOSITORY / name).read_text())
            self.assertEqual(set(shown), files, name)

    def test_published_are_small(self):
        for name in shots.PUBLISHED:
            self.assertLess((screenshots.PUBLISHED / name).stat().st_size, MAX_SIZE, name)
