import json
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from ..exceptions import OpportunityChangedError
from ..models.crm_lead_seen import SEEN
from .common import PipelineCommon


@tagged('-at_install', 'post_install')
class TestStageSeen(PipelineCommon):
    """What a colleague changed meanwhile is told before anything is written."""

    def _seen(self, lead=None, **seen):
        lead = lead or self.lead
        return self._as_salesman(lead).with_context(**{SEEN: {'id': lead.id, 'stage_id': self.stage_new.id, **seen}})

    def _assert_changed(self, function):
        with self.assertRaises(OpportunityChangedError) as caught:
            function()
        [change] = caught.exception.context['leads']
        return change

    def test_moved_meanwhile(self):
        self.lead.with_user(self.user_sales_manager).stage_id = self.stage_quotation
        self.env.cr.precommit.run()  # posts what was tracked
        lead = self._seen()
        for move in (
            lambda: lead.write({'stage_id': self.stage_qualified.id, 'phone': "0912"}),
            lambda: lead.web_save({'stage_id': self.stage_qualified.id}, {}),
            lambda: lead.action_move_stage(self.stage_qualified.id, {'phone': "0912"}),
            lambda: lead.action_set_won(),
        ):
            change = self._assert_changed(move)
            self.assertEqual(change['stage'], {
                'id': self.stage_quotation.id, 'name': "Quotation", 'user': self.user_sales_manager.name})
            self.assertEqual((self.lead.stage_id, self.lead.phone), (self.stage_quotation, False))
        # Whoever was told, and means it, moves it.
        self._seen(stage_id=self.stage_quotation.id).action_move_stage(self.stage_qualified.id)
        self.assertEqual(self.lead.stage_id, self.stage_qualified)

    def test_told_before_what_is_missing(self):
        self._require(self.stage_qualified, 'phone')
        lead = self._seen(stage_id=self.stage_won.id)
        self._assert_changed(lambda: lead.write({'stage_id': self.stage_qualified.id}))

    def test_nothing_to_tell(self):
        """Not where it is as it was seen, nor where a colleague did the same, nor about other opportunities."""
        self._seen().stage_id = self.stage_qualified
        self._seen().stage_id = self.stage_qualified
        self._seen().phone = "0912"
        other = self._create_opportunity("Desks", stage_id=self.stage_quotation.id)
        seen = {'id': self.lead.id, 'stage_id': self.stage_new.id}
        self._as_salesman(other).with_context(**{SEEN: seen}).stage_id = self.stage_won
        self.assertEqual(other.stage_id, self.stage_won)

    def test_several_moved_meanwhile(self):
        """As the cells of a list send it: all or nothing, with one message."""
        leads = self.lead + self._create_opportunity("Desks") + self._create_opportunity("Chairs")
        seen = [{'id': lead.id, 'stage_id': self.stage_new.id} for lead in leads]
        leads[:2].with_user(self.user_sales_manager).stage_id = self.stage_quotation
        with self.assertRaises(OpportunityChangedError) as caught:
            self._as_salesman(leads).with_context(**{SEEN: seen}).web_save({'stage_id': self.stage_qualified.id}, {})
        self.assertEqual([change['id'] for change in caught.exception.context['leads']], leads[:2].ids)
        self.assertEqual(leads.stage_id, self.stage_quotation + self.stage_new)
        for one in seen[:2]:
            one['stage_id'] = self.stage_quotation.id
        self._as_salesman(leads).with_context(**{SEEN: seen}).web_save({'stage_id': self.stage_qualified.id}, {})
        self.assertEqual(leads.stage_id, self.stage_qualified)

    def test_lists_say_where_a_move_starts(self):
        for xml_id in ('crm.crm_case_tree_view_oppor', 'winerp_crm_pipeline.crm_lead_view_list_missing_information'):
            arch = self.env['crm.lead'].get_view(self.env.ref(xml_id).id, 'list')['arch']
            self.assertIn('js_class="winerp_lead_list"', arch)
        self.assertIn('js_class="forecast_list"', self.env['crm.lead'].get_view(
            self.env.ref('crm.crm_lead_view_tree_forecast').id, 'list')['arch'])

    def test_not_for_what_follows(self):
        """What was seen is compared once: what the move sets off may move the opportunity on."""
        lead = self._seen()._check_seen({'stage_id': self.stage_qualified.id})
        for stage in (self.stage_qualified, self.stage_quotation):
            lead.stage_id = stage
        self.assertEqual(self.lead.stage_id, self.stage_quotation)

    def test_values_entered_meanwhile(self):
        self._require(self.stage_qualified, 'phone')
        self._require(self.stage_qualified, 'partner_id')
        self._require(self.stage_qualified, 'date_deadline')
        seen = self._as_salesman().get_stage_move_requirements(self.stage_qualified.id)['dialog']['seen']
        self.assertEqual((seen['id'], seen['stage_id']), (self.lead.id, self.stage_new.id))
        self.assertEqual((seen['values']['phone'], seen['values']['partner_id']), (False, False))
        seen = json.loads(json.dumps(seen))
        self.lead.write({'partner_id': self.contact_1.id, 'date_deadline': '2030-01-31'})
        values = {'phone': "0912", 'partner_id': self.contact_2.id, 'date_deadline': '2030-01-31'}
        lead = self._seen(**seen)
        change = self._assert_changed(lambda: lead.action_move_stage(self.stage_qualified.id, values))
        self.assertFalse(change['stage'])
        self.assertEqual(change['values'], [{
            'name': 'partner_id', 'value': self.contact_1.id, 'display_name': self.contact_1.display_name}])
        self.assertEqual(self.lead.partner_id, self.contact_1)
        lead = self._seen(**{**seen, 'values': {**seen['values'], 'partner_id': self.contact_1.id}})
        lead.action_move_stage(self.stage_qualified.id, values)
        self.assertEqual((self.lead.partner_id, self.lead.stage_id), (self.contact_2, self.stage_qualified))

    def test_numbers_dates_and_texts_are_as_they_were_seen(self):
        names = ['expected_revenue', 'date_deadline', 'description', 'priority', 'user_id', 'tag_ids', 'active']
        self.lead.write({'expected_revenue': 12.5, 'date_deadline': '2030-01-31', 'description': "<p>Xin chào</p>"})
        seen = json.loads(json.dumps(self.lead._read_seen(names)[self.lead.id]))
        self.assertEqual(set(names) - set(seen), {'tag_ids'}, "what adds up is not compared")
        self.env.invalidate_all()
        changed = self.lead._get_changed_values(seen, dict.fromkeys(names))
        self.assertEqual(changed, [])

    def test_telling_shows_no_more_than_may_be_read(self):
        lead = self._create_opportunity("Secret", user_id=self.user_sales_manager.id)
        with self.assertRaises(AccessError):
            self._seen(lead, stage_id=self.stage_won.id).stage_id = self.stage_qualified

    def test_odd_types_only_make_it_stricter(self):
        for seen in ('x', 7, [1], {'id': [1]}, [{'id': {}}], [[]], {'id': self.lead.id, 'values': ['phone']}):
            self.lead.with_context(**{SEEN: seen}).phone = "0912"
        with self.assertRaises(OpportunityChangedError):
            self.lead.with_context(**{SEEN: {'id': self.lead.id, 'stage_id': 'x'}}).stage_id = self.stage_qualified

    def test_boards_are_told_once(self):
        leads = self.lead.browse().concat(*(self._create_opportunity(f"Deal {number}") for number in range(30)))
        for moved in (leads[:2], leads):
            self.env.cr.flush()
            self.env['bus.bus'].search([]).unlink()
            for lead in moved:
                lead.stage_id = self.stage_qualified if lead.stage_id == self.stage_new else self.stage_new
            self.env.cr.precommit.run()
            messages = [json.loads(message) for message in self.env['bus.bus'].search([]).mapped('message')]
            [told] = [message['payload'] for message in messages if message['type'] == 'winerp_crm_pipeline.moved']
            self.assertEqual(told['stages'], {str(lead.id): lead.stage_id.id for lead in moved})

    def test_boards_cost_one_query(self):
        def count_queries():
            self.env.cr.flush()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.lead.stage_id = self.stage_qualified if self.lead.stage_id == self.stage_new else self.stage_new
            self.env.cr.flush()
            return self.env.cr.sql_log_count - before

        count_queries()  # warms up
        told = [count_queries(), count_queries()]
        with patch.object(self.env.registry['crm.lead'], '_tell_boards', lambda leads, vals: None):
            untold = [count_queries(), count_queries()]
        self.assertLessEqual(max(told) - min(untold), 1)

    def test_boards_are_not_told_of_the_rest(self):
        self.env.cr.flush()
        self.env['bus.bus'].search([]).unlink()
        self.lead.phone = "0912"
        self.env.cr.precommit.run()
        self.assertFalse(self.env['bus.bus'].search([('message', 'ilike', 'winerp_crm_pipeline.moved')]))


