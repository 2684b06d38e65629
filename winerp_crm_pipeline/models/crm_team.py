"""What teams mean to the requirements of stages."""
from odoo import api, models

from ..stage_gate import ASSIGNMENT, GATE_PASS


class CrmTeam(models.Model):
    _inherit = 'crm.team'

    @api.ondelete(at_uninstall=False)
    def _unlink_except_required(self):
        self.env['crm.stage.requirement']._refuse_deleting('team_ids', self)

    def _action_assign_leads(self, force_quota=False, creation_delta_days=7):
        # One incomplete lead must not stop the assignment of all others: what an assigned
        # opportunity lacks is for its new salesperson, in the worklist.
        teams = self.with_context(**{GATE_PASS: ASSIGNMENT})
        return super(CrmTeam, teams)._action_assign_leads(
            force_quota=force_quota, creation_delta_days=creation_delta_days)
