"""The history and its figures against a model of them in plain Python, on random lives of opportunities.

The model shares no code with the add-on. It looks at the opportunities after each transaction, and knows what was
merged into what; all else it says for itself. In a failure, `seed` and the number of an opportunity tell which life it was.
"""
import random
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple
from unittest.mock import patch

from odoo import fields
from odoo.sql_db import BaseCursor
from odoo.tests import TransactionCase, tagged

SEEDS = 24
OPPORTUNITIES = 90  # of each seed, besides those that are created on the way
TRANSACTIONS = 8
STAGES = 5
WON = STAGES - 1
OWN_STAGE = 1  # only for the first team
BEGINNING = datetime(2031, 1, 1, 8)
MERGED = 'merged'


class State(NamedTuple):
    stage: int
    team: int
    user: int
    company: int
    revenue: float
    deadline: str
    status: str


class Row(NamedTuple):
    """What should be remembered of a period."""

    origin: int
    owner: int
    since: datetime
    until: datetime | None
    state: State
    is_entry: bool
    stay_since: datetime | None
    outcome: str | None


class Model:
    """What should be remembered, by what is seen of opportunities at the end of each transaction."""

    def __init__(self, stages):
        self.order = list(stages)
        self.rows = []

    def get_open(self, origin):
        return next((row for row in self.rows if row.origin == origin and row.until is None), None)

    def merge(self, moment, owner, origins, existing):
        """Give the lives of opportunities to another one; those among `existing` were merged as the opportunities they are."""
        for origin in origins:
            row = self.get_open(origin)
            if row and origin in existing:
                self._end(row, moment, None if row.state.status == 'lost' else MERGED)
        self.rows = [row._replace(owner=owner) if row.owner in origins else row for row in self.rows]

    def see(self, moment, present):
        """Take what opportunities are now: ``{id: State}``."""
        for row in [row for row in self.rows if row.until is None]:
            state = present.get(row.origin)
            if state != row.state:
                self._end(row, moment, self._get_outcome(row.state, state))
                if state:
                    goes_on = row.state.status != 'lost' != state.status and row.state.stage == state.stage
                    self._begin(row.origin, moment, state, row.stay_since if goes_on else None)
        known = {row.origin for row in self.rows if row.until is None}
        for origin, state in present.items():
            if origin not in known:
                self._begin(origin, moment, state, None)

    def forget(self, ids):
        self.rows = [row for row in self.rows if row.owner not in ids]

    def _begin(self, origin, moment, state, stay_since):
        stays = state.status != 'lost'
        self.rows.append(Row(
            origin, origin, moment, None, state, stays and stay_since is None, (stay_since or moment) if stays else None, None))

    def _end(self, row, moment, outcome):
        self.rows[self.rows.index(row)] = row._replace(until=moment, outcome=outcome)

    def _get_outcome(self, before, after):
        if before.status == 'lost':
            return None
        if after is None:
            return 'back'
        if after.status == 'lost':
            return 'lost'
        if before.stage == after.stage:
            return None
        if after.status == 'won':
            return 'won'
        if before.team != after.team:
            return 'team'
        return 'back' if self.order.index(after.stage) < self.order.index(before.stage) else 'advanced'

    # Figures

    def get_funnel(self, present, pipelines, minimum):
        """Return ``{stage: figures}`` of opportunities ``{id: State}``."""
        figures = {stage: Counter() for stage in self.order}
        for lead, state in present.items():
            rows = [row for row in self.rows if row.owner == lead]
            entered = {row.state.stage for row in rows if row.state.status != 'lost'}
            for stage in entered:
                figures[stage]['entered'] += 1
            figures[state.stage]['lost' if state.status == 'lost' else 'here'] += 1
            pipeline = [stage for stage in self.order if stage in pipelines[state.team]]
            passed = {stage for number, stage in enumerate(pipeline) if entered & set(pipeline[number:])}
            if any(row.state.status == 'won' for row in rows):
                passed = set(pipeline)
            revenue = self._get_won_revenue(lead) if state.status == 'won' else state.revenue
            for number, stage in enumerate(pipeline):
                figures[stage]['reached'] += stage in passed
                figures[stage]['revenue'] += revenue * (stage in passed)
                figures[stage]['before'] += bool(number) and pipeline[number - 1] in passed
                figures[stage]['came'] += bool(number) and stage in passed
                figures[stage]['first'] += pipeline[0] in passed
        for stage, count in figures.items():
            count['conversion'] = count['came'] / count['before'] if count['before'] >= minimum else None
            count['conversion_total'] = count['reached'] / count['first'] if count['first'] >= minimum else None
            days = [
                (row.until - row.stay_since).total_seconds() / 86400
                for row in self.rows if row.outcome and row.state.stage == stage and row.owner in present]
            count['median_days'] = median(days) if days else None
        return figures

    def _get_won_revenue(self, lead):
        rows = sorted((row for row in self.rows if row.origin == lead == row.owner), key=lambda row: row.since, reverse=True)
        revenue = rows[0].state.revenue
        for row, later in zip(rows[1:], rows, strict=False):
            if row.state.status != 'won' or row.until != later.since:
                break
            revenue = row.state.revenue
        return revenue

    def get_flow(self, leads, since, until):
        """Return ``{(stage, outcome or 'here'): stays}`` of stays that began in a period."""
        stays = Counter()
        for row in self.rows:
            if row.owner in leads and row.stay_since and since <= row.stay_since < until and (row.outcome or row.until is None):
                stays[row.state.stage, row.outcome or 'here'] += 1
        return stays

    def get_changes(self, leads, since, until, is_chosen):
        """Return ``{figure: (number, revenue)}``."""
        figures = defaultdict(list)
        for origin in {row.origin for row in self.rows if row.owner in leads}:
            first, second = (self._get_state(origin, leads, moment) for moment in (since, until))
            was, now = bool(first) and is_chosen(first), bool(second) and is_chosen(second)
            if was and first.status == 'pending':
                figures['opening'].append(first.revenue)
                if not now:
                    figures['left'].append(first.revenue)
                    continue
                if second.revenue != first.revenue:
                    figures['raised' if second.revenue > first.revenue else 'lowered'].append(abs(second.revenue - first.revenue))
            elif not now or (first and first.status != 'pending' and second.status != 'pending'):
                continue
            else:
                figures['new' if not first else 'reopened' if was else 'joined'].append(second.revenue)
            figures['closing' if second.status == 'pending' else second.status].append(second.revenue)
        return {name: (len(values), sum(values)) for name, values in figures.items()}

    def _get_state(self, origin, leads, moment):
        for row in self.rows:
            if row.origin == origin and row.owner in leads and row.since <= moment and (not row.until or moment < row.until):
                return row.state
        return None


