from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


@tagged('post_install', '-at_install')
class TestFeedback(SaleBridgeCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deadline = cls.env['ir.model.fields']._get('crm.lead', 'date_deadline')

    def _require_deadline(self):
        self.stage_won.requirement_ids = [Command.create({'kind': 'field', 'field_id': self.deadline.id})]

    def _open_lead(self, **values):
        return self._lead(stage_id=self.stage_open.id, **values)

    def test_confirming_wins(self):
        lead = self._open_lead()
        self._quotation(lead).with_user(self.salesman).action_confirm()
        self.assertEqual(lead.stage_id, self.stage_won)

    def test_setting_off(self):
        self.company.crm_won_on_order_confirm = False
        lead = self._open_lead()
        self._quotation(lead).with_user(self.salesman).action_confirm()
        self.assertEqual(lead.won_status, 'pending')
        other = self._open_lead()
        self._wizard(other).action_convert()
        self.assertEqual(other.won_status, 'won', "the wizard wins first, whatever the setting")

    def test_gate_never_blocks_an_order(self):
        self._require_deadline()
        lead, complete = self._open_lead(), self._open_lead(date_deadline='2026-12-31')
        orders = self._quotation(lead) + self._quotation(complete)
        orders.with_user(self.salesman).action_confirm()
        self.assertEqual(orders.mapped('state'), ['sale', 'sale'])
        self.assertEqual((lead.won_status, complete.won_status), ('pending', 'won'))
        activity = lead.activity_ids
        self.assertEqual(activity.user_id, self.salesman)
        self.assertIn(orders[0].name, activity.summary)
        self.assertIn(self.deadline.with_context(lang='en_US').field_description, activity.note)

    def test_order_for_a_colleagues_opportunity(self):
        lead = self._open_lead(user_id=self.colleague.id)
        order = self._quotation(lead)
        order.with_user(self.salesman).action_confirm()
        self.assertEqual(order.state, 'sale')
        self.assertEqual(lead.won_status, 'pending')
        self.assertEqual(order.activity_ids.user_id, self.colleague, "told on the order, the opportunity is not ours")

    # expected revenue

    def _confirm(self, lead, price, **values):
        order = self._quotation(lead, order_line=[Command.create({'product_id': self.product.id, 'price_unit': price})], **values)
        order.with_user(self.salesman).action_confirm()
        return order

    def test_revenue_raised(self):
        lead = self._open_lead(expected_revenue=1000)
        self._confirm(lead, 500)
        self.assertEqual(lead.expected_revenue, 1000)
        self._confirm(lead, 2000)
        self.assertEqual(lead.expected_revenue, 2000)

    def test_revenue_never(self):
        self.company.crm_revenue_from_orders = 'never'
        lead = self._open_lead(expected_revenue=1000)
        self._confirm(lead, 2000)
        self.assertEqual(lead.expected_revenue, 1000)

    def test_revenue_equal(self):
        self.company.crm_revenue_from_orders = 'equal'
        lead = self._open_lead(expected_revenue=10000)
        first, second = self._confirm(lead, 500), self._confirm(lead, 700)
        self.assertEqual(lead.expected_revenue, 1200)
        second.with_user(self.salesman)._action_cancel()
        self.assertEqual(lead.expected_revenue, 500)
        first.with_user(self.salesman)._action_cancel()
        self.assertEqual(lead.expected_revenue, 500, "without orders, the last known amount stays")

    def test_revenue_in_another_currency(self):
        usd = self._currency('USD')
        self.env['res.currency.rate'].create({
            'currency_id': usd.id, 'company_id': self.company.id, 'company_rate': 1 / 25000, 'name': '2020-01-01'})
        pricelist = self.env['product.pricelist'].create({
            'name': "USD", 'currency_id': usd.id, 'company_id': self.company.id})
        for policy, expected in (('raise', 1000), ('raise_any', 2500000), ('equal', 2500000)):
            self.company.crm_revenue_from_orders = policy
            lead = self._open_lead(expected_revenue=1000)
            self._confirm(lead, 100, pricelist_id=pricelist.id)
            self.assertEqual(lead.expected_revenue, expected, policy)

    def _foreign_pricelist(self):
        usd = self._currency('USD')
        self.env['res.currency.rate'].create([
            {'currency_id': usd.id, 'company_id': self.company.id, 'company_rate': 1 / rate, 'name': day}
            for rate, day in ((25000, '2020-01-01'), (26000, '2022-01-01'))])
        return self.env['product.pricelist'].create({
            'name': "USD", 'currency_id': usd.id, 'company_id': self.company.id})

    def test_revenue_equal_follows_later_edits(self):
        self.company.crm_revenue_from_orders = 'equal'
        lead = self._open_lead(expected_revenue=1)
        order = self._confirm(lead, 100, pricelist_id=self._foreign_pricelist().id)
        self.assertEqual(lead.expected_revenue, 2600000)
        order.order_line.write({'product_uom_qty': 3, 'price_unit': 100})
        self.assertEqual(lead.expected_revenue, 7800000)
        order.write({'order_line': [
            Command.update(order.order_line.id, {'price_unit': 50}),
            Command.create({'product_id': self.product.id, 'product_uom_qty': 1, 'price_unit': 10}),
        ]})
        self.assertEqual(lead.expected_revenue, 160 * 26000)
        order.order_line[1].discount = 50
        self.assertEqual(lead.expected_revenue, 155 * 26000)
        order.order_line[1].write({'product_uom_qty': 0, 'price_unit': 10})
        self.assertEqual(lead.expected_revenue, 150 * 26000)
        order.date_order = '2021-06-01 10:00:00'
        self.assertEqual(lead.expected_revenue, 150 * 25000, "at the rate of the day it was ordered")
        other = self._confirm(lead, 700)
        self.assertEqual(lead.expected_revenue, 150 * 25000 + 700)
        other.with_user(self.salesman)._action_cancel()
        self.assertEqual(lead.expected_revenue, 150 * 25000)

    def test_revenue_of_an_order_that_moves(self):
        self.company.crm_revenue_from_orders = 'equal'
        first, second = self._open_lead(expected_revenue=1), self._open_lead(expected_revenue=1)
        self._confirm(first, 500)
        moving = self._confirm(first, 700)
        self.assertEqual(first.expected_revenue, 1200)
        moving.opportunity_id = second
        self.assertEqual((first.expected_revenue, second.expected_revenue), (500, 700))
        moving.opportunity_id = False
        self.assertEqual((first.expected_revenue, second.expected_revenue), (500, 700))

    def test_later_edits_within_rights(self):
        self.company.crm_revenue_from_orders = 'equal'
        lead = self._open_lead(expected_revenue=1)
        order = self._confirm(lead, 500)
        lead.user_id = self.colleague
        self.env.invalidate_all()
        order.with_user(self.salesman).order_line.price_unit = 700
        self.assertEqual(order.amount_untaxed, 700, "a colleague's opportunity does not stop one's own order")
        self.assertEqual(lead.expected_revenue, 500, "nor is it changed by who may not edit it")

    def test_other_policies_leave_later_edits_alone(self):
        for policy in ('never', 'raise', 'raise_any'):
            self.company.crm_revenue_from_orders = policy
            lead = self._open_lead(expected_revenue=1000)
            order = self._confirm(lead, 500)
            order.order_line.price_unit = 2000
            self.assertEqual(lead.expected_revenue, 1000, policy)

    def test_revenue_of_many_costs_no_more_queries_each(self):
        pricelist = self._foreign_pricelist()

        def align(count):
            leads = self._leads(count, stage_id=self.stage_open.id)
            self.env['sale.order'].create([{
                'opportunity_id': lead.id, 'partner_id': self.customer.id, 'user_id': self.salesman.id,
                'pricelist_id': pricelist.id, 'date_order': f'2021-06-01 10:00:{number:02}', 'state': 'sale',
                'order_line': [Command.create({'product_id': self.product.id, 'price_unit': 100})],
            } for number, lead in enumerate(leads)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            leads.with_user(self.salesman)._align_revenue_with_orders()
            self.env.flush_all()
            self.assertEqual(leads.mapped('expected_revenue'), [2500000] * count)
            return self.env.cr.sql_log_count - before

        self.company.crm_revenue_from_orders = 'equal'
        align(1)
        self.assertEqual(align(3), align(30))

    def test_quotation_made_to_meet_a_requirement(self):
        """The dialog of the pipeline makes it with the same values as the button."""
        tag = self.env['crm.tag'].create({'name': "Ưu tiên"})
        lead = self._open_lead(tag_ids=tag.ids, source_id=self.env['utm.source'].create({'name': "Hội chợ"}).id)
        lead = lead.with_user(self.salesman)
        button = lead.action_new_quotation()['context']
        remedy = lead._prepare_remedy_context(lead._fields['order_ids'])
        self.assertEqual({key: remedy.get(key) for key in button if key.startswith('default_')},
                         {key: value for key, value in button.items() if key.startswith('default_')})
        order = Form(self.env['sale.order'].with_user(self.salesman).with_context(**remedy)).save()
        self.assertEqual((order.opportunity_id, order.origin, order.tag_ids), (lead, lead.name, tag))
        self.assertEqual((order.partner_id, order.team_id, order.source_id), (self.customer, self.team, lead.source_id))

    # cancelling and linking

    def test_reopen(self):
        lead = self._open_lead().with_context(tracking_disable=False)
        self.env.cr.precommit.run()
        order = self._quotation(lead)
        order.with_user(self.salesman).with_context(tracking_disable=False).action_confirm()
        self.env.cr.precommit.run()
        self.assertFalse(order.can_reopen_opportunity)
        order.with_user(self.salesman)._action_cancel()
        self.assertTrue(order.can_reopen_opportunity)
        action = order.with_user(self.salesman).action_reopen_opportunity()
        self.assertEqual((action['res_model'], action['res_id']), ('crm.lead', lead.id))
        self.assertEqual((lead.stage_id, lead.won_status), (self.stage_open, 'pending'))
        self.assertFalse(order.can_reopen_opportunity)

    def test_not_reopened_while_another_order_stands(self):
        lead = self._open_lead()
        order, _other = self._confirm(lead, 100), self._confirm(lead, 200)
        order._action_cancel()
        self.assertFalse(order.can_reopen_opportunity)

    def test_link_an_order_of_sales(self):
        lead = self._open_lead()
        contact = self.env['res.partner'].create({'name': "Chị Lan", 'parent_id': self.customer.id})
        order = self._quotation(self.env['crm.lead'], partner_id=contact.id).with_user(self.salesman)
        self.assertEqual(order.open_opportunity_ids, lead)
        order.action_link_opportunity()
        self.assertEqual(order.opportunity_id, lead)
        self.assertFalse(order.open_opportunity_ids)
        order.action_confirm()
        self.assertEqual(lead.won_status, 'won')

    def test_linking_a_confirmed_order_wins(self):
        lead = self._open_lead(expected_revenue=100)
        order = self._quotation(self.env['crm.lead']).with_user(self.salesman)
        order.action_confirm()
        self.assertEqual(order.open_opportunity_ids, lead)
        order.opportunity_id = lead
        self.assertEqual((lead.won_status, lead.expected_revenue), ('won', 3000000))

    def test_orders_of_colleagues_are_not_left_in_the_cache(self):
        lead = self._open_lead()
        order = self._quotation(lead, user_id=self.colleague.id)
        own = self._quotation(lead)
        self.company.crm_revenue_from_orders = 'equal'
        own.action_confirm()
        own._action_cancel()
        self.env.flush_all()
        self.env.invalidate_all()
        lead = lead.with_user(self.salesman)
        own = own.with_user(self.salesman)
        self.assertTrue(own.can_reopen_opportunity)
        lead._align_revenue_with_orders()
        self.assertNotIn(order, lead.order_ids)

    def test_only_the_last_cancelled_order_reopens(self):
        lead = self._open_lead()
        order = self._confirm(lead, 100)
        quotation = self._quotation(lead)
        for other in (order, quotation):
            with self.assertRaisesRegex(UserError, "last order"):
                other.with_user(self.salesman).action_reopen_opportunity()
        quotation._action_cancel()
        with self.assertRaisesRegex(UserError, "last order"):
            quotation.with_user(self.salesman).action_reopen_opportunity()
        order._action_cancel()
        lead.write({'user_id': self.colleague.id, 'team_id': self.team.id})
        with self.assertRaisesRegex(UserError, "may edit"):
            order.with_user(self.salesman).action_reopen_opportunity()
        self.assertEqual(lead.won_status, 'won')

    def test_several_opportunities_are_not_guessed(self):
        leads = self._open_lead() + self._open_lead()
        order = self._quotation(self.env['crm.lead']).with_user(self.salesman)
        self.assertEqual(order.open_opportunity_ids, leads)
        with self.assertRaisesRegex(UserError, "Choose"):
            order.action_link_opportunity()

    def test_colleagues_opportunities_are_not_shown(self):
        self._open_lead(user_id=self.colleague.id)
        order = self._quotation(self.env['crm.lead']).with_user(self.salesman)
        self.assertFalse(order.open_opportunity_ids)
