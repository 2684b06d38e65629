from odoo import models


class ProductPricelist(models.Model):
    _inherit = 'product.pricelist'

    def _get_product_rule(self, product, *args, **kwargs):
        """Answer the same question once, while the lines of many orders ask: see
        ``sale.order.line._compute_pricelist_item_id``."""
        answers = self.env.context.get('winerp_sale_bridge_rules')
        question = (self.id, product, args, tuple(sorted(kwargs.items())))
        try:
            return answers[question]
        except TypeError:  # nobody collects answers, or an extension asks with something that cannot be remembered
            return super()._get_product_rule(product, *args, **kwargs)
        except KeyError:
            answers[question] = super()._get_product_rule(product, *args, **kwargs)
            return answers[question]
