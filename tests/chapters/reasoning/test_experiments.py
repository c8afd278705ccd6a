"""Chapter 5's experiments on a small scale, and the claims that read them."""

from __future__ import annotations

import math
import re

import pytest
import torch

import gptedu
from gptedu.chapters import claims_of
from gptedu.chapters.reasoning import claims, experiments
from gptedu.chapters.reasoning.word_problems import EXAMPLES, WORD_PROBLEMS
from gptedu.language_model import LanguageModel
from gptedu.reasoning.self_training.rounds import SelfTraining
from gptedu.rlhf.sft.train import SFT
from gptedu.world.problems.problem import Problem

FEW = SelfTraining(problems=10, paths=4, lengths=(2,), how=SFT(epochs=1, batch=8))


@pytest.fixture(scope="module")
def lm() -> LanguageModel:
    """Of the first web, which works sums in one way: enough to try the machinery on."""
    return gptedu.load("mini-m", expect=LanguageModel)


def figures(record: str, run: dict) -> dict[str, float]:
    """The claims of an experiment, computed from one run of it."""
    return {each.id: each.of(run) for each in claims_of("reasoning") if each.record == record}


def test_every_claim_has_its_experiment_and_a_bar():
    names = {each.record for each in claims_of("reasoning")}
    assert names == set(experiments.EXPERIMENTS) - {"other-seeds"}
    assert all(each.bar is not None for each in claims_of("reasoning"))
    assert all(len(each.what) <= 70 and " " not in each.unit for each in claims_of("reasoning"))
    assert len({each.what for each in claims_of("reasoning")}) == len(claims_of("reasoning"))


def test_steps_and_manners(lm, monkeypatch):
    monkeypatch.setattr(experiments, "STEPS", (1, 2, 4))
    by_steps = experiments.steps_of(lm, 0, "validation", 4)
    assert {manner: set(each) for manner, each in by_steps.items()} == {
        "direct": {1, 2, 4}, "worked": {1, 2, 4}
    }  # fmt: skip
    run = {"accuracy": {claims.LARGEST: by_steps, claims.SMALLEST: by_steps}}
    found = figures("steps", run)
    assert found["cot/emerges"] == found["cot/smallest"]
    manners = experiments.manners_of(lm, 0, "validation", 4)
    assert set(manners) == set(experiments.MANNERS)
    assert set(figures("manners", {"accuracy": manners})) == {
        "cot/zero-shot", "cot/wrong-phrase", "cot/controls"
    }  # fmt: skip


def test_votes_and_their_claims(lm, monkeypatch):
    monkeypatch.setattr(experiments, "PATHS", 16)
    run = experiments.vote_of(lm, 0, "validation", 4)
    found = figures("vote", gptedu.records.rounded(run))
    assert found["cot/vote"] == pytest.approx(100 * (run["votes"][16] - run["greedy"]), abs=0.01)
    assert found["cot/by-luck"] == pytest.approx(100 * run["by_luck"] / run["one_path"], abs=0.01)


def test_self_improvement_leaves_the_model_and_measures_every_arm(lm, monkeypatch):
    def pages(lm: LanguageModel):
        return lambda step: torch.full((2, 33), lm.tokenizer.end)

    monkeypatch.setattr(experiments, "pages_of", pages)
    monkeypatch.setattr(experiments, "LONGER", (4,))
    before = lm.model.token_embedding.weight.clone()
    run = experiments.improvement_of(lm, 0, "test", 4, FEW)
    assert set(run["after"]) == set(experiments.ARMS)
    assert run["label_right"]["gold"] == 1
    assert set(run["longer"]) == {"base", *run["after"]}
    assert len(set(run["rows"].values())) == 1
    assert torch.equal(before, lm.model.token_embedding.weight)
    assert set(figures("self-improvement", run)) == {
        "lmsi/gain", "lmsi/longer", "lmsi/random", "lmsi/greedy", "lmsi/ceiling", "lmsi/formats"
    }  # fmt: skip
    monkeypatch.setattr(experiments, "WATCHED", 6)
    again = experiments.rounds_of(lm, 0, "test", 4, FEW)
    assert len(again["greedy"]) == len(again["measured"]) == len(again["rounds"]) + 1
    assert again["kept"] in (len(again["rounds"]), len(again["rounds"]) - 1)
    assert set(figures("rounds", again)) == {"lmsi/rounds"}


