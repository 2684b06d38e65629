"""What opportunities lived before the history was kept, from the changes that Odoo had tracked."""
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.service.model import retrying
from odoo.tools import SQL

from .. import core_words, history_sql
from ..tracked_life import Change, Life, complete, get_decisions

# As many opportunities are reconstructed at once, and committed: a moment for a salesperson who changes one of them.
CHUNK_SIZE = 2000
TRACKED = ('stage_id', 'team_id', 'user_id', 'expected_revenue', 'won_status', 'active', 'type')

SNAPSHOT = """
INSERT INTO crm_lead_history (lead_id, origin_id, date_from, %(state)s, is_entry, is_decision, stay_from,
                              is_reconstructed, is_waiting)
SELECT id, id, %(now)s, %(state)s, won_status <> 'lost', won_status <> 'pending',
       CASE WHEN won_status <> 'lost' THEN %(now)s END, TRUE, TRUE
  FROM (SELECT id, %(state_of_lead)s FROM crm_lead WHERE type = 'opportunity') AS lead
"""

# Messages of opportunities that were merged have a subject, which tells from where they come: that is another's story.
TRACKED_CHANGES = """
SELECT message.res_id, tracked.create_date, field.name, tracked.old_value_integer, tracked.new_value_integer,
       tracked.old_value_float, tracked.new_value_float, tracked.old_value_char, tracked.new_value_char
  FROM mail_tracking_value tracked
  JOIN mail_message message ON message.id = tracked.mail_message_id
  JOIN ir_model_fields field ON field.id = tracked.field_id
 WHERE message.model = 'crm.lead' AND message.res_id = ANY(%(ids)s) AND COALESCE(message.subject, '') = ''
   AND field.model = 'crm.lead' AND field.name = ANY(%(names)s)
 ORDER BY message.res_id, tracked.create_date, tracked.id
"""

# The rows say what held; what that means for stays is the same for all, and follows from the row before and after.
# What became of a stay that was seen live is left as it was seen.
MARK = """
WITH life AS (
    SELECT history.*, stage.sequence FROM crm_lead_history history LEFT JOIN crm_stage stage ON stage.id = history.stage_id
     WHERE history.lead_id = ANY(%(ids)s) AND history.origin_id = history.lead_id
), marked AS (
    SELECT after.id, after.origin_id, after.date_from, after.won_status,
           after.won_status <> 'lost' AND NOT COALESCE(%(goes_on)s, FALSE) AS is_entry,
           after.won_status <> 'pending' AND after.won_status IS DISTINCT FROM before.won_status AS is_decision
      FROM life after LEFT JOIN life before ON before.origin_id = after.origin_id AND before.date_to = after.date_from
), stay AS (
    SELECT id, is_entry, is_decision, CASE WHEN won_status <> 'lost' THEN max(CASE WHEN is_entry THEN date_from END) OVER (
               PARTITION BY origin_id ORDER BY date_from) END AS stay_from
      FROM marked
), ended AS (
    SELECT before.id, before.is_reconstructed, after.stage_id AS next_stage_id, %(outcome)s AS outcome
      FROM life before LEFT JOIN life after ON after.origin_id = before.origin_id AND after.date_from = before.date_to
)
UPDATE crm_lead_history history
   SET is_entry = stay.is_entry, is_decision = stay.is_decision, stay_from = stay.stay_from,
       outcome = CASE WHEN ended.is_reconstructed THEN ended.outcome ELSE history.outcome END,
       next_stage_id = CASE WHEN NOT ended.is_reconstructed THEN history.next_stage_id
                            WHEN ended.outcome <> 'lost' THEN ended.next_stage_id END,
       days = CASE WHEN CASE WHEN ended.is_reconstructed THEN ended.outcome ELSE history.outcome END IS NOT NULL
                   THEN %(days)s END
  FROM stay JOIN ended ON ended.id = stay.id
 WHERE history.id = stay.id
"""

