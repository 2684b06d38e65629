from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models import crm_stage_probability
from .common import PipelineCommon


@tagged('-at_install', 'post_install')
class TestStageProbability(PipelineCommon, CronMixinCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_qualified.write({'auto_probability': True, 'probability': 30})
        cls.stage_quotation.write({'auto_probability': True, 'probability': 50})
        # Scoring of its own, so that what core predicts differs from every stage.
        cls.env['crm.lead.scoring.frequency'].search([]).unlink()
        cls.env['crm.lead.scoring.frequency'].create([
            {'variable': 'stage_id', 'value': str(stage.id), 'won_count': won, 'lost_count': 9}
            for stage, won in (
                (cls.env['crm.stage'].search([('team_ids', '=', False)], order='sequence, id', limit=1), 10),
                (cls.stage_new, 2), (cls.stage_qualified, 3), (cls.stage_quotation, 4), (cls.stage_negotiation, 5),
            )
        ])
        cls.env['ir.config_parameter'].set_param('crm.pls_fields', '')
        cls.env['ir.config_parameter'].set_param('crm.pls_start_date', '2000-01-01')

    def assertProbability(self, lead, probability, automated=None):
        self.assertAlmostEqual(lead.probability, probability, 2)
        self.assertAlmostEqual(lead.automated_probability, probability if automated is None else automated, 2)

    def _score(self, lead):
        """Return what core's own scoring says."""
        self.stages.auto_probability = False
        scored = lead._pls_get_naive_bayes_probabilities()[0][lead.id]
        (self.stage_qualified + self.stage_quotation).auto_probability = True
        return scored

    # Paths

    def test_entering(self):
        """path × previous probability × target × probability in the same write → probability, automated probability"""
        cases = [
            # name, by hand before, target, explicit, expected probability, expected automated
            ("automatic into ticked", None, 'qualified', None, 30, 30),
            ("manual into ticked", 77, 'qualified', None, 30, 30),
            ("explicit wins", None, 'qualified', 12, 12, 30),
            ("explicit 0 wins", None, 'qualified', 0, 0, 30),
            ("explicit over manual", 77, 'qualified', 12, 12, 30),
            ("into won", None, 'won', None, 100, 100),
            ("manual into won", 77, 'won', None, 100, 100),
            ("manual into unticked stays", 77, 'negotiation', None, 77, 'score'),
            ("automatic into unticked", None, 'negotiation', None, 'score', 'score'),
        ]
        for path in ('write', 'web_save', 'form', 'action_move_stage', 'import', 'mass edit'):
            for name, manual, target, explicit, probability, automated in cases:
                if path == 'form' and explicit is not None:
                    continue  # the form computes the probability when the stage changes
                with self.subTest(path=path, case=name):
                    lead = self._create_opportunity(name)
                    if manual is not None:
                        lead.probability = manual
                    stage = getattr(self, f'stage_{target}')
                    values = {} if explicit is None else {'probability': explicit}
                    self._move_by(path, lead.with_user(self.user_sales_salesman), stage, values)
                    score = lead._pls_get_naive_bayes_probabilities()[0][lead.id]
                    self.assertProbability(
                        lead, score if probability == 'score' else probability, score if automated == 'score' else automated)

    def _move_by(self, path, lead, stage, values):
        if path == 'write':
            lead.write({'stage_id': stage.id, **values})
        elif path == 'web_save':
            lead.web_save({'stage_id': stage.id, **values}, {})
        elif path == 'action_move_stage':
            lead.action_move_stage(stage.id, values)
        elif path == 'import':
            result = lead.load(['.id', 'stage_id/.id', *values], [[str(value) for value in (lead.id, stage.id, *values.values())]])
            self.assertEqual(result['ids'], lead.ids, result['messages'])
        elif path == 'mass edit':
            (lead + self._create_opportunity("Beside").with_env(lead.env)).web_save({'stage_id': stage.id, **values}, {})
        else:
            with Form(lead) as form:
                form.stage_id = stage

    def test_many_at_once(self):
        leads = self._create_opportunity("One") + self._create_opportunity("Two", probability=77)
        inside = self._create_opportunity("Inside", stage_id=self.stage_qualified.id, probability=66)
        lost = self._create_opportunity("Lost")
        lost.action_set_lost()
        (leads + inside + lost).write({'stage_id': self.stage_qualified.id})
        self.assertEqual((leads + inside + lost).mapped('probability'), [30, 30, 66, 0])

    def test_create(self):
        lead = self._create_opportunity("New", stage_id=self.stage_qualified.id)
        self.assertProbability(lead, 30)
        lead = self._create_opportunity("New", stage_id=self.stage_qualified.id, probability=12)
        self.assertProbability(lead, 12, 30)
        form = Form(self.env['crm.lead'].with_context(default_type='opportunity', default_stage_id=self.stage_quotation.id),
                    view='crm.quick_create_opportunity_form')
        form.name = "Quick"
        self.assertProbability(form.save(), 50)

    def test_conversion(self):
        lead = self._create_opportunity("A lead", type='lead', stage_id=self.stage_qualified.id)
        lead.probability = 77
        self.assertAlmostEqual(lead.automated_probability, self._score(lead), 2, "leads are scored as ever")
        lead.convert_opportunity(self.contact_1)
        self.assertProbability(lead, 30)

    def test_merge(self):
        automatic = self._create_opportunity("Automatic", stage_id=self.stage_qualified.id)
        merged = (automatic + self._create_opportunity("Other", phone="0912 345 678")).merge_opportunity()
        self.assertEqual(merged.stage_id, self.stage_qualified)
        self.assertProbability(merged, 30)

    def test_won_button(self):
        self.lead.stage_id = self.stage_qualified
        self.env['crm.stage'].search([('is_won', '=', True), ('id', '!=', self.stage_won.id)]).is_won = False
        self.lead.with_user(self.user_sales_salesman).action_set_won_rainbowman()
        self.assertEqual(self.lead.stage_id, self.stage_won)
        self.assertProbability(self.lead, 100)

    def test_team_change(self):
        team = self.env['crm.team'].create({'name': "Projects"})
        first = self.env['crm.stage'].create({
            'name': "Ours", 'sequence': -1, 'team_ids': team.ids, 'auto_probability': True, 'probability': 5})
        self.stage_new.team_ids = self.sales_team_1
        self.lead.probability = 77
        self.lead.team_id = team
        self.assertEqual(self.lead.stage_id, first)
        self.assertProbability(self.lead, 5)

    # Afterwards

    def test_manual_then_next_stage_then_back(self):
        self.lead.stage_id = self.stage_qualified
        self.lead.probability = 42
        self.lead.priority = '2'
        self.assertProbability(self.lead, 42, 30)
        self.lead.action_set_automated_probability()
        self.assertProbability(self.lead, 30)
        self.lead.probability = 42
        self.lead.stage_id = self.stage_quotation
        self.assertProbability(self.lead, 50)

    def test_back_to_prediction(self):
        self.lead.stage_id = self.stage_qualified
        self.lead.stage_id = self.stage_negotiation
        self.assertProbability(self.lead, self._score(self.lead))

    def test_lost_and_restored(self):
        self.lead.stage_id = self.stage_qualified
        self.lead.action_set_lost()
        self.assertEqual(self.lead.probability, 0)
        self.lead.phone = "0912 345 678"
        self.assertEqual(self.lead.probability, 0, "editing a lost opportunity does not revive it")
        self.lead.action_restore()
        self.assertProbability(self.lead, 30)

    def test_won_stage_ignores_its_value(self):
        self.stage_won.write({'auto_probability': True, 'probability': 80})
        self.lead.stage_id = self.stage_won
        self.assertProbability(self.lead, 100)
        self.assertEqual(self.lead.won_status, 'won')

    def test_leaving_won_for_a_stage_worth_nothing(self):
        self.stage_qualified.probability = 0
        self.lead.stage_id = self.stage_won
        self.assertTrue(self.lead.date_closed)
        self.lead.stage_id = self.stage_qualified
        self.assertProbability(self.lead, 0)
        self.assertFalse(self.lead.date_closed)

    def test_where_each_stage_is_for_a_team(self):
        """Core's scoring knows no stage that is for all then, and leaves what was won at 100 %."""
        self.env['crm.stage'].search([]).team_ids = self.sales_team_1
        for stage, probability in ((self.stage_qualified, 30), (self.stage_won, 100), (self.stage_quotation, 50)):
            self.lead.stage_id = stage
            self.assertProbability(self.lead, probability)
        self.lead.stage_id = self.stage_negotiation
        self.assertLess(self.lead.probability, 100)

    def test_prorated_revenue_follows(self):
        yearly = self.env['crm.recurring.plan'].create({'name': "Yearly", 'number_of_months': 12})
        self.lead.write({
            'expected_revenue': 10_000_000, 'recurring_revenue': 12_000_000, 'recurring_plan': yearly.id,
            'stage_id': self.stage_qualified.id,
        })
        names = ['prorated_revenue', 'recurring_revenue_prorated', 'recurring_revenue_monthly_prorated']
        self.assertEqual([self.lead[name] for name in names], [3_000_000, 3_600_000, 300_000])
        self.stage_qualified.probability = 40
        self.assertEqual([self.lead[name] for name in names], [4_000_000, 4_800_000, 400_000])

    def test_reports_use_the_values_as_they_are(self):
        """Pivot, graph and forecast sum up prorated revenues by stage and by month."""
        leads = self.env['crm.lead'].concat(*(
            self._create_opportunity("Deal", expected_revenue=revenue, date_deadline=date)
            for revenue, date in ((1000, '2030-01-15'), (2000, '2030-01-20'), (4000, '2030-02-10'))))
        leads.write({'stage_id': self.stage_qualified.id})
        leads[1].probability = 90
        self.stage_qualified.probability = 40
        aggregates = ['expected_revenue:sum', 'prorated_revenue:sum']
        domain = [('id', 'in', leads.ids)]
        salesman_leads = self.env['crm.lead'].with_user(self.user_sales_salesman)
        self.assertEqual(
            salesman_leads._read_group(domain, ['stage_id'], aggregates),
            [(self.stage_qualified.with_user(self.user_sales_salesman), 7000, 400 + 1800 + 1600)])
        forecast = salesman_leads.with_context(forecast_field='date_deadline').formatted_read_group(
            domain, ['date_deadline:month'], aggregates)
        self.assertEqual([group['prorated_revenue:sum'] for group in forecast], [400 + 1800, 1600])

    # Scoring

    def test_nightly_cron(self):
        automatic = self._create_opportunity("Automatic", stage_id=self.stage_qualified.id)
        manual = self._create_opportunity("Manual", stage_id=self.stage_qualified.id, probability=42)
        coincident = self._create_opportunity("Coincident", stage_id=self.stage_qualified.id, probability=30)
        scored = self._create_opportunity("Scored", stage_id=self.stage_negotiation.id)
        lead = self._create_opportunity("Lead", type='lead', stage_id=self.stage_qualified.id)
        self.env.flush_all()
        for _night in range(2):
            self.env['crm.lead']._cron_update_automated_probabilities()
            self.assertProbability(automatic, 30)
            self.assertProbability(manual, 42, 30)
            self.assertProbability(coincident, 30)
        expected = [self._score(scored), self._score(lead)]
        self.env['crm.lead']._cron_update_automated_probabilities()
        self.assertEqual((scored + lead).mapped('automated_probability'), expected)

    def test_scoring_of_unticked_stages_is_untouched(self):
        leads = self.env['crm.lead'].browse()
        for stage in (self.stage_new, self.stage_qualified, self.stage_negotiation):
            leads += self._create_opportunity("Scored", stage_id=stage.id)
        self.env.flush_all()
        for batch_mode in (False, True):
            with self.subTest(batch_mode=batch_mode):
                mixed = leads._pls_get_naive_bayes_probabilities(batch_mode=batch_mode)[0]
                self.stages.auto_probability = False
                plain = leads._pls_get_naive_bayes_probabilities(batch_mode=batch_mode)[0]
                (self.stage_qualified + self.stage_quotation).auto_probability = True
                # the nightly scoring has nothing to write where the stage's value is there already
                self.assertEqual(mixed.pop(leads[1].id, None), None if batch_mode else 30)
                plain.pop(leads[1].id)
                self.assertEqual(mixed, plain)

    def test_nightly_cron_mends(self):
        """What got out of step, by SQL for instance, follows its stage again."""
        automatic = self._create_opportunity("Automatic", stage_id=self.stage_qualified.id, expected_revenue=1000)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET probability = 7, automated_probability = 7, prorated_revenue = 70 WHERE id = %s", automatic.ids)
        self.env.invalidate_all()
        self.env['crm.lead']._cron_update_automated_probabilities()
        self.env.invalidate_all()
        self.assertProbability(automatic, 30)
        self.assertEqual(automatic.prorated_revenue, 300)

    def test_explanation_of_the_score_keeps_the_stages_value(self):
        automatic = self._create_opportunity("Automatic", stage_id=self.stage_qualified.id).with_user(self.user_sales_salesman)
        manual = self._create_opportunity("Manual", stage_id=self.stage_qualified.id, probability=42)
        self.assertEqual(automatic.prepare_pls_tooltip_data()['probability'], 30)
        manual.prepare_pls_tooltip_data()
        self.assertProbability(automatic, 30)
        self.assertProbability(manual, 42, 30)

    # Source

    def test_source(self):
        cases = {
            "Stage": ('stage', {'stage_id': self.stage_qualified.id}),
            "Manual in ticked": ('manual', {'stage_id': self.stage_qualified.id, 'probability': 42}),
            "Coincident": ('stage', {'stage_id': self.stage_qualified.id, 'probability': 30}),
            "Predictive": ('predictive', {'stage_id': self.stage_negotiation.id}),
            "Manual": ('manual', {'stage_id': self.stage_negotiation.id, 'probability': 42}),
            "Lead": ('predictive', {'stage_id': self.stage_qualified.id, 'type': 'lead'}),
            "Won": ('stage', {'stage_id': self.stage_won.id}),
        }
        leads = self.env['crm.lead'].concat(*(
            self._create_opportunity(name, **values) for name, (_source, values) in cases.items()))
        leads += self._create_opportunity("Lost", stage_id=self.stage_qualified.id)
        leads[-1].action_set_lost()
        leads = leads.with_user(self.user_sales_salesman)
        sources = [source for source, _values in cases.values()] + [False]
        self.assertEqual(leads.mapped('probability_source'), sources)

        by_source = dict(leads.with_context(active_test=False)._read_group(
            [('id', 'in', leads.ids)], ['probability_source'], ['id:recordset']))
        for source in ('stage', 'predictive', 'manual', False):
            with self.subTest(source=source):
                expected = leads.filtered(lambda lead: lead.probability_source == source)  # noqa: B023
                self.assertTrue(expected)
                self.assertEqual(by_source[source], expected)
                domain = [('id', 'in', leads.ids), ('active', 'in', [True, False])]
                found = leads.search([*domain, ('probability_source', '=', source)], order='id')
                self.assertEqual(found, expected)
                found = leads.search([*domain, ('probability_source', '!=', source)], order='id')
                self.assertEqual(found, leads - expected)
        self.assertTrue(leads.fields_get(['probability_source'])['probability_source']['groupable'])

    def test_source_follows_the_stage(self):
        lead = self._create_opportunity("Automatic", stage_id=self.stage_qualified.id)
        self.assertEqual(lead.probability_source, 'stage')
        self.stage_qualified.auto_probability = False
        self.assertEqual(lead.probability_source, 'predictive')
        self.assertFalse(lead.has_stage_probability)

    # Changing a stage

    def test_changing_the_stage(self):
        follower = self._create_opportunity("Follower", stage_id=self.stage_qualified.id)
        manual = self._create_opportunity("Manual", stage_id=self.stage_qualified.id, probability=42)
        lost = self._create_opportunity("Lost", stage_id=self.stage_qualified.id)
        lost.action_set_lost()
        self.stage_qualified.with_user(self.user_sales_manager).probability = 35
        self.assertProbability(follower, 35)
        self.assertProbability(manual, 42, 35)
        self.assertEqual(lost.probability, 0)
        self.stage_qualified.auto_probability = False
        score = self._score(follower)
        self.stage_qualified.auto_probability = False
        self.assertProbability(follower, score)
        self.assertProbability(manual, 42, score)

    def test_ticking_a_stage(self):
        follower = self._create_opportunity("Follower", stage_id=self.stage_negotiation.id)
        manual = self._create_opportunity("Manual", stage_id=self.stage_negotiation.id, probability=42)
        self.stage_negotiation.write({'auto_probability': True, 'probability': 75})
        self.assertProbability(follower, 75)
        self.assertProbability(manual, 42, 75)

    def test_counts_before_saving(self):
        """The administrator sees, before saving, how many follow and how many were set by hand."""
        self._create_opportunity("Follower", stage_id=self.stage_qualified.id)
        self._create_opportunity("Manual", stage_id=self.stage_qualified.id, probability=42)
        self._create_opportunity("Of nobody", stage_id=self.stage_qualified.id, user_id=False, team_id=False)
        self._create_opportunity("Lost", stage_id=self.stage_qualified.id).action_set_lost()
        self._create_opportunity("A lead", stage_id=self.stage_qualified.id, type='lead')
        with Form(self.stage_qualified.with_user(self.user_sales_manager)) as form:
            self.assertFalse(form.probability_change)
            self.assertEqual((form.following_lead_count, form.manual_lead_count), (2, 1))
            form.probability = 35
            self.assertEqual(form.probability_change, 'take')
            form.auto_probability = False
            self.assertEqual(form.probability_change, 'release')
            self.assertEqual((form.following_lead_count, form.manual_lead_count), (2, 1))
            form.auto_probability = True
            form.probability = 30
            self.assertFalse(form.probability_change)

    def test_setting_manual_ones_too(self):
        manual = self._create_opportunity("Manual", stage_id=self.stage_qualified.id, probability=42, expected_revenue=1000)
        lost = self._create_opportunity("Lost", stage_id=self.stage_qualified.id)
        lost.action_set_lost()
        stages = (self.stage_qualified + self.stage_quotation).with_user(self.user_sales_manager)
        found = self.env['crm.lead'].search(stages[0].action_open_manual_leads()['domain'])
        self.assertEqual(found, manual)
        stages.action_set_manual_probabilities()
        self.assertProbability(manual, 30)
        self.assertEqual(manual.prorated_revenue, 300)
        self.assertEqual(lost.probability, 0)
        with self.assertRaises(AccessError):
            stages.with_user(self.user_sales_salesman).action_set_manual_probabilities()
        with self.assertRaisesRegex(UserError, self.stage_negotiation.name):
            (stages + self.stage_negotiation).with_user(self.user_sales_manager).action_set_manual_probabilities()

    # Many opportunities

    def _make_many(self):
        self.patch(crm_stage_probability, 'CHUNK_SIZE', 2)
        leads = self.env['crm.lead'].concat(*(
            self._create_opportunity(f"Deal {number}", stage_id=self.stage_qualified.id, expected_revenue=1000)
            for number in range(7)))
        leads[3].probability = 42
        return leads

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref('winerp_crm_pipeline.ir_cron_update_probabilities').method_direct_trigger()

    def test_many_in_the_background(self):
        leads = self._make_many()
        stage = self.stage_qualified.with_user(self.user_sales_manager)
        with self.capture_triggers('winerp_crm_pipeline.ir_cron_update_probabilities') as capture:
            stage.probability = 35
        self.assertTrue(capture.records)
        self.assertEqual(stage.waiting_lead_count, 7)
        self.assertEqual(set(leads.mapped('probability')), {30, 42}, "nothing is half-written")
        newer = self._create_opportunity("Newer", stage_id=self.stage_qualified.id)
        self.assertEqual((newer.probability, stage.waiting_lead_count), (35, 7))
        self.stage_qualified._update_next_chunk()
        self.assertEqual(leads.mapped('probability'), [30, 30, 30, 42, 30, 35, 35])
        self.assertEqual(stage.waiting_lead_count, 5)
        self._run_cron()
        self.assertEqual(leads.mapped('probability'), [35, 35, 35, 42, 35, 35, 35])
        self.assertEqual(set((leads - leads[3]).mapped('prorated_revenue')), {350})
        self.assertEqual((stage.waiting_lead_count, stage.probability_cursor), (0, 0))
        self.assertProbability(leads[3], 42, 35)

    def test_many_out_of_step(self):
        """Many that fell behind, as on the first night of a database that brought its ticks along, go to the background."""
        leads = self._make_many()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET automated_probability = 7, probability = CASE WHEN id = %s THEN 42 ELSE 7 END, "
            "prorated_revenue = 70 WHERE id = ANY(%s)", (leads[3].id, leads.ids))
        self.env.invalidate_all()
        with self.capture_triggers('winerp_crm_pipeline.ir_cron_update_probabilities') as capture:
            self.env['crm.lead']._cron_update_automated_probabilities()
        self.assertTrue(capture.records)
        self.assertEqual(self.stage_qualified.waiting_lead_count, 7)
        self._run_cron()
        followers = leads - leads[3]
        self.assertEqual(set(followers.mapped('probability')), {30})
        self.assertEqual(set(followers.mapped('prorated_revenue')), {300})
        self.assertProbability(leads[3], 42, 30)

    def test_many_manual_in_the_background(self):
        leads = self._make_many()
        self.stage_qualified.with_user(self.user_sales_manager).action_set_manual_probabilities()
        self.assertEqual(leads[3].probability, 42)
        self._run_cron()
        self.assertEqual(set(leads.mapped('probability')), {30})
        self.stage_qualified.probability = 35
        leads[3].probability = 42
        self._run_cron()
        self.assertProbability(leads[3], 42, 35)

    def test_few_after_many(self):
        """A stage that is changed again while opportunities wait starts again with the new value."""
        leads = self._make_many()
        self.stage_qualified.probability = 35
        self.stage_qualified._update_next_chunk()
        self.stage_qualified.probability = 36
        self.assertEqual(self.stage_qualified.waiting_lead_count, 7)
        leads[2:].unlink()
        self.stage_qualified.probability = 37
        self.assertEqual(set(leads[:2].mapped('probability')), {37})
        self.assertEqual(self.stage_qualified.waiting_lead_count, 0)

    def test_queries_of_a_change(self):
        """A changed stage takes as many queries for 55 opportunities as for 5 (Odoo writes 100 by one query)."""
        counts = []
        for size in (5, 50):
            self.env['crm.lead'].create([
                {'name': f"Deal {number}", 'type': 'opportunity', 'stage_id': self.stage_qualified.id} for number in range(size)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.stage_qualified.probability += 1
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
