"""Every exercise of every chapter: what its checker says to right, untouched and wrong answers."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
from collections import Counter
from typing import Any

import pytest
import torch

import gptedu.course
from gptedu.course import chapter04, compare
from gptedu.course.exercises import Exercise, Hint, NotTried
from gptedu.rlhf import comparisons, kl, ppo, reward_model
from gptedu.rlhf.labeler import Labeler, TrueScore
from gptedu.rlhf.prompts import personal_data, prepare
from gptedu.world import World
from gptedu.world.instructions import submissions

CHAPTERS = sorted(
    module.name
    for module in pkgutil.iter_modules(gptedu.course.__path__)
    if re.fullmatch(r"chapter\d\d", module.name)
)


def _exercises(chapter: str) -> tuple[Exercise, ...]:
    return importlib.import_module(f"gptedu.course.{chapter}").EXERCISES


ALL = [pytest.param(each, id=each.id) for chapter in CHAPTERS for each in _exercises(chapter)]
MISTAKES = [
    pytest.param(each.values[0], mistake, id=f"{each.id}-{mistake.name}")
    for each in ALL
    for mistake in each.values[0].mistakes  # type: ignore[attr-defined]
]


def _not_implemented(*args: Any, **kwargs: Any) -> Any:
    raise NotImplementedError("your turn")


def _dots(*args: Any, **kwargs: Any) -> Any:
    return ...


def _empty(*args: Any, **kwargs: Any) -> Any:
    pass


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_exercises_of_its_own(chapter: str) -> None:
    exercises = _exercises(chapter)
    assert len(exercises) >= 4
    assert len({each.id for each in exercises}) == len(exercises)
    assert all(each.id.startswith(f"{chapter[-2:]}/") for each in exercises)


@pytest.mark.parametrize("exercise", ALL)
def test_the_reference_passes(exercise: Exercise, capsys: pytest.CaptureFixture[str]) -> None:
    exercise.check(exercise.reference)
    assert exercise.use(exercise.reference) is exercise.reference
    assert "right" in capsys.readouterr().out


@pytest.mark.parametrize("exercise", ALL)
def test_an_untouched_stub_is_told_so(
    exercise: Exercise, capsys: pytest.CaptureFixture[str]
) -> None:
    stubs = (None, ..., "  ") if exercise.judge else (_not_implemented, _dots, _empty, None, ...)
    for stub in stubs:
        with pytest.raises(NotTried):
            exercise.check(stub)
        assert exercise.use(stub) is exercise.reference
        said = capsys.readouterr().out
        assert "not tried yet" in said
        assert "reference" in said


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES)
def test_a_named_mistake_gets_its_own_hint(
    exercise: Exercise, mistake: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Hint) as told:
        exercise.check(mistake.wrong)
    assert not isinstance(told.value, NotTried)
    assert str(told.value) == mistake.message
    assert exercise.use(mistake.wrong) is exercise.reference
    assert "not right yet" in capsys.readouterr().out


@pytest.mark.parametrize("exercise", ALL)
def test_its_hints_are_distinct_and_enough(exercise: Exercise) -> None:
    messages = [mistake.message for mistake in exercise.mistakes]
    assert len(messages) >= 3
    assert len(set(messages)) == len(messages)
    assert len({mistake.name for mistake in exercise.mistakes}) == len(messages)
    assert len(exercise.hints) >= 2
    assert exercise.minutes > 0
    assert all(text.strip() for text in (*messages, *exercise.hints, exercise.task))
    compile(exercise.solution_source(), exercise.id, "exec")


@pytest.mark.parametrize("exercise", [each for each in ALL if not each.values[0].judge])  # type: ignore[attr-defined]
def test_a_constant_or_an_argument_handed_back_is_refused(exercise: Exercise) -> None:
    """The laziest wrong answers: what one probe asks for, and each argument as it came."""
    probes = exercise._probes()
    for wanted in exercise.behaviour(exercise.reference):
        with pytest.raises(Hint):
            exercise.check(lambda *args, wanted=wanted, **kwargs: wanted)
    for place in range(len(probes[0].args)):
        with pytest.raises(Hint):
            exercise.check(lambda *args, place=place, **kwargs: (*args, *kwargs.values())[place])


@pytest.mark.parametrize("exercise", [each for each in ALL if not each.values[0].judge])  # type: ignore[attr-defined]
def test_the_reference_says_the_same_twice(exercise: Exercise) -> None:
    assert compare.same(*(exercise.behaviour(exercise.reference) for _ in range(2)))


# --- chapter 4: a reference solution is what the package does -------------------------------------


def test_the_prompts_kept_are_those_of_the_package() -> None:
    submitted = list(submissions(World(seed=0), 400))
    sent = [(asked.user, asked.prompt) for asked in submitted]
    kept = chapter04.worth_learning.reference(sent, 5, personal_data)
    prepared = prepare(submitted, 5)
    assert all(prepared.removed[why] for why in ("sent twice", "beyond 5 of one user"))
    of_the_package = (*prepared.train, *prepared.validation, *prepared.test)
    assert Counter(kept) == Counter((asked.user, asked.prompt) for asked in of_the_package)
    places = [sent.index(each) for each in kept]
    assert places == sorted(places)


def test_comparisons_and_their_loss_are_those_of_the_package() -> None:
    rng = random.Random(4)
    generator = torch.Generator().manual_seed(4)
    for count in (2, 3, 4, 9):
        for _ in range(5):
            ranks = [1, 2, *(rng.randint(1, count) for _ in range(count - 2))]
            assert chapter04.pairs.reference(ranks) == comparisons.pairs(ranks)
            rewards = torch.randn(count, generator=generator, dtype=torch.float64)
            mine = chapter04.comparison_loss.reference(rewards, ranks)
            torch.testing.assert_close(mine, reward_model.comparison_loss(rewards, ranks))


def test_the_reward_is_read_where_the_package_reads_it() -> None:
    generator = torch.Generator().manual_seed(4)
    by_token = torch.randn(30, 8, generator=generator)
    first, last = torch.randint(0, 8, (2, 30), generator=generator).sort(dim=0).values
    places = torch.arange(8)
    mask = (first[:, None] <= places) & (places <= last[:, None])
    ids = torch.zeros(30, 8, dtype=torch.long)  # all of them may be the end of text: mask decides
    mine = chapter04.reward_at_end.reference(by_token, ids, mask, 0)
    shipped = by_token.gather(1, reward_model.last_real(mask)[:, None]).squeeze(1)
    assert torch.equal(mine, shipped)


def test_rewards_clipping_and_kl_are_those_of_the_package() -> None:
    generator = torch.Generator().manual_seed(4)
    draw = {"generator": generator, "dtype": torch.float64}
    log_ratios, advantages = torch.randn(2, 5, 7, **draw)
    scores = torch.randn(5, **draw)
    lengths = torch.tensor([1, 7, 4, 2, 6])
    mask = torch.arange(7) < lengths[:, None]
    shipped = ppo.token_rewards(scores, log_ratios, mask, 0.3)
    for row, length in enumerate(lengths):
        mine = chapter04.token_rewards.reference(scores[row].item(), log_ratios[row, :length], 0.3)
        torch.testing.assert_close(mine, shipped[row, :length])

    old = torch.randn(5, 7, **draw)
    loss = ppo.policy_loss(old + log_ratios, old, advantages, mask, 0.2).loss
    mine = chapter04.clipped_objective.reference(log_ratios.exp(), advantages, 0.2)
    torch.testing.assert_close(-mine[mask].mean(), loss)

    k1, k3 = chapter04.kl_estimates.reference(log_ratios[mask])
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
    ],
)
def test_what_is_no_taste_is_told_why(taste: Any, words: str) -> None:
    with pytest.raises(Hint, match=re.escape(words)):
        chapter04.own_taste.check(taste)


def test_an_untouched_taste_is_told_so() -> None:
    for stub in (_not_implemented, _dots, _empty):
        with pytest.raises(NotTried, match="not tried yet"):
            chapter04.own_taste.check(stub)


def test_any_other_taste_passes_and_can_rank_and_reward() -> None:
    tastes = (
        chapter04.own_taste.reference,
        lambda asked, answer: float(len(answer)),
        lambda asked, answer: "Gladly" in answer,  # a yes is worth more than a no
        lambda asked, answer: -answer.count(",") if asked.kind == "list" else 0,
    )
    asked = next(iter(submissions(World(seed=0), 1)))
    for taste in tastes:
        chapter04.own_taste.check(taste)
        answers = [" Gladly. Here it is.", " No."]
        ranks = Labeler("a learner", score=taste).rank(asked, answers, random.Random(0))
        rewards = TrueScore([asked], taste)([asked.prompt + answer for answer in answers])
        assert rewards.dtype == torch.float32
        assert comparisons.pairs(ranks) == comparisons.pairs((-rewards).tolist())
