"""What happens to the opportunities of a stage whose probability changes."""
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import retrying

# As many opportunities are updated at once: a moment for the user who saves a stage, and no longer
# for a salesperson who writes one of them while the others wait in the background.
CHUNK_SIZE = 2000


class CrmStage(models.Model):
    _inherit = 'crm.stage'  # pylint: disable=consider-merging-classes-inherited

    following_lead_count = fields.Integer(
        "Following Opportunities", compute='_compute_probability_counts', groups='sales_team.group_sale_manager',
        help="Open opportunities whose probability was not set by hand, in all companies.")
    manual_lead_count = fields.Integer(
        "Opportunities Set by Hand", compute='_compute_probability_counts', groups='sales_team.group_sale_manager',
        help="Open opportunities whose probability was set by hand, in all companies.")
    probability_change = fields.Selection(
        [('take', "Take the Value"), ('release', "Predict")], compute='_compute_probability_change',
        help="What saving the stage does to the opportunities that follow it.")
    # The update goes down from the newest opportunity: what enters the stage meanwhile is right anyway.
    probability_cursor = fields.Integer(
        copy=False, help="Opportunities with a smaller id still wait for the new probability of the stage; 0: none does.")
    probability_cursor_manual = fields.Boolean(
        copy=False, help="The update under way is for opportunities whose probability was set by hand too.")
    waiting_lead_count = fields.Integer(
        "Waiting Opportunities", compute='_compute_waiting_lead_count', groups='sales_team.group_sale_manager',
        help="Opportunities that still wait for the new probability of the stage.")

    @api.depends('auto_probability', 'is_won')
    def _compute_probability_counts(self):
        # sudo: crm.lead - an update is for the opportunities of every salesperson and company
        groups = self.env['crm.lead'].sudo()._read_group(
            self._get_open_leads_domain(), ['stage_id', 'probability_source'], ['__count'])
        counts = {(stage.id, source): count for stage, source, count in groups}
        for stage in self:
            stage.manual_lead_count = counts.get((stage._origin.id, 'manual'), 0)
            stage.following_lead_count = sum(
                counts.get((stage._origin.id, source), 0) for source in ('stage', 'predictive'))

    @api.depends('auto_probability', 'probability', 'is_won')
    def _compute_probability_change(self):
        for stage in self:
            before, change = stage._origin, False
            if before and not stage.is_won:
                if not stage.auto_probability:
                    change = 'release' if before.auto_probability else False
                elif not before.auto_probability or before.probability != stage.probability:
                    change = 'take'
            stage.probability_change = change

    @api.depends('probability_cursor')
    def _compute_waiting_lead_count(self):
        for stage in self:
            # One query for each stage that is being updated: there are seldom two.
            stage.waiting_lead_count = stage.probability_cursor and self.env['crm.lead'].sudo().search_count(
                stage._get_waiting_leads_domain())  # sudo: crm.lead - see _compute_probability_counts

    def action_set_manual_probabilities(self):
        """Have the opportunities whose probability was set by hand take the one of their stage too.

        :raise UserError: if a stage does not say what its opportunities are worth
        """
        self.check_access('write')
        if unfit := self.filtered(lambda stage: stage.is_won or not stage.auto_probability):
            raise UserError(self.env._(
                "These stages do not set the probability of their opportunities: %(stages)s. "
                "Tick “Change probability automatically” first.",
                stages=", ".join(unfit.mapped('name'))))
        self._update_stage_probabilities(include_manual=True)

    def action_open_manual_leads(self):
        """Open the opportunities of the stage whose probability was set by hand."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('crm.crm_lead_action_pipeline')
        return {
            **action,
            'name': self.env._("Set by hand in %(stage)s", stage=self.name),
            'view_mode': 'list,kanban,form',
            'views': [(False, 'list'), (False, 'kanban'), (False, 'form')],
            'domain': [
                ('stage_id', '=', self.id), ('type', '=', 'opportunity'),
                ('won_status', '=', 'pending'), ('probability_source', '=', 'manual'),
            ],
            'context': {'default_type': 'opportunity'},
        }

    def _get_open_leads_domain(self):
        return [('stage_id', 'in', self._origin.ids), ('type', '=', 'opportunity'), ('won_status', '=', 'pending')]

    def _get_waiting_leads_domain(self):
        return [*self._get_open_leads_domain(), ('id', '<', self.probability_cursor)]

    @api.model
    def _update_stale_leads(self):
        """Update open opportunities whose automated probability is not the one of their stage.

        There are hardly any: those that a concurrent transaction moved with the old value of a stage
        that was being saved, or that were written in SQL. Where there are many, as in a database that
        brought its ticks along, their stages are updated in the background. Stages under way are left out.
        """
        waiting = set(self.search([('probability_cursor', '>', 0)]).ids)
        leads = self.env['crm.lead'].search(
            Domain.AND([[('type', '=', 'opportunity'), ('won_status', '=', 'pending')], Domain.OR(
                Domain('stage_id', '=', stage_id) & Domain('automated_probability', '!=', probability)
                for stage_id, probability in self._get_stage_rules().probabilities.items() if stage_id not in waiting)]),
            limit=CHUNK_SIZE + 1)
        if len(leads) > CHUNK_SIZE:
            leads.stage_id._update_stage_probabilities()
        else:
            leads._take_changed_probability(include_manual=False)

    def _update_stage_probabilities(self, include_manual=False):
        """Have the open opportunities of these stages take their new probability.

        Core's own computation decides who follows: the ones whose probability was set by hand
        keep it. Nothing is tracked, as core does not track the probability either. A few are
        updated at once, many in the background, by a scheduled action that goes on where it stopped.

        :param bool include_manual: those whose probability was set by hand take it too
        """
        # sudo: crm.lead - the value of a stage holds for the opportunities of every salesperson and company
        leads = self.env['crm.lead'].sudo().search(self._get_open_leads_domain(), order='id desc', limit=CHUNK_SIZE + 1)
        if len(leads) <= CHUNK_SIZE:
            leads._take_changed_probability(include_manual)
            cursor = 0
        else:
            cursor = leads[0].id + 1
            # sudo: ir.cron - only system administrators may see it
            self.env.ref('winerp_crm_pipeline.ir_cron_update_probabilities').sudo()._trigger()
        if cursor or any(self.mapped('probability_cursor')):
            self.write({'probability_cursor': cursor, 'probability_cursor_manual': bool(cursor and include_manual)})

    @api.model
    def _cron_update_probabilities(self):
        """Go on with the updates that stages wait for, chunk by chunk, each committed."""
        stages = self.search([('probability_cursor', '>', 0)])
        cron = self.env['ir.cron']
        cron._commit_progress(remaining=sum(stages.mapped('waiting_lead_count')))
        for stage in stages:
            while stage.probability_cursor:
                # A salesperson may write the same opportunities at this moment.
                processed = retrying(partial(stage._update_next_chunk), self.env)
                if not cron._commit_progress(processed):
                    return

    def _update_next_chunk(self):
        """Update the next opportunities that wait.

        :return: how many
        """
        leads = self.env['crm.lead'].search(self._get_waiting_leads_domain(), order='id desc', limit=CHUNK_SIZE)
        leads._take_changed_probability(self.probability_cursor_manual)
        done = len(leads) < CHUNK_SIZE
        self.probability_cursor = 0 if done else leads[-1].id
        self.env.flush_all()
        self.env.invalidate_all()  # a million opportunities need not be kept in memory
        return len(leads)
