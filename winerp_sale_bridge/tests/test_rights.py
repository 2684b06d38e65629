import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase

READ = {
    'lead_id': {}, 'company_id': {}, 'stage_id': {}, 'expected_revenue': {}, 'amount': {}, 'currency_id': {}, 'note': {},
    'skip_reason': {}, 'customer_hint': {}, 'order_id': {}, 'quotation_ids': {}, 'action': {}, 'remedy': {},
}
SECRETS = ("98765432", "Bí mật")


@tagged('post_install', '-at_install')
class TestRights(SaleBridgeCase):
    """Lines show what their user may see, and take what their user may give."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_team = cls.env['crm.team'].create({'name': "Miền Nam", 'company_id': cls.company.id})

    def setUp(self):
        super().setUp()
        self.foreign = self._lead(
            user_id=self.colleague.id, expected_revenue=98765432, partner_id=False, partner_name="Bí mật JSC",
            contact_name="Bí mật", stage_id=self.stage_open.id)
        self.other = self._lead(user_id=self.colleague.id, team_id=self.other_team.id, expected_revenue=98765432)
        self.there = self._lead(
            company_id=self.company_2.id, team_id=False, user_id=self.manager.id, expected_revenue=98765432,
            partner_id=False, contact_name="Bí mật")
        self.own = self._lead()
        self.env.flush_all()
        self.env.invalidate_all()
        self.Wizard = self.env['crm.lead.convert.order'].with_user(self.salesman)
        self.Line = self.env['crm.lead.convert.order.line'].with_user(self.salesman)

    def _refused(self, function, *args, errors=AccessError):
        with self.assertRaises(Exception) as caught, mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            function(*args)
        self.assertIsInstance(caught.exception, errors)

    def test_lines_on_what_one_may_not_see(self):
        wizard = self._wizard(self.own)
        for lead in self.foreign + self.other + self.there:
            for lead_id in (lead.id, str(lead.id), float(lead.id)):
                self._refused(self.Line.create, {'wizard_id': wizard.id, 'lead_id': lead_id})
                self._refused(wizard.write, {'line_ids': [Command.create({'lead_id': lead_id})]})
                self._refused(self.Wizard.create, {'line_ids': [Command.create({'lead_id': lead_id})]})
            self._refused(
                self.Line.with_context(default_lead_id=lead.id).create, {'wizard_id': wizard.id},
                errors=psycopg2.IntegrityError)
            self._refused(self.Wizard.create, {'lead_ids': [Command.set(lead.ids)]})
            self._refused(self.Wizard.create, {'lead_ids': [Command.link(lead.id), Command.link(self.own.id)]})
            self._refused(wizard.write, {'lead_ids': [Command.link(lead.id)]})
            self._refused(wizard.line_ids.write, {'lead_id': lead.id})
            self._refused(wizard.web_save, {'line_ids': [[1, wizard.line_ids.id, {'lead_id': lead.id}]]}, {'line_ids': {}})

    def test_nothing_is_told_of_what_one_may_not_see(self):
        """However the values came into the cache."""
        hidden = self.foreign + self.other + self.there
        for leads in (hidden, hidden + self.own):
            context = {'active_model': 'crm.lead', 'active_ids': leads.ids}
            try:
                values = self.Wizard.with_context(**context).default_get(['lead_ids', 'left_out', 'line_ids'])
            except UserError:
                continue
            self.assertEqual(values['lead_ids'], [Command.set(self.own.ids)])
        hidden.sudo().mapped('expected_revenue')  # as prefetched by whatever ran before
        answer = self.Line.onchange({'lead_id': self.foreign.id, 'wizard_id': self._wizard(self.own).id}, ['lead_id'], READ)
        for secret in SECRETS:
            self.assertNotIn(secret, str(answer))

    def test_an_opportunity_that_is_gone_from_sight(self):
        lead = self._lead(expected_revenue=98765432, partner_id=False, partner_name="Bí mật JSC", contact_name="Bí mật")
        quoted = self._lead(expected_revenue=98765432)
        self._quotation(quoted)
        wizard = self._wizard(lead + quoted)
        lines, domain = wizard.line_ids, [('wizard_id', '=', wizard.id)]
        self.salesman.group_ids += self.env.ref('base.group_allow_export')
        names = {'lead_id': {'fields': {'display_name': {}}}, 'partner_id': {'fields': {'display_name': {}}}}
        self.assertEqual(len(self.Line.web_search_read(domain, names)['records']), 2)
        (lead + quoted).user_id = quoted.order_ids.user_id = self.colleague
        self.env.flush_all()
        for warm in (False, True):
            self.env.invalidate_all()
            if warm:
                (lead + quoted).sudo().mapped('expected_revenue')
            for line in lines:
                for method, *args in (
                    ('web_read', names), ('web_read', READ), ('read', ['lead_id']), ('export_data', ['lead_id/name']),
                    ('web_save', {'action': 'skip'}, names), ('action_open_partner',),
                ):
                    self._refused(getattr(line, method), *args)
            self.assertFalse(self.Line.search(domain))
            self.assertFalse(self.Line.web_search_read(domain, names)['records'])
            self.assertFalse(self.Line.search_read([('lead_id.name', 'ilike', "Cơ hội")]))
            self.assertFalse(self.Line.formatted_read_group(domain, ['lead_id', 'partner_id']))
            [answer] = wizard.web_read({
                'line_ids': {'fields': names}, 'amount_total': {}, 'has_open_leads': {}, 'has_new_customers': {}})
            self.assertEqual((answer['line_ids'], answer['amount_total']), ([], 0))
        wizard.action_retry()
        wizard.action_convert()
        self.assertEqual(set(lines.sudo().mapped('state')), {'pending'})
        self.assertFalse(lead.order_ids)
        (lead + quoted).user_id = self.salesman
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(wizard.line_ids, lines, "back in sight")

    def test_an_opportunity_that_goes_out_of_sight_during_a_run(self):
        leads = self._lead() + self._lead()
        wizard = self._wizard(leads)
        lines = wizard.line_ids
        leads[0].user_id = self.colleague
        self.env.flush_all()
        self.env.invalidate_all()
        wizard._convert_lines(lines)
        self.assertEqual(lines.sudo().mapped('state'), ['pending', 'done'])

    def test_lines_on_archived_opportunities(self):
        wizard = self._wizard(self.own)
        self.own.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(wizard.line_ids.web_read(READ))

    def test_a_line_takes_its_own_quotation_only(self):
        other, quoted = self._lead(), self._lead()
        foreign = self._quotation(other)
        hidden = self._quotation(self.own, user_id=self.colleague.id)
        wizard = self._wizard(quoted)
        line = wizard.line_ids
        self._refused(line.write, {'order_id': foreign.id}, errors=ValidationError)
        self._refused(line.web_save, {'order_id': foreign.id}, {}, errors=ValidationError)
        self._refused(wizard.write, {'line_ids': [Command.update(line.id, {'order_id': foreign.id})]}, errors=ValidationError)
        self._refused(self.Line.create, {'wizard_id': wizard.id, 'lead_id': self.own.id, 'order_id': foreign.id},
                      errors=ValidationError)
        self._refused(self.Line.create, {'wizard_id': wizard.id, 'lead_id': self.own.id, 'order_id': str(foreign.id)},
                      errors=ValidationError)
        self._refused(self.Line.create, {'wizard_id': wizard.id, 'lead_id': self.own.id, 'order_id': hidden.id})
        own = self._quotation(quoted)
        line.order_id = own
        own.opportunity_id = other
        line.action = 'confirm'
        wizard.action_convert()
        self.assertEqual((own.state, foreign.state, line.state), ('draft', 'draft', 'skip'), "moved away in the meantime")

    def test_customers_and_templates_out_of_sight(self):
        partner = self.env['res.partner'].create({'name': "Bí mật", 'company_id': self.company_2.id})
        template = self.env['sale.order.template'].create({'name': "Bí mật", 'company_id': self.company_2.id})
        wizard = self._wizard(self.own)
        for values in ({'partner_id': partner.id}, {'template_id': template.id}):
            self._refused(wizard.line_ids.write, values)
            self._refused(wizard.line_ids.web_save, values, {'partner_id': {'fields': {'display_name': {}}}})
            self._refused(self.Line.create, {'wizard_id': wizard.id, 'lead_id': self._lead().id, **values})

    def test_results_are_not_for_a_caller_to_choose(self):
        lead = self._lead()
        order = self._quotation(self._lead())
        wizard = self._wizard(lead)
        for values in (
            {'state': 'done'}, {'message': "x"}, {'result_order_id': order.id}, {'known_order_ids': order.ids},
            {'is_blocked': False}, {'known_partner_ids': [Command.clear()]}, {'has_template': False},
        ):
            self._refused(wizard.line_ids.write, values)
            self._refused(wizard.line_ids.web_save, values, {})
            self._refused(wizard.write, {'line_ids': [Command.update(wizard.line_ids.id, values)]})
            self._refused(self.Line.create, {'wizard_id': wizard.id, 'lead_id': self.own.id, **values})
            self._refused(self.Wizard.create, {'line_ids': [Command.create({'lead_id': lead.id, **values})]})
        line = self.Line.with_context(default_state='done', default_message="x", default_result_order_id=order.id).create(
            {'wizard_id': wizard.id, 'lead_id': self.own.id})
        self.assertEqual((line.state, line.message, line.result_order_id.id), ('pending', False, False))

    def test_wizards_of_others(self):
        lead = self._lead(user_id=False)  # both may order it
        theirs = self._wizard(lead, user=self.colleague)
        mine = self._wizard(self.own)
        self._refused(self.Line.create, {'wizard_id': theirs.id, 'lead_id': self.own.id})
        self._refused(self.Line.create, {'wizard_id': str(theirs.id), 'lead_id': self.own.id})
        self._refused(mine.line_ids.write, {'wizard_id': theirs.id})
        self._refused(mine.write, {'line_ids': [Command.link(theirs.line_ids.id)]})
        self._refused(theirs.with_user(self.salesman).write, {'line_ids': [Command.create({'lead_id': self.own.id})]})
        self._refused(theirs.line_ids.with_user(self.salesman).read, ['note'])
        another = self._wizard(self._lead())
        self._refused(mine.line_ids.write, {'wizard_id': another.id})
        self.assertEqual(len(theirs.line_ids), 1)

    def test_what_the_web_client_saves(self):
        lead = self._lead()
        quotation = self._quotation(lead)
        wizard = self._wizard(lead)
        wizard.web_save(
            {'confirm_orders': False, 'line_ids': [[1, wizard.line_ids.id, {'action': 'create', 'order_id': False}]]},
            {'line_ids': {'fields': READ}})
        self.assertEqual((wizard.line_ids.action, wizard.line_ids.order_id.id), ('create', False))
        wizard.web_save({'line_ids': [[1, wizard.line_ids.id, {'order_id': quotation.id}]]}, {})
        self.assertEqual(wizard.line_ids.action, 'confirm')
