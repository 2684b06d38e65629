"""Rules tell nobody more than they may know, never turn against users, and do not go by accident."""
from gate_attackers import AttackCommon

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger


@tagged('post_install', '-at_install')
class TestRulesAsAnOracle(AttackCommon):
    """A rule is evaluated for everybody alike: its author may not ask what they may not read."""

    # What leads to it, and the field whose name the refusal tells.
    FORBIDDEN = {
        "[('message_ids.mail_server_id.smtp_pass', '=like', 'a%')]": 'smtp_pass',
        "[('message_ids.mail_server_id.name', '!=', False)]": 'mail_server_id',
        "[('message_ids', 'any', [('mail_server_id', 'any', [('smtp_pass', '=like', 'a%')])])]": 'mail_server_id',
        "[('message_ids', 'not any', [('mail_server_id.smtp_pass', '=like', 'a%')])]": 'mail_server_id',
        "[('message_ids.mail_server_id', 'any', [('smtp_pass', '=like', 'a%')])]": 'mail_server_id',
        "['!', ('message_ids.mail_server_id.smtp_pass', '=like', 'a%')]": 'smtp_pass',
        "['|', ('phone', '!=', False), '&', ('email_from', '!=', False), ('message_ids.mail_server_id.smtp_user', '!=', False)]":
            'smtp_user',
        "[('message_ids.mail_server_id', 'ilike', 'a')]": 'mail_server_id',
        "[('message_ids.tracking_value_ids.old_value_char', 'ilike', 'a')]": 'tracking_value_ids',
        "[('message_ids.tracking_value_ids', 'any', [('old_value_char', 'ilike', 'a')])]": 'tracking_value_ids',
        "[('message_ids.tracking_value_ids', '!=', False)]": 'tracking_value_ids',
        "[('message_ids.mail_ids.body_html', 'ilike', 'a')]": 'mail_ids',
        "[('message_ids.author_guest_id.access_token', '=like', 'a%')]": 'access_token',
        "[('user_id.totp_last_counter', '>', 5)]": 'totp_last_counter',
        "[('user_id', 'any', [('totp_last_counter', '>', 5)])]": 'totp_last_counter',
        "[('create_uid.log_ids.create_date', '>', '2020-01-01')]": 'log_ids',
        "[('user_id.partner_id.signup_type', '!=', False)]": 'signup_type',
        "[('partner_id.signup_type', '!=', False)]": 'signup_type',
        "[('partner_id.parent_id.child_ids.signup_type', '!=', False)]": 'signup_type',
        "[('user_id.auth_passkey_key_ids.credential_identifier', '=like', 'a%')]": 'credential_identifier',
        "[('user_id.group_ids.rule_groups.domain_force', 'ilike', 'a')]": 'rule_groups',
        "[('user_id.action_id.name', 'ilike', 'a')]": 'action_id',
        "[('partner_id.credit_limit', '>', 5)]": 'credit_limit',
        "[('order_ids.transaction_ids.amount', '>', 5)]": 'transaction_ids',
        "[('company_id.external_report_layout_id.arch_db', 'ilike', 'a')]": 'external_report_layout_id',
        "[('company_id', 'any', [('external_report_layout_id.key', 'ilike', 'a')])]": 'external_report_layout_id',
        "[('stage_id.requirement_ids.field_id.model', '=', 'crm.lead')]": 'field_id',
        "[('partner_id.user_ids.totp_last_counter', '>', 5)]": 'totp_last_counter',
    }
    # Not searchable, or no public operator: refused for whichever reason.
    IMPOSSIBLE = (
        "[('create_uid.password', '=like', 'a%')]", "[('user_id.totp_secret', '=like', 'a%')]",
        "[('message_ids', 'any!', [('mail_server_id', 'any!', [('smtp_pass', '=like', 'a%')])])]",
        "[('message_ids', 'not any!', [('mail_server_id.smtp_pass', '=like', 'a%')])]",
        "[('lead_properties.server.smtp_pass', '=like', 'a%')]",
    )
    ALLOWED = (
        "[('partner_id.vat', '!=', False)]", "[('order_ids', '!=', False)]", "[('calendar_event_ids', '!=', False)]",
        "[('user_id.name', 'ilike', 'a')]", "[('activity_ids', '!=', False)]", "[('order_ids', 'any', [('state', '=', 'sale')])]",
        "[('order_ids.order_line.product_id.name', 'ilike', 'a')]", "[('partner_id', 'any', [('child_ids.email', '!=', False)])]",
        "[('team_id.user_id', '=', uid)]", "[('message_ids.attachment_ids', '!=', False)]", "[('tag_ids.name', '=', 'A')]",
        "[('partner_id.country_id.code', '=', 'VN')]", "[('date_deadline', '>', 'today')]",
        "[('expected_revenue', '>=', 10000000)]",
        "[('company_id.name', 'ilike', 'a')]", "[('campaign_id', '!=', False)]",
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales_team_1.lead_properties_definition = [
            {'name': 'server', 'string': "Server", 'type': 'many2one', 'comodel': 'ir.mail_server'}]

    def _save(self, user, **values):
        return self.env['crm.stage.requirement'].with_user(user).create(
            {'stage_id': self.stage_quotation.id, 'name': "Asked", **values})

    def _get_ways(self, text):
        phone_id = self.env['ir.model.fields']._get('crm.lead', 'phone').id
        return {
            'domain': lambda user: self._save(user, kind='domain', domain=text),
            'condition': lambda user: self._save(user, field_id=phone_id, condition=text),
            'written later': lambda user: self._save(
                user, kind='domain', domain="[('phone', '!=', False)]").write({'domain': text}),
            'condition written later': lambda user: self._save(user, field_id=phone_id).write({'condition': text}),
            'on the stage': lambda user: self.stage_quotation.with_user(user).write(
                {'requirement_ids': [(0, 0, {'kind': 'domain', 'domain': text, 'name': "Asked"})]}),
        }

    @mute_logger('odoo.domains', 'odoo.sql_db')
    def test_what_the_author_may_not_read_is_refused_by_name(self):
        for text, name in self.FORBIDDEN.items():
            for way, save in self._get_ways(text).items():
                with self.subTest(domain=text, way=way), self._undone():
                    error = self._request(lambda save=save: save(self.user_sales_manager))
                    self.assertIsInstance(error, ValidationError)
                    self.assertIn(name, str(error))

    @mute_logger('odoo.domains', 'odoo.sql_db')
    def test_what_nobody_can_look_at_is_refused(self):
        for text in self.IMPOSSIBLE:
            with self.subTest(domain=text), self._undone():
                self.assertIsInstance(
                    self._request(lambda text=text: self._get_ways(text)['domain'](self.user_sales_manager)), ValidationError)

    @mute_logger('odoo.domains', 'odoo.sql_db', 'odoo.addons.winerp_crm_pipeline.models.crm_stage_requirement_check')
    def test_what_cannot_be_saved_is_not_counted_before(self):
        """A form asks what would lack it with each key that is typed; so can whoever calls what the form calls."""
        self.env['crm.lead'].create({
            'name': "Counted", 'type': 'opportunity', 'stage_id': self.stage_quotation.id, 'referred': "Hà"})
        fine = "[('phone', '=', 'nobody has it')]"
        saved = self._save(self.user_sales_manager, kind='domain', domain="[('referred', '=', 'Hà')]")
        odd = (
            "[('expected_revenue', '>', 1e400)]", "[('expected_revenue', '>', 'abc')]", "[('no_such_field', '=', 1)]", "nonsense")
        for requirement in (saved.browse(), saved):
            for text in (fine, *self.FORBIDDEN, *self.IMPOSSIBLE, *odd):
                with self.subTest(requirement=requirement, domain=text), self._undone():
                    answer = requirement.with_user(self.user_sales_manager).onchange(
                        {'stage_id': self.stage_quotation.id, 'kind': 'domain', 'name': "Asked", 'domain': text},
                        ['domain'], {'stage_id': {}, 'kind': {}, 'name': {}, 'domain': {}, 'lacking_count': {}})
                    self.assertEqual(bool(answer['value'].get('lacking_count')), text == fine)

    def test_superuser_mode_does_not_lend_itself(self):
        """The author is who acts, not the environment in which they do."""
        requirements = self.env['crm.stage.requirement'].with_user(self.user_sales_manager).sudo()
        error = self._request(lambda: requirements.create({
            'stage_id': self.stage_quotation.id, 'name': "Asked", 'kind': 'domain', 'domain': next(iter(self.FORBIDDEN))}))
        self.assertIsInstance(error, ValidationError)

    def test_what_may_be_read_may_be_asked(self):
        for text in self.ALLOWED:
            for way, save in self._get_ways(text).items():
                with self.subTest(domain=text, way=way), self._undone():
                    save(self.user_sales_manager)

    def test_modules_may_ask_anything(self):
        self.env['crm.stage.requirement'].create(
            {'stage_id': self.stage_quotation.id, 'name': "Asked", 'kind': 'domain', 'domain': next(iter(self.FORBIDDEN))})

    def test_copying_is_authoring(self):
        """A rule that a module brought is not handed on to who could not have written it."""
        rule = self.env['crm.stage.requirement'].create(
            {'stage_id': self.stage_quotation.id, 'name': "Asked", 'kind': 'domain', 'domain': next(iter(self.FORBIDDEN))})
        with self._undone():
            self.assertTrue(self._request(lambda: rule.with_user(self.user_sales_manager).copy({'stage_id': self.stage_new.id})))

    def test_only_sales_administrators_write_rules(self):
        for user in (self.user_sales_salesman, self.user_sales_leads, self.user_employee, self.user_portal):
            for change in (
                lambda user=user: self._save(user, kind='domain', domain="[('phone', '!=', False)]"),
                lambda user=user: self.asked.with_user(user).write({'active': False}),
                lambda user=user: self.asked.with_user(user).unlink(),
                lambda user=user: self.stage_qualified.with_user(user).write({'auto_probability': True, 'probability': 99}),
            ):
                with self.subTest(user=user.login), self._undone():
                    self.assertIsInstance(self._request(change), AccessError)


@tagged('post_install', '-at_install')
class TestRulesThatWouldTurnAgainstUsers(AttackCommon):

    def _save(self, **values):
        """Save a rule as a sales administrator; return the error, if any."""
        return self._request(lambda: self.env['crm.stage.requirement'].with_user(self.user_sales_manager).create(
            {'stage_id': self.stage_qualified.id, 'name': "Asked", **values}))

    def _get_rules(self, text):
        phone_id = self.env['ir.model.fields']._get('crm.lead', 'phone').id
        return ({'kind': 'domain', 'domain': text}, {'field_id': phone_id, 'condition': text})

    @mute_logger('odoo.domains', 'odoo.sql_db')
    def test_numbers_that_are_not_finite(self):
        """A text that Python reads as infinity is refused when it is saved, not at a salesperson's desk."""
        for number in ('1e400', '-1e400', '1e309', '[1e400]', '[1, -1e999]', '(5, 1e400)', 'nan', 'inf', "float('nan')"):
            for operator in ('in', 'not in') if number[0] in '[(' else ('>=', '<', '=', '!='):
                for values in self._get_rules(f"[('expected_revenue', '{operator}', {number})]"):
                    with self.subTest(values=values), self._undone():
                        self.assertIsInstance(self._save(**values), ValidationError)

    @mute_logger('odoo.domains', 'odoo.sql_db')
    def test_numbers_that_few_columns_hold(self):
        """Refused, or they work for those whom they concern."""
        for number in ("'nan'", "'inf'", '1' + '0' * 400, '1e300', '-1e300', '1e308', '-1e308', '10 ** 400', '0.1'):
            for field_name in ('expected_revenue', 'probability', 'color', 'id'):
                for values in self._get_rules(f"[('{field_name}', '>=', {number})]"):
                    with self.subTest(values=str(values)[:100]), self._undone():
                        error = self._save(**values)
                        if error:
                            self.assertIsInstance(error, ValidationError)
                            continue
                        self._as_salesman().get_stage_move_requirements(self.stage_qualified.id)
                        self._as_salesman().read(['missing_requirement_ids'])
                        self.env['crm.lead'].search([('missing_requirement_ids', '!=', False)])

    @mute_logger('odoo.domains', 'odoo.sql_db')
    def test_numbers_inside_any(self):
        text = "[('partner_id', 'any', [('order_ids', 'any', [('amount_total', '>', 1e400)])])]"
        self.assertIsInstance(self._request(lambda: self.env['crm.stage.requirement'].create(
            {'stage_id': self.stage_qualified.id, 'name': "Asked", 'kind': 'domain', 'domain': text})), ValidationError)

    def test_deleting_a_team_that_a_rule_names(self):
        """The rule would hold for everybody from then on."""
        for active in (True, False):
            with self.subTest(active=active), self._undone():
                team = self.env['crm.team'].create({'name': "Only for us"})
                self._require(self.stage_qualified, 'website', team_ids=team.ids, name="Website of ours").active = active
                error = self._request(team.with_user(self.user_sales_manager).unlink)
                self.assertIsInstance(error, UserError)
                self.assertIn("Website of ours", str(error))
                self.assertTrue(team.exists())

    def test_deleting_a_company_that_a_rule_names(self):
        company = self.env['res.company'].create({'name': "Only for it"})
        self._require(self.stage_qualified, 'website', company_id=company.id, name="Website of ours")
        error = self._request(company.unlink)
        self.assertIsInstance(error, UserError)
        self.assertIn("Website of ours", str(error))

    def test_a_team_that_no_rule_names_goes(self):
        self.env['crm.team'].create({'name': "Free"}).unlink()

    def test_own_changes_hold_in_their_own_transaction(self):
        """Before they are committed: for who made them."""
        lead = self._as_salesman()
        rule = self._require(self.stage_negotiation, 'website', scope='stage')
        self.asked.active = False
        self.assertRefused(lambda: lead.write({'stage_id': self.stage_negotiation.id}), rule)
        rule.level = 'warn'
        lead.write({'stage_id': self.stage_negotiation.id})
        lead.write({'stage_id': self.stage_new.id})
        rule.level = 'block'
        self.assertRefused(lambda: lead.write({'stage_id': self.stage_negotiation.id}), rule)
        rule.unlink()
        lead.write({'stage_id': self.stage_negotiation.id})

    def test_changes_taken_back_by_a_savepoint_do_not_hold(self):
        lead = self._as_salesman()
        with self._undone():
            self._require(self.stage_quotation, 'website')
            self.stage_quotation.write({'auto_probability': True, 'probability': 77, 'name': "Taken back"})
            lead.get_stage_move_requirements(self.stage_quotation.id)
            lead.read(['missing_requirement_ids', 'next_stage_missing_requirement_ids'])
        lead.write({'referred': "An", 'stage_id': self.stage_quotation.id})
        self.assertNotEqual(lead.probability, 77)
        self.assertFalse(lead.missing_requirement_ids)
        with self._undone():
            self.asked.unlink()
            lead.get_stage_move_requirements(self.stage_qualified.id)
        answer = self._create_opportunity("Other").get_stage_move_requirements(self.stage_qualified.id)
        self.assertEqual([missing['id'] for lead in answer['leads'] for missing in lead['missing']], self.asked.ids)


@tagged('post_install', '-at_install')
class TestCountsTellNothing(AttackCommon):
    """How many opportunities there are is told only to who may see them."""

    STAGE_COUNTS = ('following_lead_count', 'manual_lead_count', 'waiting_lead_count')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env['crm.lead'].create([
            {'name': f"Counted {number}", 'type': 'opportunity', 'stage_id': cls.stage_qualified.id, 'referred': "An",
             'user_id': cls.user_sales_leads.id, 'team_id': cls.sales_team_1.id} for number in range(3)])
        cls.leads[:1].probability = 12.5
        cls.website = cls._require(cls.stage_qualified, 'website', scope='stage')
        if 'probability_cursor' in cls.stages._fields:  # an update is under way
            cls.stage_qualified.probability_cursor = 2 ** 30
        cls.env.flush_all()

    def _read(self, record, names):
        """Return what a user gets to see of counts, in the ways that they have of reading."""
        found = []
        for read in (
            lambda: [record.read([name])[0].get(name) for name in names],
            lambda: [record[name] for name in names],
            lambda: [record.web_read({name: {}})[0].get(name) for name in names],
            lambda: record.export_data(list(names))['datas'][0],
        ):
            self.env.invalidate_all()
            self._request(lambda read=read: found.extend(read()))
        return [int(count or 0) for count in found]

    def _assert_at_most(self, user, count):
        for record, names in ((self.stage_qualified, self.STAGE_COUNTS), (self.website, ('lacking_count',))):
            for seen in self._read(record.with_user(user), names):
                self.assertLessEqual(seen, count, user.login)

    def test_without_rights_in_crm(self):
        for user in (self.user_employee, self.user_portal, self.user_public):
            with self.subTest(user=user.login):
                self._assert_at_most(user, 0)

    def test_own_opportunities_only(self):
        """A salesperson who sees their own deals learns nothing of those of others."""
        for user in (self.user_sales_salesman, self.user_elsewhere, self.user_other_company):
            with self.subTest(user=user.login):
                count = self.env['crm.lead'].with_user(user).search_count([('stage_id', '=', self.stage_qualified.id)])
                self._assert_at_most(user, count)

    def test_a_sales_administrator_sees_them(self):
        stage = self.stage_qualified.with_user(self.user_sales_manager)
        self.assertEqual((stage.following_lead_count, stage.manual_lead_count), (2, 1))
        self.assertEqual(self.website.with_user(self.user_sales_manager).lacking_count, 3)
