"""The view of the changes of the pipeline between two days."""
from odoo import fields, models


class IrUiView(models.Model):
    _inherit = 'ir.ui.view'

    type = fields.Selection(selection_add=[('pipeline_changes', "Pipeline Changes")])

    def _get_view_info(self):
        return {'pipeline_changes': {'icon': 'fa fa-exchange'}, **super()._get_view_info()}
