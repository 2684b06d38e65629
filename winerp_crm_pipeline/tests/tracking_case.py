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
    'followers': "SELECT * FROM mail_followers WHERE res_model = %(model)s AND res_id = ANY(%(ids)s) ORDER BY id",
    'records': "SELECT to_jsonb(row)::text FROM {table} row WHERE id = ANY(%(ids)s) ORDER BY id",
}


class TrackingCase(PipelineCommon):
    """A dozen opportunities, and a look at all that is written where they change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env['res.partner'].create({'name': "Hoa", 'email': 'hoa@sao-viet.example'})
        cls.leads = cls.env['crm.lead'].concat(*(
            cls._create_opportunity(f"Deal {number}", partner_id=cls.customer.id, expected_revenue=100)
            for number in range(SIZE)))
        cls.reason = cls.env['crm.lost.reason'].create({'name': "Too dear"})
        for table, first_id in FIRST_IDS.items():
            cls.env.cr.execute(
                "SELECT setval(sequence, GREATEST(nextval(sequence), %s)) FROM pg_get_serial_sequence(%s, 'id') AS sequence",
                (first_id, table))

    def _move(self, leads):
        leads.write({'stage_id': self.stage_qualified.id})

    def assertSameRows(self, change, records=None, user=None, is_batch=True, **context):
        """Assert that a change writes what it writes where core posts record by record.

        :param change: called with the records
        :param records: of one model; the opportunities by default
        :param user: who changes them
        :param bool is_batch: whether they are expected to be posted in a batch
        :return: the rows, ``{name: list of texts}``
        """
        records = self.leads if records is None else records
        records = records.with_user(user or self.user_sales_manager).with_context(**context)
        with self._posting(records, False):
            expected = self._get_rows(change, records)
        with self._posting(records, True) as batches:
            rows = self._get_rows(change, records)
        self.assertEqual(bool(batches), is_batch, "is posted in a batch")
        self.assertTrue(rows['messages'])
        for name in ROWS:
            self.assertEqual(rows[name], expected[name], name)
        return rows

    @contextlib.contextmanager
    def _posting(self, records, may_batch):
        """Leave core in charge, or note the sizes of batches."""
        model_class, batches = type(records), []
        post, may = model_class._post_tracking, model_class._is_tracked_in_batch

        def note(records, batch):
            batches.append(len(batch.values_list))
            return post(records, batch)

        with (
            patch.object(model_class, '_post_tracking', note),
            patch.object(model_class, '_is_tracked_in_batch', lambda records: may_batch and may(records)),
        ):
            yield batches

    def _get_rows(self, change, records):
        """Make a change, and return what it wrote; it is undone."""
        self.env.cr.flush()  # what came before, its messages too
        starts = {table: self._get_next_id(table) for table in FIRST_IDS}
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            self.env.invalidate_all()
            with freeze_time('2026-11-24 08:00:00'):
                change(records)
                self.env.cr.flush()
            return {name: self._read(query, starts, records) for name, query in ROWS.items()}
        finally:
            self.env.cr.precommit.clear()
            self.env.cr.postcommit.clear()
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    def _get_next_id(self, table):
        self.env.cr.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) + 1", (table,))
        return self.env.cr.fetchone()[0]

    def _read(self, query, starts, records):
        """Return rows as text, in which a new row's id is the number that it has among them."""
        def number(match):
            new_id = int(match.group())
            table = next((table for table, start in starts.items() if start <= new_id < FIRST_IDS[table] + 1_000_000), None)
            return f"{table} {new_id - starts[table]}" if table else match.group()

        self.env.cr.execute(
            query.format(table=records._table), {**starts, 'model': records._name, 'ids': records.ids})
        return [
            re.sub(r'\b\d{7}\b', number, re.sub(r'<[\d.]+-openerp', "<openerp", str(row)))
            for row in self.env.cr.fetchall()]
