"""A salesperson writes an opportunity while a changed stage updates it in the background."""
import threading
import time
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from odoo.addons.winerp_crm_pipeline.models import crm_stage_probability


@tagged('post_install', '-at_install')
class TestProbabilityConcurrency(BaseCase):
    """With two real transactions, committed, so it cleans up what it makes."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._env(cr)
            stage = env['crm.stage'].create({'name': "Concurrent", 'sequence': 5000, 'auto_probability': True, 'probability': 30})
            leads = env['crm.lead'].create([
                {'name': f"Concurrent {number}", 'type': 'opportunity', 'stage_id': stage.id, 'user_id': False}
                for number in range(5)])
            self.stage_id, self.lead_ids = stage.id, leads.ids
        self.addCleanup(self._clean)

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})

    def _clean(self):
        with self.registry.cursor() as cr:
            self._env(cr)['crm.lead'].browse(self.lead_ids).unlink()
            self._env(cr)['crm.stage'].browse(self.stage_id).unlink()

    def _update_in_background(self):
        with self.registry.cursor() as cr:
            self._env(cr)['crm.stage']._cron_update_probabilities()

    @mute_logger('odoo.sql_db')  # the background is refused once, and tries again
    def test_both_hold(self):
        with patch.object(crm_stage_probability, 'CHUNK_SIZE', 2):
            with self.registry.cursor() as cr:
                self._env(cr)['crm.stage'].browse(self.stage_id).probability = 35
            background = threading.Thread(target=self._update_in_background)
            with self.registry.cursor() as cr:
                lead = self._env(cr)['crm.lead'].browse(self.lead_ids[2])
                lead.phone = "0912 345 678"
                lead.flush_recordset()  # the row is locked from here to the commit
                background.start()
                time.sleep(1)  # by now the background waits for it
            background.join(60)
        with self.registry.cursor() as cr:
            leads = self._env(cr)['crm.lead'].browse(self.lead_ids)
            self.assertEqual(leads.mapped('probability'), [35] * 5)
            self.assertEqual(leads[2].phone, "0912 345 678")
            self.assertEqual(self._env(cr)['crm.stage'].browse(self.stage_id).probability_cursor, 0)
