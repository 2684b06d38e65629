"""Updating a database of an earlier version keeps what it holds, and judges as this version does."""
from odoo.tests import BaseCase, tagged

from winerp_dev.testing import scratch_database

# As a company has it: a stage that requires something of one team, an override by who works in Vietnamese, and a run of
# the order wizard that was interrupted.
CONFIGURE = """
env['res.lang']._activate_lang('vi_VN')
env = env(context={**env.context, 'lang': 'en_US'})
admin = env.ref('base.user_admin')
admin.lang = 'vi_VN'
team = env['crm.team'].create({'name': 'Upgraded'})
stage = env['crm.stage'].create({
    'name': 'Checked', 'sequence': 7, 'auto_probability': True, 'probability': 30,
    'requirement_ids': [
        (0, 0, {'field_id': env['ir.model.fields']._get('crm.lead', 'phone').id, 'name': 'Telephone', 'team_ids': team.ids}),
        (0, 0, {'kind': 'domain', 'domain': "[('expected_revenue', '>', 5)]", 'name': 'Revenue', 'active': False}),
    ],
})
stage.update_field_translations('name', {'vi_VN': 'Đã kiểm tra'})
stage.requirement_ids.update_field_translations('name', {'vi_VN': 'Điện thoại'})
leads = env['crm.lead'].with_user(admin).create([
    {'name': name, 'type': 'opportunity', 'team_id': team.id, 'expected_revenue': 5}
    for name in ('Overridden', 'Upgraded', 'Other')
])
leads[0].action_move_stage(stage.id, override_reason='Test')
env['crm.lead.convert.order'].with_user(admin).create({'lead_ids': leads.ids, 'state': 'running'})
env.cr.commit()
"""

# What 19.0.1.0.0 had otherwise.
OLD_SCHEMA = """
ALTER TABLE crm_stage_override
    DROP COLUMN stage_name, DROP COLUMN requirement_names, DROP COLUMN state, DROP COLUMN date_decided, DROP COLUMN requested_by_id,
    DROP COLUMN from_stage_id, DROP COLUMN values, DROP COLUMN answer, DROP COLUMN date_reminded,
    ALTER COLUMN stage_id SET NOT NULL, ALTER COLUMN user_id SET NOT NULL;
DROP TABLE crm_stage_override_approver_rel, crm_stage_override_activity_rel;
UPDATE crm_stage_override SET create_date = '2026-03-04 05:06:07';
ALTER TABLE crm_stage_override DROP CONSTRAINT crm_stage_override_stage_id_fkey;
ALTER TABLE crm_stage_override ADD CONSTRAINT crm_stage_override_stage_id_fkey
    FOREIGN KEY (stage_id) REFERENCES crm_stage ON DELETE CASCADE;
ALTER TABLE crm_stage_requirement DROP CONSTRAINT crm_stage_requirement_company_id_fkey;
ALTER TABLE crm_stage_requirement ADD CONSTRAINT crm_stage_requirement_company_id_fkey
    FOREIGN KEY (company_id) REFERENCES res_company ON DELETE CASCADE;
ALTER TABLE crm_stage_requirement_team_rel DROP CONSTRAINT crm_stage_requirement_team_rel_team_id_fkey;
ALTER TABLE crm_stage_requirement_team_rel ADD CONSTRAINT crm_stage_requirement_team_rel_team_id_fkey
    FOREIGN KEY (team_id) REFERENCES crm_team ON DELETE CASCADE;
DROP TABLE crm_lead_history;
ALTER TABLE res_company DROP COLUMN crm_minimum_opportunities;
ALTER TABLE crm_lead_convert_order DROP COLUMN include_open, ADD COLUMN mark_won boolean DEFAULT TRUE;

WITH new_fields AS (
    DELETE FROM ir_model_fields
     WHERE model = 'crm.stage.override' AND name IN (
               'stage_name', 'requirement_names', 'state', 'date_decided', 'requested_by_id', 'from_stage_id', 'values',
               'answer', 'date_reminded', 'approver_ids', 'activity_ids')
        OR model = 'crm.lead.convert.order' AND name = 'include_open' RETURNING id)
DELETE FROM ir_model_data USING new_fields WHERE model = 'ir.model.fields' AND res_id = new_fields.id;

WITH old_field AS (
    INSERT INTO ir_model_fields (name, model, model_id, field_description, ttype, state, store)
    SELECT 'mark_won', model, model_id, field_description, ttype, state, store FROM ir_model_fields
     WHERE model = 'crm.lead.convert.order' AND name = 'confirm_orders' RETURNING id)
INSERT INTO ir_model_data (module, name, model, res_id)
SELECT 'winerp_sale_bridge', 'field_crm_lead_convert_order__mark_won', 'ir.model.fields', id FROM old_field;

WITH everybody AS (
    INSERT INTO ir_model_access (name, model_id, group_id, active, perm_read, perm_write, perm_create, perm_unlink)
    SELECT 'crm.stage.requirement.user', model.id, data.res_id, TRUE, TRUE, FALSE, FALSE, FALSE
      FROM ir_model AS model, ir_model_data AS data
     WHERE model.model = 'crm.stage.requirement' AND data.module = 'base' AND data.name = 'group_user' RETURNING id)
INSERT INTO ir_model_data (module, name, model, res_id)
SELECT 'winerp_crm_pipeline', 'access_crm_stage_requirement_user', 'ir.model.access', id FROM everybody;

UPDATE ir_module_module SET latest_version = '19.0.1.0.0' WHERE name IN ('winerp_crm_pipeline', 'winerp_sale_bridge');
"""

