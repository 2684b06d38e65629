from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users

from odoo.addons.mail.tests.common import mail_new_test_user

from .test_requirement_words import RequirementCommon


@tagged('-at_install', 'post_install')
class TestRequirementProperty(RequirementCommon):
    """One property of a team at a time."""

    def setUp(self):
        super().setUp()
        self.requirement = self._require(self.stage_qualified, 'lead_properties', property_name='need')
        self.lead.team_id = self.north

    def test_asked_of_the_teams_that_have_it(self):
        lead = self._as_salesman()
        error = self.assertRefused(lambda: lead.write({'stage_id': self.stage_qualified.id}), self.requirement)
        self.assertEqual(error.context['leads'][0]['missing'][0]['name'], "Need")
        lead.lead_properties = {'budget': 5}
        self.assertRefused(lambda: lead.write({'stage_id': self.stage_qualified.id}), self.requirement)
        lead.write({'stage_id': self.stage_qualified.id, 'lead_properties': {'need': "Chairs"}})
        self.assertFalse(lead.missing_requirement_ids)
        self.assertRefused(lambda: lead.write({'lead_properties': {'need': False}}), self.requirement)
        lead.lead_properties = {'budget': 0, 'need': "Chairs"}

    def test_not_asked_of_others(self):
        self.lead.team_id = self.south
        self._as_salesman().stage_id = self.stage_qualified
        self.assertFalse(self.lead.missing_requirement_ids)
        self.lead.team_id = self.north  # never otherwise than when a stage is entered, or a value cleared
        self.assertEqual(self.lead.missing_requirement_ids, self.requirement)
        self.assertEqual(self.env['crm.lead'].search([('missing_requirement_ids', 'in', self.requirement.ids)]), self.lead)

    def test_new_opportunities(self):
        new = self.env['crm.lead'].new({'type': 'opportunity', 'team_id': self.north.id, 'stage_id': self.stage_qualified.id})
        self.assertEqual(new.missing_requirement_ids._origin, self.requirement)

    def test_the_dialog_shows_it_alone(self):
        self._require(self.stage_qualified, 'phone')
        dialog = self._as_salesman().get_stage_move_requirements(self.stage_qualified.id)['dialog']
        self.assertEqual(dialog['form']['properties'], ['need'])
        self.assertIn('"names": ["need"]', dialog['form']['arch'].replace('&quot;', '"'))
        self._require(self.stage_qualified, 'lead_properties')
        dialog = self._as_salesman().get_stage_move_requirements(self.stage_qualified.id)['dialog']
        self.assertNotIn('stage_properties', dialog['form']['arch'])

    def test_preview_for_a_team_that_has_it(self):
        preview = self.stage_qualified.with_user(self.user_sales_manager).get_requirement_preview()
        self.assertEqual(preview['vals'], {'team_id': self.north.id})
        self.assertEqual(preview['dialog']['form']['properties'], ['need'])

    def test_employees_without_crm(self):
        """Who may read stages only is not told what they require, nor how many lack it, and reads them all the same."""
        self._require(self.stage_qualified, 'phone')
        stage = self.stage_qualified.with_user(mail_new_test_user(self.env, 'employee.stages', groups='base.group_user'))
        self.assertFalse(stage.read()[0].keys() & {
            'requirement_ids', 'requirement_count', 'lacking_lead_count', 'requirement_doubt'})
        with self.assertRaises(AccessError):
            stage.get_requirement_preview()

    @users('user_sales_manager')
    def test_what_no_team_has_is_refused(self):
        for field, name in (('lead_properties', 'gone'), ('phone', 'need')):
            with self.assertRaises(ValidationError):
                self._require(self.stage_qualified, field, property_name=name)

    def test_choices(self):
        Requirement = self.env['crm.stage.requirement'].with_user(self.user_sales_manager)
        choices = Requirement.get_field_choices()
        self.assertIn(
            ('lead_properties', 'need', "Need (North)"),
            [(choice['name'], choice['property_name'], choice['label']) for choice in choices])
        names = {choice['name'] for choice in choices}
        self.assertTrue({'expected_revenue', 'phone', 'activity_ids', 'calendar_event_ids'} <= names)
        for prefix in ('message_', 'activity_', 'email_normalized', 'phone_sanitized', 'iap_', 'duplicate_', 'rating_'):
            self.assertFalse([name for name in names if name.startswith(prefix) and name != 'activity_ids'], prefix)
        areas = [choice['area'] for choice in choices]
        self.assertEqual(areas, sorted(areas, key=areas.index), "areas stand together")
        with self.assertRaises(AccessError):
            Requirement.with_user(self.user_sales_salesman).get_presets()


