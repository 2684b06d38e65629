"""The lines of a batch of orders ask for the same prices at the same moment."""
from odoo import models

# Context key of the answers; a Python object, which no RPC client can send.
PRICE_RULES = 'winerp_sale_bridge_price_rules'


class PriceRules(dict):
    """Which rule of a pricelist applies, by question, as long as one computation lasts."""


class ProductPricelist(models.Model):
    _inherit = 'product.pricelist'

    def _get_product_rule(self, product, *args, **kwargs):
        """Answer the same question once; see ``sale.order.line._compute_pricelist_item_id``."""
        answers = self.env.context.get(PRICE_RULES)
        question = (self.id, product, args, tuple(sorted(kwargs.items())))
        if not isinstance(answers, PriceRules) or not _is_hashable(question):
            return super()._get_product_rule(product, *args, **kwargs)
        if question not in answers:
            answers[question] = super()._get_product_rule(product, *args, **kwargs)
        return answers[question]


def _is_hashable(question):
    """Whether an answer can be remembered: an extension may ask with anything."""
    try:
        return hash(question) is not None
    except TypeError:
        return False
