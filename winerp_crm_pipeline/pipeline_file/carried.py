"""What the file carries: the one place to change when stages or requirements gain a field."""
from typing import Any, NamedTuple

from .kinds import Boolean, Choice, Names, Number, Text
from .kinds_of_records import DomainText, FieldName, Property, Records, Stages


class Carried(NamedTuple):
    """A field that the file carries."""

    key: str
    """in the file"""
    field: str
    """of the model"""
    kind: type
    """a subclass of ``Kind``"""
    default: Any = None
    """what is not written to the file, in the form that the kind has in memory"""
    limits: tuple = (0, 2_000_000_000)
    """of a number"""


STAGE = (
    Carried('name', 'name', Names),
    Carried('teams', 'team_ids', Records, ()),
    Carried('is_won', 'is_won', Boolean, default=False),
    Carried('fold', 'fold', Boolean, default=False),
    Carried('color', 'color', Number, 0),
    Carried('auto_probability', 'auto_probability', Boolean, default=False),
    Carried('probability', 'probability', Number, 0, (0, 100)),
    Carried('days_to_rot', 'rotting_threshold_days', Number, 0),
    Carried('remind_salesperson', 'rotting_activity', Boolean, default=False),
    Carried('leader_after_days', 'rotting_leader_days', Number, 0),
    Carried('release_after_days', 'rotting_release_days', Number, 0),
    Carried('from_stages', 'from_stage_ids', Stages, ()),
    Carried('back_needs_reason', 'back_needs_reason', Boolean, default=False),
    Carried('guidance', 'requirements', Text, ''),
)

REQUIREMENT = (
    Carried('kind', 'kind', Choice, 'field'),
    Carried('teams', 'team_ids', Records, ()),
    Carried('field', 'field_id', FieldName, ''),
    Carried('property', 'property_name', Property, ''),
    Carried('domain', 'domain', DomainText, ''),
    Carried('name', 'name', Names),
    Carried('condition', 'condition', DomainText, ''),
    Carried('company', 'company_id', Records, ()),
    Carried('level', 'level', Choice, 'block'),
    Carried('scope', 'scope', Choice, 'onward'),
    Carried('active', 'active', Boolean, default=True),
    Carried('set', 'set_key', Text, ''),
)
REQUIREMENTS_KEY = 'requirements'
"""of the list of a stage's requirements, in their order"""


def get_kinds(world, model, carried):
    """Return the kinds of the fields, by their keys.

    :param model: a recordset
    :param carried: what the file carries of its records
    """
    return {each.key: each.kind(world, model, each) for each in carried}
