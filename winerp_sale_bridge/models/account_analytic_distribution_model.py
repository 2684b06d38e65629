from odoo import api, models
from odoo.tools import ormcache


class AccountAnalyticDistributionModel(models.Model):
    """Answers what every order line asks, twice, without a query where there are no distribution models at all."""

    _inherit = 'account.analytic.distribution.model'

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    @api.model
    @ormcache()
    def _has_any(self):
        return bool(self.sudo().search_count([], limit=1))  # sudo: only whether there are any, of whatever company

    @api.model
    def _get_applicable_models(self, vals):
        return super()._get_applicable_models(vals) if self._has_any() else self.browse()
