"""What the web client needs to show what a stage asks for."""
from odoo import api, models


class CrmStage(models.Model):
    _inherit = 'crm.stage'  # pylint: disable=consider-merging-classes-inherited

    @api.readonly
    def get_requirement_preview(self):
        """Return what a salesperson would be asked who moves an empty opportunity to the stage.

        :return: see ``crm.lead.get_stage_move_requirements``; and ``'vals'``, with which the opportunity begins: where a
            property is asked for, the team is one that has it
        """
        self.ensure_one()
        self.check_access('read')
        self.env['crm.stage.requirement'].check_access('read')  # any employee may read stages, not what they require
        rules = self._get_stage_rules().in_stage(self.id)
        return self._prepare_requirement_preview([rule for rule in rules if rule.level == 'block'])

    def _prepare_requirement_preview(self, rules):
        """Return :meth:`get_requirement_preview` of some rules."""
        vals = self._prepare_preview_values(rules)
        lead = self.env['crm.lead'].new({'type': 'opportunity', **vals})
        return {
            'stage_id': self.id,
            'leads': [lead._prepare_missing(lead, self.id, rules, is_new=True)],
            'dialog': lead._prepare_stage_dialog({lead: rules}, self.id, is_new=True),
            'vals': vals,
        }

    @api.model
    def _prepare_preview_values(self, rules):
        names = [rule.property_name for rule in rules if rule.property_name]
        properties = self.env['crm.team']._get_lead_properties() if names else {}
        team_ids = [team_id for name in names if name in properties for team_id in properties[name]['team_ids']]
        return {'team_id': max(team_ids, key=team_ids.count)} if team_ids else {}
