import random
import re

from odoo.tests import BaseCase, tagged

from odoo.addons.winerp_sale_bridge.tests.common import SaleBridgeCase
from odoo.addons.winerp_sale_bridge.vietnamese_numbers import MAX_NUMBER, read_number

DIGITS = "không một hai ba bốn năm sáu bảy tám chín".split()
SCALES = ("nghìn", "tỷ", "triệu", "nghìn", "")


def spell_out(group):
    """Read three digits naively, then let the rules of speech rewrite the text."""
    text = "{} trăm {} mươi {}".format(*(DIGITS[int(digit)] for digit in group))
    for pattern, replacement in (
        (r" không mươi không$", ""),
        (r"không mươi", "lẻ"),
        (r"một mươi", "mười"),
        (r"(mươi|mười) không$", r"\1"),
        (r"mươi một$", "mươi mốt"),
        (r"mươi bốn$", "mươi tư"),
        (r"(mươi|mười) năm$", r"\1 lăm"),
    ):
        text = re.sub(pattern, replacement, text)
    return text


SPELLED = {f"{number:03d}": spell_out(f"{number:03d}") for number in range(1000)}


def oracle(number):
    """Read a number by rewriting text, as independent of the reader's arithmetic as may be."""
    digits = f"{number:015d}"
    groups = [digits[start:start + 3] for start in range(0, 15, 3)]
    parts = []
    for group, scale in zip(groups, SCALES, strict=True):
        if group != "000":
            parts += [SPELLED[group], scale]
        elif scale == "tỷ" and groups[0] != "000":
            parts.append(scale)
    text = " ".join(part for part in parts if part)
    return re.sub(r"^không trăm (lẻ )?", "", text) or "không"


@tagged('post_install', '-at_install')
class TestReadNumber(BaseCase):

    def test_by_hand(self):
        for number, words in (
            (0, "không"), (5, "năm"), (10, "mười"), (11, "mười một"), (14, "mười bốn"), (15, "mười lăm"),
            (20, "hai mươi"), (21, "hai mươi mốt"), (24, "hai mươi tư"), (25, "hai mươi lăm"), (55, "năm mươi lăm"),
            (100, "một trăm"), (101, "một trăm lẻ một"), (105, "một trăm lẻ năm"), (110, "một trăm mười"),
            (115, "một trăm mười lăm"), (121, "một trăm hai mươi mốt"),
            (1000, "một nghìn"), (1001, "một nghìn không trăm lẻ một"), (1010, "một nghìn không trăm mười"),
            (10_000, "mười nghìn"), (1_000_000, "một triệu"), (1_000_005, "một triệu không trăm lẻ năm"),
            (12_500_000, "mười hai triệu năm trăm nghìn"),
            (1_205_005_000, "một tỷ hai trăm lẻ năm triệu không trăm lẻ năm nghìn"),
            (1_000_000_000_000, "một nghìn tỷ"),
            (1_005_000_000_001, "một nghìn không trăm lẻ năm tỷ không trăm lẻ một"),
            (-21, "âm hai mươi mốt"),
        ):
            self.assertEqual(read_number(number), words)
        self.assertEqual(read_number(105, 'linh'), "một trăm linh năm")
        for number in (MAX_NUMBER + 1, -MAX_NUMBER - 1):
            with self.assertRaises(ValueError):
                read_number(number)

    def test_first_million(self):
        wrong = [number for number in range(1_000_001) if read_number(number) != oracle(number)]
        self.assertFalse(wrong[:10])

    def test_boundaries(self):
        for exponent in range(3, 16):
            for multiple in (1, 2, 5, 9, 10, 11, 15, 20, 21, 99, 100, 101, 105, 110, 999):
                for offset in (-1001, -1000, -999, -101, -1, 0, 1, 5, 10, 15, 21, 99, 100, 101, 105, 999, 1000, 1001):
                    number = multiple * 10 ** exponent + offset
                    if 0 <= number <= MAX_NUMBER:
                        self.assertEqual(read_number(number), oracle(number), number)
        self.assertEqual(read_number(MAX_NUMBER), oracle(MAX_NUMBER))

    def test_random(self):
        generator = random.Random(20260101)
        for _attempt in range(100_000):
            number = generator.randrange(10 ** generator.randint(1, 15))
            self.assertEqual(read_number(number), oracle(number), number)


@tagged('post_install', '-at_install')
class TestAmountInWords(SaleBridgeCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('vi_VN')
        cls.vnd = cls._currency('VND')
        cls.usd = cls._currency('USD')

    def _words(self, currency, amount):
        return currency.with_context(lang='vi_VN').with_company(self.company).amount_to_text(amount)

    def test_dong(self):
        self.assertEqual(
            self._words(self.vnd, 1205005000), "Một tỷ hai trăm lẻ năm triệu không trăm lẻ năm nghìn đồng")
        self.assertEqual(self._words(self.vnd, 0), "Không đồng")
        self.assertEqual(self._words(self.vnd, -1500), "Âm một nghìn năm trăm đồng")
        self.assertEqual(self._words(self.vnd, 1500.4), "Một nghìn năm trăm đồng", "no fractions of a dong")
        self.assertEqual(self._words(self.vnd, -0.3), "Không đồng")

    def test_options_of_the_company(self):
        self.company.write({'sale_words_linh': True, 'sale_words_even': True})
        self.assertEqual(self._words(self.vnd, 105000), "Một trăm linh năm nghìn đồng chẵn")
        self.assertNotIn("chẵn", self._words(self.usd, 1.25))

    def test_fraction(self):
        self.assertRegex(self._words(self.usd, 1021.05), "^Một nghìn không trăm hai mươi mốt .+ và năm ")
        self.assertRegex(self._words(self.usd, 0.999), "^Một ", "rounded before it is read")

    def test_beyond_the_reader(self):
        self.assertTrue(self._words(self.vnd, 10.0 ** 15))

    def test_other_languages_as_core(self):
        self.assertEqual(self.usd.with_context(lang='en_US').amount_to_text(21), "Twenty-One Dollars")

    def test_on_orders_of_vietnamese_companies(self):
        self.assertFalse(self.company.sale_amount_in_words)
        self.company.country_id = self.env.ref('base.vn')
        self.assertTrue(self.company.sale_amount_in_words)
        order = self._quotation(self._lead()).with_context(lang='vi_VN')
        self.assertEqual(order.amount_in_words, "Ba triệu đồng")
        order.order_line.price_unit = 0
        self.assertFalse(order.amount_in_words, "nothing is offered yet")
        order.order_line.price_unit = 10
        self.company.sale_amount_in_words = False
        self.assertFalse(order.amount_in_words)
