"""Every exercise of every chapter: what its checker says to right, untouched and wrong answers."""

from __future__ import annotations

import fractions
import importlib
import itertools
import math
import pkgutil
import random
import re
from collections import Counter
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import gptedu.chapters
from gptedu.chapters.gpt1 import exercises as chapter01
from gptedu.chapters.gpt2 import exercises as chapter02
from gptedu.chapters.gpt3 import exercises as chapter03
from gptedu.chapters.instructgpt import exercises as chapter04
from gptedu.course import compare
from gptedu.course.exercises import Exercise, Hint, NotTried
from gptedu.rlhf.labels import comparisons
from gptedu.rlhf.labels.labeler import Labeler, TrueScore
from gptedu.rlhf.labels.submissions import personal_data, prepare
from gptedu.rlhf.ppo import kl
from gptedu.rlhf.ppo import losses as ppo
from gptedu.rlhf.reward import model as reward_model
from gptedu.world import World
from gptedu.world.requests.instructions import submissions
from gptedu.world.words import lexicon

CHAPTERS = [module.name for module in pkgutil.iter_modules(gptedu.chapters.__path__)]


def _exercises(chapter: str) -> tuple[Exercise, ...]:
    return importlib.import_module(f"gptedu.chapters.{chapter}.exercises").EXERCISES


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
    assert all(each.id.startswith(f"{chapter}/") for each in exercises)


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


# --- wrong answers without a name are refused all the same ----------------------------------------


