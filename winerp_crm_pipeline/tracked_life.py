"""What an opportunity lived, from the changes that were tracked of it. Plain Python, no ``env``."""
from typing import Any, NamedTuple


class Change(NamedTuple):
    """A tracked change of one value."""

    moment: Any
    name: str
    old: Any
    new: Any


class Life:
    """States of an opportunity before a moment at which all of it is known.

    Between two tracked changes a value is what the first of them made it, and before the first what that found. What
    was never tracked, as what was imported, was always as it is known to be.

    :param dict state: what holds at `end`
    :param start: when it became an opportunity
    :param end: until when it is to be reconstructed
    :param changes: list of :class:`Change`, by their moments
    """

    def __init__(self, state, start, end, changes):
        self.state, self.start, self.end = state, start, end
        self.changes = {name: [change for change in changes if change.name == name] for name in state}

    def get_states(self):
        """Return ``[(moment, state)]`` of the states in their order, the last of which may be the known one."""
        moments = {change.moment for changes in self.changes.values() for change in changes}
        moments = [self.start, *sorted(moment for moment in moments if self.start < moment < self.end)]
        states = []
        for moment in moments:
            state = {name: self._get_value(name, moment) for name in self.state}
            if not states or states[-1][1] != state:
                states.append((moment, state))
        return states

    def _get_value(self, name, moment):
        changes = self.changes[name]
        if not changes:
            return self.state[name]
        past = [change for change in changes if change.moment <= moment]
        return past[-1].new if past else changes[0].old


def complete(changes, state, stage_moment, closing_moment):
    """Return tracked changes with what Odoo's dates say besides, of an opportunity whose tracking was switched off at times.

    :param stage_moment: when its stage last changed
    :param closing_moment: when it was last won or lost
    """
    added = []
    stages = [change for change in changes if change.name == 'stage_id']
    if stages and stages[-1].new != state['stage_id'] and stage_moment and stage_moment > stages[-1].moment:
        added.append(Change(stage_moment, 'stage_id', stages[-1].new, state['stage_id']))
    decisions = [change for change in changes if change.name == 'won_status']
    before = decisions[-1] if decisions else None
    if state['won_status'] != 'pending' and closing_moment and (
            not before or before.new != state['won_status'] and closing_moment > before.moment):
        added.append(Change(closing_moment, 'won_status', before.new if before else 'pending', state['won_status']))
    return sorted([*changes, *added], key=lambda change: change.moment)


def get_decisions(changes, won_stage_ids):
    """Return the changes of ``won_status`` among tracked changes that happened at one moment.

    Odoo tracks it since version 19; before, being archived is what tells what was lost, and its stage what was won.

    :param changes: list of :class:`Change` of one moment, with ``won_status`` as far as its words are known
    """
    by_name = {change.name: change for change in changes}
    if 'won_status' in by_name:
        return [by_name['won_status']]
    stage = by_name.get('stage_id') or changes[0]._replace(old=None, new=None)
    active = by_name.get('active') or changes[0]._replace(old=True, new=True)
    old, new = (
        'pending' if is_active and stage_id not in won_stage_ids else 'won' if is_active else 'lost'
        for is_active, stage_id in ((active.old, stage.old), (active.new, stage.new)))
    return [Change(changes[0].moment, 'won_status', old, new)] if old != new else []
