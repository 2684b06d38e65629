from collections import defaultdict

import psycopg2
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import is_html_empty, plaintext2html
from odoo.tools.mail import parse_contact_from_email
from odoo.tools.misc import clean_context

from ..customer_keys import name_key, phone_key, vat_key
from ..order_plan import OrderPlan, OrderResult


class CrmLead(models.Model):
    _inherit = 'crm.lead'

    partner_vat = fields.Char(
        "Tax ID", compute='_compute_partner_vat', store=True, readonly=False,
        help="Tax ID of the customer to be. An existing customer is found by it, a new one created with it.")
    date_ordered = fields.Datetime(
        "Ordered On", readonly=True, copy=False,
        help="When the opportunity was last turned into a sales order with the wizard.")

    @api.depends('partner_id.vat')
    def _compute_partner_vat(self):
        for lead in self:
            lead.partner_vat = lead.partner_id.vat or lead.partner_vat

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_convert_to_orders(self):
        """Open the wizard that shows what would be ordered for these opportunities."""
        # The pipeline's default_* keys are meant for new opportunities, not for wizards, partners and orders.
        # Merging with the present context, as pylint would have it, keeps what is to be dropped.
        Wizard = self.env['crm.lead.convert.order'].with_context(  # pylint: disable=context-overridden
            clean_context(self.env.context))
        return Wizard.create(Wizard._prepare_selection_values(self))._get_form_action()

    def _prepare_remedy_context(self, field):
        """Have a quotation made to meet a requirement carry the same as one made with the button."""
        context = super()._prepare_remedy_context(field)
        if field.comodel_name == 'sale.order':
            context.update(self._prepare_opportunity_quotation_context())
        return context

    @api.model
    def _get_remedy_label(self, field):
        if field.comodel_name == 'sale.order':
            return self.env._("Quotation")
        return super()._get_remedy_label(field)

    # ------------------------------------------------------------------
    # Planning: reads only, a number of queries that does not grow with the selection
    # ------------------------------------------------------------------

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

    # ------------------------------------------------------------------
    # Converting
    # ------------------------------------------------------------------

    def _convert_to_orders(self, plans=None, *, confirm=True, cancel_others=False, cancel_reason='', mark_won=True):
        """Make one sales order of each opportunity, never two, and say what became of each.

        The rows are locked first and everything is checked again under the lock: what somebody else ordered in the
        meantime is skipped, what somebody else is at work on is reported as busy. All that may go on is created and
        confirmed in batch; where the batch fails, it is halved until the culprits stand alone, each in its own
        savepoint, so that one failure spoils nothing else.

        Nothing is committed here. Opportunities that another transaction changed since this one began raise
        PostgreSQL's serialization failure, which Odoo answers by trying the whole request again.

        :param dict plans: ``{lead_id: OrderPlan}``; those of :meth:`_get_order_plans` by default
        :param bool confirm: confirm the orders; otherwise they stay quotations
        :param bool cancel_others: cancel the other open quotations of the same opportunity
        :param str cancel_reason: why, for the log of the cancelled quotations
        :param bool mark_won: mark as won what is not; where a rule of the pipeline refuses, the order stands all the same
        :return: ``{lead_id: OrderResult}``, one for every record of ``self``
        """
        leads = self.with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        if plans is None:
            plans = leads._get_order_plans()
        leads.env.flush_all()  # the lock and what is read under it must see what this transaction wrote
        locked = leads.try_lock_for_update().with_prefetch()  # reads no more rows than it works on
        locked.invalidate_recordset()
        results = {
            lead.id: OrderResult('busy', lead.env['sale.order'], lead.env._("Somebody else is working on it: try again."))
            for lead in leads - locked
        }
        orders_by_lead = locked._get_orders_by_lead()
        problems = locked._get_order_problems(plans, orders_by_lead)
        for lead in locked:
            problem = problems.get(lead.id)
            if not problem and not confirm and plans[lead.id].action == 'confirm':
                problem = lead.env._("Quotation %(order)s is there already.", order=plans[lead.id].order.name)
            if problem:
                results[lead.id] = OrderResult('skip', orders_by_lead[lead.id], problem)
        options = {
            'confirm': confirm, 'cancel_others': cancel_others, 'cancel_reason': cancel_reason, 'mark_won': mark_won}
        results.update(locked.filtered(lambda lead: lead.id not in results)._convert_or_halve(plans, options))
        return results

    def _convert_or_halve(self, plans, options):
        """Convert all at once; on an error, each half by itself, down to the single opportunity that fails."""
        if not self:
            return {}
        try:
            with self.env.cr.savepoint():  # so that a failure leaves nothing half done behind
                return self._convert_batch(plans, **options)
        except (UserError, psycopg2.IntegrityError) as error:
            if len(self) > 1:
                middle = len(self) // 2
                return {
                    **self[:middle]._convert_or_halve(plans, options),
                    **self[middle:]._convert_or_halve(plans, options),
                }
            return {self.id: OrderResult('failed', self.env['sale.order'], self._get_error_sentence(error))}

    def _get_error_sentence(self, error):
        if isinstance(error, UserError):
            return error.args[0]
        return self.env._(
            "The database refused: %(error)s", error=self.env['sale.order']._sql_error_to_message(error))

    def _convert_batch(self, plans, *, confirm, cancel_others, cancel_reason, mark_won):
        """Create, confirm and link the orders of opportunities that are locked and checked."""
        # Written, not only locked: a second transaction that started before this commit must fail its own lock
        # rather than look for orders in a snapshot that cannot hold ours.
        self.write({'date_ordered': self.env.cr.now()})
        self._assign_order_customers(plans)
        orders = self._create_planned_orders(plans)
        for lead in self:
            orders.setdefault(lead.id, plans[lead.id].order)
        all_orders = self.env['sale.order'].union(*orders.values())
        kept = self._cancel_other_quotations(plans, orders, cancel_reason) if cancel_others else {}
        self._carry_over_documents(orders)
        self._log_order_links(orders, confirm)
        if confirm:
            all_orders.action_confirm()  # marks the opportunities as won by itself where the company wants it so
        if mark_won:
            to_win = self.filtered(lambda lead: not confirm or not orders[lead.id].company_id.crm_won_on_order_confirm)
            to_win._mark_won_by_orders(orders)
        not_won = self.env._("Not marked as won yet: the activity on the opportunity says what is missing.")
        remarks = {lead.id: [not_won] if mark_won and lead.won_status != 'won' else [] for lead in self}
        for lead_id, names in kept.items():
            remarks[lead_id].append(self.env._(
                "Not cancelled, since you may not edit it: %(orders)s.", orders=", ".join(names)))
        return {lead.id: OrderResult('done', orders[lead.id], " ".join(remarks[lead.id])) for lead in self}

    def _create_planned_orders(self, plans):
        """Create the orders that are to be created, one call for each company.

        :return: ``{lead_id: sale.order}``
        """
        orders = {}
        to_create = self.filtered(lambda lead: plans[lead.id].action == 'create')
        for company, leads in to_create.grouped(lambda lead: lead._get_order_company()).items():
            leads = leads.with_company(company)
            Order = leads.env['sale.order']
            defaults = Order._get_shared_defaults()
            created = Order.create([{**defaults, **lead._prepare_order_values(plans[lead.id])} for lead in leads])
            for lead, order in zip(leads, created, strict=True):
                orders[lead.id] = order.with_env(self.env)
        return orders

    def _prepare_order_values(self, plan):
        """Return the values of the new order of one opportunity; payment terms, pricelist, fiscal position and
        addresses are left to the computes of ``sale.order``.

        Called in the order's company. Extend to carry over more.
        """
        self.ensure_one()
        values = {
            'opportunity_id': self.id,
            'company_id': self.env.company.id,
            'partner_id': plan.partner.id,
            'origin': self.name,
            'campaign_id': self.campaign_id.id,
            'medium_id': self.medium_id.id,
            'source_id': self.source_id.id,
            'tag_ids': [Command.set(self.tag_ids.ids)],
            # Without a salesperson, sale.order would take the customer's, whose orders the user may not see.
            'user_id': self.user_id.id or self.env.uid,
            'sale_order_template_id': plan.template.id,
            'order_line': [Command.create(values) for values in self._prepare_order_lines_values(plan)],
        }
        if self.team_id:
            values['team_id'] = self.team_id.id
        return values

    def _prepare_order_lines_values(self, plan):
        """Return the values of all order lines: those of the template, or the one of the fallback product."""
        if not plan.template:
            return [self._prepare_order_line_values(plan)]
        template = plan.template.with_context(lang=plan.partner.lang)
        return [line._prepare_order_line_values() for line in template.sale_order_template_line_ids]

    def _prepare_order_line_values(self, plan):
        """Return the values of the line that sells the fallback product at the expected revenue."""
        self.ensure_one()
        if problem := self._get_currency_problem(plan.partner):  # of a customer that was only made now
            raise UserError(problem)
        product = self.env.company._get_crm_order_product()
        pricelist = plan.partner.property_product_pricelist
        currency = pricelist.currency_id or self.env.company.currency_id
        amount = self.company_currency._convert(
            self.expected_revenue, currency, self.env.company, fields.Date.context_today(self))
        return {
            'product_id': product.id,
            'product_uom_qty': 1,
            'price_unit': self._get_price_before_taxes(product, plan.partner, amount, currency),
            'discount': 0,  # the expected revenue is what was agreed, whatever the pricelist gives
        }

    def _get_price_before_taxes(self, product, partner, amount, currency):
        """Return the unit price that leaves ``amount`` without taxes, also where the product's taxes are included."""
        taxes = product.taxes_id._filter_taxes_by_company(self.env.company)
        if not any(taxes.mapped('price_include')):
            return amount
        fiscal_position = self.env['account.fiscal.position']._get_fiscal_position(partner)
        included = fiscal_position.map_tax(taxes).filtered('price_include')
        return included.with_context(force_price_include=False).compute_all(
            amount, currency=currency, product=product, partner=partner)['total_included']

    def _cancel_other_quotations(self, plans, chosen, reason):
        """Cancel the open quotations that were not chosen; their log says what was, and why.

        :param dict chosen: ``{lead_id: sale.order}``
        :return: ``{lead_id: names}`` of the quotations that stay because the user may not edit them
        """
        Order = self.env['sale.order']
        known = Order.union(*(plans[lead.id].known_orders for lead in self)) - Order.union(*chosen.values())
        # sudo: sale.order - names, states and opportunities, also of a colleague's quotations
        others = known.sudo().filtered(lambda order: order.state in ('draft', 'sent') and order.opportunity_id.id in chosen)
        own = others.sudo(self.env.su)._filtered_access('write')
        for order in own:
            order._track_set_log_message(Markup("%s%s") % (
                self.env._("Cancelled in favour of %(order)s.", order=chosen[order.opportunity_id.id]._get_html_link()),
                plaintext2html(reason) if reason else ''))
        own._action_cancel()
        kept = (others - own.sudo()).grouped(lambda order: order.opportunity_id.id)
        return {lead_id: quotations.mapped('name') for lead_id, quotations in kept.items()}

    def _carry_over_documents(self, orders):
        """Put the attachments of the opportunities on their orders, each once, and the notes into the orders' log."""
        Attachment = self.env['ir.attachment']
        attachments = Attachment.search([('res_model', '=', 'crm.lead'), ('res_id', 'in', self.ids)])
        if attachments:
            present = {
                (order_id, checksum) for order_id, checksum in Attachment._read_group(
                    [('res_model', '=', 'sale.order'), ('res_id', 'in', [order.id for order in orders.values()])],
                    ['res_id', 'checksum'],
                )
            }
            missing = attachments.filtered(
                lambda document: (orders[document.res_id].id, document.checksum) not in present)
            values_list = missing.copy_data({'res_model': 'sale.order'})
            for document, values in zip(missing, values_list, strict=True):
                values.update(name=document.name, res_id=orders[document.res_id].id)
            Attachment.create(values_list)

    def _log_order_links(self, orders, confirm):
        """Link opportunity and order in each other's log, and take the internal notes along."""
        lead_bodies, order_bodies = {}, {}
        for lead in self:
            order = orders[lead.id]
            lead_bodies[lead.id] = (
                lead.env._("Ordered: %(order)s.", order=order._get_html_link())
                if confirm else lead.env._("Quotation made: %(order)s.", order=order._get_html_link())
            )
            order_bodies[order.id] = lead.env._("From the opportunity %(lead)s.", lead=lead._get_html_link())
            if not is_html_empty(lead.description):
                order_bodies[order.id] = Markup("%s<p><b>%s</b></p>%s") % (
                    order_bodies[order.id], lead.env._("Notes of the opportunity"), lead.description)
        self._message_log_batch(bodies=lead_bodies)
        self.env['sale.order'].union(*orders.values())._message_log_batch(bodies=order_bodies)

    def _mark_won_by_orders(self, orders):
        """Mark as won what is not.

        An order is never lost to a rule of the pipeline: where one refuses, the opportunity stays where it is and its
        salesperson gets an activity that says what is missing.

        :param dict orders: ``{lead_id: sale.order}``
        """
        # sudo: crm.lead - whether it is won already, also of a colleague's opportunity: an order of it may be ours
        to_win = self.sudo().filtered(lambda lead: lead.won_status != 'won' and lead.type == 'opportunity').sudo(self.env.su)
        own = to_win._filtered_access('write')
        refusals = dict.fromkeys((to_win - own).ids, self.env._("You may not edit the opportunity."))
        refusals.update(own._set_won_or_halve())
        for lead in self.browse(refusals):
            lead._plan_won_refused_activity(orders[lead.id], refusals[lead.id])

    def _set_won_or_halve(self):
        """Mark as won all that may be; return ``{lead_id: reason}`` of the others."""
        if not self:
            return {}
        try:
            with self.env.cr.savepoint():  # so that a refusal leaves no half of the batch won
                self.action_set_won()
                return {}
        except UserError as error:
            if len(self) > 1:
                middle = len(self) // 2
                return {**self[:middle]._set_won_or_halve(), **self[middle:]._set_won_or_halve()}
            return {self.id: error.args[0]}

    def _plan_won_refused_activity(self, order, reason):
        # sudo: crm.lead - who is in charge of a colleague's opportunity
        responsible = self.sudo().user_id.sudo(self.env.su) or order.user_id or self.env.user
        document = self if self.has_access('write') else order  # who confirms a colleague's deal may not edit it
        document = document.with_context(lang=responsible.lang)
        document.activity_schedule(
            'mail.mail_activity_data_todo',
            summary=document.env._("Ordered with %(order)s: complete the opportunity and mark it as won", order=order.name),
            note=plaintext2html(reason),
            user_id=responsible.id,
        )

    def _has_confirmed_orders(self):
        # sudo: sale.order - a colleague's order counts as well; only whether there is one
        return any(order.state == 'sale' for order in self.sudo().order_ids)

    def _update_revenues_from_so(self, order):
        """Follow the company's setting; core raises the expected revenue, and only to orders in the company's currency."""
        policy = order.company_id.crm_revenue_from_orders
        leads = self._filtered_access('write')  # where core would refuse the order of a colleague's opportunity
        if policy == 'raise':
            return super(CrmLead, leads)._update_revenues_from_so(order)
        if policy == 'raise_any':
            for lead in leads:
                amount = lead._get_order_revenue(order)
                if amount is not None and lead.company_currency.compare_amounts(lead.expected_revenue, amount) < 0:
                    lead._set_revenue_from_orders(amount)

    def _align_revenue_with_orders(self):
        """Set the expected revenue to what is ordered, where the company wants them equal and something is ordered."""
        leads = self._filtered_access('write').filtered(
            lambda lead: lead._get_order_company().crm_revenue_from_orders == 'equal')
        for lead in leads.sudo():  # sudo: sale.order - the orders of colleagues are part of the sum
            amounts = [lead._get_order_revenue(order) for order in lead.order_ids if order.state == 'sale']
            if not amounts or None in amounts:
                continue
            amount = sum(amounts)
            if amount and lead.company_currency.compare_amounts(lead.expected_revenue, amount):
                lead.sudo(self.env.su)._set_revenue_from_orders(amount)

    def _get_order_revenue(self, order):
        """Return the untaxed amount of an order in the opportunity's currency, at the rate of the day it was ordered;
        ``None`` where there is no rate."""
        currency, company = order.currency_id, order.company_id
        if currency == self.company_currency:
            return order.amount_untaxed
        if not currency._is_rated(company) or not self.company_currency._is_rated(company):
            return None
        # The day, not the second: rates are cached by what is asked for.
        return currency._convert(
            order.amount_untaxed, self.company_currency, company, (order.date_order or fields.Datetime.now()).date())

    def _set_revenue_from_orders(self, amount):
        self.expected_revenue = amount
        self._track_set_log_message(self.env._("The expected revenue follows the sales orders."))

    def _reopen_after_cancel(self, order):
        """Put a won opportunity back to the stage it was won from."""
        self.ensure_one()
        stage = self._get_stage_before_won()
        if not stage:
            raise UserError(self.env._("There is no stage to put the opportunity back to: every stage of its team is won."))
        self.write({'stage_id': stage.id})
        self._message_log(body=self.env._("Reopened: %(order)s was cancelled.", order=order._get_html_link()))

    def _get_stage_before_won(self):
        """Return the last stage that was not won, by the log of changes; or else the last one of the team."""
        # sudo: mail.tracking.value - closed to users; only the stage of an opportunity that the user may edit
        values = self.env['mail.tracking.value'].sudo().search([
            ('mail_message_id.model', '=', self._name), ('mail_message_id.res_id', '=', self.id),
            ('field_id.name', '=', 'stage_id'),
        ], order='id desc')
        stages = self.env['crm.stage'].browse(values.mapped('old_value_integer')).exists()
        stages += self._stage_find(domain=[('is_won', '=', False)], order='sequence desc, id desc', limit=1)
        return stages.filtered(lambda stage: not stage.is_won)[:1]

    # ------------------------------------------------------------------
    # Customers
    # ------------------------------------------------------------------

    def _assign_order_customers(self, plans):
        """Make the customers that are to be made and set the customer of opportunities that have none.

        A customer that appeared since the plans were made (made a moment ago for another opportunity of the same
        batch, or by a colleague) is used rather than doubled.
        """
        missing = self.filtered(
            lambda lead: plans[lead.id].action == 'create' and not plans[lead.id].partner)
        appeared = missing._find_order_customers()
        to_create = self.browse()
        for lead in missing:
            plan = plans[lead.id]
            fresh = {
                partner: reasons for partner, reasons in appeared.get(lead.id, {}).items()
                if partner not in plan.known_partners
            }
            plan.partner = lead._choose_order_customer(fresh)
            if not plan.partner:
                to_create += lead
        to_create._create_order_customers(plans)
        by_partner = defaultdict(self.browse)
        for lead in self:
            if not lead.partner_id:
                by_partner[plans[lead.id].partner or plans[lead.id].order.partner_id] += lead
        for partner, leads in by_partner.items():
            leads.write({'partner_id': partner.id})

    def _create_order_customers(self, plans):
        """Create the customers of these opportunities as core does one by one, but in two calls, and one customer for
        opportunities that share an e-mail address, a telephone number, a tax code or a company name."""
        firsts, partner_of, seen = self.browse(), {}, {}
        for lead in self:
            keys = lead._get_customer_keys()
            first = next((seen[key] for key in keys if key in seen), lead)
            seen.update((key, seen.get(key, first)) for key in keys)
            partner_of[lead.id] = first
            if first == lead:
                firsts += lead
        created = firsts._create_companies_and_contacts()
        for lead in self:
            plans[lead.id].partner = created[partner_of[lead.id].id]

    def _create_companies_and_contacts(self):
        """Return ``{lead_id: the contact, or the company where there is no contact}``, all newly created."""
        Partner = self.env['res.partner']
        with_company = self.filtered('partner_name')
        companies = dict(zip(with_company.ids, Partner.create([
            lead._prepare_order_customer_values(lead.partner_name, is_company=True) for lead in with_company
        ]), strict=True))
        contact_names = {lead.id: lead._get_order_contact_name() for lead in self}
        with_contact = self.filtered(lambda lead: contact_names[lead.id] or lead.id not in companies)
        contacts = dict(zip(with_contact.ids, Partner.create([
            lead._prepare_order_customer_values(
                contact_names[lead.id] or lead.name, is_company=False,
                parent_id=companies[lead.id].id if lead.id in companies else False)
            for lead in with_contact
        ]), strict=True))
        return {**companies, **contacts}

    def _get_order_contact_name(self):
        return self.contact_name or (self.email_from and parse_contact_from_email(self.email_from)[0])

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        values = super()._prepare_customer_values(partner_name, is_company=is_company, parent_id=parent_id)
        if self.partner_vat and not parent_id:
            values['vat'] = self.partner_vat
        return values

    def _prepare_order_customer_values(self, partner_name, is_company=False, parent_id=False):
        values = self._prepare_customer_values(partner_name, is_company=is_company, parent_id=parent_id)
        if self.company_id:
            values.setdefault('company_id', self.company_id.id)
        return values

    def _get_customer_keys(self):
        """Return the set of ``(kind, normalized value)`` that say who the customer is."""
        keys = {
            ('email', self.email_normalized or ''),
            ('phone', phone_key(self.phone)),
            ('vat', vat_key(self.partner_vat)),
            ('name', name_key(self.partner_name)),
        }
        return {key for key in keys if key[1]}

    def _find_order_customers(self):
        """Find the existing customers that each opportunity without one may mean, archived ones too.

        Found by normalized e-mail, telephone number in any Vietnamese spelling, tax code and exact company name; only
        partners that the user may see and that the opportunity's company may use.

        :return: ``{lead_id: {res.partner: set of the kinds that match}}``; leads without any are absent
        """
        keys_by_lead = {lead: lead._get_customer_keys() for lead in self if not lead.partner_id}
        all_keys = set().union(*keys_by_lead.values())
        if not all_keys:
            return {}
        partners_by_key = defaultdict(self.env['res.partner'].browse)
        for partner in self.env['res.partner']._search_by_customer_keys(all_keys):
            for key in partner._get_customer_keys() & all_keys:
                partners_by_key[key] |= partner
        result = {}
        for lead, keys in keys_by_lead.items():
            allowed = {False, lead._get_order_company().id}
            for kind, value in sorted(keys):
                for partner in partners_by_key[kind, value]:
                    if partner.company_id.id in allowed:
                        result.setdefault(lead.id, {}).setdefault(partner, set()).add(kind)
        return result

    def _choose_order_customer(self, candidates):
        """Return the candidate that is certainly meant, or none: then the user must choose.

        Candidates of one company (the company, its contacts) are one customer: the one that matches best is meant.

        :param dict candidates: ``{res.partner: kinds}``, an item of what :meth:`_find_order_customers` returns
        """
        partners = self.env['res.partner'].union(*candidates)
        if len(partners.commercial_partner_id) != 1:
            return self.env['res.partner']
        return min(partners, key=lambda partner: (
            not partner.active, -len(candidates[partner]), partner != partner.commercial_partner_id, partner.id))
