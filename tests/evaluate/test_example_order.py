"""What the choice and order of examples do, and what calibration does."""

from __future__ import annotations

import pytest
import torch

from gptedu.evaluate import example_order
from gptedu.evaluate.example_order import content_free, order_effect
from gptedu.language_model import LanguageModel
from gptedu.sampling import seeded
from gptedu.world import Question, World
from small_lm import tiny_lm


@pytest.fixture(scope="module")
def world() -> World:
    return World(0)


@pytest.fixture(scope="module")
def tiny() -> LanguageModel:
    return tiny_lm()


@pytest.mark.parametrize(
    ("prompt", "empty"),
    [
        ("hammer:", "N/A:"),
        ("big ->", "N/A ->"),
        ("I liked the room. It was clean.\nVerdict:", "N/A\nVerdict:"),
        ("two\nlines\nVerdict:", "N/A\nVerdict:"),
        ("word", "N/A"),
    ],
)
def test_a_content_free_question_keeps_its_form(prompt, empty):
    question = Question("t", prompt, " a", (" a", " b"), ("x: a",), "\n")
    assert content_free(question).prompt == empty
    assert content_free(question).demonstrations == question.demonstrations


@pytest.mark.parametrize("seed", range(8))
def test_one_list_asks_many_words_with_the_same_examples(world, seed):
    asked = world.one_list(seed=seed)
    assert asked == world.one_list(seed=seed)
    assert len({(q.choices, q.demonstrations) for q in asked}) == 1
    for words in ([q.answer for q in asked], [x.split(":")[1] for x in asked[0].demonstrations]):
        assert words.count(asked[0].choices[0]) == words.count(asked[0].choices[1]) >= 4
    shown = {line.split(":")[0] for line in asked[0].demonstrations}
    assert not shown & {q.prompt[:-1] for q in asked}


def test_calibration_undoes_the_pull_of_the_last_label(world, monkeypatch):
    asked = world.one_list(seed=0)
    answers = {q.prompt: q.choices.index(q.answer) for q in asked}

    def biased(lm, prompts, choices):
        """Knows every word, but leans to the label that the last example has."""
        found = []
        for prompt in prompts:
            *shown, last = prompt.split("\n")
            raw = [0.0, 0.0]
            raw[[shown[-1].endswith(x) for x in choices[0]].index(True)] += 5
            if last in answers:
                raw[answers[last]] += 1
            found.append((raw, raw))
        return found

    monkeypatch.setattr(example_order, "score_choices", biased)
    effect = order_effect(None, asked, 3, 10, seeded(0))
    assert effect.raw == [0.5] * 10  # it always says the last label, so half is right
    assert effect.calibrated == [1.0] * 10


def test_orders_differ_only_in_the_examples_and_the_questions_stay(world, monkeypatch):
    asked = world.one_list(seed=1)
    before, seen = list(asked), []

    def flat(lm, prompts, choices):
        seen.append(prompts)
        return [([0.0, -1.0], [0.0, -1.0])] * len(prompts)

    monkeypatch.setattr(example_order, "score_choices", flat)
    effect = order_effect(None, asked, 3, 6, seeded(0))
    assert asked == before
    assert effect.raw == effect.calibrated == [0.5] * 6  # a tie after calibration is the first
    fronts = []
    for prompts, labels in zip(seen, effect.labels, strict=True):
        [front] = {prompt.rsplit("\n", 1)[0] for prompt in prompts}
        fronts.append(front)
        lines = front.split("\n")
        assert set(lines) <= set(asked[0].demonstrations)
        assert len(set(lines)) == 3
        assert tuple(line.split(": ")[1] for line in lines) == labels
        assert [p.rsplit("\n", 1)[1] for p in prompts[: len(asked)]] == [q.prompt for q in asked]
        assert [p.rsplit("\n", 1)[1] for p in prompts[len(asked) :]] == ["N/A:", ":", "[MASK]:"]
    assert len(set(fronts)) > 1
    again = order_effect(None, asked, 3, 6, seeded(0))
    assert again == effect


def test_without_examples_there_is_no_order(tiny, world):
    effect = order_effect(tiny, world.one_list(seed=2), 0, 3, seeded(0))
    assert effect.variances == (0.0, 0.0)
    assert effect.labels == [()] * 3


def test_variances_are_in_squared_points_and_averaged_within_lists():
    effects = [
        example_order.OrderEffect([0.4, 0.6], [0.5, 0.5]),
        example_order.OrderEffect([1.0, 1.0], [0.8, 1.0]),
    ]
    assert effects[0].variances == pytest.approx((100.0, 0.0))
    assert example_order.mean_variances(effects) == pytest.approx((50.0, 50.0))


def test_orders_that_show_one_label_are_told_from_those_that_show_both():
    labels = [("a", "a"), ("b", "a"), ("b", "b")]
    effect = example_order.OrderEffect([0.5, 0.9, 0.7], [0.8, 0.9, 1.0], labels)
    assert example_order.by_balance([effect, effect]) == {
        "one label": pytest.approx({"raw": 0.6, "calibrated": 0.9, "share": 2 / 3}),
        "both labels": pytest.approx({"raw": 0.9, "calibrated": 0.9, "share": 1 / 3}),
    }


def test_order_effect_says_what_is_wrong(tiny, world):
    mixed = [world.one_list(seed=0)[0], world.one_list(seed=1)[0]]
    generator = torch.Generator()
    with pytest.raises(ValueError, match=r"World\.one_list"):
        order_effect(tiny, mixed, 1, 1, generator)
    with pytest.raises(ValueError, match="0 to "):
        order_effect(tiny, mixed[:1], 99, 1, generator)
