"""Where opportunities arrive that nobody could be asked about: in the stage that Odoo gives to new ones."""
from odoo import models


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def _let_in_assigned(self, unmet):
        """Let assigned opportunities into the stage that Odoo gives to new ones, whatever they lack there.

        What somebody had put further on, as a lead, comes back to it: who names a stage must meet what it requires.
        """
        stuck = self.filtered(lambda lead: any(rule.level == 'block' for rule in unmet.get(lead, ())))
        for leads in (stuck - stuck._filter_in_first_stage()).grouped('team_id').values():
            first_stage = leads._get_first_stage()
            leads._message_log_batch(bodies={lead.id: self.env._(
                "Assigned to the stage “%(stage)s”: for “%(wanted)s” information is missing.",
                stage=first_stage.name, wanted=lead.stage_id.name) for lead in leads})
            leads.stage_id = first_stage

    def _get_first_stage(self):
        """Return the stage that Odoo gives to new opportunities of a team."""
        return self._stage_find(domain=[('fold', '=', False)])

    def _filter_in_first_stage(self):
        first_stages = {team: leads._get_first_stage() for team, leads in self.grouped('team_id').items()}
        return self.filtered(lambda lead: lead.stage_id == first_stages[lead.team_id])

    def _let_in_converted(self, unmet, entry):
        """Let in what another app converts in passing, as if it had created an opportunity.

        :param dict unmet: ``{lead: list of StageRule}``
        :param entry: :class:`GateEntry`
        :return: the same, without those that are let in
        """
        if not self.env.su:
            return unmet
        converted = self.filtered(lambda lead: lead in unmet and entry.positions[lead.id] is None)
        arrived = set(converted._filter_in_first_stage())
        return {lead: lead_rules for lead, lead_rules in unmet.items() if lead not in arrived}
