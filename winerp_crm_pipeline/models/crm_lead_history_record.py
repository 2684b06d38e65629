"""How the history is written: by one comparison of opportunities with what was last recorded of them."""
from functools import partial

from odoo import api, models
from odoo.service.model import retrying
from odoo.tools import SQL

from .. import history_sql, planned_sql

# In the data of the cursor's callbacks: ids of opportunities of which something that counts may have changed. It goes
# with a savepoint that is rolled back, as the changes do.
TOUCHED = 'winerp_crm_pipeline.history'
# The same: {id of a lead that was merged: id of what it was merged into}. It may have been an opportunity once.
MERGED_LEADS = 'winerp_crm_pipeline.history_of_merged_leads'
WATCHED = frozenset(history_sql.STATE) | {'type'}
CHUNK_SIZE = 2000  # as many are recorded at once at night, and committed

# PostgreSQL runs the parts of a statement in no given order, so each counts the rows of the one before, which makes it
# wait: there may be one open row.
# Where another transaction was faster, ON CONFLICT fails as for any row that both write, and is tried again.

# What nearly always is to be done: the open row is of an earlier transaction, and ends. Those of which this transaction
# has recorded something before are left alone, and returned.
RECORD = """
WITH change AS (
    SELECT now.*, %(now)s AS at, before.id AS before_id, before.stay_from AS before_stay_from, %(is_decision)s AS is_decision,
           COALESCE(%(goes_on)s, FALSE) AS goes_on, CASE WHEN now.lives THEN %(outcome)s ELSE %(outcome_of_lead)s END AS outcome,
           COALESCE(before.date_from >= %(now)s, FALSE) OR EXISTS (
               SELECT FROM crm_lead_history history
                WHERE history.lead_id = now.id AND history.origin_id = now.id AND history.date_to >= %(now)s) AS is_again
      FROM (SELECT lead.id, lead.type = 'opportunity' AS lives, %(state_of_lead)s, stage.sequence
              FROM crm_lead lead LEFT JOIN crm_stage stage ON stage.id = lead.stage_id
             WHERE lead.id = ANY(%(ids)s)) AS now
      LEFT JOIN (SELECT history.*, stage.sequence
                   FROM crm_lead_history history LEFT JOIN crm_stage stage ON stage.id = history.stage_id
                  WHERE history.date_to IS NULL) AS before
        ON before.lead_id = now.id AND before.origin_id = now.id
     WHERE CASE WHEN now.lives THEN before.id IS NULL OR %(differs_from_before)s ELSE before.id IS NOT NULL END
), ended AS (
    UPDATE crm_lead_history history
       SET date_to = change.at, outcome = change.outcome, next_stage_id = %(next_stage_id)s,
           days = CASE WHEN change.outcome IS NOT NULL THEN %(days)s END
      FROM change
     WHERE history.id = change.before_id AND NOT change.is_again
    RETURNING history.id
), begun AS (
    INSERT INTO crm_lead_history (%(columns)s)
    SELECT %(values)s FROM change
     WHERE change.lives AND NOT change.is_again AND (SELECT count(*) FROM ended) IS NOT NULL
    ON CONFLICT (origin_id) WHERE date_to IS NULL DO NOTHING
)
SELECT id FROM change WHERE is_again
"""

