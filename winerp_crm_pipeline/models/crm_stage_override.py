"""The log of overrides: it outlives the requirements and the stages that it names."""
from odoo import api, fields, models


class CrmStageOverride(models.Model):
    """One move of an opportunity to a stage whose requirements it did not meet."""
    _name = 'crm.stage.override'
    _description = "Stage Requirement Override"
    _order = 'id desc'
    _rec_name = 'lead_id'

    lead_id = fields.Many2one('crm.lead', "Opportunity", required=True, index=True, ondelete='cascade')
    stage_id = fields.Many2one('crm.stage', index='btree_not_null', ondelete='set null')
    stage_name = fields.Char("Stage Then", readonly=True)
    user_id = fields.Many2one('res.users', "Moved By", required=True, ondelete='restrict')
    reason = fields.Text(required=True)
    requirement_ids = fields.Many2many(
        'crm.stage.requirement', 'crm_stage_override_requirement_rel', 'override_id', 'requirement_id', "Requirements")
    requirement_names = fields.Text("Missing Then", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        overrides = super().create(vals_list)
        for override in overrides:
            override.stage_name = override.stage_id.name
            override.requirement_names = ", ".join(override.requirement_ids.mapped('name'))
        return overrides
