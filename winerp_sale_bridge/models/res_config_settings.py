from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    crm_order_product_id = fields.Many2one(related='company_id.crm_order_product_id', readonly=False)
    crm_won_on_order_confirm = fields.Boolean(related='company_id.crm_won_on_order_confirm', readonly=False)
    crm_revenue_from_orders = fields.Selection(related='company_id.crm_revenue_from_orders', readonly=False, required=True)
    sale_amount_in_words = fields.Boolean(related='company_id.sale_amount_in_words', readonly=False)
    sale_words_linh = fields.Boolean(related='company_id.sale_words_linh', readonly=False)
    sale_words_even = fields.Boolean(related='company_id.sale_words_even', readonly=False)
    sale_vietnamese_paper = fields.Boolean(related='company_id.sale_vietnamese_paper', readonly=False)
