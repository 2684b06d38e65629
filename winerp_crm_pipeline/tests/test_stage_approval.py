"""Asking for approval, and deciding about it: every role, every way around it, and what makes a request void."""
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from ..stage_gate import GATE_PASS
from .common import PipelineCommon

OVERRIDE_GROUP = 'winerp_crm_pipeline.group_stage_requirement_override'


class ApprovalCommon(PipelineCommon):
    """A salesperson of one team asks; its leader, a sales administrator, decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._require(cls.stage_qualified, 'phone')
        cls.sales_team_1.user_id = cls.user_sales_manager
        cls.Override = cls.env['crm.stage.override']

    def _ask(self, lead=None, values=None, user=None, stage=None):
        lead = (lead or self.lead).with_user(user or self.user_sales_salesman)
        request_id = lead.action_request_stage_move((stage or self.stage_qualified).id, values or {}, "Known for years")
        return self.Override.browse(request_id)

    def _as_manager(self, request):
        return request.with_user(self.user_sales_manager)

    def _get_notes(self, lead=None):
        return " ".join(str(message.body) for message in (lead or self.lead).message_ids)


@tagged('-at_install', 'post_install')
class TestStageApproval(ApprovalCommon):

    def test_asking(self):
        request = self._ask(values={'expected_revenue': 5000000, 'stage_id': self.stage_won.id})
        self.assertEqual((request.state, request.requested_by_id), ('requested', self.user_sales_salesman))
        self.assertEqual((request.stage_id, request.from_stage_id), (self.stage_qualified, self.stage_new))
        self.assertEqual((request.requirement_ids, request.requirement_names), (self.phone, "Phone"))
        self.assertEqual(request.values, {'expected_revenue': 5000000})
        self.assertEqual((request.reason, request.user_id), ("Known for years", self.env['res.users']))
        self.assertEqual((self.lead.stage_id, self.lead.expected_revenue), (self.stage_new, 0), "nothing is written")
        activity = self.lead.activity_ids
        self.assertEqual((activity.user_id, request.approver_ids), (self.user_sales_manager, self.user_sales_manager))
        self.assertIn("Known for years", activity.note)
        self.assertIn("Known for years", self._get_notes())

    def test_what_the_stage_makes_of_it_is_not_asked_for(self):
        """A form holds the probability that its stage sets, as soon as another stage is clicked."""
        self.stage_qualified.write({'auto_probability': True, 'probability': 40})
        request = self._ask(values={'expected_revenue': 1, 'probability': 40, 'automated_probability': 40})
        self.assertEqual(request.values, {'expected_revenue': 1})
        request.with_user(self.user_sales_manager).action_refuse("Not now")
        self.assertEqual(self._ask(values={'probability': 55}).values, {'probability': 55}, "but by hand")

    def test_approving(self):
        request = self._ask(values={'expected_revenue': 5000000})
        self.assertTrue(self._as_manager(request).can_decide)
        self.assertEqual(self._as_manager(request).action_approve(), True)
        self.assertEqual((self.lead.stage_id, self.lead.expected_revenue), (self.stage_qualified, 5000000))
        self.assertEqual((request.state, request.user_id), ('approved', self.user_sales_manager))
        self.assertTrue(request.date_decided)
        self.assertFalse(self.lead.activity_ids)
        self.assertEqual(self.lead.stage_override_ids, request, "the request is the override")
        self.assertEqual(self.env['crm.lead'].search([('stage_override_ids.state', '=', 'approved')]), self.lead)
        note = self.lead.message_ids.filtered(lambda message: "Approved by" in str(message.body))
        self.assertEqual(note.author_id, self.user_sales_manager.partner_id)
        self.assertIn(self.user_sales_salesman.partner_id, note.notified_partner_ids)

    def test_refusing(self):
        request = self._ask()
        for reason in ("", "  ", False, 5):
            with self.subTest(reason=reason), self.assertRaises(UserError):
                self._as_manager(request).action_refuse(reason)
        wizard = self.env['crm.stage.override.refuse'].with_user(self.user_sales_manager).create({
            'override_id': request.id, 'reason': "Ask for the phone"})
        wizard.action_refuse()
        self.assertEqual((request.state, request.answer), ('refused', "Ask for the phone"))
        self.assertEqual(self.lead.stage_id, self.stage_new)
        self.assertFalse(self.lead.activity_ids)
        note = self.lead.message_ids.filtered(lambda message: "Ask for the phone" in str(message.body))
        self.assertIn(self.user_sales_salesman.partner_id, note.notified_partner_ids)
        self.assertEqual(self._ask().state, 'requested', "one may ask again")

    def test_decided_once(self):
        for decide in (lambda request: request.action_approve(), lambda request: request.action_refuse("No")):
            request = self._ask(self._create_opportunity("Once"))
            decide(self._as_manager(request))
            for again in (lambda request: request.action_approve(), lambda request: request.action_refuse("No")):
                with self.assertRaises(UserError):
                    again(self._as_manager(request))

    def test_what_cannot_be_asked(self):
        lead, stage = self._as_salesman(), self.stage_qualified
        self._ask()
        for arguments in (
            (stage.id, {}, "  "), (stage.id, {}, None), (0, {}, "Please"), (self.stage_new.id, {}, "Please"),
            (stage.id, {}, "Again"),
            (self.stage_quotation.id, {'phone': "0912 345 678"}, "Nothing is missing"),
            (self.stage_quotation.id, {'active': False}, "Please"), (self.stage_quotation.id, {'no_such': 1}, "Please"),
            (self.stage_quotation.id, {'message_ids': [Command.create({'body': "x"})]}, "Please"),
            (self.stage_quotation.id, {'stage_override_ids': [Command.create({'reason': "x"})]}, "Please"),
            (self.stage_quotation.id, {'tag_ids': [Command.create({'name': "x"})]}, "Please"),
            (self.stage_quotation.id, {'expected_revenue': float('nan')}, "Please"),
        ):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                lead.action_request_stage_move(*arguments)
        self.assertEqual(len(self.lead.stage_override_ids), 1)
        self.lead.action_archive()
        with self.assertRaises(UserError):
            lead.action_request_stage_move(stage.id, {}, "Please")

    def test_who_asks_again_is_told_since_when(self):
        self._ask()
        with self.assertRaisesRegex(UserError, "Waiting for approval since"):
            self._ask()
        approval = self._as_salesman().get_stage_approval(self.stage_qualified.id)
        self.assertIn(self.user_sales_salesman.name, approval['waiting'])
        self.assertEqual(approval['approvers'], [self.user_sales_manager.name])

    def test_one_open_request_in_the_database(self):
        request = self._ask()
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.UniqueViolation), self.cr.savepoint():
            request.copy({'state': 'requested'})
            self.env.flush_all()

    def test_what_is_stored_is_judged(self):
        request = self._ask(values={'phone': "   "})
        self.assertEqual(request.requirement_ids, self.phone, "white space is no phone")

    # ------------------------------------------------------------
    # ROLES
    # ------------------------------------------------------------

    def test_who_is_asked(self):
        other = mail_new_test_user(
            self.env, login='other_manager', groups='sales_team.group_sale_manager', name="Other Manager")
        self.assertEqual(self._ask().approver_ids, self.user_sales_manager, "the leader, who is a member")
        self.assertEqual(self.sales_team_1.stage_approver_ids, self.user_sales_manager)
        self.sales_team_1.user_id = self.user_sales_leads
        request = self._ask(self._create_opportunity("No member"))
        self.assertLessEqual(self.user_sales_manager + other, request.approver_ids, "all members")
        self.assertNotIn(self.user_sales_leads, request.approver_ids, "not the leader, who is none")
        self.user_sales_leads.group_ids += self.env.ref(OVERRIDE_GROUP)
        self.assertEqual(self._ask(self._create_opportunity("Member")).approver_ids, self.user_sales_leads)
        request = self._ask(self._create_opportunity("Own", user_id=self.user_sales_leads.id), user=self.user_sales_leads)
        self.assertLessEqual(self.user_sales_manager + other, request.approver_ids, "not who asks")
        self.assertNotIn(self.user_sales_leads, request.approver_ids)

    def test_only_who_can_reach_the_opportunity(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})
        elsewhere = mail_new_test_user(
            self.env, login='elsewhere', groups='sales_team.group_sale_manager', company_id=company.id,
            company_ids=[Command.set(company.ids)])
        self.sales_team_1.user_id = elsewhere
        lead = self._create_opportunity("Here", company_id=self.env.company.id, team_id=False)
        request = self._ask(lead)
        self.assertNotIn(elsewhere, request.approver_ids)
        with self.assertRaises(AccessError):
            request.with_user(elsewhere).action_approve()

    def test_nobody_could_approve(self):
        self.env.ref(OVERRIDE_GROUP).all_user_ids.filtered('active').group_ids -= (
            self.env.ref('sales_team.group_sale_manager') + self.env.ref(OVERRIDE_GROUP))
        with self.assertRaisesRegex(UserError, "Nobody else"):
            self._ask()

    def test_roles(self):
        portal = mail_new_test_user(self.env, login='portal_approval', groups='base.group_portal')
        other_team = mail_new_test_user(self.env, login='other_team', groups='sales_team.group_sale_salesman')
        request = self._ask()
        for user in (portal, other_team, self.user_sales_salesman, self.user_sales_leads):
            with self.subTest(user=user.login):
                for act in (
                    lambda request: request.action_approve(), lambda request: request.action_refuse("No"),
                    lambda request: request.sudo().action_approve(),
                ):
                    with self.assertRaises(AccessError):
                        act(request.with_user(user))
        for user in (portal, other_team):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._ask(self._create_opportunity("Not theirs"), user=user)
        self.assertEqual(request.state, 'requested')
        self.assertFalse(request.with_user(self.user_sales_leads).can_decide)

    def test_nobody_approves_their_own(self):
        for superuser in (False, True):
            request = self._ask(self._create_opportunity("Mine"), user=self.user_sales_manager)
            mine = self._as_manager(request).sudo(superuser)
            with self.subTest(su=superuser), self.assertRaises(AccessError):
                mine.action_approve()
            with self.subTest(su=superuser), self.assertRaises(AccessError):
                mine.action_refuse("No")

    def test_leader_in_the_group(self):
        self.user_sales_leads.group_ids += self.env.ref(OVERRIDE_GROUP)
        self.sales_team_1.user_id = self.user_sales_leads
        request = self._ask()
        request.with_user(self.user_sales_leads).action_approve()
        self.assertEqual((request.state, self.lead.stage_id), ('approved', self.stage_qualified))

    # ------------------------------------------------------------
    # ATTACKS
    # ------------------------------------------------------------

    def test_no_way_around(self):
        """Whatever a salesperson sends, nothing is approved, and nothing moves."""
        request, lead = self._ask(), self._as_salesman()
        mine = request.with_user(self.user_sales_salesman)
        fake = GATE_PASS, {'lead_ids': lead.ids, 'stage_id': self.stage_qualified.id, 'reason': "x"}
        values = {
            'lead_id': lead.id, 'stage_id': self.stage_qualified.id, 'reason': "x", 'state': 'approved',
            'user_id': self.user_sales_manager.id,
        }
        attacks = {
            'create': lambda: mine.create(values),
            'write': lambda: mine.write({'state': 'approved', 'user_id': self.user_sales_manager.id}),
            'reason': lambda: mine.write({'reason': "Better"}),
            'values': lambda: mine.write({'values': {'expected_revenue': 1}}),
            'web_save': lambda: mine.web_save({'state': 'approved'}, {'state': {}}),
            'web_save_new': lambda: mine.browse().web_save(values, {'state': {}}),
            'copy': lambda: mine.copy({'state': 'approved'}),
            'unlink': lambda: mine.unlink(),
            'command': lambda: lead.write({'stage_override_ids': [Command.update(mine.id, {'state': 'approved'})]}),
            'command_new': lambda: lead.write({'stage_override_ids': [Command.create(values)]}),
            'command_delete': lambda: lead.write({'stage_override_ids': [Command.delete(mine.id)]}),
            'approve': lambda: mine.action_approve(),
            'approve_from_form': lambda: lead.action_approve_request(),
            'refuse': lambda: mine.action_refuse("x"),
            'wizard': lambda: self.env['crm.stage.override.refuse'].with_user(self.user_sales_salesman).create(
                {'override_id': mine.id, 'reason': "x"}).action_refuse(),
            'reason_of_override': lambda: lead.action_move_stage(self.stage_qualified.id, override_reason="x"),
            'name_create': lambda: mine.name_create("x"),
        }
        for name, attack in attacks.items():
            with self.subTest(attack=name), mute_logger('odoo.models'), self.assertRaises(AccessError), self.cr.savepoint():
                attack()
                self.env.flush_all()
        result = mine.load(['.id', 'state', 'reason'], [[str(mine.id), 'approved', "x"]])
        self.assertFalse(result['ids'])
        for context in (
            dict([fake]), {'default_state': 'approved'}, {'default_state': 'approved', 'default_user_id': self.env.uid},
        ):
            tricked = lead.with_context(**context)
            self.assertRefused(lambda tricked=tricked: tricked.write({'stage_id': self.stage_qualified.id}), self.phone)
            other = self._create_opportunity("Trick")
            trick = self.Override.browse(tricked.browse(other.id).action_request_stage_move(self.stage_qualified.id, {}, "x"))
            self.assertEqual((trick.state, trick.user_id), ('requested', self.env['res.users']))
        self.env.invalidate_all()
        self.assertEqual((request.state, request.reason, self.lead.stage_id), ('requested', "Known for years", self.stage_new))

    def test_administrators_change_no_request_either(self):
        request = self._ask()
        admin = mail_new_test_user(self.env, login='system', groups='base.group_system,sales_team.group_sale_manager')
        for user in (self.user_sales_manager, admin):
            for change in (
                lambda request: request.write({'reason': "Better"}), lambda request: request.unlink(),
                lambda request: request.write({'values': {}}),
            ):
                with self.subTest(user=user.login), mute_logger('odoo.models'), self.assertRaises(AccessError):
                    change(request.with_user(user))

    def test_values_that_the_requester_may_not_write(self):
        """Not when asking, and not when their rights have gone meanwhile."""
        with patch.object(self.env.registry['crm.lead']._fields['expected_revenue'], 'groups', 'base.group_system'):
            with self.assertRaises(AccessError):
                self._ask(values={'expected_revenue': 1})
        request = self._ask(values={'expected_revenue': 1})
        self.lead.user_id = self.user_sales_leads  # no longer theirs
        with self.assertRaisesRegex(UserError, "any more"):
            self._as_manager(request).action_approve()
        self.env.invalidate_all()
        self.assertEqual((request.state, self.lead.stage_id, self.lead.expected_revenue), ('requested', self.stage_new, 0))

    def test_values_that_the_approver_may_not_write(self):
        request = self._ask()
        with patch.object(
            self.env.registry['crm.lead'], 'check_access',
            lambda lead, operation: (_ for _ in ()).throw(AccessError("no")) if operation == 'write' else None,
        ), self.assertRaises(AccessError):
            self._as_manager(request).action_approve()
        self.assertEqual(request.state, 'requested')

    def test_approving_fails_as_a_whole(self):
        request = self._ask(values={'expected_revenue': 5})
        self.lead.invalidate_recordset()
        with patch.object(
            self.env.registry['crm.stage.override'], '_tell_requester', side_effect=UserError("x"), autospec=True,
        ), self.assertRaises(UserError):
            self._as_manager(request).action_approve()
        self.assertEqual((request.state, self.lead.stage_id, self.lead.expected_revenue), ('requested', self.stage_new, 0))
        self.assertTrue(self.lead.activity_ids)

    def test_values_are_read_by_who_may(self):
        request = self._ask(values={'expected_revenue': 5000000, 'date_deadline': '2030-01-31'})
        text = request.with_user(self.user_sales_salesman).with_context(lang='en_US').values_text
        self.assertRegex(text, "Expected Revenue: .*5,000,000")
        self.assertIn("01/31/2030", text)
        with self.assertRaises(AccessError):
            request.with_user(self.user_sales_salesman).read(['values'])

    # ------------------------------------------------------------
    # VOID
    # ------------------------------------------------------------

    def assertVoid(self, request, reason):
        self.assertEqual((request.state, request.user_id), ('void', self.env['res.users']))
        self.assertIn(reason, request.answer)
        self.assertFalse(request.activity_ids)

    def test_void(self):
        cases = {
            "has moved": lambda lead: lead.write({'stage_id': self.stage_won.id, 'phone': "0912 345 678"}),
            "no longer open": lambda lead: lead.action_set_lost(),
            "Nothing is missing": lambda lead: lead.write({'phone': "0912 345 678"}),
        }
        for reason, happen in cases.items():
            with self.subTest(reason=reason):
                lead = self._create_opportunity(reason)
                request = self._ask(lead)
                happen(lead)
                self.assertVoid(request, reason)
                self.assertFalse(lead.activity_ids)
                note = lead.message_ids.filtered(lambda message: "is void" in str(message.body))
                self.assertIn(self.user_sales_salesman.partner_id, note.notified_partner_ids)
        lead = self._create_opportunity("Archived")
        request = self._ask(lead)
        lead.action_archive()
        self.assertVoid(request, "no longer open")
        lead = self._create_opportunity("Lead again")
        request = self._ask(lead)
        lead.type = 'lead'
        self.assertVoid(request, "no longer open")

    def test_other_writes_leave_it_open(self):
        request = self._ask()
        self.lead.write({'referred': "An", 'expected_revenue': 5})
        self.assertEqual(request.state, 'requested')

    def test_approving_voids_the_other_requests(self):
        first, second = self._ask(), self._ask(stage=self.stage_quotation)
        self._as_manager(second).action_approve()
        self.assertEqual(second.state, 'approved')
        self.assertVoid(first, "has moved")

    def test_moved_without_the_add_on_noticing(self):
        request = self._ask()
        self.env.flush_all()
        self.cr.execute("UPDATE crm_lead SET stage_id = %s WHERE id = %s", (self.stage_negotiation.id, self.lead.id))
        self.env.invalidate_all()
        action = self._as_manager(request).action_approve()
        self.assertIn("has moved", action['params']['message'])
        self.assertVoid(request, "has moved")
        self.assertEqual(self.lead.stage_id, self.stage_negotiation)

    def test_stage_deleted(self):
        stage = self.env['crm.stage'].create({'name': "Trial", 'sequence': 1003})
        self._require(stage, 'website')
        request = self._ask(stage=stage)
        stage.unlink()
        self.assertVoid(request, "was deleted")
        self.assertEqual((request.stage_name, request.requirement_names), ("Trial", "Phone, Website"))

    def test_lead_deleted(self):
        request = self._ask()
        activities = self.lead.activity_ids
        self.lead.unlink()
        self.assertFalse(request.exists() or activities.exists())

    def test_merge(self):
        first, second = self._ask(), self._ask(self._create_opportunity("Second"))
        merged = (first.lead_id + second.lead_id).with_user(self.user_sales_manager).merge_opportunity()
        self.assertEqual(merged.stage_override_ids, first + second)
        self.assertEqual(sorted((first + second).mapped('state')), ['requested', 'void'])

    # ------------------------------------------------------------
    # WHAT IS SEEN
    # ------------------------------------------------------------

    def test_chip_and_banner(self):
        request = self._ask()
        lead = self._as_salesman()
        self.assertEqual(lead.stage_chip[:2] + lead.stage_chip[4:], [0, 1, True])
        self.assertEqual(lead.stage_request_id, request)
        self.assertIn("Known for years", lead.stage_request_text)
        self.assertFalse(lead.can_decide_request)
        manager_lead = self.lead.with_user(self.user_sales_manager)
        self.assertTrue(manager_lead.can_decide_request)
        manager_lead.action_approve_request()
        self.assertEqual((len(lead.stage_chip), lead.stage_request_id), (4, self.Override), "it waits no more")

    def test_chip_where_nothing_else_is_missing(self):
        self.phone.active = False
        self._require(self.stage_quotation, 'website')
        self._ask(stage=self.stage_quotation)
        self.assertEqual(self._as_salesman().stage_chip, [0, 0, '', [], True])

    def test_filters(self):
        request = self._ask()
        Override = self._as_manager(self.Override)
        self.assertIn(request, Override.search(
            [('state', '=', 'requested'), ('approver_ids', 'in', [self.user_sales_manager.id])]))
        self.assertEqual(self.env['crm.lead'].search([('stage_override_ids.state', '=', 'requested')]), self.lead)
        self.assertFalse(self.env['crm.lead'].search([('stage_override_ids.state', '=', 'approved')]) & self.lead)

    def test_what_waits_costs_a_move_nothing(self):
        others = self.env['crm.lead'].concat(*(self._create_opportunity(f"Other {number}", phone="0912") for number in range(3)))

        def count(lead):
            lead = lead.with_user(self.user_sales_salesman)
            self.env.cr.flush()
            self.env.invalidate_all()
            self.env.cr.cache.clear()  # as in another transaction
            before = self.cr.sql_log_count
            lead.write({'stage_id': self.stage_qualified.id})
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(others[0])  # warm
        before = count(others[1])
        self._ask()
        self.assertEqual(count(others[2]), before)

    # ------------------------------------------------------------
    # REMINDER
    # ------------------------------------------------------------

    def _remind(self):
        with patch.object(self.env.registry['ir.cron'], '_commit_progress', lambda cron, *args, **kwargs: 60):
            self.env['crm.stage.override']._cron_remind()

    def _get_reminders(self, lead=None):
        return self.env['mail.message'].search([
            ('model', '=', 'crm.lead'), ('res_id', '=', (lead or self.lead).id), ('subject', 'like', "Still waiting")])

    def _age(self, request, **delta):
        self.env.flush_all()
        self.cr.execute("UPDATE crm_stage_override SET create_date = %s WHERE id = %s", (
            fields.Datetime.now() - timedelta(**delta), request.id))
        self.env.invalidate_all()

    def test_reminder_once(self):
        request = self._ask()
        self._age(request, hours=23)
        self._remind()
        self.assertFalse(self._get_reminders())
        self._age(request, hours=25)
        self._remind()
        self._remind()
        self.assertEqual(len(self._get_reminders()), 1)
        self.assertEqual(self._get_reminders().notified_partner_ids, self.user_sales_manager.partner_id)
        self.assertTrue(request.date_reminded)

    def test_reminder_for_who_decides_now(self):
        request = self._ask()
        self._age(request, hours=25)
        other = mail_new_test_user(self.env, login='new_leader', groups='sales_team.group_sale_manager', lang='en_US')
        self.sales_team_1.user_id = other
        self._remind()
        self.assertEqual((request.approver_ids, self._get_reminders().notified_partner_ids), (other, other.partner_id))
        self.assertIn(other, self.lead.activity_ids.user_id)

    def test_no_reminder_of_what_is_void(self):
        request = self._ask()
        self._age(request, hours=25)
        self.phone.active = False
        self._remind()
        self.assertVoid(request, "Nothing is missing")
        self.assertFalse(self._get_reminders())


@tagged('-at_install', 'post_install')
class TestStageApprovalConcurrency(BaseCase):
    """With two real transactions, committed, so it cleans up what it makes."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._clean)
        with self.registry.cursor() as cr:
            env = self._env(cr)
            group, context = 'sales_team.group_sale_manager', {'no_reset_password': True}
            users = [
                mail_new_test_user(env, login=f'concurrent_{number}', groups=group, context=context, lang='en_US')
                for number in range(3)]
            self.user_ids = [user.id for user in users]
            stages = env['crm.stage'].create([{'name': f"Concurrent {number}", 'sequence': 5000 + number} for number in range(2)])
            self.stage_ids = stages.ids
            env['crm.stage.requirement'].create({
                'stage_id': stages[1].id, 'field_id': env['ir.model.fields']._get('crm.lead', 'phone').id})
            self.lead_id = env['crm.lead'].create({
                'name': "Concurrent", 'type': 'opportunity', 'stage_id': stages[0].id, 'user_id': self.user_ids[2],
                'team_id': False}).id

    def _env(self, cr, user_id=SUPERUSER_ID):
        return api.Environment(cr, user_id, {})

    def _clean(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            env['crm.lead'].browse(self.lead_id).unlink()
            env['crm.stage'].browse(self.stage_ids).unlink()
            users = env['res.users'].browse(self.user_ids)
            partners = users.partner_id
            users.unlink()
            partners.unlink()

    def _ask(self):
        with self.registry.cursor() as cr:
            lead = self._env(cr, self.user_ids[2])['crm.lead'].browse(self.lead_id)
            return lead.action_request_stage_move(self.stage_ids[1], {}, "Please")

    def _request(self, cr, user_id, request_id):
        return self._env(cr, user_id)['crm.stage.override'].browse(request_id)

    def test_two_approvers_at_the_same_moment(self):
        request_id = self._ask()
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            first = self._request(cr_1, self.user_ids[0], request_id)
            second = self._request(cr_2, self.user_ids[1], request_id)
            first.read(['state'])
            second.read(['state'])  # the snapshots are taken
            first.action_approve()
            with self.assertRaisesRegex(UserError, "at this moment"):
                second.action_refuse("No")
            cr_1.commit()
            with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.SerializationFailure):
                second.action_refuse("No")
            cr_2.rollback()
            with self.assertRaisesRegex(UserError, "Already decided"):  # as Odoo tries again
                second.action_refuse("No")
            cr_2.rollback()
            self.assertEqual((second.state, second.lead_id.stage_id.id), ('approved', self.stage_ids[1]))

    def test_moved_while_it_is_asked(self):
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            mover = self._env(cr_2)['crm.lead'].browse(self.lead_id)
            mover.read(['stage_id'])  # the snapshot is taken
            request_id = self._env(cr_1, self.user_ids[2])['crm.lead'].browse(self.lead_id).action_request_stage_move(
                self.stage_ids[1], {}, "Please")
            cr_1.commit()
            values = {'stage_id': self.stage_ids[1], 'phone': "0912 345 678"}
            with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.SerializationFailure):
                mover.write(values)
                mover.flush_recordset()
            cr_2.rollback()
            mover.write(values)  # as Odoo tries again
            self.assertEqual(self._request(cr_2, SUPERUSER_ID, request_id).state, 'void')
            cr_2.rollback()

    def test_reminder_that_is_killed(self):
        """What was told before the kill is told once, and so is the rest."""
        request_id = self._ask()
        with self.registry.cursor() as cr:
            cr.execute("UPDATE crm_stage_override SET create_date = create_date - interval '2 days' WHERE id = %s", [request_id])
        for is_killed in (True, False, False):
            with self.registry.cursor() as cr:
                env = self._env(cr)

                def commit(cron, *args, is_killed=is_killed, **kwargs):
                    if args and is_killed:
                        raise KeyboardInterrupt
                    cron.env.cr.commit()
                    return 60

                with patch.object(self.registry['ir.cron'], '_commit_progress', commit):
                    try:
                        env['crm.stage.override']._cron_remind()
                    except KeyboardInterrupt:
                        cr.rollback()
        with self.registry.cursor() as cr:
            env = self._env(cr)
            reminders = env['mail.message'].search([
                ('model', '=', 'crm.lead'), ('res_id', '=', self.lead_id), ('subject', 'like', "Still waiting")])
            ours = env['res.users'].browse(self.user_ids[:2]).partner_id  # the others have their own language
            self.assertEqual([len(reminders.filtered(lambda m, p=p: p in m.notified_partner_ids)) for p in ours], [1, 1])
