"""What a requirement is worth: how often opportunities that met it were won, and which moves it would have stopped."""
import json

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..pipelines import get_ratio

GROUPS = ('met', 'lacking')
ALL = [('active', 'in', [True, False])]  # what is lost is archived


class CrmStage(models.Model):
    _inherit = 'crm.stage'  # pylint: disable=consider-merging-classes-inherited

    @api.readonly
    def get_worth(self):
        """Return what the requirements of a stage are worth, see ``crm.stage.requirement.get_worth``."""
        return self.requirement_ids.get_worth()


class CrmStageRequirement(models.Model):
    _inherit = 'crm.stage.requirement'  # pylint: disable=consider-merging-classes-inherited

    @api.readonly
    def get_worth(self):
        """Return what requirements are worth, by the last twelve months, under the user's own rights on opportunities.

        Of the opportunities decided since then that passed the stage, and to which the requirement applies: how many meet
        it, and how many of those were won; and the same of those that lack it or were let through by an override. And how
        many moves into the stage lack it today. The number of queries does not grow with the requirements.

        :return: ``{'minimum', 'requirements': [{'id', 'name', 'level', 'met', 'lacking', 'moves'}]}``, of the active ones; the
            first two are ``{'count', 'won', 'rate', 'domain', 'won_domain'}`` on opportunities, the rate ``None`` below
            ``minimum``; ``moves`` is ``{'count', 'domain'}`` on the history
        """
        self.check_access('read')  # the rules, and what they are called, are kept for everybody
        rules = self.env['crm.stage']._get_stage_rules().get(self.ids)
        since = fields.Datetime.to_string(self.env.cr.now() - relativedelta(years=1))
        minimum = self.env.company.crm_minimum_opportunities
        names = self.env['crm.stage']._get_stage_names().requirements
        counts, moves = self._count_decided(rules, since), self._count_moves(rules, since)
        return {'minimum': minimum, 'requirements': [
            {
                'id': rule.id, 'name': names[rule.id], 'level': rule.level,
                **{group: {
                    'count': count, 'won': won, 'rate': get_ratio(won, count, minimum),
                    **self._get_group_domains(rule, group, since),
                } for group, (count, won) in counts[rule].items()},
                'moves': {'count': moves[rule], 'domain': self._get_moves_domain(rule, since)},
            }
            for rule in rules]}

    @api.model
    def _get_group_domains(self, rule, group, since):
        question = json.dumps({'requirement_id': rule.id, 'group': group, 'since': since})
        domain = [*ALL, ('requirement_worth', '=', question)]
        return {'domain': domain, 'won_domain': [*domain, ('won_status', '=', 'won')]}

    @api.model
    def _get_moves_domain(self, rule, since):
        question = json.dumps({'requirement_id': rule.id, 'group': 'lacking_today'})
        return [
            ('is_entry', '=', True), ('stage_id', '=', rule.stage_id), ('date_from', '>=', since),
            ('lead_id.requirement_worth', '=', question)]

    @api.model
    def _count_decided(self, rules, since):
        """Return ``{rule: {group: (count, won)}}``, by one query."""
        if not rules:
            return {}
        leads = self.env['crm.lead'].with_context(active_test=False)
        everybody = leads.sudo()  # sudo: crm.lead - a requirement holds whatever its salesperson may read
        query = leads._search(leads._get_decided_domain(since))
        groups = [
            SQL("CASE WHEN %s THEN CASE WHEN %s THEN 'lacking' ELSE 'met' END END AS %s", *(
                everybody._get_domain_sql(domain, leads._table, query)
                for domain in (leads._get_passed_domain(rule), leads._get_let_through_domain(rule))), self._get_column(rule))
            for rule in rules]
        status = leads._field_to_sql(leads._table, 'won_status', query)
        # OFFSET 0: each condition is evaluated once, not for each count
        [row] = self.env.execute_query(SQL(
            "SELECT %s FROM (%s OFFSET 0) AS decided",
            SQL(", ").join(
                SQL("count(*) FILTER (WHERE %(rule)s = %(group)s), count(*) FILTER (WHERE %(rule)s = %(group)s AND is_won)",
                    rule=self._get_column(rule), group=group)
                for rule in rules for group in GROUPS),
            query.select(SQL("%s = 'won' AS is_won", status), *groups)))
        counts = iter(row)
        return {rule: {group: (next(counts), next(counts)) for group in GROUPS} for rule in rules}

    @api.model
    def _get_column(self, rule):
        return SQL.identifier(f'requirement_{rule.id}')

    @api.model
    def _count_moves(self, rules, since):
        """Return ``{rule: number of moves into its stage}``, of opportunities that lack it today, by one query."""
        if not rules:
            return {}
        history, leads = self.env['crm.lead.history'], self.env['crm.lead']
        query = history._search([
            ('is_entry', '=', True), ('stage_id', 'in', [rule.stage_id for rule in rules]), ('date_from', '>=', since)])
        stage = history._field_to_sql(history._table, 'stage_id', query)
        _comodel, alias = history._fields['lead_id'].join(history, history._table, query)
        # sudo: crm.lead - as above; what the user may see is asked of the history
        everybody = leads.sudo().with_context(active_test=False)
        columns = [
            SQL("count(*) FILTER (WHERE %s = %s AND %s)", stage, rule.stage_id, everybody._get_domain_sql(
                leads._get_concerned_domain(rule) & leads._get_unmet_domain(rule), alias, query))
            for rule in rules]
        [row] = self.env.execute_query(query.select(*columns))
        return dict(zip(rules, row, strict=True))
