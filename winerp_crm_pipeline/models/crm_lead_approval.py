"""Asking somebody who may for a move in spite of what is missing."""
import json

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.json import json_default

from ..client_values import is_text
from ..exceptions import StageRequirementError
from ..stage_gate import undone_on_error
from .crm_lead_gate import ENTERING_FIELDS
from .crm_lead_probability import PROBABILITY_FIELDS

# Commands that link what is there: others would be done by the approver, as if it were theirs.
LINKING_COMMANDS = (3, 4, 5, 6)


class TrialSucceeded(Exception):
    """What was tried may be done; it is undone all the same."""


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    stage_request_id = fields.Many2one(
        'crm.stage.override', "Request for Approval", compute='_compute_stage_request',
        groups='sales_team.group_sale_salesman')
    stage_request_text = fields.Text(compute='_compute_stage_request', groups='sales_team.group_sale_salesman')
    can_decide_request = fields.Boolean(compute='_compute_stage_request', groups='sales_team.group_sale_salesman')

    @api.depends('stage_override_ids.state')
    @api.depends_context('uid', 'lang')
    def _compute_stage_request(self):
        by_lead = self._origin._filter_waiting()._get_open_requests().grouped('lead_id')
        for lead in self:
            request = by_lead.get(lead._origin, self.env['crm.stage.override'])[:1]
            lead.stage_request_id = request
            lead.stage_request_text = request and request._describe_for_banner()
            lead.can_decide_request = request.can_decide

    def action_request_stage_move(self, stage_id, values, reason):
        """Ask for the approval of a move of an opportunity in spite of what it lacks.

        What would be written is tried, as the user, and undone: what the user may not write can not be asked for, and what
        is missing is judged by what would be stored.

        :param int stage_id: the ``crm.stage`` to move to
        :param dict values: further values to write, as for ``write``
        :param str reason: why it should move although something is missing
        :return: the id of the ``crm.stage.override``
        :raise UserError: if there is nothing to ask for, or it is asked for already, or nobody could approve it
        """
        self.ensure_one()
        self.check_access('write')
        stage, reason = self._get_named_stage(stage_id), self._get_named_reason(reason)
        values = self._drop_stage_probability(stage, self._get_held_values(values))
        self._check_may_ask(stage)
        missing_ids = self._try_stage_move(stage, values)
        if not missing_ids:
            raise UserError(self.env._("Nothing is missing: the opportunity can move without approval."))
        if not self._get_approvers(self.env.user):
            raise UserError(self.env._("Nobody else may approve moves of this opportunity. Ask an administrator."))
        return self._create_request(stage, values, reason, missing_ids).id

    @api.readonly
    def get_stage_approval(self, stage_id):
        """Return who could approve a move, for the dialog.

        :param int stage_id: the ``crm.stage`` to move to
        :return: ``{'approvers': list of names, 'waiting': str, why it cannot be asked for again, or ''}``; of several, those
            who could approve one of them
        """
        self.check_access('read')
        stage = self._get_named_stage(stage_id)
        requests = self._filter_waiting()._get_open_requests().filtered(lambda request: request.stage_id == stage)
        is_asked = requests.lead_id == self
        return {
            'approvers': self.env['res.users'].union(*(lead._get_approvers(self.env.user) for lead in self)).mapped('name'),
            'waiting': requests[:1]._describe_waiting() if is_asked and requests else '',
        }

    def action_approve_request(self):
        """Approve what the form of the opportunity asks for."""
        return self._get_request_to_decide().action_approve()

    def action_refuse_request(self):
        """Ask for the reason of refusing what the form of the opportunity asks for."""
        return self._get_request_to_decide().action_open_refuse()

    def _get_request_to_decide(self):
        """Return what waits, or the last that was decided meanwhile, which says by whom.

        :raise UserError: if there is none
        """
        self.ensure_one()
        request = self.stage_request_id or self.stage_override_ids[:1]
        if not request:
            raise UserError(self.env._("There is nothing to approve."))
        return request

    # ------------------------------------------------------------
    # ASKING
    # ------------------------------------------------------------

    @api.model
    def _get_named_reason(self, reason):
        """Return the reason that a client gives.

        :raise UserError: if it is blank or no text
        """
        if not is_text(reason) or not reason.strip():
            raise UserError(self.env._("Please give a reason."))
        return reason.strip()

    @api.model
    def _get_held_values(self, values):
        """Return values as they can wait for somebody else to write them: plain ones, and links to what is there.

        :raise UserError: if they cannot
        """
        values = {name: value for name, value in self._get_named_values(values).items() if name != 'stage_id'}
        if unfit := [name for name, value in values.items() if not self._can_be_held(name, value)]:
            raise UserError(self.env._(
                "These values cannot wait for approval: %(fields)s. Save them first.", fields=", ".join(unfit)))
        return json.loads(json.dumps(values, default=json_default))

    @api.model
    def _drop_stage_probability(self, stage, values):
        """Leave out what a form holds since it shows what the stage makes of it: the approver decides of the rest."""
        probability = 100 if stage.is_won else self._get_stage_rules().probabilities.get(stage.id)
        return {
            name: value for name, value in values.items() if name not in PROBABILITY_FIELDS or value != probability}

    @api.model
    def _can_be_held(self, name, value):
        field = self._fields.get(name)
        if not field or name in ENTERING_FIELDS or field.type in ('one2many', 'binary'):
            return False
        return field.type != 'many2many' or all(
            isinstance(item, int) or item[0] in LINKING_COMMANDS for item in value or ())

    def _check_may_ask(self, stage):
        if self.type != 'opportunity' or not self.active:
            raise UserError(self.env._("Approval can be asked for an open opportunity only."))
        if self.stage_id == stage:
            raise UserError(self.env._("The opportunity is in this stage already."))
        # sudo: crm.stage.override - whoever has asked
        requests = self._filter_waiting().sudo()._get_open_requests()
        if request := requests.filtered(lambda request: request.stage_id == stage):
            raise UserError(request._describe_waiting())

    def _try_stage_move(self, stage, values):
        """Write values and stage as the user, and undo it.

        :return: ids of the rules that refuse it, see ``StageRequirementError``
        :raise: whatever the user may not write
        """
        try:
            with undone_on_error(self.env):
                self.write({**values, 'stage_id': stage.id})
                raise TrialSucceeded
        except TrialSucceeded:
            return []
        except StageRequirementError as error:
            if [lead['id'] for lead in error.context['leads']] != self.ids:
                raise  # what an automation rule does to others
            return [rule['id'] for rule in error.context['leads'][0]['missing']]

    def _create_request(self, stage, values, reason, missing_ids):
        """Create a request, and tell who decides."""
        # Whoever moves it at the same moment must see the request, which changes nothing of the opportunity: of two
        # writes on one snapshot the database refuses one, and Odoo does it again.
        self.env.cr.execute(SQL("UPDATE crm_lead SET write_date = write_date WHERE id = %s", self.id))
        names = self._get_requirement_names()
        # sudo: crm.stage.override - nobody writes it by hand
        request = self.env['crm.stage.override'].sudo().create({
            'lead_id': self.id, 'state': 'requested', 'stage_id': stage.id, 'from_stage_id': self.stage_id.id,
            'reason': reason, 'values': values, 'requested_by_id': self.env.uid,
            'requirement_ids': [rule_id for rule_id in missing_ids if rule_id > 0],
            'requirement_names': ", ".join(names[rule_id] for rule_id in missing_ids),
        })
        request._tell_approvers()
        self.message_post(body=request._describe_request())
        return request

    def _get_approvers(self, requester):
        """Return who may approve what a user asks for, without that user: the leader of the team if allowed, else all who are."""
        team_approvers = self.sudo().team_id.stage_approver_ids - requester  # sudo: crm.team - of any company
        return next(filter(None, (
            users.filtered(self._may_be_decided_by)
            for users in (team_approvers, self.env['crm.team']._get_override_members() - requester)
        )), self.env['res.users'])

    def _may_be_decided_by(self, user):
        return self.with_user(user).with_context(allowed_company_ids=user.company_ids.ids).has_access('write')

    def _request_each(self, values, reason):
        """Ask for the approval of what each is given, where it may be asked for.

        :return: ``(those that wait, {lead id: why the others do not})``
        """
        requested, problems = self.browse(), {}
        for lead in self:  # each is tried, and told, by itself
            vals = {name: value for name, value in values[lead.id].items() if name != 'stage_id'}
            try:
                with undone_on_error(self.env):
                    lead.action_request_stage_move(values[lead.id].get('stage_id', lead.stage_id.id), vals, reason)
            except (UserError, psycopg2.IntegrityError) as error:
                problems[lead.id] = self._describe_failure(error)
            else:
                requested += lead
        return requested, problems

    # ------------------------------------------------------------
    # WAITING
    # ------------------------------------------------------------

    def _filter_waiting(self):
        """Return those that wait for approval: what stages require is read with them, so it costs nothing."""
        waiting_ids = self.env['crm.stage']._get_waiting_lead_ids()
        if waiting_ids.isdisjoint(self._ids):
            return self.browse()
        return self.filtered(lambda lead: lead.id in waiting_ids)

    def _get_open_requests(self):
        requests = self.env['crm.stage.override']
        return requests.search([('lead_id', 'in', self.ids), ('state', '=', 'requested')]) if self else requests

    def _get_blocking_in(self, stage):
        """Return ``{lead: rules}`` of the opportunities that would be refused in a stage."""
        rules = self._get_stage_rules()
        unmet = self._get_unmet_rules({
            lead: rules.for_move(lead.stage_id.id, stage.id, lead.team_id.id, lead.company_id.id) for lead in self})
        return {
            lead: blocking for lead, lead_rules in unmet.items()
            if (blocking := [rule for rule in lead_rules if rule.level == 'block'])}

    def _void_requests(self):
        """Note of requests that there is nothing left to decide: the opportunity has moved, is lost, or ready by itself."""
        if waiting := self._filter_waiting():
            # sudo: crm.stage.override - whoever has asked
            requests = waiting.sudo()._get_open_requests()
            requests._void(requests._get_void_reasons())
