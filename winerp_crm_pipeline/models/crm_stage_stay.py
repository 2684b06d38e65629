"""How long opportunities stay in a stage."""
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL


class CrmStage(models.Model):
    _inherit = 'crm.stage'  # pylint: disable=consider-merging-classes-inherited

    median_days = fields.Float(
        "Days in Stage (Median)", compute='_compute_median_days', groups='sales_team.group_sale_salesman',
        help="How long opportunities stayed in the stage, by the median of the stays that ended in the last twelve months.")
    median_stay_count = fields.Integer(
        "Stays of the Median", compute='_compute_median_days', groups='sales_team.group_sale_salesman',
        help="The stays behind the median; none where they are too few to say.")

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_median_days(self):
        history = self.env['crm.lead.history']
        query = history._search(self._get_ended_stays_domain())
        stage, days = (history._field_to_sql(history._table, name, query) for name in ('stage_id', 'days'))
        query.groupby = stage
        medians = {stage_id: (median, count) for stage_id, median, count in self.env.execute_query(
            query.select(stage, SQL("percentile_cont(0.5) WITHIN GROUP (ORDER BY %s)", days), SQL("count(*)")))}
        for stage in self:
            median, count = medians.get(stage._origin.id, (0, 0))
            is_enough = count >= self.env.company.crm_minimum_opportunities
            stage.median_days, stage.median_stay_count = (median, count) if is_enough else (0, 0)

    def _get_ended_stays_domain(self):
        since = self.env.cr.now() - relativedelta(years=1)
        return [
            ('outcome', '!=', False), ('stage_id', 'in', self._origin.ids), ('date_to', '>=', fields.Datetime.to_string(since))]

    def action_open_stays(self):
        """Open the stays behind the median."""
        action = self.env['ir.actions.act_window']._for_xml_id('winerp_crm_pipeline.crm_lead_history_action')
        return {**action, 'views': [(False, 'list'), (False, 'pivot'), (False, 'graph')], 'domain': self._get_ended_stays_domain()}
