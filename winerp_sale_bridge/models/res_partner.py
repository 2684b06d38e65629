from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.phone_validation.models.mail_thread_phone import PHONE_REGEX_PATTERN

from ..customer_keys import name_key, phone_key, phone_spellings, vat_key, vat_spellings

CORE_VIETNAMESE_ADDRESS = '%(street)s\n%(street2)s\n%(city)s\n%(state_name)s %(country_name)s'


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _get_address_format(self):
        """Write ward, province and country of a Vietnamese address on one line with commas; core has no comma at all.

        A format that was changed by hand stays.
        """
        address_format = super()._get_address_format()
        if address_format != CORE_VIETNAMESE_ADDRESS:
            return address_format
        places = {'city': self.city, 'state_name': self.state_id, 'country_name': self.country_id}
        return '%(street)s\n%(street2)s\n' + ', '.join(f'%({name})s' for name, place in places.items() if place)

    def _get_customer_keys(self):
        """Return the set of ``(kind, normalized value)`` that this partner is recognized by."""
        keys = {
            ('email', self.email_normalized or ''),
            ('phone', phone_key(self.phone)),
            ('vat', vat_key(self.vat)),
            ('name', name_key(self.name) if self.is_company else ''),
        }
        return {key for key in keys if key[1]}

    @api.model
    def _search_by_customer_keys(self, keys):
        """Find the partners that any of the keys may belong to, archived ones too, within the user's rights.

        May return a few too many: compare with :meth:`_get_customer_keys`.

        :param keys: iterable of ``(kind, normalized value)``
        """
        values = {kind: {value for key_kind, value in keys if key_kind == kind} for kind, _value in keys}
        domains = []
        if emails := values.get('email'):
            domains.append(Domain('email_normalized', 'in', list(emails)))
        if vats := values.get('vat'):
            domains.append(Domain('vat', 'in', [spelling for vat in vats for spelling in vat_spellings(vat)]))
        if phones := values.get('phone'):
            domains.append(Domain('id', 'in', self._get_ids_by_phone(phones)))
        if names := values.get('name'):
            domains.append(Domain('id', 'in', self._get_ids_by_company_name(names)))
        return self.with_context(active_test=False).search(Domain.OR(domains), order='id')

    @api.model
    def _get_ids_by_phone(self, phones):
        """Return the ids of partners with one of these numbers, through the index that Odoo keeps for its own search."""
        self.flush_model(['phone'])  # the query below reads the table
        spellings = [spelling for phone in phones for spelling in phone_spellings(phone)]
        return [partner_id for [partner_id] in self.env.execute_query(SQL(
            "SELECT id FROM res_partner WHERE phone IS NOT NULL "
            "AND regexp_replace(phone::text, %s::text, ''::text, 'g'::text) = ANY(%s)",
            PHONE_REGEX_PATTERN, spellings,
        ))]

    @api.model
    def _get_ids_by_company_name(self, names):
        """Return the ids of companies with one of these names, in any letter case and spacing."""
        self.flush_model(['name', 'is_company'])  # the query below reads the table
        # upper() as well: with PostgreSQL's "C" locale, lower() leaves Vietnamese capitals alone
        return [partner_id for [partner_id] in self.env.execute_query(SQL(
            r"""
            SELECT id FROM res_partner
             WHERE is_company
               AND (lower(regexp_replace(normalize(trim(name)), '\s+', ' ', 'g')) = ANY(%s)
                    OR upper(regexp_replace(normalize(trim(name)), '\s+', ' ', 'g')) = ANY(%s))
            """,
            list(names), [name.upper() for name in names],
        ))]