@tagged('-at_install', 'post_install')
class TestRequirementDoubt(RequirementCommon):

    def _doubts(self, *requirements):
        return [bool(requirement.doubt) for requirement in requirements]

    def test_twice_the_same(self):
        first = self._require(self.stage_qualified, 'phone')
        second = self._require(self.stage_qualified, 'phone', level='warn')
        self.assertEqual(self._doubts(first, second), [True, True])
        self.assertIn("Phone", self.stage_qualified.requirement_doubt)
        for values in ({'team_ids': self.north.ids}, {'condition': "[('city', '=', 'Huế')]"}, {'active': False}):
            second.write({'team_ids': False, 'condition': False, 'active': True, **values})
            first.write({'team_ids': self.south.ids, 'condition': "[('city', '=', 'Vinh')]"})
            self.assertEqual(self._doubts(first, second), [False, False], values)
        second.write({'active': True, 'team_ids': self.south.ids, 'condition': '[("city", "=", "Vinh")]'})
        self.assertEqual(self._doubts(first, second), [True, True])

    def test_what_cannot_be(self):
        for one, other, is_impossible in (
            ("[('expected_revenue', '>=', 100)]", "[('expected_revenue', '<=', 50)]", True),
            ("[('expected_revenue', '>=', 100)]", "[('expected_revenue', '<=', 100)]", False),
            ("[('expected_revenue', '>', 100)]", "[('expected_revenue', '<=', 100)]", True),
            ("[('expected_revenue', '=', 0)]", 'expected_revenue', True),
            ("[('phone', '=', False)]", 'phone', True),
            ("[('priority', '=', '0')]", 'priority', True),
            ("[('priority', 'in', ['1', '2'])]", "[('priority', '=', '3')]", True),
            ("[('priority', 'in', ['1', '2'])]", "[('priority', '=', '2')]", False),
            # What it does not know, it does not say.
            ("[('order_ids.amount_total', '>=', 100)]", "[('order_ids.amount_total', '<=', 50)]", False),
            ("[('partner_id', '=', 'Azure')]", "[('partner_id', '=', 'Deco')]", False),
            ("[('user_id', '=', uid)]", "[('user_id', '=', 2)]", False),
            ("[('date_deadline', '>=', 'today')]", "[('date_deadline', '<=', '-7d')]", False),
            ("['|', ('phone', '=', False), ('city', '=', False)]", 'phone', False),
        ):
            if 'order_ids' in one and 'order_ids' not in self.env['crm.lead']._fields:
                continue
            with self.subTest(one=one, other=other):
                requirements = self._require(self.stage_qualified, one) + self._require(self.stage_qualified, other)
                self.assertEqual(self._doubts(*requirements), [is_impossible] * 2)
                requirements.unlink()

    def test_against_its_own_condition(self):
        requirement = self._require(
            self.stage_qualified, "[('expected_revenue', '<', 50)]", condition="[('expected_revenue', '>=', 100)]")
        self.assertTrue(requirement.doubt)
        requirement.condition = "[('expected_revenue', '>=', 10)]"
        self.assertFalse(requirement.doubt)