def _l1(logprobs: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    return -(logprobs * real).sum() / real.sum()


def _right(exercise_id: str) -> Any:
    return next(each.values[0].reference for each in ALL if each.values[0].id == exercise_id)  # type: ignore[attr-defined]


UNNAMED = {
    "gpt1/entailment-row": (
        lambda p, h, s, d, e: [s, *p, e, *h, d],
        lambda p, h, s, d, e: [s, *p, d, *h, d, e],
        lambda p, h, s, d, e: [*p, d, *h, e],
    ),
    "gpt1/review-row": (
        lambda t, s, e, n: [s, *t[: n - 1], e],
        lambda t, s, e, n: [s, *t[:-2], e],
        lambda t, s, e, n: ([s, *t[: n - 2], e] + n * [0])[:n],
    ),
    "gpt1/extracted": (
        lambda h, m: h[:, m.sum(1) - 1],
        lambda h, m: h[:, m[0].sum() - 1],
        lambda h, m: torch.tensor(h[torch.arange(len(h)), m.sum(1) - 1].tolist()),
    ),
    "gpt1/l3": (
        lambda x, y, p, r, w: F.cross_entropy(x, y) + w * _l1(p, r).item(),
        lambda x, y, p, r, w: F.cross_entropy(x.detach(), y) + w * _l1(p, r),
        lambda x, y, p, r, w: F.cross_entropy(x, y, reduction="sum") + w * _l1(p, r),
        lambda x, y, p, r, w: F.cross_entropy(x, y) + w * _l1(p, ~r),
    ),
    "gpt1/bert-mask": (
        lambda r: r[:, None, :].expand(-1, r.shape[1], -1).float(),
        lambda r: r[:, None, :] | r[:, :, None],
        lambda r: r[:, None, :] & ~torch.eye(r.shape[1], dtype=torch.bool),
    ),
    "gpt2/choice-score": (
        lambda p, n: (-sum(p[n:]), -sum(p[n:]) / len(p[n:])),
        lambda p, n: (sum(p[n:]) / len(p[n:]), sum(p[n:])),
        lambda p, n: (sum(p[-n:]), sum(p[-n:]) / n),
    ),
    "gpt2/overlap": (
        lambda g, w: len(set(g) & set(w)) / len(set(g) | set(w)),
        lambda g, w: 2 * sum(a == b for a, b in zip(g, w, strict=False)) / (len(g) + len(w)),
        lambda g, w: sum((Counter(g) & Counter(w)).values()) / min(len(g), len(w)),
    ),
    "gpt2/perplexity": (
        lambda d: math.exp(-sum(d[0]) / len(d[0])),
        lambda d: math.exp(-sum(d[-1]) / len(d[-1])),
        lambda d: sum(math.exp(-p) for row in d for p in row) / sum(map(len, d)),
    ),
    "gpt2/parameters": (
        lambda v, c, n, w: _right("gpt2/parameters")(v, c, n, w) - w,
        lambda v, c, n, w: _right("gpt2/parameters")(v + 1, c, n, w),
        lambda v, c, n, w: _right("gpt2/parameters")(v, c, n, w) / 1e6,
    ),
    "gpt3/few-shot-prompt": (
        lambda p, k: "\n".join([*(f"{a}->{b}" for a, b in p[:k]), f"{p[k][0]}->"]),
        lambda p, k: _right("gpt3/few-shot-prompt")(p, k) + "\n",
        lambda p, k: "\n".join([*(f"{a} -> {b}" for a, b in p[:k][::-1]), f"{p[k][0]} ->"]),
    ),
    "gpt3/induction-score": (
        lambda a, n: a[n + 1 :, 2 : n + 1].diagonal().mean().item(),
        lambda a, n: (a[n + 1 :].argmax(1) == torch.arange(2, n + 2)).float().mean().item(),
        lambda a, n: a[torch.arange(n + 1, 2 * n + 1), torch.arange(3, n + 3)].mean().item(),
    ),
    "gpt3/calibration": (
        lambda f, c: [p / q for p, q in zip(f, c[-1], strict=True)],
        lambda f, c: [sum(row[i] for row in c) / len(c) for i in range(len(f))],
        lambda f, c: [100 * p for p in _right("gpt3/calibration")(f, c)],
    ),
    "gpt3/parameters": (
        lambda n, w, h, d: _right("gpt3/parameters")(n, w, 1, d),
        lambda n, w, h, d: _right("gpt3/parameters")(n, w, h, d) + n * (h * d - w),
        lambda n, w, h, d: _right("gpt3/parameters")(n, w, h, d) - w,
    ),
    "instructgpt/prompts": (
        lambda sent, cap, who: [
            prompt for _, prompt in _right("instructgpt/prompts")(sent, cap, who)
        ],
        lambda sent, cap, who: _right("instructgpt/prompts")(sent, cap, who)[::-1],
        lambda sent, cap, who: _right("instructgpt/prompts")(sent[::-1], cap, who)[::-1],
        lambda sent, cap, who: dict(_right("instructgpt/prompts")(sent, cap, who)),
    ),
    "instructgpt/pairs": (
        lambda ranks: [(i + 1, j + 1) for i, j in _right("instructgpt/pairs")(ranks)],
        lambda ranks: [*itertools.combinations(range(len(ranks)), 2)],
        lambda ranks: [each for each in _right("instructgpt/pairs")(ranks) if ranks[each[0]] == 1],
        lambda ranks: len(_right("instructgpt/pairs")(ranks)),
    ),
    "instructgpt/comparison-loss": (
        lambda r, k: _right("instructgpt/comparison-loss")(r, k).detach(),
        lambda r, k: _right("instructgpt/comparison-loss")(r, k).item(),
        lambda r, k: (
            _right("instructgpt/comparison-loss")(r, [1 + sum(j < i for j in k) for i in k]) / 2
        ),
        lambda r, k: _right("instructgpt/comparison-loss")(r.sigmoid(), k),
        lambda r, k: -_right("instructgpt/comparison-loss")(r, k),
    ),
    "instructgpt/last-token": (
        lambda t, ids, m, end: t.masked_fill(~m, -math.inf).max(dim=1).values,
        lambda t, ids, m, end: _right("instructgpt/last-token")(t, ids, m, end)[:, None],
        lambda t, ids, m, end: _right("instructgpt/last-token")(t, ids, m, end)[:1].expand(len(t)),
        lambda t, ids, m, end: _right("instructgpt/last-token")(t, ids, m, end).tolist(),
    ),
    "instructgpt/token-rewards": (
        lambda s, x, beta: s / len(x) - beta * x,
        lambda s, x, beta: _right("instructgpt/token-rewards")(s, x.abs(), beta),
        lambda s, x, beta: _right("instructgpt/token-rewards")(s, x.exp(), beta),
        lambda s, x, beta: _right("instructgpt/token-rewards")(s, x, beta).sum(),
    ),
    "instructgpt/clip": (
        lambda x, a, c: _right("instructgpt/clip")(x, a, c).detach(),
        lambda x, a, c: _right("instructgpt/clip")(x, a, c).mean(),
        lambda x, a, c: torch.min(x * a, x.clamp(1 / (1 + c), 1 + c) * a),
        lambda x, a, c: torch.min(x * a, x.clamp(min=1 - c) * a),
        lambda x, a, c: torch.min(x * a, (x.clamp(1 - c, 1 + c) * a).detach()).tolist(),
    ),
    "instructgpt/kl": (
        lambda x: _right("instructgpt/kl")(x)[::-1],
        lambda x: _right("instructgpt/kl")(x)[0],
        lambda x: (_right("instructgpt/kl")(x)[0], _right("instructgpt/kl")(x)[0] ** 2 / 2),
        lambda x: (x.mean().item(), (torch.exp(-x) - 1).mean().item()),
    ),
    "gpt3/epochs": (
        lambda size, percent, read: read * percent / 100 // size,
        lambda size, percent, read: round(read * percent / 100 / size, 1),
        lambda size, percent, read: read / (size * percent / 100),
    ),
    "gpt3/context": (
        lambda x, a, n, c: [not stays for stays in _right("gpt3/context")(x, a, n, c)],
        lambda x, a, n, c: _right("gpt3/context")(x, a, n, c + 2),
        lambda x, a, n, c: [each <= c - 1 - a - n for each in x],
        lambda x, a, n, c: [*filter(None, _right("gpt3/context")(x, a, n, c))],
    ),
}


@pytest.mark.parametrize("exercise_id", UNNAMED)
def test_a_wrong_answer_without_a_name_is_told_what_differs(exercise_id: str) -> None:
    exercise = next(each.values[0] for each in ALL if each.values[0].id == exercise_id)  # type: ignore[attr-defined]
    for wrong in UNNAMED[exercise_id]:
        assert exercise.mistake_of(wrong) is None
        with pytest.raises(Hint, match=r"it returns|raises|has to raise"):
            exercise.check(wrong)


@pytest.mark.parametrize("exercise", [chapter02.parameters, chapter03.gpt3_parameters])
@pytest.mark.parametrize("kind", [int, float])
def test_a_last_norm_may_not_be_forgotten_in_a_large_number(exercise: Exercise, kind: Any) -> None:
    place = exercise.reference.__code__.co_varnames.index("width")
    exercise.check(lambda *args: kind(exercise.reference(*args)))
    with pytest.raises(Hint, match="Nearly: you are `2·width` short"):
        exercise.check(lambda *args: kind(exercise.reference(*args) - 2 * args[place]))


def test_one_who_writes_into_the_tensor_of_another_is_told_so() -> None:
    def times(logits, labels, logprobs, real, weight):  # type: ignore[no-untyped-def]
        logprobs *= real
        return F.cross_entropy(logits, labels) - weight * logprobs.sum() / real.sum()

    with pytest.raises(Hint, match="you write into `logprobs`"):
        chapter01.l3.check(times)


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ('"(', "occurs in no note: is a space missing"),
        ('")', "occurs in no note: is a space missing"),
        ('"  (', "occurs in no note: is a space missing"),
        ("velan", "Nobody writes"),
        ('" ', "People quote without translating"),
        ("( ", "A bracket alone"),
        (".", "finds other texts too"),
        ("(the", "some of the notes only"),
        (7, "A phrase is asked for"),
    ],
)
def test_what_a_search_is_told(phrase: Any, words: str) -> None:
    with pytest.raises(Hint, match=re.escape(words)):
        chapter02.search.check(phrase)


