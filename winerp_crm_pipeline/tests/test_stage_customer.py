from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PipelineCommon


@tagged('-at_install', 'post_install')
class TestStageCustomer(PipelineCommon):
    """What is asked of the customer is filled in where it is asked for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat = cls._require(cls.stage_qualified, "[('partner_id.vat', '!=', False)]")

    def _get_dialog(self):
        return self._as_salesman().get_stage_move_requirements(self.stage_qualified.id)['dialog']

    def _move(self, **values):
        self._as_salesman().action_move_stage(self.stage_qualified.id, values)
        self.assertEqual(self.lead.stage_id, self.stage_qualified)

    def test_customer_is_chosen_and_completed(self):
        dialog = self._get_dialog()
        self.assertEqual(dialog['form']['required'], ['partner_id', 'customer_vat'])
        self.assertEqual(dialog['conditions'][0]['remedy'], {'field': 'customer_vat'})
        self._move(partner_id=self.contact_1.id, customer_vat="0100109106")
        self.assertEqual((self.lead.partner_id, self.contact_1.vat), (self.contact_1, "0100109106"))

    def test_customer_is_completed(self):
        self.lead.partner_id = self.contact_1
        dialog = self._get_dialog()
        self.assertEqual(dialog['form']['required'], ['customer_vat'])
        self.assertNotIn('partner_id', dialog['form']['arch'])
        self._move(customer_vat="0100109106")
        self.assertEqual(self.contact_1.vat, "0100109106")

    def test_refused_leaves_the_customer_as_it_was(self):
        self._require(self.stage_qualified, 'referred')
        self.lead.partner_id = self.contact_1
        self.assertRefused(lambda: self._move(customer_vat="0100109106"))
        self.assertFalse(self.contact_1.vat)

    def test_by_the_rights_of_the_user(self):
        """Whoever may not edit the customer is led to it, and not asked for what would be refused."""
        self.lead.partner_id = self.contact_1
        self.env['ir.rule'].create({
            'name': "Nobody edits", 'model_id': self.env['ir.model']._get_id('res.partner'), 'perm_read': False,
            'perm_create': False, 'perm_unlink': False, 'domain_force': f"[('id', '!=', {self.contact_1.id})]",
        })
        dialog = self._get_dialog()
        self.assertFalse(dialog['form'])
        self.assertEqual(dialog['conditions'][0]['remedy']['res_id'], self.lead.id)
        with self.assertRaises(AccessError):
            self._move(customer_vat="0100109106")

    def test_complicated_conditions(self):
        self.vat.domain = "['|', ('partner_id.country_id.code', '=', 'VN'), ('partner_id.phone', 'like', '+84')]"
        self.contact_1.write({'country_id': False})
        self.lead.partner_id = self.contact_1
        form = self._get_dialog()['form']
        for name in ('customer_country_id', 'customer_phone'):
            self.assertIn(f'name="{name}"', form['arch'])
        self.assertFalse(form['required'], "any of them does")

    def test_dialog_warns_before_it_changes_the_customer(self):
        self._require(self.stage_qualified, 'phone')
        self.assertIn('partner_phone_update', self._get_dialog()['form']['arch'], "a customer may be chosen")
        self.lead.partner_id = self.contact_1
        self.lead.phone = False
        arch = self._get_dialog()['form']['arch']
        self.assertIn('invisible="not partner_phone_update"', arch)
        self.assertNotIn('partner_email_update', arch, "nothing can change it")
        self.vat.active = False
        self.lead.partner_id = False
        self.assertNotIn('partner_phone_update', self._get_dialog()['form']['arch'], "there is no customer to change")

    def test_documents_are_no_fields(self):
        """Activities and meetings are scheduled, whether a field or a condition asks for them."""
        self.vat.active = False
        for name in ('activity_ids', 'calendar_event_ids'):
            self._require(self.stage_qualified, name)
        dialog = self._get_dialog()
        self.assertFalse(dialog['form'])
        self.assertEqual(
            [condition['remedy']['model'] for condition in dialog['conditions']], ['mail.activity', 'calendar.event'])

    def test_each_condition_has_a_link(self):
        self.vat.domain = "[('user_id.login', '=', 'nobody')]"
        [condition] = self._get_dialog()['conditions']
        self.assertEqual((condition['remedy']['model'], condition['remedy']['res_id']), ('crm.lead', self.lead.id))

    def test_not_to_be_required_themselves(self):
        choices = self.env['crm.stage.requirement'].with_user(self.user_sales_manager).get_field_choices()
        self.assertFalse([choice for choice in choices if choice['name'].startswith('customer_')])
