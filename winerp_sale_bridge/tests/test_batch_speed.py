from odoo.tests import tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


@tagged('post_install', '-at_install')
class TestBatchSpeed(SaleBridgeCase):
    """What an order costs in a batch."""

    def test_queries_of_many(self):
        """An order costs two queries for its number, one for the follower and one for the documents of its quotation; its
        line asks twice whether there is an analytic distribution, and once for the rest."""
        def convert(count):
            leads = self._leads(count)
            self.env.flush_all()
            self.env.invalidate_all()
            wizard = self._wizard(leads).with_context(tracking_disable=False)
            before = self.env.cr.sql_log_count
            wizard.action_convert()
            self.env.flush_all()
            self.env.cr.precommit.run()
            self.assertEqual(len(leads.order_ids), count)
            return self.env.cr.sql_log_count - before

        convert(2)
        few = convert(20)
        self.assertLessEqual(convert(40) - few, 7 * 20)
