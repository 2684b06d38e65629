import json
from types import SimpleNamespace

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, file_open

from ..filled import filled_sql, is_filled

COLUMN_TYPES = {
    'char': 'varchar', 'text': 'text', 'html': 'text', 'integer': 'int4', 'float': 'float8', 'monetary': 'numeric',
    'boolean': 'bool', 'date': 'date', 'datetime': 'timestamp', 'selection': 'varchar', 'many2one': 'int4',
    'properties': 'jsonb',
}


@tagged('-at_install', 'post_install')
class TestFilled(TransactionCase):
    """Python and SQL agree with the table of cases that the JavaScript is tested with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open('winerp_crm_pipeline/static/tests/filled_cases.js') as file:
            text = file.read()
        cls.cases = json.loads(text[text.index('['):text.rindex(']') + 1])

    def _field(self, case):
        return SimpleNamespace(type=case['type'], name=case.get('name', 'some_field'))

    def test_python(self):
        for case in self.cases:
            with self.subTest(**case):
                self.assertEqual(is_filled(self._field(case), case['value']), case['filled'])

    def test_sql(self):
        cases = [case for case in self.cases if case['type'] in COLUMN_TYPES]
        self.assertGreater(len(cases), 100)
        for case in cases:
            with self.subTest(**case):
                value = case['value']
                if case['type'] == 'properties':
                    value = json.dumps(value) if value else None
                elif value is False and case['type'] != 'boolean':
                    value = None
                column = SQL("%s::" + COLUMN_TYPES[case['type']], value)
                [[filled]] = self.env.execute_query(SQL("SELECT %s", filled_sql(self._field(case), column)))
                self.assertEqual(filled, case['filled'])
