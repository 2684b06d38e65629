from typing import NamedTuple

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import SQL, is_html_empty, ormcache

from ..exceptions import StageRequirementError
from ..stage_rules import parse_domain
from .crm_stage_requirement import UNSUITABLE_FIELDS

# Context key of a GatePass. What opens the gate is the Python object, which no RPC client can send.
GATE_PASS = 'winerp_stage_gate_pass'
SCALAR_TYPES = ('char', 'text', 'html', 'integer', 'float', 'monetary', 'boolean', 'date', 'datetime', 'selection', 'many2one')
# What marks an opportunity made by a lead generation service (crm_iap_mine, website_crm_iap_reveal).
SERVICE_FIELDS = ('lead_mining_request_id', 'reveal_id')
MAX_NAMED_LEADS = 10
REQUIREMENT_FIELDS = ('missing_requirement_ids', 'next_stage_id', 'next_stage_missing_requirement_ids')

# When a value is not filled in, in SQL: see _is_value_filled, and odoo.tools.is_html_empty for html.
NOT_FILLED_SQL = {
    'char': r"COALESCE(%s, '') !~ '[^\s\u00a0\u2000-\u200a\u202f\u3000]'",
    'text': r"COALESCE(%s, '') !~ '[^\s\u00a0\u2000-\u200a\u202f\u3000]'",
    'html': r"""regexp_replace(
        regexp_replace(COALESCE(%s, ''), '<\s*/?(p|div|section|span|br|b|i|font)(\s[^>]*)?/?\s*>', '', 'gi'),
        '&nbsp;|&#160;|\s|\u00a0', '', 'gi') = ''""",
    'properties': r"""NOT jsonb_path_exists(
        COALESCE(%s, '{}'), '$.* ? (@ != null && @ != false && @ != "" && @ != 0)')""",
}


class GatePass:
    """Lets opportunities through the gate.

    :param leads: those it is for; ``None`` for whatever comes from outside
    :param stage: the one stage it opens
    :param str reason: why, for the chatter
    """
    __slots__ = ('lead_ids', 'reason', 'stage_id')

    def __init__(self, leads=None, stage=None, reason=None):
        self.lead_ids = None if leads is None else frozenset(leads.ids)
        self.stage_id = stage and stage.id
        self.reason = reason

    def for_created(self, leads):
        """Return the same pass for opportunities that were created with it."""
        gate_pass = GatePass(leads, None, self.reason)
        gate_pass.stage_id = self.stage_id
        return gate_pass

    def opens(self, lead, stage_id):
        return self.lead_ids is None or (lead.id in self.lead_ids and stage_id == self.stage_id)


FROM_OUTSIDE = GatePass()


class GateCheck(NamedTuple):
    """What is known of a write before it happens."""

    rules: object
    """:class:`StageRules`"""
    touched: frozenset
    """Names of the fields that the write may change, computed ones included."""
    positions: dict
    """``{lead id: stage id, or False outside the pipeline}``"""
    met_ids: dict
    """``{lead id: ids of the touched rules of its stage that were met}``"""
    predicted: dict
    """``{lead id: stage id}`` of moves whose untouched blocking rules are known to be met"""


