"""Checks of arguments: numbers of any library are taken; what is wrong is named with a way out."""

from __future__ import annotations

import math
import pickle
import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
import torch

from gptedu import checks

THREES = [3, np.int64(3), np.uint8(3), np.array(3), torch.tensor(3), torch.tensor(3).int()]
NO_WHOLE = [True, np.bool_(True), torch.tensor(True), 2.5, 3.0, np.float64(3), "3", None, [3],
            np.array([3]), torch.tensor([3]), torch.tensor(3.0), float("nan")]  # fmt: skip


@pytest.mark.parametrize("value", THREES, ids=repr)
def test_whole_numbers_of_any_library(value):
    number = checks.whole("rank", value)
    assert number == 3
    assert type(number) is int


@pytest.mark.parametrize("value", NO_WHOLE, ids=repr)
def test_what_is_no_whole_number(value):
    with pytest.raises(ValueError, match=r"^rank is .*: give a whole number of at least 1$"):
        checks.whole("rank", value)


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        np.float64(0.5),
        np.float32(0.5),
        np.linspace(0.5, 1, 2)[0],
        torch.tensor(0.5),
        Fraction(1, 2),
    ],
    ids=repr,
)
def test_numbers_of_any_library_are_plain_afterwards(value):
    number = checks.number("rate", value)
    assert number == 0.5
    assert type(number) is float
    assert b"numpy" not in pickle.dumps(number)


def test_a_whole_number_stays_whole():
    assert type(checks.number("beta", np.int64(2))) is int


@pytest.mark.parametrize("value", [True, "0.5", None, [0.5], math.nan, math.inf, 1j, -0.1, 1.1])
def test_what_is_no_probability(value):
    with pytest.raises(ValueError, match=r"^p is .*: give a number from 0 to 1$"):
        checks.probability("p", value)


@pytest.mark.parametrize(
    ("bounds", "value", "sentence"),
    [
        ({"least": 0}, -1, "t is -1: give 0 or more"),
        ({"above": 0}, 0, "t is 0: give a number above 0"),
        ({"least": 0, "below": 1}, 1, "t is 1: give a number from 0 to below 1"),
        ({"above": 0, "most": 1}, 0, "t is 0: give a number above 0, up to 1"),
        ({"above": 0, "below": 1}, 1, "t is 1: give a number above 0, below 1"),
        ({"most": 5}, 6, "t is 6: give 5 or less"),
        ({}, np.float64("nan"), "t is nan: give a number"),
        ({"least": 0, "none": "for all"}, -1, "t is -1: give 0 or more, or None for all"),
        ({"least": 0, "give": "0 (always the likeliest) or more"}, -1,
         "t is -1: give 0 (always the likeliest) or more"),
    ],
)  # fmt: skip
def test_the_sentence_says_what_may_be_given(bounds, value, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        checks.number("t", value, **bounds)


def test_none_is_taken_only_where_it_means_something():
    assert checks.whole("top_k", None, none="for all") is None
    assert checks.number("top_p", None, none="for all") is None
    assert checks.positive("target", None, none="for none") is None
    with pytest.raises(ValueError, match=r"^x is None: give a positive number$"):
        checks.positive("x", None)
    with pytest.raises(ValueError, match=r"^x is 0: give a positive number, or None for none$"):
        checks.positive("x", 0, none="for none")


@pytest.mark.parametrize("value", [-1, 2**63, 1.0, True])
def test_seeds(value):
    assert checks.seed("seed", 2**63 - 1) == 2**63 - 1
    with pytest.raises(ValueError, match="give a whole number of 0 or more"):
        checks.seed("seed", value)


def test_flags():
    assert checks.flag("x", np.bool_(True)) is True
    with pytest.raises(ValueError, match=r"^x is 1: give True or False$"):
        checks.flag("x", 1)


def test_words():
    assert checks.one_of("norm", "pre", ("pre", "post")) == "pre"
    for wrong in ("both", None, ["pre"]):
        with pytest.raises(ValueError, match="choose one of pre, post"):
            checks.one_of("norm", wrong, ("pre", "post"))


def test_texts_of_any_library():
    assert checks.text("t", np.str_("a")) == "a"
    assert type(checks.text("t", np.str_("a"))) is str
    for many in (["a", "b"], ("a", "b"), np.array(["a", "b"]), (t for t in "ab")):
        assert checks.texts("ts", many) == ["a", "b"]
    assert checks.texts("ts", [], least=0) == []
    assert checks.texts("ts", [""], empty=True) == [""]


@pytest.mark.parametrize(
    ("value", "error", "sentence"),
    [
        ("abc", TypeError, "ts is 'abc': give a list of texts"),
        ({"a", "b"}, TypeError, "give a list of texts"),
        (frozenset("a"), TypeError, "give a list of texts"),
        ({"a": 1}, TypeError, "give a list of texts"),
        (5, TypeError, "ts is 5: give a list of texts"),
        (["a", 5], TypeError, r"ts\[1\] is 5: give a string"),
        (["a", ""], ValueError, r"ts\[1\] is empty: give at least one character"),
        ([], ValueError, r"ts is too short \(it is empty\): give a list of at least 1"),
    ],
)
def test_what_is_no_list_of_texts(value, error, sentence):
    with pytest.raises(error, match=sentence):
        checks.texts("ts", value)


def test_a_frozen_configuration_holds_plain_values():
    @dataclass(frozen=True)
    class Settings:
        size: int
        rate: float

        def __post_init__(self):
            checks.settle(self, checks.whole, "size")
            checks.settle(self, checks.positive, "rate")

    settings = Settings(np.int64(4), np.linspace(0.1, 1, 2)[0])
    assert {type(settings.size), type(settings.rate)} == {int, float}
    with pytest.raises(ValueError, match=r"^size is 0: give a whole number of at least 1$"):
        Settings(0, 1)


def test_a_long_value_is_cut_in_the_sentence():
    with pytest.raises(ValueError, match="…: give"):
        checks.whole("x", torch.zeros(100))
