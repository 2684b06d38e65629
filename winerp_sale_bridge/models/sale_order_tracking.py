"""What changed on many orders at once is posted in a batch."""
from odoo import models


class SaleOrder(models.Model):
    _name = 'sale.order'
    _inherit = ['winerp.tracking.batch.mixin', 'sale.order']  # pylint: disable=consider-merging-classes-inherited
