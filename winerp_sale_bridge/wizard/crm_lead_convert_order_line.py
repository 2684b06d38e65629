from odoo import api, fields, models
from odoo.fields import Command

from ..order_plan import OrderPlan


class CrmLeadConvertOrderLine(models.TransientModel):
    """One opportunity of the wizard: what will happen to it and why, then what happened."""

    _name = 'crm.lead.convert.order.line'
    _description = "Opportunity to Order"
    _order = 'sequence, id'
    _transient_max_hours = 7 * 24  # as long as the wizard
    _transient_max_count = 0

    wizard_id = fields.Many2one('crm.lead.convert.order', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer(export_string_translation=False)
    lead_id = fields.Many2one('crm.lead', "Opportunity", required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', compute='_compute_company_id')
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
    # Ids rather than a relation: orders out of the user's sight are among them.
    known_order_ids = fields.Json(export_string_translation=False)
    partner_id = fields.Many2one(
        'res.partner', "Customer", ondelete='set null',
        domain="[('company_id', 'in', (False, company_id))]")
    create_partner = fields.Boolean("New Customer", help="Create the customer with what the opportunity knows.")
    note = fields.Text("Remark", compute='_compute_note')
    known_partner_ids = fields.Many2many('res.partner', export_string_translation=False)
    customer_hint = fields.Char("Found By", compute='_compute_customer_hint')
    template_id = fields.Many2one(
        'sale.order.template', "Quotation Template", ondelete='set null',
        domain="[('company_id', 'in', (False, company_id))]",
        help="What is ordered. Without a template: the product of the settings, at the expected revenue.")
    # Stays when the template is deleted, which empties template_id without the ORM.
    has_template = fields.Boolean(compute='_compute_has_template', store=True, export_string_translation=False)
    currency_id = fields.Many2one('res.currency', compute='_compute_amount')
    amount = fields.Monetary("Untaxed Amount", compute='_compute_amount')
    state = fields.Selection(
        [('pending', "To Do"), ('done', "Ordered"), ('skip', "Skipped"), ('failed', "Failed")],
        default='pending', required=True, readonly=True)
    message = fields.Char(readonly=True)
    result_order_id = fields.Many2one('sale.order', "Order", readonly=True, ondelete='set null')
    remedy = fields.Selection(
        [('order', "Order"), ('partner', "Customer"), ('lead', "Opportunity")], compute='_compute_remedy',
        help="What to look at next: what was made, what stands in the way, or the opportunity.")

    _wizard_lead_uniq = models.UniqueIndex("(wizard_id, lead_id)", "An opportunity can be in the list once only.")

    @api.depends('lead_id')
    @api.depends_context('company')
    def _compute_company_id(self):
        for line in self:
            line.company_id = line.lead_id._get_order_company()

    @api.depends('template_id')
    def _compute_has_template(self):
        for line in self:
            line.has_template = bool(line.template_id)

    @api.depends('lead_id', 'order_id', 'partner_id', 'create_partner', 'template_id')
    def _compute_action(self):
        """Whatever the user chooses decides anew; what cannot be done is skipped."""
        plans = {line.lead_id.id: line._get_plan('confirm' if line.order_id else 'create') for line in self}
        problems = self.lead_id._get_order_problems(plans)
        for line in self:
            line.is_blocked = line.lead_id.id in problems
            line.action = 'skip' if line.is_blocked else plans[line.lead_id.id].action

    @api.depends('action', 'order_id', 'partner_id', 'create_partner', 'template_id', 'state')
    def _compute_skip_reason(self):
        pending = self.filtered(lambda line: line.state == 'pending' and line.lead_id)
        (self - pending).skip_reason = ''
        wanted = {line.lead_id.id: line._get_plan('confirm' if line.order_id else 'create') for line in pending}
        chosen = {line.lead_id.id: line._get_plan() for line in pending}
        leads = pending.lead_id
        orders_by_lead = leads._get_orders_by_lead()
        # What is skipped because it must be has its reason in the wanted plan, all else in the chosen one.
        blocked = leads._get_order_problems(wanted, orders_by_lead)
        reasons = {**leads._get_order_problems(chosen, orders_by_lead), **blocked}
        mended = self.env._("What was missing is there now: check again.")
        for line in pending:
            is_mended = line.action == 'skip' and line.is_blocked and line.lead_id.id not in blocked
            line.skip_reason = mended if is_mended else reasons.get(line.lead_id.id, '')

    @api.depends('lead_id')
    def _compute_quotation_ids(self):
        orders_by_lead = self.lead_id._get_orders_by_lead()
        for line in self:
            line.quotation_ids = line.lead_id._get_order_quotations(orders_by_lead[line.lead_id.id])

    @api.depends('partner_id', 'create_partner', 'order_id')
    def _compute_customer_hint(self):
        """Say where the customer comes from, before anything is created."""
        candidates = self.lead_id._find_order_customers()
        labels = self._get_match_labels()
        for line in self:
            kinds = candidates.get(line.lead_id.id, {}).get(line.partner_id, ())
            if line.order_id or line.lead_id.partner_id and line.lead_id.partner_id == line.partner_id:
                line.customer_hint = ''
            elif kinds:
                line.customer_hint = self.env._(
                    "Found by: %(reasons)s", reasons=", ".join(labels[kind] for kind in labels if kind in kinds))
            elif line.create_partner and not line.partner_id:
                line.customer_hint = self.env._("New: %(name)s", name=line._get_new_partner_name())
            else:
                line.customer_hint = line._get_candidates_hint(candidates.get(line.lead_id.id, {}), labels)

    @api.depends('skip_reason', 'customer_hint', 'message', 'state')
    def _compute_note(self):
        for line in self:
            parts = (line.skip_reason, line.customer_hint) if line.state == 'pending' else ()
            line.note = "\n".join(part for part in (line.message, *parts) if part)

    @api.depends('action', 'state', 'order_id', 'partner_id', 'result_order_id')
    def _compute_remedy(self):
        orders = self.env['sale.order'].union(*(line._get_orders() for line in self)).exists()._filtered_access('read')
        archived = self.partner_id._filtered_access('read').filtered(lambda partner: not partner.active)
        for line in self:
            is_stuck = line.state in ('skip', 'failed') or line.action == 'skip'
            if line.result_order_id or is_stuck and line._get_orders() & orders:
                line.remedy = 'order'
            elif is_stuck and line.partner_id in archived:
                line.remedy = 'partner'
            else:
                line.remedy = 'lead'

    def _get_orders(self):
        """Return the orders that the line is about, the one that matters most first."""
        return self.result_order_id or self.order_id or self.env['sale.order'].browse(self.known_order_ids or ())

    @api.model
    def _get_match_labels(self):
        return {
            'vat': self.env._("tax code"),
            'email': self.env._("e-mail"),
            'phone': self.env._("phone"),
            'name': self.env._("company name"),
        }

    def _get_new_partner_name(self):
        names = self.lead_id.partner_name, self.lead_id._get_order_contact_name()
        return ", ".join(name for name in names if name) or self.lead_id.name

    def _get_candidates_hint(self, candidates, labels):
        if not candidates or self.partner_id:
            return ''
        return self.env._("Perhaps: %(candidates)s", candidates="; ".join(
            f"{partner.display_name} ({', '.join(labels[kind] for kind in labels if kind in kinds)})"
            for partner, kinds in list(candidates.items())[:3]
        ))

    @api.depends('lead_id', 'order_id', 'template_id', 'partner_id', 'result_order_id')
    def _compute_amount(self):
        prices = {}
        for line in self:
            order = line.result_order_id or line.order_id
            if order:
                line.currency_id, line.amount = order.currency_id, order.amount_untaxed
            elif line.template_id:
                key = line.company_id, line.template_id, line._get_pricelist()
                if key not in prices:
                    prices[key] = line._get_template_amount()
                line.currency_id = line._get_pricelist().currency_id or line.company_id.currency_id
                line.amount = prices[key]
            else:
                line.currency_id, line.amount = line.lead_id.company_currency, line.lead_id.expected_revenue

    def _get_pricelist(self):
        return self.partner_id._filtered_access('read').with_company(self.company_id).property_product_pricelist

    def _get_template_amount(self):
        """Estimate what the template comes to with the customer's pricelist."""
        pricelist = self._get_pricelist()
        currency = pricelist.currency_id or self.company_id.currency_id
        return sum(
            line.product_uom_qty * pricelist._get_product_price(
                line.product_id.with_company(self.company_id), line.product_uom_qty, currency=currency,
                uom=line.product_uom_id)
            for line in self.template_id.sale_order_template_line_ids if line.product_id._filtered_access('read')
        )

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
        )

    @api.model
    def _prepare_plan_values(self, plan):
        """Return the values that make a line of a plan; the inverse of :meth:`_get_plan`."""
        return {
            'order_id': plan.order.id,
            'partner_id': plan.partner.id,
            'create_partner': plan.create_partner,
            'template_id': plan.template.id,
            'known_order_ids': plan.known_orders.ids,
            'known_partner_ids': [Command.set(plan.known_partners.ids)],
        }

    def _replan(self, plan):
        """Decide anew, keeping what the user chose."""
        values = self._prepare_plan_values(plan)
        for name in ('partner_id', 'template_id'):
            values[name] = self[name].id or values[name]
        values['create_partner'] |= self.create_partner
        self.write({**values, 'state': 'pending', 'message': False, 'result_order_id': False})

    def _set_result(self, result, readable_orders):
        """Write what became of the opportunity; what is busy stays to do."""
        self.write({
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
