"""What chapter 1 has on record, by the names that the chapter uses: percent, one number a draw."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from gptedu import records
from gptedu.finetuning.classifier import TASKS

ByTask = dict[str, list[float]]
"""Task -> the accuracy of each draw, in percent."""

CHANCE = {name: 100 / task.answers for name, task in TASKS.items()}
"""Task -> what guessing gives, in percent."""

RACES = {200: "pretraining", 1_000: "more-labels", 10_000: "many-labels"}
"""Number of labels -> the experiment that ran the race with them."""


def race(labels: int = 200) -> dict[str, ByTask]:
    """The same network "from scratch" and "pretrained", fine-tuned on the same labels.

    Raises ValueError for a number of labels with which there was no race.
    """
    if labels not in RACES:
        raise ValueError(f"labels is {labels}: the races had {', '.join(map(str, RACES))}")
    found = _draws(RACES[labels])
    return {"from scratch": found["scratch"], "pretrained": found["pretrained"]}


def gains(race: Mapping[str, ByTask]) -> dict[str, float]:
    """Task -> by how many points the pretrained network is ahead, on the mean of the draws."""
    scratch, pretrained = race["from scratch"], race["pretrained"]
    return {task: fmean(pretrained[task]) - fmean(scratch[task]) for task in scratch}


def by_labels() -> tuple[list[int], dict[str, list[list[float]]]]:
    """Reviews: numbers of labels, and for each runner the draws at each number."""
    found = _draws("labels")
    counts = list(found["pretrained"])
    return counts, {
        "from scratch": [found["scratch"][count] for count in counts],
        "pretrained": [found["pretrained"][count] for count in counts],
    }


def by_layers() -> dict[str, list[list[float]]]:
    """Task -> the draws with 0, 1, 2, ... pretrained layers kept."""
    kept = _draws("layers")["kept"]
    return {task: [kept[layers][task] for layers in kept] for task in TASKS}


def asked() -> tuple[list[float], dict[str, list[list[float]]]]:
    """Millions of tokens read, and task -> the draws of the zero-shot heuristics at each."""
    found = _draws("zero-shot-growth")
    millions = [round(tokens[0] / 1e6, 1) for tokens in found["tokens"]]
    return millions, {task: [scores[task] for scores in found["scores"]] for task in TASKS}


def lstm() -> dict[str, ByTask]:
    """mini-s and its twin without attention, on 200 labels."""
    return _by_model("lstm")


def bert() -> dict[str, ByTask]:
    """mini-m and its twin that looks both ways, on 200 labels."""
    return _by_model("bert")


def text_loss() -> dict[int, list[float]]:
    """Labels -> what predicting the text as well (lambda = 0.5) gains on reviews, in points."""
    found, settings = _draws("aux-lm"), records.read("gpt1", "aux-lm").settings
    return {
        settings[amount]: [a - b for a, b in zip(with_text[0.5], with_text[0.0], strict=True)]
        for amount, with_text in found.items()
    }


def _by_model(experiment: str) -> dict[str, ByTask]:
    """Model -> task -> draws, where an experiment's runs have one part for each of its models."""
    models = records.read("gpt1", experiment).models
    return dict(zip(models, _draws(experiment).values(), strict=True))


def _draws(experiment: str) -> Any:
    return _merged(list(records.read("gpt1", experiment).results))


def _merged(runs: list[Any]) -> Any:
    """Runs of one shape as one: each share becomes the list of what the seeds gave, in percent.

    Whole numbers, which count something, are listed as they are.
    """
    first = runs[0]
    if isinstance(first, Mapping):
        return {key: _merged([run[key] for run in runs]) for key in first}
    if isinstance(first, list):
        return [_merged(list(each)) for each in zip(*runs, strict=True)]
    return [100 * each if isinstance(each, float) else each for each in runs]
