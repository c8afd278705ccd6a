"""A reward model that learns beside somebody who ranks."""

from __future__ import annotations

import pytest
import torch

from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.rlhf.reward import apprentice
from gptedu.rlhf.reward.apprentice import Apprentice
from gptedu.rlhf.reward.fitting import RewardFitting
from gptedu.rlhf.reward.model import RewardModel
from gptedu.rlhf.reward.scale import standardise
from tiny_rlhf import tiny_lm

HOW = RewardFitting(epochs=40, batch=4, learning_rate=3e-3)


def ranking(ranks=(1, 2), prompt="ab", answers=("c", "gg")):
    return Comparison(prompt, answers, ranks)


def test_an_apprentice_guesses_before_it_learns():
    learner = Apprentice(tiny_lm(), HOW)
    assert learner([]) is None
    assert learner([ranking((1, 1))]) is None  # a tie has no pair to guess
    first = ranking()
    assert learner([first]) == 0.5  # it knows nothing yet: having learned, it would be right
    better, worse = learner.scorer(first.texts).tolist()
    assert better > worse
    assert learner([first]) == 0.5  # it has guessed that one
    # The same answers the other way round: a guess from what it knew is wrong.
    assert learner([first, ranking((2, 1))]) == pytest.approx((0.5 + 0.0) / 2)


def test_what_an_apprentice_learned_from_has_mean_0_and_deviation_1():
    learner = Apprentice(tiny_lm(), HOW)
    rankings = [ranking(prompt="abcdefg"[:i]) for i in range(1, 6)]
    learner.learn(rankings)
    rewards = learner.scorer([text for each in rankings for text in each.texts])
    assert float(rewards.mean()) == pytest.approx(0.0, abs=1e-4)
    assert float(rewards.std()) == pytest.approx(1.0, abs=1e-3)
    with pytest.raises(ValueError, match="all texts have the same reward"):
        standardise(RewardModel.of(tiny_lm()), tiny_lm().tokenizer, rankings[0].texts)


def test_an_apprentice_is_judged_by_its_last_guesses():
    learner, all_so_far, said = Apprentice(tiny_lm(), HOW), [], []
    for i in range(14):
        all_so_far.append(ranking(prompt="abcdefg"[: 1 + i % 7] + "ab"[i // 7]))
        said.append(learner(all_so_far))
    assert said[0] == 0.5
    assert said[9] < 1.0
    assert said[-1] == 1.0  # ten guesses on, the first is no longer counted


def test_an_apprentice_learns_from_all_of_them_each_time(monkeypatch):
    seen, whole = [], apprentice.fit

    def counted(model, known, *arguments, **named):
        seen.append(len(known))
        return whole(model, known, *arguments, **named)

    monkeypatch.setattr(apprentice, "fit", counted)
    rankings = [ranking(), ranking((1, 1)), ranking(prompt="dd")]
    learner = Apprentice(tiny_lm(), RewardFitting())
    learner(rankings)
    one = learner.scorer(rankings[0].texts)
    again = Apprentice(tiny_lm(), RewardFitting())
    again(rankings[:1])
    again(rankings)
    assert seen == [2, 1, 2]
    assert torch.equal(
        again.scorer(rankings[0].texts), one
    )  # anew: what came before leaves nothing


def test_an_apprentice_may_learn_seldom_and_guesses_all_the_same():
    learner, rankings = Apprentice(tiny_lm(), HOW, every=2), []
    said = []
    for prompt in ("a", "b", "c", "d"):
        rankings.append(ranking(prompt=prompt))
        said.append(learner(rankings))
    assert said == [0.5, 0.5, pytest.approx(2 / 3), 0.75]  # from the third on it knows
    with pytest.raises(ValueError, match="every is 0"):
        Apprentice(tiny_lm(), every=0)