ANIMALS, TREES = ["dog", "cat", "horse", "cow", "fox"], ["oak", "pine", "birch", "maple", "elm"]


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ({"yes": ANIMALS, "no": TREES}, "it is the labels"),
        ({"animal": ANIMALS, "tree": TREES}, "it is the labels"),
        ({"zib": ANIMALS[:2] + TREES[:2], "mof": ANIMALS[2:4] + TREES[2:4]}, "animals and trees"),
        ({"zib": ["oak", "Oak ", *ANIMALS], "mof": TREES[1:]}, "stands there twice"),
        ({"zib": [*ANIMALS, "oak"], "mof": TREES}, "stands there twice"),
        ({"zib": " ".join(ANIMALS), "mof": " ".join(TREES)}, "a list of words"),
        ({"zib": [1, 2, 3, 4], "mof": TREES}, "a list of words"),
        ({"zib": [f"oak {i}" for i in range(80)], "mof": TREES}, "can read at once"),
        ({"zib": ANIMALS, "mof": TREES, "dax": ["bus"]}, "there are 3"),
        (list(zip(ANIMALS, TREES, strict=True)), "A dictionary is asked for"),
    ],
)
def test_what_a_rule_is_told(groups: Any, words: str) -> None:
    with pytest.raises(Hint, match=re.escape(words)):
        chapter03.rule.check(groups)


