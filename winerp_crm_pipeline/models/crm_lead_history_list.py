"""What lists of the history show and open."""
from odoo import api, fields, models

from ..client_domain import read_domain, read_moment


class CrmLeadHistory(models.Model):
    _inherit = 'crm.lead.history'  # pylint: disable=consider-merging-classes-inherited

    revenue_before = fields.Monetary(
        currency_field='currency_id', compute='_compute_revenue_before', exportable=False,
        help="What was expected at the beginning of the period whose changes are looked at.")
    revenue_change = fields.Monetary(
        "Change", currency_field='currency_id', compute='_compute_revenue_before', exportable=False)

    @api.depends('expected_revenue', 'origin_id')
    @api.depends_context('pipeline_since')
    def _compute_revenue_before(self):
        moment = self.env.context.get('pipeline_since')
        states = moment and self.search_fetch(
            [('lead_id', 'in', self.lead_id.ids), ('origin_id', 'in', self.mapped('origin_id')), *self._get_moment_domain(moment)],
            ['origin_id', 'expected_revenue'])
        revenues = {state.origin_id: state.expected_revenue for state in states or ()}
        for row in self:
            row.revenue_before = revenues.get(row.origin_id, 0)
            row.revenue_change = row.expected_revenue - row.revenue_before if moment else 0

    def action_open_lead(self):
        """Open the opportunity that lived this, or what it was merged into."""
        self.ensure_one()
        return self.lead_id.get_formview_action()

    @api.model
    @api.readonly
    def get_pipeline_domain(self, domain, moment):
        """Return the domain of what was open at a moment.

        :param domain: on ``crm.lead.history``; none: all
        :param moment: in UTC
        :return: the domain on the history, a row for each opportunity
        """
        return [*read_domain(self, domain), *self._get_moment_domain(read_moment(self.env, moment)), ('won_status', '=', 'pending')]
