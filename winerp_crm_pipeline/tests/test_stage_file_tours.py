from odoo.tests import tagged

from .test_stage_tours import StageToursCommon

STAGES = '/odoo/action-crm.crm_stage_action'


@tagged('-at_install', 'post_install', 'winerp_browser')
class TestStageFileTours(StageToursCommon):
    """A pipeline in one file, as an administrator meets it in a browser."""

    def test_import_and_export(self):
        def prepare():
            self.stage_qualified.probability = 40
            self.env['crm.stage'].search([('name', '=', "Tour Contract")]).unlink()
            self.env['crm.stage.export'].search([]).unlink()
            if not self.env['crm.stage'].search([('name', '=', "Tour Negotiation")]):
                self.env['crm.stage'].create({'name': "Tour Negotiation", 'sequence': -996})

        def check():
            self.assertEqual(self.stage_qualified.probability, 35)
            contract = self.env['crm.stage'].search([('name', '=', "Tour Contract")])
            self.assertEqual(contract.requirement_ids.field_name, 'phone')
            self.assertFalse(self.env['crm.stage'].search([('name', '=', "Tour Negotiation")]))
            self.assertEqual(self.env['crm.stage.export'].search([]).create_uid, self.user_sales_manager)

        self._tour('winerp_stage_file', check, url=STAGES, user=self.user_sales_manager, prepare=prepare)
