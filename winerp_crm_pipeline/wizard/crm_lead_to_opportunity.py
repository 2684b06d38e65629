from odoo import models


class CrmLead2opportunityPartner(models.TransientModel):
    _inherit = 'crm.lead2opportunity.partner'

    def action_apply(self):
        with self.env['crm.lead']._refusing():  # customers are made and opportunities merged before
            return super().action_apply()


class CrmLead2opportunityPartnerMass(models.TransientModel):
    _inherit = 'crm.lead2opportunity.partner.mass'

    def action_mass_convert(self):
        with self.env['crm.lead']._refusing():
            return super().action_mass_convert()
