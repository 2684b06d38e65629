from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    open_opportunity_ids = fields.Many2many(
        'crm.lead', string="Open Opportunities of the Customer", compute='_compute_open_opportunity_ids')
    open_opportunity_count = fields.Integer(
        compute='_compute_open_opportunity_ids', export_string_translation=False)
    can_reopen_opportunity = fields.Boolean(compute='_compute_can_reopen_opportunity', export_string_translation=False)

    @api.depends('partner_id', 'opportunity_id', 'state', 'company_id')
    @api.depends_context('uid')
    def _compute_open_opportunity_ids(self):
        Lead = self.env['crm.lead']
        unlinked = self.filtered(lambda order: not order.opportunity_id and order.partner_id and order.state != 'cancel')
        self.open_opportunity_ids, self.open_opportunity_count = Lead, 0
        if not unlinked or not Lead.has_access('read'):
            return
        partners = unlinked.partner_id.commercial_partner_id
        leads = Lead.search(self._get_open_opportunity_domain() & Domain('partner_id', 'child_of', partners.ids))
        for order in unlinked:
            order.open_opportunity_ids = leads.filtered(
                lambda lead, order=order: lead.partner_id.commercial_partner_id == order.partner_id.commercial_partner_id
                and lead.company_id.id in (False, order.company_id.id))
            order.open_opportunity_count = len(order.open_opportunity_ids)

    @api.model
    def _get_open_opportunity_domain(self):
        """Return which opportunities an order made in Sales may be linked to."""
        return Domain('type', '=', 'opportunity') & Domain('won_status', '=', 'pending')

    @api.depends('state', 'opportunity_id.won_status', 'opportunity_id.order_ids.state')
    def _compute_can_reopen_opportunity(self):
        cancelled = self.filtered(lambda order: order.state == 'cancel')
        won = cancelled.opportunity_id._filtered_access('write').filtered(lambda lead: lead.won_status == 'won')
        leads = won - won._filtered_ordered()
        for order in self:
            order.can_reopen_opportunity = order in cancelled and order.opportunity_id in leads

    @api.model
    def _get_shared_defaults(self):
        """Return the default values that are searched for, once for all orders of a batch rather than for each."""
        names = [name for name, field in self._fields.items() if field.type in ('one2many', 'many2many') and field.default]
        return {name: value for name, value in self._add_missing_default_values({}).items() if name in names}

    def write(self, vals):
        before = {order: order.opportunity_id for order in self} if 'opportunity_id' in vals else {}
        result = super().write(vals)
        if vals.keys().isdisjoint({'state', 'date_order', 'opportunity_id'}):
            return result
        counted = self.filtered(lambda order: order.state == 'sale' or vals.get('state') == 'cancel')
        moved = counted.filtered(lambda order: order in before and before[order] != order.opportunity_id)
        (counted.opportunity_id | self.env['crm.lead'].union(*(before[order] for order in moved)))._align_revenue_with_orders()
        linked = moved.filtered(lambda order: order.opportunity_id and order.state == 'sale')
        for order in linked:  # an order of Sales finds its opportunity: as if it had been confirmed from there
            order.opportunity_id._update_revenues_from_so(order)
        linked._tell_user(linked._mark_opportunities_won())
        return result

    def action_confirm(self):
        result = super().action_confirm()
        told = self._mark_opportunities_won()
        return told if told and result is True else result

    def _align_opportunities(self):
        """Let the expected revenue follow orders that were changed after they were confirmed."""
        orders = self.filtered(
            lambda order: order.state == 'sale' and order.company_id.crm_revenue_from_orders == 'equal')
        orders.opportunity_id._align_revenue_with_orders()

    def _mark_opportunities_won(self):
        """Tell the opportunities that these orders are confirmed: they are won, where the company wants it so.

        :return: see ``crm.lead._mark_won_by_orders``
        """
        orders = self.filtered(lambda order: order.opportunity_id and order.company_id.crm_won_on_order_confirm)
        return orders.opportunity_id._mark_won_by_orders({order.opportunity_id.id: order for order in orders})

    def _tell_user(self, told):
        """Tell the user by the bus: whatever links an order, a field of its form or a button, returns no action.

        :param told: see ``crm.lead._mark_won_by_orders``
        """
        if told:
            self.env.user._bus_send(told['tag'], told['params'])

    def action_link_opportunity(self):
        """Link the order to the one open opportunity of its customer."""
        self.ensure_one()
        if len(self.open_opportunity_ids) != 1:
            raise UserError(self.env._("Choose the opportunity: there is not exactly one any more."))
        self.opportunity_id = self.open_opportunity_ids
        self.opportunity_id._log_order_links({self.opportunity_id.id: self}, confirm=self.state == 'sale')
        return True

    def action_reopen_opportunity(self):
        """Put the opportunity whose last order was cancelled back to where it was before it was won.

        :return: action that opens the opportunity
        :raise UserError: unless the order is cancelled and was the last one of an opportunity that is still won
        """
        self.ensure_one()
        if not self.can_reopen_opportunity:
            raise UserError(self.env._(
                "Only the last order of a won opportunity reopens it, once it is cancelled, for those who may edit it."))
        self.opportunity_id._reopen_after_cancel(self)
        return self.opportunity_id.get_formview_action()