@pytest.mark.parametrize(
    ("shares", "figure"),
    [
        ([(0.2, 0.4, 0.5, 4), (0.8, 1.0, 1.0, 6)], 50.0),
        ([(0.0, 0.2, 0.0, 1), (0.2, 0.4, 0.5, 1), (0.4, 0.6, 0.1, 9), (0.8, 1.0, 0.75, 4)], 50.0),
        ([(0.8, 1.0, 1.0, 6)], math.nan),
    ],
)
def test_confidence_weighs_bins_by_their_votes(shares, figure):
    bins = [{"low": a, "high": b, "accuracy": c, "count": n} for a, b, c, n in shares]
    assert claims.confidence.compute(bins) == pytest.approx(figure, nan_ok=True)


def test_the_curve_of_confidence_counts_only_bins_with_enough_votes():
    def bins(*told: tuple[float, float, int]) -> list[dict[str, float]]:
        return [{"low": low, "accuracy": right, "count": count} for low, right, count in told]

    rising = bins((0.8, 1.0, 90), (0.2, 0.5, 30), (0.4, 0.2, 9), (0.6, 0.7, 40))
    assert claims.monotone.compute(rising) == pytest.approx(20)
    assert claims.monotone.compute([*rising, *bins((0.9, 0.9, 20))]) == pytest.approx(-10)
    assert math.isnan(claims.monotone.compute(rising[:1]))


def test_further_rounds_count_as_far_as_they_were_kept():
    assert claims.rounds.compute([0.6, 0.7, 0.8, 0.9], 2) == pytest.approx(10)
    assert claims.rounds.compute([0.6, 0.5], 0) == 0


def test_word_problems_are_thirty_and_their_answers_whole():
    assert len({question for question, _ in WORD_PROBLEMS}) == 30
    assert all(answer > 0 and question.endswith("?") for question, answer in WORD_PROBLEMS)


def test_a_real_model_is_asked_at_once_and_with_steps_after_examples_and_without():
    class Asked:
        """Right at once; with steps it is one too high, and without examples it adds a line."""

        def generate(self, prompt: str, max_tokens: int, stop: str) -> str:
            *shown, asked = prompt.split("\n\n")
            told, _, begun = asked.removeprefix("Question: ").partition("\nAnswer:")
            answer = dict(WORD_PROBLEMS)[told]
            assert len(shown) in (0, 4)
            assert not any(told in each for each in shown)
            if begun == " The answer is":
                return f" {answer}.\nThe answer is".split(stop)[0]
            if shown and "The answer is" not in shown[0]:
                return f" {answer}"
            return f" Well. The answer is {answer + 1}"

    assert experiments.real_of(Asked()) == {  # type: ignore[arg-type]
        "direct": 1.0, "worked": 0.0, "begun": 1.0, "phrase": 0.0,
    }  # fmt: skip


def test_examples_of_the_word_problems_are_right_and_not_asked():
    asked = {question for question, _ in WORD_PROBLEMS}
    for question, steps, answer in EXAMPLES:
        assert question not in asked
        for sum_, result in re.findall(r"([\d x+-]+) = (\d+)", steps):
            assert eval(sum_.replace("x", "*")) == int(result)
        assert str(answer) in steps.split("=")[-1]


def test_problems_of_an_experiment_are_of_the_split(monkeypatch, lm):
    asked: list[Problem] = []

    def voting(lm, problems, count, **how):
        asked.extend(problems)
        return {}

    monkeypatch.setattr(experiments.accuracy, "voting", voting)
    experiments.vote_of(lm, 0, "test", 9)
    assert [each.steps for each in asked] == [3, 3, 3, 4, 4, 4, 5, 5, 5]
