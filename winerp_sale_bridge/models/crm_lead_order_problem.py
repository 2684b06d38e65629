"""What stands in the way of ordering an opportunity, in sentences: reads only, a number of queries that does not grow with
the selection."""
import math

from odoo import models


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def _get_order_problems(self, plans, orders_by_lead=None, include_open=False):
        """Say what stands in the way of the plans.

        The one place for these rules: the wizard shows them, and the conversion asks again once the rows are locked.

        :param dict plans: ``{lead_id: OrderPlan}``
        :param dict orders_by_lead: what :meth:`_get_orders_by_lead` returned, when the caller has it already
        :param bool include_open: whether opportunities that are still open are to be won and ordered
        :return: ``{lead_id: sentence in the user's language}``; what may go on is absent
        """
        if orders_by_lead is None:
            orders_by_lead = self._get_orders_by_lead()
        self._forget_deleted(plans)
        readable = self._filtered_access('read')
        problems = {lead.id: lead._get_unreadable_problem() for lead in self - readable}
        readable._note_hidden(plans)
        writable = readable._filtered_access('write')
        to_win = writable._get_won_problems(include_open)
        for lead in readable:
            plan = plans[lead.id]
            problem = (
                lead._get_state_problem(lead in writable)
                or lead._get_existing_order_problem(orders_by_lead[lead.id], plan)
                or to_win.get(lead.id)
                or lead._get_plan_problem(plan)
            )
            if problem:
                problems[lead.id] = problem
        return problems

    def _get_unreadable_problem(self):
        # sudo: crm.lead - only the company, named where it is one of the user's own, to say which one to activate
        company = self.sudo().company_id
        if company in self.env.user.company_ids - self.env.companies:
            return self.env._("It belongs to %(company)s: activate that company first.", company=company.name)
        return self.env._("You may not see this opportunity: ask its salesperson or a manager.")

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
        """Note in the plans which quotations, customers and products are out of the user's sight."""
        orders = self.env['sale.order'].union(*(plans[lead.id].order for lead in self))
        editable = orders._filtered_access('write')
        partners, products = {}, {}
        for lead in self:
            plan = plans[lead.id]
            plan.is_order_hidden = plan.order not in editable and bool(plan.order)
            if plan.action == 'confirm' and not plan.is_order_hidden:
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
        if self.type == 'lead':
            return self.env._("This is still a lead: convert it to an opportunity first.")
        if self.won_status == 'lost' or not self.active:
            return self.env._("The opportunity is lost or archived: restore it first.")
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
        if plan.is_order_hidden:
            return self.env._("You may not edit the chosen quotation: choose another one.")
        if order.opportunity_id != self:
            return self.env._("%(order)s is not a quotation of this opportunity.", order=order.name)
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
        if plan.partner:
            return self._get_partner_problem(plan, plan.partner)
        if plan.create_partner:
            return '' if self._get_new_customer_names() else self.env._(
                "No customer name: enter the company or the contact on the opportunity, or choose a customer.")
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
        revenue = self.expected_revenue
        if not math.isfinite(revenue) or self.company_currency.compare_amounts(revenue, 0) <= 0:
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