def test_the_kinds_and_labels_that_its_hints_name_make_a_rule() -> None:
    kinds = lexicon.CATEGORIES
    named = re.sub("s$", "", chapter03.rule.hints[0].split(".")[0])
    assert all(re.search(rf"\b{kind}s?\b", named) for kind in kinds)
    for one, other in itertools.pairwise([*kinds, next(iter(kinds))]):
        chapter03.rule.check({"zib": list(kinds[one][:5]), "mof": list(kinds[other][:5])})
    chapter03.rule.check({"Tom": ANIMALS, "Anna": TREES})


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
        (lambda asked, answer: 10**400 + len(answer), "not always a finite number"),
        (lambda asked, answer: -(10**400) if answer == " " else len(answer), "a finite number"),
        (lambda asked, answer: np.float32("inf"), "a finite number"),
    ],
)
def test_what_is_no_taste_is_told_why(taste: Any, words: str) -> None:
    with pytest.raises(Hint, match=re.escape(words)):
        chapter04.own_taste.check(taste)


def test_an_untouched_taste_is_told_so() -> None:
    for stub in (_not_implemented, _dots, _empty):
        with pytest.raises(NotTried, match="not tried yet"):
            chapter04.own_taste.check(stub)


@pytest.mark.parametrize("exercise", [chapter04.own_taste, chapter04.pairs, chapter01.l3])
def test_only_a_function_that_returns_nothing_is_asked_for_its_return(exercise: Exercise) -> None:
    for stub, words in (
        (_not_implemented, "not tried yet."),
        (_dots, "not tried yet."),
        (_empty, "not tried yet, or is there no `return`?"),
    ):
        with pytest.raises(NotTried) as told:
            exercise.check(stub)
        assert str(told.value) == f"Exercise {exercise.id}: {words}"


def test_a_clipped_objective_must_let_a_gradient_through() -> None:
    def by_hand(ratio, advantage, clip):  # type: ignore[no-untyped-def]
        return torch.tensor(chapter04.clipped_objective.reference(ratio, advantage, clip).tolist())

    with pytest.raises(Hint, match="no gradient flows"):
        chapter04.clipped_objective.check(by_hand)


def test_any_other_taste_passes_and_can_rank_and_reward() -> None:
    tastes = (
        chapter04.own_taste.reference,
        lambda asked, answer: float(len(answer)),
        lambda asked, answer: "Gladly" in answer,  # a yes is worth more than a no
        lambda asked, answer: -answer.count(",") if asked.kind == "list" else 0,
        lambda asked, answer: np.float32(len(answer)),
        lambda asked, answer: np.int64(len(answer)),
        lambda asked, answer: fractions.Fraction(len(answer), 3),
    )
    asked = next(iter(submissions(World(seed=0), 1)))
    for taste in tastes:
        chapter04.own_taste.check(taste)
        answers = [" Gladly. Here it is.", " No."]
        ranks = Labeler("a learner", score=taste).rank(asked, answers, random.Random(0))
        rewards = TrueScore([asked], taste)([asked.prompt + answer for answer in answers])
        assert rewards.dtype == torch.float32
        assert comparisons.pairs(ranks) == comparisons.pairs((-rewards).tolist())
