"""The story of one opportunity: where it stayed, how long, and what it was worth meanwhile."""
from odoo import api, fields, models

from .. import history_sql


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    @api.readonly
    def get_story(self):
        """Return what an opportunity lived, under the user's own rights: its own life first, then what was merged into it.

        :return: a list of lives: ``{'origin_id', 'is_own', 'chapters': [{'is_lost', 'stage', 'next_stage', 'outcome', 'is_won',
            'date_from', 'date_to', 'days', 'revenue_from', 'revenue_to', 'currency_id', 'user', 'is_reconstructed'}]}``; a
            chapter is a stay in a stage, or the time for which it was lost; the revenues are those at its ends, moments in
            UTC; without ``date_to`` it lasts, and ``days`` are those until now
        """
        self.ensure_one()
        lives = self.env['crm.lead.history'].search([('lead_id', '=', self.id)]).grouped('origin_id')
        return [
            {
                'origin_id': origin_id, 'is_own': origin_id == self.id,
                'chapters': [chapter._prepare_chapter() for chapter in rows._split_chapters()],
            }
            for origin_id, rows in sorted(lives.items(), key=lambda life: life[0] != self.id)]


class CrmLeadHistory(models.Model):
    _inherit = 'crm.lead.history'  # pylint: disable=consider-merging-classes-inherited

    def _split_chapters(self):
        """Return the rows of one life by stays, and by times for which it was lost."""
        chapters, before = [], self.browse()
        for row in self:
            if row.is_entry or not before or (row.won_status == 'lost') != (before.won_status == 'lost'):
                chapters.append(self.browse())
            chapters[-1] += row
            before = row
        return chapters

    def _prepare_chapter(self):
        first, last = self[0], self[-1]
        return {
            'is_lost': last.won_status == 'lost', 'is_won': last.won_status == 'won',
            'stage': last.stage_id.display_name or self.env._("Deleted stage"),
            'outcome': last.outcome, 'next_stage': last.next_stage_id.display_name,
            'date_from': fields.Datetime.to_string(first.date_from), 'date_to': fields.Datetime.to_string(last.date_to),
            'days': ((last.date_to or self.env.cr.now()) - first.date_from).total_seconds() / history_sql.SECONDS_A_DAY,
            'revenue_from': first.expected_revenue, 'revenue_to': last.expected_revenue, 'currency_id': last.currency_id.id,
            'user': last.user_id.display_name, 'is_reconstructed': first.is_reconstructed,
        }
