"""What requirements often ask for: at hand as a button, and said as people say it."""
from odoo import api, models

from ..domain_tree import CURRENT_USER
from ..stage_rules import parse_domain

TAX_ID = "[('partner_id.vat', '!=', False)]"
ADDRESS = "[('partner_id.street', '!=', False)]"
MEETING_HELD = "[('calendar_event_ids.stop', '<', 'now')]"
QUOTATION_SENT = "[('order_ids.state', 'in', ['sent', 'sale'])]"
DECISION_MAKER = "[('contact_name', '!=', False), ('function', '!=', False)]"
MINIMUM_REVENUE = "[('expected_revenue', '>=', 100000000)]"


def normalize(text):
    """Return a domain in a form that does not depend on how it is written."""
    try:
        return repr(list(parse_domain(text, CURRENT_USER)))
    except ValueError:
        return text


PRESET_KEYS = {normalize(text): text for text in (TAX_ID, ADDRESS, MEETING_HELD, QUOTATION_SENT, DECISION_MAKER)}


class CrmStageRequirement(models.Model):
    _inherit = 'crm.stage.requirement'  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_presets(self):
        """Return the conditions that are said in words of their own.

        :return: ``{domain: {'label': of its button, or False, 'name': for the salesperson, 'state' and 'demand': within a
            sentence}}``
        """
        presets = {
            TAX_ID: {
                'label': self.env._("Tax ID"), 'name': self.env._("Tax ID of the customer"),
                'state': self.env._("the customer's tax ID is known"),
                'demand': self.env._("the customer's tax ID must be known")},
            ADDRESS: {
                'label': self.env._("Address"), 'name': self.env._("Address of the customer"),
                'state': self.env._("the customer's address is known"),
                'demand': self.env._("the customer's address must be known")},
            MEETING_HELD: {
                'label': self.env._("Meeting held"), 'name': self.env._("A meeting that was held"),
                'state': self.env._("a meeting was held"),
                'demand': self.env._("a meeting must have been held")},
            QUOTATION_SENT: {
                'label': self.env._("Quotation sent"), 'name': self.env._("A quotation that was sent"),
                'state': self.env._("a quotation was sent"),
                'demand': self.env._("a quotation must have been sent")},
            DECISION_MAKER: {
                'label': False, 'name': self.env._("Decision maker: name and job position"),
                'state': self.env._("the name and job position of the decision maker are known"),
                'demand': self.env._("the name and job position of the decision maker must be known")},
        }
        return {text: preset for text, preset in presets.items() if self._has_fields(text)}

    @api.model
    def _has_fields(self, text):
        """Whether the opportunity has the fields that a domain begins with: some come with other apps."""
        return all(path.split('.')[0] in self.env['crm.lead']._fields for path in self.env['crm.lead']._get_domain_paths(text))

    @api.model
    def _find_preset(self, text):
        return self._get_presets().get(PRESET_KEYS.get(normalize(text)))

    @api.model
    @api.readonly
    def get_presets(self):
        """Return what an administrator may ask for with one click.

        :return: list of ``{'label': str, 'domain': str}``
        """
        self.check_access('write')
        return [
            {'label': self.env._("Revenue at least…"), 'domain': MINIMUM_REVENUE},
            *({'label': preset['label'], 'domain': text} for text, preset in self._get_presets().items() if preset['label']),
        ]
