"""What this add-on stands on of Odoo's own Python, as docs/CORE.md lists it: a new Odoo that changes it fails here."""
from pathlib import Path

from odoo.fields import Domain
from odoo.modules import get_module_path
from odoo.orm.environments import Transaction
from odoo.tests import tagged
from odoo.tools import Query
from odoo.tools.misc import Callbacks

from odoo.addons.winerp_crm_pipeline.models.crm_lead_apps import APP_METHODS
from odoo.addons.winerp_crm_pipeline.tests.core_case import CoreCase
from odoo.addons.winerp_crm_pipeline.tracking_batch import NEUTRAL, may_batch

OVERRIDES = {
    'crm.lead._create': "(self, data_list)",
    'crm.lead._field_to_sql': "(self, alias, field_expr, query=None)",
    'crm.lead._get_view': "(self, view_id=None, view_type='form', **options)",
    'crm.lead._load_records': "(self, data_list, update=False)",
    'crm.lead._merge_dependences': "(self, opportunities)",
    'crm.lead._merge_dependences_calendar_events': "(self, opportunities)",
    'crm.lead._merge_opportunity': "(self, user_id=False, team_id=False, auto_unlink=True, max_length=5)",
    'crm.lead._pls_get_naive_bayes_probabilities': "(self, batch_mode=False, is_tooltip=False)",
    'crm.lead._register_hook': "(self)",
    'crm.lead._update_automated_probabilities': "(self)",
    'crm.lead._write_multi': "(self, vals_list)",
    'crm.lead.action_set_won': "(self)",
    'crm.lead.convert_opportunity': "(self, partner, user_ids=False, team_id=False)",
    'crm.lead.create': "(self, vals_list)",
    'crm.lead.history._field_to_sql': "(self, alias, field_expr, query=None)",
    'crm.lead.history.init': "(self)",
    'crm.lead.history._search': (
        "(self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False)"),
    'crm.lead.get_rainbowman_message': "(self)",
    'crm.lead.unlink': "(self)",
    'crm.lead.web_save_multi': "(self, vals_list, specification)",
    'crm.lead.write': "(self, vals)",
    'crm.lead2opportunity.partner.action_apply': "(self)",
    'crm.lead2opportunity.partner.mass.action_mass_convert': "(self)",
    'crm.stage.override.create': "(self, vals_list)",
    'crm.stage.override.write': "(self, vals)",
    'crm.stage.requirement._register_hook': "(self)",
    'crm.stage.requirement.create': "(self, vals_list)",
    'crm.stage.requirement.export_data': "(self, fields_to_export)",
    'crm.stage.requirement.load': "(self, fields, data)",
    'crm.stage.requirement.write': "(self, vals)",
    'crm.stage.rules.mixin._update_field_translations': "(self, field_name, translations, digest=None, source_lang='')",
    'crm.stage.rules.mixin.create': "(self, vals_list)",
    'crm.stage.rules.mixin.init': "(self)",
    'crm.stage.rules.mixin.unlink': "(self)",
    'crm.stage.rules.mixin.write': "(self, vals)",
    'crm.stage.write': "(self, vals)",
    'crm.team._action_assign_leads': "(self, force_quota=False, creation_delta_days=7)",
    'ir.module.module._load_module_terms': "(self, modules, langs, overwrite=False)",
    'ir.ui.view._get_view_info': "(self)",
    'mail.message.subtype.exists': "(self)",
    'ir.rule._compute_domain': "(self, model_name, mode='read')",
    'mail.thread._message_route_process': "(self, message, message_dict, routes)",
    'winerp.tracking.batch.mixin._mail_get_alias_domains': "(self, default_company=False)",
    'winerp.tracking.batch.mixin._message_compute_parent_id': "(self, parent_id)",
    'winerp.tracking.batch.mixin._message_create': "(self, values_list)",
    'winerp.tracking.batch.mixin._message_post_after_hook': "(self, message, msg_vals)",
    'winerp.tracking.batch.mixin._message_track': "(self, fields_iter, initial_values_dict)",
    'winerp.tracking.batch.mixin._notify_get_reply_to': "(self, default=None, author_id=False)",
    'winerp.tracking.batch.mixin._notify_thread': "(self, message, msg_vals=False, **kwargs)",
}

