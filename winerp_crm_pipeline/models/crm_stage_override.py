from odoo import fields, models


class CrmStageOverride(models.Model):
    """One move of an opportunity to a stage whose requirements it did not meet."""
    _name = 'crm.stage.override'
    _description = "Stage Requirement Override"
    _order = 'id desc'
    _rec_name = 'lead_id'

    lead_id = fields.Many2one('crm.lead', "Opportunity", required=True, index=True, ondelete='cascade')
    stage_id = fields.Many2one('crm.stage', required=True, index=True, ondelete='cascade')
    user_id = fields.Many2one('res.users', "Moved By", required=True, ondelete='restrict')
    reason = fields.Text(required=True)
    requirement_ids = fields.Many2many(
        'crm.stage.requirement', 'crm_stage_override_requirement_rel', 'override_id', 'requirement_id', "Missing Then")
