"""What a new order consists of."""
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

MAX_UNITS_OFF = 10  # how far, in units of the currency, rounding may lead astray


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def _prepare_order_values(self, plan):
        """Return the values of the new order of one opportunity; payment terms, pricelist, fiscal position and
        addresses are left to the computes of ``sale.order``.

        Called in the order's company. Extend to carry over more.
        """
        self.ensure_one()
        values = {
            'opportunity_id': self.id,
            'company_id': self.env.company.id,
            'partner_id': plan.partner.id,
            'origin': self.name,
            'campaign_id': self.campaign_id.id,
            'medium_id': self.medium_id.id,
            'source_id': self.source_id.id,
            'tag_ids': [Command.set(self.tag_ids.ids)],
            # Without a salesperson, sale.order would take the customer's, whose orders the user may not see.
            'user_id': self.user_id.id or self.env.uid,
            'sale_order_template_id': plan.template.id,
            'order_line': [Command.create(values) for values in self._prepare_order_lines_values(plan)],
        }
        if self.team_id:
            values['team_id'] = self.team_id.id
        return values

    def _prepare_order_lines_values(self, plan):
        """Return the values of all order lines: those of the template, or the one of the fallback product."""
        if not plan.template:
            return [self._prepare_order_line_values(plan)]
        template = plan.template.with_context(lang=plan.partner.lang)
        return [line._prepare_order_line_values() for line in template.sale_order_template_line_ids]

    def _prepare_order_line_values(self, plan):
        """Return the values of the line that sells the fallback product at the expected revenue."""
        self.ensure_one()
        if problem := self._get_currency_problem(plan.partner):  # of a customer that was only made now
            raise UserError(problem)
        product = self.env.company._get_crm_order_product()
        pricelist = plan.partner.property_product_pricelist
        currency = pricelist.currency_id or self.env.company.currency_id
        amount = self.company_currency._convert(
            self.expected_revenue, currency, self.env.company, fields.Date.context_today(self))
        if currency.compare_amounts(amount, 0) <= 0:  # a few dong are nothing in dollars
            raise UserError(self.env._("Nothing to order: the expected revenue is nothing in the currency of the pricelist."))
        return {
            'product_id': product.id,
            'product_uom_qty': 1,
            'price_unit': self._get_price_before_taxes(product, plan.partner, amount, currency),
            'discount': 0,  # the expected revenue is what was agreed, whatever the pricelist gives
        }

    def _get_price_before_taxes(self, product, partner, amount, currency):
        """Return the unit price that leaves ``amount`` without taxes, also where taxes are included in prices."""
        taxes = product.taxes_id._filter_taxes_by_company(self.env.company)
        if not any(taxes.mapped('price_include')):
            return amount
        delivery = partner.browse(partner.address_get(['delivery'])['delivery'])
        taxes = self.env['account.fiscal.position']._get_fiscal_position(partner, delivery).map_tax(taxes)
        included = taxes.filtered('price_include')
        if not included:
            return amount
        price = included.with_context(force_price_include=False).compute_all(
            amount, currency=currency, product=product, partner=partner)['total_included']
        # Each tax is rounded by itself, forwards and backwards: with several, the way back may miss by a unit or two.
        steps = sorted(range(-MAX_UNITS_OFF, MAX_UNITS_OFF + 1), key=abs)
        prices = (currency.round(price + step * currency.rounding) for step in steps)
        return next((
            price for price in prices
            if not currency.compare_amounts(self._get_untaxed_amount(price, taxes, product, partner, currency), amount)
        ), price)

    def _get_untaxed_amount(self, price, taxes, product, partner, currency):
        """Return what an order with one line at this unit price comes to without taxes."""
        Tax, company = self.env['account.tax'], self.env.company
        base_lines = [Tax._prepare_base_line_for_taxes_computation(
            None, partner_id=partner, currency_id=currency, product_id=product, tax_ids=taxes, price_unit=price, quantity=1)]
        Tax._add_tax_details_in_base_lines(base_lines, company)
        Tax._round_base_lines_tax_details(base_lines, company)
        return Tax._get_tax_totals_summary(base_lines, currency, company)['base_amount_currency']
