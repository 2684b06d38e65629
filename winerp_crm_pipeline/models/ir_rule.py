"""Who sees what of the history of opportunities."""
from odoo import api, models
from odoo.fields import Domain


class IrRule(models.Model):
    _inherit = 'ir.rule'

    @api.model
    def _compute_domain(self, model_name, mode='read'):
        # The rules of the history are the opportunity's, whatever a company has made of them: a copy would fall behind.
        domain = super()._compute_domain(model_name, mode)
        if model_name == 'crm.lead.history':
            of_lead = self._compute_domain('crm.lead', mode)
            if not of_lead.is_true():
                domain &= Domain('lead_id', 'any!', of_lead)
        return domain
