import json
from unittest.mock import Mock, patch

from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.winerp_crm_pipeline.exceptions import StageRequirementError
from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


@tagged('post_install', '-at_install')
class TestFillIn(SaleBridgeCase):
    """What keeps an opportunity from being won is asked for: before it is ordered, and where it is ordered already."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deadline, cls.phone = (
            cls.env['ir.model.fields']._get('crm.lead', name) for name in ('date_deadline', 'phone'))
        cls.stage_won.requirement_ids = [
            Command.create({'kind': 'field', 'field_id': cls.deadline.id}),
            Command.create({'kind': 'field', 'field_id': cls.phone.id, 'level': 'warn'}),
        ]

    def _open_lead(self, **values):
        return self._lead(stage_id=self.stage_open.id, phone=False, **values).with_user(self.salesman)

    def _browser(self, user=None):
        """Have a person wait in a browser."""
        return patch(
            'odoo.addons.winerp_crm_pipeline.models.crm_lead_dialog.request',
            Mock(session=Mock(uid=(user or self.salesman).id)))

    # before it is ordered

    def test_asked_before_the_wizard(self):
        lead = self._open_lead()
        action = lead.action_convert_to_orders()
        self.assertEqual((action['type'], action['tag']), ('ir.actions.client', 'winerp_sale_bridge.fill_in'))
        params = action['params']
        self.assertEqual((params['model'], params['id']), ('crm.lead', lead.id))
        refusal = params['refusal']
        self.assertEqual(refusal['stage_id'], self.stage_won.id)
        self.assertEqual([missing['field_name'] for missing in refusal['leads'][0]['missing']], ['date_deadline'],
                         "what only warns stops nobody")
        self.assertEqual(refusal['dialog']['form']['required'], ['date_deadline'])
        self.assertFalse(refusal['dialog']['form']['values']['date_deadline'])
        self.assertEqual(refusal['dialog']['can_override'], False)

        action = lead.action_fill_in_to_win({'date_deadline': '2030-12-31'})
        self.assertEqual(lead.won_status, 'pending', "won when it is ordered")
        wizard = self.env[action['res_model']].with_user(self.salesman).browse(action['res_id'])
        self.assertEqual(wizard.line_ids.action, 'create')
        wizard.action_convert()
        self.assertEqual((lead.won_status, lead.order_ids.state), ('won', 'sale'))

    def test_not_asked_for_nothing(self):
        complete, won = self._open_lead(date_deadline='2030-12-31'), self._lead(date_deadline='2030-12-31')
        for leads in (complete, won, self._open_lead() + self._open_lead()):
            action = leads.with_user(self.salesman).action_convert_to_orders()
            self.assertEqual(action['res_model'], 'crm.lead.convert.order')

    def test_still_missing(self):
        lead = self._open_lead(expected_revenue=5)
        self.stage_won.requirement_ids = [
            Command.create({'kind': 'domain', 'name': "Lớn", 'domain': "[('expected_revenue', '>', 9)]"})]
        with self.assertRaises(StageRequirementError) as caught:
            lead.action_fill_in_to_win({'date_deadline': '2030-12-31'})
        self.assertEqual(len(caught.exception.context['dialog']['conditions']), 1)
        self.assertIn(self.stage_won.name, str(caught.exception))

    def test_overriding(self):
        lead = self._open_lead(user_id=self.manager.id)
        with self.assertRaises(AccessError):
            self._open_lead().action_fill_in_to_win({}, "Khách đặt gấp")
        lead = lead.with_user(self.manager)
        self.assertTrue(lead.action_convert_to_orders()['params']['refusal']['dialog']['can_override'])
        action = lead.action_fill_in_to_win({}, "Khách đặt gấp")
        self.assertEqual((lead.won_status, action['res_model']), ('won', 'crm.lead.convert.order'))

    def test_only_what_one_may_edit(self):
        lead = self._open_lead(user_id=self.colleague.id).sudo(False)
        with self.assertRaises(AccessError):
            lead.action_fill_in_to_win({'date_deadline': '2030-12-31'})
        with self.assertRaises(AccessError):
            lead.get_won_requirements()

    def test_from_a_line(self):
        lead = self._open_lead()
        wizard = self._wizard(lead + self._open_lead(), include_open=True)
        line = wizard.line_ids[0]
        action = line.action_complete()
        self.assertEqual((action['params']['model'], action['params']['id']), (line._name, line.id))
        self.assertTrue(line.action_fill_in_to_win({'date_deadline': '2030-12-31'}))
        self.assertEqual(line.action, 'create')
        self.assertTrue(line.action_complete(), "nothing to ask any more: looks again")

    # ordered already

    def test_told_at_once(self):
        lead = self._open_lead()
        order = self._quotation(lead).with_user(self.salesman)
        with self._browser():
            action = order.action_confirm()
        self.assertEqual((action['tag'], action['params']['lead_ids']), ('winerp_sale_bridge.won_refused', lead.ids))
        self.assertIn(order.name, action['params']['message'])
        self.assertIn(self.deadline.with_context(lang='en_US').field_description, action['params']['message'])
        self.assertEqual((order.state, lead.won_status, len(lead.activity_ids)), ('sale', 'pending', 1))
        self.assertEqual(lead.get_won_requirements()['stage_id'], self.stage_won.id)
        with self.assertRaises(StageRequirementError), self.env.cr.savepoint():
            lead.action_win_ordered({})
        lead.action_win_ordered({'date_deadline': '2030-12-31'})
        self.assertEqual(lead.won_status, 'won')
        self.assertFalse(lead.activity_ids, "what reminded of it is done")
        self.assertFalse(lead.get_won_requirements())

    def test_won_without_the_button(self):
        """What reminds of an ordered opportunity is done when that is won, on whichever path."""
        for win in (
            lambda lead: lead.action_set_won_rainbowman(),
            lambda lead: lead.action_move_stage(self.stage_won.id),
            lambda lead: lead.write({'stage_id': self.stage_won.id}),
        ):
            lead = self._open_lead()
            self._quotation(lead).with_user(self.salesman).action_confirm()
            self.assertEqual((lead.won_status, len(lead.activity_ids)), ('pending', 1))
            lead.date_deadline = '2030-12-31'
            win(lead)
            self.assertEqual((lead.won_status, len(lead.activity_ids)), ('won', 0))

    def test_told_at_once_when_linked(self):
        """A confirmed order that finds its opportunity: by the button, and by the field of its form."""
        for link in (
            lambda order, lead: order.action_link_opportunity(),
            lambda order, lead: order.web_save({'opportunity_id': lead.id}, {}),
        ):
            lead = self._open_lead()
            order = self._quotation(self.env['crm.lead']).with_user(self.salesman)
            order.action_confirm()
            self.env.cr.precommit.run()
            self.env['bus.bus'].search([]).unlink()
            with self._browser():
                link(order, lead)
            self.env.cr.precommit.run()
            messages = [json.loads(message) for message in self.env['bus.bus'].search([]).mapped('message')]
            [told] = [message['payload'] for message in messages if message['type'] == 'winerp_sale_bridge.won_refused']
            self.assertEqual(told['lead_ids'], lead.ids)
            self.assertIn(order.name, told['message'])
            self.assertEqual((order.opportunity_id, lead.won_status, len(lead.activity_ids)), (lead, 'pending', 1))
            lead.action_win_ordered({'date_deadline': '2030-12-31'})

    def test_several_told_at_once(self):
        leads = self._open_lead() + self._open_lead(date_deadline='2030-12-31') + self._open_lead()
        orders = self.env['sale.order'].union(*(self._quotation(lead) for lead in leads)).with_user(self.salesman)
        with self._browser():
            action = orders.action_confirm()
        self.assertEqual(action['params']['lead_ids'], (leads[0] + leads[2]).ids)

    def test_nobody_to_tell(self):
        self.assertIs(self._quotation(self._open_lead()).with_user(self.salesman).action_confirm(), True)
        with self._browser():
            lead = self._open_lead(date_deadline='2030-12-31')
            self.assertIs(self._quotation(lead).with_user(self.salesman).action_confirm(), True)
            lead = self._lead(stage_id=self.stage_open.id, user_id=self.colleague.id)
            order = self._quotation(lead).with_user(self.salesman)
            self.assertIs(order.action_confirm(), True, "a colleague's opportunity is not ours to fill in")

    def test_the_order_names_its_opportunity(self):
        arch = self.env['sale.order'].with_user(self.salesman).get_view(view_type='form')['arch']
        fields = etree.fromstring(arch).xpath("//group[@name='partner_details']//field[@name='opportunity_id']")
        self.assertEqual(len(fields), 1)
        self.assertFalse(fields[0].get('invisible'))
