import json
from datetime import timedelta
from unittest.mock import patch
from xmlrpc.client import Fault

from odoo import SUPERUSER_ID
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from ..models.crm_lead_apps import _let_pass
from .common import PipelineCommon

EMAIL = """From: Nguyễn Văn An <an@sao-viet.example>
To: sales.test@test.mycompany.com
Subject: =?utf-8?q?B=C3=A1o_gi=C3=A1_m=C3=A1y_in?=
Message-ID: <an-1@sao-viet.example>
Content-Type: text/plain; charset=utf-8

Xin báo giá 10 máy in."""


class PathsCommon(PipelineCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._require(cls.stage_qualified, 'phone')


@tagged('-at_install', 'post_install')
class TestStageGatePaths(PathsCommon):
    """Every path into a stage passes the gate, and nothing from outside is lost."""

    # Refused

    def test_form(self):
        form = Form(self._as_salesman())
        form.stage_id = self.stage_qualified
        self.assertRefused(form.save, self.phone)
        form.phone = "0912 345 678"
        form.save()
        self.assertEqual(self.lead.stage_id, self.stage_qualified)

    def test_status_bar_and_kanban_drag(self):
        """Both are a web_save of the one field."""
        self.assertRefused(lambda: self._as_salesman().web_save({'stage_id': self.stage_qualified.id}, {}), self.phone)

    def test_list_multi_edit(self):
        leads = self.lead + self._create_opportunity("With phone", phone="0912 345 678")
        self.assertRefused(lambda: self._as_salesman(leads).web_save_multi(
            [{'stage_id': self.stage_qualified.id}] * 2, {}), self.phone)
        self.assertEqual(leads.stage_id, self.stage_new)

    def test_won_button(self):
        self.assertRefused(self._as_salesman().action_set_won_rainbowman, self.phone)
        self.assertEqual(self.lead.won_status, 'pending')

    def test_mark_many_as_won(self):
        leads = self.lead + self._create_opportunity("With phone", phone="0912 345 678")
        self.assertRefused(self._as_salesman(leads).action_set_won, self.phone)
        self.assertEqual(set(leads.mapped('won_status')), {'pending'})

    def test_quick_create_in_a_later_column(self):
        leads = self.env['crm.lead'].with_user(self.user_sales_salesman).with_context(default_type='opportunity')
        form = Form(leads.with_context(default_stage_id=self.stage_qualified.id), view='crm.quick_create_opportunity_form')
        form.name = "Quick"
        self.assertRefused(form.save, self.phone)
        form.phone = "0912 345 678"
        self.assertEqual(form.save().stage_id, self.stage_qualified)

    def test_import_reports_each_row(self):
        leads = self.env['crm.lead'].with_user(self.user_sales_salesman)
        stage = str(self.stage_qualified.id)
        rows = [[name, "opportunity", stage, phone] for name, phone in (("Row 1", ""), ("Row 2", "0912"), ("Row 3", ""))]
        result = leads.load(['name', 'type', 'stage_id/.id', 'phone'], rows)
        errors = [message for message in result['messages'] if message['type'] == 'error']
        # Odoo adds the message of its first attempt, with all rows at once, to those of each row.
        self.assertEqual([message['rows']['from'] for message in errors[-2:]], [0, 2])
        self.assertIn("“Row 1” cannot be in the stage “Qualified” without: Phone", errors[-2]['message'])
        self.assertNotIn("Row 3", errors[-2]['message'])
        self.assertFalse(leads.search([('name', 'like', 'Row _')]), "an import is all or nothing, as ever in Odoo")

    def test_conversion_of_many(self):
        leads = self.env['crm.lead'].browse()
        for name in ("One", "Two"):
            leads += self._create_opportunity(name, type='lead', stage_id=self.stage_qualified.id)
        wizard = self.env['crm.lead2opportunity.partner.mass'].with_user(self.user_sales_manager).with_context(
            active_model='crm.lead', active_ids=leads.ids, active_id=leads[0].id,
        ).create({'deduplicate': False, 'action': 'each_exist_or_create', 'user_ids': self.user_sales_salesman.ids})
        self.assertRefused(wizard.action_mass_convert)
        self.assertEqual(set(leads.mapped('type')), {'lead'})
        leads.phone = "0912 345 678"
        wizard.action_mass_convert()
        self.assertEqual(set(leads.mapped('type')), {'opportunity'})

    def test_merge(self):
        """The merged opportunity may not lose what its stage requires, nor enter a stage without it."""
        ahead = self._create_opportunity("Ahead", stage_id=self.stage_qualified.id, phone="0912 345 678")
        merged = (self.lead + ahead).with_user(self.user_sales_manager).merge_opportunity()
        self.assertEqual(merged.phone, "0912 345 678")

    def test_merge_into_a_stage_without_what_it_requires(self):
        """A lead far ahead, merged with an opportunity, becomes an opportunity there."""
        lead = self._create_opportunity("Ahead", type='lead', stage_id=self.stage_negotiation.id)
        self.lead.type = 'lead'
        leads = (lead + self.lead).with_user(self.user_sales_manager)
        with patch.object(type(leads), '_merge_get_fields_specific', lambda self: {'type': lambda *args: 'opportunity'}):
            self.assertRefused(leads.merge_opportunity)

    def test_unarchive(self):
        lead = self._create_opportunity("Archived", active=False)
        lead.stage_id = self.stage_qualified
        self.assertRefused(lambda: self._as_salesman(lead).action_unarchive(), self.phone)

    def test_duplicate_starts_again(self):
        self.phone.stage_id = self.lead._stage_find(domain=[('fold', '=', False)])
        self.assertRefused(lambda: self._as_salesman().copy(), self.phone)
        self.lead.phone = "0912 345 678"
        self.assertEqual(self._as_salesman().copy().stage_id, self.phone.stage_id)

    def test_server_action(self):
        action = self.env['ir.actions.server'].create({
            'name': "Move", 'model_id': self.env['ir.model']._get('crm.lead').id, 'state': 'object_write',
            'update_path': 'stage_id', 'resource_ref': f'crm.stage,{self.stage_qualified.id}',
        })
        context = {'active_model': 'crm.lead', 'active_id': self.lead.id, 'active_ids': self.lead.ids}
        self.assertRefused(action.with_user(self.user_sales_manager).with_context(**context).run, self.phone)

    def test_salesperson_change_that_moves_the_stage(self):
        team = self.env['crm.team'].create({'name': "Projects", 'member_ids': self.user_sales_leads.ids})
        self.env['crm.team.member'].search([('user_id', '=', self.user_sales_leads.id), ('crm_team_id', '!=', team.id)]).unlink()
        self.stage_new.team_ids = self.sales_team_1
        first = self.env['crm.stage'].create({'name': "Theirs", 'sequence': -1, 'team_ids': team.ids})
        website = self._require(first, 'website')
        self.assertRefused(lambda: self.lead.write({'user_id': self.user_sales_leads.id}), website)

    # Never refused

    def _require_at_once(self):
        """Require something in the stage in which everything new arrives."""
        stages = self.env['crm.stage'].search([])
        return self.env['crm.stage.requirement'].concat(*(self._require(stage, 'referred') for stage in stages))

    def test_mail_gateway(self):
        self._require_at_once()
        self.sales_team_1.write({'use_leads': False})
        with self.mock_mail_gateway():
            lead_id = self.env['mail.thread'].message_process('crm.lead', EMAIL, custom_values={
                'type': 'opportunity', 'team_id': self.sales_team_1.id})
        lead = self.env['crm.lead'].browse(lead_id)
        self.assertEqual(lead.type, 'opportunity')
        self.assertTrue(lead.missing_requirement_ids, "it shows up in the worklist")
        lead.user_id = self.user_sales_salesman
        self.assertRefused(lambda: self._as_salesman(lead).write({'stage_id': self.stage_qualified.id}))

    def test_portal_user_creates(self):
        self._require_at_once()
        portal = mail_new_test_user(self.env, 'portal_partner', groups='base.group_portal')
        lead = self.env['crm.lead'].with_user(portal).sudo().create({'name': "From the portal", 'type': 'opportunity'})
        self.assertTrue(lead.missing_requirement_ids)
        self.assertRefused(lambda: self.lead.with_user(portal).sudo().write({'stage_id': self.stage_qualified.id}))

    def test_other_apps_in_passing(self):
        """They act in superuser mode: a web form as Odoo's own user, an event registration as the employee at the door."""
        self._require_at_once()
        values = {'name': "From another app", 'type': 'opportunity'}
        employee = mail_new_test_user(self.env, 'event_staff', groups='base.group_user')
        for leads in (
            self.env['crm.lead'].with_user(SUPERUSER_ID),
            self.env['crm.lead'].with_user(employee).sudo(),
            self.env['crm.lead'].with_user(self.user_sales_salesman).sudo(),
        ):
            with self.subTest(user=leads.env.user.login):
                self.assertTrue(leads.create(values).missing_requirement_ids)
                self.assertRefused(lambda leads=leads: leads.create({**values, 'stage_id': self.stage_won.id}))
                self.assertRefused(lambda leads=leads: leads.with_context(default_stage_id=self.stage_won.id).create(values))
                self.assertRefused(lambda leads=leads: leads.browse(self.lead.id).write({'stage_id': self.stage_qualified.id}))
        self.assertRefused(lambda: self.env['crm.lead'].with_user(self.user_sales_salesman).create(values))
        self.assertRefused(lambda: self.env['crm.lead'].with_user(self.user_sales_salesman).create({**values, 'reveal_id': "x"}))

    def test_apps_that_act_as_their_user(self):
        """Leads that were paid for are not lost, though the salesperson asked for them."""
        self._require_at_once()

        def create_leads(records):
            return records.env['crm.lead'].create({'name': "Mined", 'type': 'opportunity'})

        lead = _let_pass(create_leads)(self.env['crm.team'].with_user(self.user_sales_salesman))
        self.assertTrue(lead.missing_requirement_ids)

    def test_assignment_goes_on(self):
        """One incomplete lead does not stop the assignment of the others."""
        self._require_at_once()
        leads = self.env['crm.lead'].create([
            {'name': f"Lead {number}", 'type': 'lead', 'team_id': False, 'user_id': False, 'probability': 50} for number in range(3)
        ])
        self.env['crm.lead'].search([('id', 'not in', leads.ids)]).action_archive()
        self.env['crm.team'].search([('id', '!=', self.sales_team_1.id)]).action_archive()
        self.env['ir.config_parameter'].set_param('crm.lead.auto.assignment', True)
        self.sales_team_1.crm_team_member_ids.write({'assignment_max': 100, 'assignment_domain': False})
        self.sales_team_1.assignment_domain = False
        self.sales_team_1.with_user(self.user_sales_manager).action_assign_leads()
        self.assertEqual(set(leads.mapped('type')), {'opportunity'})
        self.assertTrue(all(lead.user_id and lead.missing_requirement_ids for lead in leads))

    def test_assignment_does_not_carry_past(self):
        """A lead that somebody put further on becomes an opportunity where new ones begin."""
        leads = self.env['crm.lead'].create([
            {'name': name, 'type': 'lead', 'team_id': False, 'user_id': False, 'probability': 50,
             'stage_id': self.stage_qualified.id, 'phone': phone}
            for name, phone in (("Incomplete", False), ("Complete", "0912 345 678"))
        ])
        self.env['crm.lead'].search([('id', 'not in', leads.ids)]).action_archive()
        self.env['crm.team'].search([('id', '!=', self.sales_team_1.id)]).action_archive()
        self.sales_team_1.crm_team_member_ids.write({'assignment_max': 100, 'assignment_domain': False})
        self.sales_team_1.assignment_domain = False
        self.sales_team_1.with_user(self.user_sales_manager).action_assign_leads()
        incomplete, complete = leads
        self.assertEqual(leads.mapped('type'), ['opportunity', 'opportunity'])
        self.assertEqual(complete.stage_id, self.stage_qualified)
        self.assertEqual(incomplete.stage_id, incomplete._stage_find(domain=[('fold', '=', False)]))
        self.assertIn("Assigned to the stage", incomplete.message_ids.mapped('body')[0])

    def test_context_opens_nothing(self):
        lead = self._as_salesman().with_context(install_mode=True, winerp_stage_gate_pass=True, winerp_stage_gate_entry=True)
        self.assertRefused(lambda: lead.write({'stage_id': self.stage_qualified.id}), self.phone)


@tagged('-at_install', 'post_install')
class TestStageGateRpc(PathsCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_sales_salesman.password = 'user_sales_salesman'
        cls.env.flush_all()

    @mute_logger('odoo.http', 'odoo.addons.rpc.controllers.xmlrpc')
    def test_xmlrpc(self):
        arguments = (self.cr.dbname, self.user_sales_salesman.id, 'user_sales_salesman', 'crm.lead', 'write')
        with self.assertRaises(Fault) as caught:
            self.xmlrpc_object.execute_kw(*arguments, [self.lead.ids, {'stage_id': self.stage_qualified.id}], {
                'context': {'winerp_stage_gate_pass': True, 'install_mode': True}})
        self.assertIn("cannot be in the stage “Qualified” without: Phone", caught.exception.faultString)
        self.xmlrpc_object.execute_kw(*arguments, [self.lead.ids, {'stage_id': self.stage_qualified.id, 'phone': "0912"}])
        self.assertEqual(self.lead.stage_id, self.stage_qualified)

    @mute_logger('odoo.http')
    def test_json_rpc(self):
        self.authenticate('user_sales_salesman', 'user_sales_salesman')
        response = self.url_open('/web/dataset/call_kw/crm.lead/write', data=json.dumps({'params': {
            'model': 'crm.lead', 'method': 'write', 'kwargs': {},
            'args': [self.lead.ids, {'stage_id': self.stage_qualified.id}],
        }}), headers={'Content-Type': 'application/json'})
        error = response.json()['error']['data']
        self.assertEqual(error['name'], 'odoo.addons.winerp_crm_pipeline.exceptions.StageRequirementError')
        self.assertEqual(error['context']['leads'][0]['missing'][0]['field_name'], 'phone')

    @mute_logger('odoo.http')
    def test_json_2(self):
        keys = self.env['res.users.apikeys'].with_user(self.user_sales_salesman)
        key = keys._generate('rpc', 'test', self.env.cr.now() + timedelta(days=1))
        self.env.flush_all()
        response = self.url_open('/json/2/crm.lead/action_move_stage', data=json.dumps({
            'ids': self.lead.ids, 'stage_id': self.stage_qualified.id,
        }), headers={'Content-Type': 'application/json', 'Authorization': f'Bearer {key}'})
        self.assertEqual(response.status_code, 422)
        self.assertEqual(response.json()['context']['stage_id'], self.stage_qualified.id)
