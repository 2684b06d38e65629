from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase
from odoo.addons.winerp_sale_bridge.vietnamese_numbers import shorten_number


@tagged('post_install', '-at_install')
class TestDifference(SaleBridgeCase):
    """What is ordered and what the opportunity says stand side by side; a difference is said, and can be taken over."""

    def _quoted(self, price, **values):
        lead = self._lead(**values)
        self._quotation(lead, order_line=[Command.create({'product_id': self.product.id, 'price_unit': price})])
        return lead

    def test_said_in_words(self):
        self.env['res.lang']._activate_lang('vi_VN')
        self.env['ir.module.module']._load_module_terms(['winerp_sale_bridge'], ['vi_VN'], overwrite=True)
        lead = self._quoted(1450000, expected_revenue=68000000)
        line = self._wizard(lead).line_ids
        self.assertTrue(line.is_different)
        self.assertIn("Opportunity", line.note)
        line = self._wizard(lead).with_context(lang='vi_VN').line_ids
        self.assertIn("cơ hội 68 triệu, báo giá 1,45 triệu", line.note.lower())

    def test_little_is_not_said(self):
        wizard = self._wizard(self._quoted(11000000))
        self.assertFalse(wizard.line_ids.is_different or wizard.has_differences or wizard.line_ids.note)

    def test_taken(self):
        kept, taken, larger = leads = sum(
            (self._quoted(price, expected_revenue=68000000) for price in (1450000, 1450000, 90000000)), self.env['crm.lead'])
        wizard = self._wizard(leads)
        self.assertTrue(wizard.has_differences)
        wizard.line_ids[1].take_amount = True
        wizard.action_convert()
        self.assertEqual(wizard.line_ids.mapped('state'), ['done'] * 3)
        self.assertEqual(leads.mapped('expected_revenue'), [68000000, 1450000, 90000000], "core raises by itself")
        self.assertEqual(leads.order_ids.mapped('state'), ['sale'] * 3)
        self.assertTrue(kept.won_status == taken.won_status == larger.won_status == 'won')

    def test_taken_in_the_form_and_left_as_quotation(self):
        self.company.crm_revenue_from_orders = 'never'
        template = self.env['sale.order.template'].create({
            'name': "Bộ máy in", 'sale_order_template_line_ids': [Command.create({'product_id': self.product.id})]})
        self.salesman.group_ids += self.env.ref('sale_management.group_sale_order_template')
        lead = self._lead()
        wizard = self._wizard(lead, confirm_orders=False)
        with Form(wizard) as form, form.line_ids.edit(0) as line:
            line.template_id = template
            self.assertTrue(line.is_different)
            line.take_amount = True
        wizard.action_convert()
        self.assertEqual((lead.order_ids.state, lead.expected_revenue), ('draft', 1500000))

    def test_refused_where_the_won_stage_wants_more(self):
        self.stage_won.requirement_ids = [
            Command.create({'kind': 'domain', 'name': "Lớn", 'domain': "[('expected_revenue', '>=', 10000000)]"})]
        lead = self._quoted(1450000, stage_id=self.stage_open.id)
        wizard = self._wizard(lead)
        wizard.line_ids.take_amount = True
        wizard.action_convert()
        self.assertEqual((wizard.line_ids.state, lead.won_status, lead.expected_revenue), ('failed', 'pending', 12500000))
        self.assertEqual(lead.order_ids.state, 'draft')

    def test_short_numbers(self):
        for number, text in (
            (1450000, "1,45 triệu"), (68000000, "68 triệu"), (1360000000, "1,36 tỷ"), (-2500000, "-2,5 triệu"),
            (1234567890123, "1.234,57 tỷ"), (999999, ''), (0, ''),
        ):
            self.assertEqual(shorten_number(number), text)
        usd = self._currency('USD').with_context(lang='vi_VN')
        self.assertIn('5', usd._format_short(5000000))
        self.assertNotIn("triệu", usd._format_short(5000000))
