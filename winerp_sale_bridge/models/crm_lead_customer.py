"""Who the customer of an opportunity is: found, chosen, or made when the order is."""
from collections import defaultdict

from odoo import models
from odoo.tools.mail import parse_contact_from_email

from ..customer_keys import name_key, phone_key, vat_key


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

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
        company_names = {lead.id: name for lead in self if (name := lead._get_order_company_name())}
        with_company = self.filtered(lambda lead: lead.id in company_names)
        companies = dict(zip(with_company.ids, Partner.create([
            lead._prepare_order_customer_values(company_names[lead.id], is_company=True) for lead in with_company
        ]), strict=True))
        contact_names = {lead.id: name for lead in self if (name := lead._get_order_contact_name())}
        with_contact = self.filtered(lambda lead: lead.id in contact_names)
        contacts = dict(zip(with_contact.ids, Partner.create([
            lead._prepare_order_customer_values(
                contact_names[lead.id], is_company=False,
                parent_id=companies[lead.id].id if lead.id in companies else False)
            for lead in with_contact
        ]), strict=True))
        return {**companies, **contacts}

    def _get_new_customer_names(self):
        """Return what a new customer would be called: its company, its contact. Never after the opportunity."""
        return [name for name in (self._get_order_company_name(), self._get_order_contact_name()) if name]

    def _get_order_company_name(self):
        return (self.partner_name or '').strip()

    def _get_order_contact_name(self):
        """Return the contact's name; that of the e-mail address where it is one, not the address once more."""
        if name := (self.contact_name or '').strip():
            return name
        name = parse_contact_from_email(self.email_from)[0].strip()
        return name if '@' not in name and any(map(str.isalpha, name)) else ''

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
