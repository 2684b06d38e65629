"""What is proposed for each opportunity: reads only, a number of queries that does not grow with the selection."""
from collections import defaultdict

from odoo import models

from ..order_plan import OrderPlan


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def _get_order_plans(self, orders_by_lead=None):
        """Propose what to do with each opportunity: an existing quotation first, a new order otherwise.

        :param dict orders_by_lead: what :meth:`_get_orders_by_lead` returned, when the caller has it already
        :return: ``{lead_id: OrderPlan}``, one for every record of ``self``
        :raise AccessError: where the user may not see one of them
        """
        self.check_access('read')  # what others left in the cache is not for this user
        if orders_by_lead is None:
            orders_by_lead = self._get_orders_by_lead()
        partners_by_lead = self._find_order_customers()
        none = self.env['sale.order'], self.env['res.partner'], self.env['sale.order.template']
        plans = {}
        for lead in self:
            known_orders = orders_by_lead[lead.id]
            quotations = lead._get_order_quotations(known_orders)
            candidates = partners_by_lead.get(lead.id, {})
            plan = OrderPlan(
                action='create', order=none[0], partner=lead.partner_id or lead._choose_order_customer(candidates),
                create_partner=not lead.partner_id and not candidates,
                template=lead._get_order_company().sale_order_template_id or none[2],
                known_orders=known_orders, known_partners=none[1].union(*candidates),
            )
            if quotations:
                plan.action, plan.order, plan.template = 'confirm', quotations[0], none[2]
            plans[lead.id] = plan
        return plans

    def _get_order_company(self):
        """Return the company that orders for this opportunity: its own, or else the current one."""
        return self.company_id or self.env.company

    def _get_orders_by_lead(self):
        """Return all orders and quotations that are not cancelled, visible or not.

        :return: ``defaultdict {lead_id: sale.order}``; not sudo: reading an order from it obeys the user's rights
        """
        # sudo: sale.order - a colleague's order is out of sight but must not be made twice
        orders = self.env['sale.order'].sudo().search_fetch(
            [('opportunity_id', 'in', self.ids), ('state', '!=', 'cancel')], ['opportunity_id', 'state'],
        )
        result = defaultdict(self.env['sale.order'].browse)
        for lead, lead_orders in orders.grouped('opportunity_id').items():
            result[lead.id] = lead_orders.sudo(self.env.su)
        return result

    def _get_order_quotations(self, orders):
        """Return those of ``orders`` that the user may confirm, the one to propose first."""
        # sudo: sale.order - the state of any order may be known, see _get_orders_by_lead
        quotations = orders.sudo().filtered(lambda order: order.state in ('draft', 'sent')).sudo(self.env.su)
        return quotations._filtered_access('write').sorted(
            lambda order: (order.state == 'sent', order.date_order, order.id), reverse=True,
        )
