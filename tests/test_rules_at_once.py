"""What holds, holds at once: rules and stages that change while others read, in threads and in workers.

Real servers answer here, since only they share what they keep between transactions with different snapshots.
"""
import itertools
import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from live_server import PROTOCOLS, Background, Json2, Refusal, live_server

from odoo.tests import BaseCase, tagged

from winerp_dev.testing import scratch_database

# Rounds for each kind of server; a run of thousands is for nights.
ROUNDS = int(os.environ.get('WINERP_ATTACK_ROUNDS', 16))
READERS = 3
SLOW = 0.25  # seconds, long enough that others come in between

SETUP = """
import json
from datetime import timedelta
env['crm.stage.requirement'].search([]).action_archive()
env['crm.stage'].search([]).write({'auto_probability': False})
salesperson = env['res.users'].create({
    'name': 'At Once', 'login': 'at_once', 'group_ids': [(6, 0, [env.ref('sales_team.group_sale_salesman').id])]})
admin = env.ref('base.user_admin')
new, asking = env['crm.stage'].create([
    {'name': name, 'sequence': 5000 + number} for number, name in enumerate(['At Once New', 'At Once 0'])])
leads = env['crm.lead'].create([
    {'name': f'At once {number}', 'type': 'opportunity', 'stage_id': new.id, 'user_id': salesperson.id} for number in range(20)])
actions = env['ir.actions.server'].create([
    {'name': name, 'model_id': env['ir.model']._get('crm.lead').id, 'state': 'code', 'code': code}
    for name, code in CODES.items()])
env['ir.config_parameter'].set_param('crm.lead.auto.assignment', False)

def user(record):
    key = env['res.users.apikeys'].with_user(record)._generate('rpc', 'test', env.cr.now() + timedelta(days=1))
    return {'id': record.id, 'key': key}

print('RESULT' + json.dumps({
    'admin': user(admin), 'salesperson': user(salesperson), 'new': new.id, 'asking': asking.id, 'leads': leads.ids,
    'field': env['ir.model.fields']._get('crm.lead', 'referred').id,
    'actions': dict(zip(CODES, actions.ids)),
}))
env.cr.commit()
"""

# What runs for a moment, in one transaction: `context` says on what.
CODES = {
    # Its snapshot is older than what changes while it sleeps, and then it looks at everything.
    'old_view': """
time.sleep(env.context['seconds'])
lead = env['crm.lead'].browse(env.context['lead'])
lead.get_stage_move_requirements(env.context['stage'])
env['crm.lead'].search_read([('missing_requirement_ids', '!=', False)], ['missing_requirement_ids'], limit=20)
try:
    lead.action_move_stage(env.context['stage'])
except UserError:
    pass
lead.write({'stage_id': env.context['back']})
""",
    # Changes, looks at what it changed, waits, and fails.
    'failing_probability': """
stage, lead = env['crm.stage'].browse(env.context['stage']), env['crm.lead'].browse(env.context['lead'])
stage.write({'probability': 77})
lead.write({'stage_id': stage.id})
time.sleep(env.context['seconds'])
lead.read(['probability'])
raise UserError("Changed its mind")
""",
    'failing_rule': """
stage, lead = env['crm.stage'].browse(env.context['stage']), env['crm.lead'].browse(env.context['lead'])
env['crm.stage.requirement'].create({'stage_id': stage.id, 'field_id': env.context['field']})
lead.get_stage_move_requirements(stage.id)
time.sleep(env.context['seconds'])
lead.get_stage_move_requirements(stage.id)
raise UserError("Changed its mind")
""",
    # The same within a savepoint; the transaction itself goes on and is committed.
    'taken_back': """
stage, lead = env['crm.stage'].browse(env.context['stage']), env['crm.lead'].browse(env.context['lead'])
savepoint = env.cr.savepoint()
stage.write({'probability': 88, 'name': "Taken Back"})
env['crm.stage.requirement'].create({'stage_id': stage.id, 'field_id': env.context['field']})
lead.get_stage_move_requirements(stage.id)
lead.read(['missing_requirement_ids', 'probability'])
time.sleep(env.context['seconds'])
savepoint.close(rollback=True)
lead.get_stage_move_requirements(stage.id)
""",
}


