from odoo import fields, models


class CrmStageExport(models.TransientModel):
    """A pipeline on its way to the one who exports it."""
    _name = 'crm.stage.export'
    _description = "Pipeline Export"

    content = fields.Binary(attachment=False, readonly=True)
