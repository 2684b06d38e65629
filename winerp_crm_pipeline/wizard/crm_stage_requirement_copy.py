from odoo import api, fields, models


class CrmStage(models.Model):
    _inherit = 'crm.stage'

    def action_open_requirement_copy(self):
        """Copy the requirements of these stages to others."""
        return self.requirement_ids.action_open_copy()


class CrmStageRequirement(models.Model):
    _inherit = 'crm.stage.requirement'

    def action_open_copy(self):
        """Copy these requirements to other stages, or for other teams."""
        wizard = self.env['crm.stage.requirement.copy'].create({'requirement_ids': self.ids})
        return {
            'name': self.env._("Copy Requirements"), 'type': 'ir.actions.act_window', 'res_model': wizard._name,
            'res_id': wizard.id, 'view_mode': 'form', 'target': 'new',
        }


class CrmStageRequirementCopy(models.TransientModel):
    _name = 'crm.stage.requirement.copy'
    _description = "Copy Stage Requirements"

    requirement_ids = fields.Many2many(
        'crm.stage.requirement', 'crm_stage_requirement_copy_rel', 'wizard_id', 'requirement_id', string="Requirements",
        required=True)
    stage_ids = fields.Many2many('crm.stage', string="To Stages", required=True)
    teams = fields.Selection(
        [('keep', "The same teams"), ('set', "These teams")], string="For", required=True, default='keep')
    team_ids = fields.Many2many('crm.team', string="Teams")

    def action_copy(self):
        """Copy the requirements, except what the stages ask for already."""
        self.ensure_one()
        values = {'team_ids': self.team_ids.ids} if self.teams == 'set' else {}
        copies = self.env['crm.stage.requirement'].concat(*(
            self.requirement_ids.copy({'stage_id': stage.id, **values}) for stage in self.stage_ids))
        kept = copies._drop_doubles()
        return {
            'type': 'ir.actions.client', 'tag': 'display_notification',
            'params': {
                'type': 'success' if kept else 'info', 'message': self._describe_copied(len(kept), len(copies) - len(kept)),
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }

    @api.model
    def _describe_copied(self, copied, doubles):
        if doubles:
            return self.env._(
                "Requirements copied: %(copied)s. Left out, since the stages ask for them already: %(doubles)s.",
                copied=copied, doubles=doubles)
        return self.env._("Requirements copied: %(copied)s.", copied=copied)
