"""Deciding about a request: somebody else than who asked moves the opportunity, or says why not."""
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_datetime

from ..stage_gate import GATE_PASS, OverridePass, undone_on_error

ACTIVITY_TYPE = 'winerp_crm_pipeline.mail_activity_type_stage_approval'


class CrmStageOverride(models.Model):
    _inherit = 'crm.stage.override'  # pylint: disable=consider-merging-classes-inherited

    activity_ids = fields.Many2many(
        'mail.activity', 'crm_stage_override_activity_rel', 'override_id', 'activity_id', readonly=True, copy=False,
        groups='base.group_system', help="What asks the approvers.")

    def action_approve(self):
        """Write the values and the stage of a request, as the override that it is.

        The user's rights must suffice to write them, and so must those of who asked: nobody gets more written by asking.

        :return: ``True``, or the action that tells why there was nothing left to approve
        :raise AccessError: if the user may not override requirements, or has asked for it
        :raise UserError: if it is decided already, or who asked may not write the values any more
        """
        request = self._take()
        if reasons := request._get_void_reasons():
            request._void(reasons)
            return self._prepare_notification(reasons[request])
        lead, values = self.lead_id, request._get_values_of_requester()
        with undone_on_error(self.env):
            request._decide('approved')
            gate_pass = OverridePass(lead, request.stage_id.id, request.reason, request)
            lead.with_context(**{GATE_PASS: gate_pass}).write({**values, 'stage_id': request.stage_id.id})
            request._tell_requester(self.env._(
                "Approved by %(user)s: moved to “%(stage)s” although information is missing: %(missing)s. Reason: %(reason)s",
                user=self.env.user.name, stage=request.stage_name, missing=request.requirement_names, reason=request.reason))
        return True

    def action_refuse(self, reason):
        """Refuse a request, and tell who asked why.

        :param str reason: why
        :return: ``True``
        :raise AccessError: as :meth:`action_approve`
        :raise UserError: if it is decided already, or the reason is blank
        """
        request = self._take()
        answer = self.env['crm.lead']._get_named_reason(reason)
        request._decide('refused', answer)
        request._tell_requester(self.env._(
            "%(user)s does not approve the move to “%(stage)s”: %(reason)s",
            user=self.env.user.name, stage=request.stage_name, reason=answer))
        return True

    def action_open_refuse(self):
        """Ask for the reason of a refusal."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Refuse"), 'target': 'new',
            'res_model': 'crm.stage.override.refuse', 'views': [(False, 'form')],
            'context': {'default_override_id': self.id},
        }

    # ------------------------------------------------------------
    # WHO, AND WHETHER STILL
    # ------------------------------------------------------------

    def _take(self):
        """Return the request, in superuser mode, for the user to decide about it: nobody else can at the same moment.

        :raise AccessError: if the user may not
        :raise UserError: if it is decided, or being decided
        """
        self.ensure_one()
        self.check_access('read')
        # The user's own groups count, whatever the environment may do.
        if not self.env['crm.lead']._can_override_requirements():
            raise AccessError(self.env._("Only sales administrators may approve moves."))
        if self.requested_by_id == self.env.user:
            raise AccessError(self.env._("Somebody else decides about what you have asked for."))
        self.lead_id.check_access('write')
        request = self.sudo().try_lock_for_update()  # sudo: crm.stage.override - nobody writes it by hand
        if not request:
            raise UserError(self.env._("Somebody else is deciding about this request at this moment."))
        if request.state != 'requested':
            raise UserError(request._describe_decision())
        return request

    def _describe_decision(self):
        if not self.user_id:
            return self.env._("There is nothing left to decide: %(reason)s", reason=self.answer or "")
        states = dict(self._fields['state'].get_description(self.env, ['selection'])['selection'])
        return self.env._(
            "Already decided: %(state)s, by %(user)s.", state=states[self.state], user=self.user_id.name)

    def _get_values_of_requester(self):
        """Return the values, after those who asked have written them themselves, which is undone.

        :raise UserError: if they may not any more
        """
        user, values = self.requested_by_id, self.values or {}
        lead = self.lead_id.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        try:
            lead._try_stage_move(self.stage_id, values)
        except UserError as error:
            raise UserError(self.env._(
                "%(user)s cannot save what was asked for any more: %(error)s", user=user.name, error=error.args[0])) from error
        return values

    def _get_void_reasons(self):
        """Return ``{request: why there is nothing left to decide}``, without those that wait."""
        reasons = {}
        for request in self:
            lead = request.lead_id
            if not request.stage_id:
                reasons[request] = self.env._("The stage “%(stage)s” was deleted.", stage=request.stage_name)
            elif not lead.active or lead.type != 'opportunity':
                reasons[request] = self.env._("The opportunity is no longer open.")
            elif lead.stage_id != request.from_stage_id:
                reasons[request] = self.env._("The opportunity has moved to “%(stage)s”.", stage=lead.stage_id.name)
        for stage, requests in self.filtered(lambda request: request not in reasons).grouped('stage_id').items():
            lacking = requests.lead_id._get_blocking_in(stage)
            for request in requests.filtered(lambda request, lacking=lacking: request.lead_id not in lacking):
                reasons[request] = self.env._("Nothing is missing any more: it can move to “%(stage)s”.", stage=stage.name)
        return reasons

    # ------------------------------------------------------------
    # WHAT BECOMES OF IT
    # ------------------------------------------------------------

    def _decide(self, state, answer=False):
        self.write({
            'state': state, 'answer': answer, 'date_decided': fields.Datetime.now(),
            'user_id': False if state == 'void' else self.env.uid,
        })
        # sudo: mail.activity - of all who were asked
        self.sudo().activity_ids.unlink()

    def _void(self, reasons):
        """Note that there is nothing left to decide, and tell who asked.

        :param dict reasons: ``{request: why}``
        """
        for request, reason in reasons.items():
            request._decide('void', reason)
            request._tell_requester(self.env._(
                "The request for approval to move to “%(stage)s” is void. %(reason)s", stage=request.stage_name, reason=reason))

    def _tell_requester(self, body):
        """Post on the opportunity, for who asked, unless they have just done it themselves."""
        # sudo: crm.lead - also where the user may write the opportunity no more
        self.lead_id.sudo().message_post(
            body=body, partner_ids=(self.requested_by_id - self.env.user).partner_id.ids)

    def _tell_approvers(self):
        """Schedule an activity for each who may decide and has none, in their language."""
        for request in self:
            approvers = request.lead_id._get_approvers(request.requested_by_id)
            request.approver_ids = approvers
            for user in approvers - request.activity_ids.user_id:
                speaking = request.with_context(lang=user.lang)
                values = speaking.with_user(user).values_text  # no more than they may read
                # sudo: crm.lead - who asks need not see the activities of approvers
                request.activity_ids += speaking.lead_id.sudo().activity_schedule(
                    ACTIVITY_TYPE, user_id=user.id, note=speaking._describe_request(values),
                    summary=speaking.env._("Approve the move to “%(stage)s”?", stage=request.stage_name),
                ) or self.env['mail.activity']

    def _describe_request(self, values_text=''):
        """Return what an approver must know, with a link to where it is decided.

        :param str values_text: what would be written, as the reader may read it
        """
        lines = [
            self.env._("%(user)s asks for approval to move to “%(stage)s”.",
                       user=self.requested_by_id.name, stage=self.stage_name),
            self.env._("Missing: %(missing)s.", missing=self.requirement_names),
            *(values_text or '').splitlines(),
            self.env._("Reason: %(reason)s", reason=self.reason),
        ]
        return Markup("<br/>").join([*lines, self._get_html_link(self.env._("Approve or refuse"))])

    def _describe_for_banner(self):
        """Return all that there is to know of a request, for the form of the opportunity."""
        lines = [
            self._describe_waiting(),
            self.env._("Move to “%(stage)s” without: %(missing)s.", stage=self.stage_name, missing=self.requirement_names),
            self.env._("Reason: %(reason)s", reason=self.reason),
        ]
        return "\n".join([*lines, self.values_text] if self.values_text else lines)

    def _describe_waiting(self):
        """Return since when it waits, and for whom."""
        return self.env._(
            "Waiting for approval since %(date)s, asked for by %(user)s. To decide: %(approvers)s.",
            date=format_datetime(self.env, self.create_date, dt_format='short'), user=self.requested_by_id.name,
            approvers=", ".join(self.sudo().approver_ids.mapped('name')))  # sudo: res.users - of any company

    @api.model
    def _prepare_notification(self, message):
        return {
            'type': 'ir.actions.client', 'tag': 'display_notification',
            'params': {'message': message, 'type': 'warning', 'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'}},
        }