@tagged('-at_install', 'post_install')
class TestStageSeenConcurrency(BaseCase):
    """With two real transactions, committed, so it cleans up what it makes."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._clean)
        with self.registry.cursor() as cr:
            env = self._env(cr)
            self.stage_ids = env['crm.stage'].create(
                [{'name': f"Concurrent {number}", 'sequence': 5000 + number} for number in range(3)]).ids
            self.lead_id = env['crm.lead'].create({
                'name': "Concurrent", 'type': 'opportunity', 'stage_id': self.stage_ids[0], 'user_id': False}).id

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True})

    def _clean(self):
        with self.registry.cursor() as cr:
            self._env(cr)['crm.lead'].browse(self.lead_id).unlink()
            self._env(cr)['crm.stage'].browse(self.stage_ids).unlink()

    def _move(self, cr, stage_id):
        lead = self._env(cr)['crm.lead'].browse(self.lead_id)
        seen = {'id': lead.id, 'stage_id': self.stage_ids[0]}
        lead.with_context(**{SEEN: seen}).action_move_stage(stage_id)
        lead.flush_recordset()

    def test_two_at_the_same_moment(self):
        with self.registry.cursor() as cr_1, self.registry.cursor() as cr_2:
            for cr in (cr_1, cr_2):
                self._env(cr)['crm.lead'].browse(self.lead_id).read(['stage_id'])  # the snapshot is taken
            self._move(cr_1, self.stage_ids[1])
            cr_1.commit()
            with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.SerializationFailure):
                self._move(cr_2, self.stage_ids[2])
            cr_2.rollback()
            with self.assertRaises(OpportunityChangedError):  # as Odoo tries again
                self._move(cr_2, self.stage_ids[2])
            cr_2.rollback()