# The same where this transaction has recorded something before, as often as the hooks run (savepoints run them).
# A row of this transaction is one that is open and does not begin before it; where the clock was set back, it begins
# later. It is written anew, and goes when all is changed back. What was before it is open, or was ended by this
# transaction.
RECORD_AGAIN = """
WITH now AS (
    SELECT lead.id, lead.type = 'opportunity' AS lives, %(state_of_lead)s, stage.sequence
      FROM crm_lead lead LEFT JOIN crm_stage stage ON stage.id = lead.stage_id
     WHERE lead.id = ANY(%(ids)s)
), recent AS (
    SELECT history.*, stage.sequence, history.date_to IS NULL AND history.date_from >= %(now)s AS is_new
      FROM crm_lead_history history LEFT JOIN crm_stage stage ON stage.id = history.stage_id
     WHERE history.lead_id = ANY(%(ids)s) AND history.origin_id = history.lead_id
       AND (history.date_to IS NULL OR history.date_to >= %(now)s)
), moment AS (
    SELECT origin_id, max(COALESCE(date_to, GREATEST(date_from, %(now)s))) AS at FROM recent GROUP BY origin_id
), change AS (
    SELECT now.*, COALESCE(moment.at, %(now)s) AS at, before.id AS before_id, new.id AS new_id,
           now.lives AND before.id IS NOT NULL AND NOT %(differs_from_before)s AS is_back,
           now.lives AND new.id IS NOT NULL AND NOT %(differs_from_new)s AS is_known,
           COALESCE(%(goes_on)s, FALSE) AS goes_on, before.stay_from AS before_stay_from,
           CASE WHEN now.lives THEN %(outcome)s ELSE %(outcome_of_lead)s END AS outcome, %(is_decision)s AS is_decision
      FROM now
      LEFT JOIN moment ON moment.origin_id = now.id
      LEFT JOIN recent new ON new.origin_id = now.id AND new.is_new
      LEFT JOIN recent before ON before.origin_id = now.id AND NOT before.is_new
                             AND (before.date_to IS NULL OR before.date_to = moment.at)
), gone AS (
    DELETE FROM crm_lead_history history USING change
     WHERE history.id = change.new_id AND (change.is_back OR NOT change.lives) RETURNING history.id
), ended AS (
    UPDATE crm_lead_history history
       SET date_to = CASE WHEN NOT change.is_back THEN change.at END,
           outcome = CASE WHEN NOT change.is_back THEN change.outcome END,
           next_stage_id = CASE WHEN NOT change.is_back THEN %(next_stage_id)s END,
           days = CASE WHEN NOT change.is_back AND change.outcome IS NOT NULL THEN %(days)s END
      FROM change, (SELECT count(*) FROM gone) AS after_gone
     WHERE history.id = change.before_id AND NOT change.is_known AND NOT (change.is_back AND history.date_to IS NULL)
    RETURNING history.id
), mended AS (
    UPDATE crm_lead_history history SET (%(columns)s) = ROW(%(values)s)
      FROM change
     WHERE history.id = change.new_id AND change.lives AND NOT change.is_back AND NOT change.is_known RETURNING history.id
)
INSERT INTO crm_lead_history (%(columns)s)
SELECT %(values)s FROM change
 WHERE change.new_id IS NULL AND change.lives AND NOT change.is_back AND (SELECT count(*) FROM ended) IS NOT NULL
ON CONFLICT (origin_id) WHERE date_to IS NULL DO NOTHING
"""

# A row that begins with a change.
BEGUN = {
    'lead_id': "change.id",
    'origin_id': "change.id",
    'date_from': "change.at",
    **{name: f"change.{name}" for name in history_sql.STATE},
    'is_entry': "NOT change.goes_on AND change.won_status <> 'lost'",
    'is_decision': "change.is_decision",
    'stay_from': """CASE WHEN change.won_status = 'lost' THEN NULL
                         WHEN change.goes_on THEN change.before_stay_from ELSE change.at END""",
}
RECORD_PARTS = {
    'state_of_lead': history_sql.of_lead('lead'),
    'differs_from_before': history_sql.differ('now', 'before'),
    'differs_from_new': history_sql.differ('now', 'new'),
    'goes_on': history_sql.stay_goes_on('before', 'now'),
    'outcome': history_sql.outcome('before', 'now'),
    'outcome_of_lead': SQL("CASE WHEN before.won_status <> 'lost' THEN 'back' END"),
    'is_decision': SQL("now.won_status <> 'pending' AND now.won_status IS DISTINCT FROM before.won_status"),
    'next_stage_id': SQL("CASE WHEN change.lives AND change.outcome <> 'lost' THEN change.stage_id END"),
    'days': history_sql.days(SQL("change.before_stay_from"), SQL("change.at")),
    'columns': history_sql.columns(names=BEGUN),
    'values': SQL(", ").join(map(SQL, BEGUN.values())),
}

# What an opportunity lived before it was merged away belongs to the other one. A row of this very transaction has not lasted.
MERGE = """
WITH gone AS (
    DELETE FROM crm_lead_history WHERE lead_id = ANY(%(merged_ids)s) AND date_to IS NULL AND date_from >= %(now)s
    RETURNING origin_id, date_from
)
UPDATE crm_lead_history history
   SET lead_id = %(lead_id)s, date_to = COALESCE(history.date_to, %(now)s),
       outcome = CASE WHEN NOT before.ends THEN history.outcome WHEN history.won_status <> 'lost' THEN 'merged' END,
       next_stage_id = CASE WHEN NOT before.ends THEN history.next_stage_id END,
       days = CASE WHEN NOT before.ends THEN history.days WHEN history.won_status <> 'lost' THEN %(days)s END
  FROM (SELECT lived.id, lived.date_to IS NULL OR gone.origin_id IS NOT NULL AS ends
          FROM crm_lead_history lived LEFT JOIN gone ON gone.origin_id = lived.origin_id AND gone.date_from = lived.date_to
         WHERE lived.lead_id = ANY(%(merged_ids)s) AND NOT (lived.date_to IS NULL AND lived.date_from >= %(now)s)) AS before
 WHERE history.id = before.id
"""

MERGE_LEADS = """
UPDATE crm_lead_history history SET lead_id = merged.into_id
  FROM (VALUES %(merged)s) AS merged (id, into_id) WHERE history.lead_id = merged.id
"""

