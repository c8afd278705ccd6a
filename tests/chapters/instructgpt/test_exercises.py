"""Chapter 4's exercises: right, untouched and wrong answers."""

from __future__ import annotations

import fractions
import itertools
import math
import random
import re
from collections import Counter
from typing import Any

import numpy as np
import pytest
import torch

from exercise_checks import ExerciseChecks, check_what_stubs_are_told, dots, empty, not_implemented
from gptedu.chapters.instructgpt import exercises
from gptedu.course.exercises import Hint, NotTried
from gptedu.rlhf.labels import comparisons
from gptedu.rlhf.labels.labeler import Labeler, TrueScore
from gptedu.rlhf.labels.submissions import personal_data, prepare
from gptedu.rlhf.ppo import advantages as package_advantages
from gptedu.rlhf.ppo import kl, losses
from gptedu.rlhf.reward import loss as reward_loss
from gptedu.rlhf.reward import model as reward_model
from gptedu.sampling import seeded
from gptedu.world import World
from gptedu.world.requests import submissions

worth_learning = exercises.worth_learning.reference
pairs = exercises.pairs.reference
comparison_loss = exercises.comparison_loss.reference
reward_at_end = exercises.reward_at_end.reference


class TestExercises(ExerciseChecks):
    chapter = "instructgpt"
    exercises = exercises.EXERCISES
    unnamed = {  # noqa: RUF012
        "instructgpt/prompts": (
            lambda sent, cap, who: [prompt for _, prompt in worth_learning(sent, cap, who)],
            lambda sent, cap, who: worth_learning(sent, cap, who)[::-1],
            lambda sent, cap, who: worth_learning(sent[::-1], cap, who)[::-1],
            lambda sent, cap, who: dict(worth_learning(sent, cap, who)),
        ),
        "instructgpt/pairs": (
            lambda ranks: [(i + 1, j + 1) for i, j in pairs(ranks)],
            lambda ranks: [*itertools.combinations(range(len(ranks)), 2)],
            lambda ranks: [each for each in pairs(ranks) if ranks[each[0]] == 1],
            lambda ranks: len(pairs(ranks)),
        ),
        "instructgpt/comparison-loss": (
            lambda r, k: comparison_loss(r, k).detach(),
            lambda r, k: comparison_loss(r, k).item(),
            lambda r, k: comparison_loss(r, [1 + sum(j < i for j in k) for i in k]) / 2,
            lambda r, k: comparison_loss(r.sigmoid(), k),
            lambda r, k: -comparison_loss(r, k),
        ),
        "instructgpt/last-token": (
            lambda t, ids, m, end: t.masked_fill(~m, -math.inf).max(dim=1).values,
            lambda t, ids, m, end: reward_at_end(t, ids, m, end)[:, None],
            lambda t, ids, m, end: reward_at_end(t, ids, m, end)[:1].expand(len(t)),
            lambda t, ids, m, end: reward_at_end(t, ids, m, end).tolist(),
        ),
        "instructgpt/token-rewards": (
            lambda s, x, beta: s / len(x) - beta * x,
            lambda s, x, beta: exercises.token_rewards.reference(s, x.abs(), beta),
            lambda s, x, beta: exercises.token_rewards.reference(s, x.exp(), beta),
            lambda s, x, beta: exercises.token_rewards.reference(s, x, beta).sum(),
        ),
        "instructgpt/clip": (
            lambda x, a, c: exercises.clipped_objective.reference(x, a, c).detach(),
            lambda x, a, c: exercises.clipped_objective.reference(x, a, c).mean(),
            lambda x, a, c: torch.min(x * a, x.clamp(1 / (1 + c), 1 + c) * a),
            lambda x, a, c: torch.min(x * a, x.clamp(min=1 - c) * a),
            lambda x, a, c: torch.min(x * a, (x.clamp(1 - c, 1 + c) * a).detach()).tolist(),
        ),
        "instructgpt/advantages": (
            lambda r, v, lam: exercises.advantages.reference(r, v, lam) / 2,
            lambda r, v, lam: exercises.advantages.reference(r, v, lam) + v,
            lambda r, v, lam: exercises.advantages.reference(r, v, lam**2),
            lambda r, v, lam: exercises.advantages.reference(r, v, lam).tolist(),
        ),
        "instructgpt/value-loss": (
            lambda v, old, r, c: exercises.value_loss.reference(v, old, r, c).detach(),
            lambda v, old, r, c: exercises.value_loss.reference(v, old, r, 2 * c),
            lambda v, old, r, c: exercises.value_loss.reference(old, v, r, c),
            lambda v, old, r, c: ((v - r) ** 2).max() / 2,
        ),
        "instructgpt/kl": (
            lambda x: exercises.kl_estimates.reference(x)[::-1],
            lambda x: exercises.kl_estimates.reference(x)[0],
            lambda x: (
                exercises.kl_estimates.reference(x)[0],
                exercises.kl_estimates.reference(x)[0] ** 2 / 2,
            ),
            lambda x: (x.mean().item(), (torch.exp(-x) - 1).mean().item()),
        ),
    }


def test_the_prompts_kept_are_those_of_the_package() -> None:
    submitted = list(submissions(World(seed=0), 400))
    sent = [(asked.user, asked.prompt) for asked in submitted]
    kept = exercises.worth_learning.reference(sent, 5, personal_data)
    prepared = prepare(submitted, 5)
    assert all(prepared.removed[why] for why in ("sent twice", "beyond 5 of one user"))
    of_the_package = (*prepared.train, *prepared.validation, *prepared.test)
    assert Counter(kept) == Counter((asked.user, asked.prompt) for asked in of_the_package)
    places = [sent.index(each) for each in kept]
    assert places == sorted(places)


