"""What changed on many opportunities at once is posted in a batch."""
from odoo import models


class CrmLead(models.Model):
    _name = 'crm.lead'
    _inherit = ['winerp.tracking.batch.mixin', 'crm.lead']  # pylint: disable=consider-merging-classes-inherited
