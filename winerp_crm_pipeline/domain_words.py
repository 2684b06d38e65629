"""Domains in the words of the user's language: as a fact, and as what must be so."""
import re

from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, format_list
from odoo.tools.misc import formatLang

from .domain_phrases import get_demands, get_statements
from .domain_tree import CURRENT_USER, parse_tree

ANY_OPERATORS = {'any': True, 'not any': False}
MAX_VALUES = 5
OFFSET = re.compile(r'^(?:today|now)?\s*([+-]?)(\d+)([dwmy])$')
X2MANY_TYPES = ('one2many', 'many2many')
# What an operator says, of values in general.
COMPARISONS = {
    '=': 'equal', '!=': 'unequal', 'in': 'equal', 'not in': 'unequal', '>=': 'at_least', '<=': 'at_most', '>': 'more', '<': 'less',
    'ilike': 'contains', 'like': 'contains', 'not ilike': 'lacks', 'not like': 'lacks', '=ilike': 'pattern', '=like': 'pattern',
    'not =ilike': 'unlike', 'not =like': 'unlike', 'child_of': 'under', 'parent_of': 'above',
}
DATE_COMPARISONS = {'at_least': 'since', 'at_most': 'until', 'more': 'after', 'less': 'before'}
# Of an empty value: whether it is said to be there.
PRESENCE = {'=': False, 'in': False, '!=': True, 'not in': True}


