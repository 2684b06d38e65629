from odoo.tests import HttpCase, tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


@tagged('post_install', '-at_install')
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

    def test_many(self):
        quoted, ordered, _poor, _new = leads = (
            self._lead() + self._lead() + self._lead(expected_revenue=0) + self._lead())
        self._quotation(quoted)
        self._quotation(ordered).action_confirm()
        self.start_tour('/odoo/action-crm.crm_lead_action_pipeline?view_type=list',
                        'winerp_sale_bridge_convert_many', login='an')
        self.assertEqual(len(leads.order_ids), 3)
        self.assertEqual(set(leads.order_ids.mapped('state')), {'sale'})
