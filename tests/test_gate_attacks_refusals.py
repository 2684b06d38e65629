"""What a refusal says and costs, what is not refused, and overriding."""
import json

from gate_attackers import AttackCommon

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.winerp_crm_pipeline.exceptions import StageRequirementError


@tagged('post_install', '-at_install')
class TestRefusalsStaySmall(AttackCommon):

    MANY = 300

    def _refuse(self, function):
        error = self._request(function)
        self.assertIsInstance(error, StageRequirementError)
        return error

    def test_a_name_of_a_megabyte(self):
        """It is cut in what a person reads, and in what a client is told."""
        self.lead.name = "Máy in " * 150_000
        stage_id = self.stage_qualified.id
        for function in (
            lambda: self._as_salesman().write({'stage_id': stage_id}),
            lambda: self._as_salesman().create(self._new_values(stage_id=stage_id, name=self.lead.name)),
            lambda: self._as_salesman().web_save_multi([{'stage_id': stage_id}], {}),
        ):
            error = self._refuse(function)
            self.assertLess(len(str(error)) + len(json.dumps(error.context)), 20_000)
            self.assertTrue(str(error).startswith("“Máy in Máy in"))
        answer = self._as_salesman().get_stage_move_requirements(stage_id)
        self.assertLess(len(json.dumps(answer)), 20_000)

    def test_import_tells_of_the_bad_row_only(self):
        stage = str(self.stage_qualified.id)
        leads = self.env['crm.lead'].with_user(self.user_sales_salesman)
        result = leads.load(
            ['name', 'type', 'stage_id/.id', 'referred'],
            [[name, 'opportunity', stage, referred] for name, referred in (("Row 0", "An"), ("Row 1", " "), ("Row 2", "Bình"))])
        errors = [message for message in result['messages'] if message['type'] == 'error']
        self.assertEqual([message['rows'] for message in errors], [{'from': 1, 'to': 1}])
        self.assertIn("“Row 1” cannot be in the stage “Qualified” without: Reference", errors[0]['message'])
        self.assertFalse(leads.search([('name', '=like', "Row _")]))

    def test_import_without_bad_rows(self):
        leads = self.env['crm.lead'].with_user(self.user_sales_salesman)
        qualified, new = (str(stage.id) for stage in (self.stage_qualified, self.stage_new))
        result = leads.load(
            ['name', 'type', 'stage_id/.id', 'referred'],
            [["Row 0", 'opportunity', qualified, "An"], ["Row 1", 'opportunity', new, ""]])
        self.assertFalse(result['messages'])

    def test_import_with_each_row_bad_in_its_own_way(self):
        stage = str(self.stage_qualified.id)
        rows = [["Row 0", 'opportunity', stage, ""], ["Row 1", 'no such type', stage, "An"], ["Row 2", 'opportunity', stage, "An"],
                ["Row 3", 'opportunity', stage, "\x85"]]
        result = self.env['crm.lead'].with_user(self.user_sales_salesman).load(['name', 'type', 'stage_id/.id', 'referred'], rows)
        errors = [message for message in result['messages'] if message['type'] == 'error']
        self.assertLessEqual({message['rows']['from'] for message in errors}, {0, 1, 3})
        self.assertFalse(self.env['crm.lead'].search([('name', '=like', "Row _")]))

    def _create_many(self, count=30):
        leads = self.env['crm.lead'].with_context(tracking_disable=True).create([
            {'name': f"Deal {number}", 'type': 'opportunity', 'stage_id': self.stage_new.id, 'team_id': self.sales_team_1.id,
             'user_id': self.user_sales_salesman.id} for number in range(count)])
        self.env.flush_all()
        self.env.invalidate_all()
        return leads.with_user(self.user_sales_salesman).with_context(tracking_disable=True)

    def test_a_write_of_many_names_ten_and_counts_the_rest(self):
        leads = self._create_many()
        error = self._refuse(lambda: leads.write({'stage_id': self.stage_qualified.id}))
        self.assertIn("“Deal 9”", str(error))
        self.assertNotIn("“Deal 10”", str(error))
        self.assertIn("20", str(error))

    def test_a_mass_edit_with_different_values(self):
        """All or nothing; all are named; and it costs about a write for each, not a dialog."""
        leads = self._create_many(self.MANY)
        values = [
            {'stage_id': self.stage_qualified.id, 'color': number % 10, 'phone': f"0912 {number}"} for number in range(self.MANY)]
        self.asked.active = False
        accepted = self._count_queries(lambda: leads.web_save_multi(values, {}))
        self.asked.active = True
        errors = []
        refused = self._count_queries(lambda: errors.append(self._refuse(lambda: leads.web_save_multi(values, {}))))
        self.assertLessEqual(refused, accepted + self.MANY + 50)
        message = str(errors[0])
        for name in ("“Deal 0”", "“Deal 9”", str(self.MANY - 10)):
            self.assertIn(name, message)
        self.assertNotIn("“Deal 10”", message)
        self.assertEqual(set(self._select("SELECT stage_id FROM crm_lead WHERE id = ANY(%s)", leads.ids)), {(self.stage_new.id,)})

    def _count_queries(self, function):
        with self._undone():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            function()
            self.env.flush_all()
            return self.cr.sql_log_count - before

    def test_a_mass_edit_of_which_some_are_ready(self):
        leads = self._create_many()
        leads[::2].sudo().write({'referred': "An"})
        values = [{'stage_id': self.stage_qualified.id, 'color': number % 10} for number in range(30)]
        error = self._refuse(lambda: leads.web_save_multi(values, {}))
        self.assertEqual({lead['id'] for lead in error.context['leads']}, set(leads[1::2].ids))
        self.assertIn("“Deal 1”", str(error))
        self.assertNotIn("“Deal 2”", str(error))