class DomainWords:
    """Says what domains on a model mean.

    :param model: an empty recordset; its environment says in which language, and what may be named
    :param currency: of its amounts
    :param properties: see ``crm.team._get_lead_properties``
    """

    def __init__(self, model, currency, properties):
        self.model = model
        self.env = model.env
        self.currency = currency
        self.properties = properties

    def state(self, text):
        """Return a domain as a fact, to be put after "when"."""
        return self._say(parse_tree(text), self.model, is_demand=False)

    def demand(self, text):
        """Return a domain as what must be so."""
        return self._say(parse_tree(text), self.model, is_demand=True)

    def demand_field(self, name, property_name=''):
        """Return that a field must be filled in."""
        path = f'{name}.{property_name}' if property_name else name
        kind = self._get_presence_kind(self._get_type(self.model, path), True)
        return self._phrase(kind, True, self.get_label(path), '')

    # ------------------------------------------------------------
    # THE TREE
    # ------------------------------------------------------------

    def _say(self, node, model, is_demand, is_inner=False):
        operator, *parts = node
        if operator in ('&', '|'):
            said = [self._say(part, model, is_demand, is_inner=True) for part in parts]
            text = format_list(self.env, said, 'or' if operator == '|' else 'standard')
            return f'({text})' if is_inner else text
        if operator == '!':
            inner = self._say(parts[0], model, is_demand=False)
            return (self.env._("it must not be that %(statement)s", statement=inner) if is_demand
                    else self.env._("it is not that %(statement)s", statement=inner))
        return self._say_condition(model, *parts, is_demand)

    def _say_condition(self, model, path, operator, value, is_demand):
        if path in (0, 1):
            return self.env._("anything is right") if path == value else self.env._("nothing is right")
        if operator in ANY_OPERATORS and self._get_type(model, path) == 'many2one':
            inner = parse_tree(Domain(value).map_conditions(
                lambda condition: Domain(f'{path}.{condition.field_expr}', condition.operator, condition.value)))
            return self._say(inner if ANY_OPERATORS[operator] else ('!', inner), model, is_demand)
        head, inner = self._find_entries(model, path, operator, value)
        if head:
            comodel, is_there = self._get_comodel(model, head), ANY_OPERATORS.get(operator, True) or inner is not value
            kind, said = ('entry_where' if is_there else 'no_entry_where'), self._say(parse_tree(inner), comodel, is_demand=False)
            return self._phrase(kind, is_demand, self.get_label(head, model), said)
        kind, said = self._compare(model, path, operator, value)
        return self._phrase(kind, is_demand, self.get_label(path, model), said)

    def _find_entries(self, model, path, operator, value):
        """Return the path of records that a condition looks into, and what it asks of them, or nothing."""
        if operator in ANY_OPERATORS:
            return path, value
        names = path.split('.')
        for number in range(1, len(names)):
            head = '.'.join(names[:number])
            if self._get_type(model, head) in X2MANY_TYPES:
                return head, [('.'.join(names[number:]), operator, value)]
        return None, None

    def _compare(self, model, path, operator, value):
        """Return what a condition says of a value (a key of :func:`get_statements`), and the value in words."""
        kind, field_type = COMPARISONS.get(operator, 'pattern'), self._get_type(model, path)
        values = [value] if isinstance(value, str) or not hasattr(value, '__iter__') else sorted(value, key=str)
        if field_type == 'boolean' and operator in PRESENCE and len(values) == 1:
            return ('ticked' if bool(values[0]) != PRESENCE[operator] else 'unticked'), ''
        if operator in PRESENCE and values in ([False], [None], [[]]):
            return self._get_presence_kind(field_type, PRESENCE[operator]), ''
        if operator in PRESENCE and field_type in X2MANY_TYPES:
            kind = 'among' if kind == 'equal' else 'not_among'
        if field_type in ('date', 'datetime'):
            kind = DATE_COMPARISONS.get(kind, kind)
        return kind, self._say_values(model, path, values)

    @staticmethod
    def _get_presence_kind(field_type, is_there):
        if field_type == 'boolean':
            return 'ticked' if is_there else 'unticked'
        if field_type in X2MANY_TYPES:
            return 'some' if is_there else 'none'
        return 'filled' if is_there else 'empty'

    def _phrase(self, kind, is_demand, field, value):
        return (get_demands if is_demand else get_statements)(self.env, field=field, value=value)[kind]

    # ------------------------------------------------------------
    # FIELDS
    # ------------------------------------------------------------

    def _follow(self, model, path):
        """Return the fields along a path, and what is left of it: part of a date, a property."""
        fields, names = [], path.split('.')
        while names and model is not None and names[0] in model._fields:
            field = model._fields[names.pop(0)]
            fields.append(field)
            model = self.env[field.comodel_name] if field.relational else None
        return fields, '.'.join(names)

    def _get_property(self, model, path):
        fields, rest = self._follow(model, path)
        return self.properties.get(rest, {}).get('definition') if rest and fields and fields[-1].type == 'properties' else None

    def _get_type(self, model, path):
        if definition := self._get_property(model, path):
            return definition['type']
        fields, rest = self._follow(model, path)
        return fields[-1].type if fields and not rest else ''

    def _get_comodel(self, model, path):
        fields, _rest = self._follow(model, path)
        return self.env[fields[-1].comodel_name]

    def get_label(self, path, model=None):
        """Return what a path is called: the last field, of what it belongs to."""
        model = self.model if model is None else model
        if definition := self._get_property(model, path):
            return definition['string']
        fields, rest = self._follow(model, path)
        if rest and fields and fields[-1].type == 'properties':
            return self.env._("a property that no team has")
        labels = [field.get_description(self.env, ['string'])['string'] for field in fields]
        label = labels[0] if labels else path
        for inner in labels[1:]:
            label = self.env._("%(field)s of %(owner)s", field=inner, owner=label)
        return f'{label} ({rest})' if rest and labels else label

    # ------------------------------------------------------------
    # VALUES
    # ------------------------------------------------------------

    def _say_values(self, model, path, values):
        said = [self._say_value(model, path, value) for value in values[:MAX_VALUES]]
        if len(values) > MAX_VALUES:
            said.append(self.env._("%(count)s more", count=len(values) - MAX_VALUES))
        return format_list(self.env, said, 'or')

    def _say_value(self, model, path, value):
        field_type = self._get_type(model, path)
        fields, rest = self._follow(model, path)
        definition = self._get_property(model, path)
        if value is False or value is None:
            return self.env._("empty")
        if field_type == 'selection':
            described = definition or fields[-1].get_description(self.env, ['selection'])
            choices = described.get('selection')
            return dict(choices or []).get(value, str(value))
        if field_type == 'tags':
            return {tag[0]: tag[1] for tag in definition.get('tags') or []}.get(value, str(value))
        if isinstance(value, int) and (field_type in ('many2one', *X2MANY_TYPES) or (fields and fields[-1].name == 'id')):
            comodel = definition.get('comodel') if definition else fields[-1].comodel_name or fields[-1].model_name
            return self._name_record(comodel, value)
        if field_type in ('date', 'datetime'):
            return self._say_moment(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self._say_number(value, is_amount=bool(not rest and fields and fields[-1].type == 'monetary'))
        return str(value)

    def _name_record(self, comodel, record_id):
        if record_id == CURRENT_USER:
            return self.env._("whoever moves it")
        record = self.env[comodel].browse(record_id).exists()
        # A name is told to nobody who may not read it.
        return record.display_name if record.has_access('read') and record else self.env._("no. %(number)s", number=record_id)

    def _say_number(self, value, is_amount):
        if is_amount and (self.env.lang or '').startswith('vi'):
            for size, unit in ((10 ** 9, 'tỷ'), (10 ** 6, 'triệu')):
                if value >= size and not value * 100 % size:  # said exactly, or not at all
                    number = self._format_number(value / size)
                    return f'{number} {unit}' + ('' if self.currency.name == 'VND' else f' {self.currency.symbol}')
        number = self._format_number(value)
        if not is_amount:
            return number
        is_before = self.currency.position == 'before'
        parts = (self.currency.symbol, number) if is_before else (number, self.currency.symbol)
        return "\N{NO-BREAK SPACE}".join(parts)

    def _format_number(self, value):
        digits = len(f'{value:.6f}'.rstrip('0').partition('.')[2])
        return formatLang(self.env, value, digits=digits)

    def _say_moment(self, value):
        if not isinstance(value, str):
            return format_datetime(self.env, value) if hasattr(value, 'hour') else format_date(self.env, value)
        if value in ('today', 'now'):
            return self.env._("today") if value == 'today' else self.env._("now")
        if offset := OFFSET.match(value):
            sign, number, unit = offset.groups()
            return self._say_offset(sign == '-', int(number), unit)
        if re.match(r'^\d{4}-\d\d-\d\d$', value):
            return format_date(self.env, value)
        return format_datetime(self.env, value) if re.match(r'^\d{4}-\d\d-\d\d ', value) else value

    def _say_offset(self, is_past, number, unit):
        spans = {
            'd': self.env._("%(number)s days", number=number), 'w': self.env._("%(number)s weeks", number=number),
            'm': self.env._("%(number)s months", number=number), 'y': self.env._("%(number)s years", number=number),
        }
        if is_past:
            return self.env._("%(span)s ago", span=spans[unit])
        return self.env._("in %(span)s", span=spans[unit])
