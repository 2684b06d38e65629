"""From where a stage may be entered, and going back to it."""
import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import StageRequirementError
from .common import PipelineCommon


@tagged('-at_install', 'post_install')
class TestStagePath(PipelineCommon):

    def setUp(self):
        super().setUp()
        self.stage_quotation.from_stage_ids = self.stage_qualified + self.stage_negotiation

    def assertOffPath(self, function, text=None):
        with self.assertRaises(StageRequirementError) as caught:
            function()
        [lead] = caught.exception.context['leads']
        self.assertTrue(all(rule['id'] < 0 for rule in lead['missing']))
        if text:
            self.assertIn(text, str(caught.exception))
        return caught.exception

    def test_nothing_by_default(self):
        self.assertFalse(self.stages.from_stage_ids - self.stage_qualified - self.stage_negotiation)
        self.lead.write({'stage_id': self.stage_negotiation.id})
        self.lead.write({'stage_id': self.stage_new.id})

    def test_entering(self):
        error = self.assertOffPath(
            lambda: self.lead.write({'stage_id': self.stage_quotation.id}),
            "It may be entered only from: Qualified, Negotiation")
        self.assertNotIn("Fill in", str(error))
        self.assertEqual(self.lead.stage_id, self.stage_new)
        self.lead.write({'stage_id': self.stage_qualified.id})
        self.lead.write({'stage_id': self.stage_quotation.id})
        self.lead.write({'stage_id': self.stage_quotation.id, 'name': "The same"})

    def test_going_back(self):
        self.stage_new.back_needs_reason = True
        self.lead.write({'stage_id': self.stage_negotiation.id})
        self.assertOffPath(lambda: self.lead.write({'stage_id': self.stage_new.id}), "Going back to it needs a reason")
        self.lead.with_user(self.user_sales_manager).action_move_stage(self.stage_new.id, override_reason="Wrong card")
        self.assertEqual(self.lead.stage_id, self.stage_new)
        override = self.lead.stage_override_ids
        self.assertEqual((override.requirement_names, override.state), ("Going back to it needs a reason", 'approved'))

    def test_together_with_requirements(self):
        phone = self._require(self.stage_quotation, 'phone')
        error = self.assertRefused(lambda: self.lead.write({'stage_id': self.stage_quotation.id}))
        self.assertEqual(
            [rule['id'] for rule in error.context['leads'][0]['missing']], [phone.id, -2 * self.stage_quotation.id])
        self.assertIn("without: Phone", str(error))
        self.lead.with_user(self.user_sales_manager).action_move_stage(self.stage_quotation.id, override_reason="Known")
        self.assertEqual(self.lead.stage_override_ids.requirement_ids, phone)
        self.assertIn("only from", self.lead.stage_override_ids.requirement_names)

    def test_approval(self):
        request = self.env['crm.stage.override'].browse(
            self._as_salesman().action_request_stage_move(self.stage_quotation.id, {}, "In a hurry"))
        self.assertIn("only from", request.requirement_names)
        self.lead.phone = "0912"
        self.assertEqual(request.state, 'requested', "nothing that is filled in helps")
        request.with_user(self.user_sales_manager).action_approve()
        self.assertEqual((request.state, self.lead.stage_id), ('approved', self.stage_quotation))

    def test_no_way_around(self):
        target = self.stage_quotation.id

        def through_archive():
            self.lead.write({'active': False})
            self.lead.write({'stage_id': target})

        def through_lead():
            self.lead.write({'type': 'lead', 'stage_id': target})
            self.lead.write({'type': 'opportunity'})

        self.lead = self.lead.with_user(self.user_sales_salesman)
        for attempt in (
            through_archive, through_lead,
            lambda: self._as_salesman().create({'name': "New", 'type': 'opportunity', 'stage_id': target}),
            lambda: self._as_salesman().create({'name': "New", 'type': 'opportunity', 'stage_id': target, 'active': False}),
            lambda: self.lead.write({'active': False, 'stage_id': target}),
        ):
            with self.assertRaises(StageRequirementError), self.cr.savepoint():
                attempt()
        self.env.invalidate_all()
        self.assertEqual(self.lead.stage_id, self.stage_new)

    def test_restoring_is_no_move(self):
        self.lead.write({'stage_id': self.stage_qualified.id})
        self.lead.write({'stage_id': self.stage_quotation.id})
        self.lead.action_set_lost()
        self.lead.action_unarchive()
        self.assertEqual(self.lead.stage_id, self.stage_quotation)

    def test_where_the_pipeline_begins(self):
        first = self.env['crm.stage'].browse(self.env['crm.lead']._get_stage_rules().get_first_stage_id(self.sales_team_1.id))
        first.from_stage_ids = self.stage_qualified
        lead = self._create_opportunity("New", stage_id=first.id)
        self.assertEqual(lead.stage_id, first)

    def test_from_outside(self):
        self.stages.from_stage_ids = self.stage_won
        lead = self.env['crm.lead'].sudo().create({'name': "Web form", 'type': 'opportunity'})
        self.assertTrue(lead.stage_id)

    def test_dialog(self):
        answer = self._as_salesman().get_stage_move_requirements(self.stage_quotation.id)
        [condition] = answer['dialog']['conditions']
        self.assertEqual(condition['name'], "It may be entered only from: Qualified, Negotiation")
        self.assertFalse(condition['remedy'])
        vietnamese = self._as_salesman().with_context(lang='vi_VN').get_stage_move_requirements(self.stage_quotation.id)
        self.assertIn("Chỉ được vào từ", vietnamese['dialog']['conditions'][0]['name'])

    def test_several(self):
        leads = self.lead + self._create_opportunity("Second")
        with self.assertRaises(StageRequirementError) as caught:
            leads.write({'stage_id': self.stage_quotation.id})
        self.assertEqual(len(caught.exception.context['leads']), 2)
        grid = leads.get_fill_in(self.stage_quotation.id)
        self.assertEqual(
            [[other['name'] for other in row['others']] for row in grid['rows']],
            [["It may be entered only from: Qualified, Negotiation"]] * 2)

    def test_a_named_stage_stays(self):
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.IntegrityError), self.cr.savepoint():
            self.stage_negotiation.unlink()

    def test_rules_at_once(self):
        self.stage_quotation.from_stage_ids = False
        self.lead.write({'stage_id': self.stage_quotation.id})

    def test_costs_no_query(self):
        leads = self.env['crm.lead'].concat(*(
            self._create_opportunity(f"Deal {number}", stage_id=self.stage_new.id) for number in range(4)))
        self._require(self.stage_qualified, 'name')

        def count(lead):
            self.env.cr.flush()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            lead.write({'stage_id': self.stage_qualified.id})
            self.env.flush_all()
            return self.cr.sql_log_count - before

        self.stages.from_stage_ids = False
        count(leads[0])  # warm
        plain = count(leads[1])
        self.stage_qualified.write({'from_stage_ids': [(6, 0, self.stage_new.ids)], 'back_needs_reason': True})
        count(leads[2])
        self.assertEqual(count(leads[3]), plain)
