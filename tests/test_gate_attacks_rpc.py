"""The gate from outside: XML-RPC, JSON-RPC, the web client's calls, and JSON-2."""
import json
import xmlrpc.client
from datetime import timedelta

from gate_attackers import AttackCommon

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger


@tagged('post_install', '-at_install')
class TestGateFromOutside(AttackCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.callers = {
            'salesperson': cls.user_sales_salesman, 'of another team': cls.user_elsewhere,
            'of another company': cls.user_other_company,
            'sales administrator': cls.user_sales_manager, 'portal': cls.user_portal, 'employee': cls.user_employee,
        }
        for user in cls.callers.values():
            user.password = user.login
        cls.keys = {
            user: cls.env['res.users.apikeys'].with_user(user)._generate('rpc', 'test', cls.env.cr.now() + timedelta(hours=1))
            for user in cls.callers.values()}
        cls.env.flush_all()

    # The protocols: each returns the error's text, or nothing

    def _call_xmlrpc(self, user, method, ids, arguments, context):
        try:
            self.xmlrpc_object.execute_kw(
                self.env.cr.dbname, user.id, user.login, 'crm.lead', method, [*([ids] if ids else []), *arguments],
                {'context': context})
        except xmlrpc.client.Fault as fault:
            return fault.faultString

    def _post(self, path, body, **headers):
        return self.url_open(path, data=json.dumps(body), headers={'Content-Type': 'application/json', **headers}).json()

    def _call_jsonrpc(self, user, method, ids, arguments, context):
        answer = self._post('/jsonrpc', {'params': {'service': 'object', 'method': 'execute_kw', 'args': [
            self.env.cr.dbname, user.id, user.login, 'crm.lead', method, [*([ids] if ids else []), *arguments],
            {'context': context}]}})
        return answer.get('error', {}).get('data', {}).get('message')

    def _call_web_client(self, user, method, ids, arguments, context):
        if self.session is None or self.session.uid != user.id:
            self.authenticate(user.login, user.login)
        answer = self._post(f'/web/dataset/call_kw/crm.lead/{method}', {'params': {
            'model': 'crm.lead', 'method': method, 'args': [*([ids] if ids else []), *arguments], 'kwargs': {'context': context}}})
        return answer.get('error', {}).get('data', {}).get('message')

    def _call_json2(self, user, method, ids, arguments, context):
        names = {
            'create': ['vals_list'], 'write': ['vals'], 'web_save': ['vals', 'specification'], 'copy': ['default'],
            'web_save_multi': ['vals_list', 'specification'], 'load': ['fields', 'data'], 'name_create': ['name'],
            'action_move_stage': ['stage_id', 'values', 'override_reason'], 'message_new': ['msg_dict', 'custom_values'],
            'action_create_in_stage': ['values'],
        }[method]
        body = {**({'ids': ids} if ids else {}), 'context': context, **dict(zip(names, arguments, strict=False))}
        answer = self._post(f'/json/2/crm.lead/{method}', body, Authorization=f'Bearer {self.keys[user]}')
        return answer['message'] if isinstance(answer, dict) and 'message' in answer else None

    def _get_protocols(self):
        return {
            'XML-RPC': self._call_xmlrpc, 'JSON-RPC': self._call_jsonrpc, 'web client': self._call_web_client,
            'JSON-2': self._call_json2,
        }

    def _get_attacks(self):
        """Return ``{name: (method, ids, arguments, context)}``."""
        stage_id, ids = self.stage_qualified.id, self.lead.ids
        attacks = {
            'defaults': ('create', [], [[self._new_values()]], {'default_stage_id': str(stage_id)}),
            'defaults as float': ('create', [], [[self._new_values()]], {'default_stage_id': float(stage_id)}),
            'name_create': ('name_create', [], ["Attack"], {'default_stage_id': str(stage_id), 'default_type': 'opportunity'}),
            'service': ('create', [], [[self._new_values(reveal_id="x")]], {'default_stage_id': stage_id}),
            'message_new': ('message_new', [], [
                {'subject': "Attack", 'from': "an@sao-viet.example"}, {'type': 'opportunity', 'stage_id': stage_id}], {}),
            'message_new with a default': ('message_new', [], [
                {'subject': "Attack", 'from': "an@sao-viet.example"}, {'type': 'opportunity'}], {'default_stage_id': stage_id}),
            'import': ('load', [], [['name', 'type', 'stage_id/.id'], [["Attack", 'opportunity', str(stage_id)]]], {}),
            'import by name': ('load', [], [
                ['name', 'type', 'stage_id'], [["Attack", 'opportunity', "Qualified"]]], {'install_mode': True}),
        }
        for shape in (int, str, float):
            value = shape(stage_id)
            attacks.update({
                f'create {shape.__name__}': ('create', [], [[self._new_values(stage_id=value)]], {}),
                f'write {shape.__name__}': ('write', ids, [{'stage_id': value}], {'install_mode': True}),
                f'web_save {shape.__name__}': ('web_save', ids, [{'stage_id': value}, {}], {}),
                f'web_save_multi {shape.__name__}': ('web_save_multi', ids, [[{'stage_id': value}], {}], {}),
                f'copy {shape.__name__}': ('copy', ids, [{'stage_id': value}], {}),
                f'action_move_stage {shape.__name__}': ('action_move_stage', ids, [value], {'winerp_stage_gate_pass': True}),
                f'action_create_in_stage {shape.__name__}': ('action_create_in_stage', [], [self._new_values(stage_id=value)], {}),
            })
        return attacks

    @mute_logger('odoo.http', 'odoo.addons.rpc.controllers.xmlrpc', 'odoo.addons.rpc.controllers.jsonrpc', 'odoo.sql_db')
    def _attack(self, protocol):
        call = self._get_protocols()[protocol]
        for login, user in self.callers.items():
            for name, attack in self._get_attacks().items():
                with self.subTest(user=login, attack=name), self._undone():
                    self.assertNothingPast(call(user, *attack))

    def test_xmlrpc(self):
        self._attack('XML-RPC')

    def test_jsonrpc(self):
        self._attack('JSON-RPC')

    def test_web_client(self):
        self._attack('web client')

    def test_json2(self):
        self._attack('JSON-2')

    @mute_logger('odoo.http', 'odoo.addons.rpc.controllers.xmlrpc', 'odoo.addons.rpc.controllers.jsonrpc', 'odoo.sql_db')
    def test_clearing_in_disguise(self):
        self.lead.write({'expected_revenue': 500, 'referred': "An", 'partner_id': self.partner.id, 'description': "<p>Zalo</p>"})
        for name in ('expected_revenue', 'partner_id', 'description'):
            self._require(self.stage_qualified, name)
        self.lead.write({'stage_id': self.stage_qualified.id})
        query = "SELECT expected_revenue, referred, partner_id, description FROM crm_lead WHERE id = %s"
        before = self._select(query, self.lead.id)
        for protocol, call in self._get_protocols().items():
            for values in ({'expected_revenue': '0'}, {'expected_revenue': 0.001}, {'referred': "\u3000"}, {'partner_id': '0'},
                           {'partner_id': [1]}, {'partner_id': 'abc'}, {'description': "<script>x</script>"}):
                with self.subTest(protocol=protocol, values=values), self._undone():
                    call(self.user_sales_salesman, 'write', self.lead.ids, [values], {})
                    self.assertEqual(before, self._select(query, self.lead.id))

    @mute_logger('odoo.http', 'odoo.addons.rpc.controllers.xmlrpc', 'odoo.addons.rpc.controllers.jsonrpc')
    def test_what_is_complete_gets_through(self):
        """The attacks fail for what is missing, not for how they are made."""
        for protocol, call in self._get_protocols().items():
            with self.subTest(protocol=protocol), self._undone():
                values = {'stage_id': self.stage_qualified.id, 'referred': "An"}
                self.assertFalse(call(self.user_sales_salesman, 'write', self.lead.ids, [values], {}))
                [(stage_id,)] = self._select("SELECT stage_id FROM crm_lead WHERE id = %s", self.lead.id)
                self.assertEqual(stage_id, self.stage_qualified.id)
                self.assertFalse(call(self.user_sales_salesman, 'create', [], [[self._new_values(**values)]], {}))
