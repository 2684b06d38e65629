from markupsafe import Markup

from odoo.tests import tagged

from odoo.addons.winerp_crm_pipeline.tests.tracking_case import TrackingCase


@tagged('-at_install', 'post_install')
class TestOrderTracking(TrackingCase):
    """Orders that are confirmed or cancelled together tell it in a batch, in the same rows as core does one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        product = cls.env['product.product'].create({'name': "Printer", 'list_price': 100, 'type': 'consu'})
        cls.orders = cls.env['sale.order'].create([{
            'partner_id': cls.customer.id, 'opportunity_id': lead.id, 'user_id': cls.user_sales_salesman.id,
            'order_line': [(0, 0, {'product_id': product.id})],
        } for lead in cls.leads])

    def test_confirm(self):
        rows = self.assertSameRows(lambda orders: orders.action_confirm(), self.orders, mail_notify_force_send=False)
        self.assertGreaterEqual(len(rows['messages']), len(self.orders))

    def test_confirm_followed(self):
        self.user_sales_leads.notification_type = 'inbox'
        self.orders[::2].message_subscribe(
            self.user_sales_leads.partner_id.ids, subtype_ids=self.env.ref('sale.mt_order_confirmed').ids)
        rows = self.assertSameRows(lambda orders: orders.action_confirm(), self.orders, mail_notify_force_send=False)
        self.assertTrue(rows['notifications'])

    def test_cancel(self):
        def cancel(orders):
            orders._track_set_log_message(Markup("In favour of <b>another</b>."))
            orders._action_cancel()

        self.assertSameRows(cancel, self.orders)