@tagged('-at_install', 'post_install')
class TestRequirementSets(RequirementCommon):

    def _open_sets(self, stage):
        action = stage.with_user(self.user_sales_manager).action_open_requirement_sets()
        wizard = self.env[action['res_model']].with_user(self.user_sales_manager).browse(action['res_id'])
        return {line.key: line for line in wizard.line_ids}

    def test_each_takes_away_what_it_brought(self):
        own = self._require(self.stage_qualified, 'city')
        for key, line in self._open_sets(self.stage_qualified).items():
            with self.subTest(set=key):
                line.action_add()
                brought = self.stage_qualified.requirement_ids - own
                self.assertEqual(line.requirement_count, len(brought))
                self.assertTrue(all(brought.mapped('sentence')))
                self.assertFalse(self.stage_qualified.requirement_doubt)
                brought[0].active = False
                line.action_remove()
                self.assertEqual(self.stage_qualified.with_context(active_test=False).requirement_ids, own)

    def test_what_is_there_stays(self):
        own = self._require(self.stage_qualified, 'expected_revenue')
        line = self._open_sets(self.stage_qualified)['bant']
        line.action_add()
        self.assertEqual(line.requirement_count, 3)
        self.assertEqual(
            [requirement.with_context(lang='vi_VN').name for requirement in self.stage_qualified.requirement_ids - own],
            ["Người quyết định: tên và chức vụ", "Nhu cầu: khách hàng muốn gì, trong phần ghi chú", "Thời gian: ngày đóng dự kiến"])
        line.action_remove()
        self.assertEqual(self.stage_qualified.requirement_ids, own)
        self._require(self.stage_quotation, 'phone')
        with self.assertRaises(UserError):
            self._open_sets(self.stage_quotation)['contact'].action_add()

    @users('user_sales_salesman')
    def test_not_for_salespeople(self):
        with self.assertRaises(AccessError):
            self.stage_qualified.with_env(self.env).action_open_requirement_sets()
        with self.assertRaises(AccessError):
            self.stage_qualified.with_env(self.env).action_open_requirement_copy()

    def test_a_company_is_asked_for_its_tax_id(self):
        self._open_sets(self.stage_won)['invoice'].action_add()

        def names():
            missing = self.lead._get_missing_requirements(self.stage_won)
            return [requirement.name for requirement in missing.get(self.lead, ())]

        self.assertIn("Customer", names()[0])
        self.lead.partner_id = self.env['res.partner'].create({'name': "Person", 'street': "1 Lê Lợi"})
        self.assertEqual(names(), [])
        self.lead.partner_id = self.env['res.partner'].create({'name': "Company", 'is_company': True})
        self.assertEqual(names(), ["Tax ID of the customer", "Address of the customer"])


@tagged('-at_install', 'post_install')
class TestRequirementCopy(RequirementCommon):

    @users('user_sales_manager')
    def test_to_other_stages_and_teams(self):
        self._require(self.stage_qualified, 'phone', name="Zalo", level='warn')
        self._require(self.stage_qualified, 'city')
        self._require(self.stage_quotation, 'city')
        stage = self.stage_qualified.with_env(self.env)
        action = stage.action_open_requirement_copy()
        wizard = self.env[action['res_model']].browse(action['res_id'])
        with Form(wizard) as form:
            form.stage_ids = self.stage_quotation + self.stage_negotiation
            form.teams = 'set'
            form.team_ids = self.north
        self.assertIn("3", wizard.action_copy()['params']['message'])
        self.assertEqual(
            self.stage_quotation.requirement_ids.mapped(lambda r: (r.name, r.level, r.team_ids)),
            [("City", 'block', self.north.browse()), ("Zalo", 'warn', self.north)])
        self.assertEqual(len(self.stage_negotiation.requirement_ids), 2)
        self.assertFalse(self.stage_negotiation.requirement_ids.filtered('set_key'))


