"""What is told of one opportunity, of a stage, and of a requirement, from the history."""
import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .history_case import BEGINNING, HistoryCase


@tagged('post_install', '-at_install')
class TestHistoryStory(HistoryCase):

    def setUp(self):
        super().setUp()
        self.env.company.crm_minimum_opportunities = 2

    def _chapters(self, life, *names):
        return [tuple(chapter[name] for name in names) for chapter in life['chapters']]

    # ------------------------------------------------------------
    # ONE OPPORTUNITY
    # ------------------------------------------------------------

    def test_story(self):
        lead = self._new(expected_revenue=100)
        self._end(days=2)
        lead.stage_id = self.stage_qualified
        self._end()
        lead.expected_revenue = 130
        self._end(days=3)
        lead.action_set_lost()
        self._end(days=5)
        lead.action_unarchive()
        self._end()
        lead.action_set_won()
        self._end(days=1)
        [life] = json.loads(json.dumps(self._as_salesman(lead).get_story()))
        self.assertTrue(life['is_own'])
        self.assertEqual(
            self._chapters(life, 'stage', 'is_lost', 'days', 'revenue_from', 'revenue_to', 'outcome', 'next_stage'), [
                ("New", False, 2, 100, 100, 'advanced', "Qualified"),
                ("Qualified", False, 4, 100, 130, 'lost', False),
                ("Qualified", True, 5, 130, 130, False, False),
                ("Qualified", False, 1, 130, 130, 'won', "Won"),
                ("Won", False, 1, 130, 130, False, False)])
        self.assertEqual(life['chapters'][0]['date_from'], fields.Datetime.to_string(BEGINNING))
        self.assertFalse(life['chapters'][-1]['date_to'])
        self.assertTrue(life['chapters'][-1]['is_won'])

    def test_merged_lives_are_told_apart(self):
        kept, merged = self._new("Kept", probability=90), self._new("Merged", probability=1)
        merged_id = merged.id
        self._end()
        merged.stage_id = self.stage_quotation
        kept.stage_id = self.stage_negotiation
        self._end()
        (kept + merged).merge_opportunity()
        self._end()
        own, other = kept.get_story()
        self.assertEqual((own['is_own'], other['is_own'], other['origin_id']), (True, False, merged_id))
        self.assertEqual(self._chapters(other, 'stage', 'outcome'), [("New", 'advanced'), ("Quotation", 'merged')])

    def test_story_and_rights(self):
        lead = self._new(user_id=self.user_sales_leads.id)
        self._end()
        self.assertEqual(self._as_salesman(lead).get_story(), [], "nothing of what one may not see")
        self.assertFalse(self._new(type='lead').get_story())

    def test_form_costs_nothing(self):
        """The story is read by its page, not by the form."""
        with Form(self.env['crm.lead'].browse(self.lead.id)) as form:
            self.assertFalse({'history_ids', 'requirement_worth'} & set(form._view['fields']))

    # ------------------------------------------------------------
    # LISTS
    # ------------------------------------------------------------

    def test_pipeline_of_a_day(self):
        lead, lost = self._new(expected_revenue=1), self._new()
        self._end()
        lead.expected_revenue = 2
        lost.action_set_lost()
        self._end()
        own = [('lead_id', 'in', (lead + lost).ids)]
        for days, expected in ((0, [(lead, 1), (lost, 0)]), (1, [(lead, 2)]), (-1, [])):
            moment = BEGINNING + timedelta(days=days)
            rows = self.history.search(json.loads(json.dumps(self.history.get_pipeline_domain(own, moment))))
            self.assertEqual([(row.lead_id, row.expected_revenue) for row in rows], expected)

    def test_change_in_a_list(self):
        lead, other = self._new(expected_revenue=100), self._new(expected_revenue=7)
        self._end()
        lead.expected_revenue = 130
        self._end()
        rows = self.history.search([('lead_id', 'in', (lead + other).ids), ('date_to', '=', False)], order='origin_id')
        since = rows.with_context(pipeline_since=fields.Datetime.to_string(BEGINNING))
        self.assertEqual([(row.revenue_before, row.revenue_change) for row in since], [(100, 30), (7, 0)])
        self.assertEqual(rows.mapped('revenue_change'), [0, 0], "without a moment, nothing is compared")
        action = rows[0].action_open_lead()
        self.assertEqual((action['res_model'], action['res_id']), ('crm.lead', lead.id))

    # ------------------------------------------------------------
    # STAGES
    # ------------------------------------------------------------

    def test_median_of_a_stage(self):
        leads = self._new() + self._new() + self._new()
        self._end()
        for lead, days in zip(leads, (1, 3, 5), strict=True):
            lead.stage_id = self.stage_qualified
            self._end(days=days)
        stage = self.stage_new.with_user(self.user_sales_manager)
        self.assertEqual((stage.median_days, stage.median_stay_count), (2, 3))
        self.assertEqual(self.stage_qualified.median_stay_count, 0)
        action = stage.action_open_stays()
        self.assertEqual(self.history.search_count(action['domain']), 3)
        self.env.company.crm_minimum_opportunities = 4
        stage.invalidate_recordset()
        self.assertEqual((stage.median_days, stage.median_stay_count), (0, 0), "silent below the minimum")
        self.env.company.crm_minimum_opportunities = 2
        self._end(days=400)
        stage.invalidate_recordset()
        self.assertEqual(stage.median_stay_count, 0, "of the last twelve months")

    # ------------------------------------------------------------
    # REQUIREMENTS
    # ------------------------------------------------------------

    def _worth(self, *requirements, user=None):
        """Return what requirements are worth, after checking all that is opened."""
        records = self.env['crm.stage.requirement'].concat(*requirements).with_user(user or self.user_sales_manager)
        worth = json.loads(json.dumps(records.get_worth()))
        leads, history = records.env['crm.lead'], records.env['crm.lead.history']
        for requirement in worth['requirements']:
            for name in ('met', 'lacking'):
                group = requirement[name]
                self.assertEqual(leads.search_count(group['domain']), group['count'])
                self.assertEqual(leads.search_count(group['won_domain']), group['won'])
            self.assertEqual(history.search_count(requirement['moves']['domain']), requirement['moves']['count'])
        return [
            (*(requirement[group][name] for group in ('met', 'lacking') for name in ('count', 'won', 'rate')),
             requirement['moves']['count'])
            for requirement in worth['requirements']]

    def test_worth(self):
        with_phone = [self._new(phone="0912345678") for _number in range(3)]
        without = [self._new() for _number in range(2)]
        open_one, early = self._new(), self._new()
        self._end()
        for lead in (*with_phone, *without, open_one):
            lead.stage_id = self.stage_qualified
        self._end()
        with_phone[0].action_set_won()
        with_phone[1].action_set_won()
        for lead in (with_phone[2], without[0], early):
            lead.action_set_lost()
        without[1].action_set_won()
        self._end()
        phone = self._require(self.stage_qualified, 'phone')
        later = self._require(self.stage_negotiation, 'phone')
        narrow = self._require(self.stage_qualified, 'phone', condition="[('expected_revenue', '>', 5)]")
        archived = self._require(self.stage_qualified, 'phone', active=False)
        self.assertEqual(self._worth(phone, later, narrow, archived), [
            (3, 2, 2 / 3, 2, 1, 1 / 2, 3),  # who was lost before the stage is none of it
            (2, 2, 1, 1, 1, None, 0),  # what is won has passed all; too few to say
            (0, 0, None, 0, 0, None, 0)])
        self._end(days=400)
        self.assertEqual(self._worth(phone), [(0, 0, None, 0, 0, None, 0)], "of the last twelve months")

    def test_worth_of_what_was_let_through(self):
        """Who was let through by an override counts as lacking it, also if it was filled in since."""
        phone = self._require(self.stage_qualified, 'phone')
        lead, other = self._new(), self._new(phone="0912345678")
        self._end()
        lead.with_user(self.user_sales_manager).action_move_stage(self.stage_qualified.id, override_reason="In a hurry")
        other.stage_id = self.stage_qualified
        self._end()
        lead.phone = "0987654321"
        (lead + other).action_set_won()
        self._end()
        self.assertEqual(self._worth(phone), [(1, 1, None, 1, 1, None, 0)])

    def test_worth_and_rights(self):
        """Figures, and what they open, are of what the user sees; whether a rule is met is the same for everybody."""
        mine, other = self._new(), self._new(user_id=self.user_sales_leads.id)
        self._end()
        (mine + other).write({'stage_id': self.stage_qualified.id})
        self._end()
        (mine + other).action_set_won()
        self._end()
        phone = self._require(self.stage_qualified, 'phone')
        self.assertEqual(self._worth(phone, user=self.user_sales_salesman), [(0, 0, None, 1, 1, None, 1)])
        elsewhere = self.env['res.company'].create({'name': "Elsewhere"})
        limited = self._require(self.stage_qualified, 'phone', company_id=elsewhere.id)
        self.assertEqual(self._worth(phone, limited, user=self.env.user), [(0, 0, None, 2, 2, 1, 2), (0, 0, None, 0, 0, None, 0)])

    def test_worth_of_odd_questions(self):
        rule = self._require(self.stage_qualified, 'phone')
        leads = self.env['crm.lead'].with_user(self.user_sales_salesman)
        for question in (
            "x", "[]", "5", "{}", '{"requirement_id": [1], "group": "met"}', f'{{"requirement_id": {rule.id}, "group": "x"}}',
            f'{{"requirement_id": {rule.id}, "group": "met", "since": "yesterday"}}',
            f'{{"requirement_id": {rule.id}, "group": "met", "since": [1]}}', 5,
        ):
            with self.subTest(question=question), self.assertRaises(UserError):
                leads.search([('requirement_worth', '=', question)])

    def test_worth_queries(self):
        """As many queries for many requirements as for one."""
        requirements = self.env['crm.stage.requirement'].concat(*(
            self._require(self.stage_qualified, name) for name in ('phone', 'expected_revenue', 'date_deadline', 'partner_id')))
        for some in (requirements[:1], requirements):
            some.get_worth()
            self.env.invalidate_all()
            with self.subTest(count=len(some)), self.assertQueryCount(6):
                some.get_worth()
