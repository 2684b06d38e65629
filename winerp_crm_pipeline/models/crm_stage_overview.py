"""What the list of stages tells at a glance."""
from odoo import api, fields, models
from odoo.fields import Domain

from .crm_stage_requirement_count import OPEN


class CrmStage(models.Model):
    _inherit = 'crm.stage'  # pylint: disable=consider-merging-classes-inherited

    requirement_count = fields.Integer(
        "Number of Requirements", compute='_compute_requirement_count',
        groups='sales_team.group_sale_salesman', help="How many requirements the stage has of its own.")
    lacking_lead_count = fields.Integer(
        "Lack Something", compute='_compute_lacking_lead_count', groups='sales_team.group_sale_salesman',
        help="Open opportunities in the stage that lack something it requires, or an earlier stage does.")
    requirement_doubt = fields.Text(
        compute='_compute_requirement_doubt', groups='sales_team.group_sale_salesman',
        help="Requirements that ask for the same, or cannot be met together.")

    @api.depends('requirement_ids')
    def _compute_requirement_count(self):
        counts = dict(self.env['crm.stage.requirement']._read_group(
            [('stage_id', 'in', self._origin.ids), ('active', '=', True)], ['stage_id'], ['__count']))
        for stage in self:
            stage.requirement_count = counts.get(stage._origin, 0)

    @api.depends_context('uid', 'allowed_company_ids')
    @api.depends('requirement_ids')
    def _compute_lacking_lead_count(self):
        counts = dict(self.env['crm.lead']._read_group(
            OPEN & Domain('stage_id', 'in', self._origin.ids) & Domain('missing_requirement_ids', '!=', False),
            ['stage_id'], ['__count']))
        for stage in self:
            stage.lacking_lead_count = counts.get(stage._origin, 0)

    @api.depends_context('lang', 'uid', 'allowed_company_ids')
    @api.depends('requirement_ids.doubt')
    def _compute_requirement_doubt(self):
        for stage in self:
            stage.requirement_doubt = "\n".join(
                self.env._("“%(requirement)s”: %(doubt)s", requirement=requirement.name or requirement.proposed_name,
                           doubt=requirement.doubt)
                for requirement in stage.requirement_ids if requirement.doubt)

    def action_open_lacking(self):
        """Open the open opportunities in the stage that lack something."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('winerp_crm_pipeline.crm_lead_missing_information_action')
        return {
            **action, 'name': self.env._("Lacking Something: %(stage)s", stage=self.name), 'context': {},
            'domain': list(OPEN & Domain('stage_id', '=', self.id) & Domain('missing_requirement_ids', '!=', False)),
        }
