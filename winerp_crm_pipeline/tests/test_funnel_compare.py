"""Funnels side by side, and the view that draws them."""
import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .history_case import BEGINNING, HistoryCase


@tagged('post_install', '-at_install')
class TestFunnelCompare(HistoryCase):

    def setUp(self):
        super().setUp()
        # The stages of other data are in none of its pipelines.
        (self.env['crm.stage'].search([]) - self.stages).team_ids = self.env['crm.team'].create({'name': "Other stages"})
        self.env.company.crm_minimum_opportunities = 1
        self.source = self.env['utm.source'].create({'name': "Trade fair"})
        self.own = self.env['crm.lead']
        for user, count in ((self.user_sales_salesman, 3), (self.user_sales_manager, 2)):
            for number in range(count):
                self.own += self._new(
                    f"Deal {number}", user_id=user.id, source_id=self.source.id if number else False)
        self._end()

    def _funnels(self, group_by=None, user=None, domain=(), **kwargs):
        """Return the funnels of what the test made, after checking that each figure opens what it counts."""
        leads = self.env['crm.lead'].with_user(user or self.user_sales_manager).with_context(lang='en_US')
        data = leads.get_funnels([('id', 'in', self.own.ids), *domain], group_by, **kwargs)
        json.dumps(data)
        shown_ids = [stage['id'] for stage in data['stages']]
        for group in data['groups']:
            for funnel in group['funnels']:
                for stage in funnel['stages']:
                    self.assertIn(stage['stage_id'], shown_ids)
                    self.assertEqual(leads.search_count(stage['domain']), stage['reached'])
                    for name, found in stage['domains'].items():
                        self.assertEqual(leads.search_count(found), stage[name], (group['name'], stage['name'], name))
        return data

    def _totals(self, *args, **kwargs):
        return {
            group['name']: [funnel['total'] for funnel in group['funnels']]
            for group in self._funnels(*args, **kwargs)['groups']}

    def _moment(self, days):
        return fields.Datetime.to_string(BEGINNING + timedelta(days=days))

    def test_all_together(self):
        data = self._funnels()
        self.assertEqual([stage['name'] for stage in data['stages']], self.stages.mapped('name'))
        self.assertEqual(len(data['groups']), 1)
        self.assertEqual(
            data['groups'][0]['funnels'],
            [self.env['crm.lead'].with_context(lang='en_US').get_funnel([('id', 'in', self.own.ids)])])

    def test_groups(self):
        """The largest first; what a value is called is what people read, lost ones are counted."""
        self.own[0].action_set_lost()
        self._end()
        salesman, manager = self.user_sales_salesman.name, self.user_sales_manager.name
        self.assertEqual(self._totals('user_id'), {False: [5], salesman: [3], manager: [2]})
        self.assertEqual(list(self._totals('user_id')), [False, salesman, manager])
        self.assertEqual(self._totals('source_id'), {False: [5], "Trade fair": [3], "None": [2]})
        self.assertEqual(self._totals('won_status'), {False: [5], "Pending": [4], "Lost": [1]})
        self.assertEqual(self._totals('active'), {False: [5], "Yes": [4], "No": [1]})

    def test_other_groups(self):
        """Whatever the search bar can group by."""
        tags = self.env['crm.tag'].create([{'name': "North"}, {'name': "South"}])
        self.own[0].tag_ids, self.own[1].tag_ids = tags, tags[0]
        self.sales_team_1.lead_properties_definition = [
            {'name': 'size', 'type': 'selection', 'string': "Size", 'selection': [['l', "Large"], ['s', "Small"]]}]
        self.own[0].lead_properties = {'size': 'l'}
        self._end()
        self.assertEqual(self._totals('tag_ids'), {False: [5], "None": [3], "North": [2], "South": [1]})
        self.assertEqual(self._totals('lead_properties.size'), {False: [5], "None": [4], "Large": [1]})
        self.assertEqual(self._totals('create_date:month'), {False: [5], "January 2031": [5]})

    def test_few_groups(self):
        for number in range(10):
            self.own += self._new(user_id=False, city=f"City {number}")
        self._end()
        data = self._funnels('city')
        self.assertEqual((len(data['groups']), data['has_more']), (9, True))
        self.assertEqual(data['groups'][1]['name'], "None", "the largest")
        self.assertFalse(self._funnels('user_id')['has_more'])

    def test_periods(self):
        self.own += self._new(user_id=self.user_sales_manager.id)
        self._end()
        periods = [[self._moment(1), self._moment(2)], [self._moment(0), self._moment(1)]]
        self.assertEqual(self._totals(periods=periods), {False: [1, 5]})
        self.assertEqual(
            self._totals('user_id', periods=periods),
            {False: [1, 5], self.user_sales_salesman.name: [0, 3], self.user_sales_manager.name: [1, 2]})
        self.assertEqual(self._totals('user_id', periods=[[self._moment(2), None]]), {False: [0]})

    def test_what_a_user_may_see(self):
        salesman, manager = self.user_sales_salesman, self.user_sales_manager
        self.assertEqual(self._totals('user_id', salesman), {False: [3], salesman.name: [3]})
        self.assertEqual(self._totals('user_id', manager), {False: [5], salesman.name: [3], manager.name: [2]})
        with self.assertRaises(AccessError):
            self.env['crm.lead'].with_user(self.env.ref('base.public_user')).get_funnels()

    def test_other_company(self):
        other = self.env['res.company'].create({'name': "Other"})
        self.env.user.company_ids += other
        self.own += self._new("Elsewhere", company_id=other.id, team_id=False, user_id=False)
        self._end()
        self.assertEqual(self._totals('company_id', self.user_sales_manager)[False], [5])
        self.user_sales_manager.company_ids = [Command.link(other.id)]
        leads = self.env['crm.lead'].with_user(self.user_sales_manager)
        data = leads.with_context(allowed_company_ids=[self.env.company.id, other.id]).get_funnels(
            [('id', 'in', self.own.ids)], 'company_id')
        self.assertEqual(
            {group['name']: group['funnels'][0]['total'] for group in data['groups']}[other.name], 1)

    def test_queries_grow_with_the_groups_only(self):
        def count(group_by):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env['crm.lead'].get_funnels([('id', 'in', self.own.ids)], group_by)
            return self.env.cr.sql_log_count - before

        count('user_id')
        few = count('user_id')
        for number in range(40):
            self.own += self._new(f"More {number}", user_id=self.own[number % 5].user_id.id)
        self._end()
        count('user_id')
        self.assertEqual(count('user_id'), few)
        self.own[:10].user_id = self.user_sales_leads
        self._end()
        self.assertLessEqual(count('user_id') - few, few, "one group more")

    def _check_arch(self, arch, model='crm.lead'):
        return self.env['ir.ui.view'].create({'name': "Funnel", 'model': model, 'type': 'winerp_funnel', 'arch': arch})

    def test_arch(self):
        view = self._check_arch('<winerp_funnel string="Mine" period="quarter" compare="1"/>')
        self.assertEqual(view.type, 'winerp_funnel')
        for arch, model, message in (
            ('<winerp_funnel depth="3"/>', 'crm.lead', "depth"),
            ('<winerp_funnel period="week"/>', 'crm.lead', "half_year"),
            ('<winerp_funnel/>', 'res.partner', "res.partner"),
        ):
            with self.assertRaisesRegex(ValidationError, message), mute_logger('odoo.addons.base.models.ir_ui_view'):
                self._check_arch(arch, model)

    def test_view_and_menu(self):
        action = self.env.ref('winerp_crm_pipeline.crm_lead_funnel_action')
        views = self.env['crm.lead'].with_user(self.user_sales_salesman).get_views(action.views)['views']
        self.assertIn('half_year', views['winerp_funnel']['arch'])
        self.assertEqual(self.env['ir.ui.view'].get_view_info()['winerp_funnel']['icon'], 'fa fa-filter')
        menu = self.env.ref('winerp_crm_pipeline.crm_lead_funnel_menu')
        for user in (self.user_sales_salesman, self.user_sales_manager):
            self.assertIn(menu, self.env['ir.ui.menu'].with_user(user).search([]))
