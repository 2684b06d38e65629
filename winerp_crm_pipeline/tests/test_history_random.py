"""Random lives of opportunities, and what changed between any two moments, against a model of its own."""
import random
from collections import defaultdict
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .history_case import BEGINNING, HistoryCase

SEED = 20261124
STEPS = 60
GAINS, LOSSES = ('opening', 'new', 'reopened', 'joined', 'raised'), ('lowered', 'won', 'lost', 'left', 'closing')


@tagged('post_install', '-at_install')
class TestHistoryRandom(HistoryCase):

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.own = self.env['crm.lead']
        self.snapshots = []
        self.salespeople = self.user_sales_salesman + self.user_sales_leads

    # ------------------------------------------------------------
    # LIVES
    # ------------------------------------------------------------

    def _live(self):
        """Let opportunities live, a step a day, and keep what each of them is at the end of each."""
        for _number in range(STEPS):
            leads = self.own.exists()
            self.own = leads
            for _change in range(self.random.randrange(4)):
                self._change(leads.exists())
            self._end()
            self.snapshots.append({
                lead.id: (lead.won_status, lead.expected_revenue, lead.user_id.id, lead.stage_id.id)
                for lead in self.own.exists() if lead.type == 'opportunity'})

    def _change(self, leads):
        changes = [self._begin] * 3 if len(leads) < 4 else [
            self._begin, self._move, self._move, self._move, self._value, self._value, self._hand_over, self._win, self._lose,
            self._restore, self._merge, self._become_lead, self._delete]
        self.random.choice(changes)(leads and leads[self.random.randrange(len(leads))])

    def _begin(self, _lead):
        self.own += self._new(
            expected_revenue=self.random.randrange(100), user_id=self.random.choice(self.salespeople).id,
            stage_id=self.random.choice(self.stages).id)

    def _move(self, lead):
        lead.stage_id = self.random.choice(self.stages)

    def _value(self, lead):
        lead.expected_revenue = self.random.randrange(100)

    def _hand_over(self, lead):
        lead.user_id = self.random.choice(self.salespeople)

    def _win(self, lead):
        lead.action_set_won()

    def _lose(self, lead):
        if not lead.stage_id.is_won:  # core refuses it
            lead.action_set_lost()

    def _restore(self, lead):
        lead.filtered(lambda lead: not lead.active).action_unarchive()

    def _merge(self, lead):
        others = self.own.exists().filtered(lambda other: other.active and other != lead)
        if lead.active and others:
            (lead + others[:1]).merge_opportunity()

    def _become_lead(self, lead):
        if lead.won_status == 'pending':
            lead.type = 'lead' if lead.type == 'opportunity' else 'opportunity'

    def _delete(self, lead):
        """With its history, and with that of what was merged into it."""
        gone_ids = self.history.search([('lead_id', '=', lead.id)]).mapped('origin_id')
        lead.unlink()
        for snapshot in self.snapshots:
            for gone_id in gone_ids:
                snapshot.pop(gone_id, None)

    # ------------------------------------------------------------
    # THE MODEL
    # ------------------------------------------------------------

    def _expect(self, first, second, selects):
        """Return what changed between two snapshots, as the design says it."""
        found = defaultdict(lambda: [0, 0])
        for origin_id in first.keys() | second.keys():
            for change, revenue in self._expect_life(first.get(origin_id), second.get(origin_id), selects):
                found[change][0] += 1
                found[change][1] += revenue
        return {change: tuple(figures) for change, figures in found.items()}

    def _expect_life(self, before, after, selects):
        before_in, after_in = bool(before and selects(before)), bool(after and selects(after))
        was_open, is_open = before_in and before[0] == 'pending', after_in and after[0] == 'pending'
        closed = after[0] if after_in and not is_open else None
        if was_open:
            yield 'opening', before[1]
        if was_open and not after_in:
            yield 'left', before[1]
        elif was_open and after[1] != before[1]:
            yield ('raised' if after[1] > before[1] else 'lowered'), abs(after[1] - before[1])
        elif not was_open and after_in and (is_open or not before or before[0] == 'pending'):
            yield ('new' if not before else 'reopened' if before_in else 'joined'), after[1]
        if closed and (was_open or not before or before[0] == 'pending'):
            yield closed, after[1]
        if is_open:
            yield 'closing', after[1]

    # ------------------------------------------------------------
    # COMPARED
    # ------------------------------------------------------------

    def test_changes_between_any_two_moments(self):
        self._live()
        lead_ids = self.own.exists().ids
        user, stage = self.user_sales_salesman, self.stage_qualified
        selections = (
            ([], lambda _state: True),
            ([('user_id', '=', user.id)], lambda state: state[2] == user.id),
            ([('stage_id', '=', stage.id), ('expected_revenue', '>', 30)], lambda state: state[3] == stage.id and state[1] > 30))
        for _number in range(40):
            first, second = sorted(self.random.sample(range(STEPS), 2))
            for domain, selects in selections:
                with self.subTest(first=first, second=second, domain=domain):
                    self._compare(first, second, [('lead_id', 'in', lead_ids), *domain], selects)

    def _compare(self, first, second, domain, selects):
        moments = [fields.Datetime.to_string(BEGINNING + timedelta(days=step)) for step in (first, second)]
        changes = self.history.get_pipeline_changes(domain, *moments)
        self.assertEqual(
            {name: (change['count'], change['revenue']) for name, change in changes.items() if change['count']},
            self._expect(self.snapshots[first], self.snapshots[second], selects))
        self.assertEqual(*(sum(changes[name]['revenue'] for name in names) for names in (GAINS, LOSSES)))
        for name, change in changes.items():
            self.assertEqual(self.history.search_count(change['domain']), change['count'], name)
