"""The user's story from end to end, in a real browser, in Vietnamese."""
import io

from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools.pdf import PdfFileReader

from odoo.addons.mail.tests.common import mail_new_test_user

EMAIL = """\
From: =?utf-8?b?Tmd1eeG7hW4gVsSDbiBBbg==?= <an@hong-ha.example>
To: kinhdoanh@sao-viet.example
Subject: =?utf-8?b?QsOhbyBnacOhIDEwIG3DoXkgaW4=?=
Date: Mon, 02 Mar 2026 08:15:00 +0700
Message-ID: <story-1@hong-ha.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Chào anh chị, xin báo giá 10 máy in laser cho văn phòng Hà Nội. ĐT 0912 345 678.
"""


@tagged('post_install', '-at_install')
class TestStory(HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('vi_VN')
        cls.env['crm.stage.requirement'].search([]).action_archive()
        cls.company = cls._create_company()
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.env.ref('base.group_user').implied_ids += cls.env.ref('crm.group_use_lead')
        cls.user = mail_new_test_user(
            cls.env, 'story_ha', name="Hà Sao Việt", email='ha@sao-viet.example', lang='vi_VN', tz='Asia/Ho_Chi_Minh',
            groups='sales_team.group_sale_salesman,base.group_partner_manager',
            company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)])
        cls.user.password = 'story_ha'
        cls.team = cls.env['crm.team'].create({
            'name': "Kinh doanh", 'company_id': cls.company.id, 'use_leads': True, 'use_opportunities': True,
            'alias_name': 'kinhdoanh', 'member_ids': cls.user.ids,
        })
        cls.stages = cls._create_stages()
        cls.product = cls.env['product.product'].create({
            'name': "Máy in laser", 'list_price': 2_500_000, 'taxes_id': False, 'company_id': cls.company.id})
        cls.customer = cls.env['res.partner'].create({'name': "Công ty Hồng Hà", 'is_company': True, 'company_id': cls.company.id})

    @classmethod
    def _create_company(cls):
        currency = cls.env.ref('base.VND')
        currency.active = True
        domain = cls.env['mail.alias.domain'].create({'name': 'sao-viet.example'})
        company = cls.env['res.company'].create({
            'name': "Công ty Sao Việt", 'country_id': cls.env.ref('base.vn').id, 'currency_id': currency.id,
            'alias_domain_id': domain.id, 'email': 'info@sao-viet.example',
        })
        cls.env.user.company_ids += company
        return company

    @classmethod
    def _create_stages(cls):
        names = (("New", "Mới"), ("Qualified", "Đã được thẩm định"), ("Won", "Thắng lợi"))
        stages = cls.env['crm.stage'].create([
            {'name': english, 'sequence': -10 + number, 'is_won': english == "Won", 'team_ids': cls.team.ids}
            for number, (english, _vietnamese) in enumerate(names)
        ])
        for stage, (_english, vietnamese) in zip(stages, names, strict=True):
            stage.with_context(lang='vi_VN').name = vietnamese
        stages[1].write({
            'auto_probability': True, 'probability': 30,
            'requirement_ids': [
                Command.create({'field_id': cls.env['ir.model.fields']._get('crm.lead', name).id})
                for name in ('expected_revenue', 'date_deadline')
            ],
        })
        return stages

    def test_story(self):
        lead_id = self.env['mail.thread'].with_context(mail_channel_nosubscribe=True).message_process(None, EMAIL)
        lead = self.env['crm.lead'].browse(lead_id)
        self.assertEqual((lead.name, lead.type, lead.team_id), ("Báo giá 10 máy in", 'lead', self.team))
        self.assertEqual(lead.email_from, '"Nguyễn Văn An" <an@hong-ha.example>')

        self.start_tour('/odoo/action-crm.crm_lead_all_leads', 'winerp_story_from_email_to_order', login='story_ha', timeout=120)
        self.assertEqual((lead.type, lead.won_status, lead.probability), ('opportunity', 'won', 100))
        self.assertEqual((lead.expected_revenue, lead.company_currency), (25_000_000, self.env.ref('base.VND')))
        self.assertEqual(lead.user_id, self.user)
        order = lead.order_ids
        self.assertEqual((len(order), order.state, order.partner_id), (1, 'sale', lead.partner_id))
        self.assertEqual(order.order_line.product_id, self.product)
        self.assertIn(order.name, " ".join(lead.message_ids.mapped('body')), "the opportunity links the order")
        self.assertIn(lead.name, " ".join(order.message_ids.mapped('body')), "the order links the opportunity")
        passed = lead.message_ids.tracking_value_ids.filtered(lambda value: value.field_id.name == 'stage_id')
        self.assertEqual(passed.sorted('id').mapped('new_value_integer'), self.stages[1:].ids)

        self.start_tour(
            '/odoo/action-sale.action_quotations', 'winerp_story_order_without_opportunity', login='story_ha', timeout=60)
        other = self.env['sale.order'].search([('partner_id', '=', self.customer.id)])
        self.assertEqual((other.state, other.amount_total), ('sale', 2_500_000))
        self.assertFalse(other.opportunity_id)

    def test_from_quotation_to_invoice(self):
        order = self._create_taxed_quotation()
        self.start_tour(
            f'/odoo/action-sale.action_quotations/{order.id}', 'winerp_story_send_quotation', login='story_ha', timeout=60)
        message = order.message_ids.filtered('attachment_ids')
        self.assertEqual((order.state, message.subject), ('sent', f"Công ty Sao Việt - Báo giá số {order.name}"))
        self.assertIn("Báo giá", message.body)
        self.assertNotIn("quotation", message.body)
        self._check_pdf(order)

        self.logout()
        self.start_tour(order.get_portal_url(), 'winerp_story_accept_quotation', timeout=60)
        self.assertEqual((order.state, order.signed_by), ('sale', "Nguyễn Văn An"))
        self.assertEqual(order.opportunity_id.won_status, 'won')

        self.start_tour(f'/odoo/sales/{order.id}', 'winerp_story_invoice_order', login='story_ke_toan', timeout=60)
        invoice = order.invoice_ids
        self.assertEqual((invoice.state, invoice.amount_untaxed, invoice.amount_total), ('posted', 58_000_000, 63_200_000))

    def _create_taxed_quotation(self):
        """Return a quotation of goods and services, of an opportunity that may be won, of a company that keeps accounts."""
        self.env['account.chart.template'].try_loading('vn', self.company)
        taxes = self.env['account.tax'].search([('company_id', '=', self.company.id), ('type_tax_use', '=', 'sale')])
        accountant = mail_new_test_user(
            self.env, 'story_ke_toan', name="Kế Toán", email='ke-toan@sao-viet.example', lang='vi_VN',
            groups='sales_team.group_sale_salesman_all_leads,account.group_account_invoice',
            company_id=self.company.id, company_ids=[Command.set(self.company.ids)])
        accountant.password = 'story_ke_toan'
        self.customer.write({'lang': 'vi_VN', 'email': 'mua@hong-ha.example', 'vat': '0312345678'})
        lead = self.env['crm.lead'].create({
            'name': "Máy in và lắp đặt", 'type': 'opportunity', 'partner_id': self.customer.id, 'user_id': self.user.id,
            'team_id': self.team.id, 'stage_id': self.stages[0].id, 'expected_revenue': 58_000_000, 'date_deadline': '2030-12-31',
        })
        service = self.env['product.product'].create({
            'name': "Lắp đặt", 'type': 'service', 'list_price': 28_000_000, 'company_id': self.company.id})
        lines = ((self.product, 12, 8), (service, 1, 10))
        return self.env['sale.order'].create({
            'partner_id': self.customer.id, 'company_id': self.company.id, 'user_id': self.user.id, 'team_id': self.team.id,
            'opportunity_id': lead.id,
            'order_line': [Command.create({
                'product_id': product.id, 'product_uom_qty': quantity,
                'tax_ids': [Command.set(taxes.filtered(lambda tax, rate=rate: tax.amount == rate).ids)],
            }) for product, quantity, rate in lines],
        })

    def _check_pdf(self, order):
        """Print as people do: Odoo prints no PDF in the middle of a request of a test."""
        report = self.env['ir.actions.report'].with_user(self.user).with_context(force_report_rendering=True)
        if report.get_wkhtmltopdf_state() == 'install':
            return
        content, kind = report._render_qweb_pdf('sale.action_report_saleorder', order.ids)
        self.assertEqual((kind, content[:5]), ('pdf', b'%PDF-'))
        self.assertEqual(len(PdfFileReader(io.BytesIO(content)).pages), 1)
