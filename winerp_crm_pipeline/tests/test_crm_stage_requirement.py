import psycopg2

from odoo.exceptions import ValidationError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .common import PipelineCommon


@tagged('-at_install', 'post_install')
class TestCrmStageRequirement(PipelineCommon):

    def test_name_is_the_label_in_every_language(self):
        requirement = self._require(self.stage_qualified, 'expected_revenue')
        field = requirement.field_id
        field.with_context(lang='vi_VN').field_description = "Doanh thu dự kiến"
        other = self._require(self.stage_qualified, 'expected_revenue', scope='stage')
        self.assertEqual(other.with_context(lang='en_US').name, "Expected Revenue")
        self.assertEqual(other.with_context(lang='vi_VN').name, "Doanh thu dự kiến")

    def test_name_given_stays(self):
        requirement = self._require(self.stage_qualified, 'phone', name="Zalo number")
        self.assertEqual(requirement.name, "Zalo number")
        self.assertEqual(requirement.with_context(lang='vi_VN').name, "Zalo number")

    def test_name_follows_another_field(self):
        requirement = self._require(self.stage_qualified, 'phone')
        requirement.field_id = self.env['ir.model.fields']._get('crm.lead', 'website')
        self.assertEqual(requirement.field_name, 'website')
        self.assertEqual(requirement.name, "Website")

    def test_field_must_be_editable(self):
        for name in ('create_date', 'won_status', 'stage_id', 'probability', 'duplicate_lead_count'):
            with self.subTest(field=name), self.assertRaises(ValidationError):
                self._require(self.stage_qualified, name)
        with self.assertRaises(ValidationError):
            self.env['crm.stage.requirement'].create({
                'stage_id': self.stage_qualified.id, 'field_id': self.env['ir.model.fields']._get('res.partner', 'vat').id,
            })

    @mute_logger('odoo.sql_db')
    def test_field_or_domain_is_needed(self):
        for values in ({'kind': 'field'}, {'kind': 'domain', 'name': "x"}):
            with self.subTest(values=values), self.assertRaises(psycopg2.errors.CheckViolation):
                self.env['crm.stage.requirement'].create({'stage_id': self.stage_qualified.id, **values})

    @users('user_sales_manager')
    @mute_logger('odoo.sql_db', 'odoo.domains')
    def test_bad_domains_are_refused_when_saved(self):
        bad = {
            "unknown field": "[('no_such_field', '=', 1)]",
            "unknown field of a relation": "[('partner_id.no_such_field', '=', 1)]",
            "unknown operator": "[('phone', 'equals', 1)]",
            "not a literal": "[('user_id', '=', user.id)]",
            "code": "[('user_id', '=', __import__('os').getpid())]",
            "syntax": "[('phone', '=', ",
            "no domain": "'phone'",
            "wrong type": "[('expected_revenue', '>=', 'many')]",
            "unsearchable field": "[('is_partner_visible', '=', True)]",
            "no condition": "[]",
        }
        for case, domain in bad.items():
            with self.subTest(case=case), self.assertRaises(ValidationError):
                self._require(self.stage_qualified, domain)
            if case != "no condition":
                with self.subTest(condition=case), self.assertRaises(ValidationError):
                    self._require(self.stage_qualified, 'phone', condition=domain)

    def test_good_domains(self):
        for domain in (
            "[('partner_id.vat', '!=', False)]", "[('calendar_event_ids', '!=', False)]",
            "[('expected_revenue', '>=', 10000000)]", "[('date_deadline', '>=', 'today')]", "[('user_id', '=', uid)]",
            "['|', ('phone', '!=', False), ('email_from', '!=', False)]",
        ):
            with self.subTest(domain=domain):
                self._require(self.stage_qualified, domain)

    def test_rules_of_another_company_are_hidden_but_hold(self):
        self._activate_multi_company()
        requirement = self._require(self.stage_qualified, 'phone', company_id=self.company_2.id)
        requirements = self.env['crm.stage.requirement'].with_user(self.user_sales_salesman)
        self.assertFalse(requirements.search([('id', '=', requirement.id)]))
        lead = self._create_opportunity(
            "Other company", company_id=self.company_2.id, team_id=self.team_company2.id, user_id=self.user_sales_manager_mc.id)
        self.assertRefused(lambda: lead.with_user(self.user_sales_manager_mc).write({'stage_id': self.stage_qualified.id}), requirement)
        self._as_salesman().stage_id = self.stage_qualified
