from odoo import api, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    @api.ondelete(at_uninstall=False)
    def _unlink_except_required(self):
        self.env['crm.stage.requirement']._refuse_deleting('company_id', self)
