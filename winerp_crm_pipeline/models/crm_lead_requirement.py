"""What opportunities lack: in their stage, in the next one, and in all that a search goes through."""
from collections import defaultdict

from odoo import api, fields, models

from .crm_stage_requirement import UNSUITABLE_FIELDS

REQUIREMENT_FIELDS = ('missing_requirement_ids', 'next_stage_id', 'next_stage_missing_requirement_ids', 'stage_chip')
MAX_NAMED_LEADS = 10
MAX_NAME_LENGTH = 100


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    missing_requirement_ids = fields.Many2many(
        'crm.stage.requirement', string="Missing Information",
        compute='_compute_missing_requirement_ids', search='_search_missing_requirement_ids',
        help="What the opportunity lacks in its own stage.")
    next_stage_id = fields.Many2one('crm.stage', compute='_compute_next_stage')
    next_stage_missing_requirement_ids = fields.Many2many(
        'crm.stage.requirement', string="Missing to Go On", compute='_compute_next_stage',
        help="What the opportunity lacks to enter the next stage.")

    # ------------------------------------------------------------
    # COMPUTE AND SEARCH
    # ------------------------------------------------------------

    def _get_requirement_dependencies(self):
        """Return what may decide whether a requirement is met: any field that can be edited."""
        return ['stage_id.sequence', *sorted(
            name for name, field in self._fields.items()
            # Not custom fields: Odoo could not delete one that another depends on. See _forget_custom_requirements.
            if not field.readonly and not field.manual
            and field.type != 'properties_definition' and name not in UNSUITABLE_FIELDS
        )]

    @api.depends_context('uid')
    @api.depends(lambda self: ['stage_id', 'type', *self._get_requirement_dependencies()])
    def _compute_missing_requirement_ids(self):
        self.missing_requirement_ids = False
        self._set_missing('missing_requirement_ids', self._get_missing_requirements())

    def _search_missing_requirement_ids(self, operator, value):
        if operator == 'in':
            requirement_ids = set(value)
        elif operator in ('any', 'ilike', 'like', '=ilike', '=like'):
            domain = value if operator == 'any' else [('name', operator, value)]
            requirement_ids = set(self.env['crm.stage.requirement']._search(domain))
        else:
            return NotImplemented
        rules = self._get_stage_rules()
        lacking = self._get_lacking_domain(rules.get(requirement_ids))
        return lacking | ~self._get_lacking_domain(rules) if False in requirement_ids else lacking

    @api.depends_context('uid')
    @api.depends(lambda self: ['stage_id', 'type', 'active', *self._get_requirement_dependencies()])
    def _compute_next_stage(self):
        self.next_stage_id = False
        self.next_stage_missing_requirement_ids = False
        rules = self._get_stage_rules()
        leads_by_stage = self.grouped(
            lambda lead: lead.type == 'opportunity' and lead.active
            and rules.get_next_stage_id(lead.stage_id.id, lead.team_id.id))
        leads_by_stage.pop(False, None)
        for stage_id, leads in leads_by_stage.items():
            leads.next_stage_id = stage_id
        missing = self._get_missing_in({lead: lead.next_stage_id for lead in self if lead.next_stage_id})
        self._set_missing('next_stage_missing_requirement_ids', missing)

    @api.model
    def _set_missing(self, field_name, missing):
        """Set a computed field for ``{lead: requirements}``: at once for all that lack the same."""
        lead_ids = defaultdict(list)
        for lead, requirements in missing.items():
            lead_ids[requirements].append(lead.id)
        for requirements, ids in lead_ids.items():
            self.browse(ids)[field_name] = requirements

    def _forget_custom_requirements(self, names):
        """Compute anew what depends on custom fields, of which the computed fields cannot know."""
        if any(name in self._fields and self._fields[name].manual for name in names):
            self.invalidate_recordset(REQUIREMENT_FIELDS, flush=False)

    # ------------------------------------------------------------
    # WHAT IS MISSING
    # ------------------------------------------------------------

    def _get_missing_requirements(self, stage=None):
        """Return what opportunities lack to be in a stage.

        The number of queries depends on the requirements, not on the opportunities.
        Leads, and opportunities without a stage, lack nothing.

        :param stage: ``crm.stage`` they would be in; by default the one each is in
        :return: ``{lead: crm.stage.requirement records}``, with those that lack something only
        """
        if all(self._ids):
            self.fetch(['type', 'stage_id', 'team_id', 'company_id'])  # of thousands, not all that opportunities have
        return self._get_missing_in({lead: stage or lead.stage_id for lead in self})

    @api.model
    def _get_missing_in(self, stages):
        """Return :meth:`_get_missing_requirements` for ``{lead: stage it would be in}``."""
        rules = self._get_stage_rules()
        if not rules:
            return {}
        unmet = self._get_unmet_rules({
            lead: rules.for_position(stage.id, lead.team_id.id, lead.company_id.id)
            for lead, stage in stages.items() if lead.type == 'opportunity'
        })
        return {lead: self._browse_rules(lead_rules) for lead, lead_rules in unmet.items()}

    @api.model
    def _get_stage_rules(self):
        return self.env['crm.stage']._get_stage_rules()

    @api.model
    def _get_requirement_names(self):
        return self.env['crm.stage']._get_stage_names().requirements

    @api.model
    def _browse_rules(self, rules):
        return self.env['crm.stage.requirement'].browse(rule.id for rule in rules)

    @api.model
    def _prepare_missing(self, lead, stage_id, rules, is_new=False):
        """Return what a client is told of an opportunity that lacks something, see ``StageRequirementError``."""
        names = self._get_requirement_names()
        name = lead.name or ''
        return {
            'id': False if is_new else lead.id,
            'name': name if len(name) <= MAX_NAME_LENGTH else f'{name[:MAX_NAME_LENGTH]}…',
            'stage_id': stage_id,
            'missing': [
                {
                    'id': rule.id, 'name': names[rule.id], 'level': rule.level,
                    'field_name': rule.field_name if rule.kind == 'field' else False,
                }
                for rule in rules
            ],
        }

    @api.model
    def _list_some(self, items, describe):
        """Return a line for each of the first items, and one that says how many there are besides."""
        lines = [describe(item) for item in items[:MAX_NAMED_LEADS]]
        if len(items) > MAX_NAMED_LEADS:
            lines.append(self.env._("… and %(count)s more.", count=len(items) - MAX_NAMED_LEADS))
        return lines
