"""What is reconstructed of opportunities from the changes that Odoo tracked."""
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from ..tracked_life import Change, Life, complete, get_decisions
from .history_case import BEGINNING, HistoryCase

REBUILD = 'odoo.addons.winerp_crm_pipeline.models.crm_lead_history_rebuild'


@tagged('post_install', '-at_install')
class TestHistoryRebuild(HistoryCase):

    NAMES = (
        'stage_id', 'expected_revenue', 'user_id', 'won_status', 'date_from', 'date_to', 'is_entry', 'stay_from', 'outcome', 'days')

    def _rebuild(self):
        """Forget the history and begin it anew, as an installation does."""
        self.env.cr.flush()
        self.history._start()
        self.assertFalse(self.history._get_unrecorded_ids())
        self.env.invalidate_all()

    def _live(self):
        lead = self._new(expected_revenue=10)
        self._end()
        lead.stage_id = self.stage_quotation
        self._end()
        lead.write({'expected_revenue': 20, 'user_id': self.user_sales_leads.id})
        self._end()
        lead.stage_id = self.stage_qualified
        self._end()
        lead.action_set_lost()
        self._end()
        lead.action_unarchive()
        self._end()
        lead.action_set_won()
        self._end()
        return lead

    def test_as_it_was_lived(self):
        """What is reconstructed of what was tracked is what was seen live."""
        lead = self._live()
        lived = self._rows(lead, *self.NAMES)
        self.assertEqual(len(lived), 7)
        funnel = self.env['crm.lead'].get_funnel([('id', '=', lead.id)])
        self._rebuild()
        self.assertEqual(self._rows(lead, *self.NAMES), lived)
        self.assertEqual(self._rows(lead, 'is_reconstructed', 'is_waiting'), [(True, False)] * 7)
        self.assertEqual(self.env['crm.lead'].get_funnel([('id', '=', lead.id)]), funnel)
        lead.stage_id = self.stage_new
        self._end()
        self.assertEqual(self._rows(lead, 'is_reconstructed')[-1], (False,))
        self._check_sound(lead)

    def test_in_vietnamese(self):
        """Selections are tracked as they were read, in core's words before the installation and in ours after it."""
        lead = self._new()
        self._end()
        lead.with_context(lang='vi_VN').action_set_lost()
        self._end()
        values = self.env['mail.tracking.value'].search([
            ('mail_message_id.res_id', '=', lead.id), ('field_id.name', '=', 'won_status')])
        self.assertEqual(len(values), 1)
        for word in (values.new_value_char, "Mất", "Lost"):
            values.new_value_char = word
            self._rebuild()
            self.assertEqual(self._rows(lead, 'won_status', 'outcome'), [('pending', 'lost'), ('lost', False)])

    def test_converted(self):
        lead = self._new(type='lead')
        self._end()
        lead.convert_opportunity(False)
        self._end()
        lead.stage_id = self.stage_quotation
        self._end()
        lived = self._rows(lead, *self.NAMES)
        self._rebuild()
        self.assertEqual(self._rows(lead, *self.NAMES), lived)

    def test_before_odoo_tracked_decisions(self):
        """In older databases being archived tells what was lost, and the stage what was won."""
        lead = self._live()
        lived = self._rows(lead, *self.NAMES)
        self.env['mail.tracking.value'].search([('field_id', '=', self._get_field('won_status').id)]).unlink()
        known = self.env['ir.model.data'].search([('module', '=', 'crm'), ('name', '=', 'field_crm_lead__won_status')])
        self.env.cr.execute("UPDATE ir_model_data SET create_date = %s WHERE id = %s", [self.moment, known.id])
        self.env.invalidate_all()
        self._rebuild()
        self.assertEqual(self._rows(lead, *self.NAMES), lived)

    def _get_field(self, name):
        return self.env['ir.model.fields']._get('crm.lead', name)

    def test_without_tracking(self):
        """What was imported was always as it is known to be; when it was closed, Odoo's dates say."""
        lead = self._new().with_context(tracking_disable=True)
        won = self._new(stage_id=self.stage_won.id)
        self._end()
        lead.write({'stage_id': self.stage_quotation.id, 'expected_revenue': 8})
        self._end()
        with patch('odoo.fields.Datetime.now', return_value=self.moment.replace(microsecond=0)):
            lead.action_set_lost()
        self._end()
        self._rebuild()
        rows = self._rows(lead, 'stage_id', 'expected_revenue', 'won_status', 'outcome')
        self.assertEqual(rows, [("Quotation", 8, 'pending', 'lost'), ("Quotation", 8, 'lost', False)])
        self.assertEqual(self._rows(won, 'stage_id', 'won_status')[-1], ("Won", 'won'))
        self._check_sound(lead + won)

    def test_merged_away(self):
        """The messages of what was merged tell another's story."""
        kept, merged = self._new(stage_id=self.stage_quotation.id, probability=90), self._new(probability=1)
        self._end()
        merged.stage_id = self.stage_qualified
        self._end()
        (kept + merged).merge_opportunity()
        self._end()
        self._rebuild()
        self.assertEqual(self._rows(kept, 'stage_id', 'outcome'), [("Quotation", False)])

    def test_what_is_deleted_is_unknown(self):
        brief = self.env['crm.stage'].create({'name': "Brief", 'sequence': 1002})
        lead = self._new()
        self._end()
        lead.stage_id = brief
        self._end()
        lead.stage_id = self.stage_quotation
        self._end()
        brief.unlink()
        self._rebuild()
        self.assertEqual(self._rows(lead, 'stage_id', 'is_entry'), [("New", True), (False, True), ("Quotation", True)])

    def test_in_chunks(self):
        """What waits goes on where it stopped; opportunities live meanwhile, are merged, deleted, made leads."""
        leads = self.env['crm.lead'].browse()
        for number in range(6):
            leads += self._new(f"Deal {number}", probability=10 * number + 1)
            self._end()
        leads.write({'stage_id': self.stage_quotation.id})
        self._end()
        lived = [self._rows(lead, *self.NAMES) for lead in leads]
        chunk = patch(f'{REBUILD}.CHUNK_SIZE', 1)
        with chunk, patch.object(self.env.registry['crm.lead.history'], '_rebuild_chunk', lambda _self: 1):
            self._rebuild()
        self.assertEqual(self._rows(leads[0], 'date_from', 'is_waiting', 'is_entry'), [(7, True, True)])
        self.assertGreaterEqual(self.env['crm.lead'].get_funnel()['waiting'], 6)
        self._end()
        leads[1].stage_id = self.stage_negotiation
        leads[2].type = 'lead'
        (leads[4] + leads[3]).merge_opportunity()
        leads[5].unlink()
        self._end()
        left = []

        def commit(_cron, processed=0, *, remaining=None, **_options):
            left.append(processed if remaining is None else remaining)
            return 60 if len(left) < 3 else 0

        retrying = patch(f'{REBUILD}.retrying', lambda function, _env: function())
        with chunk, retrying, patch.object(self.env.registry['ir.cron'], '_commit_progress', commit):
            self.history._cron_rebuild()
            self.assertEqual(left[1:], [1, 1], "it ran out of time")
            while self.history._count_waiting():
                self.history._rebuild_chunk()
        self.env.invalidate_all()
        self.assertEqual(self._rows(leads[0], *self.NAMES), lived[0])
        self.assertEqual(self._rows(leads[1], 'stage_id', 'is_entry', 'stay_from', 'outcome', 'days'), [
            ("New", True, 1, 'advanced', 5), ("Quotation", True, 6, 'advanced', 2), ("Negotiation", True, 8, False, 0)])
        self.assertEqual(self._rows(leads[2], 'stage_id', 'date_to', 'outcome'), [("New", 6, 'advanced'), ("Quotation", 8, 'back')])
        self._check_sound(leads.exists())

    def test_touched_within_the_stay(self):
        """A change while it waits belongs to the stay that began long before."""
        lead = self._new()
        self._end()
        with patch.object(self.env.registry['crm.lead.history'], '_rebuild_chunk', lambda _self: 0):
            self._rebuild()
        self._end()
        lead.expected_revenue = 5
        self._end()
        lead.stage_id = self.stage_quotation
        self._end()
        while self.history._rebuild_chunk():
            pass
        self.env.invalidate_all()
        self.assertEqual(self._rows(lead, 'expected_revenue', 'is_entry', 'stay_from', 'outcome', 'days', 'is_reconstructed'), [
            (0, True, 0, False, 0, True), (5, False, 0, 'advanced', 3, False), (5, True, 3, False, 0, False)])


