"""What became of the stays in each stage, and how quickly opportunities are won."""
from odoo import api, fields, models
from odoo.tools import SQL

from ..client_domain import in_period, read_domain
from ..pipelines import get_ratio
from .crm_lead_history import OUTCOMES

# The last row of each stay stands for it: it says since when, and what became of it.
STAYS = ['|', ('outcome', '!=', False), '&', ('date_to', '=', False), ('stay_from', '!=', False)]


class CrmLeadHistory(models.Model):
    _inherit = 'crm.lead.history'  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @api.readonly
    def get_stage_flow(self, domain=None, date_from=None, date_to=None):
        """Return what became of the stays that began in a period, by stage, under the user's own rights.

        A stay is judged by its last row: `domain` is about what holds at its end, or now.

        :param domain: on ``crm.lead.history``; none: all
        :param date_from: only stays that began at this moment (UTC) or later
        :param date_to: only stays that began before this moment
        :return: ``{'stages': [{'stage_id', 'name', 'entered', 'advanced', 'back', 'team', 'won', 'lost', 'merged', 'here',
            'median_days', 'domain', 'domains'}]}``; ``entered`` is the sum of the others; the median is of the stays that
            ended; ``domain`` finds all stays of the stage, ``domains`` those of each figure. What was in a stage that
            is deleted stands at the end, without a stage
        """
        wanted = [*read_domain(self, domain), *STAYS, *in_period(self.env, 'stay_from', date_from, date_to)]
        query = self._search(wanted)
        stage, outcome, days = (self._field_to_sql(self._table, name, query) for name in ('stage_id', 'outcome', 'days'))
        query.groupby = stage
        rows = self.env.execute_query(query.select(
            stage, SQL("count(*)"), SQL("percentile_cont(0.5) WITHIN GROUP (ORDER BY %s)", days),
            *(SQL("count(*) FILTER (WHERE %s = %s)", outcome, name) for name in OUTCOMES)))
        figures = {stage_id: values for stage_id, *values in rows}
        names = self.env['crm.stage']._get_stage_names().stages
        stage_ids = self.env['crm.stage']._get_stage_rules().stage_ids
        return {'stages': [
            self._prepare_stage_flow(stage_id or False, names.get(stage_id), wanted, figures.get(stage_id))
            for stage_id in [*stage_ids, *([None] if None in figures else [])]]}

    @api.model
    def _prepare_stage_flow(self, stage_id, name, wanted, values):
        count, median, *outcomes = values or (0, None, *([0] * len(OUTCOMES)))
        domain = [*wanted, ('stage_id', '=', stage_id)]
        return {
            'stage_id': stage_id, 'name': name or self.env._("Deleted stages"), 'entered': count,
            **dict(zip(OUTCOMES, outcomes, strict=True)), 'here': count - sum(outcomes), 'median_days': median,
            'domain': domain,
            'domains': {
                **{outcome: [*domain, ('outcome', '=', outcome)] for outcome in OUTCOMES},
                'entered': domain, 'here': [*domain, ('outcome', '=', False)],
            },
        }

    @api.model
    @api.readonly
    def get_sales_velocity(self, domain=None, date_from=None, date_to=None):
        """Return how much is won a day, by what was decided in a period: opportunities × value × win rate ÷ cycle.

        Each decision counts: what was lost, restored and won in the period was decided twice.

        :param domain: on ``crm.lead.history``: the states that began with the decision; none: all
        :param date_from: only what was decided at this moment (UTC) or later
        :param date_to: only what was decided before this moment
        :return: ``{'opportunities', 'won', 'lost', 'average_value', 'win_rate', 'cycle_days', 'velocity', 'minimum',
            'domain', 'domains'}``; the value is the average of what was won, in the currency of the user's company at the
            rate of the day, the cycle the median of the days from the beginning of the opportunity to its being won;
            rate and velocity are ``None`` below ``minimum``
        """
        decided = [*read_domain(self, domain), ('is_decision', '=', True), *in_period(self.env, 'date_from', date_from, date_to)]
        won = [*decided, ('won_status', '=', 'won')]
        groups = self._read_group(
            decided, ['won_status', 'company_id', 'date_from:day'], ['__count', 'expected_revenue:sum'])
        counts = {status: sum(group[3] for group in groups if group[0] == status) for status in ('won', 'lost')}
        revenue = sum(
            self._convert_revenue(amount, company, day.date()) for status, company, day, _count, amount in groups
            if status == 'won')
        minimum, count = self.env.company.crm_minimum_opportunities, sum(counts.values())
        average, rate, cycle = (
            counts['won'] and revenue / counts['won'], get_ratio(counts['won'], count, minimum), self._get_median_cycle(won))
        return {
            'opportunities': count, **counts, 'average_value': average, 'win_rate': rate, 'cycle_days': cycle,
            'velocity': count * average * rate / cycle if rate is not None and cycle else None, 'minimum': minimum,
            'domain': decided, 'domains': {'opportunities': decided, 'won': won, 'lost': [*decided, ('won_status', '=', 'lost')]},
        }

    @api.model
    def _get_median_cycle(self, won):
        """Return the median of the days in which opportunities were won, or ``None``."""
        query = self._search(won)
        [[median]] = self.env.execute_query(SQL(
            """SELECT percentile_cont(0.5) WITHIN GROUP (
                          ORDER BY EXTRACT(epoch FROM decision.date_from - life.date_from)::float8 / 86400)
                 FROM crm_lead_history decision
                 JOIN LATERAL (SELECT min(date_from) AS date_from FROM crm_lead_history
                                WHERE lead_id = decision.lead_id AND origin_id = decision.origin_id) life ON TRUE
                WHERE decision.id IN %s""", query.subselect()))
        return median

    @api.model
    def _convert_revenue(self, amount, company, date=None):
        """Return an amount in the currency of the user's company.

        :param company: the opportunity's; without one its amounts are in the user's company's currency, as core has it
        :param date: whose rate is taken, by default today's
        """
        amount, currency = float(amount or 0), self.env.company.currency_id
        company = company and company.sudo()  # sudo: res.company - it may have been decided in one that the user does not see
        if not company or company.currency_id == currency:
            return amount
        date = date or fields.Date.context_today(self)
        return company.currency_id._convert(amount, currency, self.env.company, date, round=False)

    @api.model
    def _count_waiting(self):
        return self.search_count([('is_waiting', '=', True)])
