"""Other apps that create opportunities in passing, in the name of their user."""
from functools import wraps

from odoo import models

from ..stage_gate import GATE_PASS, OTHER_APP

# Paid leads, and a chat that becomes one. These apps need not be installed, so their models cannot be extended.
APP_METHODS = [
    ('crm.iap.lead.mining.request', '_create_leads_from_response'),
    ('discuss.channel', '_convert_visitor_to_lead'),
]


def _let_pass(method):
    @wraps(method)
    def with_pass(self, *args, **kwargs):
        return method(self.with_context(**{GATE_PASS: OTHER_APP}), *args, **kwargs)

    with_pass.has_gate_pass = True
    return with_pass


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def _register_hook(self):
        super()._register_hook()
        for model_name, method_name in APP_METHODS:
            model_class = self.env.registry.models.get(model_name)
            method = getattr(model_class, method_name, None)
            if method and not hasattr(method, 'has_gate_pass'):
                setattr(model_class, method_name, _let_pass(method))
