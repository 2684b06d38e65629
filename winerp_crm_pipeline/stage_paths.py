"""From where stages may be entered: rules of a move, which nothing that is filled in meets."""
import itertools

from .stage_data import Stage, StageRule


def make_path_rule(rule_id, stage_id):
    """Return what a move into a stage breaks as a rule that nothing meets, so that it is told, overridden and asked for
    as what is missing. Its id is negative: no requirement stands behind it.
    """
    return StageRule(
        id=rule_id, stage_id=stage_id, kind='domain', level='block', scope='stage', field_name='', domain='[(0, "=", 1)]',
        condition='', team_ids=frozenset(), company_id=False, value_fields=frozenset(), watched_fields=frozenset())


class PathRules:
    """From where stages may be entered."""

    def __init__(self, stages: dict[int, Stage]):
        """
        :param stages: by id
        """
        self._from_ids = {stage_id: stage.from_stage_ids for stage_id, stage in stages.items() if stage.from_stage_ids}
        self._from = {stage_id: make_path_rule(-2 * stage_id, stage_id) for stage_id in self._from_ids}
        self._back = {
            stage_id: make_path_rule(-2 * stage_id - 1, stage_id)
            for stage_id, stage in stages.items() if stage.back_needs_reason}

    def __bool__(self):
        return bool(self._from or self._back)

    def __iter__(self):
        return itertools.chain(self._from.values(), self._back.values())

    def get_broken(self, before_id, stage_id, is_back, is_first):
        """Return the rules that a move breaks.

        :param before_id: where it comes from; ``None`` for what is new in the pipeline
        :param is_back: whether that is a later stage
        :param is_first: whether the stage is where the pipeline begins
        """
        is_begun_there = before_id is None and is_first
        broken = []
        if stage_id in self._from and before_id not in self._from_ids[stage_id] and not is_begun_there:
            broken.append(self._from[stage_id])
        if stage_id in self._back and is_back:
            broken.append(self._back[stage_id])
        return broken

    def get_names(self, stage_names, describe_from, back_name):
        """Return ``{rule id: what it is called}``.

        :param dict stage_names: ``{stage id: name}``
        :param describe_from: function of the names of stages
        :param str back_name: of going back
        """
        return {
            **{self._from[stage_id].id: describe_from([name for other_id, name in stage_names.items() if other_id in from_ids])
               for stage_id, from_ids in self._from_ids.items()},
            **{rule.id: back_name for rule in self._back.values()},
        }
