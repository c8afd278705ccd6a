"""What the choice and order of the examples in a prompt do to the answers (Zhao et al. 2021)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import pvariance
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from gptedu.evaluate.calibration import calibrate
from gptedu.evaluate.choices import score_choices
from gptedu.evaluate.prompts import few_shot_prompt

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import Question


CONTENT_FREE = ("N/A", "", "[MASK]")
"""What stands in a question's place to see what the labels get for nothing (Zhao et al. 2021)."""


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
            "the questions differ in choices or demonstrations: ask about one list, such as "
            "World.one_list makes"
        )
    if not 0 <= k <= len(first.demonstrations):
        raise ValueError(f"k is {k}: there are 0 to {len(first.demonstrations)} examples")
    wanted = torch.tensor([first.choices.index(q.answer) for q in questions])
    raw: list[float] = []
    calibrated: list[float] = []
    labels: list[tuple[str, ...]] = []
    for _ in range(orders):
        row = torch.randperm(len(first.demonstrations), generator=generator)[:k].tolist()
        shown = tuple(first.demonstrations[i] for i in row)
        real = [few_shot_prompt(replace(q, demonstrations=shown), k) for q in questions]
        empty = [
            few_shot_prompt(replace(content_free(first, text), demonstrations=shown), k)
            for text in CONTENT_FREE
        ]
        prompts = [*real, *empty]
        scored = score_choices(lm, prompts, [first.choices] * len(prompts))
        scores = torch.tensor([sums for sums, _ in scored])  # [questions + inputs, choices]
        likelier = scores[: len(real)]
        fairer = calibrate(likelier, scores[len(real) :])
        raw.append(_share_right(likelier, wanted))
        calibrated.append(_share_right(fairer, wanted))
        ends = [next(x for x in first.choices if line.endswith(x)) for line in shown]
        labels.append(tuple(end.strip() for end in ends))
    return OrderEffect(raw, calibrated, labels)


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
            "raw": sum(raw for raw, _ in pairs) / len(pairs),
            "calibrated": sum(calibrated for _, calibrated in pairs) / len(pairs),
            "share": len(pairs) / total,
        }
        for case, pairs in rows.items()
    }


def content_free(question: Question, text: str = "N/A") -> Question:
    """The same question about nothing: "hammer:" becomes "N/A:"; a label line below stays."""
    end = re.search(r"(\n[^\n]*|\W*)$", question.prompt)
    return replace(question, prompt=text + (end.group() if end else ""))


def _share_right(scores: Tensor, wanted: Tensor) -> float:
    """scores [questions, choices], wanted [questions] -> 0 to 1."""
    return float((scores.argmax(-1) == wanted).double().mean())
