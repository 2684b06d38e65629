from odoo import api, fields, models
from odoo.tools import ormcache


class CrmStage(models.Model):
    _inherit = 'crm.stage'

    probability = fields.Float(
        default=0.0, aggregator=None,
        help="Percentage that an opportunity in this stage is worth.")
    auto_probability = fields.Boolean(
        "Change probability automatically",
        help="Opportunities that enter this stage take its probability. "
             "Otherwise it is predicted from won and lost opportunities, as usual.")
    requirement_ids = fields.One2many('crm.stage.requirement', 'stage_id', "Stage Requirements", copy=True)

    _check_probability = models.Constraint(
        'CHECK (probability >= 0 AND probability <= 100)',
        "The probability of a stage should be between 0% and 100%!",
    )

    # What the registry keeps of stages: see _get_driven_probabilities and crm.stage.requirement._get_stage_rules.
    _cached_fields = frozenset(['name', 'sequence', 'team_ids', 'is_won', 'probability', 'auto_probability'])

    @api.model_create_multi
    def create(self, vals_list):
        stages = super().create(vals_list)
        self.env.registry.clear_cache()
        return stages

    def write(self, vals):
        if not self._cached_fields.isdisjoint(vals):
            self.env.registry.clear_cache()
        result = super().write(vals)
        if not {'probability', 'auto_probability'}.isdisjoint(vals):
            self._update_stage_probabilities()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=''):
        self.env.registry.clear_cache()
        return super()._update_field_translations(field_name, translations, digest=digest, source_lang=source_lang)

    @api.model
    @ormcache('lang')
    def _get_stage_names(self, lang):
        """Return ``{id: name}`` of all stages in a language, without a query from the second time on."""
        # sudo: crm.stage - cached for all users
        return {stage.id: stage.name for stage in self.sudo().with_context(lang=lang).search_fetch([], ['name'])}

    @api.model
    @ormcache()
    def _get_driven_probabilities(self):
        """Return ``{stage id: probability}`` of the stages that say what their opportunities are worth.

        A won stage is worth 100, always, whatever it says.
        """
        # sudo: crm.stage - cached for all users
        stages = self.sudo().search_fetch([('auto_probability', '=', True), ('is_won', '=', False)], ['probability'])
        return {stage.id: stage.probability for stage in stages}
