import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .common import PipelineCommon


@tagged('-at_install', 'post_install')
class TestCrmStage(PipelineCommon):

    @mute_logger('odoo.sql_db')
    def test_probability_bounds(self):
        for probability in (-1, 100.01):
            with self.subTest(probability=probability), self.assertRaises(psycopg2.errors.CheckViolation), self.cr.savepoint():
                self.stage_new.probability = probability
                self.stage_new.flush_recordset()
        self.stage_new.probability = 100
        self.stage_new.flush_recordset()

    @users('user_sales_manager')
    def test_manager_configures(self):
        stage = self.stage_qualified.with_env(self.env)
        stage.write({
            'auto_probability': True, 'probability': 30,
            'requirement_ids': [(0, 0, {'field_id': self.env['ir.model.fields'].sudo()._get('crm.lead', 'phone').id})],
        })
        self.assertEqual(stage.requirement_ids.field_name, 'phone')
        self.assertEqual(stage.requirement_ids.name, "Phone")

    @users('user_sales_salesman')
    def test_salesperson_only_reads(self):
        requirement = self._require(self.stage_qualified, 'phone').with_env(self.env)
        self.assertEqual(requirement.name, "Phone")
        with self.assertRaises(AccessError):
            requirement.active = False
        with self.assertRaises(AccessError):
            requirement.copy()
        with self.assertRaises(AccessError):
            requirement.unlink()
        with self.assertRaises(AccessError):
            self.stage_qualified.with_env(self.env).auto_probability = True
        with self.assertRaises(AccessError):
            self.env['crm.stage.override'].create({'lead_id': self.lead.id, 'stage_id': self.stage_won.id, 'reason': "x"})

    def test_requirements_go_with_their_stage(self):
        requirement = self._require(self.stage_negotiation, 'phone')
        self.stage_negotiation.unlink()
        self.assertFalse(requirement.exists())
        self.lead.stage_id = self.stage_won  # the cached rules went too

    def test_copied_stage_keeps_requirements(self):
        self._require(self.stage_qualified, 'phone', level='warn')
        copied = self.stage_qualified.copy()
        self.assertEqual(copied.requirement_ids.mapped(lambda r: (r.field_name, r.level, r.name)), [('phone', 'warn', "Phone")])
