from odoo import fields, models


class CrmStageOverrideRefuse(models.TransientModel):
    _name = 'crm.stage.override.refuse'
    _description = "Refuse a Move"

    override_id = fields.Many2one('crm.stage.override', "Request", required=True, ondelete='cascade')
    reason = fields.Text(required=True)

    def action_refuse(self):
        """Refuse the request with the reason."""
        self.ensure_one()
        self.override_id.action_refuse(self.reason)
        return {'type': 'ir.actions.act_window_close'}
