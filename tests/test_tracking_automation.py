from odoo.addons.winerp_crm_pipeline.tests.tracking_case import TrackingCase


class TestTrackingAutomation(TrackingCase):
    """An automation rule on messages of opportunities patches how they are posted: core posts one by one then."""

    def test_rule_on_messages(self):
        self.assertSameRows(self._move)
        model = self.env['ir.model']._get('crm.lead')
        rule = self.env['base.automation'].create({
            'name': "Answered", 'model_id': model.id, 'trigger': 'on_message_sent',
            'action_server_ids': [(0, 0, {
                'name': "Answered", 'model_id': model.id, 'state': 'object_write',
                'update_path': 'priority', 'value': '1',
            })],
        })
        self.addCleanup(rule._unregister_hook)
        self.assertSameRows(self._move, is_batch=False)
        self.assertFalse(self.leads._is_tracked_in_batch())
        self.leads[0].with_user(self.user_sales_manager).message_post(
            body="Hello", message_type='comment', subtype_xmlid='mail.mt_comment')
        self.assertEqual(self.leads[0].priority, '1', "the rule works")
        rule.unlink()
        self.assertSameRows(self._move)

    def test_rule_on_changes(self):
        """A rule on what is written does not concern messages."""
        model = self.env['ir.model']._get('crm.lead')
        rule = self.env['base.automation'].create({
            'name': "Moved", 'model_id': model.id, 'trigger': 'on_write',
            'action_server_ids': [(0, 0, {
                'name': "Moved", 'model_id': model.id, 'state': 'object_write', 'update_path': 'priority', 'value': '1',
            })],
        })
        self.addCleanup(rule._unregister_hook)
        rows = self.assertSameRows(self._move)
        self.assertIn('"priority": "1"', rows['records'][0])
        rule.unlink()
