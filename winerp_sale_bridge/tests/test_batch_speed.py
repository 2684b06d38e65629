from datetime import date
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.winerp_sale_bridge.models.ir_sequence import NUMBERS, Numbers
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

    def _convert_query_count(self, count):
        """Return the queries of a wizard's conversion, as a salesperson, with tracking."""
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

    def test_queries_of_many(self):
        """A follower is all that a salesperson's order costs by itself."""
        for product in (self.product, self.env['product.product']):  # of the company, of the add-on
            self.company.crm_order_product_id = product
            self._convert_query_count(2)
            self.assertLessEqual(self._convert_query_count(40) - self._convert_query_count(20), 2 * 20)
            self.assertLessEqual(self._convert_query_count(100), 4 * 100)

    def test_queries_of_creating_the_wizard(self):
        """A row costs nothing by itself; rows are inserted by hundreds and read by thousands."""
        self.company.crm_order_product_id = False

        def create(count):
            leads = self._leads(count) + self._leads(count, partner_id=False, contact_name="Nguyễn Văn An")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._wizard(leads)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        create(1)
        self.assertEqual(create(10), create(45))
        self.assertLessEqual(create(300) - create(45), 3 * 6)

    def test_queries_of_reading_the_page(self):
        def read(count):
            wizard = self._wizard(self._leads(count) + self._leads(count, stage_id=self.stage_open.id))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            names = ['action', 'note', 'remedy', 'amount', 'take_amount', 'quotation_ids', 'stage_id', 'expected_revenue']
            wizard.web_read({
                'amount_total': {}, 'todo_count': {}, 'has_quotations': {}, 'has_differences': {}, 'unfinished_id': {},
                'line_ids': {'limit': 10, 'fields': {name: {} for name in names}},
            })
            return self.env.cr.sql_log_count - before

        read(1)
        self.assertEqual(read(10), read(100))


@tagged('post_install', '-at_install')
class TestNumbers(SaleBridgeCase):
    """The numbers of a batch are those that core would have given one after the other."""

    def _numbers(self, count=3):
        leads = self._leads(count)
        self._wizard(leads).action_convert()
        return leads.mapped('order_ids.name')

    def _sequence(self, **values):
        return self.env['ir.sequence'].create({
            'name': "Đơn bán hàng", 'code': 'sale.order', 'company_id': self.company.id, 'padding': 4, **values})

    def _core(self, count=3):
        Sequence = self.env['ir.sequence'].with_user(self.salesman).with_company(self.company)
        return [Sequence.next_by_code('sale.order') for _number in range(count)]

    def test_same_names(self):
        for values in (
            {'prefix': 'DH/%(year)s/', 'suffix': '-%(month)s', 'number_increment': 3},
            {'prefix': 'DH/%(range_year)s/', 'use_date_range': True},
        ):
            sequence = self._sequence(**values)
            drawn = self._numbers() + self._numbers(1) + self._core()
            (sequence.date_range_ids or sequence).number_next_actual = 1
            self.assertEqual(drawn, self._core(7), values)
            sequence.unlink()

    def test_without_gaps(self):
        sequence = self._sequence(prefix='KT', implementation='no_gap')
        self.assertEqual(self._numbers(), ['KT0001', 'KT0002', 'KT0003'])
        self.assertEqual(sequence.number_next_actual, 4)

    def test_overridden(self):
        """Whoever has a say in what the next number is is asked for each."""
        self._sequence(prefix='DH')
        for name in ('_next_do', 'get_next_char'):
            numbers = iter(('A', 'B', 'C'))
            with patch.object(type(self.env['ir.sequence']), name, lambda *_args, numbers=numbers: next(numbers)):
                self.assertEqual(self._numbers(), ['A', 'B', 'C'])

    def test_another_question(self):
        """Only what is asked for twice is drawn ahead; who is given no object of ours draws one by one."""
        self._sequence(prefix='DH')
        Sequence = self.env['ir.sequence'].with_company(self.company).with_context(**{NUMBERS: Numbers(2)})
        asked = [Sequence.next_by_code('sale.order', sequence_date=day) for day in (None, None, date(2026, 1, 1), None)]
        self.assertEqual(asked, ['DH0001', 'DH0002', 'DH0003', 'DH0005'])
        self.assertEqual(Sequence.with_context(**{NUMBERS: {'count': 9}}).next_by_code('sale.order'), 'DH0006')
        self.assertFalse(Sequence.next_by_code('winerp.no.such.code'))
