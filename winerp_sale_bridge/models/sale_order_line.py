from odoo import models


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    def _get_printed_price_digits(self):
        """Return with how many decimals the unit price is printed: as the currency has, or more where it needs more."""
        self.ensure_one()
        digits = self.currency_id.decimal_places
        if round(self.price_unit, digits) == self.price_unit:
            return digits
        return self.env['decimal.precision'].precision_get('Product Price')
