"""Questions in English of our own, for a real model."""

from __future__ import annotations

import pytest

from gptedu.chapters.gpt3 import web_questions as real_few_shot
from gptedu.language_model import LanguageModel
from small_lm import tiny_lm


@pytest.fixture(scope="module")
def tiny() -> LanguageModel:
    return tiny_lm()


def test_real_questions_show_balanced_examples_and_ask_others():
    found = real_few_shot.questions()
    assert found.keys() == real_few_shot.METRICS.keys()
    assert sum(map(len, found.values())) == 40
    for task, asked in found.items():
        [shown] = {q.demonstrations for q in asked}
        assert len(asked) == 8
        assert len(set(shown)) == max(real_few_shot.KS) == 6
        assert not {q.prompt + q.answer for q in asked} & set(shown)
        if real_few_shot.METRICS[task] == "choice":
            for label in asked[0].choices:
                assert sum(line.endswith(label) for line in shown) == 3
                assert sum(q.answer == label for q in asked) == 4
    for question in found["a made-up rule"]:
        first, second = question.prompt.removesuffix(" ->").split()
        assert question.answer == f" {second} so {first}"


def test_real_answers_are_kept_with_their_scores(tiny):
    found = real_few_shot.ask(tiny, ks=(0, 1))
    assert len(found["answers"]) == 80
    for task, row in found["scores"].items():
        each = [a["score"] for a in found["answers"] if a["task"] == task and a["k"] == 1]
        assert row[1] == pytest.approx(sum(each) / 8)
    assert found["mean"][0] == pytest.approx(
        sum(row[0] for row in found["scores"].values()) / len(found["scores"])
    )
