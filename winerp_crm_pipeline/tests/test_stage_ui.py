import json
from unittest.mock import Mock, patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged

from ..exceptions import StageRequirementError
from .common import PipelineCommon


@tagged('-at_install', 'post_install')
class TestStageUi(PipelineCommon, HttpCase):
    """What the web client is told."""

    def test_checklist(self):
        phone = self._require(self.stage_qualified, 'phone')
        large = self._require(self.stage_qualified, 'referred', condition="[('expected_revenue', '>', 100)]")
        self.lead.phone = "0912 345 678"
        checklist = self._as_salesman().stage_checklist
        self.assertEqual(checklist['next_stage_id'], self.stage_qualified.id)
        self.assertEqual(
            [(item['id'], item['applies'], item['is_met']) for item in checklist['next']],
            [(phone.id, True, True), (large.id, False, True)])
        self.assertFalse(checklist['current'])
        self.lead.stage_id = self.stage_qualified
        self.assertEqual([item['id'] for item in self.lead.stage_checklist['current']], (phone + large).ids)

    def test_checklist_asks_once_for_a_field(self):
        self._require(self.stage_qualified, 'phone')
        self._require(self.stage_quotation, 'phone')
        self.lead.write({'phone': "0912 345 678", 'stage_id': self.stage_qualified.id})
        self.assertEqual(len(self.lead.stage_checklist['next']), 1)

    def test_checklist_of_leads_and_lost(self):
        self._require(self.stage_qualified, 'phone')
        lead = self._create_opportunity("Cold", type='lead')
        self.lead.action_set_lost()
        self.assertFalse(lead.stage_checklist)
        self.assertFalse(self.lead.stage_checklist)

    def test_chip_says_what_the_checklist_does(self):
        self._require(self.stage_qualified, 'phone')
        self._require(self.stage_quotation, 'phone')
        self._require(self.stage_qualified, "[('partner_id', '!=', False)]")
        self._require(self.stage_qualified, 'referred', condition="[('expected_revenue', '>', 100)]")
        large = self._create_opportunity("Large", expected_revenue=200)
        ready = self._create_opportunity("Ready", phone="0912", partner_id=self.contact_1.id)
        for lead in self._as_salesman(self.lead + large + ready):
            checklist = lead.stage_checklist
            items = [item for item in checklist['next'] if item['applies']]
            missing = [item['name'] for item in items if not item['is_met']]
            expected = missing and [len(items) - len(missing), len(items), checklist['next_stage'], missing]
            self.assertEqual(lead.stage_chip or [], expected)
        self.assertEqual(self.lead.stage_chip, [0, 2, "Qualified", ["Phone", "Condition"]])
        self.assertFalse(ready.stage_chip)
        self.lead.phone = "0912 345 678"
        self.assertEqual(self.lead.stage_chip, [1, 2, "Qualified", ["Condition"]])
        self.lead.action_set_lost()
        self.assertFalse(self.lead.stage_chip)

    def test_checklist_queries_do_not_grow(self):
        self._require(self.stage_qualified, 'phone')
        self._require(self.stage_qualified, "[('partner_id.vat', '!=', False)]", condition="[('expected_revenue', '>', 100)]")
        leads = self.lead.browse().concat(*(self._create_opportunity(f"Deal {number}") for number in range(30)))
        for name in ('stage_checklist', 'stage_chip'):
            counts = []
            for records in (leads[:3], leads[:3], leads):  # the first warms the caches up
                self.env.invalidate_all()
                records = self._as_salesman(records)
                start = self.cr.sql_log_count
                records.mapped(name)
                counts.append(self.cr.sql_log_count - start)
            self.assertEqual(counts[1], counts[2], name)

    def test_clearing_names_field_and_stage(self):
        """The form leaves it to the server, whose refusal the dialog shows."""
        self._require(self.stage_new, 'phone')
        self.lead.phone = "0912 345 678"
        self.assertEqual(self._as_salesman().stage_checklist['required'], ['phone'])
        form = Form(self._as_salesman(), 'crm.crm_lead_view_form')
        form.phone = False
        with self.assertRaisesRegex(StageRequirementError, "“Printers” cannot be in the stage “New” without: Phone"):
            form.save()

    def test_form_lets_be_what_was_empty_before_the_rule(self):
        self._require(self.stage_new, 'phone')
        with Form(self._as_salesman(), 'crm.crm_lead_view_form') as form:
            form.name = "Laser printers"
        self.assertEqual(self.lead.name, "Laser printers")

    def test_dialog_asks_with_the_widgets_of_the_form(self):
        self._require(self.stage_qualified, 'expected_revenue')
        self._require(self.stage_qualified, 'city')
        self._require(self.stage_qualified, "[('partner_id.vat', '!=', False)]")
        dialog = self._as_salesman().get_stage_move_requirements(self.stage_qualified.id)['dialog']
        self.assertEqual(dialog['form']['required'], ['expected_revenue', 'city', 'partner_id', 'customer_vat'])
        for part in ('widget="monetary"', 'name="company_currency"', 'class="o_address_city"', 'name="partner_id"'):
            self.assertIn(part, dialog['form']['arch'])
        self.assertNotIn('street', dialog['form']['arch'].split('o_address_format')[1].split('</div>')[0])
        self.assertFalse(dialog['can_override'])

    def _write_as_salesman(self, **values):
        self.authenticate(self.user_sales_salesman.login, self.user_sales_salesman.login)
        return self.url_open(
            '/web/dataset/call_kw/crm.lead/write', headers={'Content-Type': 'application/json'}, data=json.dumps({
                'params': {'model': 'crm.lead', 'method': 'write', 'args': [self.lead.ids, values], 'kwargs': {}},
            })).json()

    def test_web_client_is_told_how_to_ask(self):
        self._require(self.stage_qualified, 'phone')
        context = self._write_as_salesman(stage_id=self.stage_qualified.id)['error']['data']['context']
        self.assertEqual(context['leads'][0]['id'], self.lead.id)
        self.assertEqual(context['dialog']['form']['required'], ['phone'])

    def test_web_client_is_given_what_the_form_shows(self):
        self._require(self.stage_qualified, 'expected_revenue')
        self._require(self.stage_qualified, 'tag_ids')
        self._require(self.stage_qualified, 'partner_id')
        form = self._write_as_salesman(stage_id=self.stage_qualified.id)['error']['data']['context']['dialog']['form']
        self.assertEqual(set(form['values']), {'id', *form['models']['crm.lead']['fields']})
        self.assertEqual((form['values']['expected_revenue'], form['values']['tag_ids']), (0, []))
        # Where a value was cleared, the web client shows what it was.
        self.lead.write({
            'expected_revenue': 5, 'partner_id': self.contact_1.id, 'tag_ids': [Command.create({'name': "Large"})],
        })
        self.lead.stage_id = self.stage_qualified
        form = self._write_as_salesman(expected_revenue=0)['error']['data']['context']['dialog']['form']
        self.assertEqual(form['values']['expected_revenue'], 5)

    def test_override_is_offered_where_a_move_does_it(self):
        self._require(self.stage_qualified, 'phone')
        admin = self.env['crm.lead'].with_user(self.user_sales_manager)
        archived = self._create_opportunity("Archived", phone="0912 345 678", stage_id=self.stage_qualified.id)
        archived.action_archive()
        archived.phone = False
        cold = self._create_opportunity("Cold", type='lead')
        created = {'name': "Created", 'type': 'opportunity', 'stage_id': self.stage_qualified.id}
        offers = [
            (lambda: admin.browse(self.lead.id).write({'stage_id': self.stage_qualified.id}), True),
            (lambda: admin.create(created), True),
            (lambda: admin.browse(archived.id).action_unarchive(), False),
            (lambda: admin.browse(cold.id).write({'type': 'opportunity', 'stage_id': self.stage_qualified.id}), False),
        ]
        with patch('odoo.addons.winerp_crm_pipeline.models.crm_lead_dialog.request', Mock(session=Mock(uid=admin.env.uid))):
            for function, offered in offers:
                self.assertEqual(self.assertRefused(function).context['dialog']['can_override'], offered)

    def test_list_operators_name_all_that_are_refused(self):
        self._require(self.stage_qualified, 'expected_revenue')
        leads = self.lead + self._create_opportunity("Desks") + self._create_opportunity("Chairs")
        leads.write({'expected_revenue': 5, 'stage_id': self.stage_qualified.id})
        values = [{'expected_revenue': 0}, {'expected_revenue': 1}, {'expected_revenue': 0}]
        error = self.assertRefused(lambda: self._as_salesman(leads).web_save_multi(values, {}))
        self.assertEqual([lead['name'] for lead in error.context['leads']], ["Printers", "Chairs"])

    def test_warning_reaches_the_web_client(self):
        self._require(self.stage_qualified, 'phone', level='warn')
        self.env['bus.bus'].search([]).unlink()
        self.assertTrue(self._write_as_salesman(stage_id=self.stage_qualified.id)['result'])
        self.assertEqual(self.lead.stage_id, self.stage_qualified)
        messages = [json.loads(message) for message in self.env['bus.bus'].search([]).mapped('message')]
        [warning] = [message for message in messages if message['type'] == 'winerp_crm_pipeline.stage_warning']
        self.assertEqual(warning['payload']['leads'][0]['missing'], ["Phone"])

    def test_preview(self):
        self._require(self.stage_qualified, 'phone')
        self._require(self.stage_quotation, "[('calendar_event_ids', '!=', False)]")
        preview = self.stage_quotation.with_user(self.user_sales_manager).get_requirement_preview()
        self.assertEqual(preview['dialog']['form']['required'], ['phone'])
        self.assertEqual(len(preview['dialog']['conditions']), 1)

    def test_field_choices(self):
        Requirement = self.env['crm.stage.requirement']
        names = [choice['name'] for choice in Requirement.with_user(self.user_sales_manager).get_field_choices()]
        self.assertIn('expected_revenue', names)
        self.assertNotIn('probability', names)
        with self.assertRaises(AccessError):
            Requirement.with_user(self.user_sales_salesman).get_field_choices()
