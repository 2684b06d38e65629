import re
from collections import Counter
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path, mute_logger
from odoo.tools.translate import code_translations, translation_file_reader

from .. import core_words
from ..hooks import uninstall_hook

LANG = core_words.LANG
# Core's words, which must not stand beside ours.
OLD = re.compile(r"\bsales\b|(?<!truyền )\bđạt\b|\bmất\b|\bbộ phận\b|huỷ", re.IGNORECASE)

# What no screen of the story shows (docs/CORE_WORDS.md), and records that have another name in the list.
LEFT = re.compile(
    r"\.(digest_tip_\w+|mail_template_\w+|action_order_report_\w+|res_config_settings_view_form|product_pricelist_item_form"
    r"|product_product_\w+|crm_team_member_action|report_saleorder_document|sale_order_portal_content|model_crm_team\w*)$")


@tagged('post_install', '-at_install')
class TestCoreWords(TransactionCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang(LANG)
        core_words.put_back(cls.env)
        cls.labels = core_words.read_labels()
        cls.modules = cls.env['ir.module.module'].search([('name', 'in', ['crm', 'sales_team'])])
        with patch.object(core_words, 'put_ours'):  # core's words, as before our installation
            cls.modules._update_translations(LANG, overwrite=True)

    def _install(self):
        self.env['ir.module.module'].search([('name', '=', 'winerp_crm_pipeline')])._update_translations()

    def _field(self, name='user_id'):
        return self.env['ir.model.fields']._get('crm.lead', name).with_context(lang=LANG)

    def _get_label(self, name):
        return self.env['crm.lead'].with_context(lang=LANG).fields_get([name])[name]['string']

    def _get_arch(self):
        return self.env['crm.lead'].with_context(lang=LANG).get_view(
            self.env.ref('crm.view_crm_case_opportunities_filter').id, 'search')['arch']

    def _get_stored(self):
        """Return each label as the database has it."""
        stored = {}
        for label in self.labels:
            record = self.env.ref(label.record, raise_if_not_found=False)
            if record:
                self.env.cr.execute(f'SELECT "{label.field}" FROM "{record._table}" WHERE id = %s', [record.id])
                stored[label.record, label.field] = self.env.cr.fetchone()[0]
        return stored

    def test_installed(self):
        """Fields, selections, views, menus, actions and data say ours, at once."""
        self.assertEqual(self._get_label('user_id'), "Nhân viên sales")
        self.assertIn('string="Mất"', self._get_arch())
        self._install()
        self.assertEqual(self._get_label('user_id'), "Nhân viên kinh doanh")
        self.assertEqual(self._get_label('state_id'), "Tỉnh/Thành phố")
        self.assertEqual(self._get_label('is_rotting'), "Đang nguội", "what core leaves in English")
        lead = self.env['crm.lead'].with_context(lang=LANG)
        self.assertEqual(dict(lead.fields_get(['won_status'])['won_status']['selection'])['won'], "Thắng lợi")
        self.assertIn('string="Thất bại"', self._get_arch())
        self.assertEqual(self.env.ref('crm.menu_crm_lost_reason').with_context(lang=LANG).name, "Lý do thất bại")
        self.assertEqual(self.env['crm.lead'].fields_get(['user_id'])['user_id']['string'], "Salesperson")
        said = core_words._read_said(self.env, self.labels)
        self.assertEqual([label for label, now in said.items() if now.word != label.ours], [])

    def test_language_added_later(self):
        """Loading the language after our installation, or anew, ends with our words."""
        self.env['base.language.install'].create({
            'lang_ids': self.env['res.lang']._lang_get(LANG).ids, 'overwrite': True}).lang_install()
        self.assertEqual(self._get_label('user_id'), "Nhân viên kinh doanh")
        self.assertIn('string="Thất bại"', self._get_arch())

    def test_by_who_may_load_a_language(self):
        user = self.env['res.users'].create({
            'name': "Settings", 'login': 'words_settings',
            'group_ids': [(4, self.env.ref('base.group_system').id)]})
        self.env['ir.module.module'].with_user(user)._load_module_terms(['crm'], [LANG], overwrite=True)
        self.assertEqual(self._get_label('user_id'), "Nhân viên kinh doanh")

    def test_core_updated(self):
        """An update of core, which loads its translations again, leaves our words; other languages change nothing."""
        self._install()
        stored = self._get_stored()
        self.modules._update_translations()
        self.assertEqual(self._get_stored(), stored)
        # This database speaks no English, which Odoo logs.
        with patch.object(core_words, 'put_ours') as put_ours, mute_logger('odoo.tools.translate'):
            self.modules._update_translations('en_US')
        put_ours.assert_not_called()

    def test_uninstalled(self):
        """Each label is again as core has it, to the key."""
        before = self._get_stored()
        self._install()
        self.assertNotEqual(self._get_stored(), before)
        uninstall_hook(self.env)
        self.assertEqual(self._get_stored(), before)
        self.assertEqual(self._get_label('user_id'), "Nhân viên sales")
        self.assertIn('string="Mất"', self._get_arch())
        self.assertFalse(self.env['ir.config_parameter'].search([('key', '=', core_words.PARAMETER)]))
        uninstall_hook(self.env)  # with nothing to put back
        self.assertEqual(self._get_stored(), before)

    def test_uninstalled_without_the_language(self):
        self._install()
        self.env['res.users'].with_context(active_test=False).search([('lang', '=', LANG)]).lang = 'en_US'
        self.env['res.partner'].with_context(active_test=False).search([('lang', '=', LANG)]).lang = 'en_US'
        self.env['res.lang']._activate_lang('en_US')
        self.env['res.lang']._lang_get(LANG).active = False
        uninstall_hook(self.env)
        self.env['res.lang']._activate_lang(LANG)
        self.assertEqual(self._get_label('user_id'), "Nhân viên sales")

    def test_changed_by_hand_before(self):
        """A label that was changed by hand before stays, through installing and uninstalling, even if it says what ours does."""
        self._field().field_description = "Người phụ trách"
        self._field('team_id').field_description = "Đội kinh doanh"
        view = self.env.ref('crm.view_crm_case_opportunities_filter')
        view.update_field_translations('arch_db', {LANG: {'Lost': "Trượt"}})
        for step in (self._install, self.modules._update_translations, lambda: uninstall_hook(self.env)):
            step()
            self.assertEqual(self._get_label('user_id'), "Người phụ trách")
            self.assertEqual(self._get_label('team_id'), "Đội kinh doanh")
            self.assertIn('string="Trượt"', self._get_arch())

    def test_changed_by_hand_after(self):
        """So does one that is changed afterwards, also back to core's word, unless translations are loaded anew."""
        self._install()
        self._field().field_description = "Người phụ trách"
        self._field('team_id').field_description = "Bộ phận sales"
        self.modules._update_translations()
        self.assertEqual(self._get_label('user_id'), "Người phụ trách")
        self.assertEqual(self._get_label('team_id'), "Bộ phận sales")
        uninstall_hook(self.env)
        self.assertEqual(self._get_label('user_id'), "Người phụ trách")
        self._install()
        self.modules._update_translations(LANG, overwrite=True)
        self.assertEqual(self._get_label('user_id'), "Nhân viên kinh doanh")

    def test_english_changed_by_hand(self):
        self._field().update_field_translations('field_description', {'en_US': "Account Manager"})
        self._install()
        self.assertEqual(self._get_label('user_id'), "Nhân viên kinh doanh", "the Vietnamese word is still core's")
        uninstall_hook(self.env)
        self.assertEqual(self._get_label('user_id'), "Nhân viên sales")

    def test_our_word_changes(self):
        """What an earlier version called otherwise follows, and uninstalling still finds core's word."""
        earlier = [label._replace(ours="Người bán") if label.english == "Salesperson" else label for label in self.labels]
        with patch.object(core_words, 'read_labels', return_value=earlier):
            self._install()
        self.assertEqual(self._get_label('user_id'), "Người bán")
        self._install()
        self.assertEqual(self._get_label('user_id'), "Nhân viên kinh doanh")
        uninstall_hook(self.env)
        self.assertEqual(self._get_label('user_id'), "Nhân viên sales")

    def test_app_reinstalled(self):
        """A record that is made anew is not taken for one that was changed by hand."""
        self._install()
        anew = self.env.ref('crm.crm_lost_reason_action').copy({'name': "Lost Reasons"})
        anew.with_context(lang=LANG).name = "Lý do mất"
        self.env['ir.model.data'].search([('module', '=', 'crm'), ('name', '=', 'crm_lost_reason_action')]).res_id = anew.id
        self._install()
        self.assertEqual(anew.with_context(lang=LANG).name, "Lý do thất bại")

    def test_list(self):
        """The list names each label once, and core's words as this version of core has them."""
        self.assertEqual([place for place, count in Counter(label.place for label in self.labels).items() if count > 1], [])
        for module, entries in self._read_core(*{label.record.split('.')[0] for label in self.labels}).items():
            wrong = [
                label for label in self.labels
                if label.record.startswith(f'{module}.') and entries.get(label.place) != label.core]
            self.assertEqual(wrong, [], module)
        self.assertEqual([label for label in self.labels if OLD.search(label.ours)], [])

    def test_list_is_complete(self):
        """Of the labels of CRM's and Sales' screens none keeps core's words or English."""
        listed = {label.place for label in self.labels}
        missing = [
            (place, word)
            for module, entries in self._read_core('sales_team', 'crm', 'sale_crm', 'sale_management', 'sale').items()
            for place, word in entries.items()
            if (not word or OLD.search(word)) and place not in listed and not LEFT.search(place[0])
        ]
        self.assertEqual(missing, [])

    def _read_code(self, module):
        """Return what an add-on translates in code: {text: translation}."""
        scripts = code_translations.get_web_translations(module, LANG)['messages']
        return {message['id']: message['string'] for message in scripts} | dict(
            code_translations.get_python_translations(module, LANG))

    def test_code(self):
        """Our file translates only what core's code leaves in English: core's own would be preferred."""
        path = file_path('winerp_crm_pipeline/i18n_extra/vi.po')
        with open(path, 'rb') as handle:
            rows = list(translation_file_reader(handle))
        ours = self._read_code('winerp_crm_pipeline')
        for row in rows:
            module = row['name'].split('/')[1]
            self.assertNotIn(row['src'], self._read_code(module))
            self.assertEqual(ours[row['src']], row['value'])
            with open(file_path(f"{module}/i18n/{module}.pot")) as template:
                self.assertIn(f'msgid "{row["src"]}"', template.read())

    def test_congratulations(self):
        english = "Yeah! Best deal out of the last 7 days for the team."
        lead = self.env['crm.lead'].create({
            'name': "Won", 'stage_id': self.env['crm.stage'].search([('is_won', '=', True)], limit=1).id})
        with patch.object(self.registry['crm.lead'], '_get_rainbowman_message', lambda self: english):
            self.assertEqual(lead.get_rainbowman_message(), english)
            self.assertIn("7 ngày", lead.with_context(lang=LANG).get_rainbowman_message())

    def _read_core(self, *modules):
        """Return what core's translations say: {module: {place: word}}."""
        entries = {}
        for module in modules:
            with open(file_path(f'{module}/i18n/vi.po'), 'rb') as handle:
                entries[module] = {
                    (f"{row['module']}.{row['imd_name']}", row['name'].split(',')[1], row['src']): row['value']
                    for row in translation_file_reader(handle) if row['type'] in ('model', 'model_terms')}
        return entries