@tagged('post_install', '-at_install')
class TestOverridingIsNoBackDoor(AttackCommon):

    def test_a_salesperson_may_not(self):
        for user in (self.user_sales_salesman, self.user_sales_leads, self.user_elsewhere, self.user_employee):
            for sudo in (False, True):
                lead = self.lead.with_user(user).sudo(sudo)
                with self.subTest(user=user.login, sudo=sudo):
                    self.assertIsInstance(self._request(lambda lead=lead: lead.action_move_stage(
                        self.stage_qualified.id, override_reason="Please")), AccessError)
                    self.assertIsInstance(self._request(lambda lead=lead: lead.action_create_in_stage(
                        self._new_values(stage_id=self.stage_qualified.id), override_reason="Please")), AccessError)
                    self.assertNothingPast()

    def test_a_reason_is_a_text(self):
        lead = self.lead.with_user(self.user_sales_manager)
        rubbish = (["Because"], {'reason': "Because"}, 5, 0, True, False, 1.5, ("a",), b"Because", [], {})
        for reason in (*rubbish, "", " ", "\u3000", "\x85"):
            with self.subTest(reason=reason), self._undone():
                error = self._request(lambda reason=reason: lead.action_move_stage(self.stage_qualified.id, override_reason=reason))
                self.assertIsInstance(error, UserError, f"{type(error).__name__}: {error}")
                error = self._request(lambda reason=reason: lead.action_create_in_stage(
                    self._new_values(stage_id=self.stage_qualified.id), override_reason=reason))
                self.assertIsInstance(error, UserError, f"{type(error).__name__}: {error}")
                self.assertNothingPast()

    def test_what_opens_is_one_stage_for_some_opportunities(self):
        """Values of the call do not lead elsewhere, and nothing else slips through with it."""
        other = self._create_opportunity("Other")
        self._require(self.stage_negotiation, 'website')
        lead = self.lead.with_user(self.user_sales_manager)
        for values in ({'stage_id': self.stage_negotiation.id}, {'stage_id': str(self.stage_negotiation.id)}):
            with self.subTest(values=values), self._undone():
                self._request(lambda values=values: lead.action_move_stage(
                    self.stage_qualified.id, values, override_reason="Because"))
                self.assertIn(self.lead.stage_id, self.stage_new + self.stage_qualified)
        lead.action_move_stage(self.stage_qualified.id, override_reason="Because")
        self.assertEqual(self.lead.stage_id, self.stage_qualified)
        self.assertRefused(lambda: other.with_env(lead.env).write({'stage_id': self.stage_qualified.id}))
        self.assertRefused(lambda: lead.write({'stage_id': self.stage_negotiation.id}))

    def test_the_reason_is_shown_as_text(self):
        """What is posted is no markup of the member's choosing."""
        lead = self.lead.with_user(self.user_sales_manager)
        lead.action_move_stage(self.stage_qualified.id, override_reason="<img src=x onerror=alert(1)>")
        bodies = " ".join(message.body for message in self.lead.message_ids)
        self.assertNotIn("<img", bodies)
        self.assertIn("&lt;img", bodies)

    def test_nobody_writes_the_log(self):
        self.lead.with_user(self.user_sales_manager).action_move_stage(self.stage_qualified.id, override_reason="Because")
        log = self.lead.stage_override_ids
        self.assertEqual(len(log), 1)
        for user in (self.user_sales_salesman, self.user_sales_leads, self.user_sales_manager):
            for change in (
                lambda user=user: log.with_user(user).write({'reason': "Another"}),
                lambda user=user: log.with_user(user).unlink(),
                lambda user=user: log.with_user(user).copy(),
                lambda user=user: self.lead.with_user(user).write({'stage_override_ids': [Command.clear()]}),
                lambda user=user: self.lead.with_user(user).write(
                    {'stage_override_ids': [Command.update(log.id, {'reason': "Another"})]}),
            ):
                with self.subTest(user=user.login), self._undone():
                    self._request(change)
                    reasons = self._select("SELECT reason FROM crm_stage_override WHERE lead_id = %s", self.lead.id)
                    self.assertEqual(reasons, [("Because",)])