ON_DELETE = """
SELECT conname, confdeltype FROM pg_constraint
 WHERE conname IN ('crm_stage_override_stage_id_fkey', 'crm_stage_requirement_company_id_fkey',
                   'crm_stage_requirement_team_rel_team_id_fkey') ORDER BY conname
"""
SET_NULL, RESTRICT = 'n', 'r'

JUDGE = """
from odoo.addons.winerp_crm_pipeline.exceptions import StageRequirementError
[stage] = env['crm.stage'].with_context(lang='en_US').search([('name', '=', 'Checked')])
[lead] = env['crm.lead'].with_user(env.ref('base.user_admin')).search([('name', '=', 'Upgraded')])
try:
    lead.stage_id = stage
    raise AssertionError("moved without a telephone number")
except StageRequirementError:
    assert lead.stage_id != stage
lead.write({'phone': '0912 345 678', 'stage_id': stage.id})
assert lead.probability == 30, lead.probability
"""

# The last thing that names the stage is the log.
DELETE_STAGE = """
[stage] = env['crm.stage'].with_context(lang='en_US').search([('name', '=', 'Checked')])
env['crm.lead'].search([('stage_id', '=', stage.id)]).stage_id = env['crm.stage'].search([], limit=1)
stage.requirement_ids.unlink()
stage.unlink()
env.cr.commit()
"""


@tagged('post_install', '-at_install')
class TestUpgrade(BaseCase):

    def test_from_19_0_1_0_0(self):
        with scratch_database() as database:
            database.odoo(script=CONFIGURE)
            rules = "SELECT name, kind, domain, active, field_name FROM crm_stage_requirement ORDER BY id"
            teams = "SELECT requirement_id, team_id FROM crm_stage_requirement_team_rel ORDER BY 1, 2"
            before = [database.sql(query) for query in (rules, teams)]
            self.assertEqual([len(rows) for rows in before], [2, 1])
            [[opportunities]] = database.sql("SELECT count(*) FROM crm_lead WHERE type = 'opportunity'")
            database.sql(OLD_SCHEMA)
            database.odoo('-u', 'winerp_crm_pipeline,winerp_sale_bridge', '--stop-after-init')

            self.assertEqual([database.sql(query) for query in (rules, teams)], before, "requirements are kept")
            names = "SELECT stage_name, requirement_names, reason FROM crm_stage_override"
            self.assertEqual(database.sql(names), [['Đã kiểm tra', 'Điện thoại', 'Test']], "named as their author read it")
            self.assertEqual(
                database.sql("SELECT state, date_decided, requested_by_id IS NULL FROM crm_stage_override"),
                [['approved', '2026-03-04 05:06:07', 't']], "an override of before was decided when it was made")
            self.assertEqual([row[1] for row in database.sql(ON_DELETE)], [SET_NULL, RESTRICT, RESTRICT])
            self.assertEqual(database.sql(
                "SELECT count(*) FROM ir_model_access WHERE name = 'crm.stage.requirement.user'"), [['0']])
            self.assertEqual(
                database.sql("SELECT state, include_open FROM crm_lead_convert_order"), [['running', 'f']],
                "what an interrupted run has left needs a tick to be won")
            self.assertEqual(
                database.sql("""
                    SELECT (SELECT count(*) FROM crm_lead WHERE type = 'opportunity'), count(*), count(*) FILTER (WHERE is_waiting)
                      FROM crm_lead_history WHERE date_to IS NULL"""),
                [[opportunities, opportunities, '0']], "what is becomes the beginning of the history")
            self.assertGreater(int(database.sql("SELECT count(*) FROM crm_lead_history")[0][0]), int(opportunities))
            self.assertEqual(database.sql("SELECT DISTINCT crm_minimum_opportunities FROM res_company"), [['5']])
            database.odoo(script=JUDGE)
            database.odoo(script=DELETE_STAGE)
            self.assertEqual(database.sql(names), [['Đã kiểm tra', 'Điện thoại', 'Test']], "the log outlives what it names")
