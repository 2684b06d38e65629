from odoo import api, models

from .product_pricelist import PRICE_RULES, PriceRules


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    def _compute_pricelist_item_id(self):
        # The answers live as long as this call. Lines of a batch mostly ask for the same products at the same moment.
        lines = self.with_context(**{PRICE_RULES: PriceRules()})
        return super(SaleOrderLine, lines)._compute_pricelist_item_id()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.order_id._align_opportunities()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(self._get_amount_fields()):
            self.order_id._align_opportunities()
        return result

    def unlink(self):
        orders = self.order_id
        result = super().unlink()
        orders._align_opportunities()
        return result

    @api.model
    def _get_amount_fields(self):
        """Return the fields that the untaxed amount of a line comes from. A product brings its price and its taxes."""
        return {'product_id', 'product_uom_qty', 'product_uom_id', 'price_unit', 'discount', 'tax_ids'}

    def _get_printed_price_digits(self):
        """Return with how many decimals the unit price is printed: as the currency has, or more where it needs more."""
        self.ensure_one()
        return self._get_needed_digits(self.price_unit, self.currency_id.decimal_places, 'Product Price')

    def _get_printed_quantity_digits(self):
        """Return with how many decimals the quantity is printed: none, or as many as quantities have where it needs them."""
        self.ensure_one()
        return self._get_needed_digits(self.product_uom_qty, 0, 'Product Unit')

    def _get_needed_digits(self, number, digits, precision):
        """Return ``digits`` where they are enough for a number, or else those of a ``decimal.precision``, by its name."""
        return digits if round(number, digits) == number else self.env['decimal.precision'].precision_get(precision)