WAITING = """
SELECT history.id, history.lead_id, history.date_from, %(state)s, lead.create_date, lead.date_conversion,
       lead.date_last_stage_update, lead.date_closed
  FROM crm_lead_history history JOIN crm_lead lead ON lead.id = history.lead_id
 WHERE history.id IN %(waiting)s AND history.origin_id = history.lead_id
"""


class Reading(NamedTuple):
    """How to read what Odoo has tracked."""

    labels: dict
    """``{(field, text in any language): value}``: selections are tracked as they were read"""
    decided_since: object
    """since when Odoo tracks that opportunities are won or lost"""
    won_stage_ids: set
    ids: dict
    """``{field: ids that still exist}``"""


class CrmLeadHistory(models.Model):
    _inherit = 'crm.lead.history'  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _start(self):
        """Begin the history: what is now is known; what was is reconstructed, of many opportunities in the background."""
        self._record_pending()
        self.env.cr.execute(SQL("DELETE FROM crm_lead_history"))  # what was loaded just now has a past, too
        self.env.cr.execute(SQL(
            SNAPSHOT, now=self.env.cr.now(), state=history_sql.columns(), state_of_lead=history_sql.of_lead('crm_lead')))
        self._forget()
        if self._rebuild_chunk() == CHUNK_SIZE:
            # sudo: ir.cron - whoever installs may not be the one to see it
            self.env.ref('winerp_crm_pipeline.ir_cron_rebuild_history').sudo()._trigger()

    @api.model
    def _cron_rebuild(self):
        """Go on with what waits to be reconstructed, chunk by chunk, each committed."""
        cron = self.env['ir.cron']
        cron._commit_progress(remaining=self._count_waiting())
        # Opportunities may be changed, merged or deleted at this moment.
        while processed := retrying(self._rebuild_chunk, self.env):
            if not cron._commit_progress(processed):
                return

    @api.model
    def _rebuild_chunk(self):
        """Reconstruct the next opportunities that wait.

        :return: how many
        """
        waiting_ids = [row_id for row_id, in self.env.execute_query(SQL(
            "SELECT id FROM crm_lead_history WHERE is_waiting IS TRUE ORDER BY id LIMIT %s FOR UPDATE", CHUNK_SIZE))]
        if waiting_ids:
            self._rebuild(tuple(waiting_ids))
            self.env.cr.execute(SQL("UPDATE crm_lead_history SET is_waiting = FALSE WHERE id IN %s", tuple(waiting_ids)))
            self._forget()
        return len(waiting_ids)

    @api.model
    def _rebuild(self, waiting_ids):
        """Reconstruct what opportunities lived before the rows that were there when the history began."""
        rows = self.env.execute_query(SQL(WAITING, waiting=waiting_ids, state=history_sql.columns('history')))
        lead_ids = [row[1] for row in rows]
        if not rows:
            return
        reading = self._get_reading()
        changes = self._get_tracked_changes(lead_ids, reading)
        past, beginnings = [], []
        for row_id, lead_id, date_from, *values in rows:
            state = dict(zip(history_sql.STATE, values, strict=False))
            states = self._get_past_states(state, date_from, changes[lead_id], values[len(state):])
            if states and states[-1][1] == state:
                beginnings.append((row_id, states.pop()[0]))
                date_from = beginnings[-1][1]
            moments = [*(moment for moment, _state in states), date_from]
            past.extend(
                (lead_id, lead_id, *moments[index:index + 2], *then.values()) for index, (_moment, then) in enumerate(states))
        self._write_past(past, beginnings)
        self.env.cr.execute(SQL(
            MARK, ids=lead_ids, goes_on=history_sql.stay_goes_on('before', 'after'),
            outcome=SQL("CASE WHEN after.id IS NOT NULL THEN %s ELSE before.outcome END", history_sql.outcome('before', 'after')),
            days=history_sql.days(SQL("stay.stay_from"), SQL("history.date_to"))))

    @api.model
    def _write_past(self, past, beginnings):
        columns = history_sql.columns()
        if beginnings:
            self.env.cr.execute_values(
                "UPDATE crm_lead_history SET date_from = past.date_from FROM (VALUES %s) AS past (id, date_from)"
                " WHERE crm_lead_history.id = past.id", beginnings, page_size=len(beginnings))
        if past:
            insert = self.env.cr.mogrify(SQL(
                "INSERT INTO crm_lead_history (lead_id, origin_id, date_from, date_to, %s, is_reconstructed)", columns)).decode()
            self.env.cr.execute_values(
                f"{insert} VALUES %s", past, template=f"(%s, %s, %s, %s, {', '.join(['%s'] * len(history_sql.STATE))}, TRUE)",
                page_size=CHUNK_SIZE)

    @api.model
    def _get_past_states(self, state, end, changes, dates):
        """Return the states of an opportunity before `end`, see :class:`Life`."""
        create_date, conversion, last_stage_update, closing = dates
        changes = [change for change in changes if change.moment < end]
        starts = [change.moment for change in changes if change.name == 'type' and change.new == 'opportunity']
        start = starts[-1] if starts else conversion or create_date
        changes = complete([change for change in changes if change.name != 'type'], state, last_stage_update, closing)
        return Life(state, start, end, changes).get_states() if start and start < end else []

    @api.model
    def _get_tracked_changes(self, lead_ids, reading):
        """Return ``{lead id: its changes}``, by their moments."""
        at_once = defaultdict(list)
        for lead_id, moment, name, *values in self.env.execute_query(SQL(TRACKED_CHANGES, ids=lead_ids, names=list(TRACKED))):
            old, new = self._read_tracked(name, values, reading)
            if name != 'won_status' or None not in (old, new):
                at_once[lead_id, moment].append(Change(moment, name, old, new))
        changes = defaultdict(list)
        for (lead_id, moment), together in at_once.items():
            changes[lead_id].extend(change for change in together if change.name not in ('won_status', 'active'))
            if not reading.decided_since or moment < reading.decided_since:
                together = get_decisions(together, reading.won_stage_ids)
            changes[lead_id].extend(change for change in together if change.name == 'won_status')
        return changes

    @api.model
    def _read_tracked(self, name, values, reading):
        """Return the old and the new value of a tracked change."""
        old_integer, new_integer, old_float, new_float, old_char, new_char = values
        if name in reading.ids:  # what is deleted is unknown
            return tuple(value if value in reading.ids[name] else None for value in (old_integer, new_integer))
        if name == 'expected_revenue':
            return tuple(Decimal(str(value or 0)) for value in (old_float, new_float))
        if name == 'active':
            return bool(old_integer), bool(new_integer)
        return reading.labels.get((name, old_char)), reading.labels.get((name, new_char))

    @api.model
    def _get_reading(self):
        labels = {
            (name, label): value for name, value, names in self.env.execute_query(SQL("""
                SELECT field.name, selection.value, selection.name
                  FROM ir_model_fields_selection selection JOIN ir_model_fields field ON field.id = selection.field_id
                 WHERE field.model = 'crm.lead' AND field.name IN ('won_status', 'type')"""))
            for label in names.values()}
        # Before the installation it was tracked in core's words, not in ours.
        labels |= {
            ('won_status', label.core): label.record.rpartition('__')[2] for label in core_words.read_labels()
            if label.record.startswith('crm.selection__crm_lead__won_status__')}
        decided_since = self.env['ir.model.data'].search([
            ('module', '=', 'crm'), ('name', '=', 'field_crm_lead__won_status')], limit=1).create_date
        rules = self.env['crm.stage']._get_stage_rules()
        existing_ids = {
            name: {record_id for record_id, in self.env.execute_query(SQL("SELECT id FROM %s", SQL.identifier(table)))}
            for name, table in (('stage_id', 'crm_stage'), ('team_id', 'crm_team'), ('user_id', 'res_users'))}
        return Reading(labels, decided_since, rules.won_stage_ids, existing_ids)
