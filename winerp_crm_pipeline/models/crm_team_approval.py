"""Who approves moves in spite of what is missing, by team."""
from odoo import api, fields, models


class CrmTeam(models.Model):
    _inherit = 'crm.team'  # pylint: disable=consider-merging-classes-inherited

    stage_approver_ids = fields.Many2many(
        'res.users', string="Approve Moves", compute='_compute_stage_approver_ids',
        help="Who is asked when a salesperson wants to move an opportunity whose requirements are not met: the team leader, "
             "if allowed to override requirements, else all who are. Nobody decides about what they have asked for.")

    @api.depends('user_id', 'company_id')
    def _compute_stage_approver_ids(self):
        members = self._get_override_members()
        for team in self:
            team.stage_approver_ids = team.user_id & members or members.filtered(
                lambda user, company=team.company_id: not company or company in user.company_ids)

    @api.model
    def _get_override_members(self):
        """Return the users who may override requirements."""
        # sudo: res.groups - who may be asked is no secret, and said to those who ask
        group = self.env.ref('winerp_crm_pipeline.group_stage_requirement_override').sudo()
        return group.all_user_ids.filtered(lambda user: user.active and not user.share)
