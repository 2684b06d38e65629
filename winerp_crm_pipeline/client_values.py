"""Values as clients give them, looked at before core does, which fails on them without a word that a person understands.

Plain Python, whatever the model.
"""
import sys
from datetime import date

from odoo import fields, models
from odoo.exceptions import UserError

MAX_INTEGER = 2 ** 31 - 1  # what a column keeps
TEXT_TYPES = ('char', 'html', 'selection', 'text')
# How many items each command of an x2many has.
COMMAND_LENGTHS = {0: (3,), 1: (3,), 2: (2, 3), 3: (2, 3), 4: (2, 3), 5: (1, 2, 3), 6: (3,)}


def read_values(model, values):
    """Return the values that a client gives for fields of a model, as ``write`` takes them.

    :raise UserError: if they are none, or not of the kind that their fields take
    """
    if values and not isinstance(values, dict):
        raise UserError(model.env._("Give the values as names of fields with what they become."))
    values = values or {}
    if unknown := [name for name in values if name not in model._fields]:
        raise UserError(model.env._("There is no field “%(name)s”.", name=unknown[0]))
    if unfit := [name for name, value in values.items() if not fits(model, name, value)]:
        raise UserError(model.env._(
            "This cannot be the value of “%(field)s”: %(value)s",
            field=model._fields[unfit[0]].get_description(model.env, ['string'])['string'], value=repr(values[unfit[0]])))
    return values


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_INTEGER


def is_text(value):
    """Whether a database can keep it as text."""
    return isinstance(value, str) and '\x00' not in value and value == value.encode(errors='ignore').decode()


def fits(model, name, value):
    """Whether a field takes a value. What the value means is for the field to judge."""
    field = model._fields[name]
    if value is None or value is False or isinstance(value, models.BaseModel):  # a server action gives records
        return True
    if field.type in ('boolean', 'many2one', 'integer'):
        is_digits = isinstance(value, str) and value.isascii() and value.isdigit()
        return isinstance(value, bool) or is_integer(int(value) if is_digits and len(value) < 20 else value)
    if field.type in ('float', 'monetary'):
        return isinstance(value, (int, float, str)) and _is_number(value)
    if field.type in TEXT_TYPES:
        return is_text(value) and (field.type != 'selection' or value in field.get_values(model.env))
    if field.type in ('date', 'datetime'):
        return isinstance(value, date) or is_text(value) and _is_moment(field, value)
    if field.type in ('one2many', 'many2many'):
        return isinstance(value, (list, tuple)) and all(is_integer(item) or _is_command(item) for item in value)
    return True


def _is_number(value):
    """Whether it is a finite number, or text that says one, which core takes, too."""
    try:
        return abs(float(value)) <= sys.float_info.max
    except (OverflowError, ValueError):
        return False


def _is_moment(field, text):
    try:
        (fields.Date.to_date if field.type == 'date' else fields.Datetime.to_datetime)(text)
    except ValueError:
        return False
    return True


def _is_command(item):
    """Whether it is one thing to do with an x2many, such as ``(4, id)``."""
    if not isinstance(item, (list, tuple)) or not item or not is_integer(item[0]):
        return False
    command, *arguments = item
    if len(item) not in COMMAND_LENGTHS.get(command, ()):
        return False
    if command == 6:
        return isinstance(arguments[1], (list, tuple)) and all(map(is_integer, arguments[1]))
    is_record = command in (0, 5) or is_integer(arguments[0])
    return is_record and (command not in (0, 1) or isinstance(arguments[1], dict))
