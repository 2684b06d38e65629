"""The requirements of all stages as plain data, so that looking them up costs no query.

Nothing here reads the database: ``crm.stage.requirement`` builds a :class:`StageRules`
and keeps it in the registry's cache, which Odoo invalidates in every worker.
"""
import ast
from typing import NamedTuple

from odoo.fields import Domain


class StageRule(NamedTuple):
    """One active requirement."""

    id: int
    stage_id: int
    kind: str
    level: str
    scope: str
    field_name: str
    domain: str
    condition: str
    team_ids: frozenset
    company_id: int
    value_fields: frozenset
    """Fields of crm.lead that decide whether the rule is met."""
    watched_fields: frozenset
    """``value_fields`` and those that decide whether it applies."""

    def concerns(self, team_id, company_id):
        return (not self.team_ids or team_id in self.team_ids) and self.company_id in (False, company_id)


class StageRules:
    """All active requirements, by the stages in which they hold."""

    def __init__(self, rules, stages):
        """
        :param list rules: of :class:`StageRule`, in the order in which people read them
        :param dict stages: ``{stage id: (sequence, frozenset of team ids, is won)}``
        """
        self._rules = tuple(rules)
        self._stages = stages
        self._by_stage = {}
        self._by_position = {}
        self.watched_fields = frozenset().union(*(rule.watched_fields for rule in rules))

    def __bool__(self):
        return bool(self._rules)

    def __iter__(self):
        return iter(self._rules)

    def is_later(self, stage_id, other_id):
        """Whether a stage comes after another one, by (sequence, id)."""
        stages = self._stages
        return (
            stage_id in stages and other_id in stages
            and (stages[stage_id][0], stage_id) > (stages[other_id][0], other_id)
        )

    def get_team_ids(self, stage_id):
        """Return the ids of the teams a stage is for; empty: all."""
        return self._stages[stage_id][1] if stage_id in self._stages else frozenset()

    def is_stage_of_team(self, stage_id, team_id):
        team_ids = self.get_team_ids(stage_id)
        return not team_ids or team_id in team_ids

    def get_later_stage_ids(self, rule):
        """Return the ids of the later stages in which a rule holds too."""
        if rule.scope != 'onward':
            return []
        return [stage_id for stage_id in self._stages if self.is_later(stage_id, rule.stage_id)]

    def get_next_stage_id(self, stage_id, team_id):
        """Return the id of the stage that follows one in a team's pipeline, ``False`` after a won one."""
        if stage_id not in self._stages or self._stages[stage_id][2]:
            return False
        later = (
            (self._stages[other_id][0], other_id) for other_id in self._stages
            if self.is_later(other_id, stage_id) and self.is_stage_of_team(other_id, team_id)
        )
        return min(later, default=(0, False))[1]

    def in_stage(self, stage_id):
        """Return the rules that hold in a stage for some team and company."""
        if stage_id not in self._by_stage:
            self._by_stage[stage_id] = tuple(
                rule for rule in self._rules
                if rule.stage_id == stage_id
                or (rule.scope == 'onward' and self.is_later(stage_id, rule.stage_id))
            )
        return self._by_stage[stage_id]

    def for_position(self, stage_id, team_id, company_id):
        """Return the rules for an opportunity of that team and company in that stage."""
        position = (stage_id, team_id, company_id)
        if position not in self._by_position:
            self._by_position[position] = tuple(
                rule for rule in self.in_stage(stage_id)
                if rule.concerns(team_id, company_id)
                and (rule.stage_id == stage_id or self.is_stage_of_team(rule.stage_id, team_id))
            )
        return self._by_position[position]


class _ReplaceUid(ast.NodeTransformer):
    def __init__(self, uid):
        self.uid = uid

    def visit_Name(self, node):
        return ast.copy_location(ast.Constant(self.uid), node) if node.id == 'uid' else node


def parse_domain(text, uid):
    """Return the ``Domain`` that a text holds; ``uid`` is the one name it may use.

    :raise ValueError: if it is no literal, or no domain
    """
    try:
        tree = _ReplaceUid(uid).visit(ast.parse((text or '[]').strip(), mode='eval'))
        return Domain(ast.literal_eval(tree))
    except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(str(error)) from error
