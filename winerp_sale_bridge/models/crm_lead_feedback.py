"""What orders tell the opportunities they come from: won, worth so much, open again."""
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

WON_REFUSED = 'winerp_sale_bridge.mail_activity_type_won_refused'


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        result = super().write(vals)
        if 'stage_id' in vals and (won := self.filtered(lambda lead: lead.won_status == 'won')):
            won.activity_feedback([WON_REFUSED], feedback=self.env._("Completed."))  # on whichever path it was won
        return result

    def _mark_won_by_orders(self, orders):
        """Mark as won what is not.

        An order is never lost to a rule of the pipeline: where one refuses, the opportunity stays where it is, whoever
        confirmed the order is told what is missing, and its salesperson gets an activity that says it.

        :param dict orders: ``{lead_id: sale.order}``
        :return: the action that tells a person, or ``False``
        """
        # sudo: crm.lead - whether it is won already, also of a colleague's opportunity: an order of it may be ours
        to_win = self.sudo().filtered(lambda lead: lead.won_status != 'won' and lead.type == 'opportunity').sudo(self.env.su)
        own = to_win._filtered_access('write')
        refusals = dict.fromkeys((to_win - own).ids, self.env._("You may not edit the opportunity."))
        refusals.update(own._set_won_or_halve())
        for lead in self.browse(refusals):
            lead._plan_won_refused_activity(orders[lead.id], refusals[lead.id])
        return own.filtered(lambda lead: lead.id in refusals)._get_won_refused_action(orders, refusals)

    def _get_won_refused_action(self, orders, refusals):
        """Return the action that tells a person what keeps these opportunities from being won; ``False`` where there is
        nobody to be told, or nothing to tell."""
        if not self or not self._is_person_waiting() or not self.env.user._is_internal():
            return False
        lines = self._list_some(self, lambda lead: f"{orders[lead.id].name}: {refusals[lead.id]}")
        return {
            'type': 'ir.actions.client',
            'tag': 'winerp_sale_bridge.won_refused',
            'params': {'message': "\n".join(lines), 'lead_ids': self.ids},
        }

    def action_win_ordered(self, values=None, override_reason=None):
        """Write what was missing when the order was confirmed and mark as won.

        :param dict values: as for ``write``
        :param str override_reason: see :meth:`action_move_stage`
        :return: ``True``
        :raise StageRequirementError: when something is still missing
        """
        self.ensure_one()
        if stage := self._get_won_stages().get(self):
            self.action_move_stage(stage.id, values, override_reason)
        return True

    def _set_won_or_halve(self):
        """Mark as won all that may be; return ``{lead_id: reason}`` of the others."""
        if not self:
            return {}
        try:
            with self.env.cr.savepoint():  # so that a refusal leaves no half of the batch won
                self._win()
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
            WON_REFUSED if document._name == self._name else 'mail.mail_activity_data_todo',
            summary=document.env._("Ordered with %(order)s: complete the opportunity and mark it as won", order=order.name),
            note=plaintext2html(reason),
            user_id=responsible.id,
        )

    def _filtered_ordered(self):
        """Return the opportunities with a confirmed order, whoever's it is."""
        orders_by_lead = self._get_orders_by_lead()
        # sudo: sale.order - only the state, see _get_orders_by_lead
        return self.filtered(lambda lead: 'sale' in orders_by_lead[lead.id].sudo().mapped('state'))

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
        orders_by_lead = leads._get_orders_by_lead()
        for lead in leads:
            orders = orders_by_lead[lead.id].sudo()  # sudo: sale.order - the orders of colleagues are part of the sum
            amounts = [lead._get_order_revenue(order) for order in orders if order.state == 'sale']
            if not amounts or None in amounts:
                continue
            amount = sum(amounts)
            if amount and lead.company_currency.compare_amounts(lead.expected_revenue, amount):
                lead._set_revenue_from_orders(amount)

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
