"""Opportunities that stay in a stage for too long: the salesperson is told, then the leader, then the team gets them."""
from collections import defaultdict
from datetime import datetime, time, timedelta
from functools import partial

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.service.model import retrying
from odoo.tools import SQL, split_every

CHUNK_SIZE = 500  # opportunities are told of at once, and committed

# Who is due: an open opportunity in a stage of `step` whose stay, or whose step before this one, is old enough. Who
# waits for approval is not to blame.
DUE = """
SELECT lead.id, history.stay_from, step.level
  FROM crm_lead lead
  JOIN crm_lead_history history ON history.origin_id = lead.id AND history.date_to IS NULL AND history.stage_id = lead.stage_id
  LEFT JOIN crm_team team ON team.id = lead.team_id
  LEFT JOIN res_users salesperson ON salesperson.id = lead.user_id
  JOIN (VALUES %(steps)s) AS step (stage_id, company_id, level, previous, moment)
    ON step.stage_id = lead.stage_id
   AND step.company_id = COALESCE(lead.company_id, team.company_id, salesperson.company_id, %(company_id)s)
  LEFT JOIN crm_lead_rotting previous
    ON previous.lead_id = lead.id AND previous.stay_from = history.stay_from AND previous.level = step.previous
 WHERE lead.type = 'opportunity' AND lead.active AND lead.won_status = 'pending' AND %(chosen)s
   AND NOT EXISTS (SELECT FROM crm_stage_override request WHERE request.lead_id = lead.id AND request.state = 'requested')
   AND CASE step.previous WHEN '' THEN history.stay_from ELSE previous.date END < step.moment
   AND NOT EXISTS (SELECT FROM crm_lead_rotting told
                    WHERE told.lead_id = lead.id AND told.stay_from = history.stay_from AND told.level = step.level)
"""

# Two at a time tell nothing twice: the second waits here for the first, and finds that it is done.
TELL = """
INSERT INTO crm_lead_rotting (lead_id, stay_from, level, date)
SELECT due.id, due.stay_from, due.level, %(now)s FROM (%(due)s) AS due WHERE due.level = %(level)s
    ON CONFLICT DO NOTHING
RETURNING lead_id
"""


class CrmLeadRotting(models.Model):
    """One thing that followed, once, in one stay of an opportunity in a stage."""
    _name = 'crm.lead.rotting'
    _description = "Stage Reminder"
    _order = 'date desc, id desc'
    _rec_name = 'lead_id'
    _log_access = False  # the rows are written in SQL, and say themselves when

    lead_id = fields.Many2one('crm.lead', "Opportunity", required=True, readonly=True, ondelete='cascade')
    stay_from = fields.Datetime("In Stage Since", required=True, readonly=True)
    level = fields.Selection(
        [('salesperson', "Salesperson reminded"), ('leader', "Leader told"), ('team', "Handed back to the team")],
        required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)

    _once = models.UniqueIndex("(lead_id, stay_from, level)")

    @api.model
    def _cron_tell(self):
        """Do what is due, chunk by chunk, each committed with its rows: what is interrupted goes on where it stopped."""
        due = self._get_due()
        cron = self.env['ir.cron']
        cron._commit_progress(remaining=sum(map(len, due.values())))
        for level, lead_ids in due.items():
            for chunk in split_every(CHUNK_SIZE, lead_ids):
                retrying(partial(self._tell, level, list(chunk)), self.env)  # a salesperson may write them at this moment
                if not cron._commit_progress(len(chunk)):
                    return

    @api.model
    def _get_due(self):
        """Return for whom what is due.

        :return: ``{level: lead ids}``
        """
        due = defaultdict(list)
        if steps := self._get_steps():
            for lead_id, _stay_from, level in self.env.execute_query(self._get_due_query(steps)):
                due[level].append(lead_id)
        return due

    @api.model
    def _tell(self, level, lead_ids):
        """Do what is due for opportunities, unless it is done, they have moved meanwhile, or somebody is writing them."""
        leads = self.env['crm.lead'].browse(lead_ids).try_lock_for_update(allow_referencing=True)
        steps = self._get_steps()
        if not leads or not steps:
            return
        rows = self.env.execute_query(SQL(
            TELL, due=self._get_due_query(steps, leads), level=level, now=self.env.cr.now()))
        leads = leads.browse(lead_id for lead_id, in rows)
        {'salesperson': leads._remind_salesperson, 'leader': leads._tell_leader, 'team': leads._hand_back_to_team}[level]()

    @api.model
    def _get_due_query(self, steps, leads=None):
        self.env.flush_all()
        chosen = SQL("TRUE") if leads is None else SQL("lead.id = ANY(%s)", leads.ids)
        return SQL(DUE, steps=SQL(", ").join(steps), company_id=self.env.company.id, chosen=chosen)

    @api.model
    def _get_steps(self):
        """Return what follows in each stage and company, and the moment before which the one before must have been."""
        moments = {}
        companies, steps = self.env['res.company'].search([('active', '=', True)]), []
        for stage in self.env['crm.stage'].search([('rotting_activity', '=', True), ('is_won', '=', False)]):
            for level, previous, days in stage._get_rotting_steps():
                for company in companies:
                    key = company.id, days
                    moments[key] = moments[key] if key in moments else self._get_moment(company, days)
                    steps.append((stage.id, company.id, level, previous, moments[key]))
        return [SQL("(%s, %s, %s, %s, %s::timestamp)", *step) for step in steps]

    @api.model
    def _get_moment(self, company, days):
        """Return when the day began that is the last of so many working days, today included.

        What was before it has lasted for so many working days: the day on which something begins does not count.

        :return: in UTC; ``None`` if the calendar has not so many in four years
        """
        calendar = company.resource_calendar_id
        zone = timezone(calendar.tz or company.partner_id.tz or 'UTC')
        today = utc.localize(self.env.cr.now()).astimezone(zone).date()
        first = today - timedelta(days=days - 1)
        if calendar:
            start = calendar.plan_days(
                -days, zone.localize(datetime.combine(today + timedelta(days=1), time.min)), compute_leaves=True,
                domain=[('time_type', '=', 'leave'), ('company_id', 'in', (False, company.id))])
            if not start:
                return None
            first = start.date()
        return zone.localize(datetime.combine(first, time.min)).astimezone(utc).replace(tzinfo=None)
