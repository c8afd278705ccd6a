"""Prompts with examples, answers and scores: by themselves."""

from __future__ import annotations

import pytest
import torch
from widgets.prompt_lab.samples import EXAMPLES, TOKENIZER

from gptedu.widgets.prompt_lab.state import (
    answer_model,
    build_prompt,
    chosen_examples,
    example_order,
    read_choices,
    shares,
)


def test_a_prompt_is_its_examples_then_itself():
    assert build_prompt("hot:", [], "\n") == "hot:"
    assert build_prompt("hot:", EXAMPLES[:2], "\n") == "tall: short\nbig: small\nhot:"
    assert build_prompt("q", ["a"], "\n\n") == "a\n\nq"


def test_shuffles_are_permutations_that_come_again():
    assert example_order(5, 0) == (0, 1, 2, 3, 4)
    orders = {example_order(5, n) for n in range(1, 20)}
    assert all(sorted(order) == [0, 1, 2, 3, 4] for order in orders)
    assert len(orders) > 10
    assert example_order(5, 3) == example_order(5, 3)


def test_the_first_k_that_are_not_left_out():
    assert chosen_examples((3, 1, 0, 2), frozenset({1}), 2) == (3, 0)
    assert chosen_examples((0, 1), frozenset({0, 1}), 2) == ()


def test_typed_choices_get_the_space_before_them():
    assert read_choices(" good|bad | ") == (" good", " bad")
    assert read_choices("yes | no", "\n") == ("\nyes", "\nno")
    assert read_choices("") == ()


def test_answer_and_scores_are_the_language_models_own(family):
    lm = family[0]
    answer = answer_model(lm, "hot:", [" cold", " dry"], max_tokens=6, stop="\n")
    assert answer.answer == lm.generate("hot:", max_tokens=6, stop="\n")
    wanted = lm.score("hot:", [" cold", " dry"])
    assert list(answer.raw) == wanted.raw
    assert list(answer.normalised) == wanted.normalised
    assert answer.tokens == 1 + len(TOKENIZER.encode("hot:"))


def test_a_sampled_answer_depends_on_its_seed_alone(family):
    said = [answer_model(family[0], "hot:", temperature=1.5, seed=s).answer for s in (1, 1, 2)]
    assert said[0] == said[1] != said[2]


@pytest.mark.parametrize(
    ("prompt", "choices", "words"),
    [
        ("", (), "empty"),
        (" \n", (), "empty"),
        ("cat " * 99, (), "reads at most 64"),
        ("hot:", ("",), "encodes to nothing"),
    ],
)
def test_what_cannot_be_answered_says_so_in_the_answer(family, prompt, choices, words):
    answer = answer_model(family[0], prompt, choices)
    assert words in answer.error
    assert answer.answer == ""


def test_shares_order_as_the_scores_and_never_overflow():
    assert shares([-1000.0, -1001.0])[0] == pytest.approx(1 / (1 + torch.e**-1))
    assert sum(shares([-3.0, -2.0, -80.0])) == pytest.approx(1)
    assert shares([]) == ()
