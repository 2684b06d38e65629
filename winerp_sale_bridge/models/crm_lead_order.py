"""Making the orders: locked, checked again, in batch, each opportunity in its own savepoint."""
import psycopg2
from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import is_html_empty, plaintext2html
from odoo.tools.misc import clean_context

from ..order_plan import ConvertOptions, OrderResult


class CrmLead(models.Model):
    _inherit = 'crm.lead'

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
        options = ConvertOptions(confirm, cancel_others, cancel_reason, mark_won)
        results.update(locked.filtered(lambda lead: lead.id not in results)._convert_or_halve(plans, options))
        return results

    def _convert_or_halve(self, plans, options):
        """Convert all at once; on an error, each half by itself, down to the single opportunity that fails."""
        if not self:
            return {}
        try:
            with self.env.cr.savepoint():  # so that a failure leaves nothing half done behind
                return self._convert_batch(plans, options)
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

    def _convert_batch(self, plans, options):
        """Create, confirm and link the orders of opportunities that are locked and checked."""
        # Written, not only locked: a second transaction that started before this commit must fail its own lock
        # rather than look for orders in a snapshot that cannot hold ours.
        self.write({'date_ordered': self.env.cr.now()})
        self._assign_order_customers(plans)
        orders = self._create_planned_orders(plans)
        for lead in self:
            orders.setdefault(lead.id, plans[lead.id].order)
        all_orders = self.env['sale.order'].union(*orders.values())
        kept = self._cancel_other_quotations(plans, orders, options.cancel_reason) if options.cancel_others else {}
        self._carry_over_documents(orders)
        self._log_order_links(orders, options.confirm)
        if options.confirm:
            all_orders.action_confirm()  # marks the opportunities as won by itself where the company wants it so
        if options.mark_won:
            to_win = self.filtered(lambda lead: not options.confirm or not orders[lead.id].company_id.crm_won_on_order_confirm)
            to_win._mark_won_by_orders(orders)
        not_won = self.env._("Not marked as won yet: the activity on the opportunity says what is missing.")
        remarks = {lead.id: [not_won] if options.mark_won and lead.won_status != 'won' else [] for lead in self}
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
