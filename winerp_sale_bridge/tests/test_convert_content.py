from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


@tagged('post_install', '-at_install')
class TestConvertContent(SaleBridgeCase):
    """What a new order sells, and at which price."""

    def test_price_with_included_taxes(self):
        tax = self.env['account.tax'].create({
            'name': "VAT 10% in the price", 'amount': 10, 'price_include_override': 'tax_included',
            'company_id': self.company.id, 'country_id': self.env.ref('base.vn').id,
            'tax_group_id': self.env['account.tax.group'].create({
                'name': "VAT", 'company_id': self.company.id, 'country_id': self.env.ref('base.vn').id}).id,
        })
        self.product.taxes_id = tax
        lead = self._lead()
        self._wizard(lead).action_convert()
        self.assertEqual(lead.order_ids.amount_untaxed, 12500000)
        self.assertEqual(lead.order_ids.amount_total, 13750000)

    def _stacked_taxes(self, *amounts):
        country = self.env.ref('base.vn')
        group = self.env['account.tax.group'].create({
            'name': "Stacked", 'company_id': self.company.id, 'country_id': country.id})
        return self.env['account.tax'].create([{
            'name': f"Stacked {group.id} {number}", 'amount': amount, 'sequence': number, 'price_include_override': 'tax_included',
            'include_base_amount': True, 'company_id': self.company.id, 'country_id': country.id, 'tax_group_id': group.id,
        } for number, amount in enumerate(amounts)])

    # rights and companies

    def test_price_with_stacked_included_taxes(self):
        """To the unit, whatever is rounded on the way."""
        usd = self._currency('USD')
        self.env['res.currency.rate'].create({
            'currency_id': usd.id, 'company_id': self.company.id, 'company_rate': 1, 'name': '2020-01-01'})
        abroad = self.customer.copy({'name': "Abroad"})
        abroad.with_company(self.company).specific_property_product_pricelist = self.env['product.pricelist'].create({
            'name': "USD", 'currency_id': usd.id, 'company_id': self.company.id})
        for rounding in ('round_per_line', 'round_globally'):
            self.company.tax_calculation_rounding_method = rounding
            for amounts in ((5, 10), (8, 10, 3)):
                self.product.taxes_id = self._stacked_taxes(*amounts)
                leads = self.env['crm.lead'].concat(
                    *(self._lead(expected_revenue=1000 + 7919 * number) for number in range(100)),
                    *(self._lead(expected_revenue=11 + 313 * number, partner_id=abroad.id) for number in range(100)))
                self._wizard(leads).action_convert()
                self.assertEqual(leads.order_ids.currency_id, self.company.currency_id + usd)
                self.assertEqual(
                    {lead.order_ids.amount_untaxed - lead.expected_revenue for lead in leads}, {0}, (rounding, amounts))

    def test_currency_of_the_pricelist(self):
        usd = self._currency('USD')
        self.env['res.currency.rate'].create({
            'currency_id': usd.id, 'company_id': self.company.id, 'company_rate': 1 / 25000, 'name': '2020-01-01'})
        self.customer.with_company(self.company).property_product_pricelist = self.env['product.pricelist'].create({
            'name': "USD", 'currency_id': usd.id, 'company_id': self.company.id})
        lead = self._lead()
        self._wizard(lead).action_convert()
        self.assertEqual((lead.order_ids.currency_id, lead.order_ids.amount_untaxed), (usd, 500))

    def test_without_a_positive_revenue(self):
        leads = self._lead(expected_revenue=-5000) + self._lead(expected_revenue=0) + self._lead(expected_revenue=0.2)
        wizard = self._wizard(leads)
        self.assertEqual(wizard.line_ids.mapped('action'), ['skip'] * 3)
        wizard.line_ids.action = 'create'
        wizard.action_convert()
        self.assertEqual(wizard.line_ids.mapped('state'), ['skip'] * 3)
        self.assertIn("expected revenue", wizard.line_ids[0].message)
        self.assertFalse(leads.order_ids)
        nothing = self._lead()
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET expected_revenue = 'NaN' WHERE id = %s", [nothing.id])
        self.env.invalidate_all()
        self.assertEqual(self._wizard(nothing).line_ids.action, 'skip')

    def test_a_revenue_that_is_nothing_in_the_other_currency(self):
        usd = self._currency('USD')
        self.env['res.currency.rate'].create({
            'currency_id': usd.id, 'company_id': self.company.id, 'company_rate': 1 / 25000, 'name': '2020-01-01'})
        self.customer.with_company(self.company).specific_property_product_pricelist = self.env['product.pricelist'].create({
            'name': "USD", 'currency_id': usd.id, 'company_id': self.company.id})
        lead = self._lead(expected_revenue=100)
        wizard = self._wizard(lead)
        wizard.action_convert()
        self.assertEqual(wizard.line_ids.state, 'failed')
        self.assertIn("Nothing to order", wizard.line_ids.message)

    def test_no_product(self):
        self.product.action_archive()
        wizard = self._wizard(self._lead())
        self.assertIn("no product", wizard.line_ids.skip_reason)

    def test_template(self):
        template = self.env['sale.order.template'].create({
            'name': "Gói văn phòng", 'company_id': self.company.id,
            'sale_order_template_line_ids': [
                Command.create({'product_id': self.product.id, 'product_uom_qty': 3, 'name': "Máy in màu"}),
                Command.create({'display_type': 'line_note', 'name': "Bảo hành 12 tháng"}),
            ],
        })
        lead = self._lead(expected_revenue=0)
        wizard = self._wizard(lead)
        self.assertEqual(wizard.line_ids.action, 'skip')
        self.assertIn("expected revenue", wizard.line_ids.skip_reason)
        with Form(wizard) as form, form.line_ids.edit(0) as line:
            line.template_id = template
        self.assertEqual((wizard.line_ids.action, wizard.line_ids.amount), ('create', 4500000))
        wizard.action_convert()
        self.assertEqual(lead.order_ids.sale_order_template_id, template)
        self.assertEqual(lead.order_ids.order_line.mapped('name'), ["Máy in màu", "Bảo hành 12 tháng"])
        self.assertEqual(lead.order_ids.amount_untaxed, 4500000)

    def test_deleted_template_is_not_replaced_silently(self):
        template = self.env['sale.order.template'].create({
            'name': "Gói văn phòng", 'company_id': self.company.id,
            'sale_order_template_line_ids': [Command.create({'product_id': self.product.id})],
        })
        lead = self._lead()
        wizard = self._wizard(lead)
        wizard.line_ids.template_id = template
        self.env.flush_all()
        template.unlink()
        self.env.invalidate_all()
        wizard.action_convert()
        self.assertFalse(lead.order_ids)
        self.assertIn("deleted", wizard.line_ids.message)

    def test_left_as_quotation(self):
        lead = self._lead()
        self._wizard(lead, confirm_orders=False).action_convert()
        self.assertEqual(lead.order_ids.state, 'draft')
        self._wizard(lead, confirm_orders=False).action_convert()
        self.assertEqual(len(lead.order_ids), 1, "again makes nothing twice")
        self._wizard(lead).action_convert()
        self.assertEqual(lead.order_ids.state, 'sale')
