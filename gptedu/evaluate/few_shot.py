"""Learning from examples in the prompt (Brown et al. 2020, sections 2 and 3), without training.

Every task here is one whose prompt alone does not say what is asked, so that a model that has
understood nothing but its weights cannot do better than guess among tasks: ``TASKS`` says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import pvariance
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from gptedu.evaluate.accuracy import evaluate
from gptedu.evaluate.prompts import few_shot
from gptedu.evaluate.scoring import calibrate, score_choices

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import Question, World

TASKS: dict[str, str] = {
    "two-readings/opposite": "exact",
    "two-readings/comparative": "exact",
    "two-readings/young": "exact",
    "two-readings/home": "exact",
    "sorting": "choice",
    "sorting/three-groups": "choice",
    "sorting/new-labels": "choice",
    "sorting/new-groups": "choice",
    "pairs/sound": "exact",
}
"""Task of the world -> how its answers are judged (see ``evaluate``).

Why none of them can be known without an example:

- two-readings: "big ->" is asked for the opposite and for the comparative, "cow ->" for the young
  and for the home. The two tasks of a couple ask the same words, so without examples an answer is
  right in one of them at most: their mean is a half at best, but for which words are drawn.
- sorting: what a label means is decided in the list alone. Half is chance, a third with three
  groups. The asked words never stood under their label in training; new labels are common words
  that no training list has as labels; new groups are sorted by no training list.
- pairs/sound: a relation that sentences use and no list of the training documents is about.
"""
LIMITS: dict[str, str] = {
    "held-out-pairs/opposite": "exact",
    "held-out-pairs/young": "exact",
    "reversed/opposite": "exact",
    "reversed/young": "exact",
    "rule/same-word": "exact",
    "sorting/new-spellings": "choice",
}
"""Where examples would have to teach something that no training document has shown.

Pairs that stand in sentences only, pairs from right to left, a rule of one line (every word is
paired with itself), and labels spelled as no word of the training documents is (half is chance).
"""
SHOTS = (0, 1, 2, 4, 8, 12)
CONTENT_FREE = ("N/A", "", "[MASK]")
"""What stands in a question's place to see what the labels get for nothing (Zhao et al. 2021)."""

Scores = dict[str, dict[str, dict[int, float]]]


@dataclass(frozen=True)
class OrderEffect:
    """The accuracy, 0 to 1, under each of several orders of examples; one figure an order.

    raw: the likelier label. calibrated: after contextual calibration. labels: the labels of the
    examples, in the order in which they stood.
    """

    raw: list[float]
    calibrated: list[float]
    labels: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def variances(self) -> tuple[float, float]:
        """The variance over orders, raw and calibrated, in squared points."""
        raw, calibrated = ([100 * each for each in row] for row in (self.raw, self.calibrated))
        return pvariance(raw), pvariance(calibrated)


def by_shots(
    models: Iterable[LanguageModel],
    world: World,
    ks: Sequence[int] = SHOTS,
    count: int = 50,
    seed: int = 0,
    tasks: Mapping[str, str] = TASKS,
) -> Scores:
    """Every task with every number of examples: model -> task -> K -> accuracy, 0 to 1.

    The questions are the same for all models and all K: only the examples in front of them grow.
    count: questions of each task.
    """
    asked = {task: world.questions(task, "test", count, seed=seed) for task in tasks}
    return {
        lm.name: {
            task: {k: evaluate(lm, asked[task], k, metric).accuracy for k in ks}
            for task, metric in tasks.items()
        }
        for lm in models
    }


def averages(
    scores: Mapping[str, Mapping[str, Mapping[int, float]]],
) -> dict[str, dict[int, float]]:
    """The mean over the tasks, each with the same weight: model -> K -> 0 to 1."""
    found: dict[str, dict[int, float]] = {}
    for model, by_task in scores.items():
        rows = list(by_task.values())
        found[model] = {k: sum(row[k] for row in rows) / len(rows) for k in rows[0]}
    return found


def gap(averages: Mapping[str, Mapping[int, float]], model: str) -> float:
    """Points that the largest number of examples is above none."""
    row = averages[model]
    return 100 * (row[max(row)] - row[min(row)])


def new_task(
    lm: LanguageModel,
    world: World,
    ks: Sequence[int] = SHOTS,
    count: int = 100,
    seed: int = 0,
    new_names: bool = False,
) -> dict[int, float]:
    """Sorting words by invented labels that they never stood under in training: K -> accuracy.

    Two labels, so chance is 0.5. new_names: the labels are spelled as no word in training is.
    """
    asked = world.questions("sorting", "test", count, seed=seed, new_names=new_names)
    return {k: evaluate(lm, asked, k, "choice").accuracy for k in ks}