class TestTrackedLife(TransactionCase):
    """The same in plain Python."""

    def _at(self, day):
        return BEGINNING + timedelta(days=day)

    def _states(self, state, changes, start=0, end=9):
        return [
            ((moment - BEGINNING).days, tuple(then.values()))
            for moment, then in Life(state, self._at(start), self._at(end), changes).get_states()]

    def test_values(self):
        changes = [Change(self._at(2), 'a', 1, 2), Change(self._at(4), 'a', 3, 4), Change(self._at(4), 'b', 'x', 'y')]
        self.assertEqual(self._states({'a': 4, 'b': 'y', 'c': 0}, changes), [
            (0, (1, 'x', 0)), (2, (2, 'x', 0)), (4, (4, 'y', 0))])
        self.assertEqual(self._states({'a': 5}, changes[:1]), [(0, (1,)), (2, (2,))], "what was not tracked happened later")
        self.assertEqual(self._states({'a': 2}, changes[:1], start=3), [(3, (2,))])
        self.assertEqual(self._states({'a': 7}, []), [(0, (7,))])
        self.assertEqual(self._states({'a': 2}, [Change(self._at(2), 'a', 2, 2)]), [(0, (2,))])

    def test_dates_complete_it(self):
        changes = [Change(self._at(1), 'stage_id', 1, 2)]
        state = {'stage_id': 3, 'won_status': 'lost'}
        self.assertEqual(complete(changes, state, self._at(4), self._at(5)), [
            *changes, Change(self._at(4), 'stage_id', 2, 3), Change(self._at(5), 'won_status', 'pending', 'lost')])
        self.assertEqual(complete(changes, {'stage_id': 2, 'won_status': 'pending'}, self._at(4), self._at(5)), changes)
        self.assertEqual(complete(changes, state, datetime.min, None), changes)

    def test_decisions(self):
        stage, archived = Change(1, 'stage_id', 1, 9), Change(1, 'active', True, False)
        self.assertEqual(get_decisions([stage], {9}), [Change(1, 'won_status', 'pending', 'won')])
        self.assertEqual(get_decisions([stage], {5}), [])
        self.assertEqual(get_decisions([archived], {9}), [Change(1, 'won_status', 'pending', 'lost')])
        restored = archived._replace(old=False, new=True)
        self.assertEqual(get_decisions([restored, stage], {9}), [Change(1, 'won_status', 'lost', 'won')])
        told = Change(1, 'won_status', 'lost', 'pending')
        self.assertEqual(get_decisions([told, stage], {9}), [told])
