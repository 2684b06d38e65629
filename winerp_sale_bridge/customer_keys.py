"""What a customer is recognized by, brought to the one form it is compared in."""
import re
import unicodedata

# The eleven-digit mobile numbers of before September 2018 and what they became. Address books still hold them.
_RENUMBERED = {
    '120': '70', '121': '79', '122': '77', '126': '76', '128': '78',
    '123': '83', '124': '84', '125': '85', '127': '81', '129': '82',
    '162': '32', '163': '33', '164': '34', '165': '35', '166': '36', '167': '37', '168': '38', '169': '39',
    '186': '56', '188': '58', '199': '59',
}
_OLD_PREFIX = {new: old for old, new in _RENUMBERED.items()}


def name_key(name):
    """Bring a company name to the form it is compared in: letter case, white space and Unicode composition aside."""
    return ' '.join(unicodedata.normalize('NFC', name or '').lower().split())


def vat_key(vat):
    """Bring a tax code (MST) to the form it is compared in: ``0312 345 678-001`` and ``VN0312345678001`` are one."""
    return re.sub(r'[^0-9A-Z]', '', (vat or '').upper()).removeprefix('VN')


def vat_spellings(key):
    """Return the spellings that a tax code with this key is usually stored in."""
    spellings = {key, f'VN{key}'}
    if len(key) == 13 and key.isdigit():  # a branch: ten digits of the company, three of its own
        spellings |= {f'{key[:10]}-{key[10:]}', f'VN{key[:10]}-{key[10:]}'}
    return spellings


def phone_key(number):
    """Bring a telephone number to the one form that numbers are compared in.

    ``0912 345 678``, ``+84 (0)912.345.678``, ``0084912345678``, ``84912345678`` and ``912345678`` (a spreadsheet ate
    the zero) are one number; so are ``0168 234 5678`` and the ``038 234 5678`` that it was renumbered to.

    :param str number: what somebody typed
    :return: digits with the country prefix and without ``+``, or ``''`` for what is no number
    """
    text = (number or '').strip()
    digits = re.sub(r'\D', '', text)
    if len(digits) < 8:
        return ''
    if digits.startswith('00'):
        digits = digits[2:]
    elif not text.startswith('+'):
        digits = _add_country_prefix(digits)
    if not digits.startswith('84'):
        return digits
    national = digits[2:].lstrip('0')
    if len(national) == 10 and national[:3] in _RENUMBERED:
        national = _RENUMBERED[national[:3]] + national[3:]
    return f'84{national}'


def phone_spellings(key):
    """Return the spellings, without separators, that a number with this key may be stored in."""
    if not key.startswith('84'):
        return {key, f'+{key}', f'00{key}'}
    nationals = {key[2:]}
    if len(key) == 11 and key[2:4] in _OLD_PREFIX:
        nationals.add(_OLD_PREFIX[key[2:4]] + key[4:])
    prefixes = ('', '0', '84', '840', '+84', '+840', '0084', '00840')
    return {prefix + national for national in nationals for prefix in prefixes}


def _add_country_prefix(digits):
    if digits.startswith('0'):
        return f'84{digits[1:]}'
    if digits.startswith('84') and len(digits) > 10:
        return digits
    lost_zero = len(digits) == 9 or (len(digits) == 10 and digits[0] in '12')
    return f'84{digits}' if lost_zero else digits
