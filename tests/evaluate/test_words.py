"""Prompts, overlap, calibration and search: what needs no model."""

from __future__ import annotations

import math
import re

import pytest
import torch

from gptedu.chapters.gpt2.search import concordance
from gptedu.evaluate import few_shot
from gptedu.evaluate.accuracy import interval
from gptedu.evaluate.prompts import fit_prompt
from gptedu.evaluate.scoring import calibrate, exact_match, overlap_f1, same_number
from gptedu.world import Document, Question


class Letters:
    """A tokenizer with one token a character."""

    end = 0

    def encode(self, text: str) -> list[int]:
        return [ord(letter) for letter in text]


WET = Question("pairs", "wet :", " dry", (), ("hot : cold", "big : small"), "\n")


def test_examples_stand_before_the_question_in_their_order():
    assert few_shot(WET) == "wet :"
    assert few_shot(WET, 1) == "hot : cold\nwet :"
    assert few_shot(WET, 2) == "hot : cold\nbig : small\nwet :"
    for k in (-1, 3):
        with pytest.raises(ValueError, match=f"k is {k}: .* 0 to 2"):
            few_shot(WET, k)


def test_what_does_not_fit_is_dropped_whole_from_the_front():
    full = len(few_shot(WET, 2)) + 1 + 4
    fits = fit_prompt(Letters(), WET, 2, context=full, room=4)
    assert (fits.text, fits.shown, fits.dropped) == (few_shot(WET, 2), 2, 0)
    less = fit_prompt(Letters(), WET, 2, context=full - 1, room=4)
    assert (less.text, less.shown, less.dropped) == ("big : small\nwet :", 1, 1)
    none = fit_prompt(Letters(), WET, 2, context=10, room=4)
    assert (none.text, none.shown, none.dropped) == ("wet :", 0, 2)


def test_a_question_that_does_not_fit_is_an_error_and_is_never_cut():
    with pytest.raises(ValueError, match="holds 9"):
        fit_prompt(Letters(), WET, 2, context=9, room=4)


def test_overlap_by_hand():
    # given: the cat sat (3 words); wanted: the cat the mat sat (5); shared: the, cat, sat.
    assert overlap_f1("The cat sat.", "the cat the mat sat") == pytest.approx(2 * 3 / (3 + 5))
    # a repeated word counts as often as it is in both: one "the" of three is shared.
    assert overlap_f1("the the the", "the dog") == pytest.approx(2 * (1 / 3) * (1 / 2) / (5 / 6))
    assert overlap_f1("a b", "b a") == 1.0
    assert overlap_f1("a", "b") == 0.0
    assert overlap_f1("", "b") == 0.0 == overlap_f1("a", "")


def test_exact_match_is_about_words_in_their_order():
    assert exact_match(" Cold.", "cold") == 1.0
    assert exact_match("cold hot", "hot cold") == 0.0
    assert exact_match("cold and dry", "cold") == 0.0


def test_a_sum_is_right_by_its_last_number():
    assert same_number(" 3 + 4 = 7. 7 - 2 = 5. The answer is 5", " 5") == 1.0
    assert same_number(" 3 + 4 = 5. The answer is 7", " 5") == 0.0
    assert same_number(" 1,000", " 1000") == 1.0
    assert same_number(" none", " 5") == 0.0 == same_number(" 15", " 5")
    assert same_number(" 3 - 8 = -5", " 5") == 0.0 == same_number(" 5", " -5")
    assert same_number(" 8-3=5", " 5") == 1.0 == same_number(" 3 or -5", " -5")
    assert same_number(" 3-5", " 5") == 1.0


def test_a_content_free_input_becomes_uniform():
    free = torch.tensor([-1.0, -3.0, -0.2])
    assert torch.allclose(calibrate(free, free), torch.full((3,), 1 / 3))


def test_a_constant_bias_of_a_choice_cancels():
    torch.manual_seed(0)
    scores, free, bias = torch.randn(7, 4), torch.randn(4), torch.tensor([0.0, 5.0, -2.0, 1.0])
    assert torch.allclose(calibrate(scores + bias, free + bias), calibrate(scores, free), atol=1e-6)
    assert calibrate(scores, free).sum(-1).allclose(torch.ones(7))


def test_calibration_divides_by_what_a_choice_gets_for_nothing():
    scores, free = torch.tensor([0.6, 0.4]).log(), torch.tensor([0.75, 0.25]).log()
    expected = torch.tensor([0.6 / 0.75, 0.4 / 0.25])
    assert torch.allclose(calibrate(scores, free), expected / expected.sum())
    two = torch.tensor([[0.9, 0.1], [0.6, 0.4]]).log()  # their mean is 0.75, 0.25
    assert torch.allclose(calibrate(scores, two), expected / expected.sum())


def test_calibration_names_a_mismatch():
    with pytest.raises(ValueError, match="3 choices cannot be calibrated by 2"):
        calibrate(torch.zeros(3), torch.zeros(2))


def test_interval_against_known_values():
    low, high = interval([1.0] * 8 + [0.0] * 2)  # Wilson, 8 of 10
    assert (low, high) == (pytest.approx(0.4902, abs=1e-3), pytest.approx(0.9433, abs=1e-3))
    low, high = interval([0.0] * 20)
    assert low == 0.0
    assert high > 0.1
    low, high = interval([0.2, 0.4, 0.6, 0.8])
    assert high - 0.5 == pytest.approx(1.96 * math.sqrt(0.2 / 3 / 4))


PAGES = [
    Document("note", "He said: le chat (the cat) is\nmine."),
    Document("list", "CAT : animal"),
    Document("song", "la la"),
]


def test_search_finds_every_place_in_either_case():
    hits = concordance(PAGES, "cat", width=6)
    assert [(h.kind, h.before, h.match, h.after) for h in hits] == [
        ("note", " (the ", "cat", ") is /"),
        ("list", "", "CAT", " : ani"),
    ]
    assert len(concordance(PAGES, "cat", limit=1)) == 1


def test_a_string_is_no_expression_and_an_expression_is_one():
    assert concordance(PAGES, "(.*)") == []
    assert [h.match for h in concordance(PAGES, re.compile(r"\(.*?\)"))] == ["(the cat)"]
    with pytest.raises(ValueError, match="at least one character"):
        concordance(PAGES, "")
