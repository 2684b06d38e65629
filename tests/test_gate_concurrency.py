"""Two users at the same moment: one clears what another's move relies on."""
import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from odoo.addons.winerp_crm_pipeline.exceptions import StageRequirementError


@tagged('post_install', '-at_install')
class TestGateConcurrency(BaseCase):
    """With two real transactions, committed, so it cleans up what it makes."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.records = []
        self.addCleanup(self._clean)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})
            stages = env['crm.stage'].create([{'name': f"Concurrent {n}", 'sequence': 5000 + n} for n in range(2)])
            fields = env['ir.model.fields']
            requirements = env['crm.stage.requirement'].create([
                {'stage_id': stages[1].id, 'field_id': fields._get('crm.lead', name).id} for name in ('phone', 'tag_ids')])
            tag = env['crm.tag'].create({'name': "Concurrent"})
            lead = env['crm.lead'].create({
                'name': "Concurrent", 'type': 'opportunity', 'stage_id': stages[0].id, 'phone': "0912 345 678",
                'tag_ids': [Command.set(tag.ids)], 'user_id': False,
            })
            self.records = [(record._name, record.ids) for record in (lead, requirements, tag, stages)]
            self.lead_id, self.stage_ids = lead.id, stages.ids

    def _clean(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            for model, ids in self.records:
                env[model].browse(ids).unlink()

    def _lead(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})['crm.lead'].browse(self.lead_id)

    def _race(self, first, second):
        """Run two writes in transactions that both began before either ended, the second retried as Odoo retries it."""
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            for cr in (cr_1, cr_2):
                self._lead(cr).read(['phone', 'stage_id', 'tag_ids'])  # the snapshot is taken
            self._lead(cr_1).write(first)
            cr_1.commit()
            with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.SerializationFailure):
                self._lead(cr_2).write(second)
                self._lead(cr_2).flush_recordset()
            cr_2.rollback()
            with self.assertRaises(StageRequirementError):
                self._lead(cr_2).write(second)
            cr_2.rollback()

    def test_cleared_while_another_moves(self):
        for name, value in (('phone', False), ('tag_ids', [Command.clear()])):
            with self.subTest(field=name):
                self._race({name: value}, {'stage_id': self.stage_ids[1]})
                with self.registry.cursor() as cr:
                    self.assertEqual(self._lead(cr).stage_id.id, self.stage_ids[0])
                    self._lead(cr).write({'phone': "0912", 'tag_ids': [Command.set(self.records[2][1])]})

    def test_moved_while_another_clears(self):
        for name, value in (('phone', False), ('tag_ids', [Command.clear()])):
            with self.subTest(field=name):
                self._race({'stage_id': self.stage_ids[1]}, {name: value})
                with self.registry.cursor() as cr:
                    self.assertFalse(self._lead(cr)._get_missing_requirements())
                    self._lead(cr).write({'stage_id': self.stage_ids[0]})
