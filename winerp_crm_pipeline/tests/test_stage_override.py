from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PipelineCommon


@tagged('-at_install', 'post_install')
class TestStageOverride(PipelineCommon):

    def setUp(self):
        super().setUp()
        self.phone = self._require(self.stage_qualified, 'phone')

    def test_manager_overrides_with_a_reason(self):
        lead = self.lead.with_user(self.user_sales_manager)
        lead.action_move_stage(self.stage_qualified.id, override_reason="Known for years")
        self.assertEqual(lead.stage_id, self.stage_qualified)
        override = lead.stage_override_ids
        self.assertEqual(override.user_id, self.user_sales_manager)
        self.assertEqual((override.stage_id, override.reason), (self.stage_qualified, "Known for years"))
        self.assertEqual(override.requirement_ids, self.phone)
        note = lead.message_ids.filtered(lambda message: "Known for years" in message.body)
        self.assertIn("Phone", note.body)
        self.assertEqual(note.author_id, self.user_sales_manager.partner_id)
        self.assertEqual(lead.search([('stage_override_ids', '!=', False)]), lead)

    def test_reason_is_mandatory(self):
        lead = self.lead.with_user(self.user_sales_manager)
        for reason in ("", "   "):
            with self.subTest(reason=reason), self.assertRaises(UserError):
                lead.action_move_stage(self.stage_qualified.id, override_reason=reason)
        self.assertRefused(lambda: lead.action_move_stage(self.stage_qualified.id), self.phone)
        self.assertRefused(lambda: lead.write({'stage_id': self.stage_qualified.id}), self.phone)

    def test_salesperson_may_not(self):
        for lead in (self._as_salesman(), self._as_salesman().sudo()):
            with self.subTest(su=lead.env.su), self.assertRaises(AccessError):
                lead.action_move_stage(self.stage_qualified.id, override_reason="Please")
        self.assertEqual(self.lead.stage_id, self.stage_new)

    def test_nothing_missing_nothing_logged(self):
        lead = self.lead.with_user(self.user_sales_manager)
        lead.action_move_stage(self.stage_qualified.id, {'phone': "0912 345 678"}, override_reason="To be sure")
        self.assertEqual(lead.stage_id, self.stage_qualified)
        self.assertFalse(lead.stage_override_ids)

    def test_warnings_are_no_override(self):
        self.phone.level = 'warn'
        lead = self.lead.with_user(self.user_sales_manager)
        lead.action_move_stage(self.stage_qualified.id, override_reason="To be sure")
        self.assertFalse(lead.stage_override_ids)
        self.assertTrue(lead.message_ids.filtered(lambda message: "Missing information: Phone" in (message.body or "")))

    def test_only_that_move_of_those_opportunities(self):
        other = self._create_opportunity("Other")
        lead = self.lead.with_user(self.user_sales_manager)
        lead = lead._with_override(lead, self.stage_qualified, "One deal")
        self.assertRefused(lambda: lead.browse(other.id).write({'stage_id': self.stage_qualified.id}), self.phone)
        self.assertRefused(lambda: lead.write({'stage_id': self.stage_negotiation.id}), self.phone)

    def test_values_and_stage_together(self):
        self._as_salesman().action_move_stage(self.stage_qualified.id, {'phone': "0912 345 678"})
        self.assertEqual(self.lead.stage_id, self.stage_qualified)
        self.assertEqual(self.lead.phone, "0912 345 678")

    def test_values_as_server_actions_and_text_as_clients_give_them(self):
        customer = self.env['res.partner'].create({'name': "Given as a record"})
        self._as_salesman().action_move_stage(
            self.stage_qualified.id, {'partner_id': customer, 'phone': "0912", 'expected_revenue': '5'})
        self.assertEqual((self.lead.partner_id, self.lead.expected_revenue), (customer, 5))

    def test_creating_with_a_reason(self):
        Lead = self.env['crm.lead'].with_user(self.user_sales_manager)
        values = {
            'name': "Shredders", 'type': 'opportunity', 'stage_id': self.stage_qualified.id, 'team_id': self.sales_team_1.id,
        }
        self.assertRefused(lambda: Lead.action_create_in_stage(values), self.phone)
        with self.assertRaises(UserError):
            Lead.action_create_in_stage(values, override_reason=" ")
        with self.assertRaises(AccessError):
            Lead.with_user(self.user_sales_salesman).action_create_in_stage(values, override_reason="Please")
        created = Lead.browse(Lead.action_create_in_stage(values, override_reason="Known for years"))
        self.assertEqual(created.stage_id, self.stage_qualified)
        self.assertEqual(created.stage_override_ids.requirement_ids, self.phone)
        self.assertEqual(created.stage_override_ids.reason, "Known for years")
        # The pass was for that one.
        self.assertRefused(lambda: Lead.create(values), self.phone)

    def test_not_what_is_created_meanwhile(self):
        lead = self.lead.with_user(self.user_sales_manager)
        mover = lead._with_override(lead, self.stage_qualified, "One deal")
        values = {'name': "Another", 'type': 'opportunity', 'stage_id': self.stage_qualified.id}
        self.assertRefused(lambda: mover.create(values), self.phone)

    def _override(self, name="Override"):
        lead = self._create_opportunity(name).with_user(self.user_sales_manager)
        lead.action_move_stage(self.stage_qualified.id, override_reason="Known for years")
        return lead.stage_override_ids

    def test_log_outlives_what_it_names(self):
        stage = self.env['crm.stage'].create({'name': "Trial", 'sequence': 1003})
        requirement = self._require(stage, 'website', name="Trang web")
        lead = self.lead.with_user(self.user_sales_manager)
        lead.action_move_stage(stage.id, override_reason="Known for years")
        override = lead.stage_override_ids
        requirement.unlink()
        self.lead.write({'stage_id': self.stage_new.id})
        stage.unlink()
        self.env.invalidate_all()
        self.assertEqual(
            (override.stage_name, override.requirement_names, override.reason), ("Trial", "Phone, Trang web", "Known for years"))

    def test_merge_takes_the_log_along(self):
        first, second = self._override("First"), self._override("Second")
        leads = first.lead_id + second.lead_id
        merged = leads.with_user(self.user_sales_manager).merge_opportunity()
        self.assertEqual(merged.stage_override_ids, first + second)
        self.assertEqual(leads.exists(), merged)

    def test_merge_takes_along_what_the_user_may_not_see(self):
        other = self._create_opportunity("Other")
        self.env['mail.activity'].create({
            'res_model_id': self.env['ir.model']._get_id('crm.lead'), 'res_id': other.id,
            'user_id': self.user_sales_manager.id, 'summary': "Call back",
        })
        meeting = self.env['calendar.event'].with_user(self.user_sales_manager).create({
            'name': "Private", 'privacy': 'private', 'opportunity_id': other.id,
            'start': '2030-01-31 09:00:00', 'stop': '2030-01-31 10:00:00',
        })
        self.env['ir.attachment'].create({'name': "Contract", 'raw': b"x", 'res_model': 'crm.lead', 'res_id': other.id})
        merged = (self.lead + other).with_user(self.user_sales_salesman).merge_opportunity()
        documents = self.env['ir.attachment'].search([('res_model', '=', 'crm.lead'), ('res_id', '=', merged.id)])
        self.assertEqual(len(documents), 1)
        self.assertEqual(merged.sudo().activity_ids.summary, "Call back")
        self.assertEqual(meeting.opportunity_id, merged)
