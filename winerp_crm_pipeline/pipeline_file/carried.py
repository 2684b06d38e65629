"""What the file carries: the one place to change when stages or requirements gain a field."""
from typing import Any, NamedTuple


class Carried(NamedTuple):
    """A field that the file carries. One that a database does not have is left out, and unknown there."""

    key: str
    """in the file"""
    field: str
    """of the model"""
    kind: str
    """a key of ``kinds._KINDS``"""
    default: Any = None
    """what is not written to the file, in the form that the kind has in memory"""
    limits: tuple = (0, 2_000_000_000)
    """of a number"""


STAGE = (
    Carried('name', 'name', 'names'),
    Carried('teams', 'team_ids', 'records', ()),
    Carried('is_won', 'is_won', 'boolean', default=False),
    Carried('fold', 'fold', 'boolean', default=False),
    Carried('color', 'color', 'number', 0),
    Carried('auto_probability', 'auto_probability', 'boolean', default=False),
    Carried('probability', 'probability', 'number', 0, (0, 100)),
    Carried('days_to_rot', 'rotting_threshold_days', 'number', 0),
    Carried('remind_salesperson', 'rotting_activity', 'boolean', default=False),
    Carried('leader_after_days', 'rotting_leader_days', 'number', 0),
    Carried('release_after_days', 'rotting_release_days', 'number', 0),
    Carried('from_stages', 'from_stage_ids', 'stages', ()),
    Carried('back_needs_reason', 'back_needs_reason', 'boolean', default=False),
    Carried('guidance', 'requirements', 'text', ''),
)

REQUIREMENT = (
    Carried('kind', 'kind', 'choice', 'field'),
    Carried('teams', 'team_ids', 'records', ()),
    Carried('field', 'field_id', 'field', ''),
    Carried('property', 'property_name', 'property', ''),
    Carried('domain', 'domain', 'domain', ''),
    Carried('name', 'name', 'names'),
    Carried('condition', 'condition', 'domain', ''),
    Carried('company', 'company_id', 'records', ()),
    Carried('level', 'level', 'choice', 'block'),
    Carried('scope', 'scope', 'choice', 'onward'),
    Carried('active', 'active', 'boolean', default=True),
)
REQUIREMENTS_KEY = 'requirements'
"""of the list of a stage's requirements, in their order"""

