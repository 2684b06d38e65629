from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CrmStageRequirementSet(models.TransientModel):
    _name = 'crm.stage.requirement.set'
    _description = "Sets of Stage Requirements"

    stage_id = fields.Many2one('crm.stage', required=True, ondelete='cascade')
    line_ids = fields.One2many(
        'crm.stage.requirement.set.line', 'wizard_id', compute='_compute_line_ids', store=True, precompute=True)

    @api.depends('stage_id')
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [Command.clear(), *(
                Command.create({'key': key, 'name': one['name'], 'description': one['description']})
                for key, one in self.env['crm.stage.requirement']._get_sets().items())]


class CrmStageRequirementSetLine(models.TransientModel):
    _name = 'crm.stage.requirement.set.line'
    _description = "Set of Stage Requirements"

    wizard_id = fields.Many2one('crm.stage.requirement.set', required=True, ondelete='cascade', index=True)
    key = fields.Char(required=True)
    name = fields.Char("Set", readonly=True)
    description = fields.Char("What It Asks For", readonly=True)
    requirement_count = fields.Integer("In This Stage", compute='_compute_requirement_count')

    @api.depends('wizard_id.stage_id', 'key')
    def _compute_requirement_count(self):
        for line in self:
            line.requirement_count = len(line._get_requirements())

    def _get_requirements(self):
        """Return what the set brought, archived or not."""
        requirements = self.wizard_id.stage_id.with_context(active_test=False).requirement_ids
        return requirements.filtered(lambda requirement: requirement.set_key == self.key)

    def action_add(self):
        """Add the requirements of the set to the stage."""
        self.ensure_one()
        stage = self.wizard_id.stage_id
        if not self.env['crm.stage.requirement']._add_set(self.key, stage):
            raise UserError(self.env._("The stage requires all of it already."))

    def action_remove(self):
        """Take the requirements of the set away from the stage, and nothing else."""
        self.ensure_one()
        self._get_requirements().unlink()
