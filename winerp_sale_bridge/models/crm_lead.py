from odoo import api, fields, models
from odoo.tools.misc import clean_context


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

    def action_convert_to_orders(self):
        """Open the wizard that shows what would be ordered for these opportunities.

        :return: its action; for a single open opportunity that lacks what its won stage requires, the one that asks for it
            first, and goes on with :meth:`action_fill_in_to_win`
        """
        if len(self) == 1 and (refusal := self._prepare_won_refusal()):
            return self._get_fill_in_action(refusal)
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
