"""What is remembered of opportunities, on whichever path they change."""
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged, users
from odoo.tests.common import warmup

from .history_case import HistoryCase


@tagged('post_install', '-at_install')
class TestHistoryRecord(HistoryCase):

    # ------------------------------------------------------------
    # ONE OPPORTUNITY
    # ------------------------------------------------------------

    def test_life(self):
        lead = self._new(expected_revenue=10)
        self._end()
        lead.stage_id = self.stage_quotation
        self._end()
        lead.expected_revenue = 20
        self._end()
        lead.stage_id = self.stage_qualified
        self._end()
        lead.action_set_won()
        self._end()
        self.assertEqual(self._rows(lead, 'stage_id', 'expected_revenue', 'won_status', 'is_entry', 'is_decision', 'outcome'), [
            ("New", 10, 'pending', True, False, 'advanced'),
            ("Quotation", 10, 'pending', True, False, False),
            ("Quotation", 20, 'pending', False, False, 'back'),
            ("Qualified", 20, 'pending', True, False, 'won'),
            ("Won", 20, 'won', True, True, False),
        ])
        self.assertEqual(self._rows(lead, 'date_from', 'date_to', 'stay_from', 'days', 'next_stage_id'), [
            (0, 1, 0, 1, "Quotation"), (1, 2, 1, 0, False), (2, 3, 1, 2, "Qualified"), (3, 4, 3, 1, "Won"), (4, False, 4, 0, False),
        ])
        self._check_sound(lead)

    def test_lost_and_restored(self):
        """Being lost is no stay, and restoring begins a new one."""
        lead = self._new()
        self._end()
        lead.action_set_lost()
        self._end()
        lead.action_unarchive()
        self._end()
        lead.action_set_lost()
        lead.stage_id = self.stage_qualified
        self._end()
        names = ('stage_id', 'won_status', 'is_entry', 'is_decision', 'stay_from', 'outcome', 'next_stage_id')
        self.assertEqual(self._rows(lead, *names), [
            ("New", 'pending', True, False, 0, 'lost', False),
            ("New", 'lost', False, True, False, False, False),
            ("New", 'pending', True, False, 2, 'lost', False),
            ("Qualified", 'lost', False, True, False, False, False),
        ])
        self._check_sound(lead)

    def test_archived_is_open(self):
        lead = self._new(stage_id=self.stage_qualified.id, probability=40)
        self._end()
        lead.active = False
        if lead.probability:
            self.assertEqual(self._rows(lead, 'won_status'), [('pending',)])

    def test_stage_becomes_a_won_stage(self):
        lead = self._new(stage_id=self.stage_negotiation.id)
        self._end()
        self.stage_negotiation.is_won = True
        self._end()
        self.assertEqual(self._rows(lead, 'won_status', 'is_entry', 'outcome'), [
            ('pending', True, False), ('won', False, False)])

    def test_salesperson_and_closing(self):
        lead = self._new()
        self._end()
        lead.write({'user_id': self.user_sales_leads.id, 'team_id': self.sales_team_1.id})
        self._end()
        lead.date_deadline = '2031-06-30'
        self._end()
        self.assertEqual(
            [user for user, in self._rows(lead, 'user_id')],
            [self.user_sales_salesman.name, self.user_sales_leads.name, self.user_sales_leads.name])
        self.assertEqual(self._rows(lead, 'is_entry', 'stay_from'), [(True, 0), (False, 0), (False, 0)])

    def test_nothing_that_counts(self):
        lead = self._new(expected_revenue=10)
        self._end()
        lead.write({'name': "Other", 'priority': '2', 'phone': "0912", 'expected_revenue': 10, 'probability': 33})
        self.assertEqual(len(self._rows(lead)), 1)

    def test_team_and_stage(self):
        """The team changes and the stage with it: that is no going on. In a shared stage the stay goes on."""
        team = self.env['crm.team'].create({'name': "Other"})
        own = self.env['crm.stage'].create({'name': "Own", 'sequence': 1002, 'team_ids': self.sales_team_1.ids})
        lead = self._new(stage_id=own.id)
        shared = self._new()
        self._end()
        (lead + shared).write({'team_id': team.id, 'user_id': False})
        lead.stage_id = self.stage_quotation
        self._end()
        self.assertEqual(self._rows(lead), [("Own", 'pending', True, 'team'), ("Quotation", 'pending', True, False)])
        self.assertEqual(self._rows(shared), [("New", 'pending', True, False), ("New", 'pending', False, False)])
        self._check_sound(lead + shared)

    def test_converted(self):
        """A lead has no history; it begins with the conversion, and ends where the opportunity is made a lead again."""
        lead = self._new(type='lead')
        self._end()
        lead.stage_id = self.stage_qualified
        self.assertFalse(self._rows(lead))
        self._end()
        lead.convert_opportunity(False)
        self._end()
        lead.type = 'lead'
        self._end()
        lead.stage_id = self.stage_quotation
        self._end()
        lead.type = 'opportunity'
        self._end()
        stage = lead.stage_id.name
        self.assertEqual(
            self._rows(lead, 'date_from', 'date_to', 'is_entry', 'outcome'), [(2, 3, True, 'back'), (5, False, True, False)])
        self.assertEqual(self._rows(lead, 'stage_id')[1], (stage,))

    def test_stages_are_reordered(self):
        """What became of a stay is said by the order of the day, and stays."""
        lead = self._new()
        self._end()
        lead.stage_id = self.stage_quotation
        self._end()
        self.stage_quotation.sequence = 1000
        self._end()
        lead.stage_id = self.stage_new
        self._end()
        self.assertEqual(self._rows(lead, 'outcome'), [('advanced',), ('advanced',), (False,)])

    def test_deleting(self):
        lead, other = self._new(), self._new()
        self._end()
        other.stage_id = lead.stage_id = self.stage_qualified
        self._end()
        other.stage_id = self.stage_quotation
        self._end()
        origin = lead.id
        lead.unlink()
        self.env.cr.flush()
        self.assertFalse(self.history.search([('origin_id', '=', origin)]), "with the opportunity goes its history")
        self.env['crm.lead'].search([('stage_id', '=', self.stage_qualified.id)]).unlink()
        self.stage_qualified.unlink()
        self.env.invalidate_all()
        self.assertEqual(self._rows(other), [
            ("New", 'pending', True, 'advanced'), (False, 'pending', True, 'advanced'), ("Quotation", 'pending', True, False)])
        flow = self.history.get_stage_flow([('lead_id', '=', other.id)])['stages']
        self.assertEqual([(stage['stage_id'], stage['entered']) for stage in flow if stage['entered']], [
            (self.stage_new.id, 1), (self.stage_quotation.id, 1), (False, 1)])
        self.assertFalse(self.history._get_unrecorded_ids())

    def test_team_is_deleted(self):
        team = self.env['crm.team'].create({'name': "Brief"})
        lead = self._new(team_id=team.id, user_id=False)
        self._end()
        team.unlink()
        self._end()
        self.env.invalidate_all()
        self.assertEqual(self._rows(lead, 'team_id', 'date_to'), [(False, False)])
        self.assertFalse(self.history._get_unrecorded_ids())

    # ------------------------------------------------------------
    # TRANSACTIONS
    # ------------------------------------------------------------

    def test_one_row_a_transaction(self):
        lead = self._new()
        self._end()
        for stage in (self.stage_qualified, self.stage_won, self.stage_quotation):
            with self.env.cr.savepoint():  # which runs the hooks each time
                lead.stage_id = stage
        lead.expected_revenue = 5
        self._end()
        self.assertEqual(self._rows(lead), [("New", 'pending', True, 'advanced'), ("Quotation", 'pending', True, False)])
        self._check_sound(lead)

    def test_changed_back(self):
        lead = self._new(expected_revenue=5)
        self._end()
        for stage in (self.stage_qualified, self.stage_won, self.stage_new):
            with self.env.cr.savepoint():
                lead.write({'stage_id': stage.id, 'expected_revenue': stage.sequence})
        lead.expected_revenue = 5
        self._end()
        self.assertEqual(
            self._rows(lead, 'stage_id', 'date_to', 'outcome', 'days', 'next_stage_id'), [("New", False, False, 0, False)])

    def test_changed_back_while_new(self):
        lead = self._new()
        for stage in (self.stage_qualified, self.stage_new):
            with self.env.cr.savepoint():
                lead.stage_id = stage
        self.assertEqual(self._rows(lead, 'stage_id', 'date_to', 'is_entry'), [("New", False, True)])

    def test_lead_and_back_in_one_transaction(self):
        lead = self._new()
        self._end()
        for kind in ('lead', 'opportunity'):
            with self.env.cr.savepoint():
                lead.type = kind
        lead.stage_id = self.stage_new
        self.assertEqual(self._rows(lead, 'stage_id', 'date_to', 'outcome'), [("New", False, False)])

    def test_rolled_back(self):
        lead = self._new()
        self._end()
        savepoint = self.env.cr.savepoint()
        lead.stage_id = self.stage_qualified
        self.env.cr.flush()
        other = self._new()
        self.env.cr.flush()
        savepoint.rollback()
        self._end()
        self.assertEqual(self._rows(lead), [("New", 'pending', True, False)])
        self.assertFalse(self.history.search([('origin_id', '=', other.id)]))
        with self.env.cr.savepoint():
            lead.stage_id = self.stage_quotation
        savepoint.rollback()
        savepoint.close()
        self.assertEqual(self._rows(lead), [("New", 'pending', True, False)])

    def test_refused(self):
        """What the gate refuses was never there; what came before it in the transaction is recorded."""
        lead = self._new()
        self._require(self.stage_quotation, 'website')
        self._end()
        lead.stage_id = self.stage_qualified
        self.assertRefused(lambda: lead.write({'stage_id': self.stage_quotation.id}))
        self._end()
        self.assertEqual(self._rows(lead), [("New", 'pending', True, 'advanced'), ("Qualified", 'pending', True, False)])

    def test_clock_is_set_back(self):
        lead = self._new()
        self._end()
        lead.stage_id = self.stage_qualified
        self._end()
        self.moment -= timedelta(days=30)
        lead.stage_id = self.stage_quotation
        self.env.cr.flush()
        self.assertEqual(self._rows(lead, 'stage_id', 'date_from', 'date_to'), [("New", 0, 1), ("Quotation", 1, False)])
        lead.stage_id = self.stage_new
        self.assertEqual(self._rows(lead, 'stage_id', 'date_from', 'date_to', 'outcome'), [("New", 0, False, False)])
        self._check_sound(lead)

    def test_asked_within_the_transaction(self):
        lead = self._new()
        self._end()
        lead.stage_id = self.stage_qualified
        self.assertEqual(lead.history_ids.stage_id, self.stage_new + self.stage_qualified)
        funnel = self.env['crm.lead'].get_funnel([('id', '=', lead.id)])['stages']
        self.assertEqual([stage['entered'] for stage in funnel if stage['stage_id'] in self.stages.ids], [1, 1, 0, 0, 0])

    # ------------------------------------------------------------
    # PATHS
    # ------------------------------------------------------------

    def test_import_without_tracking(self):
        fields = ['.id', 'name', 'type', 'stage_id/.id', 'expected_revenue']
        leads = self.env['crm.lead'].with_context(tracking_disable=True, import_file=True)
        ids = leads.load(fields[1:], [["Imported", 'opportunity', str(self.stage_qualified.id), '7']])['ids']
        self._end()
        leads.load(fields, [[str(ids[0]), "Imported", 'opportunity', str(self.stage_quotation.id), '8']])
        self._end()
        lead = self.env['crm.lead'].browse(ids)
        self.assertEqual(
            self._rows(lead, 'stage_id', 'expected_revenue', 'outcome'), [("Qualified", 7, 'advanced'), ("Quotation", 8, False)])

    def test_nightly_comparison(self):
        """What SQL changes, creates or makes a lead is found at night."""
        lead, converted, untouched = self._new(), self._new(), self._new()
        self._end()
        self.env.cr.execute("UPDATE crm_lead SET stage_id = %s WHERE id = %s", [self.stage_quotation.id, lead.id])
        self.env.cr.execute("UPDATE crm_lead SET type = 'lead' WHERE id = %s", [converted.id])
        self.env.cr.execute("""
            INSERT INTO crm_lead (name, type, stage_id, active, user_id) VALUES ('SQL', 'opportunity', %s, TRUE, NULL)
            RETURNING id""", [self.stage_new.id])
        [[created_id]] = self.env.cr.fetchall()
        self.env.invalidate_all()
        self._end()
        self.assertEqual(self.history._get_unrecorded_ids(), [lead.id, converted.id, created_id])
        retrying = patch(
            'odoo.addons.winerp_crm_pipeline.models.crm_lead_history_record.retrying', lambda function, _env: function())
        with retrying, patch.object(self.env.registry['ir.cron'], '_commit_progress', lambda *_args, **_kwargs: 60):
            self.history._cron_compare()
        self.assertFalse(self.history._get_unrecorded_ids())
        self.assertEqual(self._rows(lead, 'stage_id', 'date_from', 'outcome'), [("New", 0, 'advanced'), ("Quotation", 2, False)])
        self.assertEqual(self._rows(converted, 'date_to', 'outcome'), [(2, 'back')])
        self.assertEqual(self._rows(self.env['crm.lead'].browse(created_id), 'date_from', 'is_entry'), [(2, True)])
        self.assertEqual(len(self._rows(untouched)), 1)

    # ------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------

    def _prepare_merge(self):
        """Return two opportunities, the first of which a merge keeps."""
        kept, merged = self._new("Kept", stage_id=self.stage_quotation.id, probability=90), self._new("Merged", probability=10)
        self._end()
        merged.stage_id = self.stage_qualified
        self._end()
        return kept, merged

    def test_merge(self):
        kept, merged = self._prepare_merge()
        origin = merged.id
        self.assertEqual((kept + merged).merge_opportunity(), kept)
        self._end()
        self.assertEqual(
            sorted(self._rows(kept, 'origin_id', 'stage_id', 'date_from', 'date_to', 'outcome', 'days')),
            sorted([
                (kept.id, "Quotation", 0, False, False, 0),
                (origin, "New", 0, 1, 'advanced', 1), (origin, "Qualified", 1, 2, 'merged', 1),
            ]))
        self._check_sound(kept)

    def test_merge_that_deletes_nothing(self):
        """What lives on after a merge begins anew, with a history of its own."""
        kept, merged = self._prepare_merge()
        (kept + merged).merge_opportunity(auto_unlink=False)
        self._end()
        self.assertEqual(self._rows(merged, 'origin_id', 'stage_id', 'date_from', 'is_entry'), [(merged.id, "Qualified", 2, True)])
        self.assertEqual([row for row in self._rows(kept, 'origin_id', 'outcome') if row[0] == merged.id], [
            (merged.id, 'advanced'), (merged.id, 'merged')])
        merged.stage_id = self.stage_negotiation
        self._end()
        self._check_sound(kept + merged)
        merged.unlink()
        self.env.cr.flush()
        self.assertEqual(len(self._rows(kept)), 3)

    def test_merge_of_what_was_changed_just_now(self):
        kept, merged = self._prepare_merge()
        brief = self._new("Brief", probability=1)
        with self.env.cr.savepoint():
            merged.stage_id = self.stage_quotation
        origin = merged.id
        (kept + merged + brief).merge_opportunity()
        self._end()
        self.assertEqual([row for row in self._rows(kept, 'origin_id', 'stage_id', 'date_to', 'outcome') if row[0] != kept.id], [
            (origin, "New", 1, 'advanced'), (origin, "Qualified", 2, 'merged')])

    def test_converting_into_an_opportunity_that_is_there(self):
        """The wizard merges first, and deletes what was merged later."""
        kept, merged = self._prepare_merge()
        lead = self._new("Lead", type='lead')
        self._end()
        wizard = self.env['crm.lead2opportunity.partner'].with_context(
            active_model='crm.lead', active_id=lead.id, active_ids=lead.ids).create({
                'name': 'merge', 'duplicated_lead_ids': (kept + merged + lead).ids, 'user_id': self.user_sales_salesman.id})
        origin = merged.id
        wizard.action_apply()
        self._end()
        self.assertEqual((kept + merged + lead).exists(), kept)
        self.assertEqual([row for row in self._rows(kept, 'origin_id', 'outcome') if row[0] != kept.id], [
            (origin, 'advanced'), (origin, 'merged')])
        self._check_sound(kept)

    def test_merge_of_leads_that_were_opportunities(self):
        """What is a lead again has a past, which a merge does not lose; it waits for one query a transaction."""
        kept, first, second, last = (self._new(f"Lead {number}", probability=90 - number) for number in range(4))
        self._end()
        leads = kept + first + second
        leads.type = 'lead'
        self._end()
        (first + second).merge_opportunity(auto_unlink=False)
        before = self.cr.sql_log_count
        self.history._record_merge(kept, first)
        self.assertEqual(self.cr.sql_log_count, before)
        second.unlink()
        self._end()
        first.unlink()
        self._end()
        self.assertEqual(len(self._rows(kept)), 3)
        origin = kept.id
        (kept + last).merge_opportunity()
        self._end()
        self.assertEqual(len(self._rows((kept + last).exists())), 4, origin)

    def test_merge_of_lost_and_merged(self):
        kept, merged = self._prepare_merge()
        last = self._new("Last", stage_id=self.stage_negotiation.id, probability=95)
        merged.action_set_lost()
        self._end()
        (kept + merged).merge_opportunity()
        self._end()
        (last + kept).merge_opportunity()
        self._end()
        self.assertEqual(len(set(self._rows(last, 'origin_id'))), 3)
        self.assertEqual(len([row for row in self._rows(last, 'outcome') if row == ('merged',)]), 1, "what is lost is in no stay")
        self._check_sound(last)

    # ------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------

    def test_rights_are_the_opportunitys(self):
        own, other = self._new(), self._new(user_id=self.user_sales_leads.id)
        elsewhere = self._new(company_id=self.env['res.company'].create({'name': "Elsewhere"}).id, team_id=False, user_id=False)
        for lead in own + other + elsewhere:
            self._end()
            lead.expected_revenue = 77
        lost = self._new()
        self._end()
        lost.action_set_lost()
        self._end()
        leads = own + other + elsewhere + lost
        for user, seen in ((self.user_sales_salesman, own + lost), (self.user_sales_manager, own + other + lost)):
            with self.subTest(user=user.login):
                rows = self.history.with_user(user).search([('lead_id', 'in', leads.ids)])
                self.assertEqual(rows.lead_id, seen)
                self.assertEqual(len(rows), 2 * len(seen))
                self.assertEqual(self.history.with_user(user).search_count([('lead_id', 'in', leads.ids)]), len(rows))
        [row] = self.history.search([('lead_id', '=', other.id)], limit=1)
        with self.assertRaises(AccessError):
            row.with_user(self.user_sales_salesman).read(['expected_revenue'])
        other.user_id = self.user_sales_salesman
        self.env.cr.flush()
        self.assertTrue(row.with_user(self.user_sales_salesman).read(['expected_revenue']), "who has it now sees its past")

    @users('user_sales_manager')
    def test_nobody_writes_it(self):
        row = self.env['crm.lead.history'].search([('lead_id', '=', self.lead.id)])
        self.assertTrue(row)
        for function in (lambda: row.write({'days': 1}), row.unlink, lambda: row.copy(), lambda: row.create({'lead_id': 1})):
            with self.assertRaises(AccessError):
                function()

    def test_who_has_no_crm_sees_nothing(self):
        with self.assertRaises(AccessError):
            self.history.with_user(self.env.ref('base.public_user')).search([])

    def test_as_a_salesperson(self):
        """The history is written for whoever changes an opportunity."""
        lead = self._as_salesman(self.env['crm.lead']).create({'name': "Own", 'type': 'opportunity', 'stage_id': self.stage_new.id})
        self._end()
        lead.stage_id = self.stage_qualified
        self._end()
        self.assertEqual(len(self._rows(lead)), 2)

    # ------------------------------------------------------------
    # QUERIES
    # ------------------------------------------------------------

    def _count(self, function, leads):
        """Return the queries at the end of a transaction, after all that the ORM has to write is written."""
        function(leads)
        self.env.flush_all()
        before = self.cr.sql_log_count
        self.env.cr.flush()
        return self.cr.sql_log_count - before

    @warmup
    def test_queries(self):
        # What open boards are told is counted elsewhere.
        self.patch(self.env.registry['crm.lead'], '_tell_boards', lambda leads, vals: None)
        leads = self.env['crm.lead'].with_context(tracking_disable=True).create([
            {'name': f"Deal {number}", 'type': 'opportunity', 'stage_id': self.stage_new.id, 'user_id': False}
            for number in range(1000)])
        self._end()
        for size in (1, 80, 1000):
            with self.subTest(size=size):
                chosen = leads[:size].with_context(tracking_disable=True)
                self.assertLessEqual(self._count(lambda leads: leads.write({'stage_id': self.stage_qualified.id}), chosen), 2)
                self._end()
                self.assertEqual(self._count(lambda leads: leads.write({'referred': "An"}), chosen), 0)
                self.assertEqual(self._count(lambda leads: leads.write({'stage_id': self.stage_qualified.id}), chosen), 0)
                self._count(lambda leads: leads.write({'stage_id': self.stage_new.id}), chosen)
                self._end()
        self._check_sound(leads)

    @warmup
    def test_leads_cost_nothing(self):
        leads = self.env['crm.lead'].with_context(tracking_disable=True)

        def create(_leads):
            return leads.create({'name': "Lead", 'type': 'lead', 'user_id': False})

        self.assertEqual(self._count(create, leads), 0)
        lead = create(leads)
        self.env.cr.flush()
        self.assertEqual(self._count(lambda lead: lead.write({'user_id': self.user_sales_leads.id}), lead), 0)
