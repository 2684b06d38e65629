"""When a value counts as filled in: in Python and, of what is stored, in SQL.

The browser has the same in JavaScript; static/tests/filled_cases.js holds the cases that all three are tested with.
"""
from odoo.tools import SQL, is_html_empty

NUMBER_TYPES = ('integer', 'float', 'monetary')
NO_PRIORITY = '0'  # no star

# What str.strip() takes for white space: PostgreSQL's \s leaves some of it out.
_WHITE_SPACE = r'\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000'
# The expressions of odoo.tools.is_html_empty, in PostgreSQL's words, and the entities of white space.
_ATTRIBUTE = r'''\s+[A-Za-z_-][A-Za-z0-9_-]*'''
_VALUE = r'''\s*=\s*['"][^'"]*['"]'''
_VOID_HTML = rf'''<\s*/?(p|div|section|span|br|b|i|font)\y({_ATTRIBUTE}({_VALUE}))*(\s*>|\s*/\s*>)''' \
    r'|&(nbsp|ensp|emsp|thinsp|Tab|NewLine|#0*(9|10|13|32|160)|#[xX]0*(9|[aA]|[dD]|20|[aA]0));'
_ICON = rf'''<\s*(i|span)\y({_ATTRIBUTE}({_VALUE})?)*\s*\yclass\s*=\s*["'][^"']*\y(fa|fab|fad|far|oi)\y'''
# Values of different types cannot be compared there; lists are looked into.
_PROPERTY = """$.* ? (@.type() == "string" && @ != "" || @.type() == "number" && @ != 0
                    || @.type() == "boolean" && @ == true || @.type() == "object")"""


def is_filled(field, value):
    """Whether a value of a field, as a record has it, counts as filled in.

    Text: something besides white space. Html: not ``is_html_empty``. Numbers: not zero. A box: ticked.
    A priority: a star. Properties: any of them. All else: set, or at least one.
    """
    if field.type in ('char', 'text'):
        return bool(value and value.strip())
    if field.type == 'html':
        return not is_html_empty(value)
    if field.type == 'properties':
        return any(dict(value or {}).values())
    if field.name == 'priority':
        return bool(value) and value != NO_PRIORITY
    return bool(value)


def filled_sql(field, value):
    """Return :func:`is_filled` as an SQL condition on a column.

    :param value: the column, as ``SQL``
    """
    if field.type in ('char', 'text'):
        return SQL("COALESCE(%s, '') ~ %s", value, f'[^{_WHITE_SPACE}]')
    if field.type == 'html':
        return SQL(
            "(regexp_replace(COALESCE(%s, ''), %s, '', 'g') ~ %s OR COALESCE(%s, '') ~ %s)",
            value, _VOID_HTML, f'[^{_WHITE_SPACE}]', value, _ICON)
    if field.type == 'properties':
        return SQL("jsonb_path_exists(COALESCE(%s, '{}'), %s)", value, _PROPERTY)
    if field.name == 'priority':
        return SQL("COALESCE(%s, %s) != %s", value, NO_PRIORITY, NO_PRIORITY)
    if field.type in NUMBER_TYPES:
        return SQL("COALESCE(%s, 0) != 0", value)
    if field.type == 'boolean':
        return SQL("%s IS TRUE", value)
    return SQL("%s IS NOT NULL", value)