class AtOnce:
    """The same promises for each kind of server; ``workers`` says which."""

    workers = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = cls.enterClassContext(scratch_database())
        output = cls.database.odoo(script=f'CODES = {CODES!r}\n{SETUP}')
        cls.data = json.loads(output.partition('RESULT')[2].splitlines()[0])
        cls.server = cls.enterClassContext(live_server(cls.database, cls.workers))

    def setUp(self):
        super().setUp()
        self.admin = self._client(Json2, 'admin')
        self.stage_id, self.new_id = self.data['asking'], self.data['new']
        self.probers = [self._client(protocol, 'salesperson') for protocol in PROTOCOLS]
        self.pool = ThreadPoolExecutor(len(self.probers))
        self.addCleanup(self.pool.shutdown)
        self.requirement_id, self.expected = None, {'required': False, 'probability': None}
        self.addCleanup(self._forget_rules)
        self.escaped, self.stuck, self.wrong, self.failures = [], [], [], []

    def _client(self, protocol, user):
        client = protocol(self.server, self.data[user])
        self.addCleanup(client.close)
        return client

    def _forget_rules(self):
        requirement_ids = self.admin.call('crm.stage.requirement', 'search', domain=[], context={'active_test': False})
        if requirement_ids:
            self.admin.call('crm.stage.requirement', 'unlink', ids=requirement_ids)
        self._write_stage(auto_probability=False, probability=0)

    # What others do all the time

    def _start_readers(self):
        background = self.enterContext(Background())
        leads = iter(self.data['leads'][10:])
        for number, protocol in zip(range(READERS), itertools.cycle(PROTOCOLS)):
            background.repeat(protocol(self.server, self.data['salesperson']), self._prepare_reader(number, next(leads)))
        return background

    def _prepare_reader(self, number, lead_id):
        def read(client):
            client.call('crm.lead', 'search_read', domain=[('missing_requirement_ids', '!=', False)],
                        fields=['missing_requirement_ids'], limit=5)
            client.call('crm.lead', 'get_stage_move_requirements', ids=[lead_id], stage_id=self.stage_id)
            self._try(client, 'create', vals_list=[self._get_values(f"Reader {number}")])
            self._try(client, 'action_move_stage', ids=[lead_id], stage_id=self.stage_id)
        return read

    def _get_values(self, name):
        return {'name': name, 'type': 'opportunity', 'stage_id': self.stage_id}

    def _try(self, client, method, **arguments):
        """Try to bring an opportunity into the stage, and take it out again.

        Any error but the gate's refusal is none that a user should see.

        :return: whether that was refused, and the probability that it took
        """
        try:
            result = client.call('crm.lead', method, **arguments)
        except Refusal as refusal:
            if 'cannot be in the stage' not in refusal.message:
                raise
            return True, None
        lead_ids = result if method == 'create' else arguments['ids']
        [values] = client.call('crm.lead', 'read', ids=lead_ids, fields=['probability'])
        client.call('crm.lead', 'write', ids=lead_ids, vals={'stage_id': self.new_id})
        return False, values['probability']

    # What must hold for each call that begins after a change has returned

    def _probe_all(self, what):
        """Have all clients try at the same moment, and note what is not as it must be."""
        tries = [self._probe_create, self._probe_move, self._probe_question]
        offset = next(self._turns)
        list(self.pool.map(
            lambda pair: self._probe(what, *pair), zip(tries[offset:] + tries[:offset], self.probers, strict=True)))

    _turns = itertools.cycle(range(3))

    def _probe(self, what, attempt, client):
        name = f"{what}, {type(client).__name__} {attempt.__name__}"
        try:
            required, probability = attempt(client, self.data['leads'][self.probers.index(client)])
        except Exception as error:
            self.failures.append(f"{name}: {str(error)[-300:]}")
            return
        if required != self.expected['required']:
            (self.escaped if self.expected['required'] else self.stuck).append(name)
        if probability is not None and self.expected['probability'] not in (None, probability):
            self.wrong.append(f"{name}: {probability} instead of {self.expected['probability']}")

    def _probe_create(self, client, _lead_id):
        return self._try(client, 'create', vals_list=[self._get_values("Probe")])

    def _probe_move(self, client, lead_id):
        return self._try(client, 'action_move_stage', ids=[lead_id], stage_id=self.stage_id)

    def _probe_question(self, client, lead_id):
        answer = client.call('crm.lead', 'get_stage_move_requirements', ids=[lead_id], stage_id=self.stage_id)
        return any(missing['level'] == 'block' for lead in answer['leads'] for missing in lead['missing']), None

    def _assert_held(self, background):
        problems = {
            'escaped': self.escaped, 'stuck': self.stuck, 'wrong probabilities': self.wrong,
            'failed': self.failures, 'failed in the background': background.failures,
        }
        self.assertGreater(background.calls, 0)
        self.assertFalse(
            {name: found for name, found in problems.items() if found},
            "\n".join(f"{len(found)} {name}: {found[:3]}" for name, found in problems.items()))

    # What the administrator does

    def _create_rule(self):
        [self.requirement_id] = self.admin.call(
            'crm.stage.requirement', 'create', vals_list=[{'stage_id': self.stage_id, 'field_id': self.data['field']}])
        self.expected['required'] = True

    def _delete_rule(self):
        self.admin.call('crm.stage.requirement', 'unlink', ids=[self.requirement_id])
        self.expected['required'] = False

    def _write_rule(self, required, **values):
        self.admin.call('crm.stage.requirement', 'write', ids=[self.requirement_id], vals=values)
        self.expected['required'] = required

    def _write_stage(self, **values):
        # Odoo gives up after five tries where others write in the stage all the time; an administrator does not.
        for patience in reversed(range(20)):
            try:
                return self.admin.call('crm.stage', 'write', ids=[self.stage_id], vals=values)
            except Refusal as refusal:
                if not patience or 'could not serialize' not in refusal.message:
                    raise

    def _set_probability(self, probability):
        self._write_stage(auto_probability=True, probability=probability)
        self.expected['probability'] = probability

    def _run_action(self, name, user='admin', seconds=SLOW):
        """Run a server action in a request of its own; return the error it ended with, if any."""
        client = self._client(Json2, user)
        lead_id = self.data['leads'][5]
        try:
            client.call('ir.actions.server', 'run', ids=[self.data['actions'][name]], context={
                'active_model': 'crm.lead', 'active_id': lead_id, 'lead': lead_id, 'stage': self.stage_id,
                'back': self.new_id, 'field': self.data['field'], 'seconds': seconds,
            })
        except Refusal as refusal:
            return refusal

    def _run_meanwhile(self, name, change, user='admin'):
        """Begin a server action, make a change while it waits, and wait until it has ended."""
        errors = []
        thread = threading.Thread(target=lambda: errors.append(self._run_action(name, user)))
        thread.start()
        time.sleep(SLOW / 3)
        change()
        thread.join(60)
        return errors[0]

    def _expect(self, name, error, message):
        """Note what a server action ended with, if it is not what it should be."""
        if (error and error.message) != message:
            self.failures.append(f"{name}: {str(error)[-300:]}")

    # The promises

    def test_a_saved_rule_holds_for_all_who_come_after(self):
        """Created, softened, hardened, archived, brought back, deleted: at once, each time."""
        background = self._start_readers()
        for number in range(ROUNDS // 2):
            self._create_rule()
            self._probe_all(f"round {number}: created")
            change, back = [({'level': 'warn'}, {'level': 'block'}), ({'active': False}, {'active': True})][number % 2]
            self._write_rule(required=False, **change)
            self._probe_all(f"round {number}: {change}")
            self._write_rule(required=True, **back)
            self._probe_all(f"round {number}: {back}")
            self._delete_rule()
            self._probe_all(f"round {number}: deleted")
        self._assert_held(background)

    def test_a_saved_stage_holds_for_all_who_come_after(self):
        """Whoever enters takes the new probability, and reads the new name."""
        background = self._start_readers()
        for number in range(ROUNDS // 2):
            self._set_probability(10 + number % 80)
            self._probe_all(f"round {number}: probability")
            if number % 5 == 0:
                self._create_rule()
                self._write_stage(name=f"At Once {number}")
                with self.assertRaisesRegex(Refusal, f"cannot be in the stage “At Once {number}”"):
                    self.probers[0].call('crm.lead', 'create', vals_list=[self._get_values("Name")])
                self._delete_rule()
        self._assert_held(background)

    def test_what_is_rolled_back_is_seen_by_nobody(self):
        background = self._start_readers()
        self._set_probability(30)
        for number in range(max(ROUNDS // 10, 2)):
            for name in ('failing_probability', 'failing_rule', 'taken_back'):
                error = self._run_meanwhile(name, partial(self._probe_all, f"round {number}, while {name}"))
                self._expect(name, error, "Changed its mind" if name.startswith('failing') else None)
                self._probe_all(f"round {number}, after {name}")
            self._fail_to_create_rules()
            self._probe_all(f"round {number}, after half a list of rules")
        self._assert_held(background)

    def _fail_to_create_rules(self):
        values = {'stage_id': self.stage_id, 'field_id': self.data['field']}
        with self.assertRaises(Refusal):
            self.admin.call('crm.stage.requirement', 'create', vals_list=[
                values, {'stage_id': self.stage_id, 'kind': 'domain', 'domain': "[('no_such_field', '=', 1)]", 'name': "Bad"}])

    def test_who_began_earlier_leaves_no_old_rule_behind(self):
        """A transaction that sees what was before keeps that to itself."""
        background = self._start_readers()
        for number in range(max(ROUNDS // 8, 2)):
            for change in (self._create_rule, self._delete_rule):
                for user in ('salesperson', 'admin'):
                    if change == self._create_rule and self.expected['required']:
                        self._delete_rule()
                    elif change == self._delete_rule and not self.expected['required']:
                        self._create_rule()
                    self._expect('old_view', self._run_meanwhile('old_view', change, user), None)
                    self._probe_all(f"round {number}: {change.__name__} while {user} looks")
            self._expect('old_view', self._run_meanwhile('old_view', partial(self._set_probability, 10 + number)), None)
            self._probe_all(f"round {number}: probability while the admin looks")
        self._assert_held(background)


@tagged('post_install', '-at_install')
class TestRulesAtOnceInThreads(AtOnce, BaseCase):
    """One process, many threads: what ./dev run starts."""

    workers = 0


@tagged('post_install', '-at_install')
class TestRulesAtOnceInWorkers(AtOnce, BaseCase):
    """Several processes, each with what it keeps: a server in production."""

    workers = 2
