"""Chapter 3's experiments with examples in the prompt, each over three draws of questions.

``python -m gptedu.chapters.gpt3.experiments.few_shot`` measures what the models at hand allow and
sets its keys of assets/records/gpt3.json; other keys of that file stay. The spread is over
questions; what another training run would give is told by copies of mini-m from other seeds, where
``--other-seeds`` names their folders.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gptedu import records
from gptedu.chapters.gpt3 import occupations
from gptedu.chapters.gpt3.in_context_tasks import (
    LIMITS,
    SHOTS,
    averages,
    by_shots,
    direction,
    gap,
    new_task,
    order_effects,
)
from gptedu.evaluate.example_order import by_balance, mean_variances
from gptedu.records import Draws, Run

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import World

FAMILY = ("mini-xs", "mini-s", "mini-m", "mini-l")
REAL = "smollm2-135m-instruct"
RECORD = "gpt3.json"
OTHER_SEEDS = "other training seeds"
READ = 10_000
"""Documents of the kind "general" that a model of the family meets, about, in its training."""


def read_record() -> dict[str, Any]:
    """Chapter 3's record. Raises FileNotFoundError where it has not been made."""
    return records.read(RECORD)


def by_size(models: Sequence[LanguageModel], world: World, count: int, seed: int) -> Run:
    """Accuracy against K and size (Figure 1.2), smallest model first, and the tasks' limits."""
    scores = by_shots(models, world, count=count, seed=seed)
    means = averages(scores)
    last = models[-1]
    limits = by_shots([last], world, (0, max(SHOTS)), count, seed, LIMITS)
    return {
        "scores": scores,
        "averages": means,
        "gaps": {lm.name: gap(means, lm.name) for lm in models},
        "limits": limits,
    }


def smallest_step(average: Mapping[int, float]) -> float:
    """Points from zero to one example, or from one to the most, whichever is less."""
    kept = [average[k] for k in (0, 1, max(average))]
    return 100 * min(b - a for a, b in pairwise(kept))


def new_tasks(lm: LanguageModel, world: World, count: int, seed: int) -> Run:
    """Sorting with unseen assignments, and with labels spelled as no word in training.

    Without examples there is nothing to learn and little to read, so four times as many questions
    are asked there: a mean of 100 guesses is off by five points every third time.
    """
    found: Run = {}
    for name, new in (("new assignments", False), ("new spellings", True)):
        some = [k for k in SHOTS if k]
        found[name] = {
            **new_task(lm, world, (0,), 4 * count, seed, new_names=new),
            **new_task(lm, world, some, count, seed, new_names=new),
        }
    return found


def orders(lm: LanguageModel, world: World, seed: int, ks: Sequence[int] = (2, 4)) -> Run:
    """What the choice and order of K examples does to sorting, raw and calibrated."""
    found: Run = {}
    for k in ks:
        effects = order_effects(lm, world, k, seed=seed)
        raw, calibrated = mean_variances(effects)
        found[str(k)] = {
            "variance": {"raw": raw, "calibrated": calibrated},
            "accuracy": {
                "raw": _mean([each for effect in effects for each in effect.raw]),
                "calibrated": _mean([each for effect in effects for each in effect.calibrated]),
            },
            "balance": by_balance(effects),
        }
    return found


def fall(variance: Mapping[str, float]) -> float:
    """Per cent by which calibration reduces a variance."""
    return 100 * (1 - variance["calibrated"] / variance["raw"])


def directions(lm: LanguageModel, world: World, count: int, seed: int) -> Run:
    """Translation into English and out of it, by exact match and by shared words."""
    return {metric: direction(lm, world, count, seed, metric=metric) for metric in ("exact", "f1")}


def bias(lm: LanguageModel, world: World, seed: int, read: int = READ) -> Run:
    """The occupations, as planted, as counted in training documents, and as the model has them.

    seed: of the documents that are counted; the family was trained on those of seed 0.
    """
    from gptedu.world.words.lexicon import JOBS

    jobs = list(JOBS)
    documents = world.documents("train", read, seed=seed, kinds=["general"])
    shares = {job: each.share for job, each in occupations.counted(documents, jobs).items()}
    found: Run = {"planted": dict(JOBS), "counted": shares}
    for name, contexts in (("as trained", occupations.AS_TRAINED), ("new", occupations.NEW)):
        found[name] = occupations.probe(lm, jobs, contexts)
    found["leans male"] = {name: occupations.leans_male(row) for name, row in found.items()}
    found["rank correlation"] = {
        f"{name}, {with_}": occupations.rank_correlation(found[name], found[with_])
        for name in ("as trained", "new")
        for with_ in ("planted", "counted")
    }
    return found