UNRECORDED = """
SELECT COALESCE(lead.id, history.origin_id)
  FROM (SELECT id, %(state_of_lead)s FROM crm_lead WHERE type = 'opportunity') AS lead
  FULL JOIN (SELECT origin_id, %(state)s FROM crm_lead_history WHERE date_to IS NULL) AS history
    ON history.origin_id = lead.id
 WHERE lead.id IS NULL OR history.origin_id IS NULL OR %(differ)s
 ORDER BY 1
"""


class CrmLeadHistory(models.Model):
    _inherit = 'crm.lead.history'  # pylint: disable=consider-merging-classes-inherited

    def init(self):
        statement = SQL(RECORD, ids=SQL("lead_ids"), now=SQL("at_moment"), **RECORD_PARTS)
        planned_sql.define(
            self.env.cr, planned_sql.RECORD_HISTORY, "lead_ids integer[], at_moment timestamp", "SETOF integer", statement)
        return super().init()

    @api.model
    def _touch(self, leads):
        """Note opportunities that may have changed, to be compared at the end of the transaction."""
        self._get_noted(TOUCHED, set).update(leads._ids)

    @api.model
    def _get_noted(self, key, empty):
        """Return what is noted for the end of the transaction, to be added to."""
        precommit = self.env.cr.precommit
        if key not in precommit.data:
            precommit.data[key] = empty()
            precommit.add(self._record_pending)
        return precommit.data[key]

    @api.model
    def _record_pending(self):
        """Record what this transaction has changed so far."""
        self.env['crm.lead'].flush_model(WATCHED)  # what waits in memory is noted only then
        self.env['crm.stage'].flush_model(['sequence'])
        if lead_ids := self.env.cr.precommit.data.pop(TOUCHED, None):
            self._record(lead_ids)
        if merged := self.env.cr.precommit.data.pop(MERGED_LEADS, None):
            self.env.cr.execute(SQL(MERGE_LEADS, merged=SQL(", ").join(merged.items())))
            self._forget()

    @api.model
    def _record(self, lead_ids):
        """Compare opportunities with what was last recorded of them, and record what differs.

        One query, and a second one where some of it was recorded in this transaction already.
        """
        now = self.env.cr.now()
        again = self.env.execute_query(SQL("SELECT * FROM %s(%s, %s)", planned_sql.RECORD_HISTORY, list(lead_ids), now))
        if again:
            self.env.cr.execute(SQL(RECORD_AGAIN, ids=[lead_id for lead_id, in again], now=now, **RECORD_PARTS))
        self._forget()

    @api.model
    def _forget(self):
        """Read anew what was written in SQL, and what follows from it."""
        self.invalidate_model(flush=False)  # nothing else writes it
        self.env['crm.lead'].invalidate_model(['pipeline_date', 'entered_stage_ids', 'reached_stage_ids'], flush=False)

    @api.model
    def _record_merge(self, lead, merged):
        """Give what opportunities lived to the one that they are being merged into.

        Those that are not deleted thereafter live on, and begin anew.
        """
        leads = merged.filtered(lambda lead: lead.type == 'lead')
        if leads:  # which live nothing now, so that all of a transaction can wait for one query
            noted = self._get_noted(MERGED_LEADS, dict)
            noted.update({lead_id: lead.id for lead_id, into_id in noted.items() if into_id in leads.ids})
            noted.update(dict.fromkeys(leads.ids, lead.id))
        if merged := merged - leads:
            self._record_merged_opportunities(lead, merged)

    @api.model
    def _record_merged_opportunities(self, lead, merged):
        self._record_pending()
        now = self.env.cr.now()
        self.env.cr.execute(SQL(
            MERGE, lead_id=lead.id, merged_ids=merged.ids, now=now,
            days=history_sql.days(SQL("history.stay_from"), SQL("COALESCE(history.date_to, %s)", now))))
        self._forget()
        self._touch(merged)

    @api.model
    def _cron_compare(self):
        """Record what SQL has changed: compare all opportunities with their open rows."""
        lead_ids = self._get_unrecorded_ids()
        cron = self.env['ir.cron']
        cron._commit_progress(remaining=len(lead_ids))
        for start in range(0, len(lead_ids), CHUNK_SIZE):
            chunk = lead_ids[start:start + CHUNK_SIZE]
            retrying(partial(self._record, chunk), self.env)  # a salesperson may write the same opportunities at this moment
            if not cron._commit_progress(len(chunk)):
                return

    @api.model
    def _get_unrecorded_ids(self):
        """Return the ids of opportunities that are not as their open rows say."""
        self._record_pending()
        return [lead_id for lead_id, in self.env.execute_query(SQL(
            UNRECORDED, state=history_sql.columns(), state_of_lead=history_sql.of_lead('crm_lead'),
            differ=history_sql.differ('lead', 'history')))]
