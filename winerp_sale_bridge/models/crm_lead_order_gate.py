"""Ordering goes through the gate of the pipeline: what an opportunity lacks to be won, and winning it."""
from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.winerp_crm_pipeline.exceptions import StageRequirementError


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def _get_won_stages(self):
        """Return the stage that each open opportunity would be won in, the one that ``action_set_won`` chooses.

        :return: ``{lead: crm.stage}``, with an empty one where its team has no won stage; what is not open is absent
        """
        stages = {}
        for leads in self.filtered(lambda lead: lead.won_status == 'pending').grouped('team_id').values():
            won_stages = leads._stage_find(domain=[('is_won', '=', True)], limit=None)
            for lead in leads:
                later = won_stages.filtered(lambda stage, lead=lead: stage.sequence > lead.stage_id.sequence)
                stages[lead] = later[:1] or won_stages[-1:]
        return stages

    def _get_missing_to_win(self, stages):
        """Return what would keep opportunities out of the stages they would be won in: what they lack, and from where they come.

        :param dict stages: what :meth:`_get_won_stages` returned
        :return: ``{lead: list of StageRule}``, with those that would be refused only
        """
        leads_by_stage = defaultdict(self.browse)
        for lead, stage in stages.items():
            if stage and lead.type == 'opportunity':
                leads_by_stage[stage] += lead
        missing = {}
        for stage, leads in leads_by_stage.items():
            missing.update(leads._get_blocking_in(stage))
        return missing

    def _get_won_problems(self, include_open):
        """Return ``{lead_id: why it cannot be won and so not ordered}``."""
        stages = self._get_won_stages()
        if not include_open:
            not_won = self.env._("Not won yet: win it first, or include what is not won.")
            return {lead.id: not_won for lead in stages}
        problems = {
            lead.id: self._describe_missing_to_win(stages[lead], rules)
            for lead, rules in self._get_missing_to_win(stages).items()}
        problems.update(
            (lead.id, lead._get_no_won_stage_problem()) for lead, stage in stages.items() if not stage)
        return problems

    @api.model
    def _describe_missing_to_win(self, stage, rules):
        """Return why an opportunity cannot be won.

        :param stage: the one it would be won in
        :param rules: list of ``StageRule``
        """
        names = self._get_requirement_names()
        lacking = [names[rule.id] for rule in rules if not rule.is_path]
        sentences = [self.env._(
            "For the stage “%(stage)s” it lacks: %(missing)s.", stage=stage.name, missing=", ".join(lacking))] if lacking else []
        sentences += [
            self.env._("It cannot move to the stage “%(stage)s”. %(reason)s.", stage=stage.name, reason=names[rule.id])
            for rule in rules if rule.is_path]
        return " ".join(sentences)

    def _get_no_won_stage_problem(self):
        return self.env._("Its team has no won stage: ask an administrator.")

    def _win(self):
        """Mark as won, through the gate.

        :raise UserError: when one of them cannot be won; a ``StageRequirementError`` when it lacks something
        """
        for leads in self.grouped('team_id').values():  # core finds the stages of all teams for each opportunity
            leads.action_set_won()
        if any(lead.won_status != 'won' for lead in self):
            raise UserError(self._get_no_won_stage_problem())

    # ------------------------------------------------------------
    # ASKING A PERSON FOR IT
    # ------------------------------------------------------------

    @api.readonly
    def get_won_requirements(self):
        """Return what an open opportunity lacks to be won, for a client that asks for it.

        :return: as the ``context`` of ``StageRequirementError``, with the ``dialog``; ``False`` where it lacks nothing
        """
        self.check_access('read')
        return self._prepare_won_refusal()

    def _prepare_won_refusal(self):
        self.ensure_one()
        stages = self._filtered_access('write')._get_won_stages()
        rules = self._get_missing_to_win(stages).get(self)
        if not rules:
            return False
        stage_id = stages[self].id
        dialog = self._prepare_stage_dialog({self: rules}, stage_id)
        if dialog['form']:
            dialog['form']['values'] = self._read_missing_values(dialog['form'])
        return {'stage_id': stage_id, 'leads': [self._prepare_missing(self, stage_id, rules)], 'dialog': dialog}

    def _get_fill_in_action(self, refusal, record=None):
        """Return the action that shows a dialog with what is missing.

        :param dict refusal: what :meth:`_prepare_won_refusal` returned
        :param record: whose ``action_fill_in_to_win`` is called with what was filled in, and returns what comes next
        """
        record = record or self
        return {
            'type': 'ir.actions.client',
            'tag': 'winerp_sale_bridge.fill_in',
            'params': {'refusal': refusal, 'model': record._name, 'id': record.id},
        }

    def action_fill_in_to_win(self, values, override_reason=None):
        """Write what was missing to be won, then open the wizard, where it is won and ordered.

        :param dict values: as for ``write``
        :param str override_reason: why it is won although something is missing, see :meth:`action_move_stage`
        :return: see :meth:`action_convert_to_orders`
        :raise StageRequirementError: when something is still missing; nothing is written then
        """
        self._fill_in_to_win(values, override_reason)
        return self.action_convert_to_orders()

    def _fill_in_to_win(self, values, override_reason=None):
        """Write what was missing; with a reason, win at once, in spite of the rest."""
        self.ensure_one()
        if override_reason is not None:
            stage = self._get_won_stages().get(self, self.stage_id)
            self.action_move_stage(stage.id, values, override_reason)
            return
        self.write(self._get_named_values(values))
        if refusal := self._prepare_won_refusal():
            raise StageRequirementError(self._get_won_problems(include_open=True)[self.id], refusal)
