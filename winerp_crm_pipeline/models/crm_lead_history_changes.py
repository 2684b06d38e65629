"""The open pipeline at two moments, and what happened between them."""
import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..client_domain import to_client

# Of each life its state at the first moment and at the second, where the user sees them; chosen: in what the domain
# selects. Whoever is closed at both moments, or outside of the selection at both, is nothing of it.
LIVES = """
SELECT first.id AS first_id, second.id AS second_id, first.revenue AS first_revenue, second.revenue AS second_revenue,
       first.won_status AS first_status, second.won_status AS second_status,
       first.id IS NOT NULL AS was, COALESCE(first.chosen, FALSE) AS was_chosen, COALESCE(second.chosen, FALSE) AS is_chosen,
       COALESCE(first.chosen AND first.won_status = 'pending', FALSE) AS was_open,
       COALESCE(second.chosen AND second.won_status = 'pending', FALSE) AS is_open
  FROM (%(first)s) AS first FULL JOIN (%(second)s) AS second USING (origin_id)
 WHERE first.chosen AND first.won_status = 'pending'
    OR second.chosen AND (second.won_status = 'pending' OR first.won_status = 'pending' OR first.id IS NULL)
"""

# Which lives are counted, by which of their two rows they are opened, and with what revenue.
ARRIVED = "NOT was_open AND is_chosen"
CHANGES = {
    'opening': ("was_open", 'first_id', "first_revenue"),
    'new': (f"{ARRIVED} AND NOT was", 'second_id', "second_revenue"),
    'reopened': (f"{ARRIVED} AND was_chosen", 'second_id', "second_revenue"),
    'joined': (f"{ARRIVED} AND was AND NOT was_chosen", 'second_id', "second_revenue"),
    'raised': (
        "was_open AND is_chosen AND second_revenue > first_revenue", 'second_id', "second_revenue - first_revenue"),
    'lowered': (
        "was_open AND is_chosen AND second_revenue < first_revenue", 'second_id', "first_revenue - second_revenue"),
    'won': ("is_chosen AND second_status = 'won'", 'second_id', "second_revenue"),
    'lost': ("is_chosen AND second_status = 'lost'", 'second_id', "second_revenue"),
    'left': ("was_open AND NOT is_chosen", 'first_id', "first_revenue"),
    'closing': ("is_open", 'second_id', "second_revenue"),
}


class CrmLeadHistory(models.Model):
    _inherit = 'crm.lead.history'  # pylint: disable=consider-merging-classes-inherited

    pipeline_change = fields.Char(
        compute='_compute_pipeline_change', search='_search_pipeline_change', exportable=False,
        help="Finds the rows that one figure of the changes between two moments counts; see get_pipeline_changes.")

    def _compute_pipeline_change(self):
        self.pipeline_change = False  # it is asked for between two moments only

    def _search_pipeline_change(self, operator, value):
        if operator != 'in' or False in value:
            return NotImplemented
        return Domain.OR(self._get_change_domain(**json.loads(question)) for question in value)

    @api.model
    def _get_change_domain(self, change, domain, date_from, date_to):
        condition, row, _revenue = CHANGES[change]
        return Domain('id', 'in', SQL(
            "(SELECT %s FROM (%s) AS life WHERE %s)", SQL.identifier(row), self._get_lives_sql(domain, date_from, date_to),
            SQL(condition)))

    @api.model
    @api.readonly
    def get_pipeline_changes(self, domain, date_from, date_to):
        """Return the open pipeline at two moments, and all that happened between, under the user's own rights.

        Opening + new + reopened + joined + raised − lowered − won − lost − left = closing. A state that begins at a
        moment holds at it; moments are of whole seconds, and what happens within one belongs to it.

        :param domain: on ``crm.lead.history``, judged at each of the moments; none: all
        :param date_from: the first moment (UTC)
        :param date_to: the second moment
        :return: ``{'opening', 'new', 'reopened', 'joined', 'raised', 'lowered', 'won', 'lost', 'left', 'closing'}``, each
            ``{'count', 'revenue', 'domain'}``: revenues in the currency of the user's company, at the rate of the second
            moment; the domain on the history, a row for each opportunity
        """
        domain = to_client(domain)
        moments = [fields.Datetime.to_string(fields.Datetime.to_datetime(moment)) for moment in (date_from, date_to)]
        [row] = self.env.execute_query(SQL(
            "SELECT %s FROM (%s) AS life", SQL(", ").join(
                SQL("count(*) FILTER (WHERE %s), sum(%s) FILTER (WHERE %s)", SQL(condition), SQL(revenue), SQL(condition))
                for condition, _row, revenue in CHANGES.values()),
            self._get_lives_sql(domain, *moments)))
        return {
            change: {
                'count': row[2 * index], 'revenue': float(row[2 * index + 1] or 0),
                'domain': self._get_client_domain(change, domain, *moments),
            }
            for index, change in enumerate(CHANGES)}

    @api.model
    def _get_client_domain(self, change, domain, date_from, date_to):
        if change in ('opening', 'closing'):
            moment = date_from if change == 'opening' else date_to
            return [*domain, *self._get_moment_domain(moment), ('won_status', '=', 'pending')]
        question = {'change': change, 'domain': domain, 'date_from': date_from, 'date_to': date_to}
        return [('pipeline_change', '=', json.dumps(question))]

    @api.model
    def _get_moment_domain(self, moment):
        """Return the domain of what held at a moment."""
        return [('date_from', '<=', moment), '|', ('date_to', '=', False), ('date_to', '>', moment)]

    @api.model
    def _get_lives_sql(self, domain, date_from, date_to):
        return SQL(
            LIVES, first=self._get_states_sql(domain, date_from, date_to), second=self._get_states_sql(domain, date_to, date_to))

    @api.model
    def _get_states_sql(self, domain, moment, rate_moment):
        """Return the query of the states at a moment that the user sees, with whether the domain selects them."""
        at_moment = self._get_moment_domain(moment)
        query = self._search(at_moment)
        columns = [self._field_to_sql(self._table, name, query) for name in ('id', 'origin_id', 'won_status')]
        # In the same scan, as `_search` would ask it: the rules are in the query already.
        chosen = Domain(domain).optimize_full(self)._to_sql(self, self._table, query)
        return query.select(
            *columns, SQL("%s AS revenue", self._get_revenue_sql(query, fields.Datetime.to_datetime(rate_moment))),
            SQL("COALESCE(%s, FALSE) AS chosen", chosen))

    @api.model
    def _get_revenue_sql(self, query, rate_moment):
        """Return the expected revenue in the currency of the user's company, rounded as that is, where it is another."""
        revenue = SQL("COALESCE(%s, 0)", self._field_to_sql(self._table, 'expected_revenue', query))
        currency = self.env.company.currency_id
        # sudo: res.company - in which currencies opportunities are that the user sees
        companies = self.env['res.company'].sudo().search([('currency_id', '!=', currency.id)])
        if not companies:
            return revenue
        company = self._field_to_sql(self._table, 'company_id', query)
        digits = currency.decimal_places
        return SQL("CASE %s ELSE %s END", SQL(" ").join(
            SQL("WHEN %s = ANY(%s) THEN round(%s * %s::numeric, %s)", company, same.ids, revenue, str(
                same_currency._convert(1.0, currency, self.env.company, rate_moment.date(), round=False)), digits)
            for same_currency, same in companies.grouped('currency_id').items()), revenue)
