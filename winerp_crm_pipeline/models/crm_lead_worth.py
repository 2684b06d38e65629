"""Which opportunities meet a requirement, and which do not: those that a figure of its worth counts."""
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

WORTH_GROUPS = ('met', 'lacking', 'lacking_today')


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    requirement_worth = fields.Char(
        compute='_compute_requirement_worth', search='_search_requirement_worth', exportable=False,
        groups='sales_team.group_sale_salesman',
        help="Finds the opportunities that one figure of what a requirement is worth counts; see get_worth.")

    def _compute_requirement_worth(self):
        self.requirement_worth = False  # it is asked for by the figure only

    def _search_requirement_worth(self, operator, value):
        if operator != 'in' or False in value:
            return NotImplemented
        return Domain.OR(self._get_worth_domain(*self._read_worth_question(question)) for question in value)

    @api.model
    def _read_worth_question(self, text):
        """Return the requirement, the group and the moment that a figure asks for: any client can send one.

        :raise UserError: if it asks for none
        """
        try:
            question = json.loads(text)
            requirement_id, group = question['requirement_id'], question['group']
            since = fields.Datetime.to_datetime(question.get('since'))
            is_known = isinstance(requirement_id, int) and group in WORTH_GROUPS and (since or group == 'lacking_today')
        except (AttributeError, KeyError, TypeError, ValueError):
            is_known = False
        if not is_known:
            raise UserError(self.env._("This figure is not known. Reload the page, then try again."))
        return requirement_id, group, since

    @api.model
    def _get_worth_domain(self, requirement_id, group, since):
        """Return the domain of a group of opportunities.

        :param str group: ``met`` or ``lacking``, of those decided since a moment; or ``lacking_today``, of all
        """
        rules = self._get_stage_rules().get([requirement_id])
        if not rules:
            return Domain.FALSE  # it was archived meanwhile
        if group == 'lacking_today':
            return self._as_everybody(self._get_concerned_domain(rules[0]) & self._get_unmet_domain(rules[0]))
        let_through = self._get_let_through_domain(rules[0])
        return self._get_decided_domain(since) & self._as_everybody(
            self._get_passed_domain(rules[0]) & (~let_through if group == 'met' else let_through))

    @api.model
    def _as_everybody(self, domain):
        # sudo: crm.lead - a requirement holds whatever its salesperson may read
        leads = self.sudo().with_context(active_test=False)
        return Domain.custom(to_sql=lambda _model, alias, query: leads._get_domain_sql(domain, alias, query))

    @api.model
    def _get_decided_domain(self, since):
        """Return the domain of what is won or lost, and became so since a moment."""
        return Domain('won_status', 'in', ['won', 'lost']) & Domain(
            'history_ids', 'any!', Domain('is_decision', '=', True) & Domain('date_from', '>=', since))

    @api.model
    def _get_passed_domain(self, rule):
        """Return the domain of the opportunities to which a rule applies and that reached its stage, or passed it by."""
        return self._get_concerned_domain(rule) & self._get_reached_domain(rule.stage_id, self._get_pipelines())

    @api.model
    def _get_concerned_domain(self, rule):
        """Return the domain of the opportunities to which a rule applies, in whatever stage they are."""
        domain = self._get_matching_domain(rule.condition) if rule.condition else Domain.TRUE
        if rule.team_ids:
            domain &= Domain('team_id', 'in', list(rule.team_ids))
        if rule.company_id:
            domain &= Domain('company_id', '=', rule.company_id)
        return domain

    @api.model
    def _get_let_through_domain(self, rule):
        """Return the domain of the opportunities that do not meet a rule, or were moved all the same when they did not."""
        return self._get_unmet_domain(rule) | Domain(
            'stage_override_ids', 'any!', Domain('state', '=', 'approved') & Domain('requirement_ids', 'in', [rule.id]))
