"""The checks of the translations, and the merge of new terms into them. Plain Python, no Odoo."""
import sys
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

import polib
from babel.messages.catalog import Catalog, Message

sys.path.append(str(Path(__file__).resolve().parents[1] / 'i18n'))

import checks
import merge

GLOSSARY = {'Stage': 'Giai đoạn', 'Sales Order': 'Đơn bán hàng', 'Expected Revenue': 'Doanh thu dự kiến'}


def catalog(**translations):
    found = Catalog(locale='vi')
    for source, translation in translations.items():
        found.add(source, translation)
    return found


class TestChecks(unittest.TestCase):

    def _words(self, source, translation):
        return list(checks.check_words(Message(source, translation), GLOSSARY))

    def test_the_glossarys_words(self):
        self.assertFalse(self._words('Stage', 'Giai đoạn'))
        self.assertFalse(self._words('Create Sales Order', 'Tạo đơn bán hàng'))
        self.assertFalse(self._words('On stage', 'Trên sân khấu'))

    def test_other_words(self):
        self.assertIn("'Stage:' is 'Giai đoạn'", self._words('Stage:', 'Bước:')[0])
        self.assertIn("'Sales Order' is 'Đơn bán hàng'", self._words('Create Sales Order', 'Tạo hóa đơn')[0])

    def test_what_is_not_complete(self):
        messages = [Message('A', ''), Message('B', 'b', flags=['fuzzy']), Message('C', 'c')]
        found = [line.split(':')[0] for message in messages for line in checks.check_message(message)]
        self.assertEqual(found, ['not translated', 'to be reviewed (fuzzy)'])

    def test_placeholders_and_tags(self):
        wrong = [('%(name)s', '%(nam)s'), ('%(name)s', 'x'), ('%s', 'x'), ('<b>a</b>', 'a'), ('${a}', 'a'), ('{0}', '{1}')]
        for source, translation in wrong:
            self.assertTrue(list(checks.check_message(Message(source, translation))), source)
        self.assertFalse(list(checks.check_message(Message('%(a)s and <i>%(b)s</i>', '<i>%(b)s</i> và %(a)s'))))

    def test_template_and_translation_have_the_same_terms(self):
        found = list(checks.check_catalog(catalog(A='a', Old='o'), catalog(A='', B=''), GLOSSARY))
        self.assertEqual([line.partition(';')[0] for line in found], ["no longer used: 'Old'", "lacks 'B'"])


class TestMerge(unittest.TestCase):

    def test_new_terms_come_empty_and_unused_ones_go(self):
        with TemporaryDirectory() as folder:
            template, path = Path(folder, 'x.pot'), Path(folder, 'vi.po')
            for target, entries in ((template, {'New thing': '', 'Kept': ''}), (path, {'Kept': 'Giữ', 'Gone': 'Mất'})):
                file = polib.POFile()
                file.metadata = {'Content-Type': 'text/plain; charset=UTF-8'}
                file.extend(polib.POEntry(msgid=source, msgstr=translation) for source, translation in entries.items())
                file.save(str(target))
            merge.merge(template, path, 'vi')
            self.assertEqual({found.msgid: found.msgstr for found in polib.pofile(str(path))},
                             {'Kept': 'Giữ', 'New thing': ''})
