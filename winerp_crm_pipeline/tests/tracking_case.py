"""Compares all rows that a change writes when its tracking is posted in a batch with those that core writes."""
import contextlib
import re
from unittest.mock import patch

from freezegun import freeze_time

from .common import PipelineCommon

SIZE = 12
# Ids of new rows begin here, so that one is told from every other number, and the table from the number.
FIRST_IDS = {
    'mail_message': 1_000_000, 'mail_tracking_value': 2_000_000, 'mail_notification': 3_000_000, 'mail_mail': 4_000_000,
    'bus_bus': 5_000_000, 'mail_followers': 6_000_000,
}
ROWS = {
    'messages': "SELECT to_jsonb(row)::text FROM mail_message row WHERE id >= %(mail_message)s ORDER BY id",
    'tracking': "SELECT to_jsonb(row)::text FROM mail_tracking_value row WHERE id >= %(mail_tracking_value)s ORDER BY id",
    'notifications': "SELECT to_jsonb(row)::text FROM mail_notification row WHERE id >= %(mail_notification)s ORDER BY id",
    'mails': "SELECT to_jsonb(row)::text FROM mail_mail row WHERE id >= %(mail_mail)s ORDER BY id",
    'recipients': "SELECT * FROM mail_mail_res_partner_rel WHERE mail_mail_id >= %(mail_mail)s ORDER BY 1, 2",
    'partners': "SELECT * FROM mail_message_res_partner_rel WHERE mail_message_id >= %(mail_message)s ORDER BY 1, 2",
    'attachments': "SELECT * FROM message_attachment_rel WHERE message_id >= %(mail_message)s ORDER BY 1, 2",
    'bus': "SELECT channel, message FROM bus_bus WHERE id >= %(bus_bus)s ORDER BY id",
    'followers': "SELECT * FROM mail_followers WHERE res_model = 'crm.lead' AND res_id = ANY(%(lead_ids)s) ORDER BY id",
    'opportunities': "SELECT to_jsonb(row)::text FROM crm_lead row WHERE id = ANY(%(lead_ids)s) ORDER BY id",
}


class TrackingCase(PipelineCommon):
    """A dozen opportunities, and nothing in the chatter that is still to be posted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env['res.partner'].create({'name': "Hoa", 'email': 'hoa@sao-viet.example'})
        cls.leads = cls.env['crm.lead'].concat(*(
            cls._create_opportunity(f"Deal {number}", partner_id=cls.customer.id, expected_revenue=100)
            for number in range(SIZE)))
        cls.reason = cls.env['crm.lost.reason'].create({'name': "Too dear"})
        cls.env.cr.flush()
        for table, first_id in FIRST_IDS.items():
            cls.env.cr.execute(
                "SELECT setval(sequence, GREATEST(nextval(sequence), %s)) FROM pg_get_serial_sequence(%s, 'id') AS sequence",
                (first_id, table))

    def _move(self, leads):
        leads.write({'stage_id': self.stage_qualified.id})

    def assertSameRows(self, change, user=None, is_batch=True, **context):
        """Assert that a change of opportunities writes what it writes where core posts record by record.

        :param change: called with the opportunities
        :param user: who changes them
        :param bool is_batch: whether they are expected to be posted in a batch
        :return: the rows, ``{name: list of texts}``
        """
        leads = self.leads.with_user(user or self.user_sales_manager).with_context(**context)
        with self._posting(False):
            expected = self._get_rows(change, leads)
        with self._posting(True) as batches:
            rows = self._get_rows(change, leads)
        self.assertEqual(bool(batches), is_batch, "is posted in a batch")
        self.assertTrue(rows['messages'])
        for name in ROWS:
            self.assertEqual(rows[name], expected[name], name)
        return rows

    @contextlib.contextmanager
    def _posting(self, may_batch):
        """Leave core in charge, or note the sizes of batches."""
        Lead, batches = self.env.registry['crm.lead'], []
        post, may = Lead._post_tracking, Lead._is_tracked_in_batch

        def note(leads, batch):
            batches.append(len(batch.values_list))
            return post(leads, batch)

        with (
            patch.object(Lead, '_post_tracking', note),
            patch.object(Lead, '_is_tracked_in_batch', lambda leads: may_batch and may(leads)),
        ):
            yield batches

    def _get_rows(self, change, leads):
        """Make a change, and return what it wrote; it is undone."""
        self.env.cr.flush()  # what came before, its messages too
        starts = {table: self._get_next_id(table) for table in FIRST_IDS}
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            self.env.invalidate_all()
            with freeze_time('2026-11-24 08:00:00'):
                change(leads)
                self.env.cr.flush()
            return {name: self._read(query, starts) for name, query in ROWS.items()}
        finally:
            self.env.cr.precommit.clear()
            self.env.cr.postcommit.clear()
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    def _get_next_id(self, table):
        self.env.cr.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) + 1", (table,))
        return self.env.cr.fetchone()[0]

    def _read(self, query, starts):
        """Return rows as text, in which a new row's id is the number that it has among them."""
        def number(match):
            new_id = int(match.group())
            table = next((table for table, start in starts.items() if start <= new_id < FIRST_IDS[table] + 1_000_000), None)
            return f"{table} {new_id - starts[table]}" if table else match.group()

        self.env.cr.execute(query, {**starts, 'lead_ids': self.leads.ids})
        return [
            re.sub(r'\b\d{7}\b', number, re.sub(r'<[\d.]+-openerp', "<openerp", str(row)))
            for row in self.env.cr.fetchall()]
