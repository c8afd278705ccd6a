"""Chapter 5's experiments: `gptedu measure reasoning [NAME ...]` records them.

What is measured of a model stands in a function that takes the model; which models it is measured
of is said by name below. `PILOTS` measures the same on the validation split, of any model, such as
one that is still being trained.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import gptedu
from gptedu import records
from gptedu.chapters.reasoning import claims
from gptedu.chapters.reasoning.word_problems import BRIDGE, EXAMPLES, WORD_PROBLEMS
from gptedu.get import SMOLLM2
from gptedu.language_model import LanguageModel
from gptedu.reasoning import UNSURE, accuracy, problems
from gptedu.reasoning.answers import read_answer
from gptedu.reasoning.examples import worked_examples
from gptedu.reasoning.self_training import taught
from gptedu.reasoning.self_training.labels import RULES
from gptedu.reasoning.self_training.recipes import WATCHED, pages_of
from gptedu.reasoning.self_training.rounds import (
    USUAL,
    Round,
    SelfTraining,
    measure,
    one_round,
    paths_of,
    rounds,
)
from gptedu.records import SEEDS, Experiment, Run, spread
from gptedu.world.problems.problem import ANSWER, THINK
from gptedu.zoo import FAMILY_V2

SPLIT = "test"
MODEL, LARGEST = "mini-m-v2", FAMILY_V2[-1]
COUNT, PATHS, TEMPERATURE = 200, 16, 0.7
STEPS = (1, 2, 3, 4, 5, 6)
LENGTHS = (3, 4, 5)
"""Steps of the sums that are voted on, mixed alike. Of sums of two steps there are too few: three
draws would be nearly one."""
LONGER = (6, 7)
"""Steps of sums that are longer than those of self-training; the web works sums of up to six."""
MANNERS = ("direct", "begun", "worked", "dots", "after", "phrase", "wrong phrase")
ONE_FORMAT = "one format"
ARMS = (*RULES, ONE_FORMAT)
"""What is learned from: labels by each rule, and the majority's written in one format."""


def steps_of(lm: LanguageModel, seed: int, split: str, count: int) -> dict[str, dict[int, float]]:
    """Sums by their number of steps, after an example: manner -> steps -> share right."""
    examples = worked_examples(seed=seed)
    found: dict[str, dict[int, float]] = {"direct": {}, "worked": {}}
    for length in STEPS:
        # Sums of one step are in training entirely.
        asked = problems.draw(
            "sums", length, min(count, 60) if length < 3 else count,
            split="train" if length == 1 else split, seed=seed,
        )  # fmt: skip
        for manner, by_steps in found.items():
            by_steps[length] = accuracy.ask(lm, asked, manner, examples).accuracy
    return found


def manners_of(lm: LanguageModel, seed: int, split: str, count: int) -> dict[str, float]:
    """Sums of three to five steps: manner -> share right."""
    asked = problems.mixed(LENGTHS, count, split=split, seed=seed)
    examples = worked_examples(seed=seed)
    return {each: accuracy.ask(lm, asked, each, examples).accuracy for each in MANNERS}


def vote_of(lm: LanguageModel, seed: int, split: str, count: int) -> Run:
    """Greedy, one path and votes, on sums of three to five steps (see `accuracy.voting`)."""
    asked = problems.mixed(LENGTHS, count, split=split, seed=seed)
    return accuracy.voting(lm, asked, PATHS, temperature=TEMPERATURE, seed=seed)


def one_way_of(lm: LanguageModel, seed: int, split: str, count: int) -> Run:
    """As `vote_of`, of a copy that works in one way."""
    return vote_of(taught.one_way(lm, seed), seed, split, count)


