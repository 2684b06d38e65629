"""The view types that draw sales funnels, and the changes of the pipeline between two days."""
from odoo import fields, models

FUNNEL_ATTRIBUTES = {'string', 'class', 'js_class', 'period', 'compare', '__validate__'}
FUNNEL_PERIODS = ('month', 'quarter', 'half_year', 'year', 'all')


class IrUiView(models.Model):
    _inherit = 'ir.ui.view'

    type = fields.Selection(
        selection_add=[('winerp_funnel', "Funnel"), ('winerp_changes', "Pipeline Changes")],
        ondelete={'winerp_funnel': 'cascade', 'winerp_changes': 'cascade'})

    def _validate_tag_winerp_funnel(self, node, name_manager, node_info):
        if not node_info['validate']:
            return
        if not hasattr(name_manager.model, 'get_funnels'):
            self._raise_view_error(self.env._(
                "A funnel can be drawn of opportunities only, not of %(model)s", model=name_manager.model._name), node)
        if unknown := set(node.attrib) - FUNNEL_ATTRIBUTES:
            self._raise_view_error(self.env._(
                "Unknown attributes of a funnel: %(attributes)s", attributes=", ".join(sorted(unknown))), node)
        if node.get('period', 'all') not in FUNNEL_PERIODS:
            self._raise_view_error(self.env._(
                "The period of a funnel is one of %(periods)s", periods=", ".join(FUNNEL_PERIODS)), node)

    def _get_view_info(self):
        return {
            'winerp_funnel': {'icon': 'fa fa-filter'},
            'winerp_changes': {'icon': 'fa fa-exchange'},
            **super()._get_view_info(),
        }
