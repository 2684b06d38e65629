"""The checks of the translations, and the merge of new terms into them. Plain Python, no Odoo."""
import importlib.util
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

import polib

from winerp_dev import translations

spec = importlib.util.spec_from_file_location('checks', Path(__file__).resolve().parents[1] / 'i18n/checks.py')
checks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(checks)
GLOSSARY = {'Stage': 'Giai đoạn', 'Sales Order': 'Đơn bán hàng', 'Expected Revenue': 'Doanh thu dự kiến'}


def entry(source, translation, **options):
    return polib.POEntry(msgid=source, msgstr=translation, **options)


class TestChecks(unittest.TestCase):

    def _glossary(self, source, translation):
        return list(checks.check_glossary([entry(source, translation)], 'vi.po', GLOSSARY))

    def test_the_glossarys_words(self):
        self.assertFalse(self._glossary('Stage', 'Giai đoạn'))
        self.assertFalse(self._glossary('Create Sales Order', 'Tạo đơn bán hàng'))
        self.assertFalse(self._glossary('On stage', 'Trên sân khấu'))

    def test_other_words(self):
        self.assertIn("'Stage:' is 'Giai đoạn'", self._glossary('Stage:', 'Bước:')[0])
        self.assertIn("'Sales Order' is 'Đơn bán hàng'", self._glossary('Create Sales Order', 'Tạo hóa đơn')[0])

    def test_what_is_not_complete(self):
        entries = [entry('A', ''), entry('B', 'b', flags=['fuzzy']), entry('C', 'c'), entry('D', 'd', obsolete=True)]
        found = list(checks.check_complete(entries, 'vi.po'))
        self.assertEqual([line.split(': ')[1] for line in found],
                         ['not translated', 'to be reviewed (fuzzy)', 'no longer used'])

    def test_placeholders_and_tags(self):
        wrong = list(checks.check_placeholders(
            [entry('%(name)s lacks <b>it</b>', '%(nam)s thiếu <b>nó</b>'), entry('%s', 'x'), entry('<b>a</b>', 'a'),
             entry('%(a)s and %(b)s', '%(b)s và %(a)s')], 'vi.po'))
        self.assertEqual(len(wrong), 3)

    def test_terms_that_the_language_lacks(self):
        found = list(checks.check_template([entry('A', ''), entry('B', '')], [entry('A', 'a')], 'vi.po'))
        self.assertEqual(len(found), 1)
        self.assertIn("lacks 'B'", found[0])


class TestMerge(unittest.TestCase):

    def test_new_terms_come_empty_and_unused_ones_go(self):
        with TemporaryDirectory() as folder:
            template, path = Path(folder, 'x.pot'), Path(folder, 'vi.po')
            for target, entries in ((template, [entry('New thing', ''), entry('Kept', '')]),
                                    (path, [entry('Kept', 'Giữ'), entry('Gone', 'Mất')])):
                catalog = polib.POFile()
                catalog.metadata = {'Content-Type': 'text/plain; charset=UTF-8'}
                catalog.extend(entries)
                catalog.save(str(target))
            translations.merge(template, path, 'vi')
            self.assertEqual({found.msgid: found.msgstr for found in polib.pofile(str(path))},
                             {'Kept': 'Giữ', 'New thing': ''})
