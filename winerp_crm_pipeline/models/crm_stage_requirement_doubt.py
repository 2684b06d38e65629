"""Requirements of a stage that ask twice for the same, or for what cannot be."""
import itertools
from collections import defaultdict

from odoo import api, fields, models

from ..domain_tree import CURRENT_USER, get_joint_conditions, is_impossible
from ..filled import NO_PRIORITY, NUMBER_TYPES

# Of these, two different values are never the same.
EXACT_TYPES = (*NUMBER_TYPES, 'boolean', 'char', 'selection', 'many2one')

# What decides whether two requirements ask for the same.
ASKED = ('kind', 'field_id', 'property_name', 'domain', 'condition', 'team_ids', 'company_id', 'active', 'name')


class CrmStageRequirement(models.Model):
    _inherit = 'crm.stage.requirement'  # pylint: disable=consider-merging-classes-inherited

    doubt = fields.Char(
        "Worth a Look", compute='_compute_doubt',
        help="Another requirement of the stage asks for the same, or the two cannot both be met.")

    @api.depends_context('lang', 'uid', 'allowed_company_ids')
    @api.depends(*ASKED, *(f'stage_id.requirement_ids.{name}' for name in ASKED))
    def _compute_doubt(self):
        self.doubt = False
        for requirement in self.filtered('active'):
            others = (requirement.stage_id.requirement_ids - requirement - requirement._origin).filtered('active')
            if requirement._cannot_be_met():
                requirement.doubt = self.env._("It cannot be met where it applies.")
            elif same := others.filtered(lambda other, own=requirement: own._asks_as(other))[:1]:
                requirement.doubt = self.env._(
                    "Asks for the same as “%(requirement)s”.", requirement=same.name or same.proposed_name)
            elif contrary := others.filtered(lambda other, own=requirement: own._contradicts(other))[:1]:
                requirement.doubt = self.env._(
                    "Cannot be met together with “%(requirement)s”.", requirement=contrary.name or contrary.proposed_name)

    # It is exact for what it says, and silent where it would have to guess: whether two conditions overlap is known only
    # if they are the same, or one of them is none.

    def _meets_with(self, other):
        """Whether there are opportunities to which both apply."""
        teams, companies = (self.team_ids._origin, other.team_ids._origin), (self.company_id, other.company_id)
        conditions = [_normalize(self.condition), _normalize(other.condition)]
        return (
            (not all(teams) or bool(teams[0] & teams[1])) and (not all(companies) or companies[0] == companies[1])
            and (not all(conditions) or conditions[0] == conditions[1]))

    def _asks_as(self, other):
        """Whether both ask for the same, of some opportunities."""
        if self.kind != other.kind or not self._meets_with(other):
            return False
        if self.kind == 'field':
            return bool(self.field_id) and (self.field_id, self.property_name or '') == (other.field_id, other.property_name or '')
        return bool(self.domain) and _normalize(self.domain) == _normalize(other.domain)

    def _contradicts(self, other):
        """Whether what both ask for cannot be, of some opportunities."""
        return self._meets_with(other) and self._is_impossible([*self._get_demands(), *other._get_demands()])

    def _cannot_be_met(self):
        """Whether what is asked contradicts itself, or the condition under which it is asked."""
        return self._is_impossible([*self._get_demands(), *self._get_conditions(self.condition)])

    def _get_demands(self):
        """Return what is asked as a list of ``(path, operator, value)``, empty where it is not so plain."""
        if self.kind == 'domain':
            return self._get_conditions(self.domain)
        field = self.field_id and self.env['crm.lead']._fields.get(self.field_id.sudo().name)  # sudo: ir.model.fields - a name
        if not field or field.type == 'properties':
            return []
        empty = NO_PRIORITY if field.name == 'priority' else 0 if field.type in NUMBER_TYPES else False
        return [(field.name, '!=', empty)]

    @api.model
    def _get_conditions(self, text):
        try:
            return text and get_joint_conditions(text) or []
        except ValueError:
            return []

    @api.model
    def _is_impossible(self, conditions):
        by_path = defaultdict(list)
        for path, operator, value in conditions:
            if isinstance(path, str) and self._is_exact(path, value):
                by_path[path].append((operator, value))
        return any(is_impossible(values) for values in by_path.values())

    @api.model
    def _is_exact(self, path, value):
        """Whether a path leads to one value, which can be told from others: not a record by its name, nor whoever moves it."""
        model, field = self.env['crm.lead'], None
        for name, is_last in itertools.zip_longest(path.split('.'), [False] * path.count('.'), fillvalue=True):
            field = model is not None and model._fields.get(name)
            if not field or (not is_last and field.type != 'many2one'):
                return False
            model = self.env[field.comodel_name] if field.relational else None
        values = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
        if field.type == 'many2one' and any(one == CURRENT_USER or isinstance(one, str) for one in values):
            return False
        return field.type in EXACT_TYPES


def _normalize(text):
    try:
        return sorted(map(repr, get_joint_conditions(text) or [text])) if text else []
    except ValueError:
        return [text]
