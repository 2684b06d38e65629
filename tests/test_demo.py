"""The Vietnamese demo data, on top of Odoo's own: ./dev run shows it on a database without."""
import json
import re

from odoo.tests import BaseCase, tagged

from winerp_dev import testing

COUNTS = """
    SELECT stage.name->>'en_US', count(*) FILTER (WHERE lead.active), count(*) FILTER (WHERE NOT lead.active)
      FROM crm_lead lead
      JOIN ir_model_data data ON data.model = 'crm.lead' AND data.res_id = lead.id AND data.module LIKE 'winerp%'
      JOIN crm_stage stage ON stage.id = lead.stage_id
     WHERE lead.type = 'opportunity' GROUP BY 1
"""

# What the sales manager of the demo sees of the last six months, to be read by the test.
FIGURES = """
import json
from datetime import datetime, timedelta
seen = env(user=env.ref('winerp_crm_pipeline.demo_user_khai').id)
history, now = seen['crm.lead.history'], datetime.now()
figures = {
    'stages': [env.ref(name).id for name in (
        'crm.stage_lead1', 'crm.stage_lead2', 'crm.stage_lead3', 'winerp_crm_pipeline.demo_stage_negotiation', 'crm.stage_lead4')],
    'funnel': seen['crm.lead'].get_funnel(), 'flow': history.get_stage_flow(),
    'changes': history.get_pipeline_changes([], now - timedelta(days=30), now),
    'velocity': history.get_sales_velocity(date_from=now - timedelta(days=90)),
    'people': {name: history.get_sales_velocity([('user_id', '=', env.ref(f'winerp_crm_pipeline.demo_user_{name}').id)])
               for name in ('linh', 'phuc')},
    'unrecorded': history.sudo()._get_unrecorded_ids(),
}
env['ir.config_parameter'].set_param('test.figures', json.dumps(figures))
env.cr.commit()
"""


@tagged('post_install', '-at_install')
class TestDemo(BaseCase):

    def test_loads_on_top_of_odoos_own(self):
        with testing.scratch_database(ours=False) as database:
            modules = ('winerp_crm_pipeline', 'winerp_sale_bridge')
            log = database.environment.install(database.name, *modules, extras='demo', ours=True).read_text()
            self.assertFalse(re.findall(r'(?:WARNING|ERROR|CRITICAL).*', log))
            stages = {name: int(active) + int(lost) for name, active, lost in database.sql(COUNTS)}
            self.assertEqual(set(stages), {"New", "Qualified", "Quotation", "Negotiation", "Won"})
            self.assertTrue(all(count >= 5 for count in stages.values()), stages)
            self.assertEqual(database.sql("""
                SELECT DISTINCT currency.name FROM sale_order
                  JOIN ir_model_data data ON data.model = 'sale.order' AND data.res_id = sale_order.id
                   AND data.module LIKE 'winerp%'
                  JOIN res_currency currency ON currency.id = sale_order.currency_id"""), [['VND']])
            database.ours = True
            database.odoo(script=FIGURES)
            self._check_figures(json.loads(database.sql(
                "SELECT value FROM ir_config_parameter WHERE key = 'test.figures'")[0][0]))
            # What is required is required of the demo's company only.
            self.assertFalse(database.sql("SELECT id FROM crm_stage_requirement WHERE company_id IS NULL"))

    def _check_figures(self, figures):
        """Six months in which everything has something to show."""
        self.assertFalse(figures['unrecorded'])
        stages = {stage['stage_id']: stage for stage in figures['funnel']['stages']}
        funnel = [stages[stage_id] for stage_id in figures['stages']]
        self.assertEqual(sorted((stage['reached'] for stage in funnel), reverse=True), [stage['reached'] for stage in funnel])
        self.assertTrue(all(stage['conversion'] and stage['revenue'] for stage in funnel[1:]))
        self.assertGreater(funnel[3]['reached'], funnel[3]['entered'], "some skip the negotiation")
        days = [stage['median_days'] for stage in funnel[:4]]
        self.assertEqual(days.index(max(days)), 2, "deals get stuck in the quotation")
        flow = {stage['stage_id']: stage for stage in figures['flow']['stages']}
        for number, outcomes in enumerate((('advanced', 'lost', 'here'), ('advanced', 'lost', 'here'), (
                'advanced', 'lost', 'here', 'won'), ('back', 'lost', 'here', 'won'))):
            for outcome in outcomes:
                self.assertTrue(flow[figures['stages'][number]][outcome], (number, outcome))
        for name in ('opening', 'new', 'reopened', 'raised', 'lowered', 'won', 'lost', 'closing'):
            self.assertTrue(figures['changes'][name]['count'], name)
        self.assertTrue(figures['velocity']['velocity'])
        people = figures['people']
        self.assertGreater(people['linh']['win_rate'], people['phuc']['win_rate'] + 0.25)
        self.assertLess(people['linh']['cycle_days'], people['phuc']['cycle_days'])
