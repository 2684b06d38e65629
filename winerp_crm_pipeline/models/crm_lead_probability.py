"""How probable an opportunity is to be won, where its stage says so."""
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

PROBABILITY_FIELDS = ('probability', 'automated_probability')


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    has_stage_probability = fields.Boolean(
        "Worth What Its Stage Says", compute='_compute_probability_source',
        help="The automated probability is the one of the stage.")
    probability_source = fields.Selection(
        [('stage', "Stage"), ('predictive', "Predictive"), ('manual', "Manual")],
        compute='_compute_probability_source', search='_search_probability_source',
        help="Where the probability comes from: the stage, predictive lead scoring, or a value set by hand. "
             "A lost opportunity has none.")

    # ------------------------------------------------------------
    # SOURCE
    # ------------------------------------------------------------

    @api.depends('type', 'won_status', 'is_automated_probability', 'stage_id.auto_probability', 'stage_id.is_won')
    def _compute_probability_source(self):
        probabilities = self._get_stage_probabilities()
        for lead in self:
            lead.has_stage_probability = lead.won_status == 'pending' and lead in probabilities
            lead.probability_source = lead._get_probability_source()

    def _get_probability_source(self):
        if self.won_status == 'lost':
            return False
        if self.won_status == 'won':
            return 'stage'
        if not self.is_automated_probability:
            return 'manual'
        return 'stage' if self.has_stage_probability else 'predictive'

    def _search_probability_source(self, operator, value):
        if operator != 'in':
            return NotImplemented
        sources = [source for source in value if source]

        def to_sql(model, alias, query):
            source = model._field_to_sql(alias, 'probability_source', query)
            return SQL("(%s)", SQL(" OR ").join([
                SQL("(%s) = ANY(%s)", source, sources), *([SQL("(%s) IS NULL", source)] if False in value else [])]))

        return Domain.custom(to_sql=to_sql, predicate=lambda lead: lead.probability_source in value)

    def _field_to_sql(self, alias, field_expr, query=None):
        # Not stored, since the nightly scoring writes probabilities in SQL; this is what groups by it.
        if field_expr != 'probability_source':
            return super()._field_to_sql(alias, field_expr, query)
        column = {
            name: self._field_to_sql(alias, name, query)
            for name in ('type', 'won_status', 'stage_id', *PROBABILITY_FIELDS)
        }
        return SQL(
            """CASE WHEN %(won_status)s = 'lost' THEN NULL
                    WHEN %(won_status)s = 'won' THEN 'stage'
                    WHEN round(COALESCE(%(probability)s, 0)::numeric, 2)
                      != round(COALESCE(%(automated_probability)s, 0)::numeric, 2) THEN 'manual'
                    WHEN %(type)s = 'opportunity' AND %(stage_id)s = ANY(%(stage_ids)s) THEN 'stage'
                    ELSE 'predictive' END""",
            stage_ids=list(self._get_stage_rules().probabilities), **column)

    def _get_stage_probabilities(self):
        """Return ``{lead: percent}`` of the opportunities whose stage sets what they are worth."""
        probabilities = self._get_stage_rules().probabilities
        return {
            lead: probabilities[lead.stage_id.id] for lead in self
            if lead.stage_id.id in probabilities and lead.type == 'opportunity'
        } if probabilities else {}

    # ------------------------------------------------------------
    # ENTERING A STAGE
    # ------------------------------------------------------------

    def _get_stages_before(self, vals):
        """Return ``{lead: stage}`` before a write that may change stages by computing them, else nothing."""
        if not self._get_stage_rules().probabilities or isinstance(vals.get('stage_id'), int):
            return {}  # a stage that is given as such is seen to in the same write, see _group_by_stage_probability
        if self._get_touched_fields(vals).isdisjoint({'stage_id', 'type'}):
            return {}
        return {lead: lead.type == 'opportunity' and lead.stage_id for lead in self}

    def _group_by_stage_probability(self, vals):
        """Return the writes of which a write consists: ``[(leads, values)]``.

        Opportunities that enter a stage with automatic probability take its probability in
        the same write. Both fields are given, as core does for won stages: they share one
        compute method, so writing one of them alone would leave the other as it was.
        """
        stage_id = vals.get('stage_id')
        probability = self._get_stage_rules().probabilities.get(stage_id) if isinstance(stage_id, int) else None
        if probability is None:
            return [(self, vals)]
        entering = self.filtered(lambda lead: (
            vals.get('type', lead.type) == 'opportunity'
            and vals.get('active', lead.active)
            and (lead.stage_id.id != stage_id or lead.type != 'opportunity')
        ))
        if not entering:
            return [(self, vals)]
        entering_vals = {'probability': probability, 'automated_probability': probability, **vals}
        if 'probability' not in vals and not probability:
            entering_vals.setdefault('date_closed', False)  # as core does on leaving a closed stage
        groups = [(entering, entering_vals)]
        if others := self - entering:
            groups.append((others, dict(vals)))
        return groups

    def _take_stage_probability(self, stages_before):
        """Give opportunities whose stage was computed, or that were converted in it, the stage's probability.

        :param dict stages_before: see :meth:`_get_stages_before`
        """
        leads = self.filtered(lambda lead: lead in stages_before and lead.active and lead.stage_id != stages_before[lead])
        for probability, entered in leads._group_by_probability().items():
            entered.write({'probability': probability, 'automated_probability': probability})

    def _align_automated_probability(self):
        """Correct the automated probability of opportunities created with a probability of their own.

        Both fields share one compute method, so giving one leaves the other uncomputed.
        """
        for probability, leads in self.filtered('active')._group_by_probability().items():
            stale = leads.filtered(lambda lead, value=probability: lead.automated_probability != value)
            if stale:
                stale.write({'automated_probability': probability})

    def _group_by_probability(self):
        """Return ``{percent: leads}`` of the opportunities whose stage sets what they are worth."""
        groups = defaultdict(self.browse)
        for lead, probability in self._get_stage_probabilities().items():
            groups[probability] += lead
        return groups

    def _take_changed_probability(self, include_manual):
        """Compute the probabilities anew after their stages changed.

        :param bool include_manual: those set by hand become the computed ones too
        """
        for name in PROBABILITY_FIELDS:
            self.env.add_to_compute(self._fields[name], self)
        self.modified(PROBABILITY_FIELDS)  # prorated revenues follow
        self._recompute_recordset(PROBABILITY_FIELDS)
        if include_manual:
            manual = self.filtered(lambda lead: not lead.is_automated_probability)
            for probability, leads in manual.grouped('automated_probability').items():
                leads.write({'probability': probability})

    # ------------------------------------------------------------
    # SCORING
    # ------------------------------------------------------------

    def _pls_get_naive_bayes_probabilities(self, batch_mode=False, is_tooltip=False):
        """Have the stage say what its opportunities are worth, where it does; score the others.

        Live computation, the nightly cron, restoring, the explanation of the score and the
        button that switches back to the automated probability all ask here. In batch mode,
        which only the cron uses, opportunities that have their stage's value already are left
        out: there is nothing to write.
        """
        set_by_stage, done_ids = self._get_stage_batch() if batch_mode else (
            {lead.id: probability for lead, probability in self._get_stage_probabilities().items()}, ())
        if not set_by_stage and not done_ids:
            return super()._pls_get_naive_bayes_probabilities(batch_mode=batch_mode, is_tooltip=is_tooltip)
        if is_tooltip:
            return set_by_stage, {'probability': set_by_stage[self.id], 'scores': []}
        others = self.browse(lead_id for lead_id in self._ids if lead_id not in set_by_stage and lead_id not in done_ids)
        # Core returns an empty dict instead of a pair where it has nothing to score.
        scored = others and super(CrmLead, others)._pls_get_naive_bayes_probabilities(batch_mode=batch_mode)
        return {**(scored[0] if scored else {}), **set_by_stage}, {}

    def _update_automated_probabilities(self):
        # By the ORM before the nightly scoring, which writes in SQL and leaves prorated revenues as they were.
        self.env['crm.stage']._update_stale_leads()
        return super()._update_automated_probabilities()

    def _get_stage_batch(self):
        """Return what open opportunities are worth whose stages say so, by one query.

        :return: ``({id: probability}, set of ids)``: those whose automated probability is another, and
            those that have it already
        """
        probabilities = self._get_stage_rules().probabilities
        stale, done_ids = {}, set()
        groups = self._read_group(
            [
                ('id', 'in', self.ids), ('stage_id', 'in', list(probabilities)),
                ('type', '=', 'opportunity'), ('won_status', '=', 'pending'),
            ],
            ['stage_id', 'automated_probability'], ['id:array_agg'],
        ) if probabilities else ()
        for stage, automated, lead_ids in groups:
            if automated == probabilities[stage.id]:
                done_ids.update(lead_ids)
            else:
                stale.update(dict.fromkeys(lead_ids, probabilities[stage.id]))
        return stale, done_ids
