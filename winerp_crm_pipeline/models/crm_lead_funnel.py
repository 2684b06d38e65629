"""The sales funnel: how far opportunities came, by the stages of their pipelines."""
from collections import Counter, defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..client_domain import in_period, to_client
from ..pipelines import Pipelines, get_ratio

ENTERED = Domain('is_entry', '=', True)
WON = Domain('is_decision', '=', True) & Domain('won_status', '=', 'won')

# An opportunity is one row. Its visits are the stages in which it really was, a bit for each.
# What is won counts with what it was worth when it was won, at the rate of that day.
FUNNEL = """
WITH stage (id, bit) AS (VALUES %(stages)s),
chosen AS MATERIALIZED (
    SELECT lead.id, lead.team_id, lead.stage_id, lead.won_status, lead.company_id, lead.expected_revenue
      FROM crm_lead lead WHERE lead.id IN %(leads)s
), visit AS (
    SELECT history.lead_id, bit_or(stage.bit) FILTER (WHERE history.is_entry) AS visits,
           bool_or(history.is_decision AND history.won_status = 'won') AS was_won
      FROM crm_lead_history history
      JOIN chosen ON chosen.id = history.lead_id
      LEFT JOIN stage ON stage.id = history.stage_id
     WHERE history.is_entry OR history.is_decision GROUP BY history.lead_id
), decision AS (
    SELECT DISTINCT ON (history.origin_id) history.origin_id, history.expected_revenue, history.company_id, history.date_from
      FROM crm_lead_history history JOIN chosen ON chosen.id = history.origin_id AND chosen.won_status = 'won'
     WHERE history.is_decision AND history.won_status = 'won' ORDER BY history.origin_id, history.date_from DESC
), position AS (
    SELECT chosen.team_id, chosen.stage_id, chosen.won_status, visit.visits, COALESCE(visit.was_won, FALSE) AS was_won,
           CASE WHEN decision.origin_id IS NULL THEN chosen.company_id ELSE decision.company_id END AS company_id,
           decision.date_from, COALESCE(decision.expected_revenue, chosen.expected_revenue, 0) AS revenue
      FROM chosen
      LEFT JOIN visit ON visit.lead_id = chosen.id
      LEFT JOIN decision ON decision.origin_id = chosen.id
)
SELECT team_id, stage_id, won_status, visits::text, was_won, company_id,
       CASE WHEN company_id = ANY(%(foreign_ids)s) THEN date_from::date END AS rate_date, count(*), sum(revenue)
  FROM position GROUP BY 1, 2, 3, 4, 5, 6, 7
"""

MEDIANS = """
SELECT history.stage_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY history.days)
  FROM crm_lead_history history
 WHERE history.outcome IS NOT NULL AND history.lead_id IN %(leads)s GROUP BY history.stage_id
"""


