from odoo import models
from odoo.tools import float_round, get_lang
from odoo.tools.misc import format_amount

from ..vietnamese_numbers import MAX_NUMBER, read_number, shorten_number


class ResCurrency(models.Model):
    _inherit = 'res.currency'

    def _is_rated(self, company):
        """Return whether amounts in the company's currency can be converted to this one, and back: core takes 1 where
        no rate was ever entered, or where the currency was archived before its rate was."""
        self.ensure_one()
        if self == company.currency_id:
            return True
        # sudo: res.currency.rate - only whether there is one; the rates of all companies are in the cache
        rate_companies = self.sudo().rate_ids.mapped(lambda rate: rate.company_id.id)
        return self.active and (False in rate_companies or company.root_id.id in rate_companies)

    def amount_to_text(self, amount):
        """Read amounts in Vietnamese as formal paper has them; other languages, and what is beyond the reader, as core.

        The current company says how: see its settings ``sale_words_linh`` and ``sale_words_even``.
        """
        self.ensure_one()
        if get_lang(self.env).iso_code != 'vi' or abs(amount) > MAX_NUMBER:
            return super().amount_to_text(amount)
        company = self.env.company
        zero_ten = 'linh' if company.sale_words_linh else 'lẻ'
        factor = 10 ** self.decimal_places
        units, fraction = divmod(round(float_round(abs(amount), precision_digits=self.decimal_places) * factor), factor)
        words = [read_number(units, zero_ten), self._get_vietnamese_unit()]
        if amount < 0 and (units or fraction):
            words.insert(0, 'âm')
        if fraction:
            words += ['và', read_number(fraction, zero_ten), self.currency_subunit_label or '']
        elif company.sale_words_even:
            words.append('chẵn')
        text = ' '.join(word for word in words if word)
        return text[:1].upper() + text[1:]

    def _get_vietnamese_unit(self):
        """Return what the currency is called in Vietnamese: core's data know the dong as "Dong"."""
        return 'đồng' if self.name == 'VND' else self.currency_unit_label or self.name

    def _format_short(self, amount):
        """Return an amount as it is said: 1,45 triệu, where that is said; as it is written, elsewhere."""
        self.ensure_one()
        short = shorten_number(amount) if self.name == 'VND' and get_lang(self.env).iso_code == 'vi' else ''
        return short or format_amount(self.env, amount, self)
