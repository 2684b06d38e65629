import ast
import base64
import json
from contextlib import contextmanager

from odoo import models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from ..pipeline_file.carried import REQUIREMENT, STAGE
from .common import PipelineCommon


class StageFileCase(PipelineCommon):
    """A pipeline that says all that a pipeline can say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['crm.lead'].with_context(active_test=False).search([]).unlink()
        (cls.env['crm.stage'].search([]) - cls.stages).unlink()
        cls.north, cls.south = cls.env['crm.team'].create([{'name': "North"}, {'name': "South"}])
        cls.north.lead_properties_definition = [{'name': 'a1b2', 'type': 'char', 'string': "Floor"}]
        cls.vip = cls.env['crm.tag'].create({'name': "VIP"})
        cls.stage_new.with_context(lang='vi_VN').name = "Mới"
        cls.stage_quotation.write({
            'team_ids': [(6, 0, (cls.north + cls.south).ids)], 'probability': 42.5, 'auto_probability': True, 'fold': True,
            'color': 3, 'rotting_threshold_days': 10, 'rotting_activity': True, 'rotting_leader_days': 2,
            'requirements': "Send it.\nThen call."})
        cls.stage_own = cls.env['crm.stage'].create({'name': "New", 'sequence': 1001, 'team_ids': [(6, 0, cls.south.ids)]})
        cls.field_rule = cls._require(cls.stage_qualified, 'expected_revenue', level='warn', scope='stage', sequence=7)
        cls.domain_rule = cls._require(
            cls.stage_qualified,
            f"['|', ('tag_ids', 'in', [{cls.vip.id}]), ('stage_id', '!=', {cls.stage_own.id}), ('user_id', '=', uid)]",
            name="Is a VIP", condition=f"[('team_id', '=', {cls.north.id})]", team_ids=[(6, 0, cls.north.ids)],
            company_id=cls.env.company.id, sequence=5)
        cls.domain_rule.with_context(lang='vi_VN').name = "Là khách VIP"
        cls.archived_rule = cls._require(cls.stage_won, 'partner_id', name="Customer", active=False)
        cls.archived_field_label = cls.archived_rule.field_id.field_description
        cls.manager = cls.user_sales_manager
        cls.api = cls.env['crm.stage'].with_user(cls.manager)

    def _export(self):
        return self.api.export_pipeline()

    def _data(self):
        return json.loads(self._export())

    def _import(self, data, **options):
        return self.api.import_pipeline(data if isinstance(data, (str, bytes)) else json.dumps(data), **options)

    @contextmanager
    def _refused(self, *texts):
        """Assert that the file is refused, with these words, and that nothing changes."""
        before = self._export()
        with self.assertRaises(ValidationError) as caught:
            yield
        for text in texts:
            self.assertIn(text, str(caught.exception))
        self.env.invalidate_all()
        self.assertEqual(self._export(), before)

    def _find(self, data, name):
        return next(stage for stage in data['stages'] if stage['name']['en_US'] == name)

    def _wipe(self):
        """Make it another database: no stages, other ids, other languages."""
        self.env['crm.stage'].search([]).unlink()
        self.env['crm.tag'].search([('name', '=', "VIP")]).unlink()
        self.vip = self.env['crm.tag'].create([{'name': "Other"}, {'name': "VIP"}])[1]
        self.north.lead_properties_definition = [{'name': 'c3d4', 'type': 'char', 'string': "Floor"}]


@tagged('-at_install', 'post_install')
class TestStageFile(StageFileCase):

    def test_readable(self):
        data = self._data()
        self.assertEqual([stage['name']['en_US'] for stage in data['stages']],
                         ["New", "New", "Qualified", "Quotation", "Negotiation", "Won"])
        self.assertEqual(data['stages'][0], {'name': {'en_US': "New", 'vi_VN': "Mới"}})
        self.assertEqual(data['stages'][1], {'name': {'en_US': "New"}, 'teams': ["South"]})
        self.assertEqual(self._find(data, "Quotation"), {
            'name': {'en_US': "Quotation"}, 'teams': ["North", "South"], 'fold': True, 'color': 3, 'auto_probability': True,
            'probability': 42.5, 'days_to_rot': 10, 'remind_salesperson': True, 'leader_after_days': 2,
            'guidance': "Send it.\nThen call."})
        self.assertEqual(self._find(data, "Qualified")['requirements'], [
            {
                'kind': 'domain', 'teams': ["North"],
                'domain': "['|', ('tag_ids', 'in', [named('VIP')]), ('stage_id', '!=', named('New (South)')), "
                          "('user_id', '=', uid)]",
                'name': {'en_US': "Is a VIP", 'vi_VN': "Là khách VIP"}, 'condition': "[('team_id', '=', named('North'))]",
                'company': self.env.company.name,
            },
            {'field': 'expected_revenue', 'level': 'warn', 'scope': 'stage'},
        ])
        self.assertEqual(self._find(data, "Won")['requirements'], [
            {'field': 'partner_id', 'name': {'en_US': "Customer"}, 'active': False}])
        self.assertIn("Mới", self._export(), "as people write it")

    def test_own_file_changes_nothing(self):
        result = self._import(self._export())
        self.assertEqual(result, {'changes': [], 'kept': []})

    def test_into_another_database(self):
        """Other ids, another language of who imports, one language more and one that is not installed: the same file."""
        text = self._export()
        self._wipe()
        self.env['res.lang']._activate_lang('fr_FR')
        self.manager.lang = 'fr_FR'
        self.env['res.partner'].with_context(active_test=False).search([('lang', '=', 'vi_VN')]).lang = 'fr_FR'
        self.env['res.lang'].search([('code', '=', 'vi_VN')]).active = False
        before = self.env['crm.stage'].search([])
        self.assertTrue(self._import(text)['changes'])
        stages = self.env['crm.stage'].search([]) - before
        self.assertEqual(len(stages), 6)
        self.assertEqual(self._import(text), {'changes': [], 'kept': []})
        self.assertEqual(self._export(), text)
        rule = stages.requirement_ids.filtered(lambda rule: rule.name == "Is a VIP")
        own = stages.filtered(lambda stage: stage.team_ids == self.south)
        self.assertEqual(ast.literal_eval(rule.domain.replace('uid', '0'))[1:3], [
            ('tag_ids', 'in', [self.vip.id]), ('stage_id', '!=', own.id)])
        field_rule = stages.requirement_ids.filtered('field_id').with_context(lang='fr_FR')
        self.assertEqual(field_rule.name, field_rule.field_id.field_description)

    def test_over_another_pipeline(self):
        """Stages that are there are made as the file says, whatever language tells that they are the same."""
        text = self._export()
        self.stage_new.with_context(lang='en_US').name = "Beginning"
        self.stage_quotation.write({'sequence': 1, 'probability': 3, 'requirements': False, 'rotting_activity': False})
        self.field_rule.write({'level': 'block', 'sequence': 1})
        self.domain_rule.write({'name': "Renamed", 'condition': False})
        self._require(self.stage_qualified, 'phone')
        self.archived_rule.unlink()
        extra = self.env['crm.stage'].create({'name': "Extra", 'sequence': 1003})
        ids = self.stages.ids
        changes = self._import(text, dry_run=True)
        self.assertEqual(self.stage_quotation.probability, 3, "shown only")
        self.assertEqual(changes['kept'], [{'stage_id': extra.id, 'stage': "Extra", 'lead_count': 0}])
        told = [tuple(change[key] for key in ('kind', 'stage', 'what', 'before', 'after')) for change in changes['changes']]
        self.assertIn(('change', "New", "Stage: Stage Name", "Beginning (en_US), Mới (vi_VN)", "New (en_US), Mới (vi_VN)"), told)
        self.assertIn(('change', "Quotation", "Stage: Probability", "3", "42.5"), told)
        self.assertIn(('change', "Qualified", "Requirement “Expected Revenue”: Level", "Block", "Warning"), told)
        self.assertIn(('remove', "Qualified", "Requirement “Phone”", "", ""), told)
        self.assertIn(('change', "Qualified", "Requirement “Is a VIP”: Only If", "", "[('team_id', '=', named('North'))]"), told)
        label = self.archived_field_label
        self.assertIn(('create', "Won", "Requirement “Customer”", "", f"Field: {label}; Active: No"), told)
        self.assertTrue([change for change in told if change[2] == "Order of the stages"])
        self.assertEqual(self._import(text), changes)
        self.assertEqual(self.stages.exists().ids, ids, "the same stages")
        self.assertEqual(self._import(text)['changes'], [])
        self.assertEqual(self.env['crm.stage'].search([], order='sequence, id').mapped('name'),
                         ["New", "New", "Qualified", "Extra", "Quotation", "Negotiation", "Won"], "behind what it was behind")
        self._import(text, remove=extra.ids)
        self.assertEqual(self._export(), text)

    def test_some_stages(self):
        data = json.loads((self.stage_qualified + self.stage_won).with_user(self.manager).export_pipeline())
        self.assertEqual([stage['name']['en_US'] for stage in data['stages']], ["Qualified", "Won"])
        self.assertEqual(self._import(data)['changes'], [])

    def test_order_alone(self):
        data = self._data()
        data['stages'].reverse()
        self.assertEqual([change['what'] for change in self._import(data)['changes']], ["Order of the stages"])
        self.assertEqual(self._data(), data)

    def test_stages_to_be_removed(self):
        text = self._export()
        empty, occupied = self.env['crm.stage'].create([{'name': "Empty"}, {'name': "Occupied"}])
        lead = self._create_opportunity("Archived", stage_id=occupied.id)
        lead.active = False
        kept = self._import(text)['kept']
        self.assertEqual([(stage['stage'], stage['lead_count']) for stage in kept], [("Empty", 0), ("Occupied", 1)])
        with self.assertRaisesRegex(ValidationError, "never removed: Occupied"):
            self._import(text, remove=(empty + occupied).ids)
        self.assertTrue(empty.exists())
        self.assertEqual(self._import(text, remove=empty.ids, dry_run=True)['changes'][0]['kind'], 'remove')
        self.assertTrue(empty.exists())
        self._import(text, remove=[*empty.ids, self.stage_won.id])
        self.assertFalse(empty.exists())
        self.assertTrue(self.stage_won.exists(), "the file has it")

    def test_same_name_for_other_teams(self):
        """A stage of one team never takes over the one of all."""
        data = {**self._data(), 'stages': [{'name': {'en_US': "Won"}, 'teams': ["North"], 'is_won': True}]}
        self._import(data)
        self.assertFalse(self.stage_won.team_ids)
        self.assertEqual(self.env['crm.stage'].search_count([('name', '=', "Won")]), 2)
        data['stages'][0]['teams'] = ["North", "South"]
        self._import(data)
        self.assertEqual(self.env['crm.stage'].search_count([('name', '=', "Won")]), 2, "the teams of a stage can change")

    def test_new_stages_name_each_other(self):
        data = self._data()
        data['stages'].insert(0, {
            'name': {'en_US': "First"},
            'requirements': [
                {'kind': 'domain', 'domain': "[('stage_id', '!=', named('Second'))]", 'name': {'en_US': "x"}}]})
        data['stages'].append({'name': {'en_US': "Second"}})
        self._import(data)
        second = self.env['crm.stage'].search([('name', '=', "Second")])
        rule = self.env['crm.stage.requirement'].search([('name', '=', "x")])
        self.assertEqual(rule.domain, f"[('stage_id', '!=', {second.id})]")
        self.assertEqual(self._data(), data)

    def test_written_by_hand(self):
        """Another order of keys, numbers and space; a team by its name in another language."""
        self.north.with_context(lang='vi_VN').name = "Miền Bắc"
        text = self._export()
        data = json.loads(text)
        for stage in data['stages']:
            if stage.get('teams'):
                stage['teams'] = [name.replace("North", "Miền Bắc") for name in stage['teams']]
            if stage.get('days_to_rot'):
                stage['days_to_rot'] = 10.0
        self.assertEqual(self._import("\ufeff".encode() + json.dumps(data, sort_keys=True).encode())['changes'], [])

    # ------------------------------------------------------------
    # WHAT IS REFUSED
    # ------------------------------------------------------------

    def test_not_a_file(self):
        for content, text in (
            ("", "line 1, column 1"),
            ("{\n  \"format\": x", "line 2, column 13"),
            ("[]", "not exported from the stages"),
            ('{"format": "winerp_crm_pipeline", "version": 2, "stages": []}', "version 2"),
            ('{"format": "winerp_crm_pipeline", "version": true, "stages": []}', "version True"),
            ('{"format": "winerp_crm_pipeline", "version": 1, "stages": []}', "no list of stages"),
            ('{"format": "winerp_crm_pipeline", "version": 1, "stages": {}, "x": 1}', "“x”"),
            ('{"format": "winerp_crm_pipeline", "format": "winerp_crm_pipeline"}', "“format” is there twice"),
            ("[" * 100_000, "nested too deeply"),
            ("9" * 5000, "number is too long"),
            ("[NaN]", "NaN"),
            ('["\\u0000"]', "characters"), ('["\\ud800"]', "characters"), ('{"\\ud800": 1}', "characters"),
            (b"\xff\xfe", "UTF-8"),
            (" " * 2_000_000, "larger than 1000 KB"),
            (None, "no text"), (7, "no text"),
        ):
            with self.subTest(content=str(content)[:70]), self._refused(text):
                self.api.import_pipeline(content)

    def test_errors_are_named(self):
        def change(stage="Qualified", rule=None, **values):
            data = self._data()
            target = self._find(data, stage)
            (target if rule is None else target['requirements'][rule]).update(values)
            return data

        for data, texts in (
            (change(teams=["West"]), ["stages[2].teams", "no “West” (Sales Team)"]),
            (change(teams="North"), ["stages[2].teams", "not what belongs here"]),
            (change(teams=[{}]), ["not what belongs here"]),
            (change(colour=1), ["stages[2].colour", "not known"]),
            (change(name={}), ["en_US is missing"]),
            (change(name="Qualified"), ["stages[2].name"]),
            (change(name={'en_US': " "}), ["stages[2].name", "empty"]),
            (change(name={'en_US': "x", '../x': "y"}), ["code of a language"]),
            (change(probability=101), ["stages[2] (Qualified).probability", "from 0 to 100"]),
            (change(probability="1"), ["not what belongs here"]),
            (change(probability=True), ["not what belongs here"]),
            (change(probability=1e400), ["Infinity"]),
            (change(days_to_rot=1.5), ["not a number"]),
            (change(days_to_rot=-1), ["not a number"]),
            (change(is_won=1), ["not what belongs here"]),
            (change(guidance="x" * 30_000), ["too long"]),
            (change(requirements={}), ["(Qualified).requirements", "no list"]),
            (change(requirements=[[]]), ["requirements[0]", "no object"]),
            (change(requirements=[{}]), ["requirements[0]", "“field” is missing"]),
            (change(requirements=[{'kind': 'domain'}]), ["“domain” is missing", "“name” is missing"]),
            (change(rule=1, field='no_such_field'), ["requirements[1].field", "no field “no_such_field”"]),
            (change(rule=1, domain="[('name', '!=', False)]"), ["requirements[1].domain", "kind “field”"]),
            (change(rule=1, field='message_ids'), ["no field “message_ids”"]),
            (change(rule=1, level='maybe'), ["requirements[1].level", "block, warn"]),
            (change(rule=0, company="Nobody"), ["requirements[0].company", "“Nobody” (Companies)"]),
            (change(rule=0, domain="[('no_such_field', '=', 1)]"), ["requirements[0].domain", "“no_such_field”"]),
            (change(rule=0, domain="[('tag_ids', '=', 5)]"), ["5 is a number of another database"]),
            (change(rule=0, domain="[('tag_ids', '=', named('Nothing'))]"), ["“Nothing” (CRM Tag)"]),
            (change(rule=0, domain="[('country_id', '=', ref('base.nowhere'))]"), ["“base.nowhere”"]),
            (change(rule=0, domain="[('country_id', '=', ref('base.main_company'))]"), ["“base.main_company”"]),
            (change(rule=0, domain="[('stage_id', '=', named('Nowhere'))]"), ["no stage “Nowhere”"]),
            (change(rule=0, domain="[('user_id', '=', evil('x'))]"), ["not a condition"]),
            (change(rule=0, domain="[('user_id', '=', named('x', **{'a': 1}))]"), ["not a condition"]),
            (change(rule=0, domain="[('name', '=', __import__('os').getcwd())]"), ["domain", "evaluated"]),
            (change(rule=0, domain="(" * 900), ["not a condition"]),
            (change(rule=0, domain="[('name', '=', '%s')]" % ("x" * 20_000)), ["too long"]),
            (change(rule=0, domain="[('message_ids.mail_ids', '!=', False)]"), ["“message_ids.mail_ids”", "may not read"]),
            (change(rule=0, domain="[]"), ["requirements[0].domain", "empty"]),
            (change(rule=0, domain="[('lead_properties.Room', '!=', False)]"), ["property “Room”"]),
            (change(rule=0, condition="[('expected_revenue', '>', 'x')]"), ["requirements[0].condition"]),
        ):
            with self.subTest(texts=texts), self._refused(*texts):
                self._import(data)

    def test_all_errors_at_once(self):
        data = self._data()
        self._find(data, "Qualified")['requirements'] = [{'field': f'x_{number}'} for number in range(30)]
        with self._refused("nothing has changed", "requirements[0].field", "requirements[19].field", "… and 10 more"):
            self._import(data)

    def test_nothing_half_done(self):
        """What only the database refuses, or another add-on, undoes all that came before."""
        data = self._data()
        data['stages'].insert(0, {'name': {'en_US': "Before"}})
        self.patch(self.registry['crm.stage.requirement'], 'create', lambda *_args: (_ for _ in ()).throw(ValidationError("late")))
        self._find(data, "Won")['requirements'].append({'field': 'phone'})
        with self._refused("late"):
            self._import(data)

    def test_in_vietnamese(self):
        self.manager.lang = 'vi_VN'
        api = self.api.with_context(lang='vi_VN')
        data = self._data()
        data['stages'][0]['color'] = -1
        with self.assertRaisesRegex(ValidationError, "không có gì thay đổi"):
            api.import_pipeline(json.dumps(data))
        data['stages'][0]['color'] = 5
        [change] = api.import_pipeline(json.dumps(data), dry_run=True)['changes']
        self.assertEqual((change['stage'], change['after']), ("Mới", "5"))
        self.assertTrue(change['what'].startswith("Giai đoạn: "), change)

    # ------------------------------------------------------------
    # WHAT CANNOT BE EXPORTED
    # ------------------------------------------------------------

    def test_ids_that_mean_nothing_elsewhere(self):
        lead = self._create_opportunity("Deal")
        tag = self.env['crm.tag'].create({'name': "Gone"})
        for domain, text in (
            (f"[('id', '=', {lead.id})]", "another database does not have"),
            (f"[('tag_ids', 'in', [{tag.id}])]", "another database does not have"),
            ("[('activity_ids.res_id', '=', 5)]", "would not understand"),
        ):
            with self.subTest(domain=domain):
                rule = self._require(self.stage_won, domain)
                self.env['crm.tag'].browse(tag.id).exists().unlink()
                with self.assertRaisesRegex(ValidationError, f"(?s)Won → Condition.*{text}"):
                    self._export()
                rule.unlink()

    def test_names_that_several_have(self):
        partners = self.env['res.partner'].create([{'name': "Twin"}, {'name': "Twin"}])
        self._require(self.stage_won, f"[('partner_id', '!=', {partners[0].id})]")
        with self.assertRaisesRegex(ValidationError, "could not tell which “Twin”"):
            self._export()
        self.env['ir.model.data'].create({'module': 'acme', 'name': 'twin', 'model': 'res.partner', 'res_id': partners[0].id})
        text = self._export()
        self.assertIn("ref('acme.twin')", text)
        self.assertEqual(self._import(text)['changes'], [])

    def test_properties(self):
        self._require(self.stage_won, "[('lead_properties.a1b2', '!=', False)]", team_ids=[(6, 0, self.north.ids)])
        if 'property_name' in self.env['crm.stage.requirement']._fields:
            self._require(self.stage_won, 'lead_properties', property_name='a1b2', team_ids=[(6, 0, self.north.ids)])
        text = self._export()
        self.assertIn("('lead_properties.Floor', '!=', False)", text)
        self._wipe()
        self._import(text)
        rules = self.env['crm.stage.requirement'].search([('domain', 'like', 'lead_properties')])
        self.assertEqual(rules.domain, "[('lead_properties.c3d4', '!=', False)]")
        self.assertEqual(self._export(), text)

    def test_what_cannot_be_read_is_named_beside_what_is_here(self):
        """A requirement of a stage that is here, exchanged for one that is wrong."""
        for key, value in (('domain', "[('no_such_field', '=', 1)]"), ('name', "no names"), ('kind', 5)):
            with self.subTest(key=key):
                data = self._data()
                requirement = {'kind': 'domain', 'name': {'en_US': "Another"}, 'domain': "[('phone', '!=', False)]", key: value}
                self._find(data, self.stage_qualified.name)['requirements'] = [requirement]
                with self._refused(f".requirements[0].{key}"):
                    self._import(data)

    def test_what_is_carried(self):
        """Who adds a field to stages or requirements decides whether the file carries it."""
        left_out = {
            'crm.stage': {
                'requirement_ids', 'sequence', 'probability_cursor', 'probability_cursor_manual'},
            'crm.stage.requirement': {'stage_id', 'sequence', 'field_name'},
        }
        for model, carried in (('crm.stage', STAGE), ('crm.stage.requirement', REQUIREMENT)):
            stored = {
                name for name, field in self.env[model]._fields.items()
                if field.store and name not in left_out[model] and name not in models.MAGIC_COLUMNS}
            self.assertEqual(stored, {each.field for each in carried}, model)

    # ------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------

    def test_sales_administrators_only(self):
        text = self._export()
        for user in (self.user_sales_salesman, self.user_sales_leads):
            stages = self.env['crm.stage'].with_user(user)
            for function in (
                    stages.export_pipeline, stages.action_export_pipeline, lambda stages=stages: stages.import_pipeline(text)):
                with self.assertRaises(AccessError):
                    function()
            with self.assertRaises(AccessError):
                self.env['crm.stage.import'].with_user(user).create({'file': base64.b64encode(text.encode())})

    def test_other_company(self):
        """What belongs to companies that one does not see is neither exported nor touched."""
        company = self.env['res.company'].create({'name': "Other company"})
        team = self.env['crm.team'].create({'name': "Other team", 'company_id': company.id})
        hidden = self.env['crm.stage'].create({'name': "Hidden", 'team_ids': [(6, 0, team.ids)]})
        rule = self._require(self.stage_won, 'phone', company_id=company.id)
        text = self._export()
        self.assertNotIn("Hidden", text)
        self.assertNotIn('"phone"', text)
        self.assertEqual(self._import(text), {'changes': [], 'kept': []})
        self.assertTrue(rule.exists() and hidden.exists())
        self.stage_quotation.team_ids += team
        with self.assertRaisesRegex(ValidationError, "(?s)Quotation → Sales Teams.*companies that you do not see"):
            self._export()
        with self.assertRaisesRegex(ValidationError, "(?s)companies that you do not see"):
            self._import(text)
        self.assertIn(team, self.stage_quotation.team_ids)

    # ------------------------------------------------------------
    # THE WIZARD
    # ------------------------------------------------------------

    def _wizard(self, data):
        text = data if isinstance(data, str) else json.dumps(data)
        return self.env['crm.stage.import'].with_user(self.manager).create({'file': base64.b64encode(text.encode())})

    def test_download(self):
        action = self.api.action_export_pipeline()
        export = self.env['crm.stage.export'].search([], order='id desc', limit=1)
        self.assertIn(f'/crm.stage.export/{export.id}/content/', action['url'])
        self.assertEqual(base64.b64decode(export.content).decode(), self._export())

    def test_wizard(self):
        data = self._data()
        data['stages'][0]['color'] = 5
        extra = self.env['crm.stage'].create({'name': "Extra"})
        wizard = self._wizard(data)
        action = wizard.action_preview()
        self.assertEqual((action['res_id'], wizard.state), (wizard.id, 'preview'))
        self.assertEqual(wizard.change_ids.mapped(lambda change: (change.kind, change.what, change.before, change.after)),
                         [('change', "Stage: Color", "0", "5")])
        self.assertEqual(wizard.stage_ids.stage_id, extra)
        with Form(wizard) as form, form.stage_ids.edit(0) as line:
            line.is_removed = True
        self.assertEqual(wizard.change_count, 2)
        action = wizard.action_apply()
        self.assertEqual(action['params']['next']['res_model'], 'crm.stage')
        self.assertFalse(extra.exists())
        self.assertEqual(self.stage_new.color, 5)

    def test_wizard_with_nothing_to_do(self):
        wizard = self._wizard(self._export())
        wizard.action_preview()
        self.assertEqual(wizard.change_count, 0)
        wizard.action_back()
        self.assertEqual(wizard.state, 'file')

    def test_wizard_shows_what_changed_meanwhile(self):
        data = self._data()
        data['stages'][0]['color'] = 5
        wizard = self._wizard(data)
        wizard.action_preview()
        self.stage_new.color = 4
        wizard.action_apply()
        self.assertTrue(wizard.is_outdated)
        self.assertEqual(self.stage_new.color, 4)
        self.assertEqual(wizard.change_ids.before, "4")
        wizard.action_apply()
        self.assertEqual(self.stage_new.color, 5)

    def test_wizard_with_a_bad_file(self):
        wizard = self._wizard("nothing")
        with self.assertRaisesRegex(UserError, "line 1"):
            wizard.action_preview()


@tagged('-at_install', 'post_install')
class TestRequirementImport(PipelineCommon):
    """Odoo's ordinary import and export of requirements."""

    def setUp(self):
        super().setUp()
        self.stage_qualified.name = "Stage of Imports"  # core has another stage Qualified
        self.user_sales_manager.group_ids += self.env.ref('base.group_allow_export')

    def _load(self, names, *rows):
        result = self.env['crm.stage.requirement'].load(names, [list(row) for row in rows])
        return self.env['crm.stage.requirement'].browse(result['ids'] or ()), [message['message'] for message in result['messages']]

    @users('user_sales_manager')
    def test_fields_by_name_and_label(self):
        records, messages = self._load(
            ['stage_id', 'field_name', 'level', 'team_ids'],
            ["Stage of Imports", 'phone', "Warning", self.sales_team_1.name], ["Stage of Imports", "Expected Revenue", 'block', ''])
        self.assertFalse(messages)
        self.assertEqual(records.mapped(lambda rule: (rule.field_name, rule.name, rule.level, rule.team_ids.name)), [
            ('phone', "Phone", 'warn', self.sales_team_1.name), ('expected_revenue', "Expected Revenue", 'block', False)])
        self.assertEqual(records.stage_id.mapped('name'), ["Stage of Imports"])

    @users('user_sales_manager')
    def test_in_vietnamese(self):
        self.env.user.sudo().lang = 'vi_VN'
        self.env = self.env(context={**self.env.context, 'lang': 'vi_VN'})
        self.stage_qualified.with_context(lang='vi_VN').name = "Giai đoạn nhập"
        label = self.env['ir.model.fields'].sudo()._get('crm.lead', 'date_deadline').field_description
        records, messages = self._load(['stage_id', 'field_id'], ["Giai đoạn nhập", label])
        self.assertFalse(messages)
        self.assertEqual(records.field_name, 'date_deadline')
        self.assertEqual(records.name, label)

    @users('user_sales_manager')
    def test_there_and_back(self):
        """What an export that can be imported gives, changes what is there."""
        rule = self._require(self.stage_qualified, 'phone').with_env(self.env)
        condition = self._require(self.stage_qualified, "[('expected_revenue', '>', 5)]").with_env(self.env)
        names = ['id', 'stage_id', 'kind', 'field_id', 'field_name', 'domain', 'name', 'level', 'scope', 'active']
        rows = (rule + condition).export_data(names)['datas']
        self.assertEqual(rows[0][1:5], ["Stage of Imports", "Field", "Phone", 'phone'])
        rows[0][7] = "Warning"
        rows[1][3:5] = "", ""
        records, messages = self._load(names, *([str(value) for value in row] for row in rows))
        self.assertFalse(messages)
        self.assertEqual(records, rule + condition)
        self.assertEqual((rule.level, rule.field_id.sudo().name), ('warn', 'phone'))
        self.assertEqual(condition.domain, "[('expected_revenue', '>', 5)]")

    @users('user_sales_manager')
    @mute_logger('odoo.sql_db')  # a row without its stage
    def test_what_is_wrong_is_named(self):
        for names, row, text in (
            (['stage_id', 'field_name'], ["Stage of Imports", "Nothing"], "no field “Nothing”"),
            (['stage_id', 'field_name'], ["Stage of Imports", "stage_id"], "no field “stage_id”"),
            (['stage_id', 'field_name'], ["Nowhere", "phone"], "Nowhere"),
            (['stage_id', 'kind', 'name', 'domain'],
             ["Stage of Imports", "Condition", "x", "[('no_such_field', '=', 1)]"], "no_such_field"),
        ):
            with self.subTest(text=text):
                records, messages = self._load(names, row)
                self.assertFalse(records)
                self.assertIn(text, messages[0])

    @users('user_sales_salesman')
    def test_salespeople_do_not(self):
        records, messages = self._load(['stage_id', 'field_name'], ["Stage of Imports", 'phone'])
        self.assertFalse(records)
        self.assertIn("not allowed", messages[0])

    def test_a_field_is_never_renamed(self):
        rule = self._require(self.stage_qualified, 'phone')
        rule.with_user(self.user_sales_manager).field_name = 'email_from'
        self.assertEqual((rule.field_id.name, rule.field_name, rule.name), ('email_from', 'email_from', "Email"))
        self.assertTrue(self.env['ir.model.fields']._get('crm.lead', 'phone'))
