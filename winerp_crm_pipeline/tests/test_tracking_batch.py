import functools
from unittest.mock import patch

from odoo.tests import tagged

from ..tracking_batch import NEUTRAL
from .tracking_case import TrackingCase


@tagged('-at_install', 'post_install')
class TestTrackingBatch(TrackingCase):
    """Core is spared where nobody misses it; it costs the less the more change."""

    def _patch(self, model, name):
        """Patch a method as automation rules do: on the class in the registry, with a way back to the method."""
        cls = self.env.registry[model]

        def patched(records, *args, **kwargs):
            return patched.origin(records, *args, **kwargs)

        patched.origin = getattr(cls, name)
        patching = patch.object(cls, name, patched)
        patching.start()
        self.addCleanup(patching.stop)
        return patching

    def test_one(self):
        with self._posting(self.leads, True) as batches:
            self._move(self.leads[:1])
            self.env.cr.flush()
            self.assertFalse(batches, "core's way is short enough")
            self._move(self.leads[1:3])
            self.env.cr.flush()
            self.assertEqual(batches, [2])

    def test_patched(self):
        """Automation rules on messages, and all that is patched, put core in charge, and no longer than they last."""
        for model, names in NEUTRAL.items():
            for name in [*names, '_message_post_after_hook'] if model == 'mail.thread' else names:
                model_name = 'crm.lead' if model == 'mail.thread' else model
                with self.subTest(method=f'{model_name}.{name}'):
                    patching = self._patch(model_name, name)
                    self.assertFalse(self.leads._is_tracked_in_batch())
                    self.assertSameRows(self._move, is_batch=False)
                    patching.stop()
                    self.assertTrue(self.leads._is_tracked_in_batch())

    def test_wrapped(self):
        """A wrapper that passes for what it wraps is not taken for it."""
        for model in ('crm.lead', 'mail.message'):
            name = 'message_post' if model == 'crm.lead' else 'create'
            owner = next(cls for cls in self.env.registry[model].__mro__ if name in vars(cls))
            origin = vars(owner)[name]
            wrapper = functools.wraps(origin)(lambda *args, origin=origin, **kwargs: origin(*args, **kwargs))
            with self.subTest(model=model), patch.object(owner, name, wrapper):
                self.assertFalse(self.leads._is_tracked_in_batch())
        self.assertTrue(self.leads._is_tracked_in_batch())

    def test_unknown_add_on(self):
        """An add-on that is not known puts core in charge, wherever it stands among the classes."""
        cls = self.env.registry['crm.lead']
        for base in (cls.__bases__[0], self.env.registry['mail.thread'].__bases__[-1]):
            with self.subTest(base=base):
                with patch.object(base, 'message_post', lambda leads, **kwargs: None, create=True):
                    self.assertFalse(self.leads._is_tracked_in_batch())

    def test_later_hook(self):
        """A hook that another add-on puts before the batch would see a message that is not there yet."""
        extension = type('Extension', (), {'_message_post_after_hook': lambda leads, message, values: None})
        cls = self.env.registry['crm.lead']
        bases = cls.__bases__
        cls.__bases__ = (extension, *bases)
        self.addCleanup(setattr, cls, '__bases__', bases)
        self.assertFalse(self.leads._is_tracked_in_batch())

    def test_messages_are_known_at_once(self):
        for lead in self.leads:
            self.assertTrue(lead.message_ids)
        self._move(self.leads)
        self.env.cr.flush()
        for lead in self.leads:
            self.assertEqual(lead.message_ids[0].tracking_value_ids.field_id.name, 'stage_id')
            self.assertEqual(len(set(self.leads.message_ids.mapped('message_id'))), len(self.leads.message_ids))

    def test_refused(self):
        """What a refused move would have told goes with it; what came before is told once."""
        self._require(self.stage_quotation, 'website')
        leads = self._as_salesman(self.leads)
        count = len(leads.message_ids)
        self._move(leads)
        self.assertRefused(lambda: leads.write({'stage_id': self.stage_quotation.id, 'expected_revenue': 5}))
        self.env.cr.flush()
        self.assertEqual(len(leads.message_ids), count + len(leads))
        for lead in leads:
            values = lead.sudo().message_ids[0].tracking_value_ids
            self.assertEqual(values.field_id.name, 'stage_id')
            self.assertEqual(values.new_value_char, "Qualified")

    def test_queries(self):
        """One opportunity more costs at most 1.1 queries; plain Odoo's 9."""
        self.env['crm.lead'].with_context(tracking_disable=True).create([
            {'name': f"Deal {number}", 'type': 'opportunity', 'stage_id': self.stage_new.id, 'team_id': self.sales_team_1.id}
            for number in range(80 - len(self.leads))
        ])
        leads = self.env['crm.lead'].search([('stage_id', '=', self.stage_new.id)], limit=80)
        self.assertEqual(len(leads), 80)
        self._count_queries(leads[:20])  # warm the registry's caches
        counts = {size: self._count_queries(leads[:size]) for size in (20, 80)}
        self.assertLessEqual((counts[80] - counts[20]) / 60, 1.1, counts)
        self.assertLessEqual(counts[80] / 80, 1.1, counts)

    def test_nothing_changed(self):
        """What was written and is as before costs nothing."""
        self.env.cr.flush()
        self.leads._track_prepare(['stage_id'])
        before = self.env.cr.sql_log_count
        self.env.cr.flush()
        self.assertEqual(self.env.cr.sql_log_count, before)

    def _count_queries(self, leads):
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._move(leads.with_user(self.user_sales_manager))
        self.env.flush_all()
        self.env.cr.flush()
        count = self.env.cr.sql_log_count - before
        leads.with_context(tracking_disable=True).write({'stage_id': self.stage_new.id})
        return count
