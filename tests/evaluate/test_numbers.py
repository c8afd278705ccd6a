"""The number that a text ends in."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gptedu.evaluate.answers import same_number
from gptedu.evaluate.numbers import last_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("#### 18.", 18), ("so 5 ... done", 5), ("$29.00", 29), ("-$5", -5), ("$-5", -5),
        ("7-2=5", 5), ("7-2", 2), ("(3)-5", 5), ("50%-5", 5), ("3 or -5", -5), ("=-5", -5),
        ("\N{MINUS SIGN}5", -5),
        ("--5", 5), ("+5", 5), ("1,000", 1000), ("1,234,567.50", "1234567.5"), ("1,000.", 1000),
        ("3.5", "7/2"), (".5", "1/2"), ("-.5", "-1/2"), ("...5", 5), ("3/4", "3/4"), ("8/2", 4),
        ("5%", 5), ("5 kg", 5), ("5kg", 5), ("the 3rd", 3), ("5 m2", 5), ("1e3", 1000), ("5,", 5),
        ("5.Then", 5), ("007", 7), ("3 - 5", 5), ("at 5 \U0001f44d", 5),
        ("", None), ("none", None), ("x2", None), ("H2O", None), ("1/0", None), ("10:30", None),
        ("12/05/2024", None), ("3.5.1", None), ("1,2,3", None), ("1,5", None), ("12,34", None),
        ("1e99999999", None), ("\N{SUPERSCRIPT TWO}", None),
    ],
)  # fmt: skip
def test_the_last_number_of_a_text(text, number):
    assert last_number(text) == (None if number is None else Fraction(number))


def test_numbers_are_compared_by_their_value():
    assert same_number("3.5", "5") == 0.0 == same_number("5", "3.5") == same_number("10:30", "30")
    assert (
        same_number("$29.00", "29")
        == 1.0
        == same_number("0.5", "1/2")
        == same_number("1e3", "1,000")
    )
    assert same_number("", "") == 0.0 == same_number("none", "none")
