"""What a line tells: why it is skipped, who the customer is, what it comes to, and what mends it."""
from odoo import api, fields, models

MUCH = 0.2  # of the larger of two amounts: what they may differ by without a word


class CrmLeadConvertOrderLine(models.TransientModel):
    _inherit = 'crm.lead.convert.order.line'

    @api.depends(
        'action', 'order_id', 'partner_id', 'create_partner', 'template_id', 'state', 'wizard_id.include_open')
    @api.depends_context('company', 'uid', 'lang')
    def _compute_skip_reason(self):
        pending = self.filtered(lambda line: line.state == 'pending' and line.lead_id)
        (self - pending).skip_reason = ''
        # What is skipped because it must be has its reason in the wanted plan, all else in the chosen one.
        blocked = pending._get_problems(lambda line: line._get_plan('confirm' if line.order_id else 'create'))
        reasons = {**pending._get_problems(lambda line: line._get_plan()), **blocked}
        mended = self.env._("What was missing is there now: check again.")
        for line in pending:
            is_mended = line.action == 'skip' and line.is_blocked and line not in blocked
            line.skip_reason = mended if is_mended else reasons.get(line, '')

    @api.depends('partner_id', 'create_partner', 'order_id')
    @api.depends_context('company', 'uid', 'lang')
    def _compute_customer_hint(self):
        """Say where the customer comes from, before anything is created."""
        readable = self._filtered_readable()
        (self - readable).customer_hint = ''
        candidates = readable.lead_id._find_order_customers()
        labels = self._get_match_labels()
        for line in readable:
            kinds = candidates.get(line.lead_id.id, {}).get(line.partner_id, ())
            if line.order_id or line.lead_id.partner_id and line.lead_id.partner_id == line.partner_id:
                line.customer_hint = ''
            elif kinds:
                line.customer_hint = self.env._(
                    "Found by: %(reasons)s", reasons=", ".join(labels[kind] for kind in labels if kind in kinds))
            elif line.create_partner and not line.partner_id:
                names = line.lead_id._get_new_customer_names()
                line.customer_hint = self.env._("New: %(name)s", name=", ".join(names)) if names else ''
            else:
                line.customer_hint = line._get_candidates_hint(candidates.get(line.lead_id.id, {}), labels)

    @api.depends('skip_reason', 'customer_hint', 'message', 'state', 'is_different')
    @api.depends_context('company', 'uid', 'lang')
    def _compute_note(self):
        for line in self:
            is_pending = line.state == 'pending'
            parts = (line.skip_reason, line.customer_hint, line._get_difference_hint()) if is_pending else ()
            line.note = "\n".join(part for part in (line.message, *parts) if part)

    @api.depends('action', 'amount', 'currency_id', 'expected_revenue', 'order_id', 'template_id', 'state')
    @api.depends_context('company', 'uid')
    def _compute_is_different(self):
        """Whether what would be ordered is far from what the opportunity says."""
        today = fields.Date.context_today(self)
        for line in self:
            company, currency, expected = line.company_id, line.lead_currency_id, line.expected_revenue
            line.is_different = False
            is_compared = line.state == 'pending' and line.action != 'skip' and (line.order_id or line.template_id)
            if not is_compared or not line.currency_id or not expected:
                continue
            if line.currency_id == currency or currency._is_rated(company) and line.currency_id._is_rated(company):
                amount = line.currency_id._convert(line.amount, currency, company, today)
                line.is_different = abs(amount - expected) > MUCH * max(abs(amount), abs(expected))

    def _get_difference_hint(self):
        self.ensure_one()
        if not self.is_different:
            return ''
        amounts = {
            'expected': self.lead_currency_id._format_short(self.expected_revenue),
            'amount': self.currency_id._format_short(self.amount),
        }
        if self.order_id:
            return self.env._("Opportunity %(expected)s, quotation %(amount)s.", **amounts)
        return self.env._("Opportunity %(expected)s, quotation template %(amount)s.", **amounts)

    @api.depends('action', 'state', 'order_id', 'partner_id', 'result_order_id', 'wizard_id.include_open')
    @api.depends_context('company', 'uid')
    def _compute_remedy(self):
        orders = self.env['sale.order'].union(*(line._get_orders() for line in self)).exists()._filtered_access('read')
        archived = self.partner_id._filtered_access('read').filtered(lambda partner: not partner.active)
        incomplete = self._filtered_incomplete()
        for line in self:
            is_stuck = line.state in ('skip', 'failed') or line.action == 'skip'
            if line.result_order_id or is_stuck and line._get_orders() & orders and line not in incomplete:
                line.remedy = 'order'
            elif is_stuck and line.partner_id in archived:
                line.remedy = 'partner'
            else:
                line.remedy = 'complete' if is_stuck and line in incomplete else 'lead'

    def _filtered_incomplete(self):
        """Return the lines whose opportunity is to be won and lacks something for that."""
        leads = self.filtered('wizard_id.include_open')._filtered_readable().lead_id
        missing = leads._get_missing_to_win(leads._get_won_stages())
        return self.filtered(lambda line: line.wizard_id.include_open and line.lead_id in missing)

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

    def _get_candidates_hint(self, candidates, labels):
        if not candidates or self.partner_id:
            return ''
        return self.env._("Perhaps: %(candidates)s", candidates="; ".join(
            f"{partner.display_name} ({', '.join(labels[kind] for kind in labels if kind in kinds)})"
            for partner, kinds in list(candidates.items())[:3]
        ))

    @api.depends('lead_id', 'order_id', 'template_id', 'partner_id', 'result_order_id')
    @api.depends_context('company', 'uid')
    def _compute_amount(self):
        prices = {}
        readable = self._filtered_readable()
        orders = (self.result_order_id + self.order_id).exists()._filtered_access('read')
        for line in self:
            order = (line.result_order_id or line.order_id) & orders
            if line not in readable or (line.result_order_id or line.order_id) and not order:
                line.currency_id, line.amount = False, 0
            elif order:
                line.currency_id, line.amount = order.currency_id, order.amount_untaxed
            elif line.template_id:
                key = line.company_id, line.template_id, line._get_pricelist()
                if key not in prices:
                    prices[key] = line._get_template_amount()
                line.currency_id = line._get_pricelist().currency_id or line.company_id.currency_id
                line.amount = prices[key]
            else:
                line.currency_id, line.amount = line.lead_currency_id, line.expected_revenue

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
