"""Processes that tell of opportunities which stay too long are killed, two at the same moment: each is told of once."""
import json
import os

from odoo.tests import BaseCase, tagged

from winerp_dev.testing import scratch_database

# Of two kills each; a run of hundreds is for nights.
ROUNDS = int(os.environ.get('WINERP_ATTACK_ROUNDS', 3))

# Forked processes are as real as others, and cost no start of Odoo. Each has its own connection to the database.
KILL = r'''
import json, os, random, signal, time, traceback
from odoo import SUPERUSER_ID, api, sql_db
from odoo.addons.winerp_crm_pipeline.models import crm_lead_rotting

crm_lead_rotting.CHUNK_SIZE = 2
env['crm.stage'].search([]).rotting_activity = False
salesperson = env['res.users'].create({
    'name': 'Killed', 'login': 'killed', 'notification_type': 'inbox',
    'group_ids': [(6, 0, [env.ref('sales_team.group_sale_salesman').id])]})
stage = env['crm.stage'].create({
    'name': 'Killed', 'sequence': 5000, 'rotting_threshold_days': 5, 'rotting_activity': True})
leads = env['crm.lead'].with_context(tracking_disable=True).create([
    {'name': f'Killed {number}', 'type': 'opportunity', 'stage_id': stage.id, 'user_id': salesperson.id}
    for number in range(LEADS)])
env.cr.commit()
env.cr.execute("UPDATE crm_lead_history SET stay_from = stay_from - interval '99 days' WHERE lead_id = ANY(%s)", [leads.ids])
env.cr.commit()

def start():
    """Return a process that tells of all that is due, and what says that it begins with some of them."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        sql_db._Pool = None  # the parent's connections are the parent's
        env.registry._db = sql_db.db_connect(env.cr.dbname)
        retrying = crm_lead_rotting.retrying
        crm_lead_rotting.retrying = lambda *arguments: (os.write(writing, b'.'), retrying(*arguments))
        with env.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})['crm.lead.rotting']._cron_tell()
        code = 0
    except BaseException:
        traceback.print_exc()
        code = 1
    os._exit(code)

def kill(pid, reading):
    """Kill a process at a moment that chance chooses; return whether it was still at work."""
    begun = [time.monotonic()]
    for _chunk in range(chance.randint(1, 5)):
        if os.read(reading, 1):
            begun.append(time.monotonic())
    time.sleep(chance.uniform(0, min(max(begun[-1] - begun[-2], 0.1), 1)) if len(begun) > 1 else 0)
    os.kill(pid, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])

def count():
    env.cr.rollback()
    env.cr.execute("SELECT count(*) FROM crm_lead_rotting WHERE lead_id = ANY(%s)", [leads.ids])
    return env.cr.fetchone()[0]

chance, kills, progress, codes = random.Random(15), 0, [], []
for _round in range(ROUNDS):
    kills += sum(kill(*process) for process in [start(), start()])
    progress.append(count())
for processes in ([start(), start()], [start()]):
    codes += [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid, _reading in processes]
env.cr.rollback()
activities = env['mail.activity'].search([('res_model', '=', 'crm.lead'), ('res_id', 'in', leads.ids)])
rows = env['crm.lead.rotting'].search([('lead_id', 'in', leads.ids)])
print('RESULT' + json.dumps({
    'kills': kills, 'progress': progress, 'codes': codes, 'told': count(),
    'activities': sorted(activities.mapped('res_id')) == sorted(leads.ids),
    'rows': sorted(rows.mapped('lead_id.id')) == sorted(leads.ids) and len(rows) == len(leads),
}))
'''


@tagged('post_install', '-at_install')
class TestRottingKills(BaseCase):

    def test_each_is_told_of_once(self):
        with scratch_database() as database:
            leads = 40 * ROUNDS  # more than all that are killed can do
            output = database.odoo(script=f'ROUNDS, LEADS = {ROUNDS}, {leads}\n{KILL}')
        result = json.loads(output.partition('RESULT')[2].splitlines()[0])
        self.assertEqual(result['kills'], 2 * ROUNDS, "all were in the middle of it")
        self.assertGreater(result['progress'][-1], 0, "and had done a part")
        self.assertEqual(result['codes'], [0, 0, 0], "two at the same moment, and one after them")
        self.assertEqual(result['told'], leads)
        self.assertTrue(result['activities'], "an activity for each opportunity, and one only")
        self.assertTrue(result['rows'])
