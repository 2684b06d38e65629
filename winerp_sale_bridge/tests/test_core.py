"""What this add-on stands on of Odoo's own Python, as docs/CORE.md lists it: a new Odoo that changes it fails here."""
from odoo.tests import tagged

from odoo.addons.winerp_crm_pipeline.tests.core_case import CoreCase

OVERRIDES = {
    'account.analytic.distribution.model._get_applicable_models': "(self, vals)",
    'account.analytic.distribution.model.create': "(self, vals_list)",
    'crm.lead._merge_dependences': "(self, opportunities)",
    'crm.lead._merge_get_fields_specific': "(self)",
    'crm.lead._merge_opportunity': "(self, user_id=False, team_id=False, auto_unlink=True, max_length=5)",
    'crm.lead._prepare_customer_values': "(self, partner_name, is_company=False, parent_id=False)",
    'crm.lead._update_revenues_from_so': "(self, order)",
    'crm.lead.write': "(self, vals)",
    'crm.lead.convert.order._compute_display_name': "(self)",
    'crm.lead.convert.order.create': "(self, vals_list)",
    'crm.lead.convert.order.default_get': "(self, fields)",
    'crm.lead.convert.order.line.create': "(self, vals_list)",
    'crm.lead.convert.order.line.write': "(self, vals)",
    'crm.lead.convert.order.write': "(self, vals)",
    'ir.http.session_info': "(self)",
    'ir.sequence.next_by_code': "(self, sequence_code, sequence_date=None)",
    'product.pricelist._get_product_rule': "(self, product, *args, **kwargs)",
    'res.currency.amount_to_text': "(self, amount)",
    'res.partner._get_address_format': "(self)",
    'sale.order.action_confirm': "(self)",
    'sale.order.line._compute_pricelist_item_id': "(self)",
    'sale.order.line.create': "(self, vals_list)",
    'sale.order.line.unlink': "(self)",
    'sale.order.line.write': "(self, vals)",
    'sale.order.write': "(self, vals)",
}

CALLS = {
    'account.fiscal.position._get_fiscal_position': "(self, partner, delivery=None)",
    'account.tax._add_tax_details_in_base_lines': "(self, base_lines, company)",
    'account.tax._filter_taxes_by_company': "(self, company_id)",
    'account.tax._get_tax_totals_summary': "(self, base_lines, currency, company, cash_rounding=None)",
    'account.tax._prepare_base_line_for_taxes_computation': "(self, record, **kwargs)",
    'account.tax._round_base_lines_tax_details': "(self, base_lines, company, tax_lines=None)",
    'crm.lead._filtered_access': "(self, operation)",
    'crm.lead._get_html_link': "(self, title=None)",
    'crm.lead._message_log': (
        "(self, *, body='', subject=False, author_id=None, email_from=None, message_type='notification', "
        "partner_ids=False, attachment_ids=False, tracking_value_ids=False)"),
    'crm.lead._message_log_batch': (
        "(self, bodies, subject=False, author_id=None, email_from=None, message_type='notification', "
        "partner_ids=False, attachment_ids=False, tracking_value_ids=False)"),
    'crm.lead._prepare_opportunity_quotation_context': "(self)",
    'crm.lead._read_group': (
        "(self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None)"),
    'crm.lead._stage_find': "(self, team_id=False, domain=None, order='sequence, id', limit=1)",
    'crm.lead._track_set_log_message': "(self, message)",
    'ir.actions.actions._for_xml_id': "(self, full_xml_id)",
    'ir.model.data._xmlid_to_res_id': "(self, xmlid, raise_if_not_found=False)",
    'ir.sequence._get_current_sequence': "(self, sequence_date=None)",
    'product.pricelist._get_product_price': "(self, product, *args, **kwargs)",
    'res.currency._convert': "(self, from_amount, to_currency, company=None, date=None, round=True)",
    'res.users._bus_send': "(self, notification_type, message, /, *, subchannel=None)",
    'res.users._is_internal': "(self)",
    'sale.order._action_cancel': "(self)",
    'sale.order._add_missing_default_values': "(self, values)",
}


@tagged('post_install', '-at_install')
class TestCore(CoreCase):
    addon = 'winerp_sale_bridge'

    def test_overrides(self):
        self._check_overrides(OVERRIDES)

    def test_private_calls(self):
        self._check_private_calls(CALLS)
