"""What opportunities lack: in their stage, in the next one, and in all that a search goes through."""
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..filled import filled_sql, is_filled
from ..stage_rules import parse_domain
from .crm_stage_requirement import UNSUITABLE_FIELDS

REQUIREMENT_FIELDS = ('missing_requirement_ids', 'next_stage_id', 'next_stage_missing_requirement_ids')
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
        missing = self._get_missing_requirements()
        for lead in self:
            lead.missing_requirement_ids = missing.get(lead)

    def _search_missing_requirement_ids(self, operator, value):
        if operator == 'in':
            requirement_ids = set(value)
        elif operator in ('any', 'ilike', 'like', '=ilike', '=like'):
            domain = value if operator == 'any' else [('name', operator, value)]
            requirement_ids = set(self.env['crm.stage.requirement']._search(domain))
        else:
            return NotImplemented
        rules = self._get_stage_rules()
        lacking = Domain.OR(
            self._get_lacking_domain(rules, rule) for rule in rules
            if False in requirement_ids or rule.id in requirement_ids)
        if False not in requirement_ids:
            return lacking
        lacking_others = Domain.OR(
            self._get_lacking_domain(rules, rule) for rule in rules if rule.id in requirement_ids)
        return ~lacking | lacking_others

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
        for lead, requirements in missing.items():
            lead.next_stage_missing_requirement_ids = requirements

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

    # ------------------------------------------------------------
    # WHETHER RULES ARE MET
    # ------------------------------------------------------------

    def _get_unmet_rules(self, rules_by_lead):
        """Return which of the given rules apply to opportunities and are not met.

        :param dict rules_by_lead: ``{lead: collection of StageRule}``
        :return: ``{lead: list of StageRule}``, with unmet rules and leads that have some only
        """
        rules = set().union(*rules_by_lead.values())
        states = self.browse().concat(*rules_by_lead)._get_rule_states(rules) if rules else {}
        unmet_ids = {rule: ids for rule, (applying, meeting) in states.items() if (ids := applying - meeting)}
        if not unmet_ids:
            return {}
        unmet = {
            lead: [rule for rule in lead_rules if lead.id in unmet_ids.get(rule, ())]
            for lead, lead_rules in rules_by_lead.items()
        }
        return {lead: lead_rules for lead, lead_rules in unmet.items() if lead_rules}

    def _get_rule_states(self, rules):
        """Return to which opportunities rules apply, and which meet them: as they are stored, in one query.

        :param rules: collection of ``StageRule``
        :return: ``{rule: (ids it applies to, ids that meet it)}``; ids of new records are the new ids
        """
        asked = {text for rule in rules for text in (rule.condition, self._get_rule_question(rule)) if text}
        # sudo: crm.lead - a requirement holds whatever its salesperson may read
        leads = self.sudo().with_context(active_test=False)
        stored = leads.filtered('id')
        answers = stored._get_stored_answers(asked)
        for question, ids in (leads - stored)._get_new_answers(asked).items():
            answers[question].update(ids)
        all_ids = set(self._ids)
        return {
            rule: (answers[rule.condition] if rule.condition else all_ids, answers[self._get_rule_question(rule)])
            for rule in rules
        }

    @api.model
    def _get_rule_question(self, rule):
        """Return what is asked of an opportunity: a domain, as text, or ``(name of the field to be filled,)``."""
        return rule.domain if rule.kind == 'domain' else (rule.field_name,)

    def _get_new_answers(self, questions):
        """Return ``{question: ids}`` of the new records of which the answer is yes."""
        return {
            question: set(
                [lead.id for lead in self if is_filled(self._fields[question[0]], lead[question[0]])]
                if isinstance(question, tuple)
                else self.filtered_domain(parse_domain(question, self.env.uid))._ids)
            for question in questions
        } if self else {}

    def _get_stored_answers(self, questions):
        """Return ``{question: ids}`` of the records of which the answer is yes, in one query for all questions.

        What can be said of the row of an opportunity is a column of one scan; what looks beyond is a
        query of its own in the same round, which PostgreSQL plans from the opportunities.
        """
        answers = {question: set() for question in questions}
        if not self or not questions:
            return answers
        order = list(questions)
        columns, queries = [], []
        for number, question in enumerate(order):
            query = self.browse()._search(self._get_question_domain(question))  # of any currency, not of these
            if query.is_empty():
                continue
            if self._is_about_row(question):
                columns.append(SQL("CASE WHEN %s THEN %s END", query.where_clause or SQL("TRUE"), number))
            else:
                query.add_where(SQL("%s IN %s", SQL.identifier(self._table, 'id'), self._ids))
                queries.append(query.select(SQL("%s", number), SQL.identifier(self._table, 'id')))
        if columns:
            queries.append(SQL(
                "SELECT unnest(ARRAY[%s]::int[]), id FROM %s WHERE id IN %s",
                SQL(", ").join(columns), SQL.identifier(self._table), self._ids))
        if queries:
            for number, lead_id in self.env.execute_query(SQL(" UNION ALL ").join(SQL("(%s)", query) for query in queries)):
                if number is not None:
                    answers[order[number]].add(lead_id)
        return answers

    @api.model
    def _get_question_domain(self, question):
        return self._get_filled_domain(question[0]) if isinstance(question, tuple) else parse_domain(question, self.env.uid)

    @api.model
    def _is_about_row(self, question):
        """Whether the answer lies in the row of the opportunity alone."""
        if isinstance(question, tuple):
            field = self._fields[question[0]]
            return bool(field.store and field.column_type)
        return all(
            (field := self._fields.get(condition.field_expr)) is not None
            and field.store and field.column_type and not field.relational and field.type != 'properties'
            for condition in parse_domain(question, self.env.uid).iter_conditions())

    # ------------------------------------------------------------
    # THE SAME, AS DOMAINS
    # ------------------------------------------------------------

    def _get_lacking_domain(self, rules, rule):
        """Return the domain of the opportunities that a rule of ``rules`` applies to and that do not meet it."""
        own_stage = Domain('stage_id', '=', rule.stage_id)
        later_stages = Domain('stage_id', 'in', rules.get_later_stage_ids(rule))
        if team_ids := rules.get_team_ids(rule.stage_id):
            later_stages &= Domain('team_id', 'in', list(team_ids))
        domain = Domain('type', '=', 'opportunity') & (own_stage | later_stages)
        if rule.team_ids:
            domain &= Domain('team_id', 'in', list(rule.team_ids))
        if rule.company_id:
            domain &= Domain('company_id', '=', rule.company_id)
        if rule.condition:
            domain &= self._get_matching_domain(rule.condition)
        if rule.kind == 'domain':
            return domain & ~self._get_matching_domain(rule.domain)
        return domain & ~self._get_filled_domain(rule.field_name)

    def _get_matching_domain(self, text):
        # sudo: crm.lead - a requirement holds whatever its salesperson may read
        leads = self.sudo().with_context(active_test=False)
        return Domain('id', 'in', leads._search(parse_domain(text, self.env.uid)))

    @api.model
    def _get_filled_domain(self, field_name):
        """Return the domain of the opportunities where a field is filled, see ``filled.is_filled``."""
        field = self._fields[field_name]
        if field.store and field.column_type:
            return Domain.custom(
                to_sql=lambda model, alias, query: filled_sql(field, model._field_to_sql(alias, field_name, query)),
                predicate=lambda lead: is_filled(field, lead[field_name]))
        return Domain(field_name, 'not in', [False, 0] if field.type in ('integer', 'float', 'monetary') else [False])
