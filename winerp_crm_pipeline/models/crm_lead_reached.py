"""Opportunities: since when they are in the pipeline, and which stages they entered and reached."""
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from ..pipelines import Pipelines

ENTERED = Domain('is_entry', '=', True)
WON = Domain('is_decision', '=', True) & Domain('won_status', '=', 'won')


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    pipeline_date = fields.Datetime(
        "In the Pipeline Since", compute='_compute_pipeline_date', search='_search_pipeline_date',
        groups='sales_team.group_sale_salesman', help="When it, or what was merged into it, became an opportunity.")
    entered_stage_ids = fields.Many2many(
        'crm.stage', string="Stages Entered", compute='_compute_reached_stage_ids', search='_search_entered_stage_ids',
        groups='sales_team.group_sale_salesman', help="The stages in which it really was.")
    reached_stage_ids = fields.Many2many(
        'crm.stage', string="Stages Reached", compute='_compute_reached_stage_ids', search='_search_reached_stage_ids',
        groups='sales_team.group_sale_salesman',
        help="The stages of its team's pipeline up to the furthest one in which it ever was; all, once it was won.")

    @api.depends('history_ids', 'type')
    def _compute_pipeline_date(self):
        dates = dict(self._get_history_model()._read_group([('lead_id', 'in', self.ids)], ['lead_id'], ['date_from:min']))
        for lead in self:
            lead.pipeline_date = dates.get(lead._origin)

    def _search_pipeline_date(self, operator, value):
        # The ORM asks for moments of whole seconds, by `>=` and `<` only.
        if operator not in ('>=', '<'):
            return NotImplemented
        before = Domain('history_ids', 'any!', Domain('date_from', '<', value))
        return before if operator == '<' else Domain('history_ids', '!=', False) & ~before

    @api.depends('history_ids', 'stage_id', 'team_id', 'won_status', 'type')
    def _compute_reached_stage_ids(self):
        pipelines, stages = self._get_pipelines(), self.env['crm.stage']
        groups = self._get_history_model()._read_group(
            Domain('lead_id', 'in', self.ids) & (ENTERED | WON), ['lead_id', 'is_entry', 'stage_id'], ['is_decision:bool_or'])
        visits, won_ids = defaultdict(set), set()
        for lead, is_entry, stage, is_decision in groups:
            if is_entry:
                visits[lead.id].add(stage.id)
            if is_decision:  # the rows are entries, or what was won
                won_ids.add(lead.id)
        for lead in self:
            entered_ids = visits[lead._origin.id]
            lead.entered_stage_ids = stages.browse(stage_id for stage_id in pipelines.stage_ids if stage_id in entered_ids)
            lead.reached_stage_ids = stages.browse(
                pipelines.get_reached(lead.team_id.id, entered_ids, lead._origin.id in won_ids))

    def _search_entered_stage_ids(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return Domain('history_ids', 'any!', ENTERED & Domain('stage_id', 'in', value))

    def _search_reached_stage_ids(self, operator, value):
        if operator != 'in' or False in value:
            return NotImplemented
        pipelines = self._get_pipelines()
        return Domain.OR(self._get_reached_domain(stage_id, pipelines) for stage_id in pipelines.stage_ids if stage_id in value)

    @api.model
    def _get_reached_domain(self, stage_id, pipelines):
        """Return the domain of the opportunities whose pipeline has a stage and that reached it."""
        later_ids = pipelines.get_later(stage_id)
        shared_ids = [later_id for later_id in later_ids if not pipelines.get_teams(later_id)]
        reached = Domain('history_ids', 'any!', WON | ENTERED & Domain('stage_id', 'in', shared_ids))
        for own_id in later_ids:
            if team_ids := pipelines.get_teams(own_id):
                reached |= Domain('team_id', 'in', list(team_ids)) & Domain(
                    'history_ids', 'any!', ENTERED & Domain('stage_id', '=', own_id))
        team_ids = pipelines.get_teams(stage_id)
        return reached & Domain('team_id', 'in', list(team_ids)) if team_ids else reached

    @api.model
    def _get_pipelines(self):
        rules = self._get_stage_rules()
        return Pipelines({stage_id: rules.get_team_ids(stage_id) for stage_id in rules.stage_ids})
