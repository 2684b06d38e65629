"""What funnels, forecasts and histories of other systems get wrong, and what ours says instead."""
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .history_case import BEGINNING, HistoryCase


@tagged('post_install', '-at_install')
class TestHistoryPains(HistoryCase):

    def setUp(self):
        super().setUp()
        # The stages of other data are in none of its pipelines.
        (self.env['crm.stage'].search([]) - self.stages).team_ids = self.env['crm.team'].create({'name': "Other stages"})
        self.env.company.crm_minimum_opportunities = 1
        self.own = self.env['crm.lead']

    def _begin(self, count=1, **values):
        leads = self.env['crm.lead'].concat(*(self._new(**values) for _number in range(count)))
        self.own += leads
        return leads

    def _funnel(self, name, domain=(), **period):
        """Return a figure of each stage."""
        funnel = self.env['crm.lead'].get_funnel([('id', 'in', self.own.ids), *domain], **period)
        return [stage[name] for stage in funnel['stages'] if stage['stage_id'] in self.stages.ids]

    def _moment(self, days):
        return fields.Datetime.to_string(BEGINNING + timedelta(days=days))

    def _velocity(self):
        return self.history.get_sales_velocity([('lead_id', 'in', self.own.ids)])

    def test_beginning_late_passes_what_lies_before(self):
        self._begin(stage_id=self.stage_negotiation.id)
        self.assertEqual(self._funnel('reached'), [1, 1, 1, 1, 0])
        self.assertEqual(self._funnel('entered'), [0, 0, 0, 1, 0])

    def test_wins_that_go_no_straight_way(self):
        """Who counts moves from stage to stage only finds few of the wins: most skip a stage, or go back on the way."""
        straight, skipping, returning, at_once = (self._begin() for _number in range(4))
        for leads, stages in (
            (straight, self.stages), (skipping, self.stage_new + self.stage_negotiation),
            (returning, self.stage_quotation + self.stage_new + self.stage_qualified), (at_once, self.stage_new),
        ):
            for stage in stages:
                leads.stage_id = stage
                self._end()
        self.own.action_set_won()
        self._end()
        self.assertEqual(self._funnel('reached'), [4] * 5)
        self.assertEqual(self._funnel('conversion'), [None, 1, 1, 1, 1])
        self.assertEqual(self._funnel('conversion_total')[-1], 1)

    def test_there_is_one_funnel(self):
        """Conversions from stage to stage multiply to those from the first one, and what is lost counts up to its stage."""
        deals = self._begin(12)
        self._end()
        deals[2:].stage_id = self.stage_qualified
        self._end()
        deals[5:].stage_id = self.stage_negotiation  # all skip one
        self._end()
        deals[5:8].action_set_lost()
        deals[8:].action_set_won()
        self._end()
        self.assertEqual(self._funnel('reached'), [12, 10, 7, 7, 4])
        product = 1
        for step, total in zip(self._funnel('conversion'), self._funnel('conversion_total'), strict=True):
            product *= 1 if step is None else step
            self.assertAlmostEqual(product, total)

    def test_win_rate_of_those_who_began(self):
        """Wins of a month beside what began in it say nothing: of those who began together, so many were won."""
        early = self._begin(10)
        self._end(days=31)
        late = self._begin(4)
        (early[:2] + late[:1]).action_set_won()
        self._end()
        self.assertEqual(self._funnel('conversion_total', date_to=self._moment(31))[-1], 2 / 10)
        self.assertEqual(self._funnel('conversion_total', date_from=self._moment(31))[-1], 1 / 4)

    def test_clock_stops(self):
        """What is won or lost grows no older, and being lost is no stay."""
        won, lost = self._begin(), self._begin()
        self._end(days=3)
        won.action_set_won()
        lost.action_set_lost()
        self._end(days=400)
        self.assertEqual(self._funnel('median_days'), [3, None, None, None, None])
        self.assertEqual(self._velocity()['cycle_days'], 3)
        lost.action_unarchive()
        self._end(days=5)
        lost.action_set_lost()
        self._end()
        self.assertEqual(self._funnel('median_days')[0], 3, "of 3, 3 and 5")
        self.assertEqual(sum(self.history.search([('lead_id', '=', lost.id)]).mapped('days')), 3 + 5)

    def test_editing_what_is_lost_decides_nothing(self):
        lost = self._begin(expected_revenue=10)
        self._end()
        lost.action_set_lost()
        self._end()
        for values in ({'phone': "0912345678"}, {'expected_revenue': 12}, {'user_id': self.user_sales_leads.id}):
            lost.write(values)
            self._end()
        self.assertEqual(self._velocity()['lost'], 1)
        self.assertEqual(self._rows(lost, 'is_entry', 'is_decision'), [
            (True, False), (False, True), (False, False), (False, False)])

    def test_decided_twice(self):
        """What was lost, restored and won was decided twice, as it is said beside the figure."""
        lead = self._begin(expected_revenue=10)
        self._end()
        for decide in (lead.action_set_lost, lead.action_unarchive, lead.action_set_won):
            decide()
            self._end()
        velocity = self._velocity()
        self.assertEqual((velocity['opportunities'], velocity['won'], velocity['lost'], velocity['win_rate']), (2, 1, 1, 0.5))

    def test_past_days_end_at_no_number(self):
        """Neither at 2000 opportunities nor after two years."""
        leads = self.env['crm.lead'].with_context(tracking_disable=True).create([
            {'name': "Many", 'type': 'opportunity', 'expected_revenue': 1, 'stage_id': self.stage_new.id, 'user_id': False}
            for _number in range(2001)])
        self._end(days=5 * 365)
        leads.expected_revenue = 2
        self._end()
        own = [('lead_id', 'in', leads.ids)]
        then = self.history.search(self.history.get_pipeline_domain(own, self._moment(1)))
        self.assertEqual((len(then), sum(then.mapped('expected_revenue'))), (2001, 2001))
        changes = self.history.get_pipeline_changes(own, self._moment(1), self._moment(5 * 365))
        self.assertEqual((changes['raised']['count'], changes['raised']['revenue']), (2001, 2001))

    def test_handed_over(self):
        """In the funnel of a salesperson is what is theirs, with all that it lived; between two days it has joined them."""
        giver, taker = self.user_sales_salesman, self.user_sales_leads
        lead = self._begin(expected_revenue=10)
        self._end()
        lead.stage_id = self.stage_quotation
        self._end()
        lead.user_id = taker
        self._end()
        self.assertEqual(self._funnel('entered', [('user_id', '=', taker.id)]), [1, 0, 1, 0, 0])
        self.assertEqual(self._funnel('entered', [('user_id', '=', giver.id)]), [0] * 5)
        changes = {
            user: self.history.get_pipeline_changes(
                [('lead_id', '=', lead.id), ('user_id', '=', user.id)], self._moment(1), self._moment(2))
            for user in (giver, taker)}
        self.assertEqual((changes[giver]['left']['count'], changes[taker]['joined']['count']), (1, 1))
        self.assertEqual((changes[giver]['closing']['count'], changes[taker]['new']['count']), (0, 0))