class CrmLead(models.Model):
    _inherit = 'crm.lead'

    missing_requirement_ids = fields.Many2many(
        'crm.stage.requirement', string="Missing Information",
        compute='_compute_missing_requirement_ids', search='_search_missing_requirement_ids',
        help="What the opportunity lacks in its own stage.")
    next_stage_id = fields.Many2one('crm.stage', compute='_compute_next_stage')
    next_stage_missing_requirement_ids = fields.Many2many(
        'crm.stage.requirement', string="Missing to Go On", compute='_compute_next_stage',
        help="What the opportunity lacks to enter the next stage.")

    stage_override_ids = fields.One2many(
        'crm.stage.override', 'lead_id', "Moved with Override", readonly=True)

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    def _get_requirement_dependencies(self):
        """Return what may decide whether a requirement is met: any field that can be edited."""
        return ['stage_id.sequence', *sorted(
            name for name, field in self._fields.items()
            # Not custom fields: Odoo could not delete one that another depends on. See write.
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

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        gate_pass, creator = self._get_gate_pass(), self
        if gate_pass and gate_pass is not FROM_OUTSIDE:
            creator = self.with_context(**{GATE_PASS: None})  # it is not for what follows from creating these
        leads = super(CrmLead, creator).create(vals_list).with_env(self.env)
        leads._align_automated_probability()
        rules = leads._get_stage_rules()
        if rules:
            leads._check_created(rules, vals_list, gate_pass)
        return leads

    def write(self, vals):
        check = self._prepare_gate_check(vals)
        stages = self._get_stages_before(vals)
        for leads, lead_vals in self._group_by_stage_probability(vals):
            super(CrmLead, leads).write(lead_vals)
        self._take_stage_probability(stages)
        if any(name in self._fields and self._fields[name].manual for name in vals):
            self.invalidate_recordset(REQUIREMENT_FIELDS, flush=False)  # see _get_requirement_dependencies
        if check:
            self._check_gate(check)
        return True

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        # What arrives by e-mail is never refused; what it lacks shows up in the worklist.
        outside = self.with_context(**{GATE_PASS: FROM_OUTSIDE})
        lead = super(CrmLead, outside).message_new(msg_dict, custom_values=custom_values)
        return lead.with_env(self.env)

    # ------------------------------------------------------------
    # GATE: WHAT IS MISSING
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
        # In one query for all, where reading one by one takes one for each thousand.
        field_names = {rule.field_name for rule in rules if rule.kind == 'field'}
        self.browse().concat(*stages).fetch({'type', 'team_id', 'company_id', *field_names})
        unmet = self._get_unmet_rules({
            lead: rules.for_position(stage.id, lead.team_id.id, lead.company_id.id)
            for lead, stage in stages.items() if lead.type == 'opportunity'
        })
        return {lead: self._browse_rules(lead_rules) for lead, lead_rules in unmet.items()}

    @api.model
    def _get_stage_rules(self):
        return self.env['crm.stage.requirement']._get_stage_rules()

    @api.model
    def _browse_rules(self, rules):
        return self.env['crm.stage.requirement'].browse(rule.id for rule in rules)

    def _get_unmet_rules(self, rules_by_lead):
        """Return which of the given rules apply to opportunities and are not met.

        :param dict rules_by_lead: ``{lead: collection of StageRule}``
        :return: the same, with unmet rules and leads that have some only
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
        """Return to which opportunities rules apply, and which meet them.

        All domains are evaluated in one query, and fields that are not in memory fetched in one.

        :param rules: collection of ``StageRule``
        :return: ``{rule: (ids it applies to, ids that meet it)}``
        """
        matches = self._match_domains({text for rule in rules for text in (rule.condition, rule.domain) if text})
        # sudo: crm.lead - a requirement holds whatever its salesperson may read
        leads = self.sudo()
        field_names = {rule.field_name for rule in rules if rule.kind == 'field'}
        leads.fetch(field_names)
        filled = {
            name: {lead.id for lead in leads if self._is_value_filled(name, lead[name])} for name in field_names
        }
        all_ids = set(self._ids)
        return {
            rule: (
                matches[rule.condition] if rule.condition else all_ids,
                matches[rule.domain] if rule.kind == 'domain' else filled[rule.field_name],
            )
            for rule in rules
        }

    def _match_domains(self, texts):
        """Return which records match each of several domains, in one query.

        :param texts: domains, as text
        :return: ``{text: set of ids}``; ids of new records are the new ids
        """
        # sudo: crm.lead - a requirement holds whatever its salesperson may read
        leads = self.sudo().with_context(active_test=False)
        matches = {text: set() for text in texts}
        real_leads = leads.filtered('id')
        queries = []
        for key, text in enumerate(texts):
            domain = parse_domain(text, self.env.uid)
            matches[text].update((leads - real_leads).filtered_domain(domain)._ids)
            query = real_leads._search(Domain('id', 'in', real_leads.ids) & domain)
            if not query.is_empty():
                queries.append(query.select(SQL("%s", key), SQL.identifier(leads._table, 'id')))
        if real_leads and queries:
            keys = list(texts)
            union = SQL(" UNION ALL ").join(SQL("(%s)", query) for query in queries)
            for key, lead_id in self.env.execute_query(union):
                matches[keys[key]].add(lead_id)
        return matches

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
        return domain & self._get_not_filled_domain(rule.field_name)

    def _get_matching_domain(self, text):
        # sudo: crm.lead - a requirement holds whatever its salesperson may read
        leads = self.sudo().with_context(active_test=False)
        return Domain('id', 'in', leads._search(parse_domain(text, self.env.uid)))

    @api.model
    def _get_not_filled_domain(self, field_name):
        """Return the domain of the opportunities where :meth:`_is_value_filled` is false."""
        field = self._fields[field_name]
        if field.store and field.column_type and field.type in NOT_FILLED_SQL:
            condition = NOT_FILLED_SQL[field.type]
            return Domain.custom(
                to_sql=lambda model, alias, query: SQL(condition, model._field_to_sql(alias, field_name, query)))
        if field_name == 'priority':
            return Domain(field_name, 'in', [False, '0'])
        return Domain(field_name, 'in', [False, 0] if field.type in ('integer', 'float', 'monetary') else [False])

    @api.model
    def _is_value_filled(self, field_name, value):
        """Whether a value counts as filled in: it depends on the type of the field."""
        field_type = self._fields[field_name].type
        if field_type in ('char', 'text'):
            return bool(value and value.strip())
        if field_type == 'html':
            return not is_html_empty(value)
        if field_type == 'properties':
            return any(dict(value or {}).values())
        if field_name == 'priority':
            return bool(value) and value != '0'
        return bool(value)

    # ------------------------------------------------------------
    # GATE: CREATE AND WRITE
    # ------------------------------------------------------------

    def _get_positions(self):
        """Return ``{id: stage id}``, ``False`` for a lead or an archived opportunity, which no rule concerns."""
        return {
            lead.id: lead.type == 'opportunity' and lead.active and lead.stage_id.id
            for lead in self
        }

    @api.model
    def _is_gate_open(self):
        """Whether data is being loaded by Odoo itself: a module, an update, a migration."""
        return not self.pool.ready or (self.env.uid == SUPERUSER_ID and self.env.context.get('install_mode'))

    @api.model
    def _get_gate_pass(self):
        gate_pass = self.env.context.get(GATE_PASS)
        return gate_pass if isinstance(gate_pass, GatePass) else None

    def _is_from_outside(self, vals):
        """Whether an opportunity comes from someone who could not be asked for more.

        A public or portal user, a web form (which Odoo saves as its own user, within the
        visitor's request), or a lead generation service, which never chooses a stage.
        """
        if self.env.uid == SUPERUSER_ID:
            return bool(request)
        if not self.env.user._is_internal():
            return True
        return 'stage_id' not in vals and any(vals.get(name) for name in SERVICE_FIELDS)

    def _check_created(self, rules, vals_list, gate_pass=None):
        """Refuse opportunities created in a stage whose requirements they do not meet."""
        if self._is_gate_open() or gate_pass is FROM_OUTSIDE:
            return
        leads = self.browse().concat(*(
            lead for lead, vals in zip(self, vals_list, strict=True) if not lead._is_from_outside(vals)
        ))
        positions = leads._get_positions()
        unmet = self._get_unmet_rules({
            lead: rules.for_position(positions[lead.id], lead.team_id.id, lead.company_id.id)
            for lead in leads if positions[lead.id]
        })
        if gate_pass and unmet and not gate_pass.lead_ids:
            unmet = leads._log_overridden(gate_pass.for_created(leads), unmet)
        self._refuse_or_warn(unmet, created=True)

    def _prepare_gate_check(self, vals):
        """Look at a write before it happens, and refuse at once what is certain to be refused.

        :return: a :class:`GateCheck` for what can only be known afterwards, or ``None``
        """
        rules = self._get_stage_rules()
        if not rules or self._is_gate_open():
            return None
        touched = self._get_touched_fields(vals)
        if touched.isdisjoint(rules.watched_fields | {'stage_id', 'type', 'active'}):
            return None
        positions = self._get_positions()
        predicted = {}
        if not self._get_gate_pass() and touched.isdisjoint({'team_id', 'company_id'}):
            predicted = self._check_before_move(rules, vals, touched, positions)
        staying = self if 'stage_id' not in vals else self.filtered(lambda lead: positions[lead.id] == vals['stage_id'])
        met_ids = staying._get_met_rule_ids(rules, vals, touched, positions)
        if not met_ids and touched.isdisjoint({'stage_id', 'type', 'active'}):
            return None
        return GateCheck(rules, touched, positions, met_ids, predicted)

    @api.model
    def _get_touched_fields(self, names):
        """Return the names of the fields of crm.lead that a write of some fields may change."""
        return frozenset().union(*(self._get_dependent_field_names(name) for name in names))

    @api.model
    @ormcache('name')
    def _get_dependent_field_names(self, name):
        """Return the name of a field and of those computed from it, on crm.lead."""
        field = self._fields.get(name)
        dependents = self.pool.get_dependent_fields(field) if field else ()
        return frozenset([name, *(dependent.name for dependent in dependents if dependent.model_name == self._name)])

    def _get_met_rule_ids(self, rules, vals, touched, positions):
        """Return ``{lead id: ids of rules of its stage that are met and that the write could undo}``."""
        filled = {
            name for name, value in vals.items()
            if name in self._fields and self._fields[name].type in SCALAR_TYPES and self._is_value_filled(name, value)
        }

        def is_at_stake(rule):
            return not touched.isdisjoint(rule.value_fields) and not (rule.kind == 'field' and rule.field_name in filled)

        at_stake = {}
        for stage_id in set(positions.values()) - {False}:
            at_stake[stage_id] = [rule._replace(condition='') for rule in rules.in_stage(stage_id) if is_at_stake(rule)]
        wanted = {lead: stakes for lead in self if (stakes := at_stake.get(positions[lead.id]))}
        unmet = self._get_unmet_rules(wanted)
        return {
            lead.id: {rule.id for rule in stakes} - {rule.id for rule in unmet.get(lead, ())}
            for lead, stakes in wanted.items()
        }

    def _check_before_move(self, rules, vals, touched, positions):
        """Refuse a move before anything is written, where what is missing cannot appear by writing.

        Where only writing shows whether more is missing, the refusal is left to the look
        after the write, so that it names everything at once.

        :return: ``{lead id: stage id}`` of the moves that are not refused
        :raise StageRequirementError:
        """
        entering = self._predict_entering(vals, positions)
        blocking = {
            lead: [
                rule for rule in rules.for_position(stage_id, lead.team_id.id, lead.company_id.id)
                if rule.level == 'block'
            ]
            for lead, stage_id in entering.items()
        }
        unmet = self._get_unmet_rules({
            lead: [rule for rule in lead_rules if touched.isdisjoint(rule.watched_fields)]
            for lead, lead_rules in blocking.items()
        })
        missing = {}
        for lead, lead_rules in blocking.items():
            lead_unmet = unmet.get(lead, ())
            lead_missing = [
                rule for rule in lead_rules
                if rule in lead_unmet or self._is_missing_in_values(rule, vals)
            ]
            if lead_missing:
                missing[lead] = lead_missing
        if not missing:
            return {lead.id: stage_id for lead, stage_id in entering.items()}
        # What another rule asks for too need not be looked at.
        asked = {lead: {rule.field_name for rule in lead_missing} - {False, ''} for lead, lead_missing in missing.items()}
        is_certain = all(
            touched.isdisjoint(rule.watched_fields)
            or rule in missing.get(lead, ()) or rule.field_name in asked.get(lead, ())
            for lead, lead_rules in blocking.items() for rule in lead_rules
        )
        if is_certain:
            movable = all(positions[lead.id] for lead in missing)
            raise self._prepare_refusal(missing, entering, movable=movable, written=False)
        return {}

    def _predict_entering(self, vals, positions):
        """Return ``{lead: stage id}`` of those that a write takes into a stage, as far as its values say."""
        stage = self.env['crm.stage'].browse(vals.get('stage_id'))
        active = True if stage.is_won else vals.get('active')  # winning restores, see core
        entering = {}
        for lead in self:
            stage_id = stage.id or lead.stage_id.id
            if (
                (lead.active if active is None else active)
                and vals.get('type', lead.type) == 'opportunity'
                and stage_id and stage_id != positions[lead.id]
            ):
                entering[lead] = stage_id
        return entering

    def _is_missing_in_values(self, rule, vals):
        """Whether a rule cannot be met because the values being written leave its field empty."""
        return (
            rule.kind == 'field' and rule.field_name in vals
            and not rule.condition  # whether it holds is known afterwards
            and self._fields[rule.field_name].type in SCALAR_TYPES
            and not self._is_value_filled(rule.field_name, vals[rule.field_name])
        )

    def _check_gate(self, check):
        """Refuse what a write has done: entering a stage, or clearing a value, that leaves something missing."""
        gate_pass = self._get_gate_pass()
        if gate_pass is FROM_OUTSIDE:
            return
        wanted, entered = {}, set()
        touched_ids = {rule.id for rule in check.rules if not check.touched.isdisjoint(rule.watched_fields)}
        positions = self._get_positions()
        for lead in self:
            stage_id = positions[lead.id]
            if not stage_id:
                continue
            lead_rules = check.rules.for_position(stage_id, lead.team_id.id, lead.company_id.id)
            if stage_id != check.positions[lead.id]:
                entered.add(lead.id)
                if check.predicted.get(lead.id) == stage_id:
                    lead_rules = [rule for rule in lead_rules if rule.level == 'warn' or rule.id in touched_ids]
            else:
                lead_rules = [rule for rule in lead_rules if rule.id in check.met_ids.get(lead.id, ())]
            wanted[lead] = lead_rules
        unmet = self._get_unmet_rules(wanted)
        if gate_pass and unmet:
            unmet = self.filtered(lambda lead: lead.id in entered)._log_overridden(gate_pass, unmet)
        movable = all(check.positions[lead.id] not in (False, lead.stage_id.id) for lead in unmet)
        self._refuse_or_warn(unmet, movable=movable)

    def _log_overridden(self, gate_pass, unmet):
        """Record the overriding of what blocks these opportunities, as far as a pass opens the gate to them.

        :param dict unmet: ``{lead: list of StageRule}``
        :return: the same, without what is overridden; what only warns needs no override and is still told
        """
        overridden = {
            lead: blocking for lead, lead_rules in unmet.items()
            if lead in self and gate_pass.opens(lead, lead.stage_id.id)
            and (blocking := [rule for rule in lead_rules if rule.level == 'block'])
        }
        self.browse().concat(*overridden)._log_override(gate_pass, overridden)
        return {
            lead: rest for lead, lead_rules in unmet.items()
            if (rest := [rule for rule in lead_rules if rule not in overridden.get(lead, ())])
        }

    def _refuse_or_warn(self, unmet, created=False, movable=True):
        """Refuse opportunities that lack something blocking; tell the user, once, what else is missing.

        :param dict unmet: ``{lead: list of StageRule}``
        :param bool created: whether they are being created, so have no id that outlives the error
        :param bool movable: see :meth:`_prepare_refusal`
        :raise StageRequirementError:
        """
        blocking = {
            lead: lead_blocking for lead, lead_rules in unmet.items()
            if (lead_blocking := [rule for rule in lead_rules if rule.level == 'block'])
        }
        if blocking:
            stage_ids = {lead: lead.stage_id.id for lead in blocking}
            raise self._prepare_refusal(blocking, stage_ids, created=created, movable=movable)
        if unmet:
            self._warn_of_missing(unmet)

    @api.model
    def _warn_of_missing(self, unmet):
        """Note on opportunities what they lack; the web client tells its user instead, see crm_lead_ui."""
        missing = {
            lead: ", ".join(self._browse_rules(lead_rules).mapped('name')) for lead, lead_rules in unmet.items()
        }
        self.browse().concat(*missing)._message_log_batch(bodies={
            lead.id: self.env._("Missing information: %(missing)s.", missing=names) for lead, names in missing.items()
        })

    @api.model
    def _prepare_refusal(self, unmet, stage_ids, created=False, movable=True, written=True):
        """Return the error that names each opportunity and what it lacks.

        :param dict unmet: ``{lead: list of StageRule}``
        :param dict stage_ids: ``{lead: id of the stage it cannot be in}``
        :param bool created: whether they are being created
        :param bool movable: whether they are created in the stage or come from another one, so that a move
            with override would get them there; not those that are restored or converted
        :param bool written: whether they have the values now that are refused
        """
        leads = [
            {
                'id': False if created else lead.id,
                'name': lead.name or '',
                'stage_id': stage_ids[lead],
                'missing': self._browse_rules(lead_rules)._prepare_missing_values(),
            }
            for lead, lead_rules in unmet.items()
        ]
        stages = self.env['crm.stage'].browse(stage_ids[lead] for lead in unmet)
        lines = [
            self.env._(
                "“%(opportunity)s” cannot be in the stage “%(stage)s” without: %(missing)s.",
                opportunity=lead['name'], stage=stage.name,
                missing=", ".join(requirement['name'] for requirement in lead['missing']))
            for lead, stage in zip(leads[:MAX_NAMED_LEADS], stages, strict=False)
        ]
        if len(leads) > MAX_NAMED_LEADS:
            lines.append(self.env._("… and %(count)s more.", count=len(leads) - MAX_NAMED_LEADS))
        lines.append(self.env._("Fill in what is missing, then try again."))
        return StageRequirementError("\n".join(lines), {'stage_id': leads[0]['stage_id'], 'leads': leads})

    # ------------------------------------------------------------
    # GATE: ACTIONS
    # ------------------------------------------------------------

    def action_move_stage(self, stage_id, values=None, override_reason=None):
        """Write values and move opportunities to a stage, together or not at all.

        :param int stage_id: the ``crm.stage`` to move to
        :param dict values: further values to write, as for ``write``
        :param str override_reason: why the move is made although requirements are not met;
            it is posted in the chatter with what was missing
        :return: ``True``
        :raise AccessError: if a reason is given by a user who may not override requirements
        :raise UserError: if the reason is blank
        :raise StageRequirementError: if requirements are not met and no reason is given
        """
        leads = self
        if override_reason is not None:
            leads = self._with_override(self.env['crm.stage'].browse(stage_id), override_reason)
        return leads.write({**(values or {}), 'stage_id': stage_id})

    @api.model
    def action_create_in_stage(self, values, override_reason=None):
        """Create an opportunity in a stage, as ``create`` does, in spite of what the stage requires.

        :param dict values: as for ``create``
        :param str override_reason: as for :meth:`action_move_stage`
        :return: the id of the opportunity
        :raise AccessError: as :meth:`action_move_stage`
        :raise UserError: as :meth:`action_move_stage`
        :raise StageRequirementError: if requirements are not met and no reason is given
        """
        leads = self.browse()
        if override_reason is not None:
            stage_id = values.get('stage_id') or self.default_get(['stage_id']).get('stage_id')
            leads = leads._with_override(self.env['crm.stage'].browse(stage_id), override_reason)
        return leads.create(values).id

    def _with_override(self, stage, reason):
        # The user's own groups count, whatever the environment may do.
        if not self._can_override_requirements():
            raise AccessError(self.env._("Only sales administrators may move an opportunity whose requirements are not met."))
        if not (reason or '').strip():
            raise UserError(self.env._("Please give the reason for moving the opportunity although information is missing."))
        return self.with_context(**{GATE_PASS: GatePass(self, stage, reason.strip())})

    @api.model
    def _can_override_requirements(self):
        return self.env.user.has_group('winerp_crm_pipeline.group_stage_requirement_override')

    def _log_override(self, gate_pass, unmet):
        """Record who moved opportunities to a stage in spite of what, and why."""
        self = self.with_context(**{GATE_PASS: None})  # the pass is used up
        # sudo: crm.stage.override - nobody may write the record of their own overriding
        self.env['crm.stage.override'].sudo().create([
            {
                'lead_id': lead.id, 'stage_id': gate_pass.stage_id, 'reason': gate_pass.reason, 'user_id': self.env.uid,
                'requirement_ids': [rule.id for rule in unmet[lead]],
            }
            for lead in self
        ])
        for lead in self:
            lead.message_post(body=self.env._(
                "Moved although information is missing: %(missing)s. Reason: %(reason)s",
                missing=", ".join(self._browse_rules(unmet[lead]).mapped('name')), reason=gate_pass.reason))

    @api.readonly
    def get_stage_move_requirements(self, stage_id):
        """Return what opportunities lack to move to a stage, for clients that ask before they try.

        :param int stage_id: the ``crm.stage`` they would move to
        :return: ``{'stage_id', 'leads': …}`` as in ``StageRequirementError``, and
            ``'can_override'``: whether the user may move them all the same
        """
        self.check_access('read')
        missing = self._get_missing_requirements(self.env['crm.stage'].browse(stage_id))
        return {
            'stage_id': stage_id,
            'leads': [
                {'id': lead.id, 'name': lead.name, 'stage_id': stage_id, 'missing': requirements._prepare_missing_values()}
                for lead, requirements in missing.items()
            ],
            'can_override': self._can_override_requirements(),
        }
