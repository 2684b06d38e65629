from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    crm_order_product_id = fields.Many2one(
        'product.product', string="Product for Opportunities",
        domain="[('sale_ok', '=', True), ('company_id', 'in', (False, id))]",
        help="Sold at the expected revenue when an opportunity has neither a quotation nor a quotation template.")
    crm_won_on_order_confirm = fields.Boolean(
        "Won When Ordered", default=True,
        help="Confirming a quotation marks its opportunity as won. Where the pipeline's requirements refuse, the order is "
             "confirmed all the same and the salesperson gets an activity that says what is missing.")
    crm_revenue_from_orders = fields.Selection(
        [
            ('never', "Never changed"),
            ('raise', "Raised to a larger order in the company's currency"),
            ('raise_any', "Raised to a larger order in any currency"),
            ('equal', "Equal to the confirmed orders"),
        ],
        string="Expected Revenue After Ordering", required=True, default='raise',
        help="What becomes of the expected revenue of an opportunity when its orders are confirmed or cancelled.")
    sale_amount_in_words = fields.Boolean(
        "Amount in Words", compute='_compute_sale_amount_in_words', store=True, readonly=False,
        help="Write the total in words on quotations and orders, on screen and on paper.")
    sale_vietnamese_paper = fields.Boolean(
        "Vietnamese Paper", compute='_compute_sale_vietnamese_paper', store=True, readonly=False,
        help="Print on quotations and orders what is expected of them in Vietnam: the seller's tax code and bank account, and "
             "room for the signatures and stamps of both sides. Customers see no advertising on their pages of them.")
    sale_words_linh = fields.Boolean(
        "Say \"linh\"", help="In Vietnamese, read 105 as \"một trăm linh năm\" instead of \"một trăm lẻ năm\".")
    sale_words_even = fields.Boolean(
        "Say \"chẵn\"", help="In Vietnamese, end amounts without a fraction with \"chẵn\", as in \"đồng chẵn\".")

    @api.depends('country_id')
    def _compute_sale_amount_in_words(self):
        for company in self:
            company.sale_amount_in_words = company.country_id.code == 'VN'

    @api.depends('country_id')
    def _compute_sale_vietnamese_paper(self):
        for company in self:
            company.sale_vietnamese_paper = company.country_id.code == 'VN'

    def _get_crm_order_product(self):
        """Return what is sold when an opportunity says nothing but its expected revenue.

        :return: ``product.product``, empty when neither the company nor the database has one
        """
        self.ensure_one()
        # Not env.ref(), which asks each time whether it is still there: who deletes the product deletes its name as well.
        product_id = self.env['ir.model.data']._xmlid_to_res_id('winerp_sale_bridge.product_product_opportunity')
        return self.crm_order_product_id or self.env['product.product'].browse(product_id or ())
