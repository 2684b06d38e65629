"""Merging loses no order."""
from odoo import models
from odoo.tools import SQL


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def _merge_get_fields_specific(self):
        # Core carries over, by a write with the user's rights, what the user sees: _merge_dependences_orders has it all.
        specific = super()._merge_get_fields_specific()
        specific.pop('order_ids', None)
        return specific

    def _merge_opportunity(self, user_id=False, team_id=False, auto_unlink=True, max_length=5):
        orders_by_lead = self._get_orders_by_lead()
        head = super()._merge_opportunity(
            user_id=user_id, team_id=team_id, auto_unlink=auto_unlink, max_length=max_length)
        orders_by_lead.pop(head.id, None)
        head._follow_merged_orders(self.env['sale.order'].union(*orders_by_lead.values()))
        return head

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        self._merge_dependences_orders(opportunities)
        return result

    def _merge_dependences_orders(self, opportunities):
        """Carry over every order and quotation, also those out of the user's sight, of other companies, and cancelled."""
        self.ensure_one()
        # sudo: sale.order - an order that lost its opportunity could be made a second time
        orders = self.env['sale.order'].sudo().search([('opportunity_id', 'in', opportunities.ids)])
        if not orders:
            return
        # Not by write(): the stage of the merged opportunity is not known yet, so none of them may win it now, and the
        # order of another company, which the check of companies would refuse, must not be lost either.
        self.env.cr.execute(SQL("UPDATE sale_order SET opportunity_id = %s WHERE id IN %s", self.id, orders._ids))
        orders.invalidate_recordset(['opportunity_id'])
        (self + opportunities).invalidate_recordset(['order_ids'])
        orders.modified(['opportunity_id'])
        self._message_log(body=self.env._("Orders and quotations carried over: %(count)s.", count=len(orders)))

    def _follow_merged_orders(self, orders):
        """Let the opportunity follow the confirmed ones of the orders carried over, as if they had been confirmed here."""
        # sudo: sale.order - also names and amounts of colleagues' orders; the opportunity is written with the user's rights
        orders = orders.sudo().filtered(lambda order: order.state == 'sale')
        for order in orders:
            self._update_revenues_from_so(order)
        self._align_revenue_with_orders()
        if winning := orders.filtered(lambda order: order.company_id.crm_won_on_order_confirm)[:1]:
            self._mark_won_by_orders({self.id: winning})
