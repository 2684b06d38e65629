from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


@tagged('post_install', '-at_install')
class TestBatchSpeed(SaleBridgeCase):
    """What makes batches fast changes nothing in the orders that come out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.discount_list = cls.env['product.pricelist'].create({
            'name': "Theo số lượng", 'company_id': cls.company.id, 'currency_id': cls.company.currency_id.id,
            'item_ids': [
                Command.create({
                    'applied_on': '0_product_variant', 'product_id': cls.product.id, 'min_quantity': quantity,
                    'compute_price': 'fixed', 'fixed_price': price})
                for quantity, price in ((0, 1400000), (10, 1000000))
            ],
        })
        cls.other_product = cls.env['product.product'].create({
            'name': "Mực in", 'list_price': 90000, 'taxes_id': False, 'type': 'consu'})

    def _order_values(self, quantity, pricelist):
        return {
            'partner_id': self.customer.id, 'pricelist_id': pricelist.id, 'company_id': self.company.id,
            'order_line': [
                Command.create({'product_id': product.id, 'product_uom_qty': quantity})
                for product in (self.product, self.other_product)],
        }

    def test_prices_are_those_of_single_orders(self):
        plain = self.env['product.pricelist'].create({
            'name': "Thường", 'company_id': self.company.id, 'currency_id': self.company.currency_id.id})
        cases = [(1, self.discount_list), (12, self.discount_list), (12, plain), (1, self.discount_list)]
        Order = self.env['sale.order'].with_user(self.salesman)
        batch = Order.create([self._order_values(*case) for case in cases])
        single = Order.union(*(Order.create(self._order_values(*case)) for case in cases))
        self.assertEqual(batch.order_line.mapped('price_unit'), single.order_line.mapped('price_unit'))
        self.assertEqual(
            batch.order_line.mapped('price_unit'),
            [1400000, 90000, 1000000, 90000, 1500000, 90000, 1400000, 90000])
        self.assertEqual(batch.order_line.pricelist_item_id, self.discount_list.item_ids)

    def test_price_rules_are_not_remembered(self):
        order = self.env['sale.order'].with_user(self.salesman).create(self._order_values(1, self.discount_list))
        self.discount_list.item_ids.filtered(lambda item: not item.min_quantity).fixed_price = 1300000
        again = self.env['sale.order'].with_user(self.salesman).create(self._order_values(1, self.discount_list))
        self.assertEqual((order + again).order_line.filtered(lambda line: line.product_id == self.product).mapped(
            'price_unit'), [1400000, 1300000])

    def test_analytic_distribution(self):
        Model = self.env['account.analytic.distribution.model']
        Model.search([]).unlink()
        self.env.registry.clear_cache()
        lead = self._lead()
        self._wizard(lead).action_convert()
        self.assertFalse(lead.order_ids.order_line.analytic_distribution)
        account = self.env['account.analytic.account'].create({
            'name': "Dự án", 'plan_id': self.env['account.analytic.plan'].create({'name': "Kế hoạch"}).id})
        Model.create({'partner_id': self.customer.id, 'analytic_distribution': {str(account.id): 100}})
        lead = self._lead()
        self._wizard(lead).action_convert()
        self.assertEqual(lead.order_ids.order_line.analytic_distribution, {str(account.id): 100})

    def test_queries_of_many(self):
        """A salesperson's orders cost a number and a follower each: two queries for the number, one for the follower."""
        def convert(count):
            leads = self._leads(count)
            self.env.flush_all()
            self.env.invalidate_all()
            wizard = self._wizard(leads).with_context(tracking_disable=False)
            before = self.env.cr.sql_log_count
            wizard.action_convert()
            self.env.flush_all()
            self.env.cr.precommit.run()
            self.assertEqual(len(leads.order_ids), count)
            return self.env.cr.sql_log_count - before

        convert(2)
        self.assertLessEqual(convert(40) - convert(20), 4 * 20)
