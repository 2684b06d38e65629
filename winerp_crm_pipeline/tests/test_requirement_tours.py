from odoo.tests import tagged

from .test_stage_tours import StageToursCommon

STAGES = '/odoo/action-crm.crm_stage_action'


@tagged('-at_install', 'post_install', 'winerp_browser')
class TestRequirementTours(StageToursCommon):
    """The administrator's desk, in both languages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env['crm.team'].create({
            'name': "Tour North", 'lead_properties_definition': [
                {'name': 'budget', 'string': "Budget", 'type': 'integer'}, {'name': 'need', 'string': "Need", 'type': 'char'}]})

    def test_who_has_never_seen_it(self):
        def check():
            revenue, closing, meeting = self.stage_qualified.requirement_ids
            self.assertEqual((revenue + closing).mapped('field_name'), ['expected_revenue', 'date_deadline'])
            self.assertEqual(meeting.domain, "[('calendar_event_ids.stop', '<', 'now')]")
            self.assertEqual(meeting.team_ids, self.team)
            self.assertIn('100000000', meeting.condition)
            self.assertEqual(meeting.with_context(lang='vi_VN').name, "Một cuộc họp đã diễn ra")
            self.assertEqual(meeting.with_context(lang='en_US').name, "A meeting that was held")

        self._tour(
            'winerp_stage_desk', check, url='/odoo/action-crm.crm_lead_action_pipeline', user=self.user_sales_manager,
            prepare=lambda: self.stage_qualified.requirement_ids.unlink())

    def test_around_the_stage(self):
        need = self._require(self.stage_qualified, 'lead_properties', property_name='need')

        def prepare():
            self.lead.write({'stage_id': self.stage_qualified.id, 'user_id': False})
            self.lead.team_id = self.team

        self._tour(
            'winerp_stage_desk_around', lambda: self.assertEqual(self.stage_qualified.requirement_ids, need),
            url=f'{STAGES}/{self.stage_qualified.id}', user=self.user_sales_manager,
            prepare=prepare)
