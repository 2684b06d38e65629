"""What stages say, and require: read once for each version of them."""
from odoo import api, fields, models

from ..stage_data import Stage, StageNames
from ..stage_rules import StageRules


class CrmStage(models.Model):
    _name = 'crm.stage'
    _inherit = ['crm.stage', 'crm.stage.rules.mixin']

    probability = fields.Float(
        default=0.0, aggregator=None,
        help="Percentage that an opportunity in this stage is worth.")
    auto_probability = fields.Boolean(
        "Change probability automatically",
        help="Opportunities that enter this stage take its probability. "
             "Otherwise it is predicted from won and lost opportunities, as usual.")
    requirement_ids = fields.One2many(
        'crm.stage.requirement', 'stage_id', "Stage Requirements", copy=True, groups='sales_team.group_sale_salesman')

    from_stage_ids = fields.Many2many(
        'crm.stage', 'crm_stage_from_rel', 'stage_id', 'from_stage_id', "May Be Entered Only From", ondelete='restrict',
        help="Opportunities enter this stage only from these stages. Empty: from any.")
    back_needs_reason = fields.Boolean(
        "Going Back Needs a Reason",
        help="An opportunity comes back to this stage from a later one only with a reason, by somebody who may override "
             "requirements or with their approval.")

    _check_probability = models.Constraint(
        'CHECK (probability >= 0 AND probability <= 100)',
        "The probability of a stage should be between 0% and 100%!",
    )

    def write(self, vals):
        result = super().write(vals)
        if not {'probability', 'auto_probability'}.isdisjoint(vals):
            self._update_stage_probabilities()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_void_requests(self):
        # sudo: crm.stage.override - whoever has asked
        requests = self.env['crm.stage.override'].sudo().search([('stage_id', 'in', self.ids), ('state', '=', 'requested')])
        requests._void({
            request: self.env._("The stage “%(stage)s” was deleted.", stage=request.stage_name) for request in requests})

    @api.model
    def _get_stage_rules(self):
        """Return what all stages say and require, as :class:`StageRules`."""
        return self._recall('_read_stage_rules')

    @api.model
    def _get_stage_names(self):
        """Return what stages and requirements are called in the user's language, as :class:`StageNames`."""
        return self._recall('_read_stage_names', self.env.lang or 'en_US')

    @api.model
    def _read_stage_rules(self):
        # sudo: crm.stage, crm.stage.requirement - the rules of all companies are one answer for all users
        stages = self.sudo().search_fetch([], [
            'sequence', 'team_ids', 'is_won', 'probability', 'auto_probability', 'from_stage_ids', 'back_needs_reason'])
        requirements = self.env['crm.stage.requirement'].sudo().search([('active', '=', True)])
        return StageRules(
            [rule for requirement in requirements if (rule := requirement._prepare_stage_rule())],
            {stage.id: stage._prepare_stage() for stage in stages},
        )

    def _prepare_stage(self):
        sets_probability = self.auto_probability and not self.is_won
        return Stage(
            sequence=self.sequence, team_ids=frozenset(self.team_ids.ids), is_won=self.is_won,
            probability=self.probability if sets_probability else None,
            from_stage_ids=frozenset(self.from_stage_ids.ids), back_needs_reason=self.back_needs_reason)

    @api.model
    def _read_stage_names(self, lang):
        # sudo: crm.stage, crm.stage.requirement - as in _read_stage_rules
        stages = self.sudo().with_context(lang=lang).search_fetch([], ['name'])
        requirements = stages.env['crm.stage.requirement'].search_fetch([('active', '=', True)], ['name'])
        stage_names = {stage.id: stage.name for stage in stages}
        return StageNames(stage_names, {
            **{requirement.id: requirement.name for requirement in requirements},
            **stages._get_stage_rules().paths.get_names(
                stage_names, stages._describe_from, stages.env._("Going back to it needs a reason")),
        })

    @api.model
    def _describe_from(self, names):
        return self.env._("It may be entered only from: %(stages)s", stages=", ".join(names))
