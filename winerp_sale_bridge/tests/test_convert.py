from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


@tagged('post_install', '-at_install')
class TestConvert(SaleBridgeCase):

    def test_new_order_at_expected_revenue(self):
        lead = self._lead()
        wizard = self._wizard(lead)
        line = wizard.line_ids
        self.assertEqual((line.action, line.skip_reason, line.amount), ('create', '', 12500000))
        action = wizard.action_convert()
        order = lead.order_ids
        self.assertEqual((action['res_model'], action['res_id']), ('sale.order', order.id))
        self.assertEqual(order.state, 'sale')
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.order_line.product_id, self.product)
        self.assertEqual(order.amount_untaxed, 12500000)
        self.assertEqual((line.state, line.result_order_id), ('done', order))

    def test_carry_over(self):
        tag = self.env['crm.tag'].create({'name': "Ưu tiên"})
        campaign = self.env['utm.campaign'].create({'name': "Tết"})
        medium = self.env['utm.medium'].create({'name': "Zalo của tôi"})
        source = self.env['utm.source'].create({'name': "Hội chợ"})
        terms = self.env['account.payment.term'].create({'name': "30 ngày"})
        self.customer.with_company(self.company).property_payment_term_id = terms
        lead = self._lead(
            tag_ids=tag.ids, campaign_id=campaign.id, medium_id=medium.id, source_id=source.id,
            description="<p>Giao trước Tết</p>")
        self.env['ir.attachment'].create({
            'name': "yeu-cau.txt", 'raw': b'hai may in', 'res_model': 'crm.lead', 'res_id': lead.id})
        self._wizard(lead).action_convert()
        order = lead.order_ids
        self.assertEqual(order.user_id, self.salesman)
        self.assertEqual(order.team_id, self.team)
        self.assertEqual(order.tag_ids, tag)
        self.assertEqual((order.campaign_id, order.medium_id, order.source_id), (campaign, medium, source))
        self.assertEqual((order.origin, order.company_id, order.payment_term_id), (lead.name, self.company, terms))
        attachment = self.env['ir.attachment'].search([('res_model', '=', 'sale.order'), ('res_id', '=', order.id)])
        self.assertEqual((attachment.name, attachment.raw), ("yeu-cau.txt", b'hai may in'))
        self.assertIn("Giao trước Tết", "".join(order.message_ids.mapped('body')))
        self.assertNotIn("Giao trước Tết", order.note or '', "internal notes must not reach the customer's paper")
        self.assertIn(order.name, "".join(lead.message_ids.mapped('body')))
        self.assertIn(lead.name, "".join(order.message_ids.mapped('body')))

    def test_confirm_existing_quotation(self):
        lead = self._lead()
        quotation = self._quotation(lead)
        wizard = self._wizard(lead)
        self.assertEqual((wizard.line_ids.action, wizard.line_ids.order_id), ('confirm', quotation))
        self.assertEqual(wizard.line_ids.amount, 3000000)
        wizard.action_convert()
        self.assertEqual(lead.order_ids, quotation)
        self.assertEqual(quotation.state, 'sale')

    def test_choose_among_quotations(self):
        lead = self._lead()
        older, sent, newer = self._quotation(lead), self._quotation(lead), self._quotation(lead)
        sent.action_quotation_sent()
        wizard = self._wizard(lead)
        self.assertEqual(wizard.line_ids.order_id, sent, "what the customer has in hand comes first")
        self.assertEqual(wizard.line_ids.quotation_ids, older + sent + newer)
        with Form(wizard) as form, form.line_ids.edit(0) as line:
            line.order_id = older
        wizard.cancel_others = True
        wizard.action_convert()
        self.assertEqual(older.state, 'sale')
        self.assertEqual((sent + newer).mapped('state'), ['cancel', 'cancel'])

    def test_reason_of_the_cancelled(self):
        leads = self._leads(3)
        quotations = self.env['sale.order'].union(*(self._quotation(lead) for lead in leads for _number in range(3)))
        foreign = self._quotation(leads[2], user_id=self.colleague.id)
        self.env.cr.precommit.run()
        wizard = self._wizard(leads).with_context(tracking_disable=False)
        self.assertIn("chosen", wizard.cancel_reason, "proposed, so that there always is one")
        wizard.write({'cancel_others': True, 'cancel_reason': "Khách chọn gói <b>lớn</b>\nTheo điện thoại"})
        wizard.action_convert()
        self.env.cr.precommit.run()
        chosen = wizard.line_ids.result_order_id
        self.assertEqual(chosen.mapped('state'), ['sale'] * 3)
        for order in quotations - chosen:
            self.assertEqual(order.state, 'cancel')
            [message] = order.message_ids.filtered(lambda message: "Khách chọn gói" in message.body)
            self.assertIn("&lt;b&gt;lớn&lt;/b&gt;<br", message.body)
            self.assertIn(order.opportunity_id.order_ids.filtered(lambda order: order.state == 'sale').name, message.body)
            self.assertTrue(message.tracking_value_ids, "one message for what happened and why")
        self.assertNotIn("Khách chọn gói", "".join(chosen.message_ids.mapped('body')))
        self.assertEqual(foreign.state, 'draft')
        self.assertIn(foreign.name, wizard.line_ids[2].message)
        self.assertFalse(wizard.line_ids[0].message)

    def test_cancelling_many_costs_no_more_queries_each(self):
        def cancel(count):
            leads = self._leads(count)
            for _number in range(2):
                self.env['sale.order'].create([{
                    'opportunity_id': lead.id, 'partner_id': self.customer.id, 'user_id': self.salesman.id} for lead in leads])
            Lead = leads.with_user(self.salesman)
            self.env.flush_all()
            self.env.invalidate_all()
            orders = Lead._get_orders_by_lead()
            plans = Lead._get_order_plans()
            before = self.env.cr.sql_log_count
            Lead._cancel_other_quotations(plans, {lead.id: orders[lead.id][0] for lead in leads}, "Lý do")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        cancel(1)
        self.assertEqual(cancel(3), cancel(30))

    def test_others_are_kept_unless_ticked(self):
        lead = self._lead()
        quotations = self._quotation(lead) + self._quotation(lead)
        self._wizard(lead).action_convert()
        self.assertEqual(sorted(quotations.mapped('state')), ['draft', 'sale'])

    def test_never_twice(self):
        lead = self._lead()
        first, second = self._wizard(lead), self._wizard(lead)
        first.action_convert()
        second.action_convert()
        self.assertEqual(len(lead.order_ids), 1)
        self.assertEqual(second.line_ids.state, 'skip')
        self.assertIn(lead.order_ids.name, second.line_ids.message)
        first.action_convert()
        self.assertEqual(len(lead.order_ids), 1)
        third = self._wizard(lead)
        self.assertEqual(third.line_ids.action, 'skip')
        third.line_ids.action = 'create'
        third.action_convert()
        self.assertEqual(len(lead.order_ids), 1, "not even when the line is forced")

    def test_quotation_of_the_meantime(self):
        lead = self._lead()
        wizard = self._wizard(lead)
        quotation = self._quotation(lead)
        wizard.action_convert()
        self.assertEqual(lead.order_ids, quotation)
        self.assertEqual(quotation.state, 'draft')
        self.assertIn(quotation.name, wizard.line_ids.message)

    def test_open_opportunity_is_won(self):
        lead = self._lead(stage_id=self.stage_open.id)
        wizard = self._wizard(lead)
        self.assertTrue(wizard.has_open_leads)
        wizard.action_convert()
        self.assertEqual((lead.stage_id, lead.won_status), (self.stage_won, 'won'))

    def test_skips(self):
        lead = self._lead(type='lead')
        lost = self._lead(stage_id=self.stage_open.id)
        lost.action_set_lost()
        poor = self._lead(expected_revenue=0)
        archived = self._lead(partner_id=self.customer.copy({'active': False}).id)
        empty = self._lead()
        self._quotation(empty, order_line=False)
        ordered = self._lead()
        self._quotation(ordered).action_confirm()
        good = self._lead()
        leads = lead + lost + poor + archived + empty + ordered + good
        wizard = self._wizard(leads)
        reasons = dict(zip(wizard.line_ids.lead_id, wizard.line_ids.mapped('skip_reason'), strict=True))
        self.assertIn("convert it to an opportunity", reasons[lead])
        self.assertIn("restore it first", reasons[lost])
        self.assertIn("expected revenue", reasons[poor])
        self.assertIn("archived", reasons[archived])
        self.assertIn("no products", reasons[empty])
        self.assertIn("Already ordered", reasons[ordered])
        self.assertFalse(reasons[good])
        self.assertEqual(wizard.line_ids.mapped('action'), ['skip'] * 6 + ['create'])
        self.assertIs(wizard.action_convert(), True, "the page shows what became of each")
        self.assertEqual((wizard.done_count, wizard.skip_count, wizard.failed_count), (1, 6, 0))
        self.assertEqual(wizard.line_ids[2].message, reasons[poor])
        poor.expected_revenue = 1000
        wizard.action_retry()
        self.assertEqual(wizard.line_ids.mapped('action')[2], 'create')
        wizard.action_convert()
        self.assertEqual((wizard.done_count, wizard.skip_count), (2, 5))
        self.assertEqual(poor.order_ids.amount_untaxed, 1000)

    def test_failures_spoil_nothing_else(self):
        leads = self._leads(5)
        bad = leads[1] + leads[4]

        def refuse(order):
            return "Hết hàng" if order.opportunity_id in bad else False

        self.patch(type(self.env['sale.order']), '_confirmation_error_message', refuse)
        wizard = self._wizard(leads)
        wizard.action_convert()
        self.assertEqual(wizard.line_ids.mapped('state'), ['done', 'failed', 'done', 'done', 'failed'])
        self.assertEqual(wizard.line_ids[1].message, "Hết hàng")
        self.assertFalse(bad.order_ids)
        self.assertEqual((leads - bad).order_ids.mapped('state'), ['sale'] * 3)
        bad = self.env['crm.lead']
        self.assertIs(wizard.action_retry(), True)
        self.assertEqual(wizard.line_ids.mapped('state'), ['done', 'pending', 'done', 'done', 'pending'])
        wizard.action_convert()
        self.assertEqual(leads.order_ids.mapped('state'), ['sale'] * 5)
        self.assertEqual(wizard.state, 'done')

    def test_many_with_chunks(self):
        leads = self._leads(7)
        self.patch(type(self.env['crm.lead.convert.order']), '_get_chunk_size', lambda self: 3)
        action = self._wizard(leads).action_convert()
        self.assertEqual(action['res_model'], 'sale.order')
        self.assertEqual(len(leads.order_ids), 7)

    def test_own_opportunities_only(self):
        foreign = self._lead(user_id=self.colleague.id)
        with self.assertRaisesRegex(UserError, "may not see"):
            self._wizard(foreign)
        own = self._lead()
        wizard = self._wizard(own + foreign)
        self.assertEqual(wizard.line_ids.lead_id, own)
        self.assertEqual(self._wizard(own + foreign, user=self.manager).line_ids.lead_id, own + foreign)

    def test_wizard_is_private(self):
        wizard = self._wizard(self._lead())
        with self.assertRaises(AccessError):
            wizard.with_user(self.colleague).action_convert()

    def test_colleagues_order_is_not_doubled(self):
        lead = self._lead()
        self._quotation(lead, user_id=self.colleague.id).action_confirm()
        wizard = self._wizard(lead)
        self.assertIn("Already ordered", wizard.line_ids.skip_reason)
        wizard.action_convert()
        self.assertEqual(len(lead.sudo().order_ids), 1)

    def test_colleagues_quotation_is_not_doubled(self):
        lead = self._lead()
        quotation = self._quotation(lead, user_id=self.colleague.id)
        wizard = self._wizard(lead)
        self.assertIn(quotation.name, wizard.line_ids.skip_reason)
        self.assertFalse(wizard.line_ids.quotation_ids)

    def test_unassigned_opportunity_becomes_own_order(self):
        self.customer.user_id = self.colleague
        lead = self._lead(user_id=False)
        self._wizard(lead).action_convert()
        self.assertEqual(lead.order_ids.user_id, self.salesman)

    def test_two_companies(self):
        self.company_2.crm_order_product_id = self.product
        here = self._lead()
        there = self._lead(company_id=self.company_2.id, team_id=False, user_id=self.manager.id)
        with self.assertRaisesRegex(UserError, self.company_2.name):
            self._wizard(there, user=self.manager)
        wizard = self._wizard(here + there, user=self.manager, companies=self.company + self.company_2)
        wizard.action_convert()
        self.assertEqual(here.order_ids.company_id, self.company)
        self.assertEqual(there.order_ids.company_id, self.company_2)
        self.assertEqual(there.order_ids.currency_id, self._currency('USD'))

    def test_nothing_selected(self):
        with self.assertRaisesRegex(UserError, "Select the opportunities"):
            self.env['crm.lead.convert.order'].with_user(self.salesman).create({})

    def test_side_by_side(self):
        near, far, new = leads = self._lead(expected_revenue=3500000) + self._lead(expected_revenue=68000000) + self._lead()
        self._quotation(near)
        self._quotation(far)
        wizard = self._wizard(leads)
        self.assertEqual(wizard.line_ids.stage_id, self.stage_won)
        self.assertEqual(wizard.line_ids.mapped('expected_revenue'), [3500000, 68000000, 12500000])
        self.assertEqual(wizard.line_ids.mapped('amount'), [3000000, 3000000, 12500000])
        self.assertFalse(wizard.line_ids[0].note)
        self.assertRegex(wizard.line_ids[1].note, r"Opportunity .*68,000,000.*, quotation .*3,000,000")
        self.assertFalse(wizard.line_ids[2].note)
        self.assertEqual(new, wizard.line_ids[2].lead_id)

    def test_pipeline_defaults_do_not_leak(self):
        lead = self._lead(partner_id=False, contact_name="Lê Văn Dũng")
        lead = lead.with_user(self.salesman).with_context(default_type='opportunity', default_name="X", default_user_id=1)
        action = lead.action_convert_to_orders()
        self.env['crm.lead.convert.order'].with_user(self.salesman).browse(action['res_id']).action_convert()
        self.assertEqual((lead.partner_id.name, lead.partner_id.type), ("Lê Văn Dũng", 'contact'))
        self.assertEqual(lead.order_ids.state, 'sale')
