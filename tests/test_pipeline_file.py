"""A pipeline in one file goes from one database to another, and comes back the same."""
import json

from odoo.tests import TransactionCase, tagged

from winerp_dev.testing import scratch_database

# What the other database has before: other ids, Vietnamese people, the teams and tags that the file names, and a stage more.
PREPARE = """
import json
from odoo.exceptions import ValidationError
env['res.lang']._activate_lang('vi_VN')
admin = env.ref('base.user_admin')
admin.lang = 'vi_VN'
for table in ('crm_stage', 'crm_stage_requirement', 'crm_team', 'crm_tag', 'res_company'):
    env.cr.execute(f"SELECT setval('{table}_id_seq', 5000 + (SELECT max(id) FROM {table}))")
admin.company_ids += env['res.company'].create({'name': 'Carried Company'})
env['crm.team'].create([
    {'name': 'Carried South'},
    {'name': 'Carried North', 'lead_properties_definition': [{'name': 'dddd', 'type': 'char', 'string': 'Floor'}]}])
env['crm.tag'].create([{'name': 'Another'}, {'name': 'Carried VIP'}])
env['crm.stage.requirement'].with_context(active_test=False).search([]).unlink()
extra = env['crm.stage'].create({'name': 'Extra', 'sequence': 3})
api = env(user=admin.id, context={'lang': 'vi_VN', 'allowed_company_ids': admin.company_ids.ids})['crm.stage']
"""

ROUND_TRIP = """
def refused(data):
    before = api.export_pipeline()
    try:
        api.import_pipeline(json.dumps(data), remove=[extra.id])
        return 'imported'
    except ValidationError as error:
        env.invalidate_all()
        return 'changed' if api.export_pipeline() != before else str(error)

wrong = json.loads(FILE)
next(stage for stage in wrong['stages'] if stage.get('teams'))['teams'] = ['No Such Team']
unknown = json.loads(FILE)
next(stage for stage in unknown['stages'] if stage.get('requirements'))['requirements'][0]['field'] = 'no_such_field'
refusals = [refused(wrong), refused(unknown)]
told = api.import_pipeline(FILE, dry_run=True, remove=[extra.id])
first = api.import_pipeline(FILE, remove=[extra.id])
env.cr.commit()
env.invalidate_all()
again = api.import_pipeline(FILE)
print('RESULT' + json.dumps({
    'refusals': refusals, 'told': told['changes'] == first['changes'], 'changes': len(first['changes']),
    'again': again, 'text': api.export_pipeline(),
    'ids': env['crm.stage'].search([]).requirement_ids.ids,
    'words': env['crm.stage.requirement'].with_context(lang='vi_VN').search([]).mapped('sentence'),
}))
"""


@tagged('post_install', '-at_install')
class TestPipelineFile(TransactionCase):

    def _make_pipeline(self):
        """Add to the pipeline all that a stage and a requirement can say."""
        self.env['res.lang']._activate_lang('vi_VN')
        company = self.env['res.company'].create({'name': "Carried Company"})
        self.env.ref('base.user_admin').company_ids += company
        north, south = self.env['crm.team'].create([
            {'name': "Carried North", 'lead_properties_definition': [{'name': 'aaaa', 'type': 'char', 'string': "Floor"}]},
            {'name': "Carried South"}])
        tag = self.env['crm.tag'].create({'name': "Carried VIP"})
        first, second = self.env['crm.stage'].create([
            {'name': "Carried First", 'sequence': 2, 'team_ids': north.ids, 'auto_probability': True, 'probability': 42.5},
            {'name': "Carried Second", 'sequence': 4, 'team_ids': (north + south).ids, 'rotting_threshold_days': 5,
             'rotting_activity': True, 'rotting_leader_days': 2, 'rotting_release_days': 1, 'back_needs_reason': True,
             'color': 3, 'fold': True, 'requirements': "Call.\nThen write."}])
        first.with_context(lang='vi_VN').name = "Bước đầu"
        second.from_stage_ids = first
        field = self.env['ir.model.fields']._get
        rules = self.env['crm.stage.requirement'].create([
            {'stage_id': first.id, 'field_id': field('crm.lead', 'expected_revenue').id, 'level': 'warn', 'scope': 'stage'},
            {'stage_id': first.id, 'field_id': field('crm.lead', 'lead_properties').id, 'property_name': 'aaaa'},
            {'stage_id': second.id, 'kind': 'domain', 'team_ids': north.ids, 'company_id': company.id, 'name': "Is a VIP",
             'domain': f"['|', ('tag_ids', 'in', [{tag.id}]), ('user_id', '=', uid)]",
             'condition': f"['&', ('stage_id', '!=', {first.id}), ('create_date', '>=', '-30d')]"},
            {'stage_id': second.id, 'field_id': field('crm.lead', 'partner_id').id, 'active': False}])
        rules[2].with_context(lang='vi_VN').name = "Là khách VIP"
        for key in self.env['crm.stage.requirement']._get_sets():
            self.env['crm.stage.requirement']._add_set(key, second)
        return rules + second.requirement_ids

    def test_from_one_database_to_another(self):
        rules = self._make_pipeline()
        admin = self.env.ref('base.user_admin')
        text = self.env['crm.stage'].with_user(admin).with_context(
            lang='en_US', allowed_company_ids=admin.company_ids.ids).export_pipeline()
        for words in ("Là khách VIP", "Bước đầu", "Carried South", "Floor", "Carried Company", "back_needs_reason", '"set"'):
            self.assertIn(words, text)
        with scratch_database() as database:
            output = database.odoo(script=f'FILE = {text!r}\n{PREPARE}\n{ROUND_TRIP}')
        result = json.loads(output.partition('RESULT')[2].splitlines()[0])
        self.assertEqual(result['text'], text, "the same file, byte for byte")
        self.assertEqual(result['again'], {'changes': [], 'kept': []}, "once more changes nothing")
        self.assertTrue(result['told'] and result['changes'])
        for refusal, named in zip(result['refusals'], ("No Such Team", "no_such_field"), strict=True):
            self.assertIn(named, refusal)
            self.assertIn("không", refusal, "in the words of who imports")
        self.assertTrue(set(rules.ids).isdisjoint(result['ids']), "other ids")
        self.assertIn("Khi Giai đoạn không phải là Bước đầu", " ".join(result['words']), "and says the same in Vietnamese")
