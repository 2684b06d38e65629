from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    crm_minimum_opportunities = fields.Integer(related='company_id.crm_minimum_opportunities', readonly=False)
