"""How many opportunities lack what a requirement asks for."""
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmStageRequirement(models.Model):
    _inherit = 'crm.stage.requirement'  # pylint: disable=consider-merging-classes-inherited

    lacking_count = fields.Integer(
        "Lacking It Now", compute='_compute_lacking_count', groups='sales_team.group_sale_manager',
        help="Open opportunities in the stages where this holds that do not meet it.")

    @api.depends_context('uid', 'allowed_company_ids')
    @api.depends('stage_id', 'kind', 'field_id', 'domain', 'condition', 'team_ids', 'company_id', 'scope')
    def _compute_lacking_count(self):
        self.lacking_count = 0
        requirements = {number: requirement for number, requirement in enumerate(self) if requirement.stage_id}
        queries = [
            query.select(SQL("%s, COUNT(*)", number)) for number, requirement in requirements.items()
            if not (query := self.env['crm.lead']._search(requirement._get_lacking_domain())).is_empty()
        ]
        if queries:
            for number, count in self.env.execute_query(SQL(" UNION ALL ").join(SQL("(%s)", query) for query in queries)):
                requirements[number].lacking_count = count

    def _get_lacking_domain(self):
        """Return the domain of the open opportunities that do not meet the requirement."""
        self.ensure_one()
        rule = self._prepare_stage_rule()
        if not rule or not (rule.field_name or rule.domain):
            return Domain.FALSE
        rules = self.env['crm.stage']._get_stage_rules()
        return Domain('won_status', '=', 'pending') & self.env['crm.lead']._get_lacking_domain(rules, rule)

    def action_open_lacking(self):
        """Open the open opportunities that do not meet the requirement."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('winerp_crm_pipeline.crm_lead_missing_information_action')
        leads = self.env['crm.lead'].search(self._get_lacking_domain())
        return {**action, 'name': self.env._("Lacking: %(name)s", name=self.name), 'domain': [('id', 'in', leads.ids)]}
