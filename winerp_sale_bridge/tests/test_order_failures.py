import psycopg2

from odoo.exceptions import AccessError, ConcurrencyError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase

LOGGER = 'odoo.addons.winerp_sale_bridge.models.crm_lead_order'


@tagged('post_install', '-at_install')
class TestOrderFailures(SaleBridgeCase):
    """Whatever stops one order stops no other one, and is told in words."""

    def _fail(self, method, lead, error):
        """Have an extension fail on the order of one opportunity."""
        Order = type(self.env['sale.order'])
        original = getattr(Order, method)

        def fail(orders, *args, **kwargs):
            result = original(orders, *args, **kwargs)
            if lead in (orders | result if method == 'create' else orders).opportunity_id:
                raise error
            return result

        self.patch(Order, method, fail)

    def test_any_error_of_an_extension(self):
        for error in (ValueError("secret detail"), KeyError('secret detail'), ZeroDivisionError("secret detail"),
                      psycopg2.DataError("secret detail"), psycopg2.IntegrityError("secret detail")):
            for method in ('action_confirm', 'create'):
                leads = self._leads(5)
                self._fail(method, leads[2], error)
                wizard = self._wizard(leads)
                with self.assertLogs(LOGGER, 'ERROR') as logs:
                    wizard.action_convert()
                self.assertEqual(len(logs.records), 1)
                self.assertIn("secret detail", logs.output[0], "the traceback is in the log")
                self.assertEqual(wizard.line_ids.mapped('state'), ['done', 'done', 'failed', 'done', 'done'])
                self.assertNotIn("secret", wizard.line_ids[2].message)
                self.assertIn("administrator", wizard.line_ids[2].message)
                self.assertEqual((leads - leads[2]).order_ids.mapped('state'), ['sale'] * 4)
                self.assertFalse(leads[2].order_ids)
                self.assertFalse(leads[2].date_ordered)

    def test_access_error(self):
        leads = self._leads(3)
        self._fail('action_confirm', leads[0], AccessError("Bạn không được phép"))
        wizard = self._wizard(leads)
        wizard.action_convert()
        self.assertEqual(wizard.line_ids.mapped('state'), ['failed', 'done', 'done'])
        self.assertEqual(wizard.line_ids[0].message, "Bạn không được phép")

    def test_errors_of_the_database_itself(self):
        """A failed statement leaves PostgreSQL's transaction aborted: the savepoint mends it."""
        leads = self._leads(3)
        Order = type(self.env['sale.order'])
        original = Order.action_confirm

        def fail(orders):
            if leads[1] in orders.opportunity_id:
                orders.env.cr.execute("SELECT 1 / 0")
            return original(orders)

        self.patch(Order, 'action_confirm', fail)
        wizard = self._wizard(leads)
        with mute_logger('odoo.sql_db', LOGGER):
            wizard.action_convert()
        self.assertEqual(wizard.line_ids.mapped('state'), ['done', 'failed', 'done'])

    def test_what_odoo_tries_again_is_let_through(self):
        for error in (psycopg2.errors.SerializationFailure(), psycopg2.errors.LockNotAvailable(),
                      psycopg2.errors.DeadlockDetected(), psycopg2.OperationalError(), psycopg2.InterfaceError(),
                      ConcurrencyError()):
            leads = self._leads(3)
            self._fail('action_confirm', leads[1], error)
            with self.assertRaises(type(error)):
                self._wizard(leads).action_convert()
