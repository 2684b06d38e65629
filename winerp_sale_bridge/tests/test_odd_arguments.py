"""Whatever a client sends to a public method of this add-on, it is told in words what is wrong with it."""
from odoo.tests import tagged

from odoo.addons.winerp_crm_pipeline.tests.odd_arguments import OddArguments, get_public_methods

from .common import SaleBridgeCase


@tagged('post_install', '-at_install')
class TestOddArguments(OddArguments, SaleBridgeCase):

    def test_every_argument_of_every_method(self):
        field = self.env['ir.model.fields']._get('crm.lead', 'date_deadline')
        self.stage_won.requirement_ids = [(0, 0, {'kind': 'field', 'field_id': field.id})]
        lead = self._lead(stage_id=self.stage_open.id).with_user(self.salesman)
        values = {'values': {'date_deadline': '2030-12-31'}, 'override_reason': None}
        cases = {
            ('crm.lead', 'action_fill_in_to_win'): (lead, values),
            ('crm.lead', 'action_win_ordered'): (lead, values),
            ('crm.lead.convert.order.line', 'action_fill_in_to_win'): (self._wizard(lead).line_ids, values),
        }
        taking = {key for key, parameters in get_public_methods(self.env, 'winerp_sale_bridge').items() if parameters}
        self.assertEqual(taking, set(cases), "what takes arguments is called here")
        wrong = [
            (*key, *found) for key, (records, arguments) in cases.items()
            for found in self.call_odd(records, key[1], **arguments)]
        self.assertFalse(wrong, "\n".join(map(repr, wrong)))
