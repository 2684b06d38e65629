"""The user's story from end to end, in a real browser, in Vietnamese."""
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

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
