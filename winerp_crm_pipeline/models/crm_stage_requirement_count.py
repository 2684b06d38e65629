"""How many opportunities lack what a requirement asks for."""
import contextlib

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

OPEN = Domain('won_status', '=', 'pending')


class CrmStageRequirement(models.Model):
    _inherit = 'crm.stage.requirement'  # pylint: disable=consider-merging-classes-inherited

    lacking_count = fields.Integer(
        "Lacking It Now", compute='_compute_lacking_count', groups='sales_team.group_sale_manager',
        help="Open opportunities in the stages where this holds that do not meet it.")

    @api.depends_context('uid', 'allowed_company_ids')
    @api.depends('stage_id', 'kind', 'field_id', 'domain', 'condition', 'team_ids', 'company_id', 'scope', 'active')
    def _compute_lacking_count(self):
        self.lacking_count = 0
        drafts = self.filtered(lambda requirement: not requirement.id)
        (self - drafts)._count_lacking()
        for draft in drafts.filtered(lambda requirement: requirement._may_be_asked()):
            # What PostgreSQL refuses is told when it is saved. A savepoint that flushes would clear the form's values.
            with contextlib.suppress(psycopg2.Error, TypeError, ValueError), self.env.cr.savepoint(flush=False):
                draft._count_lacking()

    def _count_lacking(self):
        leads = self.env['crm.lead']
        rules = {requirement: rule for requirement in self if (rule := requirement._get_asking_rule())}
        if not rules:
            return
        # One scan for all, in which most opportunities, which lack nothing, are asked once.
        query = leads._search(OPEN & leads._get_lacking_domain(rules.values()))
        columns = [
            SQL("COUNT(*) FILTER (WHERE %s)", leads._get_domain_sql(leads._get_lacking_domain([rule]), leads._table, query))
            for rule in rules.values()
        ]
        [counts] = self.env.execute_query(query.select(*columns))
        for requirement, count in zip(rules, counts, strict=True):
            requirement.lacking_count = count

    def _get_asking_rule(self):
        """Return what the requirement asks for, as a ``StageRule``; ``None`` where it is archived or not complete."""
        self.ensure_one()
        rule = self.active and self.stage_id and self._prepare_stage_rule()
        return rule if rule and (rule.field_name or rule.domain) else None

    def _may_be_asked(self):
        """Whether its author may know what a form holds, or whoever calls as if he were one: a count tells it, too."""
        texts = [self.condition, *([self.domain] if self.kind == 'domain' else [])]
        try:
            self._check_field()
            self._check_property()
            for text in filter(None, texts):
                self._check_words(self._parse(text))
        except (TypeError, ValidationError, ValueError):
            return False
        return True

    def action_open_lacking(self):
        """Open the open opportunities that do not meet the requirement."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('winerp_crm_pipeline.crm_lead_missing_information_action')
        return {
            **action, 'name': self.env._("Lacking: %(name)s", name=self.name), 'context': {'default_type': 'opportunity'},
            'domain': list(self._get_open_lacking_domain()),
        }

    def _get_open_lacking_domain(self):
        return OPEN & Domain('missing_requirement_ids', 'in', self.ids)
