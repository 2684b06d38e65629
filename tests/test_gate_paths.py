"""Paths into a stage that go through add-ons on which ours do not depend."""
import io

import openpyxl

from odoo.tests import tagged

from odoo.addons.winerp_crm_pipeline.tests.common import PipelineCommon


@tagged('post_install', '-at_install')
class TestGatePaths(PipelineCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._require(cls.stage_qualified, 'phone')

    # Import of files

    def _import(self, content, file_type, dry_run):
        wizard = self.env['base_import.import'].with_user(self.user_sales_salesman).create({
            'res_model': 'crm.lead', 'file': content, 'file_name': 'deals', 'file_type': file_type})
        options = {'has_headers': True, 'quoting': '"', 'separator': ',', 'encoding': 'utf-8', 'sheets': [], 'sheet': ''}
        fields = ['name', 'type', 'stage_id/.id', 'phone']
        return wizard.execute_import(fields, fields, options, dryrun=dry_run)

    def _get_rows(self, phone):
        stage = str(self.stage_qualified.id)
        return [
            ['name', 'type', 'stage_id/.id', 'phone'],
            ["Good row", 'opportunity', stage, "0912 345 678"],
            ["Bad row", 'opportunity', stage, phone],
        ]

    def _to_csv(self, rows):
        return "\n".join(",".join(row) for row in rows).encode()

    def _to_xlsx(self, rows):
        book, file = openpyxl.Workbook(), io.BytesIO()
        for row in rows:
            book.active.append(row)
        book.save(file)
        return file.getvalue()

    def test_import(self):
        sheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
        for file_type, convert in (('text/csv', self._to_csv), (sheet, self._to_xlsx)):
            with self.subTest(file_type=file_type):
                result = self._import(convert(self._get_rows("")), file_type, dry_run=False)
                message = result['messages'][-1]
                self.assertEqual((message['type'], message['rows']['from']), ('error', 1))
                self.assertIn("“Bad row” cannot be in the stage “Qualified” without: Phone.", message['message'])
                self.assertFalse(self.env['crm.lead'].search([('name', '=', "Good row")]))
                result = self._import(convert(self._get_rows("024 1234")), file_type, dry_run=False)
                self.assertFalse(result['messages'])
                imported = self.env['crm.lead'].search([('name', 'in', ["Good row", "Bad row"])])
                self.assertEqual(len(imported), 2)
                imported.unlink()

    # Automation rules

    def _automate(self, trigger, **values):
        self.env['base.automation'].create({
            'name': "Move", 'model_id': self.env['ir.model']._get('crm.lead').id, 'trigger': trigger,
            'action_server_ids': [(0, 0, {
                'name': "Move", 'model_id': self.env['ir.model']._get('crm.lead').id, 'state': 'object_write',
                'update_path': 'stage_id', 'resource_ref': f'crm.stage,{self.stage_qualified.id}',
            })],
            **values,
        })

    def test_automation_rule(self):
        priority = self.env['ir.model.fields']._get('crm.lead', 'priority')
        selection = priority.selection_ids.filtered(lambda selection: selection.value == '3')
        self._automate('on_priority_set', trg_selection_field_id=selection.id)
        lead = self._as_salesman()
        error = self.assertRefused(lambda: lead.write({'priority': '3'}), self.phone)
        self.assertIn("Printers", str(error))
        lead.write({'priority': '3', 'phone': "0912 345 678"})
        self.assertEqual(lead.stage_id, self.stage_qualified)
