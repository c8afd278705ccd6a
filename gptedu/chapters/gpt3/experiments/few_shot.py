"""Examples in the prompt: how many, of what, in which order, and what they do not change."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

import gptedu
from gptedu import records
from gptedu.chapters.gpt3 import claims, occupations, web_questions
from gptedu.chapters.gpt3.in_context_tasks import KS, LIMITS, by_order, by_shots, order_effects
from gptedu.chapters.gpt3.in_context_tasks import direction as translated_both_ways
from gptedu.chapters.gpt3.in_context_tasks import new_task as sorted_by_new_labels
from gptedu.evaluate.example_order import by_balance, mean_variances
from gptedu.language_model import LanguageModel
from gptedu.records import SEEDS, Experiment, Run, spread
from gptedu.world import World
from gptedu.world.words.lexicon import JOBS
from gptedu.zoo import FAMILY_V2

MODEL, LARGEST = FAMILY_V2[-2:]
TRANSLATED = (claims.ON_ITS_WAY, MODEL, LARGEST)
REAL = "smollm2-135m-instruct"
QUESTIONS = 40  # of each of nine tasks
ASKED, ASKED_WITHOUT = 100, 1_000
"""Words to sort. Without examples there is nothing to read, and the mean of 100 guesses is off by
five points every third time."""
SENTENCES = 100
LISTS, ORDERS, SHOWN = 12, 8, 2
REORDERED = 4  # examples that stay the same and change places
READ = 10_000
"""Documents of the kind "general" that a model of the family meets, about, in its training."""


def shots(seed: int) -> Run:
    """Accuracy against examples and size (Figure 1.2), and where examples have to teach more."""
    world, family = World(seed=0), [records.model(name) for name in FAMILY_V2]
    ends = (min(KS), max(KS))
    limits = by_shots(family[-1:], world, ends, QUESTIONS, seed, LIMITS)
    return {
        "scores": by_shots(family, world, KS, QUESTIONS, seed),
        "limits": limits[LARGEST],
    }


def new_task(seed: int) -> Run:
    """Sorting with unseen assignments, and with labels spelled as no word in training."""
    return new_task_of(records.model(MODEL), seed)


def new_task_of(lm: LanguageModel, seed: int) -> Run:
    world, most = World(seed=0), max(KS)
    return {
        "without": sorted_by_new_labels(lm, world, (0,), ASKED_WITHOUT, seed)[0],
        "with_twelve": sorted_by_new_labels(lm, world, (most,), ASKED, seed)[most],
        "unseen_labels": sorted_by_new_labels(lm, world, (most,), ASKED, seed, new_names=True)[
            most
        ],
    }


def orders(seed: int) -> Run:
    """What the choice and order of two examples does to sorting, raw and calibrated."""
    return orders_of(records.model(MODEL), seed)


def orders_of(lm: LanguageModel, seed: int) -> Run:
    effects = order_effects(lm, World(seed=0), SHOWN, LISTS, ORDERS, seed)
    raw, calibrated = mean_variances(effects)
    return {
        "raw": raw,
        "calibrated": calibrated,
        "accuracy": {
            "raw": fmean(share for effect in effects for share in effect.raw),
            "calibrated": fmean(share for effect in effects for share in effect.calibrated),
        },
        "balance": by_balance(effects),
    }


def order_alone(seed: int) -> Run:
    """The same examples in several orders: do the answers change?"""
    lm, world = records.model(MODEL), World(seed=0)
    tasks = {}
    for task in ("sorting", "sorting/three-groups", "sorting/new-groups"):
        found = by_order(lm, world, task, REORDERED, ORDERS, QUESTIONS, seed)
        tasks[task] = {"changed": found.changed, "accuracy": spread(found.accuracy)}
    return {"tasks": tasks}


def direction(seed: int) -> Run:
    """Translation into English and out of it, without a mistake: on the way, and at the end."""
    return direction_of([records.model(name) for name in TRANSLATED], seed)


def direction_of(models: list[LanguageModel], seed: int) -> Run:
    world = World(seed=0)
    return {"ways": {lm.name: translated_both_ways(lm, world, SENTENCES, seed) for lm in models}}


def bias() -> Run:
    """The occupations, as planted, as counted in training documents, and as the models have them.

    The documents are those on which the family was trained.
    """
    jobs, models = list(JOBS), [records.model(MODEL), records.model(LARGEST)]
    documents = World(seed=0).documents("train", READ, kinds=["general"])
    counted = occupations.counted(documents, jobs)
    return {
        "planted": dict(JOBS),
        "counted": {job: each.share for job, each in counted.items()},
        "probed": {lm.name: occupations.probe(lm, jobs) for lm in models},
        "other openings": {lm.name: occupations.probe(lm, jobs, occupations.NEW) for lm in models},
    }


def other_seeds(folder: Path) -> Run:
    """mini-m-v2 trained again from another seed: its claims.

    folder: a checkpoint made by ``gptedu train mini-m-v2 --seed N --out FOLDER``.
    """
    lm = gptedu.load(MODEL, folder=folder, expect=LanguageModel)
    tasks = [new_task_of(lm, seed) for seed in SEEDS]
    drawn = [orders_of(lm, seed) for seed in SEEDS]
    step = claims.ON_ITS_WAY.partition("@")[2]
    copy = gptedu.load(
        claims.ON_ITS_WAY, folder=folder / f"step-{int(step):06d}", expect=LanguageModel
    )
    ways = [direction_of([copy], seed) for seed in SEEDS]
    return {
        "model": records.origin(lm),
        "claims": {
            claims.new_task.id: spread([claims.new_task.of(run) for run in tasks]),
            claims.calibration.id: spread([claims.calibration.of(run) for run in drawn]),
            claims.direction.id: spread([claims.direction.of(run) for run in ways]),
        },
    }


def real() -> Run:
    """The real sentences and the occupations put to a real model."""
    lm, jobs = gptedu.load(REAL, expect=LanguageModel), list(JOBS)
    probed = {
        "she, he": occupations.probe(lm, jobs),
        "woman, man": occupations.probe(lm, jobs, occupations.PAPER, occupations.PAPER_WORDS),
    }
    return {
        **web_questions.ask(lm),
        "occupations": probed,
        "leans_male": {words: occupations.leans_male(row) for words, row in probed.items()},
    }


EXPERIMENTS = {
    "shots": Experiment(shots, FAMILY_V2, {"questions": QUESTIONS, "examples": KS}),
    "new-task": Experiment(
        new_task, (MODEL,), {"questions": ASKED, "questions without examples": ASKED_WITHOUT}
    ),
    "orders": Experiment(
        orders, (MODEL,), {"lists": LISTS, "orders of each": ORDERS, "examples": SHOWN}
    ),
    "order-alone": Experiment(
        order_alone, (MODEL,), {"questions": QUESTIONS, "orders": ORDERS, "examples": REORDERED}
    ),
    "direction": Experiment(direction, TRANSLATED, {"sentences": SENTENCES, "examples": 2}),
    "bias": Experiment(bias, (MODEL, LARGEST), {"documents": READ}, "nothing"),
    "other-seeds": Experiment(
        other_seeds,
        settings={"questions": ASKED, "sentences": SENTENCES, "draws": len(SEEDS)},
        over="folders",
    ),
    "real": Experiment(real, (REAL,), over="nothing"),
}
