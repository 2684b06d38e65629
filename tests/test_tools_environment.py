"""The environment of ./dev test: an HttpCase outside the add-ons, in Vietnamese, with both of them."""
from odoo.tests import HttpCase, tagged


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
