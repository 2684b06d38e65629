"""Making the orders: locked, checked again, in batch, each opportunity in its own savepoint."""
import logging
from dataclasses import replace

import psycopg2
from markupsafe import Markup

from odoo import models
from odoo.exceptions import ConcurrencyError, RedirectWarning, UserError
from odoo.tools import is_html_empty, plaintext2html
from odoo.tools.misc import clean_context

from ..order_plan import ConvertOptions, OrderResult
from .ir_sequence import NUMBERS, Numbers

_logger = logging.getLogger(__name__)

# Not one opportunity's failure but the transaction's: Odoo tries it again, or it is over.
TRANSACTION_ERRORS = (psycopg2.OperationalError, psycopg2.InterfaceError, ConcurrencyError)


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def _convert_to_orders(
        self, plans=None, *, confirm=True, cancel_others=False, cancel_reason='', mark_won=True, include_open=False,
    ):
        """Make one sales order of each opportunity, never two, and say what became of each.

        The rows are locked first and everything is checked again under the lock: what somebody else ordered in the
        meantime is skipped, what somebody else is at work on is reported as busy. All that may go on is won, created and
        confirmed in batch; where the batch fails, it is halved until the culprits stand alone, each in its own
        savepoint, so that one failure, of whatever kind, spoils nothing else.

        An opportunity that is still open is won first, through the gate of the pipeline; where that is refused, no
        order is made, and where the order fails, the opportunity is not won.

        Nothing is committed here. Opportunities that another transaction changed since this one began raise
        PostgreSQL's serialization failure, which Odoo answers by trying the whole request again.

        :param dict plans: ``{lead_id: OrderPlan}``; those of :meth:`_get_order_plans` by default
        :param bool confirm: confirm the orders; otherwise they stay quotations
        :param bool cancel_others: cancel the other open quotations of the same opportunity
        :param str cancel_reason: why, for the log of the cancelled quotations
        :param bool mark_won: whether opportunities may be won at all; those that are open are skipped otherwise
        :param bool include_open: win and order what is still open; skipped otherwise
        :return: ``{lead_id: OrderResult}``, one for every record of ``self``
        :raise AccessError: without plans, where the user may not see one of the opportunities
        """
        options = ConvertOptions(confirm, cancel_others, cancel_reason, include_open and mark_won)
        leads = self.with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        if plans is None:
            leads.check_access('read')  # of all, also those that are busy
        leads.env.flush_all()  # the lock and what is read under it must see what this transaction wrote
        locked = leads.try_lock_for_update().with_prefetch()  # reads no more rows than it works on
        locked.invalidate_recordset()
        results = {
            lead.id: OrderResult('busy', lead.env['sale.order'], lead.env._("Somebody else is working on it: try again."))
            for lead in leads - locked
        }
        orders_by_lead = locked._get_orders_by_lead()
        if plans is None:
            plans = locked._get_order_plans(orders_by_lead)
        problems = locked._get_order_problems(plans, orders_by_lead, include_open=options.include_open)
        for lead in locked:
            problem = problems.get(lead.id)
            if not problem and not confirm and plans[lead.id].action == 'confirm':
                problem = lead.env._("Quotation %(order)s is there already.", order=plans[lead.id].order.name)
            if problem:
                results[lead.id] = OrderResult('skip', orders_by_lead[lead.id], problem)
        results.update(locked.filtered(lambda lead: lead.id not in results)._convert_or_halve(plans, options))
        return results

    def _convert_or_halve(self, plans, options):
        """Convert all at once; on an error, each half by itself, down to the single opportunity that fails."""
        if not self:
            return {}
        try:
            with self.env.cr.savepoint():  # so that a failure leaves nothing half done behind
                return self._convert_batch(plans, options)
        except TRANSACTION_ERRORS:
            raise
        except Exception as error:  # whatever an extension may raise is the failure of one order, not of all
            if len(self) > 1:
                middle = len(self) // 2
                return {
                    **self[:middle]._convert_or_halve(plans, options),
                    **self[middle:]._convert_or_halve(plans, options),
                }
            return {self.id: OrderResult('failed', self.env['sale.order'], self._get_error_sentence(error))}

    def _get_error_sentence(self, error):
        """Return what a salesperson is told of an error; the log has the rest."""
        if isinstance(error, (UserError, RedirectWarning)) and isinstance(next(iter(error.args), None), str):
            return error.args[0]
        _logger.error("The order of %s failed", self, exc_info=error)
        return self.env._("An unexpected error stopped this order; the administrator finds it in the log.")

    def _convert_batch(self, plans, options):
        """Win, create, confirm and link the orders of opportunities that are locked and checked."""
        plans = {lead.id: replace(plans[lead.id]) for lead in self}  # a customer made here goes when this is undone
        # Written, not only locked: a second transaction that started before this commit must fail its own lock
        # rather than look for orders in a snapshot that cannot hold ours.
        self.write({'date_ordered': self.env.cr.now()})
        self.filtered(lambda lead: lead.won_status != 'won')._win()
        self._assign_order_customers(plans)
        orders = self._create_planned_orders(plans)
        for lead in self:
            orders.setdefault(lead.id, plans[lead.id].order)
        kept = self._cancel_other_quotations(plans, orders, options.cancel_reason) if options.cancel_others else {}
        self._carry_over_documents(orders)
        self._log_order_links(orders, options.confirm)
        if options.confirm:
            self.env['sale.order'].union(*orders.values()).action_confirm()
        self._take_order_amounts(plans, orders)
        results = {lead.id: OrderResult('done', orders[lead.id]) for lead in self}
        for lead_id, names in kept.items():
            results[lead_id].message = self.env._(
                "Not cancelled, since you may not edit it: %(orders)s.", orders=", ".join(names))
        return results

    def _create_planned_orders(self, plans):
        """Create the orders that are to be created, one call for each company.

        :return: ``{lead_id: sale.order}``
        """
        orders = {}
        to_create = self.filtered(lambda lead: plans[lead.id].action == 'create')
        for company, leads in to_create.grouped(lambda lead: lead._get_order_company()).items():
            leads = leads.with_company(company)
            # The numbers drawn ahead live as long as this call.
            Order = leads.env['sale.order'].with_context(**{NUMBERS: Numbers(len(leads))})
            defaults = Order._get_shared_defaults()
            created = Order.create([{**defaults, **lead._prepare_order_values(plans[lead.id])} for lead in leads])
            for lead, order in zip(leads, created, strict=True):
                orders[lead.id] = order.with_env(self.env)
        return orders

    def _take_order_amounts(self, plans, orders):
        """Make the amount of the order the expected revenue, where the user chose so."""
        for lead in self.filtered(lambda lead: plans[lead.id].take_amount):
            if amount := lead._get_order_revenue(orders[lead.id]):
                lead._set_revenue_from_orders(amount)

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
