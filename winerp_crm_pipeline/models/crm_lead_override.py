"""Moving an opportunity on purpose: with values, or in spite of what it lacks."""
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..client_values import is_integer, read_values
from ..stage_gate import GATE_PASS, OverridePass, get_pass, undone_on_error


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def action_move_stage(self, stage_id, values=None, override_reason=None):
        """Write values and move opportunities to a stage, together or not at all.

        :param int stage_id: the ``crm.stage`` to move to
        :param dict values: further values to write, as for ``write``
        :param str override_reason: why the move is made although requirements are not met;
            it is posted in the chatter with what was missing
        :return: ``True``
        :raise AccessError: if a reason is given by a user who may not override requirements
        :raise UserError: if the reason is blank or no text, or there is no such stage
        :raise StageRequirementError: if requirements are not met and no reason is given
        """
        leads, stage = self, self._get_named_stage(stage_id)
        if override_reason is not None:
            leads = self._with_override(self, stage, override_reason)
        return leads.write({**self._get_named_values(values), 'stage_id': stage.id})

    @api.model
    def action_create_in_stage(self, values, override_reason=None, request_reason=None):
        """Create an opportunity in a stage, as ``create`` does, in spite of what the stage requires.

        :param dict values: as for ``create``
        :param str override_reason: as for :meth:`action_move_stage`
        :param str request_reason: why it should be there; it is created where its pipeline begins, and approval of the move
            is asked for, see :meth:`action_request_stage_move`
        :return: the id of the opportunity
        :raise AccessError: as :meth:`action_move_stage`
        :raise UserError: as :meth:`action_move_stage`
        :raise StageRequirementError: if requirements are not met and no reason is given
        """
        leads, values = self.browse(), dict(self._get_named_values(values))
        if request_reason is not None:
            return self._create_and_request(values, request_reason).id
        if override_reason is not None:
            stage_id = values.get('stage_id') or self.default_get(['stage_id']).get('stage_id')
            stage = self._get_named_stage(stage_id)
            values['stage_id'] = stage.id
            leads = self._with_override(None, stage, override_reason)
        return leads.create(values).id

    @api.model
    def _create_and_request(self, values, reason):
        """Create an opportunity where its pipeline begins, and ask for the approval of moving it on.

        :param dict values: as for ``create``; ``stage_id`` is where it should be
        :param str reason: why
        """
        with undone_on_error(self.env):
            stage_id = values.pop('stage_id', None) or self.default_get(['stage_id']).get('stage_id')
            # A column names its stage; merging with the present context would keep it.
            context = {key: value for key, value in self.env.context.items() if key != 'default_stage_id'}
            lead = self.with_context(context).create(values)  # pylint: disable=context-overridden
            lead.action_request_stage_move(stage_id, {}, reason)
        return lead

    @api.model
    def _get_named_stage(self, stage_id):
        """Return the stage that a client names.

        :raise UserError: if there is none
        """
        is_id = isinstance(stage_id, int) and not isinstance(stage_id, bool)
        if not is_id or stage_id not in self._get_stage_rules():
            raise UserError(self.env._("There is no such stage. Reload the page and choose one that is there."))
        return self.env['crm.stage'].browse(stage_id)

    @api.model
    def _get_named_values(self, values):
        """Return the values that a client gives.

        :raise UserError: if they are none, or not of the kind that their fields take
        """
        return read_values(self, values)

    @api.model
    def _get_by_lead(self, given):
        """Return what a client gives for each of several opportunities, by their ids: JSON makes text of them.

        :raise UserError: if it is something else
        """
        if not given:
            return {}
        try:
            by_lead = {int(lead_id): dict(one) for lead_id, one in given.items()}
        except (AttributeError, OverflowError, TypeError, ValueError):
            by_lead = {}
        if not by_lead or not all(map(is_integer, by_lead)):
            raise UserError(self.env._("Give the values of each opportunity by its id."))
        return by_lead

    @api.model
    def _with_override(self, leads, stage, reason):
        """Return ``leads``, or the model for new ones, with a pass into a stage."""
        # The user's own groups count, whatever the environment may do.
        if not self._can_override_requirements():
            raise AccessError(self.env._("Only sales administrators may move an opportunity whose requirements are not met."))
        records = self.browse() if leads is None else leads
        return records.with_context(**{GATE_PASS: OverridePass(leads, stage.id, self._get_named_reason(reason))})

    @api.model
    def _can_override_requirements(self):
        return self.env.user.has_group('winerp_crm_pipeline.group_stage_requirement_override')

    def _use_override(self, unmet, is_new=False):
        """Record the overriding of what blocks opportunities that enter a stage, as far as a pass opens it to them.

        :param dict unmet: ``{lead: list of StageRule}``
        :param bool is_new: whether ``self``, those that enter, are being created
        :return: the same, without what is overridden; what only warns needs no override and is still told
        """
        override = get_pass(self.env, OverridePass)
        if not override:
            return unmet
        entering = set(self)
        overridden = {
            lead: blocking for lead, lead_rules in unmet.items()
            if lead in entering and override.opens(lead, lead.stage_id.id, is_new)
            and (blocking := [rule for rule in lead_rules if rule.level == 'block'])
        }
        self.browse().concat(*overridden)._log_override(override, overridden)
        return {
            lead: rest for lead, lead_rules in unmet.items()
            if (rest := [rule for rule in lead_rules if rule not in overridden.get(lead, ())])
        }

    def _log_override(self, override, overridden):
        """Record who moved opportunities to a stage in spite of what, and why."""
        self = self.with_context(**{GATE_PASS: None})  # the pass is used up
        names = self._get_requirement_names()
        missing = {
            lead: {
                'requirement_ids': [Command.set([rule.id for rule in overridden[lead] if not rule.is_path])],
                'requirement_names': ", ".join(names[rule.id] for rule in overridden[lead]),
            }
            for lead in self
        }
        if override.request:
            [what] = missing.values() or [{}]
            override.request.write(what)  # what is missing now; who approves it tells the rest
            return
        # sudo: crm.stage.override - nobody may write the record of their own overriding
        self.env['crm.stage.override'].sudo().create([
            {
                **missing[lead], 'lead_id': lead.id, 'state': 'approved', 'stage_id': override.stage_id,
                'reason': override.reason, 'user_id': self.env.uid, 'date_decided': fields.Datetime.now(),
            }
            for lead in self
        ])
        for lead in self:
            lead.message_post(body=self.env._(
                "Moved although information is missing: %(missing)s. Reason: %(reason)s",
                missing=missing[lead]['requirement_names'], reason=override.reason))

    @api.readonly
    def get_stage_move_requirements(self, stage_id):
        """Return what opportunities lack to move to a stage, for clients that ask before they try.

        :param int stage_id: the ``crm.stage`` they would move to
        :return: ``{'stage_id', 'leads': …}`` as in ``StageRequirementError``; ``'can_override'``: whether the user
            may move them all the same; ``'dialog'``: how the web client asks, see :meth:`_prepare_stage_dialog`
        :raise UserError: if there is no such stage
        """
        self.check_access('read')
        stage, rules = self._get_named_stage(stage_id), self._get_stage_rules()
        unmet = self._get_unmet_rules({
            lead: rules.for_move(lead.stage_id.id, stage.id, lead.team_id.id, lead.company_id.id)
            for lead in self if lead.type == 'opportunity'
        })
        return {
            'stage_id': stage.id,
            'leads': [self._prepare_missing(lead, stage.id, lead_rules) for lead, lead_rules in unmet.items()],
            'can_override': self._can_override_requirements(),
            'dialog': self._prepare_stage_dialog(unmet, stage.id),
        }

    get_stage_dialog = get_stage_move_requirements  # the name that earlier clients know
