"""Quotations and orders on paper, and on the customer's pages, as an accountant in Vietnam expects them."""
from lxml import html

from odoo.tests import HttpCase, tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


@tagged('post_install', '-at_install')
class TestPaper(SaleBridgeCase, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('vi_VN')
        vietnam = cls.env.ref('base.vn')
        cls.company.write({
            'country_id': vietnam.id, 'vat': '0101234567', 'street': "12 Lý Thường Kiệt", 'city': "Phường Cửa Nam",
            'state_id': cls.env.ref('base.state_vn_VN-HN').id,
        })
        cls.customer.write({'country_id': vietnam.id, 'lang': 'vi_VN'})
        cls.order = cls.env['sale.order'].create({
            'partner_id': cls.customer.id, 'company_id': cls.company.id, 'user_id': cls.salesman.id,
            'order_line': [(0, 0, {'product_id': cls.product.id, 'product_uom_qty': 2})],
        })

    def _print(self, order=None):
        document, _type = self.env['ir.actions.report'].with_user(self.salesman)._render_qweb_html(
            'sale.action_report_saleorder', (order or self.order).ids)
        return " ".join(html.fromstring(document.decode()).text_content().split())

    def test_both_sides_and_the_amount(self):
        text = self._print()
        self.assertIn("Ba triệu đồng", text)
        self.assertIn("0101234567", text, "the seller's tax code")
        self.assertIn("0312345678", text, "the customer's tax code")
        self.assertEqual(text.count("MST"), 2, "called by its Vietnamese name")
        self.assertIn(f"Báo giá số {self.order.name}", text)
        self.customer.lang = 'en_US'
        self.assertIn("Three Million", self._print())

    def test_numbers_without_false_decimals(self):
        text = self._print()
        self.assertIn(" 1.500.000 ", text, "a dong has no fractions")
        self.assertRegex(text, rf" 2 {self.product.uom_id.with_context(lang='vi_VN').name} ")
        self.order.order_line.product_uom_qty = 2.5
        self.assertIn(" 2,50 ", self._print())

    def test_bank_account_in_the_currency(self):
        self.assertNotIn("Tài khoản ngân hàng", self._print())
        bank = self.env['res.bank'].create({'name': "Ngân hàng Sen Vàng"})
        self.env['res.partner.bank'].create([
            {'acc_number': number, 'bank_id': bank.id, 'partner_id': self.company.partner_id.id, 'currency_id': currency}
            for number, currency in (('111 USD', self._currency('USD').id), ('222 VND', False))
        ])
        self.assertIn("Tài khoản ngân hàng: 222 VND, Ngân hàng Sen Vàng, Công ty Sao Mai", self._print())

    def test_payment_terms_are_named_where_they_have_no_note(self):
        term = self.env['account.payment.term'].create({'name': "30 ngày sau nghiệm thu", 'note': False})
        self.order.payment_term_id = term
        self.assertIn("30 ngày sau nghiệm thu", self._print())
        term.note = "<p>Chuyển khoản trong 30 ngày</p>"
        self.assertNotIn("30 ngày sau nghiệm thu", self._print())

    def test_signatures_of_both_sides(self):
        self.assertRegex(self._print(), r"Đại diện bên mua .*đóng dấu.* Đại diện bên bán .*đóng dấu")
        self.order.write({'signature': PIXEL, 'signed_by': "Trần Thị Lan"})
        text = self._print()
        self.assertIn("Trần Thị Lan", text)
        self.assertNotIn("Chữ ký", text, "core's own place for it is not needed beside")

    def test_address_with_commas(self):
        self.assertEqual(
            self.company.partner_id.with_context(lang='vi_VN')._display_address(without_company=True).strip().split('\n')[-1],
            "Phường Cửa Nam, Hà Nội, Việt Nam")
        self.company.partner_id.city = False
        self.assertIn("\nHà Nội, Việt Nam", self.company.partner_id.with_context(lang='vi_VN')._display_address())
        self.env.ref('base.vn').address_format = '%(street)s\n%(city)s'
        self.assertEqual(
            self.company.partner_id._display_address(without_company=True), "12 Lý Thường Kiệt\n", "an own format stays")

    def test_the_customers_page(self):
        self.order._portal_ensure_token()
        page = self.url_open(self.order.get_portal_url())
        self.assertEqual(page.status_code, 200)
        text = " ".join(html.fromstring(page.text).text_content().split())
        self.assertIn("MST: 0312345678", text)
        self.assertRegex(text, rf" 2 {self.product.uom_id.name} ")

    def test_no_advertising_for_customers(self):
        self.order._portal_ensure_token()
        for wanted in (True, False):
            self.company.sale_vietnamese_paper = not wanted
            page = self.url_open(self.order.get_portal_url()).text
            self.assertEqual('odoo.com' in page, wanted)

    def test_other_countries_as_core(self):
        self.company.country_id = self.env.ref('base.fr')
        self.assertFalse(self.company.sale_vietnamese_paper)
        text = self._print()
        self.assertNotIn("Đại diện bên mua", text)
        self.assertNotIn("0101234567", text)


PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
