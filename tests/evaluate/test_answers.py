"""How a written answer is judged."""

from __future__ import annotations

import pytest

from gptedu.evaluate.answers import exact_match, overlap_f1, same_answer, same_number


def test_overlap_by_hand():
    # given: the cat sat (3 words); wanted: the cat the mat sat (5); shared: the, cat, sat.
    assert overlap_f1("The cat sat.", "the cat the mat sat") == pytest.approx(2 * 3 / (3 + 5))
    # a repeated word counts as often as it is in both: one "the" of three is shared.
    assert overlap_f1("the the the", "the dog") == pytest.approx(2 * (1 / 3) * (1 / 2) / (5 / 6))
    assert overlap_f1("a b", "b a") == 1.0
    assert overlap_f1("a", "b") == 0.0
    assert overlap_f1("", "b") == 0.0 == overlap_f1("a", "")


def test_the_same_answer_counts_however_it_was_worked_out():
    wanted = " The answer is the lamp"
    for given in (wanted, " cup lamp. lamp cup. The answer is the lamp.", " the lamp"):
        assert same_answer(given, wanted) == 1.0
    for given in ("", " The answer is the cup", " the lamp. The answer is the cup", " lamp"):
        assert same_answer(given, wanted) == 0.0
    assert same_answer(" 7 and 5 is 12. The answer is 12", " 12") == 1.0


def test_exact_match_is_about_words_in_their_order():
    assert exact_match(" Cold.", "cold") == 1.0
    assert exact_match("cold hot", "hot cold") == 0.0
    assert exact_match("cold and dry", "cold") == 0.0


@pytest.mark.parametrize(
    ("given", "wanted", "same"),
    [
        ("", "\U0001f44d", 0), ("\U0001f44d", "\U0001f44d", 1), ("yes \U0001f44d", "yes", 0),
        ("\U0001f44e", "\U0001f44d", 0), ("", "?", 0), ("!", "?", 0), ("?", "?", 1), ("", "", 1),
        ("3.5", "3 5", 0), ("3.5", "3.5.", 1), ("-5", "5", 0), 
        ("3-5", "3 5", 1),
        ("Cold!", "'cold'", 1),
        ("well-made", "well made", 1),
        ("caf\u00e9", "cafe\u0301", 1), ("cafe", "caf\u00e9", 0), ("...", "", 0),
    ],
)  # fmt: skip
def test_what_an_exact_match_holds_to_be_the_same(given, wanted, same):
    assert exact_match(given, wanted) == exact_match(wanted, given) == same


def test_a_sum_is_right_by_its_last_number():
    assert same_number(" 3 + 4 = 7. 7 - 2 = 5. The answer is 5", " 5") == 1.0
    assert same_number(" 3 + 4 = 5. The answer is 7", " 5") == 0.0
    assert same_number(" 1,000", " 1000") == 1.0
    assert same_number(" none", " 5") == 0.0 == same_number(" 15", " 5")
    assert same_number(" 3 - 8 = -5", " 5") == 0.0 == same_number(" 5", " -5")
    assert same_number(" 8-3=5", " 5") == 1.0 == same_number(" 3 or -5", " -5")
    assert same_number(" 3-5", " 5") == 1.0


@pytest.mark.parametrize(
    ("given", "wanted", "right"),
    [
        ("", "👍", 0),
        (" 👍", "👍 ", 1),
        ("yes 👍", "yes 👎", 0),
        ("", "+", 0),
        ("+", "-", 0),
        (" …", "…", 1),
        ("कि", "का", 0),  # one letter with two vowel signs
        ("שָׁלוֹם", "שָׁלוֹם!", 1),
        ("caf\u00e9", "cafe\u0301", 1),
        ("price in €", "price in £", 0),
        ("Don't.", "don't", 1),
    ],
)
def test_no_text_is_right_because_it_has_no_letters(given, wanted, right):
    assert exact_match(given, wanted) == exact_match(wanted, given) == right
    if not right:
        assert overlap_f1(given, wanted) < 1


@pytest.mark.parametrize(
    ("given", "wanted", "right"),
    [
        ("3.5", "5", 0),
        ("3.5", " 3.50", 1),
        ("it is 5.", "5", 1),
        (".5", "5", 0),
        ("1e5", "5", 0),
        ("1e5", "100,000", 1),
        ("3/4", "4", 0),
        ("so 3/4", "3/4", 1),
        ("1,2", "12", 0),
        ("12,345,678", "12345678", 1),
        ("−5", "-5", 1),
        ("9" * 5000, "9" * 5000, 1),
        ("1e9999999999", "1", 0),
    ],
)
def test_the_last_number_is_read_whole(given, wanted, right):
    assert same_number(given, wanted) == same_number(wanted, given) == right
