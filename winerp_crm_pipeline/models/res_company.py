from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    crm_minimum_opportunities = fields.Integer(
        "Opportunities for a Percentage", default=5,
        help="The funnel tells a percentage only of as many opportunities or more: of three, one deal is a third.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_required(self):
        self.env['crm.stage.requirement']._refuse_deleting('company_id', self)
