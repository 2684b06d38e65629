from odoo.tests import Form, tagged

from odoo.addons.winerp_sale_bridge.customer_keys import name_key, phone_key, phone_spellings, vat_key
from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


@tagged('post_install', '-at_install')
class TestCustomer(SaleBridgeCase):

    def _lead_without_customer(self, **values):
        return self._lead(partner_id=False, **values)

    def _line(self, **values):
        return self._wizard(self._lead_without_customer(**values)).line_ids

    def test_phone_key(self):
        for spelling in (
            '0912345678', '0912 345 678', '0912.345.678', '(0912) 345-678', '+84912345678', '+84 (0) 912 345 678',
            '84912345678', '0084 912345678', '00840912345678', '912345678',
        ):
            self.assertEqual(phone_key(spelling), '84912345678', spelling)
        self.assertEqual(phone_key('0168 234 5678'), phone_key('+84 38 234 5678'), "renumbered in 2018")
        self.assertEqual(phone_key('024 3825 0000'), '842438250000')
        self.assertEqual(phone_key('2438250000'), '842438250000')
        self.assertEqual(phone_key('0841 234 567'), '84841234567')
        self.assertEqual(phone_key('+33 6 12 34 56 78'), '33612345678')
        for nothing in (False, '', '113', 'gọi sau'):
            self.assertEqual(phone_key(nothing), '')

    def test_phone_spellings_have_their_key(self):
        for key in ('84912345678', '84382345678', '842438250000', '33612345678'):
            for spelling in phone_spellings(key):
                if key.startswith('84') or spelling != key:
                    self.assertEqual(phone_key(spelling), key, spelling)

    def test_other_keys(self):
        self.assertEqual(vat_key('0312 345.678-001'), vat_key('VN0312345678001'))
        self.assertEqual(name_key(' CÔNG  TY Hoa Sen '), 'công ty hoa sen')

    def test_found_by_each(self):
        for values, reason in (
            ({'email_from': '"Mua hàng" <MUA@hoasen.example.com>'}, "e-mail"),
            ({'phone': '+84 (0)933.444.556'}, "phone"),
            ({'partner_vat': 'VN0312345678'}, "tax code"),
            ({'partner_name': "CÔNG TY TNHH  HOA SEN"}, "company name"),
        ):
            line = self._line(**values)
            self.assertEqual(line.partner_id, self.customer, reason)
            self.assertIn(reason, line.customer_hint)
            self.assertEqual(line.action, 'create')

    def test_found_is_assigned_only_when_ordered(self):
        lead = self._lead_without_customer(phone='84933444556')
        wizard = self._wizard(lead)
        self.assertFalse(lead.partner_id)
        wizard.action_convert()
        self.assertEqual((lead.partner_id, lead.order_ids.partner_id), (self.customer, self.customer))

    def test_contact_and_company_are_one_customer(self):
        contact = self.env['res.partner'].create({
            'name': "Chị Lan", 'parent_id': self.customer.id, 'email': 'lan@hoasen.example.com', 'phone': '0933444556'})
        line = self._line(email_from='lan@hoasen.example.com', phone='0933444556')
        self.assertEqual(line.partner_id, contact)

    def test_several_must_be_chosen(self):
        other = self.env['res.partner'].create({'name': "Hoa Sen khác", 'phone': '0933444556'})
        wizard = self._wizard(self._lead_without_customer(phone='0933444556'))
        line = wizard.line_ids
        self.assertFalse(line.partner_id)
        self.assertEqual(line.action, 'skip')
        self.assertIn("Several customers", line.skip_reason)
        self.assertIn("Hoa Sen khác (phone)", line.customer_hint)
        with Form(wizard) as form, form.line_ids.edit(0) as form_line:
            form_line.partner_id = other
        self.assertEqual(line.action, 'create')
        wizard.action_convert()
        self.assertEqual(line.lead_id.order_ids.partner_id, other)

    def test_new_customer_although_others_match(self):
        self.env['res.partner'].create({'name': "Hoa Sen khác", 'phone': '0933444556'})
        wizard = self._wizard(self._lead_without_customer(phone='0933444556', contact_name="Anh Ba"))
        with Form(wizard) as form, form.line_ids.edit(0) as line:
            line.create_partner = True
        wizard.action_convert()
        self.assertEqual(wizard.line_ids.lead_id.partner_id.name, "Anh Ba")

    def test_created_with_company_and_contact(self):
        lead = self._lead_without_customer(
            partner_name="Công ty CP Biển Xanh", contact_name="Trần Thị Mai", email_from='mai@bienxanh.example.com',
            phone='0977888990', partner_vat='0109876543', street="12 Lý Thường Kiệt", city="Hà Nội",
            country_id=self.env.ref('base.vn').id)
        wizard = self._wizard(lead)
        self.assertEqual(wizard.line_ids.customer_hint, "New: Công ty CP Biển Xanh, Trần Thị Mai")
        wizard.action_convert()
        contact = lead.order_ids.partner_id
        company = contact.parent_id
        self.assertEqual((contact.name, contact.email), ("Trần Thị Mai", 'mai@bienxanh.example.com'))
        self.assertEqual((company.name, company.is_company, company.vat), ("Công ty CP Biển Xanh", True, '0109876543'))
        self.assertEqual(lead.partner_id, contact)
        self.assertTrue(lead.company_id)
        self.assertEqual((company.company_id, contact.company_id), (lead.company_id, lead.company_id))

    def test_one_customer_for_one_batch(self):
        leads = self._lead_without_customer(phone='0977888990', contact_name="Mai")
        leads += self._lead_without_customer(phone='+84977888990', contact_name="Mai")
        leads += self._lead_without_customer(contact_name="Ai khác", phone='0900000001')
        self._wizard(leads).action_convert()
        self.assertEqual(leads[0].partner_id, leads[1].partner_id)
        self.assertNotEqual(leads[0].partner_id, leads[2].partner_id)

    def test_one_customer_across_chunks(self):
        self.patch(type(self.env['crm.lead.convert.order']), '_get_chunk_size', lambda self: 1)
        leads = self._lead_without_customer(phone='0977888990', contact_name="Mai")
        leads += self._lead_without_customer(phone='+84977888990', contact_name="Mai")
        self._wizard(leads).action_convert()
        self.assertEqual(leads[0].partner_id, leads[1].partner_id)

    def test_customer_of_another_company_is_not_proposed(self):
        self.customer.company_id = self.company_2
        line = self._line(phone='0933444556', contact_name="Mai")
        self.assertFalse(line.partner_id)
        self.assertTrue(line.create_partner)

    def test_archived_customer_is_not_doubled(self):
        self.customer.active = False
        line = self._line(phone='0933444556')
        self.assertEqual(line.action, 'skip')
        self.assertIn("archived", line.skip_reason)

    def test_quotations_customer_becomes_the_opportunitys(self):
        lead = self._lead_without_customer()
        self._quotation(lead)
        self._wizard(lead).action_convert()
        self.assertEqual(lead.partner_id, self.customer)

    def test_no_customer_is_named_after_a_deal(self):
        nameless = [
            {}, {'contact_name': "  ", 'partner_name': " "}, {'email_from': 'mua@bienxanh.example.com'},
            {'email_from': '"mua@bienxanh.example.com" <mua@bienxanh.example.com>'},
            {'email_from': '"84" <mua@bienxanh.example.com>'},
            {'phone': '0977888990'},
        ]
        leads = self.env['crm.lead'].union(*(self._lead_without_customer(**values) for values in nameless))
        wizard = self._wizard(leads)
        for line in wizard.line_ids:
            self.assertEqual(line.action, 'skip')
            self.assertIn("enter the company or the contact", line.note)
            self.assertNotIn(line.lead_id.name, line.note)
        partners = self.env['res.partner'].search_count([])
        wizard.line_ids.action = 'create'
        wizard.action_convert()
        self.assertEqual(set(wizard.line_ids.mapped('state')), {'skip'})
        self.assertFalse(leads.order_ids)
        plans = leads.with_user(self.salesman)._get_order_plans()
        self.assertEqual({result.state for result in leads.with_user(self.salesman)._convert_to_orders(plans).values()}, {'skip'})
        self.assertEqual(self.env['res.partner'].search_count([]), partners)

    def test_named_by_the_email_address(self):
        lead = self._lead_without_customer(email_from='"Trần Thị Mai" <mai@bienxanh.example.com>')
        wizard = self._wizard(lead)
        self.assertIn("New: Trần Thị Mai", wizard.line_ids.note)
        wizard.action_convert()
        self.assertEqual(lead.partner_id.name, "Trần Thị Mai")

    def test_customers_of_a_batch_that_fails(self):
        """What a failed batch had made is gone: the halves make it anew."""
        leads = self.env['crm.lead'].union(*(
            self._lead_without_customer(contact_name=f"Khách {number}") for number in range(4)))

        def refuse(order):
            return "Hết hàng" if order.opportunity_id == leads[3] else False

        self.patch(type(self.env['sale.order']), '_confirmation_error_message', refuse)
        wizard = self._wizard(leads)
        wizard.action_convert()
        self.assertEqual(wizard.line_ids.mapped('state'), ['done', 'done', 'done', 'failed'])
        self.assertEqual(leads[:3].partner_id.mapped('name'), ["Khách 0", "Khách 1", "Khách 2"])
        self.assertFalse(leads[3].partner_id)