def order_effect(
    lm: LanguageModel,
    questions: Sequence[Question],
    k: int,
    orders: int,
    generator: torch.Generator,
) -> OrderEffect:
    """The same questions after several choices and orders of K examples (Zhao et al. 2021).

    questions: all with the same choices and demonstrations, as ``World.one_list`` makes them.
    Each order is K of the demonstrations in a random row, the same in front of every question, so
    they differ in balance too; where K are all there are, only in their order.
    """
    first = questions[0]
    if any(
        (q.choices, q.demonstrations) != (first.choices, first.demonstrations) for q in questions
    ):
        raise ValueError(
            "The questions differ in choices or demonstrations: ask about one list, such as "
            "World.one_list makes."
        )
    if not 0 <= k <= len(first.demonstrations):
        raise ValueError(f"k is {k}: there are 0 to {len(first.demonstrations)} examples.")
    wanted = torch.tensor([first.choices.index(q.answer) for q in questions])
    raw: list[float] = []
    calibrated: list[float] = []
    labels: list[tuple[str, ...]] = []
    for _ in range(orders):
        row = torch.randperm(len(first.demonstrations), generator=generator)[:k].tolist()
        shown = tuple(first.demonstrations[i] for i in row)
        asked = [few_shot(replace(q, demonstrations=shown), k) for q in questions]
        empty = [
            few_shot(replace(content_free(first, x), demonstrations=shown), k) for x in CONTENT_FREE
        ]
        prompts = [*asked, *empty]
        scored = score_choices(lm, prompts, [first.choices] * len(prompts))
        scores = torch.tensor([sums for sums, _ in scored])  # [questions + inputs, choices]
        likelier = scores[: len(asked)]
        fairer = calibrate(likelier, scores[len(asked) :])
        raw.append(_share_right(likelier, wanted))
        calibrated.append(_share_right(fairer, wanted))
        ends = [next(x for x in first.choices if line.endswith(x)) for line in shown]
        labels.append(tuple(end.strip() for end in ends))
    return OrderEffect(raw, calibrated, labels)


def order_effects(
    lm: LanguageModel, world: World, k: int = 2, lists: int = 12, orders: int = 8, seed: int = 0
) -> list[OrderEffect]:
    """``order_effect`` on several sorting lists, each with orders of its own."""
    generator = torch.Generator().manual_seed(seed)
    return [
        order_effect(lm, world.one_list(seed=1000 * seed + number), k, orders, generator)
        for number in range(lists)
    ]


def mean_variances(effects: Sequence[OrderEffect]) -> tuple[float, float]:
    """The variance over orders, within a list and then averaged: raw and calibrated."""
    raw, calibrated = zip(*(effect.variances for effect in effects), strict=True)
    return sum(raw) / len(raw), sum(calibrated) / len(calibrated)


def by_balance(effects: Sequence[OrderEffect]) -> dict[str, dict[str, float]]:
    """Mean accuracy where the examples show both labels, and where they show one.

    {"both labels" and "one label": {"raw", "calibrated", "share" of the orders}}; a case that does
    not occur is left out.
    """
    rows: dict[str, list[tuple[float, float]]] = {}
    for effect in effects:
        for raw, calibrated, labels in zip(
            effect.raw, effect.calibrated, effect.labels, strict=True
        ):
            case = "one label" if len(set(labels)) == 1 else "both labels"
            rows.setdefault(case, []).append((raw, calibrated))
    total = sum(map(len, rows.values()))
    return {
        case: {
            "raw": sum(raw for raw, _ in found) / len(found),
            "calibrated": sum(calibrated for _, calibrated in found) / len(found),
            "share": len(found) / total,
        }
        for case, found in rows.items()
    }


def content_free(question: Question, text: str = "N/A") -> Question:
    """The same question about nothing: "hammer:" becomes "N/A:"; a label line below stays."""
    end = re.search(r"(\n[^\n]*|\W*)$", question.prompt)
    return replace(question, prompt=text + (end.group() if end else ""))


def _share_right(scores: Tensor, wanted: Tensor) -> float:
    """scores [questions, choices], wanted [questions] -> 0 to 1."""
    return float((scores.argmax(-1) == wanted).double().mean())


def direction(
    lm: LanguageModel,
    world: World,
    count: int = 100,
    seed: int = 0,
    k: int = 2,
    metric: str = "exact",
) -> dict[str, float]:
    """Sentences translated into English and out of it (section 3.3): {"into": ..., "out of": ...}.

    0 to 1. metric: "exact" takes a sentence that is right from end to end, "f1" the share of its
    words.
    """
    tasks = {"into": "translate-into-english", "out of": "translate-out-of-english"}
    return {
        way: evaluate(lm, world.questions(task, "test", count, seed=seed), k, metric).accuracy
        for way, task in tasks.items()
    }
