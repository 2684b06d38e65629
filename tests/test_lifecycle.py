"""Installing, updating, uninstalling and installing again leaves an Odoo that works, with its opportunities."""
import json

from odoo.tests import BaseCase, tagged

from winerp_dev.testing import scratch_database

MODULES = "'winerp_crm_pipeline', 'winerp_sale_bridge'"

CONFIGURE = """
stage = env['crm.stage'].create({
    'name': 'Lifecycle', 'sequence': 7, 'auto_probability': True, 'probability': 30,
    'requirement_ids': [(0, 0, {'field_id': env['ir.model.fields']._get('crm.lead', 'phone').id})],
})
customer = env['res.partner'].create({'name': 'Lifecycle', 'vat': '0312345678'})
lead = env['crm.lead'].create({
    'name': 'Lifecycle', 'type': 'opportunity', 'stage_id': stage.id, 'phone': '0912', 'partner_id': customer.id})
env['crm.lead'].create({'name': 'Overridden', 'type': 'opportunity'}).action_move_stage(stage.id, override_reason='Test')
env.cr.commit()
"""

UNINSTALL = """
modules = env['ir.module.module'].search([('name', 'in', ['winerp_crm_pipeline', 'winerp_sale_bridge'])])
modules.button_immediate_uninstall()
"""

# Opens what users open; a view that still names a field of ours fails here.
USE = """
lead = env['crm.lead'].search([('name', '=', 'Lifecycle')])
lead.copy({'name': 'Used'}).write({'stage_id': env['crm.stage'].search([('is_won', '=', True)], limit=1).id})
for model in ('crm.lead', 'crm.stage', 'sale.order', 'res.config.settings', 'crm.team'):
    env[model].get_views([(False, 'form'), (False, 'list'), (False, 'search')])
env['crm.lead'].get_views([(False, 'kanban')])
env['ir.ui.view'].search([('model', 'in', ['crm.lead', 'crm.stage', 'sale.order'])])._check_xml()
env['sale.order'].create({'partner_id': env['res.partner'].search([], limit=1).id}).action_confirm()
env.cr.rollback()
"""


# What a database has that was upgraded from Odoo 8 to 11, or had the community module crm_stage_probability.
OLD_COLUMNS = """
ALTER TABLE crm_stage ADD COLUMN probability double precision, ADD COLUMN on_change boolean;
ALTER TABLE crm_stage ALTER COLUMN probability SET DEFAULT 10;
UPDATE crm_stage SET probability = 10, on_change = FALSE;
ALTER TABLE crm_stage ALTER COLUMN probability SET NOT NULL;
UPDATE crm_stage SET probability = 35, on_change = TRUE WHERE id = 2;
UPDATE crm_stage SET probability = 120, on_change = NULL WHERE id = 3;
UPDATE ir_module_module SET demo = FALSE
"""


