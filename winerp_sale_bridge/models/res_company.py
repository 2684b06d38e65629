from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    crm_order_product_id = fields.Many2one(
        'product.product', string="Product for Opportunities",
        domain="[('sale_ok', '=', True), ('company_id', 'in', (False, id))]",
        help="Sold at the expected revenue when an opportunity has neither a quotation nor a quotation template.")

    def _get_crm_order_product(self):
        """Return what is sold when an opportunity says nothing but its expected revenue.

        :return: ``product.product``, empty when neither the company nor the database has one
        """
        self.ensure_one()
        return self.crm_order_product_id or self.env.ref(
            'winerp_sale_bridge.product_product_opportunity', raise_if_not_found=False,
        ) or self.env['product.product']
