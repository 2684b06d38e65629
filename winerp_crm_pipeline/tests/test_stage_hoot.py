from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests.test_js import unit_test_error_checker


def _get_hoot_id(name):
    """Return the id of a suite or test: exact, where a filter by name would run others too."""
    number = 0
    for character in name:
        number = ((number << 5) - number + ord(character)) & 0xFFFFFFFF
    return f'{number:08x}'


@tagged('-at_install', 'post_install', 'winerp_browser')
class TestStageHoot(HttpCase):
    """The JavaScript with logic, in Odoo's own test runner."""

    def test_hoot(self):
        suite = _get_hoot_id('@winerp_crm_pipeline')
        self.browser_js(
            f'/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}', '', '', login='admin',
            timeout=600, success_signal="[HOOT] Test suite succeeded", error_checker=unit_test_error_checker)