@tagged('post_install', '-at_install')
class TestLifecycle(BaseCase):

    def test_coming_from_elsewhere(self):
        """The numbers and ticks of older databases stay; no opportunity changes by the installation."""
        with scratch_database(ours=False) as database:
            before = self._get_opportunities(database)
            database.sql(OLD_COLUMNS)
            database.ours = True  # from here on our add-ons are there to be installed
            database.odoo('-i', 'winerp_crm_pipeline', '--stop-after-init')
            rows = database.sql(
                "SELECT id, probability, COALESCE(auto_probability, FALSE) FROM crm_stage WHERE id < 4 ORDER BY id")
            self.assertEqual(rows, [['1', '10', 'f'], ['2', '35', 't'], ['3', '100', 'f']])
            self.assertEqual(self._get_opportunities(database), before)
            self.assertEqual(self._count(database, "pg_constraint WHERE conname = 'crm_stage_check_probability'"), 1)
            database.odoo(script="""
lead = env['crm.lead'].create({'name': 'New', 'type': 'opportunity', 'stage_id': 2})
assert lead.probability == 35, lead.probability
assert env['crm.stage'].create({'name': 'Another'}).probability == 0
""")

    def test_not_beside_the_module_of_the_same_purpose(self):
        with scratch_database(ours=False) as database:
            database.sql("""
                INSERT INTO ir_module_module (name, state, shortdesc)
                VALUES ('crm_stage_probability', 'installed', '{"en_US": "CRM stage probability"}');
                UPDATE ir_module_module SET demo = FALSE""")
            database.ours = True
            with self.assertRaisesRegex(AssertionError, "CRM stage probability"):
                database.odoo('-i', 'winerp_crm_pipeline', '--stop-after-init')
            self.assertEqual(
                self._count(database, "ir_module_module WHERE name = 'winerp_crm_pipeline' AND state = 'installed'"), 0)

    def _get_opportunities(self, database):
        rows = database.sql("""
            SELECT json_agg(json_build_array(name, stage_id, expected_revenue, probability, active, user_id) ORDER BY id)
              FROM crm_lead WHERE name NOT IN ('Lifecycle', 'Overridden')""")
        return json.loads(rows[0][0]) if isinstance(rows[0][0], str) else rows[0][0]

    def _count(self, database, query):
        return int(database.sql(f"SELECT count(*) FROM {query}")[0][0])

    def test_lifecycle(self):
        with scratch_database() as database:
            before = self._get_opportunities(database)
            self.assertEqual(self._get_label(database), "Nhân viên kinh doanh")
            database.odoo(script=CONFIGURE)
            database.odoo('-u', 'crm', '--stop-after-init')  # and with it what depends on it, ours
            self.assertEqual(self._get_label(database), "Nhân viên kinh doanh", "an update of core leaves our words")
            self.assertEqual(self._count(database, "crm_stage_requirement"), 1)
            self.assertEqual(self._get_opportunities(database), before, "an update changes nothing")

            database.odoo(script=UNINSTALL)
            self._check_nothing_left(database)
            self.assertEqual(self._get_label(database), "Nhân viên sales", "core has its words again")
            self.assertEqual(self._get_opportunities(database), before, "opportunities are intact")
            self.assertEqual(self._count(database, "crm_lead WHERE name = 'Lifecycle' AND phone = '0912'"), 1)
            database.odoo(script=USE)

            # Odoo loads an add-on's demo data where its dependencies have theirs.
            database.sql("UPDATE ir_module_module SET demo = FALSE")
            database.odoo('-i', 'winerp_crm_pipeline,winerp_sale_bridge', '--stop-after-init')
            self.assertEqual(
                self._count(database, f"ir_module_module WHERE name IN ({MODULES}) AND state = 'installed'"), 2)
            self.assertEqual(self._count(database, "crm_stage WHERE auto_probability"), 0, "nothing changes until it is ticked")
            self.assertEqual(self._get_opportunities(database), before)
            self.assertEqual(self._get_label(database), "Nhân viên kinh doanh")
            self._check_vat(database)
            database.odoo(script=USE)

    def _check_vat(self, database):
        """Tax codes are filled in by one query at installation, with what the ORM would compute."""
        self.assertEqual(self._count(database, "crm_lead WHERE name = 'Lifecycle' AND partner_vat = '0312345678'"), 1)
        self.assertEqual(self._count(database, """
            crm_lead lead LEFT JOIN res_partner partner ON partner.id = lead.partner_id
             WHERE NULLIF(partner.vat, '') IS DISTINCT FROM lead.partner_vat"""), 0)

    def _get_label(self, database):
        return database.sql("""
            SELECT field_description->>'vi_VN' FROM ir_model_fields WHERE model = 'crm.lead' AND name = 'user_id'""")[0][0]

    def _check_nothing_left(self, database):
        self.assertEqual(self._count(database, f"ir_model_data WHERE module IN ({MODULES})"), 0)
        self.assertEqual(self._count(database, "pg_proc WHERE proname LIKE 'crm%'"), 0)
        self.assertEqual(self._count(database, "ir_ui_view WHERE name LIKE '%winerp%' OR arch_fs LIKE 'winerp%'"), 0)
        self.assertEqual(self._count(
            database, "ir_model WHERE model LIKE 'crm.stage.%' OR model LIKE 'crm.lead.convert%' OR model = 'crm.lead.history'"), 0)
        self.assertEqual(self._count(
            database, "ir_model_fields WHERE name IN ('auto_probability', 'requirement_ids', 'missing_requirement_ids')"), 0)
        self.assertEqual(self._count(database, """
            information_schema.columns WHERE table_name = 'crm_stage' AND column_name IN ('auto_probability', 'probability')"""), 0)
        self.assertEqual(self._count(database, "ir_asset WHERE path LIKE 'winerp%'"), 0)
        self.assertEqual(self._count(database, "ir_config_parameter WHERE key LIKE 'winerp%'"), 0)
