"""Questions put to a small random model, and the interval of what it scores."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from gptedu.evaluate import accuracy as evaluation
from gptedu.evaluate import few_shot_prompt
from gptedu.evaluate.accuracy import evaluate, free_answers, interval
from gptedu.language_model import LanguageModel
from small_lm import CHOICES, PROMPTS, asked, small_lm


@pytest.fixture(scope="module")
def lm() -> LanguageModel:
    return small_lm()


def test_answers_do_not_depend_on_the_batch(lm):
    alone = [free_answers(lm, [prompt], "\n", 6)[0] for prompt in PROMPTS]
    assert free_answers(lm, PROMPTS, "\n", 6, rows=3) == alone
    assert len(set(alone)) > 1


def test_evaluation_counts_what_the_model_says(lm, monkeypatch):
    said = [" cold", "", " dry and wet", " Dry."]
    monkeypatch.setattr(evaluation, "free_answers", lambda *_: said)
    answers = [" cold", " small", " dry", " dry"]
    questions = [asked(p, a) for p, a in zip(PROMPTS, answers, strict=True)]
    exact = evaluate(lm, questions)
    assert [example.score for example in exact.examples] == [1.0, 0.0, 0.0, 1.0]
    assert [example.given for example in exact.examples] == said
    assert (exact.accuracy, exact.count) == (0.5, 4)
    assert evaluate(lm, questions, metric="f1").accuracy == pytest.approx((1 + 0 + 0.5 + 1) / 4)


def test_evaluation_takes_the_likeliest_choice(lm):
    questions = [asked(prompt, " cold", CHOICES) for prompt in PROMPTS]
    result = evaluate(lm, questions, metric="choice")
    for question, example in zip(questions, result.examples, strict=True):
        scores = lm.score(question.prompt, list(CHOICES)).raw
        assert example.given == CHOICES[max(range(4), key=lambda i: scores[i])]
    assert result.accuracy == sum(e.given == " cold" for e in result.examples) / 4


def test_examples_stand_in_the_prompts_that_are_asked(lm):
    shown = ("hot : cold", "big : x")
    questions = [
        asked("wet :", " cold", CHOICES, shown),
        asked("dry :", " x", CHOICES, shown[::-1]),
    ]
    for k in (0, 1, 2):
        result = evaluate(lm, questions, k=k, metric="choice")
        assert [e.prompt for e in result.examples] == [few_shot_prompt(q, k) for q in questions]
        assert [e.shown for e in result.examples] == [k, k]
    with pytest.raises(ValueError, match="0 to 2 examples"):
        evaluate(lm, questions, k=3, metric="choice")


def test_evaluation_says_what_is_wrong(lm):
    with pytest.raises(ValueError, match="metric is 'rouge': choose one of exact"):
        evaluate(lm, [asked("a", " b")], metric="rouge")
    assert not [name for name in evaluation.METRICS if f'"{name}"' not in evaluate.__doc__]
    with pytest.raises(ValueError, match="no questions"):
        evaluate(lm, [])
    with pytest.raises(ValueError, match="evaluate each kind apart"):
        evaluate(lm, [asked("a", " b"), replace(asked("a", " b"), stop=".")])
    with pytest.raises(ValueError, match="without its answer"):
        evaluate(lm, [asked("a", " b", choices=(" x", " y"))], metric="choice")


def test_a_verbatim_answer_is_the_same_to_the_letter(lm, monkeypatch):
    monkeypatch.setattr(evaluation, "free_answers", lambda *_: [" cold ", " Cold", " cold."])
    questions = [asked(prompt, " cold") for prompt in PROMPTS[:3]]
    scores = [example.score for example in evaluate(lm, questions, metric="verbatim").examples]
    assert scores == [1.0, 0.0, 0.0]
    assert evaluate(lm, questions).accuracy == 1.0


def test_an_answer_may_be_given_more_room(lm):
    short, long = (
        evaluate(lm, [asked("hot :", " x")], max_tokens=tokens).examples[0].given
        for tokens in (1, 9)
    )
    assert long.startswith(short)
    assert len(lm.tokenizer.encode(short)) < len(lm.tokenizer.encode(long))


def test_interval_is_wilsons_where_answers_are_right_or_wrong():
    """Solved by hand from (share - p)^2 = z^2 p (1 - p) / n, for every count of right answers."""
    z = 1.959963984540054
    for n in (1, 2, 10, 40):
        for right in range(n + 1):
            low, high = interval([1.0] * right + [0.0] * (n - right))
            share = right / n
            for p in (low, high):
                assert (share - p) ** 2 == pytest.approx(z * z * p * (1 - p) / n, abs=1e-9)
            assert 0 <= low <= share <= high <= 1
            assert low < high


def test_interval_of_shares_is_the_normal_one_cut_at_0_and_1():
    low, high = interval([0.2, 0.4, 0.6, 0.8])
    assert high - 0.5 == pytest.approx(1.96 * math.sqrt(0.2 / 3 / 4), abs=1e-4)
    assert low == pytest.approx(1 - high)
    assert interval([0.01, 0.99]) == (0.0, 1.0)
    assert interval([0.5]) == (0.5, 0.5)
    with pytest.raises(ValueError, match="there are no scores"):
        interval([])
