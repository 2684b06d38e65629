"""What has waited for a day is told once more."""
from odoo import api, fields, models
from odoo.fields import Domain

CHUNK_SIZE = 100


class CrmStageOverride(models.Model):
    _inherit = 'crm.stage.override'  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _cron_remind(self):
        """Remind of requests, chunk by chunk: what is told and that it was told are committed together, or not at all."""
        cron, domain = self.env['ir.cron'], self._get_due_domain()
        cron._commit_progress(remaining=self.search_count(domain))
        while requests := self.search(domain, order='id', limit=CHUNK_SIZE).try_lock_for_update():
            requests._remind()
            if not cron._commit_progress(len(requests)):
                return

    @api.model
    def _get_due_domain(self):
        """Return the domain of what has waited for a day and nobody was reminded of."""
        return Domain('state', '=', 'requested') & Domain('date_reminded', '=', False) & Domain('create_date', '<=', '-1d')

    def _remind(self):
        """Tell those who may decide now; what is out of date is void instead."""
        reasons = self._get_void_reasons()
        self._void(reasons)
        waiting = self.filtered(lambda request: request not in reasons)
        waiting._tell_approvers()
        for request in waiting:
            for user in request.approver_ids:
                speaking = request.with_context(lang=user.lang)
                speaking.lead_id.message_notify(
                    partner_ids=user.partner_id.ids, body=speaking._describe_request(),
                    subject=speaking.env._("Still waiting for approval: %(opportunity)s", opportunity=request.lead_id.name))
        waiting.date_reminded = fields.Datetime.now()
