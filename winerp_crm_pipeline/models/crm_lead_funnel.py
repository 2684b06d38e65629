"""The sales funnel: how far opportunities came, by the stages of their pipelines."""
from collections import Counter
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from .. import history_sql
from ..client_domain import in_period, read_domain
from ..pipelines import get_ratio

# Of each opportunity a bit for each stage in which it really was, and one for whether it ever was won. Numbers, which
# PostgreSQL counts and groups in memory, rather than strings of bits; a second one where there are many stages.
WORD_SIZE = 62
WAS_WON = 1 << 62
VISITS = """
SELECT history.lead_id, %(values)s
  FROM crm_lead_history history
 WHERE (history.is_entry OR history.is_decision AND history.won_status = 'won') AND %(condition)s
 GROUP BY history.lead_id
"""
VISIT = """bit_or(CASE history.stage_id %(stages)s ELSE 0 END
              | CASE WHEN history.is_decision AND history.won_status = 'won' THEN %(was_won)s ELSE 0 END)"""

# What is won counts with what it was worth when it was won, at the rate of that day; and each rate by itself. Which the
# opportunities are is asked twice: of a WITH query PostgreSQL believes that it is small, and then loops over the visits.
FUNNEL = """
SELECT lead.team_id, lead.stage_id, lead.won_status, %(foreign_company)s AS company_id, %(rate_date)s AS rate_date, count(*),
       sum(COALESCE(decision.expected_revenue, lead.expected_revenue)), %(visited)s
  FROM (%(leads)s) AS lead
  LEFT JOIN (%(visits)s) AS visit ON visit.lead_id = lead.id
  LEFT JOIN (SELECT DISTINCT ON (origin_id) origin_id, expected_revenue, company_id, date_from
               FROM crm_lead_history WHERE is_decision AND won_status = 'won'
              ORDER BY origin_id, date_from DESC) AS decision
    ON decision.origin_id = lead.id AND lead.won_status = 'won'
 GROUP BY 1, 2, 3, 4, 5, %(visited)s
"""
# Of opportunities in other currencies.
COMPANY = "CASE WHEN decision.origin_id IS NULL THEN lead.company_id ELSE decision.company_id END"

