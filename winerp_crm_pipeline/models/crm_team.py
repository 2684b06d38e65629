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

    @api.model
    def _get_lead_properties(self):
        """Return the properties that teams define for their opportunities.

        :return: ``{name: {'definition': dict, 'team_ids': list of the teams that have it}}``, without separators
        """
        # sudo: crm.team - rules of all teams are one answer for all users
        teams = self.sudo().with_context(active_test=False).search([('lead_properties_definition', '!=', False)])
        properties = {}
        for team in teams:
            for definition in team.lead_properties_definition:
                if definition.get('type') != 'separator':
                    found = properties.setdefault(definition['name'], {'definition': definition, 'team_ids': []})
                    found['team_ids'].append(team.id)
        return properties
