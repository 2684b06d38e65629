"""The environment of ./dev test: an HttpCase outside the add-ons, in Vietnamese, with both of them."""
from odoo.tests import BaseCase, HttpCase, tagged

from winerp_dev import testing


@tagged('post_install', '-at_install')
class TestEnvironment(HttpCase):

    def test_login_page_is_vietnamese(self):
        page = self.url_open('/web/login?lang=vi_VN', headers={'Accept-Language': 'vi'})
        self.assertEqual(page.status_code, 200)
        self.assertIn('Đăng nhập', page.text)

    def test_add_ons_are_installed_without_their_demo_data(self):
        modules = self.env['ir.module.module'].search([('name', '=like', 'winerp_%')])
        self.assertEqual(set(modules.mapped('name')), {'winerp_crm_pipeline', 'winerp_sale_bridge'})
        self.assertEqual(set(modules.mapped('state')), {'installed'})
        self.assertFalse(any(modules.mapped('demo')))

    def test_odoo_has_its_demo_data(self):
        self.assertTrue(self.env.ref('base.module_crm').demo)
        self.assertTrue(self.env.ref('base.user_demo'))

    def test_a_browser_runs(self):
        self.browser_js('/odoo', "console.log('test successful')", login='admin')


class TestUntagged(HttpCase):
    """A class without tags, as a beginner writes it."""

    def test_runs(self):
        self.assertIn("crm.lead", self.env)


class TestScratchDatabase(BaseCase):
    """What tests of whole databases stand on."""

    def test_with_and_without_the_add_ons(self):
        query = "SELECT count(*) FROM ir_module_module WHERE name LIKE 'winerp%' AND state = 'installed'"
        with testing.scratch_database() as database:
            self.assertEqual(database.sql(query), [['2']])
            printed = database.odoo('--no-http', script="print(env['crm.stage']._name)")
            self.assertIn('crm.stage', printed)
        with testing.scratch_database(ours=False) as database:
            self.assertEqual(database.sql(query), [['0']])
