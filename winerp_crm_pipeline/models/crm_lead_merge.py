"""Merging opportunities loses nothing that belongs to them, seen by the user or not."""
from odoo import api, models


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def _merge_dependences(self, opportunities):
        # sudo: crm.stage.override - whoever has asked
        requests = opportunities.sudo()._filter_waiting()._get_open_requests()
        reason = self.env._("The opportunity was merged into “%(opportunity)s”.", opportunity=self.name)
        requests._void(dict.fromkeys(requests, reason))
        result = super()._merge_dependences(opportunities)
        # sudo: core moves what the user may see, and then deletes the opportunities with all that is left of them
        moved = sum(
            self._take_over(self.env[model].sudo().search(domain + [(link, 'in', opportunities.ids)]), link)
            for model, link, domain in self._get_merged_documents())
        if moved:
            self._message_log(body=self.env._(
                "Merged with all that belonged to the opportunities: %(count)s more documents and records.", count=moved))
        return result

    def _merge_dependences_calendar_events(self, opportunities):
        # sudo: calendar.event - core would refuse the whole merge for a colleague's private meeting
        return super(CrmLead, self.sudo())._merge_dependences_calendar_events(opportunities.sudo())

    @api.model
    def _get_merged_documents(self):
        """Return what else belongs to an opportunity, as ``[(model, field that leads to the opportunity, domain)]``."""
        of_lead = [('res_model', '=', self._name)]
        return [
            ('crm.stage.override', 'lead_id', []),
            ('ir.attachment', 'res_id', of_lead),
            ('mail.activity', 'res_id', of_lead),
        ]

    def _take_over(self, records, link):
        """Give records of merged opportunities to this one; return how many they are."""
        records.write({link: self.id})
        return len(records)
