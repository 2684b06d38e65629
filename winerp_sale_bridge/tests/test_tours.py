from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


@tagged('post_install', '-at_install', 'winerp_browser')
class TestTours(SaleBridgeCase, HttpCase):
    """What a salesperson does in the browser, in Vietnamese."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('vi_VN')
        cls.env['ir.module.module']._load_module_terms(['winerp_sale_bridge', 'sale', 'crm'], ['vi_VN'], overwrite=True)
        cls.salesman.write({'lang': 'vi_VN', 'password': 'an'})

    def test_one(self):
        lead = self._lead(
            partner_id=False, partner_name="Công ty CP Ánh Dương", contact_name="Lê Văn Dũng",
            email_from='dung@anhduong.example.com')
        self.start_tour(f'/odoo/crm/{lead.id}', 'winerp_sale_bridge_convert_one', login='an')
        self.assertEqual(lead.order_ids.state, 'sale')
        self.assertEqual(lead.order_ids.partner_id.parent_id.name, "Công ty CP Ánh Dương")

    def test_quoted(self):
        lead = self._lead()
        quotations = self._quotation(lead) + self._quotation(lead)
        quotations[0].action_quotation_sent()
        self.start_tour(f'/odoo/crm/{lead.id}', 'winerp_sale_bridge_convert_quoted', login='an')
        self.assertEqual(quotations.mapped('state'), ['sale', 'cancel'])
        self.assertIn("Khách chọn máy công suất lớn hơn", "".join(quotations[1].message_ids.mapped('body')))

    def test_matched(self):
        lead = self._lead(partner_id=False, partner_name="Hoa Sen Co., Ltd", partner_vat="VN 0312 345 678")
        self.start_tour(f'/odoo/crm/{lead.id}', 'winerp_sale_bridge_convert_matched', login='an')
        self.assertEqual(lead.order_ids.state, 'sale')
        self.assertEqual((lead.partner_id, lead.order_ids.partner_id), (self.customer, self.customer))

    def test_mended(self):
        lead = self._lead()
        self._quotation(lead, order_line=False)
        self.start_tour(f'/odoo/crm/{lead.id}', 'winerp_sale_bridge_convert_mended', login='an')

    def _require_deadline(self):
        self.stage_won.requirement_ids = [Command.create({
            'kind': 'field', 'field_id': self.env['ir.model.fields']._get('crm.lead', 'date_deadline').id})]

    def test_complete_many(self):
        self._require_deadline()
        leads = self._lead(stage_id=self.stage_open.id) + self._lead(
            name="Cơ hội đủ", stage_id=self.stage_open.id, date_deadline='2030-12-31')
        self.start_tour('/odoo/action-crm.crm_lead_action_pipeline?view_type=list',
                        'winerp_sale_bridge_complete_many', login='an')
        self.assertEqual(leads.mapped('won_status'), ['won', 'won'])
        self.assertEqual(leads.order_ids.mapped('state'), ['sale', 'sale'])

    def test_portal_has_the_amount_in_words(self):
        self.company.country_id = self.env.ref('base.vn')
        order = self._quotation(self._lead())
        self.authenticate('an', 'an')
        page = self.url_open(order.get_portal_url()).text
        self.assertIn("Bằng chữ", page)
        self.assertIn("Ba triệu đồng", page)
        self.company.sale_amount_in_words = False
        self.assertNotIn("Bằng chữ", self.url_open(order.get_portal_url()).text)

    def test_many(self):
        quoted, ordered, _poor, _new = leads = (
            self._lead() + self._lead() + self._lead(expected_revenue=0) + self._lead())
        self._quotation(quoted)
        self._quotation(ordered).action_confirm()
        self.start_tour('/odoo/action-crm.crm_lead_action_pipeline?view_type=list',
                        'winerp_sale_bridge_convert_many', login='an')
        self.assertEqual(len(leads.order_ids), 3)
        self.assertEqual(set(leads.order_ids.mapped('state')), {'sale'})

    def test_twenty(self):
        leads = self._leads(20)
        self.start_tour('/odoo/action-crm.crm_lead_action_pipeline?view_type=list',
                        'winerp_sale_bridge_convert_twenty', login='an')
        self.assertEqual(leads.order_ids.mapped('state'), ['sale'] * 20)

    def test_progress(self):
        self.patch(type(self.env['crm.lead.convert.order']), '_get_page_chunk_size', lambda self: 5)
        leads = self._leads(30)
        leads[:2].expected_revenue = 0
        leads[2].partner_id = False
        leads[3].type = 'lead'
        self._quotation(leads[4], order_line=False)
        self._quotation(leads[5]).action_confirm()
        archived = self.customer.copy({'active': False})
        leads[6].partner_id = archived
        leads[2].write({'contact_name': False, 'phone': self.customer.phone})
        self.customer.copy({'name': "Trùng số điện thoại", 'phone': self.customer.phone})
        self.start_tour('/odoo/action-crm.crm_lead_action_pipeline?view_type=list',
                        'winerp_sale_bridge_convert_progress', login='an')
        wizard = self.env['crm.lead.convert.order'].search([], order='id desc', limit=1)
        self.assertEqual(wizard.state, 'done')
        skipped = wizard.line_ids.filtered(lambda line: line.state == 'skip')
        self.assertGreaterEqual(len(set(skipped.mapped('message'))), 5, "five different reasons")
        self.assertEqual(wizard.done_count, len(wizard.line_ids) - len(skipped))
        self.assertEqual(len(leads.order_ids.filtered(lambda order: order.state == 'sale')), wizard.done_count + 1)