def test_comparisons_and_their_loss_are_those_of_the_package() -> None:
    rng = random.Random(4)
    generator = seeded(4)
    for count in (2, 3, 4, 9):
        for _ in range(5):
            ranks = [1, 2, *(rng.randint(1, count) for _ in range(count - 2))]
            assert exercises.pairs.reference(ranks) == comparisons.pairs(ranks)
            rewards = torch.randn(count, generator=generator, dtype=torch.float64)
            mine = exercises.comparison_loss.reference(rewards, ranks)
            torch.testing.assert_close(mine, reward_loss.comparison_loss(rewards, ranks))


def test_the_reward_is_read_where_the_package_reads_it() -> None:
    generator = seeded(4)
    by_token = torch.randn(30, 8, generator=generator)
    first, last = torch.randint(0, 8, (2, 30), generator=generator).sort(dim=0).values
    places = torch.arange(8)
    mask = (first[:, None] <= places) & (places <= last[:, None])
    ids = torch.zeros(30, 8, dtype=torch.long)  # all of them may be the end of text: mask decides
    mine = exercises.reward_at_end.reference(by_token, ids, mask, 0)
    shipped = by_token.gather(1, reward_model.last_real(mask)[:, None]).squeeze(1)
    assert torch.equal(mine, shipped)


def test_the_parts_of_ppo_are_those_of_the_package() -> None:
    generator = seeded(4)
    draw = {"generator": generator, "dtype": torch.float64}
    log_ratios, advantages = torch.randn(2, 5, 7, **draw)
    scores = torch.randn(5, **draw)
    lengths = torch.tensor([1, 7, 4, 2, 6])
    mask = torch.arange(7) < lengths[:, None]
    shipped = package_advantages.token_rewards(scores, log_ratios, mask, 0.3)
    for row, length in enumerate(lengths):
        mine = exercises.token_rewards.reference(scores[row].item(), log_ratios[row, :length], 0.3)
        torch.testing.assert_close(mine, shipped[row, :length])

    old = torch.randn(5, 7, **draw)
    loss = losses.clipped_policy_loss(old + log_ratios, old, advantages, mask, 0.2).loss
    mine = exercises.clipped_objective.reference(log_ratios.exp(), advantages, 0.2)
    torch.testing.assert_close(-mine[mask].mean(), loss)

    values, returns = torch.randn(2, 5, 7, **draw)
    gains, to_learn = package_advantages.gae(shipped, values, mask, gamma=1.0, lam=0.95)
    for row, length in enumerate(lengths):
        mine = exercises.advantages.reference(shipped[row, :length], values[row, :length], 0.95)
        torch.testing.assert_close(mine, gains[row, :length])
    torch.testing.assert_close(to_learn, gains + values * mask)
    mine = exercises.value_loss.reference(old[mask], values[mask], returns[mask], 0.2)
    torch.testing.assert_close(mine, losses.value_loss(old, values, returns, mask, 0.2))

    k1, k3 = exercises.kl_estimates.reference(log_ratios[mask])
    assert k1 == pytest.approx(kl.k1(log_ratios[mask]).mean().item(), abs=1e-12)
    assert k3 == pytest.approx(kl.k3(log_ratios[mask]).mean().item(), abs=1e-12)


@pytest.mark.parametrize(
    ("taste", "words"),
    [
        (7, "A function is asked for"),
        (lambda asked, answer: answer, "returns text, where a number"),
        (lambda asked, answer: 1.0 if "the" in answer else None, "nothing (None)"),
        (lambda answer: 1.0, "raises TypeError"),
        (lambda asked, answer: len(answer) / 0, "raises ZeroDivisionError"),
        (lambda asked, answer: 10**400 + len(answer), "not always a finite number"),
        (lambda asked, answer: -(10**400) if answer == " " else len(answer), "a finite number"),
        (lambda asked, answer: np.float32("inf"), "a finite number"),
    ],
)
def test_what_is_no_taste_is_told_why(taste: Any, words: str) -> None:
    with pytest.raises(Hint, match=re.escape(words)):
        exercises.own_taste.check(taste)


def test_an_untouched_taste_is_told_so() -> None:
    for stub in (not_implemented, dots, empty):
        with pytest.raises(NotTried, match="not tried yet"):
            exercises.own_taste.check(stub)


def test_a_clipped_objective_must_let_a_gradient_through() -> None:
    def by_hand(ratio, advantage, clip):  # type: ignore[no-untyped-def]
        return torch.tensor(exercises.clipped_objective.reference(ratio, advantage, clip).tolist())

    with pytest.raises(Hint, match="no gradient flows"):
        exercises.clipped_objective.check(by_hand)


def test_any_other_taste_passes_and_can_rank_and_reward() -> None:
    tastes = (
        exercises.own_taste.reference,
        lambda asked, answer: float(len(answer)),
        lambda asked, answer: "Gladly" in answer,  # a yes is worth more than a no
        lambda asked, answer: -answer.count(",") if asked.kind == "list" else 0,
        lambda asked, answer: np.float32(len(answer)),
        lambda asked, answer: np.int64(len(answer)),
        lambda asked, answer: fractions.Fraction(len(answer), 3),
    )
    asked = next(iter(submissions(World(seed=0), 1)))
    for taste in tastes:
        exercises.own_taste.check(taste)
        answers = [" Gladly. Here it is.", " No."]
        ranks = Labeler("a learner", score=taste).rank(asked, answers, random.Random(0))
        rewards = TrueScore([asked], taste)([asked.prompt + answer for answer in answers])
        assert rewards.dtype == torch.float32
        assert comparisons.pairs(ranks) == comparisons.pairs((-rewards).tolist())


def test_a_taste_that_returns_nothing_is_told_so() -> None:
    check_what_stubs_are_told(exercises.own_taste)
