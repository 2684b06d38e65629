from odoo import models

from .crm_lead import FROM_OUTSIDE, GATE_PASS


class CrmTeam(models.Model):
    _inherit = 'crm.team'

    def _action_assign_leads(self, force_quota=False, creation_delta_days=7):
        # One incomplete lead must not stop the assignment of all others: what an assigned
        # opportunity lacks is for its new salesperson, in the worklist.
        teams = self.with_context(**{GATE_PASS: FROM_OUTSIDE})
        return super(CrmTeam, teams)._action_assign_leads(
            force_quota=force_quota, creation_delta_days=creation_delta_days)
