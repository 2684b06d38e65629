"""What all stages say and require, as plain data, so that looking it up costs no query.

Nothing here reads the database: ``crm.stage`` builds a :class:`StageRules` of what a transaction sees.
"""
import ast
import itertools
import math
from functools import lru_cache

from odoo.fields import Domain

from .stage_data import Stage, StageRule
from .stage_paths import PathRules


class StageRules:
    """All active requirements, by the stages in which they hold."""

    def __init__(self, rules: list[StageRule], stages: dict[int, Stage]):
        """
        :param rules: in the order in which people read them
        :param stages: by id
        """
        self._rules = tuple(rules)
        self._stages = stages
        self._by_stage = {}
        self._by_position = {}
        self._next_ids = {}
        self._first_ids = {}
        self.paths = PathRules(stages)
        self.watched_fields = frozenset().union(*(rule.watched_fields for rule in rules))
        self.stage_ids = sorted(stages, key=lambda stage_id: (stages[stage_id].sequence, stage_id))
        """of all stages, in their order"""
        self.won_stage_ids = {stage_id for stage_id, stage in stages.items() if stage.is_won}
        self.may_refuse = bool(self.paths) or any(rule.level == 'block' for rule in rules)
        self.probabilities = {
            stage_id: stage.probability for stage_id, stage in stages.items() if stage.probability is not None}
        """``{stage id: percent}`` of the stages that set the probability of their opportunities"""

    def __bool__(self):
        return bool(self._rules or self.paths)

    def __iter__(self):
        return iter(self._rules)

    def __contains__(self, stage_id):
        return stage_id in self._stages

    def get(self, rule_ids):
        """Return the rules with these ids, also those of paths."""
        return [rule for rule in itertools.chain(self._rules, self.paths) if rule.id in rule_ids]

    def is_later(self, stage_id, other_id):
        """Whether a stage comes after another one, by (sequence, id)."""
        stages = self._stages
        return (
            stage_id in stages and other_id in stages
            and (stages[stage_id].sequence, stage_id) > (stages[other_id].sequence, other_id)
        )

    def get_team_ids(self, stage_id):
        """Return the ids of the teams a stage is for; empty: all."""
        return self._stages[stage_id].team_ids if stage_id in self._stages else frozenset()

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
        if (stage_id, team_id) not in self._next_ids:
            later = (
                (self._stages[other_id].sequence, other_id) for other_id in self._stages
                if self.is_later(other_id, stage_id) and self.is_stage_of_team(other_id, team_id)
            )
            is_last = stage_id not in self._stages or self._stages[stage_id].is_won
            self._next_ids[stage_id, team_id] = False if is_last else min(later, default=(0, False))[1]
        return self._next_ids[stage_id, team_id]

    def get_first_stage_id(self, team_id):
        """Return the id of the stage with which a team's pipeline begins."""
        if team_id not in self._first_ids:
            self._first_ids[team_id] = next(
                (stage_id for stage_id in self.stage_ids if self.is_stage_of_team(stage_id, team_id)), False)
        return self._first_ids[team_id]

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

    def get_broken_paths(self, before_id, stage_id, team_id):
        """Return the rules that an opportunity breaks by moving into a stage, whatever it has.

        :param before_id: the stage it comes from; ``None`` for what is new in the pipeline
        """
        if before_id == stage_id or not self.paths:
            return []
        return self.paths.get_broken(
            before_id, stage_id, self.is_later(before_id, stage_id), self.get_first_stage_id(team_id) == stage_id)

    def for_move(self, before_id, stage_id, team_id, company_id):
        """Return the rules for an opportunity that comes from one stage into another: of the position, and of the path."""
        here, broken = self.for_position(stage_id, team_id, company_id), self.get_broken_paths(before_id, stage_id, team_id)
        return (*here, *broken) if broken else here


class _Literals(ast.NodeTransformer):
    """Puts the user in place of ``uid``; refuses numbers that no database can compare with."""

    def __init__(self, uid):
        self.uid = uid

    def visit_Name(self, node):
        return ast.copy_location(ast.Constant(self.uid), node) if node.id == 'uid' else node

    def visit_Constant(self, node):
        if isinstance(node.value, complex) or (isinstance(node.value, float) and not math.isfinite(node.value)):
            raise ValueError("a number is not finite")
        return node


@lru_cache(maxsize=1024)
def parse_domain(text, uid):
    """Return the ``Domain`` that a text holds; ``uid`` is the one name it may use.

    :raise ValueError: if it is no literal, or no domain
    """
    try:
        tree = _Literals(uid).visit(ast.parse((text or '[]').strip(), mode='eval'))
        return Domain(ast.literal_eval(tree))
    except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(str(error)) from error