class Position(NamedTuple):
    """Opportunities that have all this in common."""

    team_id: int | None
    stage_id: int | None
    won_status: str
    visits: frozenset
    """ids of the stages they were in"""
    was_won: bool
    count: int
    revenue: float
    """in the currency of the user's company"""


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

    # ------------------------------------------------------------
    # COMPUTE AND SEARCH
    # ------------------------------------------------------------

    @api.depends('history_ids.date_from')
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

    @api.depends('history_ids.is_entry', 'history_ids.is_decision', 'history_ids.stage_id', 'team_id')
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

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_funnel(self, domain=None, date_from=None, date_to=None):
        """Return how far opportunities came, lost ones too, under the user's own rights.

        Being lost is no stay: what was in a stage only while it was lost has not reached it.

        :param domain: on ``crm.lead``; none: all opportunities
        :param date_from: only opportunities that began at this moment (UTC) or later
        :param date_to: only opportunities that began before this moment
        :return: ``{'total', 'waiting', 'minimum', 'stages': [{'stage_id', 'name', 'reached', 'entered', 'here', 'lost',
            'conversion', 'conversion_total', 'revenue', 'median_days', 'domain', 'domains'}]}``; ``waiting``: of how many
            the past is still being reconstructed; conversions as parts of 1, from the stage before in each
            opportunity's own pipeline and from its first, ``None`` below ``minimum``; ``domain`` finds all who reached
            the stage, ``domains`` those who ``entered`` it, are ``here``, or ``lost`` there
        """
        wanted = [
            *to_client(domain), ('type', '=', 'opportunity'), ('active', 'in', [True, False]),
            *in_period('pipeline_date', date_from, date_to)]
        self._get_history_model()._record_pending()
        leads = self.with_context(active_test=False)._search(wanted).subselect()
        pipelines = self._get_pipelines()
        positions = self._get_funnel_positions(leads, pipelines)
        names, medians = self.env['crm.stage']._get_stage_names().stages, dict(self.env.execute_query(SQL(MEDIANS, leads=leads)))
        return {
            'total': sum(position.count for position in positions),
            'waiting': self._get_history_model()._count_waiting(),
            'minimum': self.env.company.crm_minimum_opportunities,
            'stages': [
                {
                    'stage_id': stage_id, 'name': names[stage_id], **figures, 'median_days': medians.get(stage_id),
                    **self._get_funnel_domains(wanted, stage_id),
                }
                for stage_id, figures in self._count_funnel(positions, pipelines).items()],
        }

    @api.model
    def _get_funnel_positions(self, leads, pipelines):
        """Return :class:`Position`s of opportunities.

        :param SQL leads: their ids, as a query
        """
        stage_ids, width = pipelines.stage_ids, len(pipelines.stage_ids)
        # sudo: res.company - in which currencies opportunities are that the user sees
        foreign = self.env['res.company'].sudo().search([('currency_id', '!=', self.env.company.currency_id.id)])
        bits = [SQL("(%s, %s::bit(%s))", stage_id, f'{1 << index:0{width}b}', width) for index, stage_id in enumerate(stage_ids)]
        rows = self.env.execute_query(SQL(
            FUNNEL, leads=leads, stages=SQL(", ").join(bits or [SQL("(0, B'0')")]), foreign_ids=foreign.ids))
        convert = self.env['crm.lead.history']._convert_revenue
        return [
            Position(
                team_id, stage_id, won_status or 'pending',
                frozenset(stage_id for stage_id, bit in zip(stage_ids, reversed(visits or ''), strict=False) if bit == '1'),
                was_won, count, convert(revenue, foreign.browse(company_id), rate_date))
            for team_id, stage_id, won_status, visits, was_won, company_id, rate_date, count, revenue in rows]

    @api.model
    def _count_funnel(self, positions, pipelines):
        """Return ``{stage id: its figures}``, in the order of the stages, of those that belong to a pipeline or are not empty."""
        counts = {stage_id: Counter() for stage_id in pipelines.stage_ids}
        shown_ids = set(pipelines.get(False))
        for position in positions:
            shown_ids.update(pipelines.get(position.team_id))
            self._count_position(position, pipelines, counts)
        minimum = self.env.company.crm_minimum_opportunities
        return {
            stage_id: {
                **{name: count[name] for name in ('reached', 'entered', 'here', 'lost')},
                'revenue': self.env.company.currency_id.round(count['revenue']),
                'conversion': get_ratio(count['came'], count['before'], minimum),
                'conversion_total': get_ratio(count['reached'], count['first'], minimum),
            }
            for stage_id, count in counts.items() if stage_id in shown_ids or count}

    @api.model
    def _count_position(self, position, pipelines, counts):
        """Add opportunities to the figures of the stages that they were in, are in, or have passed."""
        for stage_id in position.visits:
            counts[stage_id]['entered'] += position.count
        if position.stage_id:
            counts[position.stage_id]['lost' if position.won_status == 'lost' else 'here'] += position.count
        reached_ids = pipelines.get_reached(position.team_id, position.visits, position.was_won)
        for index, stage_id in enumerate(reached_ids):
            counts[stage_id]['reached'] += position.count
            counts[stage_id]['revenue'] += position.revenue
            counts[stage_id]['came'] += position.count if index else 0  # from a stage before
        pipeline = pipelines.get(position.team_id)
        for stage_id in pipeline[1:len(reached_ids) + 1] if reached_ids else ():
            counts[stage_id]['before'] += position.count
        for stage_id in pipeline if reached_ids else ():
            counts[stage_id]['first'] += position.count

    @api.model
    def _get_funnel_domains(self, wanted, stage_id):
        here = [('stage_id', '=', stage_id), ('won_status', '!=', 'lost')]
        return {
            'domain': [*wanted, ('reached_stage_ids', 'in', [stage_id])],
            'domains': {
                'entered': [*wanted, ('entered_stage_ids', 'in', [stage_id])],
                'here': [*wanted, *here],
                'lost': [*wanted, ('stage_id', '=', stage_id), ('won_status', '=', 'lost')],
            },
        }
