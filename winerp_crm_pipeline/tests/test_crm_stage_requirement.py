import contextlib

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
        lead = lead.with_user(self.user_sales_manager_mc)
        self.assertRefused(lambda: lead.write({'stage_id': self.stage_qualified.id}), requirement)
        self._as_salesman().stage_id = self.stage_qualified

    # What goes away

    def _create_custom_field(self):
        return self.env['ir.model.fields'].create({
            'name': 'x_zalo', 'field_description': "Zalo", 'ttype': 'char',
            'model_id': self.env['ir.model']._get('crm.lead').id,
        })

    def test_custom_field(self):
        requirement = self._require(self.stage_qualified, self._create_custom_field().name)
        self.assertRefused(lambda: self._as_salesman().write({'stage_id': self.stage_qualified.id}), requirement)
        self._as_salesman().write({'stage_id': self.stage_qualified.id, 'x_zalo': "0912 345 678"})
        self.assertRefused(lambda: self._as_salesman().write({'x_zalo': " "}), requirement)

    def test_requirement_goes_with_its_custom_field(self):
        field = self._create_custom_field()
        requirement = self._require(self.stage_qualified, 'x_zalo')
        field.unlink()
        self.assertFalse(requirement.exists())
        self._as_salesman().write({'stage_id': self.stage_qualified.id})

    def test_renamed_custom_field(self):
        field = self._create_custom_field()
        requirement = self._require(self.stage_qualified, 'x_zalo')
        field.name = 'x_zalo_number'
        self.assertEqual(requirement.field_name, 'x_zalo_number')
        self.assertRefused(lambda: self._as_salesman().write({'stage_id': self.stage_qualified.id}), requirement)

    def test_what_is_no_longer_valid_stops_nobody(self):
        """As after the module of a field in a domain was uninstalled: archived, and the administrators are told."""
        requirement = self._require(self.stage_qualified, "[('phone', '!=', False)]")
        self.env.flush_all()
        self.cr.execute(
            "UPDATE crm_stage_requirement SET domain = %s WHERE id = %s", ["[('gone_id', '!=', False)]", requirement.id])
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        with mute_logger('odoo.addons.winerp_crm_pipeline.models.crm_stage_requirement', 'odoo.domains'):
            self._as_salesman().write({'stage_id': self.stage_qualified.id})
            self.env['crm.stage.requirement']._deactivate_invalid()
        self.assertFalse(requirement.active)
        activities = self.env['mail.activity'].search([('user_id', '=', self.user_sales_manager.id)], order='id desc', limit=1)
        self.assertIn("Qualified", activities.note)

    def test_every_change_is_another_version(self):
        """What is remembered of rules is remembered of one version of them."""
        stages = self.env['crm.stage']
        for change in (
            lambda: self._require(self.stage_qualified, 'phone'),
            lambda: self.stage_qualified.requirement_ids.write({'level': 'warn'}),
            lambda: self.stage_qualified.requirement_ids.with_context(lang='vi_VN').write({'name': "Điện thoại"}),
            lambda: self.stage_qualified.write({'sequence': 1500}),
            lambda: self.stage_qualified.write({'team_ids': self.sales_team_1.ids}),
            lambda: self.stage_qualified.write({'auto_probability': True}),
            lambda: self.stage_qualified.requirement_ids.unlink(),
            lambda: self.env.cr.execute("UPDATE crm_stage SET probability = 7") or self.env.cr.cache.clear(),
        ):
            before = stages._get_rules_version(has_changes=True)
            change()
            after = stages._get_rules_version(has_changes=True)
            self.assertNotEqual(before, after)

    def test_what_is_rolled_back_is_no_version(self):
        """A savepoint takes a rule with it, and what was remembered of it."""
        before = self.lead._get_stage_rules()
        with contextlib.suppress(KeyError), self.env.cr.savepoint():
            requirement = self._require(self.stage_qualified, 'phone')
            self.assertIn(requirement.id, [rule.id for rule in self.lead._get_stage_rules()])
            self.assertRefused(lambda: self.lead.write({'stage_id': self.stage_qualified.id}), requirement)
            raise KeyError
        self.assertEqual(list(self.lead._get_stage_rules()), list(before))
        self.lead.stage_id = self.stage_qualified
