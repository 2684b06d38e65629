"""Opportunities: what of them is remembered, on whichever path it changes."""
from odoo import api, fields, models

from .crm_lead_history_record import MERGED_LEADS, WATCHED


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    history_ids = fields.One2many(
        'crm.lead.history', 'lead_id', "Opportunity History", readonly=True, groups='sales_team.group_sale_salesman')

    # Below `create` and `write`, since what is recomputed (won or lost, the team, the stage) passes only there.

    @api.model
    def _create(self, data_list):
        leads = super()._create(data_list)
        if opportunities := leads.browse(
                lead.id for lead, data in zip(leads, data_list, strict=True) if data['stored'].get('type') == 'opportunity'):
            self._get_history_model()._touch(opportunities)
        return leads

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        types = self._fields['type']._get_cache(self.env)  # a lead that stays one has no history; nothing is read for it
        if changed := self.browse(
                lead.id for lead, vals in zip(self, vals_list, strict=True)
                if not WATCHED.isdisjoint(vals) and ('type' in vals or types.get(lead.id) != 'lead')):
            self._get_history_model()._touch(changed)
        return result

    def _merge_dependences(self, opportunities):
        self._get_history_model()._record_merge(self, opportunities)
        return super()._merge_dependences(opportunities)

    def unlink(self):
        if self.env.cr.precommit.data.get(MERGED_LEADS):  # what they lived goes on in what they were merged into
            self._get_history_model()._record_pending()
        return super().unlink()

    @api.model
    def _get_history_model(self):
        return self.env['crm.lead.history'].sudo()  # sudo: crm.lead.history - nobody writes it by hand
