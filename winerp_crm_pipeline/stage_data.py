"""One stage, one requirement, and what both are called: what the database says of them, as plain data."""
from typing import NamedTuple


class Stage(NamedTuple):
    """One stage."""

    sequence: int
    team_ids: frozenset[int]
    """The teams it is for; empty: all."""
    is_won: bool
    probability: float | None
    """Percent, if the stage sets the probability of its opportunities. A won one does not: it is 100, always."""
    from_stage_ids: frozenset[int] = frozenset()
    """The stages from which it may be entered; empty: any."""
    back_needs_reason: bool = False
    """Whether one may come back to it from a later stage only with a reason."""


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
    team_ids: frozenset[int]
    company_id: int | bool
    value_fields: frozenset[str]
    """Fields of crm.lead that decide whether the rule is met."""
    watched_fields: frozenset[str]
    """``value_fields`` and those that decide whether it applies."""
    property_name: str = ''
    """The one property that must be filled in, where ``field_name`` is that of properties."""

    def __hash__(self):
        return hash(self.id)  # sets of rules are made for each opportunity

    @property
    def is_path(self):
        """Whether it is no requirement, but says how a stage is entered; see :class:`.stage_paths.PathRules`."""
        return self.id < 0

    def concerns(self, team_id, company_id):
        return (not self.team_ids or team_id in self.team_ids) and self.company_id in (False, company_id)


class StageNames(NamedTuple):
    """What stages and requirements are called in one language."""

    stages: dict[int, str]
    requirements: dict[int, str]
