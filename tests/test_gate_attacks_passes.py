"""Who acts decides whether the gate is passed, never what is said: in values, in the context or in arguments."""
import re
from pathlib import Path

from gate_attackers import AttackCommon

from odoo import SUPERUSER_ID
from odoo.tests import tagged

from odoo.addons import winerp_crm_pipeline
from odoo.addons.winerp_crm_pipeline.exceptions import StageRequirementError

EMAIL = """From: {sender}
To: {recipient}
Subject: Attack
Message-ID: <attack-{number}@sao-viet.example>
Content-Type: text/plain; charset=utf-8

Hello."""
INSISTING = {'install_mode': True, 'module': 'crm', 'import_file': True, 'fetchmail_cron_running': True}


class PassCommon(AttackCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What is new lacks something too, so that a pass for it is one.
        cls.arrival = cls.env['crm.stage'].search([], limit=1)
        cls.everywhere = cls.env['crm.stage.requirement'].concat(
            *(cls._require(stage, 'website', name="Website") for stage in cls.env['crm.stage'].search([])))

    def _get_contexts(self):
        stage_id = self.stage_qualified.id
        return {
            'none': {}, 'default': {'default_stage_id': stage_id}, 'insisting': INSISTING,
            'both': {**INSISTING, 'default_stage_id': stage_id}, 'as text': {**INSISTING, 'default_stage_id': str(stage_id)},
        }

    def assertArrived(self, lead):
        """Assert that what came from outside is there, and on the worklist."""
        self.assertEqual(lead.type, 'opportunity')
        self.assertTrue(self.env['crm.lead'].search([('id', '=', lead.id), ('missing_requirement_ids', '!=', False)]))


@tagged('post_install', '-at_install')
class TestMailGateway(PassCommon):
    """The gateway passes; who only calls its methods does not."""

    number = 0

    def _write_email(self, sender="an@sao-viet.example", recipient="nobody@test.mycompany.com"):
        type(self).number += 1
        return EMAIL.format(sender=sender, recipient=recipient, number=self.number)

    def _receive(self, user, context=None, custom_values=None, **email):
        threads = self.env['mail.thread'].with_user(user).with_context(context or {})
        with self.mock_mail_gateway():
            return threads.message_process('crm.lead', self._write_email(**email), custom_values=custom_values)

    def _configure_alias(self, **defaults):
        self.sales_team_1.use_leads = False
        alias = self.sales_team_1.alias_id
        alias.alias_defaults = repr({'type': 'opportunity', 'team_id': self.sales_team_1.id, **defaults})
        return f"{alias.alias_name}@{alias.alias_domain}"

    def test_an_alias_may_name_a_stage(self):
        """Whoever writes to it, a colleague too."""
        recipient = self._configure_alias(stage_id=self.stage_qualified.id)
        for sender in ("an@sao-viet.example", self.user_sales_salesman.email_formatted, self.user_portal.email_formatted):
            with self.subTest(sender=sender):
                lead = self.env['crm.lead'].browse(self._receive(SUPERUSER_ID, sender=sender, recipient=recipient))
                self.assertEqual(lead.stage_id, self.stage_qualified)
                self.assertArrived(lead)

    def test_a_first_stage_that_asks_stops_no_email(self):
        recipient = self._configure_alias()
        lead = self.env['crm.lead'].browse(self._receive(SUPERUSER_ID, recipient=recipient))
        self.assertArrived(lead)

    def test_a_salesperson_calls_message_new(self):
        values = {'type': 'opportunity', 'stage_id': self.stage_qualified.id, 'name': "Attack"}
        for user in (self.user_sales_salesman, self.user_elsewhere, self.user_other_company, self.user_sales_manager):
            for case, context in self._get_contexts().items():
                for custom_values in (values, {'type': 'opportunity'}, {**values, 'stage_id': str(self.stage_qualified.id)}):
                    with self.subTest(user=user.login, context=case, values=custom_values), self._undone():
                        leads = self.env['crm.lead'].with_user(user).with_context(context)
                        error = self._request(lambda leads=leads, custom_values=custom_values: leads.message_new(
                            {'subject': "Attack", 'from': "an@sao-viet.example"}, custom_values))
                        self.assertNothingPast(error)

    def test_a_salesperson_calls_message_process(self):
        """Whomever they say the e-mail is from."""
        senders = (
            "an@sao-viet.example", self.user_sales_manager.email_formatted, self.user_portal.email_formatted,
            self.env.ref('base.user_root').email_formatted, self.env.ref('base.user_admin').email_formatted,
        )
        for sender in senders:
            for case, context in self._get_contexts().items():
                for values in ({'type': 'opportunity', 'stage_id': self.stage_qualified.id}, {'type': 'opportunity'}):
                    with self.subTest(sender=sender, context=case, values=values), self._undone():
                        error = self._request(lambda sender=sender, context=context, values=values: self._receive(
                            self.user_sales_salesman, context, values, sender=sender))
                        self.assertNothingPast(error)

    def test_a_salesperson_writes_through_message_update(self):
        for context in self._get_contexts().values():
            with self._undone():
                error = self._request(lambda context=context: self._as_salesman().with_context(context).message_update(
                    {'from': "an@sao-viet.example"}, {'stage_id': self.stage_qualified.id}))
                self.assertNothingPast(error)


@tagged('post_install', '-at_install')
class TestPassOfWhoActs(PassCommon):

    def _get_outsiders(self):
        return {user.login: self.env['crm.lead'].with_user(user).sudo()
                for user in (self.user_portal, self.user_public, self.user_employee)}

    def test_other_apps_create_in_passing(self):
        """The website, an event registration, a survey: with more rights than their user has, into the stage Odoo gives."""
        for login, leads in self._get_outsiders().items():
            with self.subTest(user=login):
                self.assertArrived(leads.create({'name': "In passing", 'type': 'opportunity'}))

    def test_other_apps_create_and_convert_in_passing(self):
        """A partner in the portal submits an opportunity: Odoo creates a lead and converts it where it stands."""
        for login, leads in self._get_outsiders().items():
            with self.subTest(user=login):
                lead = leads.create({'name': "In passing", 'type': 'lead'})
                lead.convert_opportunity(self.partner)
                self.assertArrived(lead)

    def test_who_names_a_stage_is_a_caller_like_any_other(self):
        for login, leads in self._get_outsiders().items():
            for shape in (int, str, float):
                stage_id = shape(self.stage_qualified.id)
                with self.subTest(user=login, in_='values', shape=shape), self._undone():
                    self.assertNothingPast(self._request(
                        lambda leads=leads, stage_id=stage_id: leads.create(self._new_values(stage_id=stage_id))))
                with self.subTest(user=login, in_='context', shape=shape), self._undone():
                    self.assertNothingPast(self._request(
                        lambda leads=leads, stage_id=stage_id:
                        leads.with_context(default_stage_id=stage_id).create(self._new_values())))

    def test_a_pass_is_for_creating(self):
        """Moving later is refused to everybody alike, with more rights than one's own, too."""
        for login, leads in self._get_outsiders().items():
            with self.subTest(user=login), self._undone():
                lead = leads.create({'name': "In passing", 'type': 'opportunity'})
                with self.assertRaises(StageRequirementError):
                    lead.write({'stage_id': self.stage_qualified.id})
                with self.assertRaises(StageRequirementError):
                    self.lead.with_env(lead.env).write({'stage_id': self.stage_qualified.id})

    def test_a_salesperson_is_no_outsider(self):
        for user in (self.user_sales_salesman, self.user_elsewhere, self.user_other_company, self.user_sales_manager):
            leads = self.env['crm.lead'].with_user(user)
            for case, context in self._get_contexts().items():
                with self.subTest(user=user.login, context=case), self._undone():
                    error = self._request(lambda leads=leads, context=context: leads.with_context(context).create(
                        {'name': "Attack", 'type': 'opportunity'}))
                    # A stage that is no number is none, and outside of all stages nothing is asked.
                    self.assertFalse(self._select("SELECT id FROM crm_lead WHERE name = 'Attack' AND stage_id IS NOT NULL"), error)

    def test_what_a_lead_generation_service_fills_in_opens_nothing(self):
        services = {'reveal_id': 'x', 'lead_mining_request_id': 1, 'iap_enrich_done': True, 'website_id': 1, 'visitor_ids': [1]}
        for values in ({name: value} for name, value in services.items()):
            if not set(values) <= set(self.env['crm.lead']._fields):
                continue
            for case, context in self._get_contexts().items():
                for named in ({}, {'stage_id': self.stage_qualified.id}):
                    with self.subTest(values=values, context=case, named=named), self._undone():
                        leads = self.env['crm.lead'].with_user(self.user_sales_salesman).with_context(context)
                        self.assertNothingPast(self._request(
                            lambda leads=leads, values=values, named=named: leads.create(self._new_values(**values, **named))))

    def test_people_of_other_teams_and_companies(self):
        """They get to the gate, or not even there."""
        for user in (self.user_elsewhere, self.user_other_company, self.user_employee, self.user_portal, self.user_public):
            with self.subTest(user=user.login):
                lead = self.lead.with_user(user)
                for move in (
                    lambda lead=lead: lead.write({'stage_id': self.stage_qualified.id}),
                    lambda lead=lead: lead.action_move_stage(self.stage_qualified.id),
                    lambda lead=lead: lead.action_move_stage(self.stage_qualified.id, override_reason="Please"),
                    lambda lead=lead: lead.action_set_won(),
                ):
                    with self._undone():
                        error = self._request(move)
                        self.assertTrue(error)
                        self.assertNothingPast(error)
                if not lead.has_access('read'):
                    self.assertTrue(self._request(
                        lambda lead=lead: lead.get_stage_move_requirements(self.stage_qualified.id)))


@tagged('post_install', '-at_install')
class TestAssignment(AttackCommon):
    """Assigned leads become opportunities, but not in a later stage that asks for more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['crm.lead'].search([]).action_archive()
        cls.env['crm.team'].search([('id', '!=', cls.sales_team_1.id)]).action_archive()
        cls.env['ir.config_parameter'].set_param('crm.lead.auto.assignment', True)
        cls.sales_team_1.write({'assignment_domain': False, 'use_opportunities': True})
        cls.sales_team_1.crm_team_member_ids.write({'assignment_max': 300, 'assignment_domain': False})
        values = {'type': 'lead', 'team_id': False, 'user_id': False, 'probability': 50, 'expected_revenue': 5}
        cls.ahead, cls.first, cls.second = cls.env['crm.lead'].create([
            {**values, 'name': name, 'email_from': f'{name}@sao-viet.example'} for name in ("ahead", "first", "second")])
        cls.ahead.write({'stage_id': cls.stage_negotiation.id})
        cls.env.flush_all()

    def _assign(self, assign):
        with self._undone():
            error = self._request(assign)
            self.assertIsNone(error)
            self.assertNothingPast()
            for lead in self.first + self.second:
                self.assertTrue(lead.user_id, f"{lead.name} was not assigned")
                self.assertEqual(lead.type, 'opportunity')

    def test_by_a_manager(self):
        self._assign(self.sales_team_1.with_user(self.user_sales_manager).action_assign_leads)

    def test_by_the_scheduled_action(self):
        root = self.env['crm.team'].with_user(SUPERUSER_ID)
        self._assign(lambda: root._cron_assign_leads(force_quota=True, creation_delta_days=0))

    def test_where_what_is_new_lacks_something_too(self):
        """That one lead is incomplete stops no other: where Odoo puts it, it goes."""
        for stage in self.env['crm.stage'].search([('id', 'not in', self.stages.ids)]):
            self._require(stage, 'website')
        self._assign(self.sales_team_1.with_user(self.user_sales_manager).action_assign_leads)

    def test_one_that_is_complete_keeps_its_stage(self):
        self.ahead.referred = "An"
        with self._undone():
            self.sales_team_1.with_user(self.user_sales_manager).action_assign_leads()
            self.assertEqual((self.ahead.type, self.ahead.stage_id), ('opportunity', self.stage_negotiation))

    def test_by_the_wizard(self):
        self.ahead.write({'team_id': self.sales_team_1.id, 'user_id': self.user_sales_salesman.id})
        for name in ('convert', 'merge'):
            with self.subTest(name=name), self._undone():
                def convert(name=name):
                    wizard = self.env['crm.lead2opportunity.partner'].with_user(self.user_sales_salesman).with_context(
                        active_model='crm.lead', active_id=self.ahead.id, active_ids=self.ahead.ids,
                    ).create({'name': name, 'action': 'nothing', 'user_id': self.user_sales_salesman.id,
                              'duplicated_lead_ids': [(6, 0, (self.ahead + self.lead).ids)]})
                    wizard.action_apply()
                self.assertNothingPast(self._request(convert))


@tagged('post_install', '-at_install')
class TestNoKeyOpens(AttackCommon):
    """No key of the context, whatever it is called and holds."""

    def test_every_name_that_our_code_knows(self):
        names = self._find_our_names() | {
            'override_reason', 'override', 'reason', 'gate_pass', 'stage_gate_pass', 'skip_requirements', 'install_mode',
            'from_outside'}
        held = (True, 1, "*", "true", {'reason': "Because"}, {'lead_ids': None, 'stage_id': self.stage_qualified.id, 'reason': "x"},
                [self.lead.id], self.lead.ids, {self.lead.id: self.stage_qualified.id})
        values = {'stage_id': self.stage_qualified.id}
        for user in (self.user_sales_salesman, self.user_sales_manager):
            for value in held:
                with self.subTest(user=user.login, value=value), self._undone():
                    lead = self.lead.with_user(user).with_context(**dict.fromkeys(names, value))
                    self.assertNothingPast(self._request(lambda lead=lead: lead.write(values)))
                    self.assertNothingPast(self._request(lambda lead=lead: lead.create(self._new_values(**values))))
                    self.assertNothingPast(self._request(lambda lead=lead: lead.copy(values)))

    def _find_our_names(self):
        texts = [path.read_text() for path in Path(winerp_crm_pipeline.__path__[0]).rglob('*.py') if 'tests' not in path.parts]
        return {name for text in texts for name in re.findall(r"""['"](winerp_\w+|\w*(?:gate|pass|override|skip)\w*)['"]""", text)}

    def test_as_the_system(self):
        """Superuser mode is not a pass either: what a server action or a module does on behalf of a person is theirs."""
        for lead in (self._as_salesman().sudo(), self.lead.with_user(SUPERUSER_ID), self.lead):
            with self.subTest(user=lead.env.user.login, su=lead.env.su), self.assertRaises(StageRequirementError):
                lead.with_context(module='crm', import_file=True).write({'stage_id': self.stage_qualified.id})
