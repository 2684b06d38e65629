from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools.misc import clean_context

from ..order_plan import OrderPlan

# What the server decides: not for a caller to choose.
RESULTS = {
    'is_blocked', 'known_order_ids', 'known_partner_ids', 'has_template', 'state', 'message', 'result_order_id'}

CHOICES = {'order_id', 'partner_id', 'template_id'}
GIVEN = ['wizard_id', 'lead_id', *CHOICES]


class CrmLeadConvertOrderLine(models.TransientModel):
    """One opportunity of the wizard: what will happen to it and why, then what happened.

    Only on opportunities that the user may see: a line is out of sight, by a record rule, while its opportunity is.
    """

    _name = 'crm.lead.convert.order.line'
    _description = "Opportunity to Order"
    _order = 'sequence, id'
    _transient_max_hours = 7 * 24  # as long as the wizard
    _transient_max_count = 0

    wizard_id = fields.Many2one('crm.lead.convert.order', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer(export_string_translation=False)
    lead_id = fields.Many2one('crm.lead', "Opportunity", required=True, readonly=True, index=True, ondelete='cascade')
    is_lead_readable = fields.Boolean(
        compute='_compute_is_lead_readable', search='_search_is_lead_readable', compute_sudo=True,
        export_string_translation=False)
    company_id = fields.Many2one('res.company', compute='_compute_lead_values')
    stage_id = fields.Many2one('crm.stage', compute='_compute_lead_values')
    lead_currency_id = fields.Many2one('res.currency', compute='_compute_lead_values', export_string_translation=False)
    expected_revenue = fields.Monetary(compute='_compute_lead_values', currency_field='lead_currency_id')
    action = fields.Selection(
        [('confirm', "Confirm quotation"), ('create', "New order"), ('skip', "Skip")],
        string="What Happens", compute='_compute_action', compute_sudo=False, store=True, readonly=False, required=True,
        precompute=True)
    # Skipped because it must be, not because the user wants it so.
    is_blocked = fields.Boolean(
        compute='_compute_action', compute_sudo=False, store=True, precompute=True, export_string_translation=False)
    skip_reason = fields.Char("Why", compute='_compute_skip_reason')
    order_id = fields.Many2one(
        'sale.order', "Quotation", domain="[('id', 'in', quotation_ids)]", ondelete='set null',
        help="The quotation that becomes the order.")
    quotation_ids = fields.Many2many('sale.order', string="Open Quotations", compute='_compute_quotation_ids')
    # What there was when the line was made. Ids rather than a relation: orders out of the user's sight are among them.
    known_order_ids = fields.Json(
        compute='_compute_known', compute_sudo=False, store=True, precompute=True, export_string_translation=False)
    partner_id = fields.Many2one(
        'res.partner', "Customer", ondelete='set null',
        domain="[('company_id', 'in', (False, company_id))]")
    create_partner = fields.Boolean("New Customer", help="Create the customer with what the opportunity knows.")
    note = fields.Text("Remark", compute='_compute_note')
    known_partner_ids = fields.Many2many(
        'res.partner', compute='_compute_known', compute_sudo=False, store=True, precompute=True,
        export_string_translation=False)
    customer_hint = fields.Char("Found By", compute='_compute_customer_hint')
    template_id = fields.Many2one(
        'sale.order.template', "Quotation Template", ondelete='set null',
        domain="[('company_id', 'in', (False, company_id))]",
        help="What is ordered. Without a template: the product of the settings, at the expected revenue.")
    # Stays when the template is deleted, which empties template_id without the ORM.
    has_template = fields.Boolean(compute='_compute_has_template', store=True, export_string_translation=False)
    currency_id = fields.Many2one('res.currency', compute='_compute_amount')
    amount = fields.Monetary("Untaxed Amount", compute='_compute_amount')
    is_different = fields.Boolean(compute='_compute_is_different', export_string_translation=False)
    take_amount = fields.Boolean(
        "Take the Amount", help="Make the amount of the order the expected revenue of the opportunity.")
    state = fields.Selection(
        [('pending', "To Do"), ('done', "Ordered"), ('skip', "Skipped"), ('failed', "Failed")],
        default='pending', required=True, readonly=True)
    message = fields.Char(readonly=True)
    result_order_id = fields.Many2one('sale.order', "Order", readonly=True, ondelete='set null')
    remedy = fields.Selection(
        [('order', "Order"), ('partner', "Customer"), ('complete', "Complete"), ('lead', "Opportunity")], compute='_compute_remedy',
        help="What to look at next: what was made, what stands in the way, or the opportunity.")

    _wizard_lead_uniq = models.UniqueIndex("(wizard_id, lead_id)", "An opportunity can be in the list once only.")

    def _filtered_readable(self):
        """Return the lines whose opportunity the user may see: its values may be in the cache for others."""
        leads = self.lead_id._filtered_access('read')
        return self.filtered(lambda line: line.lead_id in leads)

    @api.depends('lead_id')
    @api.depends_context('allowed_company_ids', 'uid')
    def _compute_is_lead_readable(self):
        leads = self.lead_id.sudo(False)._filtered_access('read')  # the user's rights: rules are evaluated as superuser
        for line in self:
            line.is_lead_readable = line.lead_id in leads.sudo()

    @api.model
    def _search_is_lead_readable(self, operator, value):
        if operator != 'in':
            return NotImplemented
        Lead = self.env['crm.lead'].sudo(False).with_context(active_test=False)  # as above; archived ones may be seen too
        return Domain('lead_id', 'in', Lead._search([]))

    @api.depends('lead_id')
    @api.depends_context('company', 'uid')
    def _compute_lead_values(self):
        readable = self._filtered_readable()
        for line in self:
            lead = line.lead_id if line in readable else line.lead_id.browse()
            line.company_id = lead._get_order_company()
            line.stage_id = lead.stage_id
            line.lead_currency_id = lead.company_currency
            line.expected_revenue = lead.expected_revenue

    @api.depends('lead_id')
    def _compute_known(self):
        orders_by_lead = self.lead_id._get_orders_by_lead()
        candidates = self._filtered_readable().lead_id._find_order_customers()
        for line in self:
            line.known_order_ids = orders_by_lead[line.lead_id.id].ids
            line.known_partner_ids = self.env['res.partner'].union(*candidates.get(line.lead_id.id, ()))

    @api.depends('template_id')
    def _compute_has_template(self):
        for line in self:
            line.has_template = bool(line.template_id)

    @api.depends('lead_id', 'order_id', 'partner_id', 'create_partner', 'template_id', 'wizard_id.include_open')
    def _compute_action(self):
        """Whatever the user chooses decides anew; what cannot be done is skipped, what the user left out stays out."""
        problems = self._get_problems(lambda line: line._get_plan('confirm' if line.order_id else 'create'))
        for line in self:
            is_left_out = line.action == 'skip' and not line.is_blocked
            line.is_blocked = line in problems
            line.action = 'skip' if line.is_blocked or is_left_out else 'confirm' if line.order_id else 'create'

    def _get_problems(self, get_plan):
        """Return ``{line: sentence}`` for the lines with something in their way."""
        problems = {}
        for wizard, lines in self.filtered('lead_id').grouped('wizard_id').items():  # an opportunity is once in each
            plans = {line.lead_id.id: get_plan(line) for line in lines}
            by_lead = lines.lead_id._get_order_problems(plans, include_open=wizard.include_open)
            problems.update((line, by_lead[line.lead_id.id]) for line in lines if line.lead_id.id in by_lead)
        return problems

    @api.depends('lead_id')
    def _compute_quotation_ids(self):
        readable = self._filtered_readable()
        orders_by_lead = readable.lead_id._get_orders_by_lead()
        for line in self:
            line.quotation_ids = line.lead_id._get_order_quotations(orders_by_lead[line.lead_id.id])

    @api.constrains('order_id')
    def _check_order_id(self):
        # sudo: sale.order - whose quotation it is, before anything else is said of it
        if any(line.order_id and line.order_id.sudo().opportunity_id != line.lead_id for line in self):
            raise ValidationError(self.env._("Choose a quotation of the opportunity itself."))

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_results(*vals_list)
        # Nor may results come by default; merging with the present context would keep them.
        creator = self.with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        lines = super(CrmLeadConvertOrderLine, creator).create(vals_list).with_env(self.env)
        lines.flush_recordset(GIVEN)
        lines.invalidate_recordset(GIVEN)  # judge what is stored: an id that was given as text is not in the cache
        lines._check_order_id()
        lines._check_rights()
        return lines

    def write(self, vals):
        self._refuse_results(vals)
        if not (self.env.su or {'wizard_id', 'lead_id'}.isdisjoint(vals)):
            raise AccessError(self.env._("A line stays in its wizard and on its opportunity."))
        result = super().write(vals)
        if not CHOICES.isdisjoint(vals):
            self._check_rights()
        return result

    def _check_rights(self):
        """Refuse lines in others' wizards, and on what the user may not see. Not a constraint: these run as superuser."""
        self.wizard_id.check_access('write')
        for name in ('lead_id', 'order_id', 'template_id'):
            self[name].check_access('read')
        # The opportunity's own customer may be out of sight: the line says so.
        self.filtered(lambda line: line.partner_id != line.lead_id.partner_id).partner_id.check_access('read')

    @api.model
    def _refuse_results(self, *vals_list):
        if not self.env.su and any(not RESULTS.isdisjoint(vals) for vals in vals_list):
            raise AccessError(self.env._("What became of an opportunity is not for a caller to say."))

    def _get_plan(self, action=None):
        """Return the line as a plan; ``action`` instead of the line's own."""
        self.ensure_one()
        return OrderPlan(
            action=action or self.action,
            order=self.order_id, partner=self.partner_id, template=self.template_id,
            create_partner=self.create_partner and not self.partner_id,
            known_orders=self.env['sale.order'].browse(self.known_order_ids or []),
            known_partners=self.known_partner_ids._origin,
            is_template_lost=self.has_template and not self.template_id,
            take_amount=self.take_amount,
        )

    @api.model
    def _prepare_plan_values(self, plan):
        """Return the choices that make a line of a plan; the inverse of :meth:`_get_plan`."""
        return {
            'order_id': plan.order.id,
            'partner_id': plan.partner.id,
            'create_partner': plan.create_partner,
            'template_id': plan.template.id,
        }

    def _replan(self, plan):
        """Decide anew, keeping what the user chose."""
        values = self._prepare_plan_values(plan)
        for name in ('partner_id', 'template_id'):
            values[name] = self[name].id or values[name]
        values['create_partner'] |= self.create_partner
        self.sudo().write({  # sudo: crm.lead.convert.order.line - results are not the user's to write
            'state': 'pending', 'message': False, 'result_order_id': False, 'known_order_ids': plan.known_orders.ids,
            'known_partner_ids': [Command.set(plan.known_partners.ids)],
        })
        self.write(values)

    def _set_result(self, result, readable_orders):
        """Write what became of the opportunity; what is busy stays to do."""
        self.sudo().write({  # sudo: crm.lead.convert.order.line - results are not the user's to write
            'state': 'pending' if result.state == 'busy' else result.state,
            'message': result.message,
            'result_order_id': (result.order[:1] & readable_orders).id,
        })

    def action_open_order(self):
        self.ensure_one()
        return self._get_orders()._filtered_access('read')[:1].get_formview_action()

    def action_open_partner(self):
        self.ensure_one()
        return self.partner_id.get_formview_action()

    def action_open_lead(self):
        """Open the opportunity, to mend there what stands in the way."""
        self.ensure_one()
        return self.lead_id.get_formview_action()

    def action_complete(self):
        """Ask for what the opportunity lacks to be won, then look again."""
        self.ensure_one()
        self.lead_id.check_access('read')
        refusal = self.lead_id._prepare_won_refusal()
        return self.lead_id._get_fill_in_action(refusal, self) if refusal else self.wizard_id.action_retry()

    def action_fill_in_to_win(self, values, override_reason=None):
        """Write what the opportunity lacked to be won, then look again; see ``crm.lead.action_fill_in_to_win``."""
        self.ensure_one()
        self.lead_id._fill_in_to_win(values, override_reason)
        return self.wizard_id.action_retry()
