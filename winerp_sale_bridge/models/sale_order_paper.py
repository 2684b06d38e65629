from odoo import api, fields, models
from odoo.tools import html2plaintext


class SaleOrder(models.Model):
    _inherit = 'sale.order'  # pylint: disable=consider-merging-classes-inherited

    amount_in_words = fields.Char("Amount in Words", compute='_compute_amount_in_words')

    @api.depends('amount_total', 'currency_id', 'company_id.sale_amount_in_words', 'company_id.sale_words_linh',
                 'company_id.sale_words_even')
    @api.depends_context('lang')
    def _compute_amount_in_words(self):
        for order in self:
            order.amount_in_words = (
                order.company_id.sale_amount_in_words and order.currency_id
                and not order.currency_id.is_zero(order.amount_total)
                and order.currency_id.with_company(order.company_id).amount_to_text(order.amount_total)
            )

    def _get_printed_company_vat(self):
        """Return the seller's tax code for the head of the paper, where it is not in the company's details already.

        A Vietnamese quotation names the tax code of both parties; core prints the seller's only where a fiscal position
        has a foreign one.
        """
        self.ensure_one()
        company = self.company_id
        if not company.sale_vietnamese_paper or not company.vat:
            return False
        details = html2plaintext(company.company_details or '')
        return company.vat if company.vat not in details else False

    def _get_printed_bank_account(self):
        """Return the seller's account that a Vietnamese paper tells to pay into: the first one for the order's currency.

        :return: ``res.partner.bank``, empty on other paper
        """
        self.ensure_one()
        accounts = self.env['res.partner.bank']
        if self.company_id.sale_vietnamese_paper:
            # sudo: res.partner.bank - printed for whoever may read the order, a customer in the portal too
            accounts = self.company_id.sudo().partner_id.bank_ids
        return accounts.filtered(lambda account: account.currency_id in (self.env['res.currency'], self.currency_id))[:1]
