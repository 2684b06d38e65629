"""Installing into a plain Odoo that was worked with gives the funnel of those who lived it, as far as Odoo tracked it."""
import json

from odoo.tests import BaseCase, tagged

from winerp_dev.testing import scratch_database

# Odoo's own demo opportunities are moved about, a transaction each, and what they visit is noted, by the order of the stages.
# What Odoo tracks not is lived, too: a move with tracking switched off, which only its last date tells of.
LIVE = """
import json, random
dice = random.Random(19)
stages = env['crm.stage'].search([])
env['ir.cron'].search([]).active = False
leads = env['crm.lead'].search([('type', '=', 'opportunity'), ('won_status', '=', 'pending')], order='id')
visited = {lead.id: {lead.stage_id.id} for lead in leads}
won = set()
env.cr.commit()
for _number in range(120):
    lead = dice.choice(leads)
    if not lead.active:
        lead.action_unarchive()
    elif dice.random() < 0.15 and not lead.stage_id.is_won:
        lead.action_set_lost()
    else:
        lead.stage_id = dice.choice(stages)
        if lead.won_status == 'won':
            won.add(lead.id)
    if lead.won_status != 'lost':
        visited[lead.id].add(lead.stage_id.id)
    env.cr.commit()
quiet = env['crm.lead'].create({'name': 'Quiet', 'type': 'opportunity', 'stage_id': stages[0].id})
env.cr.commit()
for stage in stages[1:3]:
    quiet.with_context(tracking_disable=True).stage_id = stage
    env.cr.commit()
expected = {}
for number, stage in enumerate(stages):
    later = set(stages[number:].ids)
    expected[stage.id] = {
        'reached': sum(1 for lead in leads if lead.id in won or visited[lead.id] & later),
        'entered': sum(1 for lead in leads if stage.id in visited[lead.id]),
        'here': sum(1 for lead in leads if lead.stage_id == stage and lead.won_status != 'lost'),
        'lost': sum(1 for lead in leads if lead.stage_id == stage and lead.won_status == 'lost'),
    }
env['ir.config_parameter'].set_param('test.lived', json.dumps([leads.ids, quiet.id, stages.ids, expected]))
env.cr.commit()
"""

READ = """
import json
lead_ids, quiet_id, _stage_ids, _expected = json.loads(env['ir.config_parameter'].get_param('test.lived'))
funnel = env['crm.lead'].get_funnel([('id', 'in', lead_ids)])
figures = {stage['stage_id']: {name: stage[name] for name in ('reached', 'entered', 'here', 'lost')} for stage in funnel['stages']}
history = env['crm.lead.history']
rows = history.search([('lead_id', '=', quiet_id)])
assert not history._get_unrecorded_ids(), history._get_unrecorded_ids()
assert funnel['waiting'] == 0
assert all(history.search([('lead_id', 'in', lead_ids)]).mapped('is_reconstructed'))
env['ir.config_parameter'].set_param('test.found', json.dumps([figures, rows.stage_id.ids, rows.mapped('is_reconstructed')]))
env.cr.commit()
"""


@tagged('post_install', '-at_install')
class TestHistoryInstallation(BaseCase):

    def test_as_it_was_lived(self):
        with scratch_database(ours=False) as database:
            database.odoo(script=LIVE)
            database.sql("UPDATE ir_module_module SET demo = FALSE")
            database.ours = True
            database.odoo('-i', 'winerp_crm_pipeline', '--stop-after-init')
            database.odoo(script=READ)
            lead_ids, _quiet_id, stage_ids, expected = self._get(database, 'lived')
            figures, quiet_stage_ids, quiet_marks = self._get(database, 'found')
            self.assertGreater(len(lead_ids), 10)
            self.assertEqual(figures, expected)
            # What Odoo did not track is as it was found.
            self.assertEqual((quiet_stage_ids, quiet_marks), ([stage_ids[2]], [True]))

    def _get(self, database, name):
        return json.loads(database.sql(f"SELECT value FROM ir_config_parameter WHERE key = 'test.{name}'")[0][0])
