"""The open pipeline at two moments, and what happened between them."""
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..client_domain import read_domain, read_moment

# Of each life its state at the first moment and at the second, where the user sees them; chosen: in what the domain
# selects. Whoever is closed at both moments, or outside of the selection at both, is nothing of it. All is read once, and
# each life has one row for each moment, most of them the same for both, of which only those that are open matter.
LIVES = """
SELECT *, was_chosen AND first_status = 'pending' AS was_open, is_chosen AND second_status = 'pending' AS is_open
  FROM (SELECT max(id) FILTER (WHERE at_first) AS first_id, max(id) FILTER (WHERE at_second) AS second_id,
               max(revenue) FILTER (WHERE at_first) AS first_revenue, max(revenue) FILTER (WHERE at_second) AS second_revenue,
               max(won_status) FILTER (WHERE at_first) AS first_status, max(won_status) FILTER (WHERE at_second) AS second_status,
               bool_or(at_first) AS was, bool_or(at_first AND chosen) AS was_chosen, bool_or(at_second AND chosen) AS is_chosen
          FROM (%(states)s) AS state
         WHERE at_first <> at_second OR chosen AND won_status = 'pending'
         GROUP BY origin_id) AS life
 WHERE was_chosen AND first_status = 'pending'
    OR is_chosen AND (second_status = 'pending' OR first_status = 'pending' OR NOT was)
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
        return Domain.OR(self._get_change_domain(*self._read_question(question)) for question in value)

    @api.model
    def _read_question(self, question):
        """Return what :meth:`_get_client_domain` has made a text of, and a client sends back.

        :raise UserError: if it is something else
        """
        try:
            asked = json.loads(question)
            change, domain, *moments = (asked[name] for name in ('change', 'domain', 'date_from', 'date_to'))
            is_known = change in CHANGES
        except (KeyError, TypeError, ValueError):
            is_known = False
        if not is_known:
            raise UserError(self.env._("This figure is not known. Reload the page, then try again."))
        return change, read_domain(self, domain), *(read_moment(self.env, moment) for moment in moments)

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
        domain = read_domain(self, domain)
        moments = [read_moment(self.env, moment) for moment in (date_from, date_to)]
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
        """Return the query of what the user sees of lives at two moments, with whether the domain selects it."""
        at_first, at_second = (Domain(self._get_moment_domain(moment)) for moment in (date_from, date_to))
        query = self._search(at_first | at_second)
        columns = [self._field_to_sql(self._table, name, query) for name in ('id', 'origin_id', 'won_status')]
        # In the same scan, as `_search` would ask it: the rules are in the query already.
        conditions = [
            SQL("COALESCE(%s, FALSE) AS %s", condition.optimize_full(self)._to_sql(self, self._table, query), SQL.identifier(name))
            for name, condition in (('chosen', Domain(domain)), ('at_first', at_first), ('at_second', at_second))]
        revenue = self._get_revenue_sql(query, fields.Datetime.to_datetime(date_to))
        return SQL(LIVES, states=query.select(*columns, SQL("%s AS revenue", revenue), *conditions))

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
        day = fields.Datetime.context_timestamp(self, rate_moment).date()
        return SQL("CASE %s ELSE %s END", SQL(" ").join(
            SQL("WHEN %s = ANY(%s) THEN round(%s * %s::numeric, %s)", company, same.ids, revenue, str(
                same_currency._convert(1.0, currency, self.env.company, day, round=False)), digits)
            for same_currency, same in companies.grouped('currency_id').items()), revenue)
