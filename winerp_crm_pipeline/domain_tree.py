"""Domains as trees, and which of them cannot hold together. Plain Python, no ``env``."""
from odoo.fields import Domain

from .stage_rules import parse_domain

# Stands for ``uid``, the user who moves an opportunity: no user has that id.
CURRENT_USER = -1
ARITY = {'&': 2, '|': 2, '!': 1}
LOWER, UPPER = ('>', '>='), ('<', '<=')


def parse_tree(domain):
    """Return a domain as ``(operator, *nodes)`` and ``('', path, operator, value)``.

    :param domain: text, or whatever ``Domain`` takes
    :raise ValueError: if it is no domain
    """
    items = iter(list(parse_domain(domain, CURRENT_USER) if isinstance(domain, str) else Domain(domain)))
    return _read_node(items)


def _read_node(items):
    item = next(items, (1, '=', 1))
    if not isinstance(item, str):
        return '', *item
    nodes = []
    for _number in range(ARITY[item]):
        node = _read_node(items)
        nodes += node[1:] if item != '!' and node[0] == item else [node]  # a & (b & c) is said as a & b & c
    return item, *nodes


def get_joint_conditions(text):
    """Return the conditions that must all hold, as ``(path, operator, value)``, or ``None`` where it is not so plain."""
    node = parse_tree(text)
    nodes = node[1:] if node[0] == '&' else [node]
    return None if any(part[0] for part in nodes) else [part[1:] for part in nodes]


def is_impossible(conditions):
    """Whether no value can fulfil some conditions on it: certainly not if true, perhaps if false.

    :param conditions: list of ``(operator, value)`` on one single value
    """
    lows = [(value, operator) for operator, value in conditions if operator in LOWER and is_number(value)]
    highs = [(value, operator) for operator, value in conditions if operator in UPPER and is_number(value)]
    if any(low > high or (low == high and (above, below) != ('>=', '<=')) for low, above in lows for high, below in highs):
        return True
    sets = [_as_set(value) for operator, value in conditions if operator in ('=', 'in')]
    sets = [values for values in sets if values is not None]
    if not sets:
        return False
    if len({type(value) for values in sets for value in values if value is not False}) > 1:
        return False  # a record by its id, and by its name
    possible = frozenset.intersection(*sets)
    for operator, value in conditions:
        if operator in ('!=', 'not in'):
            possible -= _as_set(value) or frozenset()
        elif operator in LOWER + UPPER and is_number(value):
            possible = frozenset(one for one in possible if not is_number(one) or _compare(one, operator, value))
    return not possible


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _as_set(value):
    values = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
    try:
        return frozenset(values)
    except TypeError:
        return None


def _compare(one, operator, other):
    return {'>': one > other, '>=': one >= other, '<': one < other, '<=': one <= other}[operator]
