"""Learning from examples in the prompt (Brown et al. 2020, sections 2 and 3), without training.

Every task here is one whose prompt alone does not say what is asked, so that a model that has
understood nothing but its weights cannot do better than guess among tasks: ``TASKS`` says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import pvariance
from typing import TYPE_CHECKING

import torch

from gptedu.prompting.evaluation import evaluate

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import Question, World

TASKS: dict[str, str] = {
    "pairs/opposite": "exact",
    "pairs/comparative": "exact",
    "pairs/young": "exact",
    "pairs/home": "exact",
    "pairs/sound": "exact",
    "sorting": "choice",
}
"""Task of the world -> how its answers are judged (see ``evaluate``)."""
SHOTS = (0, 1, 2, 4, 8, 12)
CONTENT_FREE = ("N/A", "", "[MASK]")
"""What stands in a question's place to see what the labels get for nothing (Zhao et al. 2021)."""

Scores = dict[str, dict[str, dict[int, float]]]


@dataclass(frozen=True)
class OrderEffect:
    """The accuracy, 0 to 1, under each of several orders of examples; one figure an order.

    raw: the likelier label. calibrated: after contextual calibration.
    """

    raw: list[float]
    calibrated: list[float]

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

    Two labels, so chance is 0.5. new_names: the labels themselves are in no training document.
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

    questions: all with the same choices and demonstrations. Each order is K of their
    demonstrations in a random row, the same in front of every question.
    """
    raise NotImplementedError


def direction(
    lm: LanguageModel, world: World, count: int = 100, seed: int = 0, k: int = 2
) -> dict[str, float]:
    """Sentences translated into English and out of it (section 3.3): {"into": ..., "out of": ...}.

    Exact matches, 0 to 1.
    """
    tasks = {"into": "translate-into-english", "out of": "translate-out-of-english"}
    return {
        way: evaluate(lm, world.questions(task, "test", count, seed=seed), k, "exact").accuracy
        for way, task in tasks.items()
    }
