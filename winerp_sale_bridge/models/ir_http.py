from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = 'ir.http'

    def session_info(self):
        """Tell the web client how many orders an interrupted run has left, so that it need not ask."""
        info = super().session_info()
        Wizard = self.env['crm.lead.convert.order']
        if Wizard.has_access('read'):
            info['winerp_unfinished_orders'] = Wizard.get_unfinished()['count']
        return info
