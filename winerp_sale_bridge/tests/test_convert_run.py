from odoo.tests import HttpCase, tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase


@tagged('post_install', '-at_install')
class TestConvertRun(SaleBridgeCase):
    """A long run goes in chunks, can be paused, and is found again by whoever began it."""

    def setUp(self):
        super().setUp()
        self.patch(type(self.env['crm.lead.convert.order']), '_get_page_chunk_size', lambda self: 2)

    def _started(self, leads, **values):
        wizard = self._wizard(leads, **values)
        action = wizard.action_start()
        self.assertEqual((action['tag'], action['params']), ('winerp_sale_bridge.start_run', {'wizard_id': wizard.id}))
        return wizard

    def _unfinished(self, user=None):
        return self.env['crm.lead.convert.order'].with_user(user or self.salesman).get_unfinished()['count']

    def test_in_chunks(self):
        leads = self._leads(5)
        self.assertTrue(self._wizard(leads).is_long)
        wizard = self._started(leads + self._lead(expected_revenue=0))
        progress = [wizard.convert_chunk() for _chunk in range(3)]
        self.assertEqual([step['remaining'] for step in progress], [3, 1, 0])
        self.assertEqual({step['skipped'] for step in progress}, {1}, "what is skipped is counted apart")
        self.assertEqual(wizard.state, 'done')
        self.assertEqual(wizard.convert_chunk()['done'], 5, "once more does nothing")
        self.assertEqual(len(leads.order_ids), 5)

    def test_paused_run_is_resumed(self):
        leads = self._leads(5)
        wizard = self._started(leads)
        wizard.convert_chunk()
        other = self._wizard(self._lead())
        self.assertEqual(other.unfinished_id, wizard)
        self.assertEqual(other.action_resume()['res_id'], wizard.id)
        wizard.action_pause()
        self.assertEqual(wizard.convert_chunk()['remaining'], 3, "a paused run does nothing")
        self.assertEqual(self._wizard(self._lead()).unfinished_id, wizard, "and is not forgotten")
        wizard.action_convert()
        self.assertEqual(leads.order_ids.mapped('state'), ['sale'] * 5)
        self.assertFalse(self._wizard(self._lead()).unfinished_id)

    def test_found_again(self):
        self.assertEqual(self._unfinished(), 0)
        self._wizard(self._leads(4))
        self.assertEqual(self._unfinished(), 0, "one that was not begun is no run")
        wizard = self._started(self._leads(4) + self._lead(expected_revenue=0))
        self.assertEqual(self._unfinished(), 4)
        wizard.convert_chunk()
        self.assertEqual((self._unfinished(), self._unfinished(self.colleague)), (2, 0))
        Wizard = self.env['crm.lead.convert.order'].with_user(self.salesman)
        self.assertEqual(Wizard.action_open_unfinished()['res_id'], wizard.id)
        second = self._started(self._leads(3))
        action = Wizard.action_open_unfinished()
        self.assertEqual(Wizard.search(action['domain']), second + wizard)
        self.assertEqual(self._unfinished(), 5)
        (wizard + second).mapped(lambda run: run.action_convert())
        self.assertEqual(self._unfinished(), 0)

    def test_kept_for_days(self):
        wizard = self._started(self._leads(4))
        wizard.convert_chunk()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead_convert_order SET write_date = write_date - interval '6 days' WHERE id = %s", [wizard.id])
        self.env.cr.execute(
            "UPDATE crm_lead_convert_order_line SET write_date = write_date - interval '6 days' WHERE wizard_id = %s",
            [wizard.id])
        for model in (wizard, wizard.line_ids):
            model.sudo()._transient_vacuum()
        self.assertEqual(len(wizard.exists().line_ids.exists()), 4)


@tagged('post_install', '-at_install')
class TestSessionInfo(SaleBridgeCase, HttpCase):

    def test_web_client_is_told(self):
        self.salesman.password = 'an'
        self.authenticate('an', 'an')
        info = self.url_open('/web/session/get_session_info', json={}).json()['result']
        self.assertEqual(info['winerp_unfinished_orders'], 0)
