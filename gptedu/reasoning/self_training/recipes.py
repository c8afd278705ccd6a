"""The models of self-improvement, and how each is made: `gptedu train mini-m-lmsi`.

mini-m-v2 -> mini-m-unsure (sums of people in doubt) -> mini-m-lmsi (rounds, without a label)
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from gptedu import assets, checks
from gptedu.assets import write_whole
from gptedu.language_model import LanguageModel
from gptedu.model.text_model import TextModel
from gptedu.reasoning import LMSI, MODELS, UNSURE, problems
from gptedu.reasoning.self_training.rounds import (
    PTX_WINDOWS,
    USUAL,
    Round,
    SelfTraining,
    rounds,
)
from gptedu.reasoning.self_training.taught import HOW, TAUGHT, WRONG, unsure
from gptedu.rlhf.pretraining import Pretraining, pretraining_text
from gptedu.training.checkpoint import STATE, load_state, save_model, save_state
from gptedu.training.command import OTHER_FOLDER, TOKENIZER
from gptedu.training.data.web import cache_folder, writable
from gptedu.training.loop import RECORD
from gptedu.training.record import machine, source_commit
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
    seed = checks.seed("seed", seed)
    if out is None and seed:
        raise ValueError(
            f"a {name} of another seed is not the one that ships: give a folder for it with --out"
        )
    target = Path(out) if out else assets.root() / "checkpoints" / name
    before = BASE if name == UNSURE else UNSURE
    lm = _load(before, target.parent, load)
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
    writable(target.parent, instead=OTHER_FOLDER)
    if name == UNSURE:
        began = time.perf_counter()
        lm = unsure(lm, seed, progress=progress)
        made: list[Round] = []
        card |= {
            "stage": {"taught": TAUGHT, "wrong": WRONG, "how": dataclasses.asdict(HOW)},
            "seconds": time.perf_counter() - began,
        }
    else:
        card["stage"] = dataclasses.asdict(how)
        digest = hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()[:12]
        state = writable(writable(cache_folder()) / "runs" / f"{name}-{digest}") / STATE
        made, seconds = _rounds(lm, how, seed, state, progress, pages_of(lm))
        card |= {"seconds": seconds, "rounds": sum(each.kept for each in made)}
    card |= {
        "commit": source_commit(),
        "machine": machine(next(lm.model.parameters()).device),
        "model": lm.model.config.to_dict(),
    }
    save_model(target, lm.model, card)
    lm.tokenizer.save(target / TOKENIZER)
    record = {"rounds": [dataclasses.asdict(each) for each in made]}
    write_whole(target / RECORD, (json.dumps(record) + "\n").encode())
    if name == LMSI:
        state.unlink(missing_ok=True)
    return target


def pages_of(lm: LanguageModel) -> Pretraining:
    """Old pages of the web that a model has read."""
    context = lm.model.config.context
    return pretraining_text(lm.tokenizer, context, PTX_WINDOWS, mixture=mixture_of(lm))


def _load(name: str, beside: Path, load: Callable[..., TextModel]) -> LanguageModel:
    folder = beside / name
    if (folder / "card.json").is_file():
        return load(name, folder=folder, expect=LanguageModel)  # type: ignore[return-value]
    return load(name, expect=LanguageModel)  # type: ignore[return-value]


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