CALLS = {
    'crm.lead._fallback_lang': "(self)",
    'crm.lead._get_view_field_attributes': "(self)",
    'crm.lead._get_view_fields': "(self, view_type, models)",
    'crm.lead._has_field_access': "(self, field, operation)",
    'crm.lead._message_log': (
        "(self, *, body='', subject=False, author_id=None, email_from=None, message_type='notification', "
        "partner_ids=False, attachment_ids=False, tracking_value_ids=False)"),
    'crm.lead._message_log_batch': (
        "(self, bodies, subject=False, author_id=None, email_from=None, message_type='notification', "
        "partner_ids=False, attachment_ids=False, tracking_value_ids=False)"),
    'crm.lead._message_compute_real_author': "(self, author_id)",
    'crm.lead._read_group': (
        "(self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None)"),
    'crm.lead._recompute_recordset': "(self, fnames=None)",
    'crm.lead._stage_find': "(self, team_id=False, domain=None, order='sequence, id', limit=1)",
    'crm.stage.override._get_html_link': "(self, title=None)",
    'crm.lead._track_set_log_message': "(self, message)",
    'ir.actions.act_window._for_xml_id': "(self, full_xml_id)",
    'ir.cron._commit_progress': "(self, processed=0, *, remaining=None, deactivate=False)",
    'ir.cron._trigger': "(self, at=None)",
    'ir.model.fields._get': "(self, model_name, name)",
    'ir.model.data._xmlid_to_res_id': "(self, xmlid, raise_if_not_found=False)",
    'ir.ui.view._postprocess_access_rights': "(self, tree)",
    'ir.ui.view._raise_view_error': (
        "(self, message, node=None, *, from_exception=None, from_traceback=None)"),
    'mail.followers._get_recipient_data': "(self, records, message_type, subtype_id, pids=None)",
    'res.currency._convert': "(self, from_amount, to_currency, company=None, date=None, round=True)",
    'res.users._bus_send': "(self, notification_type, message, /, *, subchannel=None)",
    'res.users._is_superuser': "(self)",
}

# What a batch of tracking messages spares core, or counts on besides; `tracking_batch.NEUTRAL` has who may define it.
SPARED = {
    'crm.lead._mail_track': "(self, tracked_fields, initial_values)",
    'crm.lead._message_log': CALLS['crm.lead._message_log'],
    'crm.lead._message_log_batch': CALLS['crm.lead._message_log_batch'],
    'crm.lead._notify_get_recipients': "(self, message, msg_vals=False, **kwargs)",
    'crm.lead._notify_thread_with_out_of_office': "(self, message, recipients_data, msg_vals=False, **kwargs)",
    'mail.message.create': "(self, vals_list)",
}

# Where other apps create opportunities in passing; they need not be installed, so their source is read.
APP_SOURCES = {
    '_create_leads_from_response': (
        'crm_iap_mine/models/crm_iap_lead_mining_request.py', "def _create_leads_from_response(self, result):"),
    '_convert_visitor_to_lead': (
        'crm_livechat/models/discuss_channel.py', "def _convert_visitor_to_lead(self, partner, key):"),
}


@tagged('post_install', '-at_install')
class TestCore(CoreCase):
    addon = 'winerp_crm_pipeline'

    def test_overrides(self):
        self._check_overrides(OVERRIDES)

    def test_private_calls(self):
        self._check_private_calls(CALLS, others={'_funcs', '_get_cache', '_mail_flat_thread', '_table_sql', '_to_sql'})

    def test_tracking_in_batch(self):
        found = {}
        for name in SPARED:
            model, _dot, method = name.rpartition('.')
            found[name] = self._get_signature(self.env.registry[model].__mro__, method)
        self._compare(found, SPARED, 'SPARED')
        self.assertTrue(self.env['crm.lead']._mail_flat_thread)
        stood_in = {name.rpartition('.')[2] for name in [*OVERRIDES, *SPARED]}
        self.assertEqual({name for methods in NEUTRAL.values() for name in methods} - stood_in, {'message_post'})
        self.assertTrue(may_batch(self.env.registry['crm.lead'], self.env.registry['mail.message']), "as installed")

    def test_undoing_a_refused_write(self):
        """What the gate puts back after a refused write: the queues of callbacks, and what is in memory."""
        self.assertEqual(set(Callbacks.__slots__), {'_funcs', 'data'})
        callbacks = Callbacks()
        callbacks.add(print)
        callbacks.data['key'] = 1
        self.assertEqual(list(callbacks._funcs), [print])
        callbacks.clear()
        self.assertFalse(callbacks._funcs or callbacks.data)
        for queue in (self.env.cr.precommit, self.env.cr.postcommit):
            self.assertIsInstance(queue, Callbacks)
        self.assertEqual(self._read_signature(Transaction.clear), "(self)")
        self.assertEqual(self._read_signature(type(self.env.cr).savepoint), "(self, flush=True)")

    def test_counting_in_sql(self):
        query = self.env['crm.lead']._search([('name', '=', "x")])
        self.assertIsInstance(query, Query)
        self.assertTrue(query.where_clause.code)
        self.assertFalse(query.is_empty())
        self.assertEqual(self._read_signature(Query.select), "(self, *args)")
        self.assertEqual(self._read_signature(Domain._to_sql), "(self, model, alias, query)")
        self.assertTrue(self.env['crm.lead']._table_sql.code)
        self.assertEqual(self._read_signature(Query.add_where), "(self, where_clause, where_params=())")

    def test_other_apps(self):
        self.assertEqual({name for _model, name in APP_METHODS}, set(APP_SOURCES), "each has a source to be read")
        for path, definition in APP_SOURCES.values():
            addon, _slash, rest = path.partition('/')
            folder = get_module_path(addon, display_warning=False)
            if folder:
                self.assertIn(definition, (Path(folder) / rest).read_text(), path)
