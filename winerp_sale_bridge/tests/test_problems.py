from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


@tagged('post_install', '-at_install')
class TestProblems(SaleBridgeCase):
    """What stands in the way is a sentence on the line, never a traceback."""

    def _get_reason(self, lead, user=None):
        """Return why the wizard skips an opportunity, having read its page and tried all the same."""
        self.env.flush_all()
        self.env.invalidate_all()
        wizard = self._wizard(lead, user=user)
        with Form(wizard):  # reads all that the page shows
            pass
        self.assertEqual(wizard.line_ids.action, 'skip')
        reason = wizard.line_ids.skip_reason
        wizard.action_convert()
        self.assertEqual((wizard.line_ids.state, wizard.line_ids.message), ('skip', reason))
        self.assertFalse(lead.order_ids.filtered(lambda order: order.state == 'sale'))
        return reason

    def _pricelist(self, currency):
        pricelist = self.env['product.pricelist'].create({
            'name': "Giá xuất khẩu", 'currency_id': currency.id, 'company_id': self.company.id})
        self.customer.with_company(self.company).specific_property_product_pricelist = pricelist
        return pricelist

    def _template(self, product):
        return self.env['sale.order.template'].create({
            'name': "Gói văn phòng", 'company_id': self.company.id,
            'sale_order_template_line_ids': [Command.create({'product_id': product.id, 'product_uom_qty': 3})],
        })

    def _hidden_product(self):
        return self.env['product.product'].create({
            'name': "Của công ty khác", 'company_id': self.company_2.id, 'taxes_id': False})

    # currencies

    def test_currency_without_rate(self):
        currency = self.env['res.currency'].create({'name': 'XWR', 'symbol': "W"})
        pricelist = self._pricelist(currency)
        reason = self._get_reason(self._lead())
        self.assertIn("no rate for XWR", reason)
        self.assertIn(pricelist.name, reason)
        self.company.sale_order_template_id = self._template(self.product)
        self.assertIn("no rate for XWR", self._get_reason(self._lead(expected_revenue=0)))
        self.env['res.currency.rate'].create({
            'currency_id': currency.id, 'company_id': self.company_2.id, 'rate': 2, 'name': '2020-01-01'})
        self.company.sale_order_template_id = False
        self.assertIn("no rate", self._get_reason(self._lead()), "the rate of another company is none")
        self.env['res.currency.rate'].create({
            'currency_id': currency.id, 'company_id': self.company.id, 'company_rate': 1 / 500, 'name': '2020-01-01'})
        lead = self._lead()
        self._wizard(lead).action_convert()
        self.assertEqual((lead.order_ids.currency_id, lead.order_ids.amount_untaxed), (currency, 25000))

    def test_archived_currency(self):
        currency = self._currency('USD')
        self.env['res.currency.rate'].create({
            'currency_id': currency.id, 'company_id': self.company.id, 'company_rate': 1 / 25000, 'name': '2020-01-01'})
        self._pricelist(currency)
        self.env.cr.execute("UPDATE res_currency SET active = FALSE WHERE id = %s", [currency.id])
        self.assertIn("no rate for USD", self._get_reason(self._lead()))

    def test_new_customer_gets_a_pricelist_without_rate(self):
        currency = self.env['res.currency'].create({'name': 'XWR', 'symbol': "W"})
        self.env['product.pricelist'].search([('company_id', 'in', (False, self.company.id))]).action_archive()
        self.env['product.pricelist'].create({
            'name': "Giá chung", 'currency_id': currency.id, 'company_id': self.company.id})
        lead = self._lead(partner_id=False, contact_name="Lê Văn Dũng")
        wizard = self._wizard(lead)
        wizard.action_convert()
        self.assertIn(wizard.line_ids.state, ('skip', 'failed'))
        self.assertIn("no rate for XWR", wizard.line_ids.message)
        self.assertFalse(lead.order_ids)
        self.assertFalse(self.env['res.partner'].search([('name', '=', "Lê Văn Dũng")]), "nothing is left half done")

    def test_feedback_without_rate_changes_no_revenue(self):
        currency = self.env['res.currency'].create({'name': 'XWR', 'symbol': "W"})
        pricelist = self._pricelist(currency)
        for policy in ('raise_any', 'equal'):
            self.company.crm_revenue_from_orders = policy
            lead = self._lead(stage_id=self.stage_open.id, expected_revenue=1000)
            order = self._quotation(lead, pricelist_id=pricelist.id)
            order.order_line.price_unit = 5000
            order.with_user(self.salesman).action_confirm()
            self.assertEqual((order.state, lead.expected_revenue, lead.won_status), ('sale', 1000, 'won'), policy)

    def test_without_any_pricelist(self):
        self.env['product.pricelist'].search([]).action_archive()
        lead, quoted = leads = self._lead() + self._lead()
        pricelist = self._pricelist(self._currency('VND'))
        self._quotation(quoted, pricelist_id=pricelist.id)
        pricelist.action_archive()
        self._wizard(leads).action_convert()
        self.assertEqual(leads.order_ids.mapped('state'), ['sale', 'sale'])
        self.assertEqual(lead.order_ids.currency_id, self.company.currency_id)
        self.assertFalse(lead.order_ids.pricelist_id)

    # customers

    def test_archived_customer(self):
        archived = self.customer.copy({'active': False, 'name': "Đã nghỉ"})
        self.assertIn("Đã nghỉ is archived", self._get_reason(self._lead(partner_id=archived.id)))
        quoted = self._lead()
        self._quotation(quoted, partner_id=archived.id)
        self.assertIn("Đã nghỉ is archived", self._get_reason(quoted))

    def test_customer_out_of_sight(self):
        foreign = self.env['res.partner'].create({'name': "Bí mật", 'company_id': self.company_2.id})
        lead = self._lead()
        quoted = self._lead()
        quotation = self._quotation(quoted)
        self.env.flush_all()
        for record in (lead, quotation):
            self.env.cr.execute(f"UPDATE {record._table} SET partner_id = %s WHERE id = %s", [foreign.id, record.id])
        self.env.invalidate_all()
        for record in (lead, quoted):
            reason = self._get_reason(record)
            self.assertIn("may not see the customer", reason)
            self.assertNotIn("Bí mật", reason)

    def test_customer_out_of_sight_of_a_new_order_beside_a_quotation(self):
        foreign = self.env['res.partner'].create({'name': "Bí mật", 'company_id': self.company_2.id})
        lead = self._lead()
        self._quotation(lead)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET partner_id = %s WHERE id = %s", [foreign.id, lead.id])
        self.env.invalidate_all()
        wizard = self._wizard(lead)
        self.assertEqual(wizard.line_ids.action, 'confirm')
        wizard.line_ids.action = 'create'
        self.assertIn("may not see the customer", wizard.line_ids.skip_reason)
        wizard.action_convert()
        self.assertIn("may not see the customer", wizard.line_ids.message)
        self.assertEqual(lead.order_ids.state, 'draft')

    # products

    def test_products_out_of_sight(self):
        product = self._hidden_product()
        template = self._template(self.product)
        quoted = self._lead()
        quotation = self._quotation(quoted)
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order_line SET product_id = %s WHERE order_id = %s", [product.id, quotation.id])
        self.env.cr.execute(
            "UPDATE sale_order_template_line SET product_id = %s WHERE sale_order_template_id = %s", [product.id, template.id])
        self.env.invalidate_all()
        self.assertIn("products that you may not see", self._get_reason(quoted))
        self.company.sale_order_template_id = template
        self.assertIn("products that you may not see", self._get_reason(self._lead()))
        self.company.sale_order_template_id = False
        self.company.crm_order_product_id = product
        self.assertIn("no product", self._get_reason(self._lead()))

    def test_template_without_products(self):
        template = self._template(self.product)
        self.company.sale_order_template_id = template
        template.sale_order_template_line_ids.unlink()
        self.assertIn("has no products", self._get_reason(self._lead()))

    def test_template_archived_meanwhile(self):
        template = self._template(self.product)
        lead = self._lead()
        wizard = self._wizard(lead)
        wizard.line_ids.template_id = template
        self.assertEqual(wizard.line_ids.action, 'create')
        template.action_archive()
        wizard.action_convert()
        self.assertEqual(wizard.line_ids.state, 'skip')
        self.assertIn("template is archived", wizard.line_ids.message)
        self.assertFalse(lead.order_ids)

    def test_line_without_product(self):
        lead = self._lead()
        quotation = self._quotation(lead)
        quotation.order_line = [
            Command.create({'display_type': 'line_section', 'name': "Máy"}),
            Command.create({'name': "Vận chuyển", 'product_id': False, 'product_uom_qty': 1}),
        ]
        self.assertIn("a line without a product", self._get_reason(lead))
        quotation.order_line[-1].unlink()
        self._wizard(lead).action_convert()
        self.assertEqual(quotation.state, 'sale', "sections and notes need none")

    # opportunities

    def test_lost_and_leads(self):
        lost = self._lead(stage_id=self.stage_open.id)
        lost.action_set_lost()
        self.assertIn("restore it first", self._get_reason(lost))
        self.assertIn("still a lead", self._get_reason(self._lead(type='lead')))

    def test_in_vietnamese(self):
        self.env['res.lang']._activate_lang('vi_VN')
        self.env['ir.module.module']._load_module_terms(['winerp_sale_bridge'], ['vi_VN'], overwrite=True)
        self._pricelist(self.env['res.currency'].create({'name': 'XWR', 'symbol': "W"}))
        lead = self._lead()
        wizard = self._wizard(lead).with_context(lang='vi_VN')
        self.assertIn("Chưa có tỷ giá", wizard.line_ids.skip_reason)

    # what mends it

    def test_the_way_to_what_mends_it(self):
        poor = self._lead(expected_revenue=0)
        archived = self._lead(partner_id=self.customer.copy({'active': False}).id)
        empty, ordered, hidden = self._lead(), self._lead(), self._lead()
        quotation = self._quotation(empty, order_line=False)
        order = self._quotation(ordered)
        order.action_confirm()
        self._quotation(hidden, user_id=self.colleague.id)
        wizard = self._wizard(poor + archived + empty + ordered + hidden)
        self.assertEqual(wizard.line_ids.mapped('remedy'), ['lead', 'partner', 'order', 'order', 'lead'])
        poor_line, archived_line, empty_line, ordered_line, _hidden_line = wizard.line_ids
        for action, record in (
            (poor_line.action_open_lead(), poor), (archived_line.action_open_partner(), archived.partner_id),
            (empty_line.action_open_order(), quotation), (ordered_line.action_open_order(), order),
        ):
            self.assertEqual((action['res_model'], action['res_id']), (record._name, record.id))

    def test_check_again_what_was_mended(self):
        poor, other, left_out = leads = self._lead(expected_revenue=0) + self._lead(expected_revenue=0) + self._lead()
        wizard = self._wizard(leads)
        lines = wizard.line_ids
        lines[2].action = 'skip'
        self.assertEqual(lines.mapped('action'), ['skip'] * 3)
        self.assertEqual(lines.mapped('is_blocked'), [True, True, False])
        poor.expected_revenue = 1000
        self.env.invalidate_all()
        self.assertIn("check again", lines[0].skip_reason)
        self.assertIn("expected revenue", lines[1].skip_reason)
        self.assertEqual(lines[2].skip_reason, "Left out by you.")
        wizard.action_retry()
        self.assertEqual(lines.mapped('action'), ['create', 'skip', 'skip'], "what the user left out stays out")
        wizard.action_convert()
        self.assertEqual(poor.order_ids.amount_untaxed, 1000)
        self.assertFalse((other + left_out).order_ids)

    # left out of a selection

    def test_left_out(self):
        own, hidden = self._lead(), self._leads(2, user_id=self.colleague.id)
        deleted = self._lead()
        deleted.unlink()
        self.assertFalse(self._wizard(own).left_out)
        wizard = self._wizard(own + hidden + deleted)
        self.assertEqual(wizard.line_ids.lead_id, own)
        self.assertEqual(wizard.left_out, "Left out: 3 that you may not see or that were deleted.")
        action = (own + hidden).with_user(self.salesman).action_convert_to_orders()
        self.assertIn("2", self.env['crm.lead.convert.order'].browse(action['res_id']).left_out)
        wizard.action_convert()
        self.assertFalse(hidden.order_ids)

    def test_left_out_of_another_company(self):
        here = self._lead()
        there = self._leads(2, company_id=self.company_2.id, team_id=False, user_id=self.manager.id)
        wizard = self._wizard(here + there, user=self.manager)
        self.assertEqual(wizard.line_ids.lead_id, here)
        self.assertEqual(wizard.left_out, f"Left out: 2 of {self.company_2.name}; activate that company first.")
        with self.assertRaisesRegex(UserError, self.company_2.name):
            self._wizard(there, user=self.manager)
        wizard = self._wizard(here + there)
        self.assertNotIn(self.company_2.name, wizard.left_out, "not the names of companies that are not one's own")
