"""Rounds of self-improvement: draw paths, keep those of the majority, train, measure, again.

Huang et al. 2022, section 3. The paper makes one round; here rounds go on until they gain no more,
and what each of them measures says why: with the paths growing alike, the majority says what the
greedy path says already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from gptedu import checks
from gptedu.language_model import LanguageModel
from gptedu.reasoning import problems as drawn
from gptedu.reasoning.accuracy import ask, count_votes, read, right_answers, thinking
from gptedu.reasoning.examples import worked_examples
from gptedu.reasoning.paths import Paths, greedy_paths, sample_paths
from gptedu.reasoning.self_training import labels as taken
from gptedu.reasoning.self_training.file import (
    as_many,
    check_apart,
    training_file,
    with_wrong_steps,
)
from gptedu.reasoning.self_training.formats import FORMATS
from gptedu.reasoning.self_training.labels import RULES, Labels
from gptedu.rlhf.pretraining import Pretraining
from gptedu.rlhf.sft.train import SFT, supervise
from gptedu.world.problems.problem import Problem

TUNING = SFT(epochs=1, batch=16, learning_rate=3e-4, warmup=0.1, ptx=0.25)
LEAST_GAIN = 0.005
"""Of greedy answers, as a share, for which another round is made."""
MOST = 5
"""Rounds, where each of them gains that much."""
PTX_WINDOWS = 2
"""Of old pages beside the paths of a step, about a fifth of what is read."""
HALF = "stopped; the model has read only some of the rows: load it again before the next try"


@dataclass(frozen=True)
class SelfTraining:
    """How a round is made.

    problems: unlabelled ones. paths: of each. rule: one of `labels.RULES`. least_share: of the
    paths that have to agree. most: paths of a problem that are kept. lengths: steps of the
    problems. split: they are drawn from; never the one that is measured on.
    """

    problems: int = 600
    paths: int = 16
    temperature: float = 0.7
    rule: str = "majority"
    formats: tuple[str, ...] = FORMATS
    least_share: float = 0.0
    most: int = 4
    kind: str = "sums"
    lengths: tuple[int, ...] = (3, 4, 5)
    split: str = "train"
    how: SFT = field(default=TUNING)

    def __post_init__(self) -> None:
        checks.settle(self, checks.whole, "problems", "paths", "most")
        checks.settle(self, checks.probability, "least_share")
        checks.settle(self, checks.positive, "temperature")
        checks.one_of("rule", self.rule, RULES)


USUAL = SelfTraining()


@dataclass(frozen=True)
class Round:
    """What a round did. labelled: share of the problems that have a label. label_right: share of
    the labels that are right, which the model never learns. rows: how many rows of the training
    file were read; those that are repeated count each time. distinct: distinct paths of a problem,
    of all that were drawn, 0 to 1. before, after: what `measure` said. by_luck: share of the rows
    with steps in which a step is wrong, so that they reach their label by luck; None in records
    made before it was counted.
    """

    number: int
    labelled: float
    label_right: float
    rows: int
    distinct: float
    before: dict[str, float]
    after: dict[str, float]
    losses: list[float]
    by_luck: float | None = None

    @property
    def gain(self) -> float:
        """Of greedy answers, as a share."""
        return self.after["greedy"] - self.before["greedy"]

    @property
    def kept(self) -> bool:
        """Whether it gained enough to go on."""
        return self.gain >= LEAST_GAIN


def unlabelled(how: SelfTraining, seed: int) -> list[Problem]:
    """The problems of a round; their answers are there, and only `gold` reads them."""
    return drawn.mixed(how.lengths, how.problems, kind=how.kind, split=how.split, seed=seed)


def paths_of(how: SelfTraining, lm: LanguageModel, *, number: int = 1, seed: int = 0) -> Paths:
    """The paths that a model draws for the problems of a round."""
    prompts = thinking(unlabelled(how, 1_000 * seed + number))
    return sample_paths(lm, prompts, how.paths, temperature=how.temperature, seed=seed + number)


def labels_of(
    how: SelfTraining,
    lm: LanguageModel,
    problems: Sequence[Problem],
    paths: Paths,
    seed: int,
) -> tuple[Paths, Labels]:
    """The paths that may be learned, and each problem's label, by the rule."""
    if how.rule == "gold":
        return paths, taken.gold(problems)
    if how.rule == "greedy":
        paths = greedy_paths(lm, paths.prompts)
        return paths, [own[0] for own in read(paths, problems)]
    answers = read(paths, problems)
    if how.rule == "random path":
        return paths, taken.random_path(answers, seed)
    return paths, taken.majority(answers, how.least_share)


