"""The figures of the history, asked by whoever wants to see more than he may, or asks for what there is not."""
import json
from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .history_case import BEGINNING, HistoryCase

HANOI = 'Asia/Ho_Chi_Minh'  # seven hours ahead, all the year


@tagged('post_install', '-at_install')
class TestHistoryAttacks(HistoryCase):

    def setUp(self):
        super().setUp()
        self.env.company.crm_minimum_opportunities = 1
        self.now = fields.Datetime.to_string(BEGINNING + timedelta(days=99))
        self.since = fields.Datetime.to_string(BEGINNING - timedelta(days=99))

    def _ask_all(self, user, domain, **context):
        """Yield the name of each public figure, and how to ask for it with a domain that both models understand."""
        leads, history = (self.env[name].with_user(user).with_context(**context) for name in ('crm.lead', 'crm.lead.history'))
        yield 'funnel', lambda: leads.get_funnel(domain)
        yield 'funnels', lambda: leads.get_funnels(domain, 'stage_id')
        yield 'flow', lambda: history.get_stage_flow(domain)
        yield 'velocity', lambda: history.get_sales_velocity(domain)
        yield 'changes', lambda: history.get_pipeline_changes(domain, self.since, self.now)
        yield 'day', lambda: history.search_count(history.get_pipeline_domain(domain, self.now))

    # ------------------------------------------------------------
    # DOMAINS
    # ------------------------------------------------------------

    def test_domain_takes_no_condition_of_ours(self):
        """An operator that lacks its condition would make one of those that follow an alternative."""
        self._new(type='lead')
        some = ('stage_id', '!=', False)
        for domain in (['|', some], ['!'], ['&', '|', some], [('stage_id',)], [5], ["stage_id"]):
            for name, ask in self._ask_all(self.user_sales_manager, domain):
                with self.subTest(domain=domain, name=name), self.assertRaises(UserError):
                    ask()

    def test_leads_are_none_of_it(self):
        lead, deal = self._new(type='lead'), self._new()
        self._end()
        own = ['|', ('id', '=', lead.id), ('id', '=', deal.id)]
        self.assertEqual(self.env['crm.lead'].get_funnel(own)['total'], 1)

    def test_rules_cannot_be_left_out(self):
        """The operators that leave out rules are core's own: no client may ask with them."""
        for operator in ('any!', 'not any!'):
            for name, ask in self._ask_all(self.user_sales_salesman, [('stage_id', operator, [('id', '!=', 0)])]):
                with self.subTest(operator=operator, name=name), self.assertRaises(UserError):
                    ask()

    def test_fields_that_may_not_be_read(self):
        self._new(user_id=self.user_sales_salesman.id)
        self._end()
        for model in ('crm.lead', 'crm.lead.history'):
            self.patch(self.env[model]._fields['team_id'], 'groups', 'base.group_system')
        for name, ask in self._ask_all(self.user_sales_salesman, [('team_id', '!=', False)]):
            with self.subTest(name=name), self.assertRaises(AccessError):
                ask()
        with self.assertRaises(AccessError):
            self.env['crm.lead'].with_user(self.user_sales_salesman).get_funnels(group_by='team_id')

    def test_groups_that_there_are_not(self):
        leads = self.env['crm.lead'].with_user(self.user_sales_salesman)
        for group_by in ('nothing', 'id:week', 'pipeline_date', 'partner_id.secret'):
            with self.subTest(group_by=group_by), self.assertRaises(UserError):
                leads.get_funnels(group_by=group_by)

    # ------------------------------------------------------------
    # QUESTIONS
    # ------------------------------------------------------------

    def test_odd_changes(self):
        history = self.history.with_user(self.user_sales_salesman)
        good = {'change': 'won', 'domain': [], 'date_from': self.since, 'date_to': self.now}
        self.assertEqual(history.search([('pipeline_change', '=', json.dumps(good))]), history)
        for odd in (
            {'change': 'stolen'}, {'change': ['won']}, {'change': None}, {'domain': "id"}, {'domain': ['|']}, {'domain': 5},
            {'domain': [['lead_id', 'any!', []]]}, {'date_from': None}, {'date_to': "yesterday"}, {'date_to': 5}, {'date_to': [1]},
        ):
            with self.subTest(odd=odd), self.assertRaises(UserError):
                history.search([('pipeline_change', '=', json.dumps(good | odd))])
        for odd in ("x", "[]", "5", "{}", "null", 5):
            with self.subTest(odd=odd), self.assertRaises(UserError):
                history.search([('pipeline_change', '=', odd)])

    def test_changes_ask_under_the_rights_of_who_asks(self):
        """What a manager's figure opens is, to a salesperson to whom it is sent, what he may see of it."""
        self._new(expected_revenue=1)
        self._new(expected_revenue=2, user_id=self.user_sales_leads.id)
        self._end()
        changes = self.history.with_user(self.user_sales_manager).get_pipeline_changes(
            [('lead_id.name', '=', "Deal")], self.since, self.now)
        for user, revenues in ((self.user_sales_manager, [1, 2]), (self.user_sales_salesman, [1])):
            rows = self.history.with_user(user).search(changes['new']['domain'], order='expected_revenue')
            self.assertEqual(rows.mapped('expected_revenue'), revenues)

    def test_moments_far_away(self):
        self._new(expected_revenue=7)
        self._end()
        own = [('lead_id.name', '=', "Deal")]
        for since, until, expected in (
            ('1900-01-01 00:00:00', '9999-12-30 00:00:00', {'new': 1, 'closing': 1}),
            ('9999-12-29 00:00:00', '9999-12-30 00:00:00', {'opening': 1, 'closing': 1}),
            ('1900-01-01 00:00:00', '1900-01-02 00:00:00', {}),
        ):
            changes = self.history.with_context(tz=HANOI).get_pipeline_changes(own, since, until)
            self.assertEqual({name: change['count'] for name, change in changes.items() if change['count']}, expected)

    # ------------------------------------------------------------
    # COMPANIES
    # ------------------------------------------------------------

    def _make_elsewhere(self):
        """Return a company in another currency, of which a piece is worth two."""
        currency = self.env['res.currency'].create({'name': "XPT", 'symbol': "XPT", 'rounding': 0.01})
        self.env['res.currency.rate'].create({'currency_id': currency.id, 'name': '2030-01-01', 'rate': 0.5})
        return self.env['res.company'].create({'name': "Elsewhere", 'currency_id': currency.id})

    def test_what_was_decided_in_a_company_that_one_does_not_see(self):
        """It belongs to one's own company now: it counts, and does not stumble over the other one."""
        elsewhere = self._make_elsewhere()
        lead = self._new(expected_revenue=100, company_id=elsewhere.id, team_id=False, user_id=False)
        self._end()
        lead.action_set_won()
        self._end()
        lead.write({'company_id': self.env.company.id, 'user_id': self.user_sales_salesman.id})
        self._end()
        rate = self.env.company.currency_id.rate or 1
        for user in (self.user_sales_salesman, self.user_sales_manager):
            history = self.history.with_user(user).with_context(allowed_company_ids=self.env.company.ids)
            self.assertNotIn(elsewhere, history.env.companies)
            velocity = history.get_sales_velocity([('lead_id', '=', lead.id)])
            self.assertEqual((velocity['won'], velocity['average_value']), (1, 200 * rate))
            funnel = self.env['crm.lead'].with_user(user).get_funnel([('id', '=', lead.id)])
            self.assertEqual([stage['revenue'] for stage in funnel['stages'] if stage['here']], [200 * rate])
            changes = history.get_pipeline_changes([('lead_id', '=', lead.id)], self.since, self.now)
            self.assertEqual(changes['won']['count'], 1)
            rows = history.search([('lead_id', '=', lead.id)])
            rows.read(['company_id', 'currency_id', 'expected_revenue', 'revenue_before'])
            self.assertEqual(len(self.env['crm.lead'].with_user(user).browse(lead.id).get_story()), 1)

    def test_other_company_is_invisible(self):
        elsewhere = self._make_elsewhere()
        own = self._new(expected_revenue=1)
        other = self._new(expected_revenue=50, company_id=elsewhere.id, team_id=False, user_id=False)
        self._end()
        leads = self.env['crm.lead'].with_user(self.user_sales_manager)
        self.assertEqual(leads.get_funnel([('id', 'in', (own + other).ids)])['total'], 1)
        history = self.history.with_user(self.user_sales_manager)
        self.assertEqual(history.search_count([('company_id', '=', elsewhere.id)]), 0)
        self.assertEqual(history.search_count([('lead_id', '=', other.id)]), 0)

    # ------------------------------------------------------------
    # WHAT REQUIREMENTS ARE WORTH
    # ------------------------------------------------------------

    def test_requirements_of_another_company(self):
        elsewhere = self.env['res.company'].create({'name': "Elsewhere"})
        other = self._require(self.stage_qualified, 'phone', company_id=elsewhere.id)
        self._require(self.stage_qualified, 'email_from')
        with self.assertRaises(AccessError):
            other.with_user(self.user_sales_manager).get_worth()
        worth = self.stage_qualified.with_user(self.user_sales_manager).get_worth()
        self.assertNotIn(other.id, [requirement['id'] for requirement in worth['requirements']])

    def test_requirements_and_employees_without_crm(self):
        phone = self._require(self.stage_qualified, 'phone')
        employee = new_test_user(self.env, 'without_crm', 'base.group_user')
        with self.assertRaises(AccessError):
            phone.with_user(employee).get_worth()
        with self.assertRaises(AccessError):
            self.stage_qualified.with_user(employee).get_worth()
        for name, ask in self._ask_all(employee, []):
            with self.subTest(name=name), self.assertRaises(AccessError):
                ask()

    def test_worth_without_a_moment(self):
        rule = self._require(self.stage_qualified, 'phone')
        question = json.dumps({'requirement_id': rule.id, 'group': 'met'})
        with self.assertRaises(UserError):
            self.env['crm.lead'].with_user(self.user_sales_salesman).search([('requirement_worth', '=', question)])

    # ------------------------------------------------------------
    # DAYS
    # ------------------------------------------------------------

    def test_beginning_of_a_day(self):
        """A day begins at midnight of whoever asks, in Việt Nam at 17:00 UTC; what is a moment before is the day before."""
        self.moment = datetime(2031, 1, 31, 16, 59, 59, 999500)
        before = self._new()
        self._end(microseconds=500)
        after = self._new()
        self._end()
        own = [('id', 'in', (before + after).ids)]
        leads = self.env['crm.lead']
        for period, found in (
            ({'date_to': '2031-01-31 17:00:00'}, before), ({'date_from': '2031-01-31 17:00:00'}, after),
            ({'date_from': '2031-01-31 16:59:59', 'date_to': '2031-01-31 17:00:01'}, before + after),
        ):
            funnel = leads.get_funnel(own, **period)
            self.assertEqual(funnel['total'], len(found))
            self.assertEqual(leads.search(funnel['stages'][0]['domain'], order='id'), found)
        rows = self.history.with_context(tz=HANOI).formatted_read_group(
            [('lead_id', 'in', (before + after).ids)], ['date_from:month'], ['__count'])
        self.assertEqual([row['__count'] for row in rows], [1, 1])

    def test_rate_of_the_day_of_who_asks(self):
        """What is won at one in the morning in Việt Nam is won on that day, whatever UTC says."""
        elsewhere = self._make_elsewhere()
        self.env['res.currency.rate'].create({'currency_id': elsewhere.currency_id.id, 'name': '2031-01-03', 'rate': 0.25})
        lead = self._new(expected_revenue=100, company_id=elsewhere.id, team_id=False, user_id=False)
        self.moment = datetime(2031, 1, 2, 18)
        self.env.cr.flush()
        lead.action_set_won()
        self._end()
        rate = self.env.company.currency_id.rate or 1
        for tz, revenue in ((HANOI, 400), ('UTC', 200), ('America/New_York', 200), ('Mars/Base', 200)):
            with self.subTest(tz=tz):
                funnel = self.env['crm.lead'].with_context(tz=tz).get_funnel([('id', '=', lead.id)])
                self.assertEqual([stage['revenue'] for stage in funnel['stages'] if stage['here']], [revenue * rate])
                history = self.history.with_context(tz=tz)
                self.assertEqual(history.get_sales_velocity([('lead_id', '=', lead.id)])['average_value'], revenue * rate)
                changes = history.get_pipeline_changes([('lead_id', '=', lead.id)], self.since, '2031-01-02 18:00:00')
                self.assertEqual(changes['won']['revenue'], revenue * rate)

    def test_groups_by_day_where_the_clock_is_changed(self):
        """Each opportunity is in one group, on the days of 23 and 25 hours, too."""
        own = self.env['crm.lead']
        for day in (datetime(2031, 3, 9), datetime(2031, 11, 2)):  # New York's
            for hours in range(0, 54, 3):
                self.moment = day + timedelta(hours=hours)
                own += self._new()
                self.env.cr.flush()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = history.date_from FROM crm_lead_history history"
            " WHERE history.lead_id = crm_lead.id AND crm_lead.id = ANY(%s)", [own.ids])
        own.invalidate_recordset(['create_date'])
        for tz in ('America/New_York', HANOI):
            leads = self.env['crm.lead'].with_context(tz=tz)
            for group_by in ('create_date:day', 'create_date:month'):
                everything, *groups = leads.get_funnels([('id', 'in', own.ids)], group_by)['groups']
                self.assertEqual(sum(group['funnels'][0]['total'] for group in groups), len(own), (tz, group_by))
                self.assertEqual(everything['funnels'][0]['total'], len(own))