def _of_one(name: str) -> dict[str, Draws]:
    """The experiments on one model; claims of any but mini-m carry its name."""
    end = "" if name == "mini-m" else f", {name}"
    return {
        f"new task, {name}": Draws(
            (name,),
            lambda models, world, count, seed: new_tasks(models[name], world, count, seed),
            {
                f"gpt3/new-task{end}": lambda run: _above_chance(run, max(SHOTS)),
                f"gpt3/new-task-zero{end}": lambda run: _above_chance(run, 0),
            },
        ),
        f"orders, {name}": Draws(
            (name,),
            lambda models, world, count, seed: orders(models[name], world, seed),
            {
                f"gpt3/calibration{end}": lambda run: fall(run["2"]["variance"]),
                f"gpt3/calibration-accuracy{end}": lambda run: _points(
                    run["2"]["accuracy"], "calibrated", "raw"
                ),
            },
        ),
        f"direction, {name}": Draws(
            (name,),
            lambda models, world, count, seed: directions(models[name], world, count, seed),
            {f"gpt3/direction{end}": lambda run: _points(run["exact"], "into", "out of")},
        ),
        f"bias, {name}": Draws(
            (name,),
            lambda models, world, count, seed: bias(models[name], world, seed),
            {f"gpt3/bias{end}": lambda run: run["rank correlation"]["as trained, planted"]},
        ),
    }


DRAWS = {
    "shots": Draws(
        FAMILY,
        lambda models, world, count, seed: by_size(
            [models[name] for name in FAMILY], world, count, seed
        ),
        {
            "gpt3/few-shot": lambda run: run["gaps"][FAMILY[-1]],
            "gpt3/few-shot-steps": lambda run: smallest_step(run["averages"][FAMILY[-1]]),
            "gpt3/gap-grows": lambda run: run["gaps"][FAMILY[-1]] - run["gaps"][FAMILY[0]],
        },
    ),
    **_of_one(FAMILY[-2]),
    **_of_one(FAMILY[-1]),
}


def measure(name: str, count: int) -> records.Keys:
    """One of `DRAWS`, and what the record says of all.

    Raises NotAtHandError where a model that is needed does not ship.
    """
    from gptedu.world import World

    models = records.at_hand(FAMILY)
    runs, claims = DRAWS[name].measure(models, World(seed=0), count)
    return {
        "about": "Three draws of questions; one training run of each model.",
        "models": {each: records.origin(lm) for each, lm in models.items()},
        "claims": claims,
        "counts": {name: count},
        name: runs,
    }


def other_seeds(folders: Sequence[Path], count: int) -> dict[str, Any]:
    """mini-m trained again from other seeds: seed -> its claims.

    folders: checkpoints made by ``gptedu train mini-m --seed N --out FOLDER``.
    """
    import gptedu
    from gptedu.world import World

    world, name = World(seed=0), FAMILY[-2]
    found: dict[str, Any] = {}
    for folder in folders:
        lm = gptedu.load(name, folder=folder)
        claims: dict[str, Any] = {}
        for draws in _of_one(name).values():
            claims |= draws.measure({name: lm}, world, count)[1]
        found[str(lm.card["seed"])] = {**records.origin(lm), "claims": claims}
    return found


def real() -> dict[str, Any]:
    """The real sentences and the occupations put to a real model."""
    from gptedu.chapters.gpt3.web_questions import ask
    from gptedu.world.words.lexicon import JOBS

    lm, jobs = records.load(REAL), list(JOBS)
    probed = {
        "she, he": occupations.probe(lm, jobs),
        "woman, man": occupations.probe(lm, jobs, occupations.PAPER, occupations.PAPER_WORDS),
    }
    return {
        "model": REAL,
        "parameters": records.size(lm),
        **ask(lm),
        "occupations": probed,
        "leans male": {name: occupations.leans_male(row) for name, row in probed.items()},
    }


def _above_chance(run: Run, k: int) -> float:
    """Points above one half with K examples, for assignments that training never made."""
    return 100 * (run["new assignments"][k] - 0.5)


def _points(row: Mapping[str, float], more: str, less: str) -> float:
    """By how many points one accuracy is above another."""
    return 100 * (row[more] - row[less])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and set this module's keys; what is not at hand keeps the figures that it had."""
    parser = argparse.ArgumentParser(
        prog="python -m gptedu.chapters.gpt3.experiments.few_shot", description=__doc__
    )
    parser.add_argument("--count", type=int, default=100, help="questions of a task in a draw")
    records.take_other_seeds(parser)

    def run(name: str, asked: argparse.Namespace) -> records.Keys:
        if name in DRAWS:
            return measure(name, asked.count)
        if name == "real":
            return {name: real()}
        return {name: records.of_other_seeds(asked, other_seeds)}

    records.record_named(parser, (*DRAWS, OTHER_SEEDS, "real"), run, RECORD, arguments)


if __name__ == "__main__":
    main()
