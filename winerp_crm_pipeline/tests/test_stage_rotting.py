import itertools
import random
from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..models import crm_lead_rotting
from .history_case import HistoryCase

MONDAY = datetime(2031, 1, 6, 2, 0, 0, 500)  # 9 o'clock in Việt Nam


class KilledError(Exception):
    """What ends a process in the middle of something."""


@tagged('-at_install', 'post_install')
class TestStageRotting(HistoryCase):
    """Five working days in the stage Quotation, then three until the leader is told, then two until nobody is responsible."""

    def setUp(self):
        super().setUp()
        self.moment = MONDAY
        self.env.company.resource_calendar_id.tz = 'Asia/Ho_Chi_Minh'
        self.env['crm.stage'].search([]).rotting_activity = False
        self.stage = self.stage_quotation
        self.stage.write({'rotting_threshold_days': 5, 'rotting_activity': True})
        self.leader = self.user_sales_manager
        self.sales_team_1.user_id = self.leader
        self.warned = self.env['crm.lead.rotting']
        self.env['mail.activity'].search([]).unlink()

    def _deal(self, **values):
        lead = self._new(**{'stage_id': self.stage.id, **values})
        self.env.cr.flush()
        return lead

    def _run(self, at=None):
        """Run the scheduled action on a morning."""
        self.env.cr.flush()
        self.moment = at or self.moment
        with ExitStack() as stack:
            stack.enter_context(patch.object(crm_lead_rotting, 'retrying', lambda function, _env: function()))
            stack.enter_context(patch.object(self.env.registry['ir.cron'], '_commit_progress', lambda *_args, **_kwargs: 60))
            self.warned._cron_tell()
        self.env.cr.flush()

    def _day(self, number, **later):
        return MONDAY + timedelta(days=number, **later)

    def _told(self, lead):
        """Return who has been told of an opportunity, in their order."""
        return self.env['mail.activity'].search(
            [('res_model', '=', 'crm.lead'), ('res_id', '=', lead.id)], order='id').user_id

    def test_working_days(self):
        """A stay that begins on Monday has lasted for five working days on the next Monday."""
        lead = self._deal()
        self._run(self._day(6))
        self.assertFalse(self._told(lead), "Sunday")
        self._run(self._day(7, hours=-1))
        self.assertEqual(self._told(lead), self.user_sales_salesman)
        activity = lead.activity_ids
        self.assertEqual(activity.activity_type_id, self.env.ref('winerp_crm_pipeline.mail_activity_type_rotting'))
        self.assertEqual(activity.summary, "Too long in this stage")
        self.assertIn("“Quotation”: 5 or more", activity.note)

    def test_tet_does_not_count(self):
        calendar = self.env.company.resource_calendar_id
        self.env['resource.calendar.leaves'].create({
            'name': "Tết", 'calendar_id': calendar.id, 'date_from': self._day(1, hours=-9), 'date_to': self._day(3, hours=14)})
        self.env['resource.calendar.leaves'].create({
            'name': "Of somebody", 'calendar_id': calendar.id, 'date_from': self._day(0), 'date_to': self._day(30),
            'resource_id': self.env['resource.resource'].create({'name': "Somebody"}).id})
        lead = self._deal()
        for day in range(10):  # Tuesday to Thursday are left out
            self._run(self._day(day))
            self.assertFalse(self._told(lead), day)
        self._run(self._day(10))
        self.assertTrue(self._told(lead))

    def test_each_company_has_its_calendar(self):
        company = self.env['res.company'].create({'name': "Seven days a week"})
        calendar = company.resource_calendar_id
        calendar.tz = 'Asia/Ho_Chi_Minh'
        calendar.write({'attendance_ids': [
            (0, 0, {'name': name, 'dayofweek': day, 'hour_from': 8, 'hour_to': 12, 'day_period': 'morning'})
            for name, day in (("Saturday", '5'), ("Sunday", '6'))]})
        self.assertTrue(self.user_sales_salesman)
        lead = self._deal(company_id=company.id, team_id=False, user_id=False)
        own = self._deal()
        self._run(self._day(4))
        self.assertFalse(self.warned.search_count([('lead_id', 'in', (lead + own).ids)]))
        self._run(self._day(5))
        self.assertEqual(self.warned.search([('lead_id', 'in', (lead + own).ids)]).lead_id, lead)

    def test_no_working_days(self):
        self.env.company.resource_calendar_id.attendance_ids.unlink()
        lead = self._deal()
        self._run(self._day(700))
        self.assertFalse(self._told(lead))

    def test_then_the_leader_then_the_team(self):
        self.stage.write({'rotting_leader_days': 3, 'rotting_release_days': 2})
        lead = self._deal()
        told = []
        for day in range(30):
            self._run(self._day(day))
            rows = self.warned.search([('lead_id', '=', lead.id)], order='id')[len(told):]
            told += [(day, row.level) for row in rows]
        self.assertEqual(told, [(7, 'salesperson'), (10, 'leader'), (14, 'team')])
        self.assertEqual(self._told(lead), self.leader, "what the salesperson was asked goes with the responsibility")
        self.assertFalse(lead.user_id)
        self.assertEqual(lead.team_id, self.sales_team_1)
        self.assertTrue(lead.message_ids.filtered(lambda message: "Handed back to the team" in (message.body or '')))
        self.assertIn("3 working days after", lead.activity_ids.note)
        lead.user_id = self.user_sales_salesman
        self._run(self._day(60))
        self.assertEqual(lead.user_id, self.user_sales_salesman, "once in a stay")

    def test_off_by_default(self):
        values = self.env['crm.stage'].default_get(['rotting_activity', 'rotting_leader_days', 'rotting_release_days'])
        self.assertFalse(any(values.values()))
        self.stage.rotting_activity = False
        lead = self._deal()
        self._run(self._day(100))
        self.assertFalse(self._told(lead))
        self.stage.rotting_activity = True
        self._run(self._day(200))
        self._run(self._day(300))
        self.assertEqual((self._told(lead), lead.user_id), (self.user_sales_salesman, self.user_sales_salesman))

    def test_once_in_each_stay(self):
        lead = self._deal()
        for day in (7, 8, 20):
            self._run(self._day(day))
        self.assertEqual(len(lead.activity_ids), 1)
        lead.user_id = self.user_sales_leads  # the stay goes on
        self._run(self._day(40))
        self.assertEqual(len(lead.activity_ids), 1)
        lead.stage_id = self.stage_new
        self._end()
        lead.stage_id = self.stage
        self._end()
        self._run(self.moment + timedelta(days=10))
        self.assertEqual(len(lead.activity_ids), 2)

    def test_never_for_what_is_not_open(self):
        won, lost, archived, lead, moved = (self._deal() for _number in range(5))
        won.action_set_won()
        lost.action_set_lost()
        archived.active = False
        moved.stage_id = self.stage_negotiation
        lead.write({'type': 'lead'})
        self._run(self._day(50))
        self.assertFalse(self.warned.search_count([('lead_id', 'in', (won + lost + archived + lead + moved).ids)]))
        lost.toggle_active()
        self._run(self._day(51))
        self.assertFalse(self._told(lost), "restoring begins a new stay")

    def test_never_for_what_waits_for_approval(self):
        lead = self._deal()
        request = self.env['crm.stage.override'].create({
            'lead_id': lead.id, 'stage_id': self.stage_won.id, 'reason': "x", 'state': 'requested',
            'user_id': self.user_sales_salesman.id})
        self._run(self._day(50))
        self.assertFalse(self._told(lead))
        self.env.cr.execute("UPDATE crm_stage_override SET state = 'refused' WHERE id = %s", [request.id])
        self._run(self._day(51))
        self.assertTrue(self._told(lead))

    def test_nobody_to_be_told(self):
        """Nobody is told twice, and nobody who has left; the steps go on all the same."""
        self.stage.rotting_leader_days = 1
        unassigned, of_leader = self._deal(user_id=False), self._deal(user_id=self.leader.id)
        left = self._deal()
        self.user_sales_salesman.active = False
        for day in (7, 8, 9):
            self._run(self._day(day))
        self.assertEqual(self._told(unassigned), self.leader)
        self.assertIn("nobody is responsible", unassigned.activity_ids.note)
        self.assertEqual(len(of_leader.activity_ids), 1)
        self.assertEqual(self._told(left), self.leader)

    def test_a_required_salesperson_stays(self):
        self.stage.rotting_release_days = 1
        keeps, goes = self._deal(), self._deal(company_id=False)
        self._require(self.stage, 'user_id', condition=f"[('id', '=', {keeps.id})]")
        for day in range(20):
            self._run(self._day(day))
        self.assertEqual(keeps.user_id, self.user_sales_salesman)
        self.assertFalse(goes.user_id)

    def test_in_the_language_of_each(self):
        self.user_sales_salesman.lang = 'vi_VN'
        self.stage.with_context(lang='vi_VN').name = "Báo giá"
        lead = self._deal()
        self._run(self._day(7))
        self.assertIn("“Báo giá”", lead.activity_ids.note)
        self.assertEqual(lead.activity_ids.summary, "Ở giai đoạn này quá lâu")

    def test_twenty_kills(self):
        """Wherever the process ends, each warning is given exactly once."""
        self.patch(crm_lead_rotting, 'CHUNK_SIZE', 1)
        self.stage.write({'rotting_leader_days': 1, 'rotting_release_days': 1})
        leads = self.env['crm.lead'].concat(*(self._deal() for _number in range(12)))
        chance = random.Random(5)
        kills = 0
        for day, _attempt in itertools.product((7, 8, 9), range(15)):
            self.moment = self._day(day)
            kills += self._run_killed(chance.randint(1, 9))
        for day in (10, 11):
            self._run(self._day(day))
        self.assertGreaterEqual(kills, 20)
        rows = self.warned.search([('lead_id', 'in', leads.ids)])
        self.assertEqual(len(rows), 36)
        self.assertEqual(set(Counter(rows.mapped(lambda row: (row.lead_id, row.level))).values()), {1})
        self.assertEqual(leads.activity_ids.mapped('user_id'), self.leader)
        self.assertEqual(len(leads.activity_ids), 12)
        self.assertFalse(leads.user_id)

    def _run_killed(self, life):
        """Run the scheduled action until the process is killed: what it has not committed is lost.

        :param int life: number of steps until then
        :return: whether there was so much to do
        """
        steps = itertools.count(1)
        self.env.cr.flush()
        savepoints = [self.env.cr.savepoint()]

        def live(*_args):
            if next(steps) == life:
                raise KilledError

        def commit(*_args, **_kwargs):
            self.env.cr.flush()
            savepoints.pop().close(rollback=False)
            savepoints.append(self.env.cr.savepoint())
            live()
            return 60

        def run(function, _env):
            function()
            live()  # all is done, and nothing of it committed

        with ExitStack() as stack:
            stack.enter_context(patch.object(crm_lead_rotting, 'retrying', run))
            stack.enter_context(patch.object(self.env.registry['ir.cron'], '_commit_progress', commit))
            stack.enter_context(self._killing(live))
            try:
                self.warned._cron_tell()
            except KilledError:
                self.env.invalidate_all(flush=False)
                savepoints.pop().close(rollback=True)
                self.env.cr.precommit.clear()
                return True
            savepoints.pop().close(rollback=False)
            return False

    @contextmanager
    def _killing(self, live):
        original = self.env.registry['mail.activity'].create

        def create(activities, vals_list):
            live()
            return original(activities, vals_list)

        with patch.object(self.env.registry['mail.activity'], 'create', create):
            yield

    def test_queries(self):
        """As many queries for eight opportunities as for two hundred that are looked at."""
        counts = []
        for number in (8, 200):
            self.env['crm.lead'].concat(*(self._deal() for _number in range(number)))
            self.moment = self._day(1)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertFalse(self.warned._get_due())
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_settings(self):
        stage = self.stage_qualified.with_user(self.user_sales_manager)
        with Form(stage, 'crm.crm_stage_form') as form:
            form.rotting_threshold_days = 4
            form.rotting_activity = True
            form.rotting_leader_days = 2
            form.rotting_release_days = 3
        self.assertEqual(stage._get_rotting_steps(), [('salesperson', '', 4), ('leader', 'salesperson', 2), ('team', 'leader', 3)])
        stage.rotting_leader_days = 0
        self.assertEqual(stage._get_rotting_steps(), [('salesperson', '', 4), ('team', 'salesperson', 3)])

    def test_rights(self):
        lead = self._deal()
        self._run(self._day(7))
        rows = self.warned.search([('lead_id', '=', lead.id)])
        self.assertEqual(rows.with_user(self.user_sales_manager).level, 'salesperson')
        with self.assertRaises(AccessError):
            rows.with_user(self.user_sales_manager).unlink()
        with self.assertRaises(AccessError):
            rows.with_user(self.user_sales_salesman).read(['level'])
        with self.assertRaises(AccessError):
            self.stage.with_user(self.user_sales_salesman).rotting_activity = False
