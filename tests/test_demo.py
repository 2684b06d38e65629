"""The Vietnamese demo data, on top of Odoo's own: ./dev run shows it on a database without."""
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


@tagged('post_install', '-at_install')
class TestDemo(BaseCase):

    def test_loads_on_top_of_odoos_own(self):
        with testing.scratch_database(ours=False) as database:
            modules = ('winerp_crm_pipeline', 'winerp_sale_bridge')
            log = database.environment.install(database.name, *modules, demo=True, ours=True).read_text()
            self.assertFalse(re.findall(r'(?:WARNING|ERROR|CRITICAL).*', log))
            stages = {name: int(active) + int(lost) for name, active, lost in database.sql(COUNTS)}
            self.assertEqual(set(stages), {"New", "Qualified", "Quotation", "Negotiation", "Won"})
            self.assertTrue(all(count >= 5 for count in stages.values()), stages)
            self.assertEqual(database.sql("""
                SELECT DISTINCT currency.name FROM sale_order
                  JOIN ir_model_data data ON data.model = 'sale.order' AND data.res_id = sale_order.id
                   AND data.module LIKE 'winerp%'
                  JOIN res_currency currency ON currency.id = sale_order.currency_id"""), [['VND']])
            # What is required is required of the demo's company only.
            self.assertFalse(database.sql("SELECT id FROM crm_stage_requirement WHERE company_id IS NULL"))