@tagged('post_install', '-at_install')
class TestOtherAppsGoOn(AttackCommon):
    """What is done elsewhere is not refused for the pipeline's sake; the worklist says so at once."""

    def _enter(self, domain, **values):
        self.asked.unlink()
        self._require(self.stage_qualified, domain)
        self.lead.write(values)
        self._as_salesman().write({'stage_id': self.stage_qualified.id})

    def assertOnWorklist(self):
        lead = self._as_salesman()
        self.assertEqual(lead.search([('missing_requirement_ids', '!=', False), ('id', '=', lead.id)]), lead)
        self.env.invalidate_all()
        self.assertTrue(lead.missing_requirement_ids)
        lead.write({'color': 3})  # and it stays editable
        self.assertEqual(lead.stage_id, self.stage_qualified)

    def test_the_email_of_the_customer_emptied_in_contacts(self):
        self._enter("[('partner_id.email', '!=', False)]", partner_id=self.partner.id)
        self.partner.with_user(self.user_sales_manager).write({'email': False})
        self.assertOnWorklist()

    def test_where_the_opportunity_has_it_from_the_customer(self):
        self._enter('email_from', partner_id=self.partner.id)
        self.assertEqual(self.lead.email_from, self.partner.email)
        self.partner.with_user(self.user_sales_manager).write({'email': False})

    def test_the_customer_deleted(self):
        partner = self.env['res.partner'].create({'name': "Short-lived"})
        self._enter('partner_id', partner_id=partner.id)
        partner.unlink()
        self.assertOnWorklist()

    def test_a_quotation_deleted_in_sales(self):
        order = self.env['sale.order'].create({
            'partner_id': self.partner.id, 'opportunity_id': self.lead.id, 'user_id': self.user_sales_salesman.id})
        self._enter("[('order_ids', '!=', False)]")
        order.with_user(self.user_sales_manager).unlink()
        self.assertOnWorklist()

    def test_a_quotation_taken_off_in_sales(self):
        order = self.env['sale.order'].create({
            'partner_id': self.partner.id, 'opportunity_id': self.lead.id, 'user_id': self.user_sales_salesman.id})
        self._enter('order_ids')
        order.with_user(self.user_sales_salesman).write({'opportunity_id': False})
        self.assertOnWorklist()

    def test_a_quotation_cancelled(self):
        order = self.env['sale.order'].create({
            'partner_id': self.partner.id, 'opportunity_id': self.lead.id, 'user_id': self.user_sales_salesman.id})
        self._enter("[('order_ids', 'any', [('state', '!=', 'cancel')])]")
        order.with_user(self.user_sales_salesman)._action_cancel()
        self.assertOnWorklist()

    def test_a_meeting_deleted_in_the_calendar(self):
        meeting = self.env['calendar.event'].with_user(self.user_sales_salesman).create({
            'name': "Meeting", 'start': '2030-01-31 08:00:00', 'stop': '2030-01-31 09:00:00', 'opportunity_id': self.lead.id})
        self._enter("[('calendar_event_ids', '!=', False)]")
        meeting.unlink()
        self.assertOnWorklist()

    def test_losing_is_never_refused(self):
        self._enter('referred', referred="An")
        for stage in self.stages - self.stage_won:
            self._require(stage, 'website')
        self._as_salesman().action_set_lost()
        self.assertEqual(self.lead.won_status, 'lost')

    def test_an_old_gap_stops_no_edit(self):
        """Field by field, also of what is required, as long as nothing that was there goes."""
        self._enter('referred', referred="An")
        self._require(self.stage_qualified, 'website')
        self._require(self.stage_qualified, 'phone')
        edits = {'phone': "0912 345 678", 'name': "Renamed", 'website': False, 'referred': "Bình", 'expected_revenue': 0}
        for name, value in edits.items():
            self._as_salesman().write({name: value})
        self.assertOnWorklist()
