from markupsafe import Markup

from odoo import SUPERUSER_ID
from odoo.fields import Command
from odoo.tests import tagged

from .tracking_case import SIZE, TrackingCase


@tagged('-at_install', 'post_install')
class TestTrackingRows(TrackingCase):
    """What is tracked in a batch leaves the same rows as core does record by record: all columns, in the same order."""

    def _follow(self, notification_type, subtype='crm.mt_lead_stage'):
        """Let two of three opportunities be followed by one or two colleagues."""
        users = self.user_sales_leads + self.user_sales_salesman
        users.notification_type = notification_type
        for number, lead in enumerate(self.leads):
            lead.message_subscribe(users[:number % 3].partner_id.ids, subtype_ids=self.env.ref(subtype).ids)

    def _change_variously(self, leads):
        quarter = SIZE // 4
        leads[:quarter].write({'stage_id': self.stage_qualified.id})
        leads[quarter:2 * quarter].write({'stage_id': self.stage_won.id})
        leads[2 * quarter:3 * quarter].write({'expected_revenue': 990})
        leads[3 * quarter:].action_set_lost(lost_reason_id=self.reason.id)

    # What is changed

    def test_stage(self):
        rows = self.assertSameRows(self._move)
        self.assertEqual(len(rows['messages']), SIZE)
        self.assertFalse(rows['notifications'])

    def test_won(self):
        self.assertSameRows(lambda leads: leads.write({'stage_id': self.stage_won.id}))

    def test_lost_and_restored(self):
        self.assertSameRows(lambda leads: leads.action_set_lost(lost_reason_id=self.reason.id))
        self.leads.action_set_lost(lost_reason_id=self.reason.id)
        self.env.cr.flush()
        self.assertSameRows(lambda leads: leads.action_unarchive())

    def test_log_only(self):
        self.assertSameRows(lambda leads: leads.write({'expected_revenue': 990}))

    def test_several_fields(self):
        self.assertSameRows(lambda leads: leads.write({
            'stage_id': self.stage_qualified.id, 'expected_revenue': 990, 'user_id': self.user_sales_leads.id,
            'phone': "0912 345 678", 'partner_name': "<b>Sao Việt</b>", 'partner_id': False,
        }))

    def test_various_subtypes(self):
        self.assertSameRows(self._change_variously)

    def test_properties(self):
        other_team = self.env['crm.team'].create({'name': "Other"})
        self.sales_team_1.lead_properties_definition = [
            {'name': 'f1', 'string': "Size", 'type': 'char'}, {'name': 'f2', 'string': "Floors", 'type': 'integer'}]
        self.leads[::2].lead_properties = {'f1': "big", 'f2': 3}
        self.env.cr.flush()
        self.assertSameRows(lambda leads: leads.write({'team_id': other_team.id}))

    def test_nothing_but_one(self):
        self.leads[1:].stage_id = self.stage_qualified
        self.env.cr.flush()
        rows = self.assertSameRows(self._move)
        self.assertEqual(len(rows['messages']), 1)

    def test_deleted_meanwhile(self):
        def change(leads):
            self._move(leads)
            self.env.flush_all()
            leads[:2].sudo().unlink()

        rows = self.assertSameRows(change)
        self.assertEqual(len(rows['messages']), SIZE - 2)

    def test_deleted_behind_the_back(self):
        def change(leads):
            self._move(leads)
            self.env.flush_all()
            self.env.cr.execute("DELETE FROM crm_lead WHERE id = ANY(%s)", (leads[3:5].ids,))
            self.env.invalidate_all()

        rows = self.assertSameRows(change)
        self.assertEqual(len(rows['messages']), SIZE - 2)

    # Who is told

    def test_inbox(self):
        self._follow('inbox')
        rows = self.assertSameRows(self._move)
        self.assertEqual(len(rows['notifications']), SIZE)
        self.assertTrue(rows['bus'])

    def test_email(self):
        self._follow('email')
        rows = self.assertSameRows(self._move, mail_notify_force_send=False)
        self.assertTrue(rows['mails'] and rows['recipients'])

    def test_email_sent(self):
        self._follow('email')
        with self.mock_mail_gateway():
            rows = self.assertSameRows(self._move)
        self.assertTrue(rows['notifications'])

    def test_various_subtypes_inbox(self):
        self._follow('inbox', subtype='crm.mt_lead_won')
        self.assertSameRows(self._change_variously)

    def test_customers(self):
        for lead in self.leads[::2]:
            lead.message_subscribe(self.customer.ids, subtype_ids=self.env.ref('crm.mt_lead_won').ids)
        rows = self.assertSameRows(
            lambda leads: leads.write({'stage_id': self.stage_won.id}), mail_notify_force_send=False)
        self.assertEqual(len(rows['notifications']), SIZE // 2)

    def test_archived_follower(self):
        self.leads.message_subscribe(self.customer.ids, subtype_ids=self.env.ref('crm.mt_lead_stage').ids)
        self.customer.active = False
        rows = self.assertSameRows(self._move)
        self.assertFalse(rows['notifications'])

    def test_author_follows(self):
        partner = self.user_sales_manager.partner_id
        self.leads.message_subscribe(partner.ids, subtype_ids=self.env.ref('crm.mt_lead_stage').ids)
        self.assertFalse(self.assertSameRows(self._move)['notifications'])
        self.user_sales_manager.notification_type = 'inbox'
        rows = self.assertSameRows(self._move, mail_notify_author=True)
        self.assertEqual(len(rows['notifications']), SIZE)

    def test_team_follower(self):
        team = self.env['crm.team'].create({'name': "Followed", 'company_id': False})
        self.user_sales_leads.notification_type = 'inbox'
        team.message_subscribe(
            self.user_sales_leads.partner_id.ids, subtype_ids=self.env.ref('crm.mt_salesteam_lead_stage').ids)
        self.assertSameRows(lambda leads: leads.write({'team_id': team.id, 'stage_id': self.stage_qualified.id}))

    # Where answers go, and what a message belongs to

    def test_history(self):
        for lead in self.leads[::2]:
            lead.message_post(body="Hello", message_type='comment', subtype_xmlid='mail.mt_comment')
        for lead in self.leads[::3]:
            lead.message_notify(body="Psst", partner_ids=self.env.user.partner_id.ids)
        self.leads[1].message_ids.unlink()
        self.assertSameRows(self._move)

    def test_long_history(self):
        """A comment among the last 200 messages counts, an older one does not."""
        Message = self.env['mail.message']
        for lead, count in zip(self.leads, (198, 199, 200), strict=False):
            lead.message_post(body="Hello", message_type='comment', subtype_xmlid='mail.mt_comment')
            Message.create([{'model': 'crm.lead', 'res_id': lead.id, 'body': str(number)} for number in range(count)])
        self.assertSameRows(self._move)

    def test_aliases(self):
        second_team = self.env['crm.team'].create({'name': "Second", 'alias_name': 'second-team'})
        self.leads[:3].team_id = False
        self.leads[3:6].team_id = second_team
        self.env.cr.flush()
        rows = self.assertSameRows(self._move)
        self.assertIn('second-team@', str(rows['messages']))

    def test_no_alias_domain(self):
        self.env['res.company'].search([]).alias_domain_id = False
        self.leads[:3].team_id = False
        self.env.cr.flush()
        self.assertSameRows(self._move)

    def test_companies(self):
        company = self.env['res.company'].create({'name': "Second"})
        self.user_sales_manager.company_ids = [Command.link(company.id)]
        self.leads[:4].write({'team_id': False, 'user_id': False, 'company_id': company.id})
        self.env.cr.flush()
        self.assertSameRows(
            self._move, allowed_company_ids=[self.user_sales_manager.company_id.id, company.id])

    # Who acts, and in which words

    def test_log_message_and_author(self):
        def change(leads):
            leads[::2]._track_set_log_message(Markup("because <b>x</b>"))
            leads[1::4]._track_set_log_message("because <b>x</b>")
            leads[1::3]._track_set_author(self.customer)
            leads[2]._track_set_author(self.user_sales_leads.partner_id)
            self._move(leads)
            leads[::3].write({'stage_id': leads[0]._origin.stage_id.id, 'expected_revenue': 990})

        self.assertSameRows(change)

    def test_salesman(self):
        self.assertSameRows(self._move, user=self.user_sales_salesman)

    def test_system(self):
        self._follow('inbox')
        self.assertSameRows(self._move, user=self.env['res.users'].browse(SUPERUSER_ID))

    def test_public_user(self):
        self.assertSameRows(lambda leads: self._move(leads.sudo()), user=self.env.ref('base.public_user'))

    def test_languages(self):
        self.stage_qualified.with_context(lang='vi_VN').name = "Đủ điều kiện"
        self.assertSameRows(self._move, lang='vi_VN')
        self.user_sales_manager.lang = 'vi_VN'
        self.assertSameRows(self._move, lang=None)
        self._follow('email')
        self.user_sales_leads.lang = 'vi_VN'
        self.assertSameRows(self._move, lang=None, mail_notify_force_send=False)

    def test_default_values_in_context(self):
        self.assertSameRows(self._move, default_parent_id=1, default_subject="No", default_message_type='comment')
