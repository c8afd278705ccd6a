"""The number that an answer ends in, as one reads it: with sign, decimals and thousands."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

# A sign belongs to a number unless something stands right before it that it may be taken from:
# "7-2" holds no -2. Digits behind a letter are part of a name ("m2", "x1"). What digits are
# joined with is read along with them, so that no part of 3.5 or of 10:30 is taken for a number.
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w)\]%-])[-\N{MINUS SIGN}+])?[$€£¥]?"
    r"(?P<digits>(?:(?<![\w.])\.)?(?<!\w)(?<!\w\.)\d[\d.,:/_]*(?:[eE][-+]?\d+)?)"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)[^,]*")


def last_number(text: str) -> Fraction | None:
    """The last number of a text; None where there is none, or where it is not plain which it is.

    "1,000" is 1000, "$29.00" is 29, "so 5 kg" is 5, "3/4" is a fraction; of "7-2=5" it is 5, and of
    "7-2" it is 2. A time, a date or a list without spaces ("10:30", "1,2") is no number.
    """
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return None
    last = numbers[-1]
    digits = last["digits"].rstrip(".,:/_")
    if "," in digits and not _THOUSANDS.fullmatch(digits):
        return None
    if re.search(r"[eE][-+]?\d{4}", digits):  # so large that it would fill the memory
        return None
    above, _, below = digits.replace(",", "").partition("/")
    try:
        number = Fraction(Decimal(above)) / Fraction(Decimal(below or 1))
    except ArithmeticError:
        return None
    return number if last["sign"] in (None, "+") else -number
