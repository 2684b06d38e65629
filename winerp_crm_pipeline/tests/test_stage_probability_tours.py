from odoo.tests import tagged

from .test_stage_tours import StageToursCommon


@tagged('-at_install', 'post_install', 'winerp_browser')
class TestStageProbabilityTours(StageToursCommon):
    """Automatic probability as a salesperson and an administrator meet it, in a browser."""

    def test_source_on_the_form(self):
        def check():
            self.assertEqual(self.lead.stage_id, self.stage_qualified)
            self.assertEqual((self.lead.probability, self.lead.automated_probability), (55, 40))

        self._tour('winerp_probability_source', check)

    def test_changing_a_stage(self):
        values = {'stage_id': self.stage_qualified.id, 'user_id': False}
        leads = self.env['crm.lead'].concat(*(self._create_opportunity(f"Deal {number}", **values) for number in range(3)))

        def prepare():
            self.stage_qualified.probability = 40
            leads[0].probability = 77

        def check():
            self.assertEqual(self.stage_qualified.probability, 45)
            self.assertEqual(leads.mapped('probability'), [45, 45, 45])

        self._tour(
            'winerp_probability_of_stage', check, url=f'/odoo/action-crm.crm_stage_action/{self.stage_qualified.id}',
            user=self.user_sales_manager, prepare=prepare)
