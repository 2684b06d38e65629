from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.sql_db import BaseCursor

from .common import PipelineCommon

BEGINNING = datetime(2031, 1, 1, 8, 0, 0, 500)


class HistoryCase(PipelineCommon):
    """Transactions at moments of the test's choosing: each ends with :meth:`_end`."""

    def setUp(self):
        super().setUp()
        self.moment = BEGINNING
        self.history = self.env['crm.lead.history']
        self.startPatcher(patch.object(BaseCursor, 'now', lambda _cursor: self.moment))
        self.env.cr.flush()

    def _end(self, **later):
        """End a transaction; the next one begins a day later, or when it is said."""
        self.env.cr.flush()
        self.moment += timedelta(**(later or {'days': 1}))

    def _new(self, name="Deal", **values):
        return self._create_opportunity(name, **values)

    def _rows(self, lead, *names):
        """Return what the history says of an opportunity and of what was merged into it, as tuples in their order."""
        self.env.cr.flush()
        rows = self.history.search([('lead_id', '=', lead.id)])
        names = names or ('stage_id', 'won_status', 'is_entry', 'outcome')
        return [tuple(self._plain(row[name]) for name in names) for row in rows]

    def _plain(self, value):
        if isinstance(value, datetime):
            return (value - BEGINNING).total_seconds() / 86400
        return value.name if hasattr(value, 'ids') else value

    def _check_sound(self, leads):
        """Assert what always holds: lives without gaps, one open row for each opportunity, one outcome for each stay that ended."""
        self.env.cr.flush()
        lives = self.history.search([('lead_id', 'in', leads.ids)]).grouped('origin_id')
        for origin_id, rows in lives.items():
            for before, after in zip(rows, rows[1:], strict=False):
                self.assertTrue(before.date_to and before.date_to <= after.date_from, (origin_id, rows.ids))
            for row in rows:
                self.assertTrue(not row.date_to or row.date_from < row.date_to, (origin_id, row.id))
        for lead in leads.exists().filtered(lambda lead: lead.type == 'opportunity'):
            rows = lives[lead.id].filtered(lambda row: not row.date_to)
            self.assertEqual(len(rows), 1, lead)
            for name in ('stage_id', 'team_id', 'user_id', 'company_id', 'expected_revenue', 'date_deadline', 'won_status'):
                self.assertEqual(rows[name], lead[name], (lead, name))
        rows = self.history.search([('lead_id', 'in', leads.ids)])
        ended = rows.filtered(lambda row: row.outcome or (not row.date_to and row.won_status != 'lost'))
        self.assertEqual(len(ended), len(rows.filtered('is_entry')), "entries = all that became of them + still there")
