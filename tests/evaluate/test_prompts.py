"""Prompts with examples, and what does not fit."""

from __future__ import annotations

import pytest

from gptedu.evaluate import few_shot_prompt
from gptedu.evaluate.prompts import fit_prompt
from gptedu.world import Question


class Letters:
    """A tokenizer with one token a character."""

    end = 0

    def encode(self, text: str) -> list[int]:
        return [ord(letter) for letter in text]


WET = Question("pairs", "wet :", " dry", (), ("hot : cold", "big : small"), "\n")


def test_examples_stand_before_the_question_in_their_order():
    assert few_shot_prompt(WET) == "wet :"
    assert few_shot_prompt(WET, 1) == "hot : cold\nwet :"
    assert few_shot_prompt(WET, 2) == "hot : cold\nbig : small\nwet :"
    for k in (-1, 3):
        with pytest.raises(ValueError, match=f"k is {k}: .* 0 to 2"):
            few_shot_prompt(WET, k)


def test_what_does_not_fit_is_dropped_whole_from_the_front():
    full = len(few_shot_prompt(WET, 2)) + 1 + 4
    fits = fit_prompt(Letters(), WET, 2, context=full, room=4)
    assert (fits.text, fits.shown, fits.dropped) == (few_shot_prompt(WET, 2), 2, 0)
    less = fit_prompt(Letters(), WET, 2, context=full - 1, room=4)
    assert (less.text, less.shown, less.dropped) == ("big : small\nwet :", 1, 1)
    none = fit_prompt(Letters(), WET, 2, context=10, room=4)
    assert (none.text, none.shown, none.dropped) == ("wet :", 0, 2)


def test_a_question_that_does_not_fit_is_an_error_and_is_never_cut():
    with pytest.raises(ValueError, match="holds 9"):
        fit_prompt(Letters(), WET, 2, context=9, room=4)
