"""Asking for the approval of several opportunities in one grid, and of one that is being created."""
from unittest.mock import Mock, patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..exceptions import StageRequirementError
from .test_stage_approval import ApprovalCommon
from .test_stage_fill_in import REQUEST


@tagged('-at_install', 'post_install')
class TestStageApprovalSeveral(ApprovalCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.lead + cls._create_opportunity("Desks") + cls._create_opportunity("Chairs")

    def _ask_for(self, leads, *values, reason="Known for years"):
        move = {'stage_id': self.stage_qualified.id}
        return self._as_salesman(leads).action_fill_in(
            {str(lead.id): {**move, **vals} for lead, vals in zip(leads, values, strict=True)}, request_reason=reason)

    def _dialog_of(self, user, function):
        with patch(REQUEST, Mock(session=Mock(uid=user.id))), self.assertRaises(StageRequirementError) as caught:
            function()
        return caught.exception.context['dialog']

    def test_offered_to_who_may_not_override(self):
        target = {'stage_id': self.stage_qualified.id}
        for user, can_request in ((self.user_sales_salesman, True), (self.user_sales_manager, False)):
            leads = self.leads.with_user(user)
            dialog = self._dialog_of(user, lambda leads=leads: leads.write(target))
            self.assertTrue(dialog['fill_in'])
            self.assertEqual((dialog['can_request'], dialog['can_override']), (can_request, not can_request))
            new = {'name': "New", 'type': 'opportunity', **target}
            dialog = self._dialog_of(user, lambda user=user, new=new: self.lead.browse().with_user(user).create(new))
            self.assertEqual((dialog['can_request'], dialog['can_override']), (can_request, not can_request))

    def test_complete_ones_are_saved_the_rest_is_asked_for(self):
        result = self._ask_for(self.leads, {'phone': "0912"}, {'expected_revenue': 5}, {})
        self.assertEqual((result['saved_ids'], result['requested_ids']), (self.leads[0].ids, self.leads[1:].ids))
        self.assertFalse(result['fill_in'], "nothing is left")
        requests = self.leads.stage_override_ids.sorted('id')
        self.assertEqual(requests.lead_id, self.leads[1:])
        self.assertEqual(set(requests.mapped('state')), {'requested'})
        self.assertEqual(requests.mapped('values'), [{'expected_revenue': 5}, False])
        self.assertEqual(self.leads.mapped('stage_id'), self.stage_qualified + self.stage_new)
        requests[0].with_user(self.user_sales_manager).action_approve()
        self.assertEqual((self.leads[1].stage_id, self.leads[1].expected_revenue), (self.stage_qualified, 5))

    def test_what_cannot_be_asked_for_stays_in_the_grid(self):
        request = self._ask(self.leads[1])
        result = self._ask_for(self.leads[:2], {}, {})
        self.assertEqual(result['requested_ids'], self.leads[0].ids)
        [row] = result['fill_in']['rows']
        self.assertEqual(row['id'], self.leads[1].id)
        self.assertIn("Waiting for approval", row['problem'])
        self.assertEqual(self.leads[1].stage_override_ids, request)
        with self.assertRaisesRegex(UserError, "give a reason"):
            self._ask_for(self.leads[2], {}, reason=" ")

    def test_who_decides(self):
        approval = self._as_salesman(self.leads).get_stage_approval(self.stage_qualified.id)
        self.assertEqual(approval, {'approvers': [self.user_sales_manager.name], 'waiting': ''})
        for lead in self.leads[:2]:
            self._ask(lead)
        self.assertFalse(self._as_salesman(self.leads).get_stage_approval(self.stage_qualified.id)['waiting'])
        self.assertTrue(self._as_salesman(self.leads[:2]).get_stage_approval(self.stage_qualified.id)['waiting'])

    def _create(self, **values):
        vals = {'name': "New", 'type': 'opportunity', 'stage_id': self.stage_qualified.id, **values}
        leads = self._as_salesman(self.lead.browse()).with_context(default_stage_id=self.stage_qualified.id)
        return self.lead.browse(leads.action_create_in_stage(vals, request_reason="Known for years"))

    def test_one_that_is_created_waits_where_the_pipeline_begins(self):
        lead = self._create(expected_revenue=5)
        self.assertNotEqual(lead.stage_id, self.stage_qualified)
        self.assertEqual((lead.name, lead.expected_revenue, lead.user_id), ("New", 5, self.user_sales_salesman))
        request = lead.stage_override_ids
        self.assertEqual((request.state, request.stage_id, request.values), ('requested', self.stage_qualified, False))
        request.with_user(self.user_sales_manager).action_approve()
        self.assertEqual(lead.stage_id, self.stage_qualified)

    def test_nothing_is_created_where_it_cannot_be_asked_for(self):
        count = self.env['crm.lead'].search_count([])
        with self.assertRaisesRegex(UserError, "Nothing is missing"):
            self._create(phone="0912")
        with patch.object(self.env.registry['crm.lead'], '_get_approvers', lambda leads, _user: leads.env['res.users']), \
                self.assertRaisesRegex(UserError, "Nobody else may approve"):
            self._create()
        self.assertEqual(self.env['crm.lead'].search_count([]), count)