def improvement_of(
    lm: LanguageModel,
    seed: int,
    split: str,
    count: int,
    how: SelfTraining = USUAL,
    arms: Sequence[str] = ARMS,
) -> Run:
    """One round from each kind of label, each from a copy of the same model and the same paths."""
    test = problems.mixed(LENGTHS, count, split=split, seed=seed)
    longer = problems.mixed(LONGER, count // 2, split=split, seed=seed)
    before, old_pages = measure(lm, test, seed=seed), pages_of(lm)
    paths = paths_of(how, lm, seed=seed)
    made: dict[str, Round] = {}
    of_longer = {"base": accuracy.ask(lm, longer, "phrase").accuracy}
    for name in arms:
        learner = replace(lm, model=copy.deepcopy(lm.model))
        one = name == ONE_FORMAT
        made[name] = one_round(
            learner,
            replace(how, formats=("phrase",)) if one else replace(how, rule=name),
            test,
            seed=seed,
            before=before,
            paths=paths,
            pretraining=old_pages,
            progress=False,
            # Each arm reads as many rows as the first, so that none is only trained for longer.
            rows=next(iter(made.values())).rows if made else None,
        )
        of_longer[name] = accuracy.ask(learner, longer, "phrase").accuracy
    return {
        "before": before["greedy"],
        "after": {name: each.after["greedy"] for name, each in made.items()},
        "measured": {name: each.after for name, each in made.items()} | {"base": before},
        "longer": of_longer,
        "label_right": {name: each.label_right for name, each in made.items()},
        "by_luck": {name: each.by_luck for name, each in made.items()},
        "rows": {name: each.rows for name, each in made.items()},
    }


def rounds_of(
    lm: LanguageModel, seed: int, split: str, count: int, how: SelfTraining = USUAL
) -> Run:
    """Rounds until one gains nothing on problems of the validation split.

    greedy, measured: on other problems, before the first round and after each. kept: how many
    rounds gained something, where it was decided.
    """
    watched = problems.mixed(LENGTHS, WATCHED, split="validation", seed=WATCHED + seed)
    test = problems.mixed(LENGTHS, count, split=split, seed=seed)
    learner = replace(lm, model=copy.deepcopy(lm.model))
    made, measured = [], [measure(learner, test, seed=seed)]
    for each in rounds(learner, how, watched, seed=seed, pretraining=pages_of(lm), progress=False):
        made.append(each)
        measured.append(measure(learner, test, seed=seed))
    return {
        "greedy": [each["greedy"] for each in measured],
        "measured": measured,
        "kept": sum(each.kept for each in made),
        "rounds": [{k: v for k, v in asdict(each).items() if k != "losses"} for each in made],
    }


def real_of(lm: LanguageModel) -> dict[str, float]:
    """A real chat model on word problems of our own: manner -> share right.

    direct, worked: after four examples, with their answers alone or with their steps. begun,
    phrase: without examples.
    """
    asked = {
        "direct": [(question, f" {answer}") for question, _, answer in EXAMPLES],
        "worked": [
            (question, f" {steps} {ANSWER} {answer}") for question, steps, answer in EXAMPLES
        ],
        "begun": [],
        "phrase": [],
    }
    begins = {"begun": f" {ANSWER}", "phrase": f" {THINK}"}
    found = {}
    for manner, examples in asked.items():
        shown = "".join(f"Question: {told}\nAnswer:{said}\n\n" for told, said in examples)
        begin = begins.get(manner, "")
        at_once = manner in ("direct", "begun")
        rights = []
        for question, answer in WORD_PROBLEMS:
            prompt = f"{shown}Question: {question}\nAnswer:{begin}"
            # At once: what is on this line. Steps may take several, up to the next question.
            said = lm.generate(
                prompt, max_tokens=8 if at_once else 120, stop="\n" if at_once else "\nQ"
            )
            rights.append(read_answer(begin + said) == str(answer))
        found[manner] = fmean(rights)
    return found


def steps(seed: int) -> Run:
    """See `steps_of`, for every size."""
    return {
        "accuracy": {name: steps_of(records.model(name), seed, SPLIT, COUNT) for name in FAMILY_V2}
    }


def manners(seed: int) -> Run:
    """See `manners_of`."""
    return {"accuracy": manners_of(records.model(LARGEST), seed, SPLIT, COUNT)}


def vote(seed: int) -> Run:
    """See `vote_of`."""
    return vote_of(records.model(MODEL), seed, SPLIT, COUNT)


def one_way(seed: int) -> Run:
    """See `one_way_of`."""
    return one_way_of(records.model(MODEL), seed, SPLIT, COUNT)


def self_improvement(seed: int) -> Run:
    """See `improvement_of`."""
    return improvement_of(records.model(UNSURE), seed, SPLIT, COUNT)


def certain(seed: int) -> Run:
    """See `improvement_of`: a round of a model that is certain of its mistakes."""
    return improvement_of(records.model(MODEL), seed, SPLIT, COUNT, arms=("majority",))


def several_rounds(seed: int) -> Run:
    """See `rounds_of`."""
    return rounds_of(records.model(UNSURE), seed, SPLIT, COUNT)


def other_seeds(folder: Path) -> Run:
    """mini-m-v2 trained again from another seed: its votes, those of a copy that works in one way,
    and what it gains by itself when it is made unsure.

    folder: a checkpoint made by ``gptedu train mini-m-v2 --seed N --out FOLDER``.
    """
    lm = gptedu.load(MODEL, folder=folder, expect=LanguageModel)
    arms = ("majority", "random path")
    runs = {
        (claims.vote, claims.more_paths, claims.confidence, claims.monotone, claims.by_luck): [
            vote_of(lm, seed, SPLIT, COUNT) for seed in SEEDS
        ],
        (claims.one_way,): [one_way_of(lm, seed, SPLIT, COUNT) for seed in SEEDS],
        (claims.gain, claims.longer, claims.random_path): [
            improvement_of(taught.unsure(lm, seed), seed, SPLIT, COUNT, arms=arms) for seed in SEEDS
        ],
    }
    measured = {claim: own for of_these, own in runs.items() for claim in of_these}
    return {
        "model": records.origin(lm),
        "claims": {
            claim.id: spread([claim.of(run) for run in own]) for claim, own in measured.items()
        },
    }


def real() -> Run:
    """See `real_of`; and what the model writes to the bridge at night."""
    lm = records.model(SMOLLM2)
    bridge = lm.generate(f"Question: {BRIDGE}\nAnswer: {THINK}", max_tokens=120, stop="\nQ")
    return {"accuracy": real_of(lm), "bridge": bridge}


_ASKED: dict[str, Any] = {"count": COUNT, "split": SPLIT}
_VOTED = {**_ASKED, "paths": PATHS, "temperature": TEMPERATURE, "lengths": LENGTHS}
_IMPROVED = {**_ASKED, "lengths": LENGTHS, "how": asdict(USUAL)}
EXPERIMENTS = {
    "steps": Experiment(steps, FAMILY_V2, {**_ASKED, "steps": STEPS}),
    "manners": Experiment(manners, (LARGEST,), {**_ASKED, "manners": MANNERS}),
    "vote": Experiment(vote, (MODEL,), _VOTED),
    "one-way": Experiment(one_way, (MODEL,), {**_VOTED, "taught": taught.TAUGHT}),
    "self-improvement": Experiment(
        self_improvement, (UNSURE,), {**_IMPROVED, "longer": LONGER, "arms": ARMS}
    ),
    "certain": Experiment(certain, (MODEL,), _IMPROVED),
    "rounds": Experiment(several_rounds, (UNSURE,), {**_IMPROVED, "watched": WATCHED}),
    "other-seeds": Experiment(other_seeds, settings=_VOTED, over="folders"),
    "real": Experiment(
        real, (SMOLLM2,), {"problems": len(WORD_PROBLEMS), "examples": len(EXAMPLES)}, "nothing"
    ),
}
PILOTS = {
    "steps": steps_of,
    "manners": manners_of,
    "vote": vote_of,
    "one-way": one_way_of,
    "self-improvement": improvement_of,
    "rounds": rounds_of,
}
"""Name -> (model, seed, split, count) -> what is measured: for pilots, on the validation split."""
