"""What conditions ask of the customer, as fields of the opportunity: filled in where it is asked for."""
from lxml import etree

from odoo import fields, models

from .crm_stage_requirement import CUSTOMER_FIELDS

# What choosing a customer fills in, and the dialog keeps as it was entered.
SYNCED_FIELDS = (
    'contact_name', 'partner_name', 'function', 'website', 'street', 'street2', 'city', 'state_id', 'zip', 'country_id')
# Read and written by the user's own rights.
OF_CUSTOMER = {'readonly': False, 'related_sudo': False, 'exportable': False}


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    customer_vat = fields.Char(
        "Customer's Tax ID", related='partner_id.vat', **OF_CUSTOMER,
        help="Of the customer itself, not of this opportunity alone.")
    customer_phone = fields.Char("Customer's Phone", related='partner_id.phone', **OF_CUSTOMER)
    customer_email = fields.Char("Customer's Email", related='partner_id.email', **OF_CUSTOMER)
    customer_street = fields.Char("Customer's Street", related='partner_id.street', **OF_CUSTOMER)
    customer_city = fields.Char("Customer's City", related='partner_id.city', **OF_CUSTOMER)
    customer_zip = fields.Char("Customer's ZIP", related='partner_id.zip', **OF_CUSTOMER)
    customer_state_id = fields.Many2one(string="Customer's State", related='partner_id.state_id', **OF_CUSTOMER)
    customer_country_id = fields.Many2one(string="Customer's Country", related='partner_id.country_id', **OF_CUSTOMER)

    def _get_customer_field(self, path):
        """Return the name of the field of ours that a condition on a path of the customer asks for, or ``None``."""
        name, *rest = path.split('.')
        if name != 'partner_id' or not rest or rest[0] not in CUSTOMER_FIELDS:
            return None
        customer = self.partner_id
        if (len(rest) > 1 and customer[rest[0]]) or (customer and not customer.has_access('write')):
            return None
        return CUSTOMER_FIELDS[rest[0]]

    def _append_customer(self, source, group, labels):
        """Add to the dialog's form what it changes of the customer, and keeps from them.

        :param source: the form of the opportunity
        :param group: of the dialog's form
        :param labels: the fields that are asked for
        """
        if 'partner_id' in labels:
            for name in SYNCED_FIELDS:
                if name not in labels:
                    etree.SubElement(group, 'field', name=name, invisible='1')
        elif not self.partner_id:
            return
        email_warning = self.env._("Saving this changes the email address of the customer, too.")
        phone_warning = self.env._("Saving this changes the phone number of the customer, too.")
        for name, flag, warning in (
            ('email_from', 'partner_email_update', email_warning), ('phone', 'partner_phone_update', phone_warning),
        ):
            if name not in labels and 'partner_id' not in labels:
                continue
            if name not in labels:
                [node] = self._build_field_nodes(source, name, None, False)
                node.set('invisible', f'not {flag}')
                group.append(node)
            etree.SubElement(group, 'field', name=flag, invisible='1')
            note = etree.SubElement(group, 'div', attrib={
                'class': 'o_winerp_customer_update text-warning-emphasis small', 'colspan': '2', 'invisible': f'not {flag}'})
            icon = etree.SubElement(note, 'i', attrib={
                'class': 'fa fa-exclamation-triangle text-warning me-1', 'aria-hidden': 'true'})
            icon.tail = warning
