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

    # How many lack it

    def test_lacking_list_is_what_is_counted(self):
        rival = self.env['crm.team'].create({'name': "Rivals"})
        hidden = self.env['res.partner'].create({'name': "Hidden"})
        cases = (
            {}, {'phone': "0912"}, {'team_id': rival.id}, {'type': 'lead'}, {'partner_id': hidden.id},
            {'partner_id': self.contact_1.id, 'phone': False, 'company_id': self.env.company.id},
        )
        for stage in self.stages:
            for values in cases:
                self._create_opportunity("Deal", **{'stage_id': stage.id, **values})
        self.env.flush_all()
        other = self.env['res.company'].create({'name': "C"})
        self.cr.execute("UPDATE res_partner SET company_id = %s WHERE id = %s", [other.id, hidden.id])  # unreadable
        self._create_opportunity("Lost", stage_id=self.stage_quotation.id).action_set_lost()
        self.stage_qualified.team_ids = self.sales_team_1
        requirements = self.env['crm.stage.requirement'].concat(
            self._require(self.stage_qualified, 'phone'),
            self._require(self.stage_qualified, 'phone', scope='stage'),
            self._require(self.stage_new, "[('partner_id.name', '=', 'Hidden')]"),
            self._require(self.stage_new, 'phone', condition="[('partner_id.name', '!=', 'Hidden')]"),
            self._require(self.stage_quotation, 'tag_ids', team_ids=rival.ids),
            self._require(self.stage_new, 'phone', company_id=self.env.company.id),
        ).with_user(self.user_sales_manager)
        for number, requirement in enumerate(requirements):
            leads = requirement.env['crm.lead'].search(requirement.action_open_lacking()['domain'])
            self.assertTrue(leads, number)
            self.assertEqual(requirement.lacking_count, len(leads))
            self.assertEqual(leads, leads.filtered(lambda lead, own=requirement: own in lead.missing_requirement_ids))
        edited = requirements.new(requirements[0].copy_data()[0])
        self.assertEqual(edited.lacking_count, requirements[0].lacking_count, "before it is saved")
        requirements.action_archive()
        self.assertEqual(requirements.mapped('lacking_count'), [0] * len(requirements))

    def test_lacking_counts_and_worklist_are_a_query_each(self):
        def count(function):
            self.env.flush_all()
            self.env.invalidate_all()
            self.lead._get_stage_rules()
            before = self.cr.sql_log_count
            function()
            return self.cr.sql_log_count - before

        worklist = [('missing_requirement_ids', '!=', False)]
        sizes = {}
        for size in (1, 10):
            requirements = self.env['crm.stage.requirement'].concat(
                *(self._require(self.stage_qualified, 'phone') for _number in range(size)))
            requirements.mapped('stage_id')
            sizes[size] = [
                count(lambda: self.env['crm.lead'].search_count(worklist)),
                count(lambda own=requirements: own.mapped('lacking_count')),
            ]
            self._create_opportunity("Another", stage_id=self.stage_new.id)
        self.assertEqual(sizes[1], sizes[10])
        self.assertEqual(sizes[1][0], 1)

    def test_amounts_in_any_currency(self):
        """What is asked of several at once does not depend on the currency of one of them."""
        company = self.env['res.company'].create({'name': "C", 'currency_id': self.env.ref('base.JPY').id})
        requirement = self._require(self.stage_qualified, "[('expected_revenue', '>', 0.6)]")
        yen = self._create_opportunity("Yen", company_id=company.id, team_id=False, user_id=False, expected_revenue=1)
        self.lead.expected_revenue = 1
        (self.lead + yen).stage_id = self.stage_qualified
        (self.lead + yen).stage_id = self.stage_new
        self.lead.expected_revenue = yen.expected_revenue = 0
        self.assertRefused(lambda: (self.lead + yen).write({'stage_id': self.stage_qualified.id}), requirement + requirement)

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
