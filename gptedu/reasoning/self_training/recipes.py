"""The models of self-improvement, and how each is made: `gptedu train mini-m-lmsi`.

mini-m-v2 -> mini-m-unsure (sums of people in doubt) -> mini-m-lmsi (rounds, without a label)
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from gptedu import checks
from gptedu.language_model import LanguageModel
from gptedu.model.text_model import TextModel, of_kind
from gptedu.reasoning import MODELS, UNSURE, problems
from gptedu.reasoning.self_training.rounds import (
    PTX_WINDOWS,
    USUAL,
    Round,
    SelfTraining,
    rounds,
)
from gptedu.reasoning.self_training.taught import HOW, TAUGHT, WRONG, unsure
from gptedu.rlhf.pretraining import Pretraining, pretraining_text
from gptedu.training.checkpoint import STATE, load_state, save_state
from gptedu.training.command import model_before, save_stage, state_folder, target_folder
from gptedu.world import VERSION

BASE = "mini-m-v2"
WATCHED = 400
"""Problems of the validation split, on which it is decided whether to go on."""


def train_reasoning(
    name: str,
    *,
    out: str | Path | None = None,
    seed: int = 0,
    how: SelfTraining = USUAL,
    progress: bool = True,
    load: Callable[..., TextModel],
) -> Path:
    """Makes mini-m-unsure from mini-m-v2, or mini-m-lmsi from that; returns the folder written.

    load: `gptedu.load`, which stands above this part. out: a folder for the result; the model
    before it is then looked for in the folder beside it first. By default the shipped files are
    replaced, which another seed may not do. Rounds that are stopped go on with the one that they
    were in.

    Raises ValueError for an unknown name, and for a base of the first mixture, where sums are
    worked in one way; FileNotFoundError where the model before it has not been made.
    """
    checks.one_of("name", name, MODELS)
    seed, began = checks.seed("seed", seed), time.perf_counter()
    target = target_folder(name, out, "another seed" if seed else "")
    before = BASE if name == UNSURE else UNSURE
    lm = of_kind(model_before(before, target, load), LanguageModel)
    mixture = mixture_of(lm)
    if mixture == "first":
        raise ValueError(
            f"this {before} has read the first mixture, where sums are worked in one way and a "
            f"vote corrects nothing: make one with `gptedu train {before} --out "
            f"{target.parent / before}`"
        )
    card: dict[str, Any] = {
        "name": name,
        "kind": "gpt",
        "command": f"gptedu train {name}" + (f" --seed {seed}" if seed else ""),
        "seed": seed,
        "made_from": {before: lm.card.get("sha256")},
        "mixture": mixture,
        "world": VERSION,
    }
    if name == UNSURE:
        lm = unsure(lm, seed, progress=progress)
        card["stage"] = {"taught": TAUGHT, "wrong": WRONG, "how": dataclasses.asdict(HOW)}
        return save_stage(target, lm, card, {"rounds": []}, began)
    card["stage"] = dataclasses.asdict(how)
    state = state_folder(name, card) / STATE
    made, seconds = _rounds(lm, how, seed, state, progress, pages_of(lm))
    card |= {"seconds": seconds, "rounds": sum(each.kept for each in made)}
    save_stage(target, lm, card, {"rounds": [dataclasses.asdict(each) for each in made]}, began)
    state.unlink(missing_ok=True)
    return target


def pages_of(lm: LanguageModel) -> Pretraining:
    """Old pages of the web that a model has read."""
    context = lm.model.config.context
    return pretraining_text(lm.tokenizer, context, PTX_WINDOWS, mixture=mixture_of(lm))


def mixture_of(lm: LanguageModel) -> str:
    """Which web a model has read, by its card: "first" where that is not said."""
    read = lm.card.get("recipe", {}).get("data", {}).get("mixture", "first")
    return lm.card.get("mixture", read)


def _rounds(
    lm: LanguageModel,
    how: SelfTraining,
    seed: int,
    state: Path,
    progress: bool,
    pretraining: Pretraining,
) -> tuple[list[Round], float]:
    """(all rounds, the seconds that they took in all sessions); the weights and what was measured
    are kept after each. A round that was stopped is made again, and its seconds do not count.
    """
    began = time.perf_counter()
    test = problems.mixed(how.lengths, WATCHED, kind=how.kind, split="validation", seed=seed)
    made: list[Round] = []
    seconds = 0.0
    best: dict[str, torch.Tensor] = {k: v.clone() for k, v in lm.model.state_dict().items()}
    if state.is_file():
        saved = load_state(state)
        lm.model.load_state_dict(saved["model"])
        best = saved["best"]
        made = [Round(**each) for each in saved["rounds"]]
        seconds = saved.get("seconds", 0.0)
    if made and not made[-1].kept:
        lm.model.load_state_dict(best)
        return made, seconds
    earlier = seconds
    left = rounds(
        lm,
        how,
        test,
        seed=seed,
        first=len(made) + 1,
        before=made[-1].after if made else None,
        pretraining=pretraining,
        progress=progress,
    )
    for each in left:
        made.append(each)
        if each.kept:  # the last round may lose: the one before it ships
            best = {k: v.clone() for k, v in lm.model.state_dict().items()}
        seconds = earlier + time.perf_counter() - began
        kept = {"rounds": [dataclasses.asdict(one) for one in made], "seconds": seconds}
        save_state(state, {"model": lm.model.state_dict(), "best": best, **kept})
    lm.model.load_state_dict(best)
    return made, seconds
