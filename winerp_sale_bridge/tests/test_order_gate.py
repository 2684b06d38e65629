from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


@tagged('post_install', '-at_install')
class TestOrderGate(SaleBridgeCase):
    """Ordering an open opportunity wins it first, and only through the gate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deadline = cls.env['ir.model.fields']._get('crm.lead', 'date_deadline')
        cls.stage_won.requirement_ids = [Command.create({'kind': 'field', 'field_id': cls.deadline.id})]

    def _open_leads(self, count, **values):
        return self._leads(count, stage_id=self.stage_open.id, **values)

    def _convert(self, leads, **options):
        return leads.with_user(self.salesman)._convert_to_orders(**options)

    def test_open_ones_of_a_selection_wait(self):
        complete = self._open_leads(2, date_deadline='2030-12-31')
        incomplete, won = self._open_leads(1), self._lead(date_deadline='2030-12-31')
        wizard = self._wizard(complete + incomplete + won)
        self.assertFalse(wizard.include_open)
        self.assertEqual(wizard.line_ids.mapped('action'), ['skip', 'skip', 'skip', 'create'])
        self.assertIn("Not won yet", wizard.line_ids[0].skip_reason)
        wizard.include_open = True
        self.assertEqual(wizard.line_ids.mapped('action'), ['create', 'create', 'skip', 'create'])
        self.assertIn(self.deadline.with_context(lang='en_US').field_description, wizard.line_ids[2].skip_reason)
        self.assertEqual(wizard.line_ids.mapped('remedy'), ['lead', 'lead', 'complete', 'lead'])
        wizard.action_convert()
        self.assertEqual(wizard.line_ids.mapped('state'), ['done', 'done', 'skip', 'done'])
        self.assertEqual((complete + incomplete).mapped('won_status'), ['won', 'won', 'pending'])
        self.assertFalse(incomplete.order_ids)

    def test_ticked_and_unticked_in_the_form(self):
        leads = self._open_leads(2, date_deadline='2030-12-31') + self._lead(date_deadline='2030-12-31')
        wizard = self._wizard(leads)
        wizard.line_ids[2].action = 'skip'
        with Form(wizard) as form:
            form.include_open = True
            with form.line_ids.edit(0) as line:
                self.assertEqual(line.action, 'create')
        self.assertEqual(wizard.line_ids.mapped('action'), ['create', 'create', 'skip'], "what the user left out stays out")
        wizard.web_save({'include_open': False}, {'line_ids': {'fields': {'action': {}}}})
        self.assertEqual(wizard.line_ids.mapped('action'), ['skip'] * 3)
        wizard.action_convert()
        self.assertFalse(leads.order_ids)

    def test_a_single_one_is_meant(self):
        lead = self._open_leads(1)
        wizard = self._wizard(lead)
        self.assertTrue(wizard.include_open)
        self.assertEqual((wizard.line_ids.action, wizard.line_ids.remedy), ('skip', 'complete'))
        lead.with_user(self.salesman).date_deadline = '2030-12-31'
        wizard.action_retry()
        wizard.action_convert()
        self.assertEqual((lead.won_status, lead.order_ids.state), ('won', 'sale'))

    def test_a_forced_line_is_refused(self):
        lead = self._open_leads(1)
        wizard = self._wizard(lead)
        wizard.line_ids.action = 'create'
        wizard.action_convert()
        self.assertEqual((wizard.line_ids.state, lead.won_status), ('skip', 'pending'))
        self.assertFalse(lead.order_ids)

    def test_direct_callers(self):
        lead, complete = self._open_leads(1), self._open_leads(1, date_deadline='2030-12-31')
        for options in ({}, {'confirm': False}, {'include_open': True, 'mark_won': False}):
            results = self._convert(lead + complete, **options)
            self.assertEqual({result.state for result in results.values()}, {'skip'}, options)
        results = self._convert(lead + complete, include_open=True, confirm=False)
        self.assertEqual((results[lead.id].state, results[complete.id].state), ('skip', 'done'))
        self.assertEqual((complete.won_status, complete.order_ids.state), ('won', 'draft'))
        self.assertEqual((lead.won_status, len(lead.order_ids)), ('pending', 0))

    def test_quotations_too(self):
        lead = self._open_leads(1)
        quotation = self._quotation(lead)
        wizard = self._wizard(lead)
        self.assertEqual(wizard.line_ids.action, 'skip')
        wizard.action_convert()
        self.assertEqual((quotation.state, lead.won_status), ('draft', 'pending'))

    def test_winning_refused_at_the_last_moment(self):
        """What the gate lets pass may be refused by somebody else: no order then."""
        leads = self._open_leads(3, date_deadline='2030-12-31')
        Lead = type(self.env['crm.lead'])
        action_set_won = Lead.action_set_won

        error = UserError("Không được thắng")  # pylint: disable=translation-required

        def refuse(records):
            if leads[1] in records:
                raise error
            return action_set_won(records)

        with patch.object(Lead, 'action_set_won', refuse):
            wizard = self._wizard(leads, include_open=True)
            wizard.action_convert()
        self.assertEqual(wizard.line_ids.mapped('state'), ['done', 'failed', 'done'])
        self.assertEqual(wizard.line_ids[1].message, "Không được thắng")
        self.assertEqual(leads.mapped('won_status'), ['won', 'pending', 'won'])
        self.assertFalse(leads[1].order_ids)

    def test_not_won_where_the_order_fails(self):
        leads = self._open_leads(3, date_deadline='2030-12-31')
        self.patch(type(self.env['sale.order']), '_confirmation_error_message',
                   lambda order: "Hết hàng" if order.opportunity_id == leads[1] else False)
        self._wizard(leads, include_open=True).action_convert()
        self.assertEqual(leads.mapped('won_status'), ['won', 'pending', 'won'])
        self.assertEqual(leads[1].stage_id, self.stage_open)
        self.assertFalse(leads[1].order_ids)

    def test_only_what_blocks_stops(self):
        self.stage_won.requirement_ids.level = 'warn'
        lead = self._open_leads(1)
        self._wizard(lead).action_convert()
        self.assertEqual((lead.won_status, lead.order_ids.state), ('won', 'sale'))

    def test_the_stage_of_each_team(self):
        other_team = self.env['crm.team'].create({'name': "Miền Nam", 'company_id': self.company.id})
        other_won = self.env['crm.stage'].create({
            'name': "Chốt", 'sequence': 502, 'is_won': True, 'team_ids': other_team.ids})
        here = self._open_leads(1, date_deadline='2030-12-31')
        there = self._open_leads(1, team_id=other_team.id)
        here.stage_id, there.stage_id = self.stage_open, self.env['crm.stage'].create(
            {'name': "Trao đổi", 'sequence': 499, 'team_ids': other_team.ids})
        wizard = self._wizard(here + there, include_open=True)
        wizard.action_convert()
        self.assertEqual(wizard.line_ids.mapped('state'), ['done', 'done'])
        self.assertEqual((here.stage_id, there.stage_id), (self.stage_won, other_won))

    def test_without_a_won_stage(self):
        self.env['crm.stage'].search([('is_won', '=', True)]).is_won = False
        lead = self._open_leads(1)
        wizard = self._wizard(lead)
        self.assertIn("no won stage", wizard.line_ids.skip_reason)
        wizard.action_convert()
        self.assertFalse(lead.order_ids)
        self.assertEqual(lead.stage_id, self.stage_open)

    def test_where_one_comes_from_is_foreseen(self):
        """What the path into the won stage forbids is said on the line, as what is missing is."""
        negotiation, after = self.env['crm.stage'].create([
            {'name': name, 'sequence': sequence, 'team_ids': self.team.ids}
            for name, sequence in (("Chốt giá", 499), ("Bảo hành", 502))])
        self.stage_won.write({'from_stage_ids': negotiation.ids, 'back_needs_reason': True})
        fit = self._open_leads(1, date_deadline='2030-12-31')
        fit.with_context(tracking_disable=True).stage_id = negotiation
        astray, lacking = self._open_leads(1, date_deadline='2030-12-31'), self._open_leads(1)
        back = self._open_leads(1, date_deadline='2030-12-31')
        back.stage_id = after
        wizard = self._wizard(fit + astray + lacking + back, include_open=True)
        self.assertEqual(wizard.line_ids.mapped('action'), ['create', 'skip', 'skip', 'skip'])
        reasons, only_from = wizard.line_ids.mapped('skip_reason'), "It may be entered only from: Chốt giá"
        self.assertEqual(reasons[1], f"It cannot move to the stage “Thắng lợi”. {only_from}.")
        self.assertIn("it lacks:", reasons[2])
        self.assertIn(only_from, reasons[2])
        self.assertIn("Going back to it needs a reason", reasons[3])
        self.assertEqual(wizard.line_ids[1].remedy, 'complete')
        wizard.action_convert()
        self.assertEqual((fit + astray + lacking + back).mapped('won_status'), ['won', 'pending', 'pending', 'pending'])
        self.assertFalse((astray + lacking + back).order_ids)
        refusal = wizard.line_ids[1].action_complete()['params']['refusal']
        self.assertTrue(refusal['dialog']['can_request'], "approval can be asked for there")

    def test_queries_of_many(self):
        def tick(count):
            leads = self._open_leads(count, date_deadline='2030-12-31') + self._open_leads(count)
            wizard = self._wizard(leads)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard.include_open = True
            self.env.flush_all()
            wizard.line_ids.mapped('note')
            wizard.line_ids.mapped('remedy')
            self.assertEqual(wizard.line_ids.mapped('action'), ['create'] * count + ['skip'] * count)
            return self.env.cr.sql_log_count - before

        tick(2)
        self.assertEqual(tick(5), tick(50))
