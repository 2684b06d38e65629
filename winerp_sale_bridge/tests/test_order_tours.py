from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


class OrderToursCommon(SaleBridgeCase, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('vi_VN')
        cls.env['ir.module.module']._load_module_terms(
            ['winerp_crm_pipeline', 'winerp_sale_bridge', 'sale', 'crm'], ['vi_VN'], overwrite=True)
        cls.salesman.write({'lang': 'vi_VN', 'password': 'an'})

    def _differing_leads(self):
        differing, plain = leads = self._lead(expected_revenue=68000000) + self._lead()
        self._quotation(differing)
        return leads


@tagged('post_install', '-at_install', 'winerp_browser')
class TestOrderTours(OrderToursCommon):
    """What a salesperson is asked, told and shown about orders, in Vietnamese."""

    def _require_deadline(self):
        self.stage_won.requirement_ids = [Command.create({
            'kind': 'field', 'field_id': self.env['ir.model.fields']._get('crm.lead', 'date_deadline').id})]

    def test_fill_in_and_order(self):
        self._require_deadline()
        lead = self._lead(stage_id=self.stage_open.id)
        self.start_tour(f'/odoo/crm/{lead.id}', 'winerp_sale_bridge_fill_in_and_order', login='an')
        self.assertEqual((lead.won_status, lead.order_ids.state), ('won', 'sale'))
        self.assertEqual(lead.date_deadline.isoformat(), '2030-12-31')

    def test_won_refused(self):
        self._require_deadline()
        lead = self._lead(stage_id=self.stage_open.id)
        order = self._quotation(lead)
        self.start_tour(f'/odoo/action-sale.action_quotations/{order.id}', 'winerp_sale_bridge_won_refused', login='an')
        self.assertEqual((lead.won_status, order.state), ('won', 'sale'))
        self.assertFalse(lead.activity_ids)

    def test_linked_refused(self):
        self._require_deadline()
        lead = self._lead(stage_id=self.stage_open.id)
        order = self._quotation(lead, opportunity_id=False)
        order.action_confirm()
        self.start_tour(f'/odoo/action-sale.action_orders/{order.id}', 'winerp_sale_bridge_linked_refused', login='an')
        self.assertEqual((order.opportunity_id, lead.won_status), (lead, 'won'))
        self.assertFalse(lead.activity_ids)

    def test_difference(self):
        leads = self._differing_leads()
        self.start_tour('/odoo/action-crm.crm_lead_action_pipeline?view_type=list',
                        'winerp_sale_bridge_difference', login='an')
        self.assertEqual(leads.mapped('expected_revenue'), [3000000, 12500000])
        self.assertEqual(leads.order_ids.mapped('state'), ['sale', 'sale'])

    def test_unfinished(self):
        self.patch(type(self.env['crm.lead.convert.order']), '_get_page_chunk_size', lambda self: 2)
        leads = self._leads(5)
        wizard = self._wizard(leads)
        wizard.action_start()
        wizard.convert_chunk()
        self.start_tour('/odoo/action-crm.crm_lead_action_pipeline', 'winerp_sale_bridge_unfinished', login='an')
        self.assertEqual(leads.order_ids.mapped('state'), ['sale'] * 5)


@tagged('post_install', '-at_install', 'winerp_browser')
class TestOrderToursOnPhone(OrderToursCommon):
    browser_size = '390x844'
    touch_enabled = True

    def test_phone(self):
        leads = self._differing_leads()
        wizard = self._wizard(leads)
        self.start_tour(
            f'/odoo/crm.lead.convert.order/{wizard.id}', 'winerp_sale_bridge_phone', login='an')
        self.assertEqual(leads.mapped('expected_revenue'), [3000000, 12500000])
