from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class CrmLeadConvertOrder(models.TransientModel):
    """Turns opportunities into sales orders: shows first what would happen, then does it.

    Created for a selection (``lead_ids``, by default the active records), it fills its own lines with what
    ``crm.lead._get_order_plans`` proposes. Every line can be adjusted until it is done. The wizard is also the memory of
    a long run: lines are converted in chunks, each committed, and what is left can be resumed at any time.
    """

    _name = 'crm.lead.convert.order'
    _description = "Create Sales Orders from Opportunities"
    _transient_max_hours = 7 * 24  # an interrupted run can be resumed for a week
    _transient_max_count = 0

    lead_ids = fields.Many2many('crm.lead', string="Opportunities", context={'active_test': False})
    left_out = fields.Char(readonly=True, help="Which of the selected opportunities have no line, and why.")
    line_ids = fields.One2many('crm.lead.convert.order.line', 'wizard_id', string="Lines")
    state = fields.Selection(
        [('draft', "To Do"), ('running', "In Progress"), ('done', "Done")], default='draft', required=True)
    confirm_orders = fields.Boolean(
        "Confirm orders", default=True, help="Otherwise they are left as quotations, to be checked and sent.")
    cancel_others = fields.Boolean(
        "Cancel the other quotations", help="Cancel the other open quotations of the same opportunity.")
    cancel_reason = fields.Text(
        "Reason", default=lambda self: self.env._("Another quotation of the same opportunity was chosen."),
        help="Written into the log of each quotation that is cancelled.")
    include_open = fields.Boolean(
        "Include what is not won yet", compute='_compute_include_open', store=True, readonly=False, precompute=True,
        help="Opportunities that are still open are won first, so they need what the won stage requires. Skipped otherwise.")
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')
    amount_total = fields.Monetary("Total", compute='_compute_counts', help="Untaxed, in the currency of your company.")
    line_count = fields.Integer(compute='_compute_counts', export_string_translation=False)
    todo_count = fields.Integer("To order", compute='_compute_counts')
    skip_count = fields.Integer("Skipped", compute='_compute_counts')
    done_count = fields.Integer("Ordered", compute='_compute_counts')
    failed_count = fields.Integer("Failed", compute='_compute_counts')
    # What the form shows and hides
    is_long = fields.Boolean(compute='_compute_counts', export_string_translation=False)
    has_open_leads = fields.Boolean(compute='_compute_has', export_string_translation=False)
    has_quotations = fields.Boolean(compute='_compute_has', export_string_translation=False)
    has_other_quotations = fields.Boolean(compute='_compute_has', export_string_translation=False)
    has_new_customers = fields.Boolean(compute='_compute_has', export_string_translation=False)
    has_differences = fields.Boolean(compute='_compute_counts', export_string_translation=False)
    is_all_to_order = fields.Boolean(compute='_compute_counts', export_string_translation=False)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get('active_model') == 'crm.lead' and 'lead_ids' in fields:
            active_ids = self.env.context.get('active_ids') or self.env.context.get('active_id') or []
            values.update(self._prepare_selection_values(self.env['crm.lead'].browse(active_ids)))
        return values

    @api.depends('lead_ids')
    def _compute_include_open(self):
        """Whoever orders a single opportunity means it, won or not; of a selection, only what is won is meant."""
        for wizard in self:
            wizard.include_open = len(wizard.lead_ids) == 1

    @api.depends('line_ids')
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Create Sales Orders (%(count)s)", count=len(wizard.line_ids))

    @api.depends_context('company')
    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends(
        'line_ids.state', 'line_ids.action', 'line_ids.amount', 'line_ids.currency_id', 'line_ids.is_different',
        'line_ids.take_amount')
    def _compute_counts(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            lines = wizard.line_ids
            pending = lines.filtered(lambda line: line.state == 'pending')
            todo = pending.filtered(lambda line: line.action != 'skip')
            done = lines.filtered(lambda line: line.state == 'done')
            wizard.line_count = len(lines)
            wizard.is_all_to_order = lines == todo  # one needs no way to anything else
            wizard.is_long = len(todo) > self._get_page_chunk_size()
            wizard.has_differences = any(line.is_different or line.take_amount for line in todo)
            wizard.todo_count = len(todo)
            wizard.done_count = len(done)
            wizard.failed_count = len(lines.filtered(lambda line: line.state == 'failed'))
            wizard.skip_count = wizard.line_count - wizard.todo_count - wizard.done_count - wizard.failed_count
            wizard.amount_total = sum(
                line.currency_id._convert(line.amount, wizard.currency_id, line.company_id, today)
                for line in todo + done if line.currency_id
            )

    @api.depends(
        'line_ids.lead_id.won_status', 'line_ids.lead_id.partner_id', 'line_ids.quotation_ids', 'line_ids.order_id',
        'line_ids.action')
    def _compute_has(self):
        for wizard in self:
            lines = wizard.line_ids
            leads = lines._filtered_readable().lead_id
            wizard.has_open_leads = 'pending' in leads.mapped('won_status')
            wizard.has_quotations = bool(lines.quotation_ids)
            wizard.has_other_quotations = any(
                line.action != 'skip' and line.quotation_ids._origin - line.order_id._origin for line in lines)
            wizard.has_new_customers = any(not lead.partner_id for lead in leads)

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        # sudo: crm.lead - all that was given, before the user's rights are asked
        wizards.sudo().lead_ids.sudo(self.env.su).check_access('read')
        for wizard in wizards:
            if not wizard.line_ids:
                wizard._fill_lines()
        return wizards

    def write(self, vals):
        if 'lead_ids' in vals and not self.env.su:
            raise AccessError(self.env._("The selection is made once: start again with another one."))
        return super().write(vals)

    def _fill_lines(self):
        """Propose one line per opportunity, in the order they were selected."""
        leads = self.lead_ids
        if not leads:
            raise UserError(self.env._("Select the opportunities to order first."))
        plans = leads._get_order_plans()
        self.line_ids = [
            Command.create({'lead_id': lead.id, 'sequence': sequence, **self.line_ids._prepare_plan_values(plans[lead.id])})
            for sequence, lead in enumerate(leads)
        ]

    @api.model
    def _prepare_selection_values(self, leads):
        """Return the values of a wizard for the selected opportunities: those that the user may see, and a sentence
        about the others.

        :raise UserError: when the user may see none
        """
        visible = leads.exists()._filtered_access('read')
        left_out = self._get_left_out_sentences(leads - visible)
        if left_out and not visible:
            raise UserError("\n".join(left_out))
        return {'lead_ids': [Command.set(visible.ids)], 'left_out': " ".join(left_out)}

    @api.model
    def _get_left_out_sentences(self, leads):
        # sudo: crm.lead - only the names of companies that are the user's own, to say which one to activate
        companies = leads.sudo().exists().grouped('company_id')
        inactive = self.env.user.company_ids - self.env.companies
        sentences, other_count = [], len(leads)
        for company, hidden in companies.items():
            if company in inactive:
                other_count -= len(hidden)
                sentences.append(self.env._(
                    "Left out: %(count)s of %(company)s; activate that company first.",
                    count=len(hidden), company=company.name))
        if other_count:
            sentences.append(self.env._(
                "Left out: %(count)s that you may not see or that were deleted.", count=other_count))
        return sentences

    def _get_form_action(self):
        """Open the wizard: over the opportunity for one, as a page of its own for many, so that one can leave it to
        mend an opportunity and come back."""
        single = self.line_count == 1
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Create Sales Order") if single else self.env._("Create Sales Orders"),
            'res_model': self._name,
            'res_id': self.id,
            'views': [(False, 'form')],
            'target': 'new' if single else 'current',
            'context': {'dialog_size': 'extra-large'},
        }