# What is only collected, PostgreSQL groups by hashing; for a median within the groups it would sort all rows first.
MEDIANS = """
SELECT stage_id, (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY day) FROM unnest(days) AS day)
  FROM (SELECT history.stage_id, array_agg(history.days) AS days
          FROM crm_lead_history history
         WHERE history.outcome IS NOT NULL AND history.lead_id IN %(leads)s GROUP BY history.stage_id) AS stay
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

    @api.model
    @api.readonly
    def get_funnel(self, domain=None, date_from=None, date_to=None):
        """Return how far opportunities came, lost ones too, under the user's own rights.

        Being lost is no stay: what was in a stage only while it was lost has not reached it.

        :param domain: on ``crm.lead``; none: all opportunities
        :param date_from: only opportunities that began at this moment (UTC) or later
        :param date_to: only opportunities that began before this moment
        :return: ``{'total', 'waiting', 'minimum', 'stages': [{'stage_id', 'name', 'reached', 'entered', 'skipped', 'here',
            'lost', 'conversion', 'conversion_total', 'revenue', 'median_days', 'domain', 'domains'}]}``; ``waiting``: of
            how many the past is still being reconstructed; ``skipped``: reached without having been there; conversions as
            parts of 1, from the stage before in each opportunity's own pipeline and from its first, ``None`` below
            ``minimum``; ``domain`` finds all who reached the stage, ``domains`` those who ``entered`` it, ``skipped`` it,
            are ``here``, or ``lost`` there
        """
        wanted = [
            *read_domain(self, domain), ('type', '=', 'opportunity'), ('active', 'in', [True, False]),
            *in_period(self.env, 'pipeline_date', date_from, date_to)]
        self._get_history_model()._record_pending()
        pipelines = self._get_pipelines()
        query = self.with_context(active_test=False)._search(wanted)
        with history_sql.in_memory(self.env.cr):
            positions = self._get_funnel_positions(query, pipelines, is_part=bool(domain or date_from or date_to))
            medians = dict(self.env.execute_query(SQL(MEDIANS, leads=query.subselect())))
        names = self.env['crm.stage']._get_stage_names().stages
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
    def _get_funnel_positions(self, query, pipelines, is_part):
        """Return :class:`Position`s of opportunities.

        :param query: the opportunities
        :param bool is_part: whether they may be few among all, whose visits need not be counted then
        """
        # sudo: res.company - in which currencies opportunities are that the user sees
        foreign = self.env['res.company'].sudo().search([('currency_id', '!=', self.env.company.currency_id.id)])
        rows = self.env.execute_query(self._get_funnel_sql(query, pipelines, is_part, foreign))
        convert = self.env['crm.lead.history']._convert_revenue
        return [
            Position(
                team_id, stage_id, won_status or 'pending', self._read_visits(words, pipelines.stage_ids),
                any((word or 0) & WAS_WON for word in words), count, convert(revenue, foreign.browse(company_id), rate_date))
            for team_id, stage_id, won_status, company_id, rate_date, count, revenue, *words in rows]

    @api.model
    def _read_visits(self, words, stage_ids):
        """Return the stages that the bits name."""
        bits = sum(((word or 0) & ~WAS_WON) << WORD_SIZE * number for number, word in enumerate(words))
        return frozenset(stage_id for number, stage_id in enumerate(stage_ids) if bits >> number & 1)

    @api.model
    def _get_visits_sql(self, stage_ids, condition):
        """Return the query of what opportunities visited, and its columns."""
        bits = [
            SQL("WHEN %s THEN %s::bigint", stage_id, 1 << number % WORD_SIZE) for number, stage_id in enumerate(stage_ids)
        ] or [SQL("WHEN NULL THEN 0")]
        words = [SQL(" ").join(bits[start:start + WORD_SIZE]) for start in range(0, len(bits), WORD_SIZE)]
        names = [SQL.identifier(f'visits_{number}') for number in range(len(words))]
        visits = (
            SQL("%s AS %s", SQL(VISIT, stages=word, was_won=WAS_WON), name) for word, name in zip(words, names, strict=True))
        return (
            SQL(VISITS, condition=condition, values=SQL(", ").join(visits)),
            SQL(", ").join(SQL("visit.%s", name) for name in names))

    @api.model
    def _get_funnel_sql(self, query, pipelines, is_part, foreign):
        names = ('id', 'team_id', 'stage_id', 'won_status', 'company_id', 'expected_revenue')
        leads = query.select(*(self._field_to_sql(self._table, name, query) for name in names))
        visits, visited = self._get_visits_sql(
            pipelines.stage_ids, SQL("history.lead_id IN %s", query.subselect()) if is_part else SQL("TRUE"))
        company, rate_date = SQL("NULL::integer"), SQL("NULL::date")
        if foreign:
            company = SQL("CASE WHEN %s = ANY(%s) THEN %s END", SQL(COMPANY), foreign.ids, SQL(COMPANY))
            rate_date = SQL(
                "CASE WHEN %s = ANY(%s) THEN (decision.date_from AT TIME ZONE 'UTC' AT TIME ZONE %s)::date END",
                SQL(COMPANY), foreign.ids, self.env.tz.zone)
        return SQL(FUNNEL, leads=leads, visits=visits, foreign_company=company, rate_date=rate_date, visited=visited)

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
                **{name: count[name] for name in ('reached', 'entered', 'skipped', 'here', 'lost')},
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
            counts[stage_id]['skipped'] += position.count if stage_id not in position.visits else 0
            counts[stage_id]['came'] += position.count if index else 0  # from a stage before
        pipeline = pipelines.get(position.team_id)
        for stage_id in pipeline[1:len(reached_ids) + 1] if reached_ids else ():
            counts[stage_id]['before'] += position.count
        for stage_id in pipeline if reached_ids else ():
            counts[stage_id]['first'] += position.count

    @api.model
    def _get_funnel_domains(self, wanted, stage_id):
        here = [('stage_id', '=', stage_id), ('won_status', '!=', 'lost')]
        reached, entered = ('reached_stage_ids', 'in', [stage_id]), ('entered_stage_ids', 'in', [stage_id])
        return {
            'domain': [*wanted, reached],
            'domains': {
                'entered': [*wanted, entered],
                'skipped': [*wanted, reached, '!', entered],
                'here': [*wanted, *here],
                'lost': [*wanted, ('stage_id', '=', stage_id), ('won_status', '=', 'lost')],
            },
        }
