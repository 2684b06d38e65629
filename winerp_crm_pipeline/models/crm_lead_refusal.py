"""The refusal: what is said of opportunities that lack something, and to whom."""
from odoo import api, models

from ..exceptions import StageRequirementError


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def _refuse_or_warn(self, unmet, is_new=False, is_movable=True):
        """Refuse opportunities that lack something blocking; tell the user, once, what else is missing.

        :param dict unmet: ``{lead: list of StageRule}``
        :param bool is_new: whether they are being created, so have no id that outlives the error
        :param bool is_movable: whether they are created in the stage or come from another one, so that a move
            with override would get them there; not those that are restored or converted
        :raise StageRequirementError:
        """
        blocking = {
            lead: lead_blocking for lead, lead_rules in unmet.items()
            if (lead_blocking := [rule for rule in lead_rules if rule.level == 'block'])
        }
        if blocking:
            raise self._prepare_refusal(blocking, is_new=is_new, is_movable=is_movable)
        if unmet:
            self._warn_of_missing(unmet)

    @api.model
    def _warn_of_missing(self, unmet):
        """Note on opportunities what they lack, or tell the person who is waiting."""
        if self._is_person_waiting():
            return self._tell_missing(unmet)
        names = self._get_requirement_names()
        return self.browse().concat(*unmet)._message_log_batch(bodies={
            lead.id: self.env._(
                "Missing information: %(missing)s.", missing=", ".join(names[rule.id] for rule in lead_rules))
            for lead, lead_rules in unmet.items()
        })

    @api.model
    def _prepare_refusal(self, unmet, is_new=False, is_movable=True):
        """Return the error that names each opportunity and what it lacks.

        :param dict unmet: ``{lead: list of StageRule}``
        :param bool is_new: see :meth:`_refuse_or_warn`
        :param bool is_movable: the same
        """
        leads = [
            self._prepare_missing(lead, lead.stage_id.id, lead_rules, is_new) for lead, lead_rules in unmet.items()]
        stage_names = self.env['crm.stage']._get_stage_names().stages
        lines = self._list_some(leads, lambda lead: self._describe_refused(lead, stage_names[lead['stage_id']]))
        if any(not rule.is_path for lead_rules in unmet.values() for rule in lead_rules):
            lines.append(self.env._("Fill in what is missing, then try again."))
        return StageRequirementError(
            "\n".join(lines), {'stage_id': leads[0]['stage_id'], 'leads': leads}, is_movable=is_movable)

    @api.model
    def _describe_refused(self, lead, stage_name):
        """Return why an opportunity is refused.

        :param dict lead: as in ``StageRequirementError``
        """
        names = {is_path: [rule['name'] for rule in lead['missing'] if (rule['id'] < 0) == is_path] for is_path in (False, True)}
        sentences = []
        if names[False]:
            sentences.append(self.env._(
                "“%(opportunity)s” cannot be in the stage “%(stage)s” without: %(missing)s.",
                opportunity=lead['name'], stage=stage_name, missing=", ".join(names[False])))
        if names[True]:
            sentences.append(self.env._(
                "“%(opportunity)s” cannot move to the stage “%(stage)s”. %(reasons)s.",
                opportunity=lead['name'], stage=stage_name, reasons=". ".join(names[True])))
        return " ".join(sentences)
