"""What is proposed for each opportunity, and what stands in the way of it: reads only, a number of queries that does not
grow with the selection."""
from collections import defaultdict

from odoo import models

from ..order_plan import OrderPlan


class CrmLead(models.Model):
    _inherit = 'crm.lead'

    def _get_order_plans(self):
        """Propose what to do with each opportunity: an existing quotation first, a new order otherwise.

        :return: ``{lead_id: OrderPlan}``, one for every record of ``self``
        """
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

    def _get_order_problems(self, plans, orders_by_lead=None):
        """Say what stands in the way of the plans.

        The one place for these rules: the wizard shows them, and the conversion asks again once the rows are locked.

        :param dict plans: ``{lead_id: OrderPlan}``
        :param dict orders_by_lead: what :meth:`_get_orders_by_lead` returned, when the caller has it already
        :return: ``{lead_id: sentence in the user's language}``; what may go on is absent
        """
        if orders_by_lead is None:
            orders_by_lead = self._get_orders_by_lead()
        self._forget_deleted(plans)
        self._note_hidden(plans)
        writable = self._filtered_access('write')
        problems = {}
        for lead in self:
            plan = plans[lead.id]
            problem = (
                lead._get_state_problem(lead in writable)
                or lead._get_existing_order_problem(orders_by_lead[lead.id], plan)
                or lead._get_plan_problem(plan)
            )
            if problem:
                problems[lead.id] = problem
        return problems

    def _forget_deleted(self, plans):
        """Take out of the plans what was deleted since they were made."""
        for name in ('order', 'partner', 'template'):
            chosen = [getattr(plans[lead.id], name) for lead in self]
            if not any(chosen):
                continue
            existing = set(chosen[0].union(*chosen).exists()._ids)
            for lead, record in zip(self, chosen, strict=True):
                if record and record.id not in existing:
                    setattr(plans[lead.id], name, record.browse())
                    plans[lead.id].is_template_lost |= name == 'template'

    def _note_hidden(self, plans):
        """Note in the plans which customers and products are out of the user's sight."""
        partners, products = {}, {}
        for lead in self:
            plan = plans[lead.id]
            if plan.action == 'confirm':
                partners[lead.id], products[lead.id] = plan.order.partner_id, plan.order.order_line.product_id
            else:
                partners[lead.id], products[lead.id] = plan.partner, plan.template.sale_order_template_line_ids.product_id
        for name, records in (('is_partner_hidden', partners), ('is_product_hidden', products)):
            everything = next(iter(records.values()), self).union(*records.values())
            hidden = set((everything - everything._filtered_access('read'))._ids)
            for lead in self:
                setattr(plans[lead.id], name, not hidden.isdisjoint(records[lead.id]._ids))

    def _get_state_problem(self, is_writable):
        """Return why the opportunity itself cannot be ordered, or ``''``."""
        company = self.company_id
        if self.type == 'lead':
            return self.env._("This is still a lead: convert it to an opportunity first.")
        if self.won_status == 'lost' or not self.active:
            return self.env._("The opportunity is lost or archived: restore it first.")
        if company and company not in self.env.companies:
            return self.env._("It belongs to %(company)s: activate that company first.", company=company.name)
        if not is_writable:
            return self.env._("You may not edit this opportunity: ask its salesperson or a manager.")
        return ''

    def _get_existing_order_problem(self, orders, plan):
        """Return why what was ordered already forbids the plan, or ``''``."""
        ordered = orders.sudo().filtered(lambda order: order.state == 'sale')  # sudo: sale.order - names and states
        if ordered:
            return self.env._("Already ordered: %(orders)s.", orders=", ".join(ordered.mapped('name')))
        unknown = (orders - plan.known_orders).sudo()  # sudo: sale.order - names only
        if unknown:
            return self.env._(
                "%(orders)s appeared in the meantime: look at it, then start again.",
                orders=", ".join(unknown.mapped('name')),
            )
        hidden = (orders - orders._filtered_access('write')).sudo()  # sudo: sale.order - names only
        if hidden and not plan.order:
            return self.env._(
                "There is a quotation that you may not edit: %(orders)s. Ask a manager.",
                orders=", ".join(hidden.mapped('name')),
            )
        return ''

    def _get_plan_problem(self, plan):
        """Return what the plan itself lacks, or ``''``."""
        if plan.action == 'confirm':
            return self._get_confirm_problem(plan)
        if plan.action == 'create':
            return self._get_customer_problem(plan) or self._get_content_problem(plan)
        return self.env._("Left out by you.")

    def _get_confirm_problem(self, plan):
        order = plan.order
        if not order:
            return self.env._("Choose the quotation to confirm.")
        if order.state not in ('draft', 'sent'):
            return self.env._("%(order)s is no longer a quotation.", order=order.name)
        if not order.order_line.filtered('product_id'):
            return self.env._("Quotation %(order)s has no products: add some, or choose another one.", order=order.name)
        if any(not (line.product_id or line.display_type or line.is_downpayment) for line in order.order_line):
            return self.env._("Quotation %(order)s has a line without a product: complete it first.", order=order.name)
        if plan.is_product_hidden:
            return self.env._(
                "Quotation %(order)s has products that you may not see: ask an administrator.", order=order.name)
        return self._get_partner_problem(plan, order.partner_id)

    def _get_customer_problem(self, plan):
        if plan.partner or plan.create_partner:
            return self._get_partner_problem(plan, plan.partner)
        if plan.known_partners:
            return self.env._("Several customers match: choose one, or tick that a new one is to be created.")
        return self.env._("No customer: choose one, or tick that a new one is to be created.")

    def _get_partner_problem(self, plan, partner):
        if plan.is_partner_hidden:
            return self.env._("You may not see the customer: ask a manager, or choose another one.")
        if partner and not partner.active:
            return self.env._("The customer %(customer)s is archived: restore or replace it.", customer=partner.name)
        return ''

    def _get_content_problem(self, plan):
        if plan.is_template_lost:
            return self.env._("The chosen quotation template was deleted: choose another one.")
        if plan.template:
            if not plan.template.active:
                return self.env._("The quotation template is archived: choose another one.")
            if not plan.template.sale_order_template_line_ids.filtered('product_id'):
                return self.env._("The quotation template %(template)s has no products.", template=plan.template.name)
            if plan.is_product_hidden:
                return self.env._(
                    "The quotation template %(template)s has products that you may not see: choose another one.",
                    template=plan.template.name)
            return self._get_currency_problem(plan.partner)
        if not self.expected_revenue:
            return self.env._("Nothing to order: enter the expected revenue, or choose a quotation template.")
        product = self._get_order_company()._get_crm_order_product()
        if not product or not product.has_access('read') or not product.active or not product.sale_ok:
            return self.env._(
                "There is no product to sell at the expected revenue: ask an administrator to choose one in the CRM settings.")
        return self._get_currency_problem(plan.partner)

    def _get_currency_problem(self, partner):
        """Return why an order in the currency of the customer's pricelist would have wrong prices, or ``''``.

        Without a rate, core would convert one to one.
        """
        company = self._get_order_company()
        pricelist = partner.with_company(company).property_product_pricelist
        if not pricelist or pricelist.currency_id._is_rated(company):
            return ''
        return self.env._(
            "There is no rate for %(currency)s, the currency of the pricelist %(pricelist)s: ask an administrator to enter it.",
            currency=pricelist.currency_id.name, pricelist=pricelist.name)
