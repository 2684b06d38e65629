"""The view of the changes of the pipeline between two days."""
from odoo import fields, models


class IrUiView(models.Model):
    _inherit = 'ir.ui.view'

    type = fields.Selection(
        selection_add=[('winerp_changes', "Pipeline Changes")], ondelete={'winerp_changes': 'cascade'})

    def _get_view_info(self):
        return {'winerp_changes': {'icon': 'fa fa-exchange'}, **super()._get_view_info()}
