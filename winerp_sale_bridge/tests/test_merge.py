from odoo.tests import tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


@tagged('post_install', '-at_install')
class TestMerge(SaleBridgeCase):
    """Merging loses no order and no quotation, seen or not."""

    def _open_leads(self, count, **values):
        return self._leads(count, stage_id=self.stage_open.id, **values)

    def _merge(self, leads, user=None):
        return leads.with_user(user or self.salesman).merge_opportunity()

    def test_orders_out_of_sight(self):
        leads = self._open_leads(3)
        foreign = self._quotation(leads[2], user_id=self.colleague.id)
        cancelled = self._quotation(leads[1], user_id=self.colleague.id)
        cancelled._action_cancel()
        own = self._quotation(leads[0])
        orders = foreign + cancelled + own
        self.env.flush_all()
        self.env.invalidate_all()
        survivor = self._merge(leads)
        self.env.invalidate_all()
        self.assertEqual(orders.opportunity_id, survivor.sudo(True))
        self.assertEqual([bool(order.opportunity_id) for order in orders], [True] * 3)
        self.assertIn("carried over: ", "".join(survivor.message_ids.mapped('body')))
        self.assertEqual(orders.mapped('state'), ['draft', 'cancel', 'draft'])

    def test_order_of_another_company(self):
        leads = self._open_leads(2, company_id=False, team_id=False)
        head = leads._sort_by_confidence_level(reverse=True)[0]
        there = self._quotation(
            leads - head, company_id=self.company_2.id, user_id=self.manager.id, order_line=False)
        head.company_id = self.company
        self.env.flush_all()
        self.env.invalidate_all()
        survivor = self._merge(leads)
        self.env.invalidate_all()
        self.assertEqual((survivor.id, survivor.company_id), (head.id, self.company))
        self.assertEqual(there.opportunity_id.id, survivor.id)

    def test_not_ordered_a_second_time(self):
        self.company.crm_won_on_order_confirm = False
        leads = self._open_leads(2, date_deadline='2030-12-31')
        foreign = self._quotation(leads[1], user_id=self.colleague.id)
        foreign.with_user(self.colleague).sudo().action_confirm()
        self.env.invalidate_all()
        survivor = self._merge(leads)
        wizard = self._wizard(survivor)
        self.assertIn(f"Already ordered: {foreign.name}", wizard.line_ids.skip_reason)
        wizard.line_ids.action = 'create'
        wizard.action_convert()
        self.assertEqual(survivor.sudo().order_ids, foreign)

    def test_a_confirmed_order_wins_the_survivor(self):
        leads = self._open_leads(2)
        head = leads._sort_by_confidence_level(reverse=True)[0]
        foreign = self._quotation(leads - head, user_id=self.colleague.id)
        self.company.crm_won_on_order_confirm = False
        foreign.action_confirm()
        self.company.crm_won_on_order_confirm = True
        self.env.invalidate_all()
        survivor = self._merge(leads)
        self.assertEqual(survivor.won_status, 'won')

    def test_queries_of_many(self):
        def merge(count, confirmed=False):
            leads = self._open_leads(2)
            orders = self.env['sale.order'].create([{
                'opportunity_id': lead.id, 'partner_id': self.customer.id, 'user_id': self.colleague.id,
                'state': 'sale' if confirmed else 'draft',
            } for lead in leads for _number in range(count)])
            survivor, tail = leads.with_user(self.salesman)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            survivor._merge_dependences_orders(tail)
            survivor._follow_merged_orders(orders)
            self.env.flush_all()
            queries = self.env.cr.sql_log_count - before
            self.assertEqual(len(survivor.sudo().order_ids), 2 * count)
            return queries

        merge(1)
        self.assertEqual(merge(3), merge(30))
        merge(1, confirmed=True)  # winning posts a message, whose author is read now and then
        self.assertAlmostEqual(merge(3, confirmed=True), merge(30, confirmed=True), delta=3)

    def test_documents_of_colleagues(self):
        leads = self._open_leads(2)
        self.env['ir.attachment'].with_user(self.manager).create([
            {'name': f"bao-gia-{lead.id}.txt", 'raw': b'x', 'res_model': 'crm.lead', 'res_id': lead.id} for lead in leads])
        self.env.invalidate_all()
        survivor = self._merge(leads)
        self.assertEqual(self.env['ir.attachment'].search_count([
            ('res_model', '=', 'crm.lead'), ('res_id', '=', survivor.id)]), 2)