@tagged('post_install', '-at_install')
class TestHistoryProperty(TransactionCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['crm.stage.requirement'].search([]).action_archive()
        cls.env['crm.stage'].search([]).team_ids = cls.env['crm.team'].create({'name': "Of other stages"})
        cls.stages = cls.env['crm.stage'].create([
            {'name': f"Stage {number}", 'sequence': 1000 + number, 'is_won': number == WON} for number in range(STAGES)])
        cls.teams = cls.env['crm.team'].create([{'name': "Team 0", 'sequence': 0}, {'name': "Team 1", 'sequence': 1}])
        cls.stages[OWN_STAGE].team_ids = cls.teams[0]
        cls.users = cls.env['res.users'].create([
            {'name': name, 'login': name, 'group_ids': cls.env.ref('sales_team.group_sale_salesman_all_leads').ids}
            for name in ("history_one", "history_two")])
        cls.env.company.crm_minimum_opportunities = 5

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(BaseCursor, 'now', lambda _cursor: self.moment))
        self.moment = BEGINNING
        self.env.cr.flush()

    def test_random_lives(self):
        for seed in range(SEEDS):
            with self.subTest(seed=seed):
                savepoint = self.env.cr.savepoint()
                try:
                    self._live(random.Random(seed))
                finally:
                    savepoint.close(rollback=True)
                    self.env.registry.clear_cache()

    def _live(self, dice):
        self.dice, self.moment = dice, BEGINNING
        self.leads = self.env['crm.lead'].with_context(tracking_disable=True, active_test=False)
        self.model = Model(self.stages.ids)
        self._create(OPPORTUNITIES)
        self.moments = []
        for _number in range(TRANSACTIONS):
            self._end()
            self._reorder() if not dice.randrange(8) else None
            for _operation in range(dice.randint(2, 6)):
                self._do_something()
        self._end()
        self._compare_rows()
        self._compare_figures()

    def _end(self):
        """End a transaction, and let the model see what became of it."""
        self.env.cr.flush()
        present = self._get_present()
        self.model.forget(set(self.leads.ids) - set(self.leads.exists().ids))
        self.leads = self.leads.exists()
        self.model.see(self.moment, present)
        self.moments.append(self.moment)
        self.moment += timedelta(seconds=self.dice.choice([1, 90, 86400, 777777]))

    def _get_present(self):
        self.env.cr.execute("""
            SELECT id, stage_id, team_id, user_id, company_id, expected_revenue::float8, date_deadline, won_status
              FROM crm_lead WHERE id = ANY(%s) AND type = 'opportunity'""", [self.leads.ids])
        return {lead_id: State(*values) for lead_id, *values in self.env.cr.fetchall()}

    # ------------------------------------------------------------
    # WHAT HAPPENS
    # ------------------------------------------------------------

    def _create(self, count):
        self.leads += self.leads.create([
            {
                'name': "Deal", 'type': self.dice.choice(['opportunity', 'opportunity', 'opportunity', 'lead']),
                'stage_id': self.dice.choice(self.stages[:3]).id, 'team_id': self.teams[0].id,
                'user_id': self.dice.choice([*self.users.ids, False]), 'expected_revenue': self.dice.choice([0, 100, 1e9]),
                'active': bool(self.dice.randrange(9)),
            } for _number in range(count)])

    def _reorder(self):
        """The stages change their order; the last one stays the last."""
        order = self.dice.sample(self.model.order[:WON], WON)
        for number, stage_id in enumerate(order):
            self.stages.browse(stage_id).sequence = 1000 + number
        self.model.order = [*order, self.model.order[WON]]

    def _do_something(self):
        """Do one thing to some opportunities, mostly as any code would; within savepoints, which may be rolled back; or in SQL."""
        leads = self.leads.exists()
        leads = leads.browse(self.dice.sample(leads.ids, min(len(leads), self.dice.choice([1, 3, 20]))))
        operation = self.dice.choice([
            self._move, self._move, self._move, self._value, self._value, self._won, self._lose, self._restore, self._archive,
            self._team, self._type, self._merge, self._delete, self._create_some, self._sql, self._there_and_back])
        manner = self.dice.randrange(6)
        if manner > 1:
            operation(leads)
            return
        before, rows = self.leads, [*self.model.rows]
        savepoint = self.env.cr.savepoint()
        operation(leads)
        savepoint.close(rollback=not manner)
        if not manner:
            self.leads, self.model.rows = before, rows

    def _create_some(self, _leads):
        self._create(self.dice.randint(1, 4))

    def _move(self, leads):
        leads.filtered('active').stage_id = self.dice.choice(self.stages)

    def _value(self, leads):
        leads.write(self.dice.choice([
            {'expected_revenue': self.dice.choice([0, 50, 100, 2e9])}, {'date_deadline': self.dice.choice(['2031-05-01', False])},
            {'user_id': self.dice.choice(self.users).id}, {'user_id': False}, {'name': "Other"}]))

    def _there_and_back(self, leads):
        for lead in leads[:3]:
            stage, revenue = lead.stage_id, lead.expected_revenue
            with self.env.cr.savepoint():
                lead.write({'stage_id': self.dice.choice(self.stages[:WON]).id, 'expected_revenue': 3})
            if not lead.stage_id.is_won and not stage.is_won:
                lead.write({'stage_id': stage.id, 'expected_revenue': revenue})

    def _won(self, leads):
        leads.action_set_won()

    def _lose(self, leads):
        leads.filtered(lambda lead: not lead.stage_id.is_won).action_set_lost()

    def _restore(self, leads):
        leads.action_unarchive()

    def _archive(self, leads):
        leads.action_archive()

    def _team(self, leads):
        leads.team_id = self.dice.choice(self.teams)

    def _type(self, leads):
        leads[:4].type = self.dice.choice(['lead', 'opportunity'])

    def _delete(self, leads):
        leads[:2].unlink()

    def _merge(self, leads):
        leads = leads[:3]
        if len(leads) > 1:
            kinds = {lead.id: lead.type for lead in leads}
            kept = leads.merge_opportunity(auto_unlink=bool(self.dice.randrange(3)))
            self.model.merge(self.moment, kept.id, set(leads.ids) - {kept.id}, {
                lead_id for lead_id, kind in kinds.items() if kind == 'opportunity'})

    def _sql(self, leads):
        """SQL, which tells nobody, and the comparison that finds it."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET expected_revenue = 7, user_id = %s WHERE id = ANY(%s)", [self.users[0].id, leads.ids])
        self.env.invalidate_all()
        history = self.env['crm.lead.history'].sudo()
        history._record(history._get_unrecorded_ids())
        self.assertFalse(history._get_unrecorded_ids())

    # ------------------------------------------------------------
    # COMPARISON
    # ------------------------------------------------------------

    def _compare_rows(self):
        history = self.env['crm.lead.history'].search([('lead_id', 'in', self.leads.ids)])
        found = defaultdict(list)
        for row in history:
            state = State(
                row.stage_id.id, row.team_id.id or None, row.user_id.id or None, row.company_id.id or None, row.expected_revenue,
                row.date_deadline or None, row.won_status)
            found[row.origin_id].append(Row(
                row.origin_id, row.lead_id.id, row.date_from, row.date_to or None, state, row.is_entry, row.stay_from or None,
                row.outcome or None))
        expected = defaultdict(list)
        for row in sorted(self.model.rows, key=lambda row: row.since):
            expected[row.origin].append(row)
        self.assertEqual(set(found), set(expected))
        for origin, rows in expected.items():
            self.assertEqual(sorted(found[origin], key=lambda row: row.since), rows, origin)

    def _compare_figures(self):
        present = self._get_present()
        leads = set(self.leads.ids)
        self._compare_funnel(present, [('id', 'in', list(leads))])
        user = self.users[0].id
        self._compare_funnel(
            {lead: state for lead, state in present.items() if state.user == user},
            [('id', 'in', list(leads)), ('user_id', '=', user)])
        since, until = sorted(self.dice.sample(self.moments, 2))
        self._compare_flow(leads, since, until)
        for domain, is_chosen in (
                ([], lambda state: True), ([('user_id', '=', user)], lambda state: state.user == user),
                ([('stage_id', 'in', self.stages[1:3].ids)], lambda state: state.stage in self.stages[1:3].ids)):
            self._compare_changes(leads, since, until, domain, is_chosen)

    def _compare_funnel(self, present, domain):
        funnel = self.leads.get_funnel(domain)
        pipelines = {
            team: {stage.id for stage in self.stages if not stage.team_ids or team in stage.team_ids.ids}
            for team in (*self.teams.ids, None)}
        expected = self.model.get_funnel(present, pipelines, 5)
        self.assertEqual(funnel['total'], len(present))
        names = ('reached', 'entered', 'here', 'lost', 'revenue', 'conversion', 'conversion_total')
        for stage in funnel['stages']:
            if figures := expected.get(stage['stage_id']):
                self.assertEqual({name: stage[name] for name in names}, {name: figures[name] for name in names})
                self.assertAlmostEqual(stage['median_days'] or 0, figures['median_days'] or 0, 6)
                for found, count in ((stage['domain'], stage['reached']), *(
                        (found, stage[name]) for name, found in stage['domains'].items())):
                    self.assertEqual(self.env['crm.lead'].search_count(found), count)

    def _compare_flow(self, leads, since, until):
        period = {'date_from': fields.Datetime.to_string(since), 'date_to': fields.Datetime.to_string(until)}
        history = self.env['crm.lead.history']
        flow = history.get_stage_flow([('lead_id', 'in', list(leads))], **period)['stages']
        expected = self.model.get_flow(leads, since, until)
        for stage in flow:
            for name in ('advanced', 'back', 'team', 'won', 'lost', 'merged', 'here'):
                self.assertEqual(stage[name], expected[stage['stage_id'], name], (stage['name'], name))
                self.assertEqual(history.search_count(stage['domains'][name]), stage[name])
        self.assertEqual(sum(stage['entered'] for stage in flow), sum(expected.values()))

    def _compare_changes(self, leads, since, until, domain, is_chosen):
        history = self.env['crm.lead.history']
        changes = history.get_pipeline_changes(
            [('lead_id', 'in', list(leads)), *domain], fields.Datetime.to_string(since), fields.Datetime.to_string(until))
        self.assertEqual(
            {name: (change['count'], change['revenue']) for name, change in changes.items() if change['count']},
            self.model.get_changes(leads, since, until, is_chosen))
        for name, change in changes.items():
            self.assertEqual(history.search_count(change['domain']), change['count'], name)
