"""Numbers in Vietnamese words, as formal paper has them."""

MAX_NUMBER = 999_999_999_999_999

_DIGITS = ('không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín')
_LAST_DIGITS = {1: 'mốt', 4: 'tư', 5: 'lăm'}  # after "hai mươi" and beyond
_SMALL_SCALES = ('', 'nghìn', 'triệu')


def read_number(number, zero_ten='lẻ'):
    """Read a whole number in Vietnamese.

    Every group after the first is read in full, as on contracts and invoices: 1 005 is
    "một nghìn không trăm lẻ năm". Billions count on: 10 to the 12th is "một nghìn tỷ".

    :param int number: between ``-MAX_NUMBER`` and ``MAX_NUMBER``
    :param str zero_ten: the word for a zero in the tens: "lẻ", or "linh" as it is said in the North
    :return: words in small letters
    :raise ValueError: when the number is out of range
    """
    if abs(number) > MAX_NUMBER:
        raise ValueError(f"{number} is beyond {MAX_NUMBER}")
    if number < 0:
        return f'âm {read_number(-number, zero_ten)}'
    if number == 0:
        return _DIGITS[0]
    billions, rest = divmod(number, 10 ** 9)
    words = []
    if billions:
        words += [*_read_below_billion(billions, zero_ten, in_full=False), 'tỷ']
    return ' '.join(words + _read_below_billion(rest, zero_ten, in_full=bool(billions)))


def shorten_number(number):
    """Shorten an amount as it is said in Vietnamese: 1 450 000 is "1,45 triệu".

    :return: the text, or ``''`` below a million
    """
    for scale, unit in ((10 ** 9, 'tỷ'), (10 ** 6, 'triệu')):
        if abs(number) >= scale:
            text = f'{number / scale:,.2f}'.rstrip('0').rstrip('.')
            return f"{text.translate(str.maketrans(',.', '.,'))} {unit}"
    return ''


def _read_below_billion(number, zero_ten, in_full):
    """Read up to nine digits; ``in_full`` when something stands before them."""
    words = []
    for power in (2, 1, 0):
        group = number // 1000 ** power % 1000
        if group:
            words += _read_group(group, zero_ten, in_full)
            words += [_SMALL_SCALES[power]] if power else []
            in_full = True
    return words


def _read_group(number, zero_ten, in_full):
    """Read up to three digits; ``in_full`` with "không trăm" where there are no hundreds."""
    hundreds, tens, units = number // 100, number // 10 % 10, number % 10
    words = []
    if hundreds or in_full:
        words += [_DIGITS[hundreds], 'trăm']
    if tens == 0:
        if units and words:
            words.append(zero_ten)
    elif tens == 1:
        words.append('mười')
    else:
        words += [_DIGITS[tens], 'mươi']
    if units:
        words.append(_LAST_DIGITS[units] if tens >= 2 and units in _LAST_DIGITS else _get_unit(tens, units))
    return words


def _get_unit(tens, units):
    return 'lăm' if tens == 1 and units == 5 else _DIGITS[units]
