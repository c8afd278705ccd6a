"""The models of the policy, and how each is made: `gptedu train mini-m-safety`.

mini-m-v2-sft -> mini-m-safety-sft (demonstrations) -> mini-m-safety (PPO on rules)
"""

from __future__ import annotations

import copy
import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gptedu import checks
from gptedu.language_model import LanguageModel
from gptedu.model.text_model import TextModel, of_kind
from gptedu.rlhf.labels.demonstrations import Demonstration, demonstrations
from gptedu.rlhf.labels.prompt_sets import prompt_sets
from gptedu.rlhf.ppo.run import PPORun
from gptedu.rlhf.sft.train import SFT, supervise
from gptedu.safety import MODELS
from gptedu.safety.demonstrating import (
    INFORMED,
    decisions,
    names_compared,
    policy_demonstrations,
)
from gptedu.safety.rewards import RequestIndex, SafetyReward
from gptedu.safety.tracked import PPO
from gptedu.training.command import model_before, save_stage, target_folder
from gptedu.training.tuning import set_rate
from gptedu.world.policy import Enquiry, draw_sixes

BASE = "mini-m-v2-sft"
BEGINNER, SAFE = MODELS
COMPARED = 30_000
"""Short rows in which two names are compared: the first practice."""
DECIDED, TEXTS, PROMPTED = 6_000, 6_000, 1_500
"""Texts with six requests each: for practice in what decides, for demonstrations, and for PPO."""
ORDINARY = 0.25
"""Share of demonstrations of chapter 4 (10,000 at most) that are read beside these rows."""
INVENTED = {"decided": 0.8, "texts": 0.6, "prompted": 0.8}
"""Share of these texts whose names and things are made up."""
HOW = SFT(epochs=1, learning_rate=2e-3)
STEPS = 160
LONG = dataclasses.replace(PPO, learning_rate=3e-4)
"""How PPO runs for so many steps: see `cooled`."""


def taught(
    lm: LanguageModel,
    demonstrations: Sequence[Demonstration],
    seed: int,
    how: SFT = HOW,
    progress: bool = False,
) -> LanguageModel:
    """A copy of a model that has learned from demonstrations; Ctrl-C raises `Stopped`."""
    learner = dataclasses.replace(lm, model=copy.deepcopy(lm.model))
    supervise(learner, demonstrations, how, seed=seed, progress=progress).or_stop()
    return learner


def with_ordinary(rows: Sequence[Demonstration], seed: int = 0) -> list[Demonstration]:
    """The same rows, and beside every four of them one ordinary demonstration of chapter 4's.

    Without these, in trials, a thing that no row of the policy has in it was hardly ever written:
    the model wrote one of those that it meets here.
    """
    ordinary = prompt_sets().sft[: round(ORDINARY * len(rows))]
    return [*rows, *demonstrations(ordinary, seed)]


def practised(
    lm: LanguageModel,
    seed: int = 0,
    decided: int = DECIDED,
    compared: int = COMPARED,
    progress: bool = False,
) -> LanguageModel:
    """A model that has practised what decides: whose it is, and whether that is who asks."""
    rows = with_ordinary(names_compared(compared, seed=seed), seed)
    able = taught(lm, rows, seed, dataclasses.replace(HOW, batch=32), progress)
    asked = draw_sixes(decided, seed=300 + seed, invented=INVENTED["decided"])
    return taught(able, with_ordinary(decisions(asked), seed), seed, progress=progress)


def beginner(
    able: LanguageModel,
    seed: int = 0,
    texts: int = TEXTS,
    progress: bool = False,
) -> LanguageModel:
    """A `practised` model that has learned from labelers, half of whom know the policy: where PPO
    begins."""
    asked = draw_sixes(texts, seed=100 + seed, invented=INVENTED["texts"])
    shown = policy_demonstrations(asked, seed=seed)
    return taught(able, with_ordinary(shown, seed), seed, progress=progress)


def prompted(seed: int = 0) -> list[Enquiry]:
    """The requests that PPO learns on."""
    return draw_sixes(PROMPTED, seed=200 + seed, invented=INVENTED["prompted"])


def trained(
    start: LanguageModel, seed: int = 0, steps: int = STEPS, progress: bool = False
) -> PPORun:
    """PPO on the table of rewards, with the classes by exact rules."""
    asked = prompted(seed)
    reward = SafetyReward(RequestIndex(asked))
    run = PPORun(start, reward, [each.prompt for each in asked], LONG, seed=seed)
    return cooled(run, steps, progress)


def cooled(run: PPORun, steps: int, progress: bool = False) -> PPORun:
    """So many steps, in which the learning rate falls to 0 in a straight line.

    With a rate that stays, in trials, the shares of one policy on one set of requests moved by five
    points from one look to the next.
    """
    rate = run.config.learning_rate
    run.run(
        steps,
        progress=progress,
        on_step=lambda row: set_rate(run.learner.optimiser, rate * (1 - row["step"] / steps)),
    )
    return run


def train_safety(
    name: str,
    *,
    out: str | Path | None = None,
    seed: int = 0,
    progress: bool = True,
    load: Callable[..., TextModel],
) -> Path:
    """Makes one of `MODELS` from the model before it, and returns the folder that was written.

    load: `gptedu.load`, which stands above this part. out: a folder for the result; the model
    before it is then looked for in the folder beside it first. By default the shipped files are
    replaced, which another seed may not do. Both take minutes: what is stopped starts over.

    Raises ValueError for an unknown name, and FileNotFoundError where the model before it has not
    been made.
    """
    checks.one_of("name", name, MODELS)
    seed = checks.seed("seed", seed)
    target = target_folder(name, out, "another seed" if seed else "")
    base = model_before(BASE if name == BEGINNER else BEGINNER, target, load)
    before, began = of_kind(base, LanguageModel), time.perf_counter()
    record: dict[str, Any]
    if name == BEGINNER:
        able = practised(before, seed, progress=progress)
        lm, record = beginner(able, seed, progress=progress), {}
        stage = {
            "compared": COMPARED,
            "decided": DECIDED,
            "texts": TEXTS,
            "invented": INVENTED,
            "informed": INFORMED,
            "how": dataclasses.asdict(HOW),
        }
    else:
        run = trained(before, seed, progress=progress)
        lm, record = run.policy, {"ppo": list(run.record)}
        stage = {
            "texts": PROMPTED,
            "invented": INVENTED["prompted"],
            "how": dataclasses.asdict(LONG),
            "steps": STEPS,
        }
    card = {
        "name": name,
        "command": f"gptedu train {name}" + (f" --seed {seed}" if seed else ""),
        "stage": stage,
        "seed": seed,
        "made_from": {before.name: before.card.get("sha256")},
    }
    return save_stage(target, lm, card, record, began)
