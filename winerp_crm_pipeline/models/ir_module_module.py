"""Core's Vietnamese labels in our words, whenever translations are loaded: by installing, updating, or adding the language."""
from odoo import api, models

from .. import core_words


class IrModuleModule(models.Model):
    _inherit = 'ir.module.module'

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        if core_words.LANG in langs:
            core_words.put_ours(self.env, overwrite=overwrite)
        return result
