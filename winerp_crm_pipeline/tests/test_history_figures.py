"""The figures of the history, and the records that each of them opens."""
import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from .history_case import BEGINNING, HistoryCase


@tagged('post_install', '-at_install')
class TestHistoryFigures(HistoryCase):

    def setUp(self):
        super().setUp()
        self.own = self.env['crm.lead']  # what the test makes
        # The stages of other data are in none of its pipelines.
        (self.env['crm.stage'].search([]) - self.stages).team_ids = self.env['crm.team'].create({'name': "Other stages"})
        self.env.company.crm_minimum_opportunities = 1

    def _new(self, name="Deal", **values):
        lead = super()._new(name, **values)
        self.own += lead
        return lead

    def _moment(self, days):
        return fields.Datetime.to_string(BEGINNING + timedelta(days=days))

    def _funnel(self, domain=(), user=None, **period):
        """Return the funnel of what the test made, by the number of the stage, after checking all that it opens."""
        leads = self.env['crm.lead'].with_user(user) if user else self.env['crm.lead']
        funnel = leads.get_funnel([('id', 'in', self.own.ids), *domain], **period)
        json.dumps(funnel)
        for stage in funnel['stages']:
            self.assertEqual(leads.search_count(stage['domain']), stage['reached'])
            for name, found in stage['domains'].items():
                self.assertEqual(leads.search_count(found), stage[name], (stage['name'], name))
        self.assertEqual(sum(stage['here'] + stage['lost'] for stage in funnel['stages']), funnel['total'])
        by_id = {stage['stage_id']: stage for stage in funnel['stages']}
        return [by_id[stage.id] for stage in self.stages if stage.id in by_id]

    def _column(self, funnel, name):
        return [stage[name] for stage in funnel]

    def _flow(self, domain=(), **period):
        flow = self.history.get_stage_flow([('lead_id', 'in', self.own.ids), *domain], **period)['stages']
        json.dumps(flow)
        for stage in flow:
            self.assertEqual(stage['entered'], sum(
                stage[name] for name in ('advanced', 'back', 'team', 'won', 'lost', 'merged', 'here')))
            for name, found in stage['domains'].items():
                self.assertEqual(self.history.search_count(found), stage[name], (stage['name'], name))
        return [stage for stage in flow if stage['stage_id'] in self.stages.ids]

    def _changes(self, since, until, domain=(), user=None):
        """Return the changes that are not nothing, after checking that they add up and open what they count."""
        history = self.history.with_user(user) if user else self.history
        changes = history.get_pipeline_changes(
            [('lead_id', 'in', self.own.ids), *domain], self._moment(since), self._moment(until))
        json.dumps(changes)
        for name, change in changes.items():
            rows = history.search(change['domain'])
            self.assertEqual((len(rows), len(set(rows.mapped('origin_id')))), (change['count'], change['count']), name)
        gains, losses = (
            sum(changes[name]['revenue'] for name in names)
            for names in (('opening', 'new', 'reopened', 'joined', 'raised'), ('lowered', 'won', 'lost', 'left', 'closing')))
        self.assertEqual(gains, losses)
        return {name: (change['count'], change['revenue']) for name, change in changes.items() if change['count']}

    # ------------------------------------------------------------
    # FUNNEL
    # ------------------------------------------------------------

    def test_funnel(self):
        straight, skipping, returning, lost = (
            self._new(name, expected_revenue=revenue) for name, revenue in (
                ("Straight", 100), ("Skipping", 10), ("Returning", 1), ("Lost", 1000)))
        self._end()
        for stage in self.stages[1:]:
            straight.stage_id = stage
            self._end()
        skipping.stage_id = self.stage_negotiation
        returning.stage_id = self.stage_quotation
        lost.stage_id = self.stage_qualified
        self._end(days=6)
        returning.stage_id = self.stage_new
        lost.action_set_lost()
        self._end()
        funnel = self._funnel()
        self.assertEqual(self._column(funnel, 'reached'), [4, 4, 3, 2, 1])
        self.assertEqual(self._column(funnel, 'entered'), [4, 2, 2, 2, 1])
        self.assertEqual(self._column(funnel, 'skipped'), [0, 2, 1, 0, 0])
        self.assertEqual(self._column(funnel, 'here'), [1, 0, 0, 1, 1])
        self.assertEqual(self._column(funnel, 'lost'), [0, 1, 0, 0, 0])
        self.assertEqual(self._column(funnel, 'revenue'), [1111, 1111, 111, 110, 100])
        self.assertEqual(self._column(funnel, 'conversion'), [None, 1, 3 / 4, 2 / 3, 1 / 2])
        self.assertEqual(self._column(funnel, 'conversion_total'), [1, 1, 3 / 4, 2 / 4, 1 / 4])
        self.assertEqual(self._column(funnel, 'median_days'), [5, 3.5, 3.5, 1, None])
        self.assertEqual(straight.reached_stage_ids & self.stages, self.stages)
        self.assertEqual(skipping.entered_stage_ids, self.stage_new + self.stage_negotiation)
        self.assertEqual(returning.reached_stage_ids & self.stages, self.stages[:3])

    def test_many_stages(self):
        """Where there are more stages than a number has bits."""
        with patch('odoo.addons.winerp_crm_pipeline.models.crm_lead_funnel.WORD_SIZE', 2):
            self.test_funnel()

    def test_memory_is_given_back(self):
        """What the funnel takes to sort in memory is the transaction's as long as it asks, no longer."""
        setting = SQL("SELECT current_setting('work_mem')")
        before = self.env.execute_query(setting)
        self.env['crm.lead'].get_funnel()
        self.assertEqual(self.env.execute_query(setting), before)

    def test_won_in_a_stage_that_is_deleted(self):
        other = self.env['crm.stage'].create({'name': "Also won", 'sequence': 1010, 'is_won': True})
        lead = self._new()
        for stage in (other, self.stage_new):
            self._end()
            lead.stage_id = stage
        self._end()
        other.unlink()
        self.assertEqual(self._column(self._funnel(), 'reached'), [1] * 5, "what was won once has reached all")

    def test_reached_is_up_to_date(self):
        lead = self._new()
        self.assertEqual(lead.reached_stage_ids & self.stages, self.stage_new)
        self._end()
        lead.stage_id = self.stage_quotation
        self.assertEqual(lead.reached_stage_ids & self.stages, self.stages[:3])
        self.assertEqual(lead.entered_stage_ids, self.stage_new + self.stage_quotation)
        lead.stage_id = self.stage_new
        self.assertEqual(lead.reached_stage_ids & self.stages, self.stage_new, "one row a transaction")
        lead.action_set_won()
        self.assertEqual(lead.reached_stage_ids & self.stages, self.stages)
        self.assertEqual(lead.pipeline_date, BEGINNING)

    def test_too_few(self):
        self.env.company.crm_minimum_opportunities = 5
        for _number in range(4):
            self._new()
        self._end()
        self.own[:3].stage_id = self.stage_qualified
        self._end()
        self.assertEqual(self._column(self._funnel(), 'conversion'), [None] * 5)
        self._new()
        self.assertEqual(self._column(self._funnel(), 'conversion'), [None, 3 / 5, None, None, None])

    def test_won_is_as_it_was_won(self):
        lead = self._new(expected_revenue=100)
        self._end()
        lead.action_set_won()
        self._end()
        lead.expected_revenue = 7
        self._end()
        self.assertEqual(self._column(self._funnel(), 'revenue'), [100] * 5)
        lead.stage_id = self.stage_qualified
        self._end()
        funnel = self._funnel()
        self.assertEqual(self._column(funnel, 'reached'), [1] * 5, "what was won once has reached all")
        self.assertEqual(self._column(funnel, 'revenue'), [7] * 5)

    def test_period(self):
        """The opportunities that began in the period, by whole moments."""
        for _number in range(3):
            self._new()
            self._end()
        self.assertEqual(self._column(self._funnel(), 'here')[0], 3)
        self.assertEqual(self._column(self._funnel(date_from=self._moment(1)), 'here')[0], 2)
        self.assertEqual(self._column(self._funnel(date_from=self._moment(1), date_to=self._moment(2)), 'here')[0], 1)
        self.assertEqual(self._column(self._funnel(date_to=self._moment(0)), 'here')[0], 0)
        self.assertEqual(self.own[1].pipeline_date, BEGINNING + timedelta(days=1))

    def test_lost_only(self):
        """What was in a stage only while it was lost has not reached it."""
        lead = self._new()
        self._end()
        lead.action_set_lost()
        self._end()
        lead.stage_id = self.stage_quotation
        self._end()
        funnel = self._funnel()
        self.assertEqual(self._column(funnel, 'reached'), [1, 0, 0, 0, 0])
        self.assertEqual(self._column(funnel, 'lost'), [0, 0, 1, 0, 0])

    def test_pipelines_of_teams(self):
        """Each opportunity goes through the pipeline of its team; the stage before is the one before in that."""
        north, south = self.env['crm.team'].create([{'name': "North"}, {'name': "South"}])
        self.stage_qualified.team_ids = north
        self.stage_quotation.team_ids = south
        values = {'user_id': False}
        one, other = self._new(team_id=north.id, **values), self._new(team_id=south.id, **values)
        self._end()
        one.stage_id, other.stage_id = self.stage_qualified, self.stage_negotiation
        self._end()
        funnel = self._funnel()
        self.assertEqual(self._column(funnel, 'reached'), [2, 1, 1, 1, 0])
        self.assertEqual(self._column(funnel, 'entered'), [2, 1, 0, 1, 0])
        self.assertEqual(self._column(funnel, 'conversion'), [None, 1, 1, 1 / 2, 0])
        self.assertEqual(self._column(funnel, 'conversion_total'), [1, 1, 1, 1 / 2, 0])
        self.assertEqual(
            [stage['stage_id'] for stage in self._funnel([('team_id', '=', north.id)])],
            (self.stages - self.stage_quotation).ids, "stages of other teams are not in it")
        other.write({'team_id': north.id})
        self._end()
        self.assertEqual(self._column(self._funnel(), 'reached'), [2, 2, 1, 0], "in the pipeline of its present team")

    def test_merged_is_one(self):
        kept, merged = self._new(stage_id=self.stage_qualified.id, probability=80), self._new(probability=1)
        self._end()
        merged.stage_id = self.stage_negotiation
        self._end()
        merged.stage_id = self.stage_new
        self._end()
        (kept + merged).merge_opportunity()
        self.own = kept
        self._end()
        funnel = self._funnel()
        self.assertEqual(self._column(funnel, 'reached'), [1, 1, 1, 1, 0])
        self.assertEqual(self._column(self._flow(), 'merged'), [1, 0, 0, 0, 0])

    # ------------------------------------------------------------
    # STAGE FLOW, VELOCITY
    # ------------------------------------------------------------

    def test_flow(self):
        lead, lost = self._new(), self._new()
        self._end()
        lead.stage_id = self.stage_quotation
        lost.action_set_lost()
        self._end(days=4)
        lead.expected_revenue = 3
        self._end()
        lead.stage_id = self.stage_new
        lost.action_unarchive()
        self._end()
        flow = self._flow()
        self.assertEqual(self._column(flow, 'entered'), [4, 0, 1, 0, 0])
        self.assertEqual((flow[0]['advanced'], flow[0]['lost'], flow[0]['here'], flow[2]['back']), (1, 1, 2, 1))
        self.assertEqual(self._column(flow, 'median_days'), [1, None, 5, None, None])
        self.assertEqual(self._column(self._flow(date_from=self._moment(1)), 'entered'), [2, 0, 1, 0, 0])
        self.assertEqual(self._column(self._flow(date_from=self._moment(1), date_to=self._moment(2)), 'entered'), [0, 0, 1, 0, 0])

    def test_velocity(self):
        for number in range(5):
            self._new(expected_revenue=100 * number)
        self._end(days=10)
        self.own[:4].action_set_won()
        self.own[4].action_set_lost()
        self._end()
        self.env.company.crm_minimum_opportunities = 5
        velocity = self.history.get_sales_velocity([('lead_id', 'in', self.own.ids)], self._moment(1), self._moment(20))
        json.dumps(velocity)
        self.assertEqual(
            [velocity[name] for name in ('opportunities', 'won', 'lost', 'average_value', 'win_rate', 'cycle_days')],
            [5, 4, 1, 150, 0.8, 10])
        self.assertEqual(velocity['velocity'], 60)
        for name, found in velocity['domains'].items():
            self.assertEqual(self.history.search_count(found), velocity[name])
        empty = self.history.get_sales_velocity([('lead_id', 'in', self.own.ids)], self._moment(11), self._moment(20))
        self.assertEqual((empty['opportunities'], empty['velocity'], empty['cycle_days']), (0, None, None))

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    def test_changes(self):
        raised, lowered, won, lost, reopened = (self._new(name, expected_revenue=100) for name in (
            "Raised", "Lowered", "Won", "Lost", "Reopened"))
        reopened.action_set_lost()
        self._end()
        raised.expected_revenue, lowered.expected_revenue, won.expected_revenue = 130, 80, 105
        self._end()
        won.action_set_won()
        lost.action_set_lost()
        reopened.action_unarchive()
        self._new("New", expected_revenue=7)
        self._new("New and won", expected_revenue=50, stage_id=self.stage_won.id)
        self._end()
        self.assertEqual(self._changes(0, 2), {
            'opening': (4, 400), 'new': (2, 57), 'reopened': (1, 100), 'raised': (2, 35), 'lowered': (1, 20),
            'won': (2, 155), 'lost': (1, 100), 'closing': (4, 317)})
        self.assertEqual(self._changes(0, 0), {'opening': (4, 400), 'closing': (4, 400)})
        self.assertEqual(self._changes(-1, 0), {'new': (5, 500), 'lost': (1, 100), 'closing': (4, 400)})
        self.assertEqual(self._changes(2, 9), {'opening': (4, 317), 'closing': (4, 317)})

    def test_changes_of_a_selection(self):
        joined, left, merged, again = (self._new(name, expected_revenue=10) for name in ("Joined", "Left", "Merged", "Lead again"))
        kept = self._new("Kept", expected_revenue=10, stage_id=self.stage_quotation.id, probability=90)
        joined.user_id = self.user_sales_leads
        merged.probability = 1
        self._end()
        joined.write({'user_id': self.user_sales_salesman.id, 'expected_revenue': 15})
        left.user_id = self.user_sales_leads
        (kept + merged).merge_opportunity()
        again.type = 'lead'
        self.own -= merged
        self._end()
        self.assertEqual(self._changes(0, 1, [('user_id', '=', self.user_sales_salesman.id)]), {
            'opening': (4, 40), 'joined': (1, 15), 'left': (3, 30), 'closing': (2, 25)})

    def test_won_outside_the_selection(self):
        """Who is closed at both moments, selected or not, is nothing; who left and was won has left."""
        closed, gone = self._new(expected_revenue=10), self._new(expected_revenue=20)
        closed.action_set_lost()
        closed.user_id = self.user_sales_leads
        self._end()
        closed.user_id = self.user_sales_salesman
        gone.user_id = self.user_sales_leads
        gone.action_set_won()
        self._end()
        self.assertEqual(
            self._changes(0, 1, [('user_id', '=', self.user_sales_salesman.id)]), {'opening': (1, 20), 'left': (1, 20)})

    def test_moments_are_seconds(self):
        """What happens within a second belongs to it."""
        lead = self._new(expected_revenue=5)
        self._end(milliseconds=400)
        lead.expected_revenue = 6
        self._end(milliseconds=400)
        lead.expected_revenue = 7
        self._end(milliseconds=400)
        lead.expected_revenue = 8
        self._end()
        self.assertEqual(self._changes(-1, 0), {'new': (1, 7), 'closing': (1, 7)})

    # ------------------------------------------------------------
    # RIGHTS, COMPANIES, CURRENCIES
    # ------------------------------------------------------------

    def test_as_a_salesperson(self):
        self._new(expected_revenue=10)
        self._new(expected_revenue=20, user_id=self.user_sales_leads.id)
        elsewhere = self.env['res.company'].create({'name': "Elsewhere"})
        self._new(expected_revenue=40, company_id=elsewhere.id, team_id=False, user_id=False)
        self._end()
        for user, count, revenue in ((self.user_sales_salesman, 1, 10), (self.user_sales_manager, 2, 30)):
            with self.subTest(user=user.login):
                funnel = self._funnel(user=user)
                self.assertEqual((funnel[0]['reached'], funnel[0]['revenue']), (count, revenue))
                self.assertEqual(self._changes(-1, 0, user=user), {'new': (count, revenue), 'closing': (count, revenue)})
                flow = self.history.with_user(user).get_stage_flow([('lead_id', 'in', self.own.ids)])['stages']
                self.assertEqual(sum(stage['entered'] for stage in flow), count)
                self.history.with_user(user).get_sales_velocity()
        public = self.env.ref('base.public_user')
        for function in (
                lambda: self.env['crm.lead'].with_user(public).get_funnel(),
                lambda: self.history.with_user(public).get_stage_flow(),
                lambda: self.history.with_user(public).get_sales_velocity(),
                lambda: self.history.with_user(public).get_pipeline_changes([], self._moment(0), self._moment(1))):
            with self.assertRaises(AccessError):
                function()

    def test_currencies(self):
        """Amounts are in the currency of the user's company; what is won counts at the rate of that day."""
        currency = self.env['res.currency'].create({'name': "XPT", 'symbol': "XPT", 'rounding': 0.01})
        self.env['res.currency.rate'].create([
            {'currency_id': currency.id, 'name': day, 'rate': rate}
            for day, rate in (('2030-01-01', 0.5), ('2031-01-03', 0.25))])
        other = self.env['res.company'].create({'name': "Elsewhere", 'currency_id': currency.id})
        values = {'company_id': other.id, 'team_id': False, 'user_id': False}
        home = self._new(expected_revenue=1, user_id=False)
        away, won = self._new(expected_revenue=10, **values), self._new(expected_revenue=100, **values)
        self._end()
        won.action_set_won()
        self._end()
        home.expected_revenue = 2
        away.expected_revenue = 11
        self._end()
        rate = self.env.company.currency_id.rate or 1
        today = currency._convert(11, self.env.company.currency_id, self.env.company, fields.Date.today(), round=False)
        self.assertEqual(self._column(self._funnel(), 'revenue')[0], self.env.company.currency_id.round(2 + today + 200 * rate))
        self.assertEqual(self._changes(0, 3), {
            'opening': (3, 441), 'raised': (2, 5), 'won': (1, 400), 'closing': (2, 46)})
        velocity = self.history.get_sales_velocity([('lead_id', 'in', self.own.ids)])
        self.assertEqual(velocity['average_value'], 200 * rate)
        self.assertEqual(self.history.search([('lead_id', '=', away.id)], limit=1).currency_id, currency)
        groups = self.history.formatted_read_group([('lead_id', 'in', self.own.ids)], ['currency_id'], ['expected_revenue:sum'])
        self.assertEqual(len(groups), 2)

    def test_domains_in_any_form(self):
        """Callers give domains as they have them; what is returned can be sent to a client."""
        lead = self._new(expected_revenue=3, date_deadline='2031-05-01')
        self._end()
        day = fields.Date.to_date('2031-05-01')
        domain = Domain('id', 'in', {lead.id}) & Domain('date_deadline', '>=', day) & Domain(
            'stage_id', 'any', Domain('name', 'in', ["New"]))
        self.assertEqual(self._column(self._funnel(list(domain)), 'here')[0], 1)
        funnel = self.env['crm.lead'].get_funnel(domain, BEGINNING, BEGINNING + timedelta(days=1))
        self.assertEqual(json.loads(json.dumps(funnel))['total'], 1)
        own = Domain('lead_id', 'in', {lead.id}) & Domain('date_deadline', '>=', day)
        changes = json.loads(json.dumps(self.history.get_pipeline_changes(own, BEGINNING - timedelta(1), BEGINNING)))
        self.assertEqual(self.history.search(changes['new']['domain']).lead_id, lead)
        self.assertEqual(self.history.get_sales_velocity(own, BEGINNING)['opportunities'], 0)

    def test_waiting(self):
        self._new()
        self.assertEqual(self.env['crm.lead'].get_funnel()['waiting'], 0)
