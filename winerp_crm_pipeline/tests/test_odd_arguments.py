"""Whatever a client sends to a public method, it is told in words what is wrong with it."""
from odoo.tests import tagged

from .common import PipelineCommon
from .odd_arguments import OddArguments, get_public_methods


@tagged('-at_install', 'post_install')
class TestOddArguments(OddArguments, PipelineCommon):

    def _get_cases(self):
        """Return ``{(model, method): (records, good arguments)}`` of all that takes arguments."""
        lead, stages = self._as_salesman(), self.env['crm.stage'].with_user(self.user_sales_manager)
        history = self.env['crm.lead.history'].with_user(self.user_sales_salesman)
        target, values = self.stage_qualified.id, {'phone': '0912'}
        period = {'domain': [], 'date_from': '2030-01-01 00:00:00', 'date_to': '2031-01-01 00:00:00'}
        request = self.env['crm.stage.override'].browse(
            self._as_salesman().action_request_stage_move(self.stage_quotation.id, {}, "Known"))
        self._require(self.stage_qualified, 'phone')
        return {
            ('crm.lead', 'action_move_stage'): (lead.with_user(self.user_sales_manager), {
                'stage_id': target, 'values': values, 'override_reason': "Known"}),
            ('crm.lead', 'action_create_in_stage'): (lead.with_user(self.user_sales_manager), {
                'values': {'name': "New", 'type': 'opportunity'}, 'override_reason': "Known", 'request_reason': None}),
            ('crm.lead', 'get_stage_move_requirements'): (lead, {'stage_id': target}),
            ('crm.lead', 'action_request_stage_move'): (lead, {'stage_id': target, 'values': {}, 'reason': "Known"}),
            ('crm.lead', 'get_stage_approval'): (lead, {'stage_id': target}),
            ('crm.lead', 'get_fill_in'): (lead, {'stage_ids': target}),
            ('crm.lead', 'action_fill_in'): (lead, {
                'values': {lead.id: {'stage_id': target}}, 'seen': {lead.id: {'stage_id': self.stage_new.id, 'values': {}}},
                'request_reason': None}),
            ('crm.lead', 'get_funnel'): (lead, period),
            ('crm.lead', 'get_funnels'): (lead, {
                'domain': [], 'group_by': 'user_id', 'periods': [['2030-01-01', '2031-01-01']]}),
            ('crm.lead.history', 'get_pipeline_changes'): (history, period),
            ('crm.lead.history', 'get_stage_flow'): (history, period),
            ('crm.lead.history', 'get_sales_velocity'): (history, period),
            ('crm.lead.history', 'get_pipeline_domain'): (history, {'domain': [], 'moment': '2030-01-01'}),
            ('crm.stage', 'import_pipeline'): (stages, {
                'content': stages.export_pipeline(), 'dry_run': False, 'remove': []}),
            ('crm.stage.requirement', 'get_preview'): (stages.browse(target).requirement_ids, {'values': {'level': 'warn'}}),
            ('crm.stage.override', 'action_refuse'): (request.with_user(self.user_sales_manager), {'reason': "No"}),
        }

    def test_every_argument_of_every_method(self):
        self.stage_quotation.from_stage_ids = self.stage_negotiation
        self.sales_team_1.user_id = self.user_sales_manager
        cases = self._get_cases()
        taking = {key for key, parameters in get_public_methods(self.env, 'winerp_crm_pipeline').items() if parameters}
        aliases = {('crm.lead', 'get_stage_dialog')}
        self.assertEqual(taking - aliases, set(cases), "what takes arguments is called here")
        wrong = [
            (*key, *found) for key, (records, arguments) in cases.items()
            for found in self.call_odd(records, key[1], **arguments)]
        self.assertFalse(wrong, "\n".join(map(repr, wrong)))
