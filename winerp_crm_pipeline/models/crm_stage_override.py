"""The log of overrides, and of what was asked for: it outlives the requirements and the stages that it names."""
from odoo import api, fields, models
from odoo.tools.mail import html2plaintext
from odoo.tools.misc import clean_context, format_date, format_datetime, formatLang


class CrmStageOverride(models.Model):
    """One move of an opportunity to a stage whose requirements it did not meet, or the request for one.

    Nobody writes it by hand: a move with a reason is *approved* at once; who may not override asks, see
    ``crm.lead.action_request_stage_move``, and somebody else decides, see :meth:`action_approve`. A request is *void*
    when there is nothing left to decide.
    """
    _name = 'crm.stage.override'
    _description = "Stage Requirement Override"
    _order = 'id desc'
    _rec_name = 'lead_id'

    lead_id = fields.Many2one('crm.lead', "Opportunity", required=True, index=True, ondelete='cascade')
    state = fields.Selection(
        [('requested', "Waiting for Approval"), ('approved', "Approved"), ('refused', "Refused"), ('void', "Void")],
        required=True, default='approved', readonly=True, copy=False)
    stage_id = fields.Many2one('crm.stage', index='btree_not_null', ondelete='set null')
    stage_name = fields.Char("Stage Then", readonly=True)
    from_stage_id = fields.Many2one('crm.stage', "Asked In", index='btree_not_null', ondelete='set null', readonly=True)
    reason = fields.Text(required=True)
    requirement_ids = fields.Many2many(
        'crm.stage.requirement', 'crm_stage_override_requirement_rel', 'override_id', 'requirement_id', "Requirements")
    requirement_names = fields.Text("Missing Then", readonly=True)
    # What the opportunity has of fields that not everybody may read: values_text is for all.
    values = fields.Json(
        readonly=True, copy=False, groups='winerp_crm_pipeline.group_stage_requirement_override',
        help="What is written together with the stage, as for write.")
    values_text = fields.Text("To Be Written", compute='_compute_values_text')
    requested_by_id = fields.Many2one(
        'res.users', "Asked By", index='btree_not_null', ondelete='restrict', readonly=True)
    approver_ids = fields.Many2many(
        'res.users', 'crm_stage_override_approver_rel', 'override_id', 'user_id', "Asked to Decide", readonly=True, copy=False)
    user_id = fields.Many2one('res.users', "Decided By", index='btree_not_null', ondelete='restrict')
    date_decided = fields.Datetime("Decided On", readonly=True, copy=False)
    answer = fields.Text(readonly=True, copy=False, help="Why it was refused, or is void.")
    date_reminded = fields.Datetime(readonly=True, copy=False)
    can_decide = fields.Boolean(compute='_compute_can_decide')

    _open_request = models.UniqueIndex(
        "(lead_id, stage_id) WHERE state = 'requested'",
        "Approval is already asked for: one open request for an opportunity and stage.")
    _has_author = models.Constraint(
        "CHECK (state != 'approved' OR user_id IS NOT NULL)", "Somebody must have approved it.")

    @api.depends('values', 'lead_id')
    @api.depends_context('uid', 'lang')
    def _compute_values_text(self):
        Lead = self.env['crm.lead']
        for override in self:
            # sudo: crm.stage.override - of fields that the user may read on the opportunity
            values = override.sudo().values or {}
            override.values_text = "\n".join(
                f"{field.get_description(self.env, ['string'])['string']}: {override._format_value(field, value)}"
                for name, value in values.items()
                if (field := Lead._fields.get(name)) and Lead._has_field_access(field, 'read'))

    @api.depends('state', 'requested_by_id')
    @api.depends_context('uid')
    def _compute_can_decide(self):
        may_override = self.env['crm.lead']._can_override_requirements()
        for override in self:
            override.can_decide = (
                may_override and override.state == 'requested' and override.requested_by_id != self.env.user
                and override.lead_id.has_access('write'))

    def _format_value(self, field, value):
        """Return a value, as ``write`` takes it, as text."""
        if field.type == 'boolean':
            return self.env._("Yes") if value else self.env._("No")
        if value in (False, None):
            return "–"
        if field.type in ('many2one', 'many2many'):
            return self._format_records(field, value)
        if field.type == 'selection':
            return dict(field.get_description(self.env, ['selection'])['selection']).get(value, value)
        formats = {
            'date': lambda: format_date(self.env, value), 'datetime': lambda: format_datetime(self.env, value),
            'float': lambda: formatLang(self.env, value),
            'monetary': lambda: formatLang(
                self.env, value, currency_obj=self.lead_id[field.get_currency_field(self.lead_id)]),
            'html': lambda: html2plaintext(value),
        }
        return formats.get(field.type, lambda: str(value))()

    @api.model
    def _format_records(self, field, value):
        """Return the names of the records that a value links, as far as the user may read them."""
        ids = [value] if field.type == 'many2one' else [
            linked_id for item in value
            for linked_id in ([item] if isinstance(item, int) else item[2] if item[0] == 6 else [item[1]])]
        records = self.env[field.comodel_name].browse(ids).exists()
        return ", ".join(record.display_name for record in records if record.has_access('read')) or "–"

    @api.model_create_multi
    def create(self, vals_list):
        # Defaults of the caller's are no part of the log.
        plain = self.with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        overrides = super(CrmStageOverride, plain).create(vals_list)
        for override in overrides.with_env(self.env):
            override.stage_name = override.stage_id.name
            if not override.requirement_names:
                override.requirement_names = ", ".join(override.requirement_ids.mapped('name'))
        self._note_change()
        return overrides.with_env(self.env)

    def write(self, vals):
        result = super().write(vals)
        if not {'state', 'lead_id'}.isdisjoint(vals):
            self._note_change()
        return result

    @api.model
    def _note_change(self):
        """Have it read again who waits."""
        self.flush_model(['state', 'lead_id'])
        self.env['crm.stage']._forget_rules_version()