def measure(
    lm: LanguageModel, problems: Sequence[Problem], count: int = 8, seed: int = 0
) -> dict[str, float]:
    """Greedy answers, one path and a vote of `count`; of the paths, how alike they are, and the
    share that is right by luck. All are shares, 0 to 1.
    """
    prompts = thinking(problems)
    paths = sample_paths(lm, prompts, count, seed=seed)
    voted = count_votes(paths, problems)
    return {
        "greedy": ask(lm, problems, "phrase").accuracy,
        "one path": voted.one_path,
        "vote": voted.votes[count],
        "distinct": distinct(paths),
        "by luck": voted.by_luck,
    }


def distinct(paths: Paths) -> float:
    """Mean share of a problem's paths that differ from each other: 1 where all do."""
    return fmean(len(set(texts)) / len(texts) for texts in paths.texts)


def one_round(
    lm: LanguageModel,
    how: SelfTraining,
    test: Sequence[Problem],
    *,
    number: int = 1,
    seed: int = 0,
    before: dict[str, float] | None = None,
    paths: Paths | None = None,
    rows: int | None = None,
    pretraining: Pretraining | None = None,
    progress: bool = True,
) -> Round:
    """One round on `lm`, which is trained in place.

    test: held-out problems; ValueError where one of them is trained on. before: what `measure` said
    of `lm`, where that is known. paths: what `paths_of` drew for this round, where several rounds
    from one model differ in their labels alone. rows: as in `learn`. pretraining: old pages, for
    `how.how.ptx`.
    """
    problems = unlabelled(how, 1_000 * seed + number)
    check_apart(problems, test)
    before = before or measure(lm, test, seed=seed)
    drawn_paths = paths or paths_of(how, lm, number=number, seed=seed)
    kept, labels = labels_of(how, lm, problems, drawn_paths, seed + number)
    learned = learn(
        lm, problems, kept, labels, how, rows=rows, seed=seed + number, pretraining=pretraining,
        progress=progress,
    )  # fmt: skip
    known = [(a, b) for a, b in zip(labels, right_answers(problems), strict=True) if a is not None]
    return Round(
        number=number,
        labelled=len(known) / len(problems),
        label_right=fmean(a == b for a, b in known),
        rows=learned.rows,
        distinct=distinct(drawn_paths),
        before=before,
        after=measure(lm, test, seed=seed),
        losses=learned.losses,
        by_luck=learned.by_luck,
    )


@dataclass(frozen=True)
class Learned:
    """What was read. rows: of the training file. by_luck: as in `Round`. losses: one a step."""

    rows: int
    by_luck: float
    losses: list[float]


def learn(
    lm: LanguageModel,
    problems: Sequence[Problem],
    paths: Paths,
    labels: Labels,
    how: SelfTraining = USUAL,
    *,
    rows: int | None = None,
    seed: int = 0,
    pretraining: Pretraining | None = None,
    progress: bool = True,
) -> Learned:
    """Train `lm` in place on the paths that reach their label.

    rows: how many rows of the file are read in an epoch, so that controls get the same amount of
    training: fewer are repeated in their order, more are shuffled, by the seed, and cut. None: all.
    Raises ValueError for paths that were written with another tokenizer, and where no path reaches
    a label. Ctrl-C raises `Stopped`, and leaves the model half trained.
    """
    file = training_file(
        problems, paths, labels, formats=how.formats, examples=worked_examples(how.kind),
        most=how.most, seed=seed, lm=lm,
    )  # fmt: skip
    if not file:
        raise ValueError(
            f"none of the {len(problems)} problems has a label that a path reaches: draw more "
            "paths, or take a lower least_share"
        )
    read_rows = as_many(file, rows, seed)
    done = supervise(lm, read_rows, how.how, seed=seed, progress=progress, pretraining=pretraining)
    losses = done.or_stop(HALF).losses
    return Learned(len(read_rows), with_wrong_steps(read_rows, problems), losses)


def rounds(
    lm: LanguageModel,
    how: SelfTraining,
    test: Sequence[Problem],
    *,
    most: int = MOST,
    seed: int = 0,
    first: int = 1,
    before: dict[str, float] | None = None,
    **more: Any,
) -> Iterator[Round]:
    """Rounds on `lm`, each as it ends, until one is not `kept`, or `most` are made.

    test: what decides whether to go on; final figures need problems of their own. first, before: to
    go on with a run that was stopped.
    """
    for number in range(first, most + 1):
        made = one_round(lm, how, test, number=number, seed=seed, before=before, **more)
        yield made
        before = made.after
        if not made.kept:
            return