@tagged('-at_install', 'post_install')
class TestStageOverview(RequirementCommon):

    def test_menu_without_developer_mode(self):
        menu = self.env.ref('crm.menu_crm_lead_stage_act')
        self.assertIn(menu.id, self.env['ir.ui.menu'].with_user(self.user_sales_manager)._visible_menu_ids(debug=False))
        self.assertNotIn(menu.id, self.env['ir.ui.menu'].with_user(self.user_sales_leads)._visible_menu_ids(debug=False))

    def test_what_is_counted_is_opened(self):
        self._require(self.stage_new, 'phone')
        self._require(self.stage_qualified, 'city', active=False)
        self._create_opportunity("Called", phone="0912")
        stage = self.stage_new.with_user(self.user_sales_manager)
        self.assertEqual((stage.requirement_count, stage.lacking_lead_count), (1, 1))
        action = stage.action_open_lacking()
        self.assertEqual(stage.env['crm.lead'].search(action['domain']), self.lead)
        self.assertNotIn('search_default_assigned_to_me', action['context'])
        self.assertEqual(self.stage_qualified.requirement_count, 0)

    def test_flat_number_of_queries(self):
        fields = ['name', 'probability', 'requirement_count', 'lacking_lead_count']
        for stage in self.stages:
            self._require(stage, 'phone')
        sizes = []
        for size in (2, 5):
            stages = self.stages[:size].with_user(self.user_sales_manager)
            stages.read(fields)  # what is asked once
            self.env.flush_all()
            self.env.invalidate_all()
            self.lead._get_stage_rules()
            before = self.cr.sql_log_count
            stages.read(fields)
            sizes.append(self.cr.sql_log_count - before)
        self.assertEqual(sizes[0], sizes[1])

    @users('user_sales_leads')
    def test_a_leader_reads_and_previews(self):
        self._require(self.stage_qualified, 'phone')
        stage = self.stage_qualified.with_env(self.env)
        self.assertEqual(stage.get_requirement_preview()['dialog']['form']['required'], ['phone'])
        self.assertEqual(stage.requirement_ids.mapped('sentence'), ["Phone must be filled in. Blocks, also in later stages."])
        self.assertFalse(stage.requirement_doubt)
        with self.assertRaises(AccessError):
            stage.requirement_ids.level = 'warn'


@tagged('-at_install', 'post_install')
class TestRequirementPreview(RequirementCommon):
    """What a requirement would do, as its dialog has it: nothing of it stays."""

    def setUp(self):
        super().setUp()
        self.lead.stage_id = self.stage_qualified
        self.requirements = self.env['crm.stage.requirement'].with_user(self.user_sales_manager)
        self.ours = [('id', 'in', self.lead.ids)]

    def _find(self, preview):
        return self.env['crm.lead'].search(preview['domain'] + self.ours)

    def test_one_that_is_not_saved_yet(self):
        field = self.env['ir.model.fields']._get('crm.lead', 'phone')
        values = {
            'stage_id': self.stage_qualified.id, 'kind': 'field', 'field_id': field.id, 'name': False, 'team_ids': [[6, 0, []]]}
        preview = self.requirements.get_preview(values)
        self.assertEqual(self._find(preview), self.lead)
        [missing] = preview['refusal']['leads'][0]['missing']
        self.assertEqual((missing['name'], missing['field_name']), ("Phone", 'phone'))
        self.assertEqual(preview['refusal']['dialog']['form']['required'], ['phone'])
        self.assertFalse(self.stage_qualified.requirement_ids)
        self.assertFalse(self.lead.missing_requirement_ids)
        self.lead.stage_id = self.stage_quotation
        self.assertEqual(self._find(self.requirements.get_preview(values)), self.lead, "also in later stages")
        self.assertFalse(self._find(self.requirements.get_preview({**values, 'scope': 'stage'})))

    def test_one_that_is_being_changed(self):
        requirement = self._require(self.stage_qualified, 'phone').with_user(self.user_sales_manager)
        self.assertEqual(self._find(requirement.get_preview()), self.lead)
        self.assertIn('missing_requirement_ids', str(requirement.get_preview()['domain']), "not a hundred thousand ids")
        preview = requirement.get_preview({'condition': "[('expected_revenue', '>', 5)]"})
        self.assertFalse(self._find(preview))
        self.assertFalse(requirement.condition)
        self.assertFalse(requirement.get_preview({'active': False})['refusal']['leads'][0]['missing'])

    def test_what_could_not_be_saved_is_said(self):
        values = {'stage_id': self.stage_qualified.id, 'kind': 'domain', 'name': "Bad"}
        for domain in ("[('no_such_field', '=', 1)]", "[('user_id.password', 'ilike', 'a')]", "nonsense"):
            with self.assertRaises(ValidationError):
                self.requirements.get_preview({**values, 'domain': domain})
        with self.assertRaisesRegex(UserError, "Save the stage first"):
            self.requirements.get_preview({'kind': 'domain'})

    def test_not_for_salespeople(self):
        requirement = self._require(self.stage_qualified, 'phone')
        with self.assertRaises(AccessError):
            requirement.with_user(self.user_sales_salesman).get_preview()
