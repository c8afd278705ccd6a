"""Chapter 3's experiments on induction heads; its main also measures sizes and mixtures.

``python -m gptedu.chapters.gpt3.experiments.induction`` sets the keys "induction", "sizes" and
"mix" of assets/records/gpt3.json; name some to measure only those. ``--other-seeds`` takes folders
of mini-m trained again, with their copies along the way.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import torch

from gptedu import records
from gptedu.chapters.gpt3.experiments.few_shot import RECORD
from gptedu.chapters.gpt3.experiments.mix import measure_mix, measure_sizes
from gptedu.interpret.heads_off import Head, ablation, one_by_one, random_heads, without_heads
from gptedu.interpret.induction import (
    along_training,
    copying_accuracy,
    in_context_gain,
    induction_heads,
    induction_scores,
    jump,
    plain_tokens,
    previous_token_scores,
    text_gain,
    text_induction_scores,
)
from gptedu.records import SEEDS, origin, spread

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import Question, World

MODEL, FAMILY = "mini-m", ("mini-xs", "mini-s", "mini-m", "mini-l")
TASKS = {"sorting": (12, "choice"), "two-readings/opposite": (4, "exact")}
"""The tasks on which heads are switched off: examples in the prompt, and how answers are judged."""
DRAWS = 10
OWN_TEXTS = {
    "words": "copper lemon tiger castle drum violet hammer island pepper mirror candle falcon",
    "sentence": "The gardener opened the gate and carried two baskets of plums to the market.",
    "paragraph": "We left the village before noon. The road was wet, and the old horse was slow. "
    "At the bridge a boy sold us bread and cheese, and we sat down in the grass to eat.",
}
"""Texts that no document holds, each said twice to see what the heads named do there."""


def lost(full: float, off: float, zero: float) -> float:
    """The share of what examples gain that is gone: 0 nothing, 1 as without examples."""
    if full <= zero:
        raise ValueError(
            f"{full} with examples and {zero} without: there is no gain that could be lost"
        )
    return (full - off) / (full - zero)


def switched_off(
    lm: LanguageModel,
    questions: Sequence[Question],
    k: int,
    metric: str,
    heads: Sequence[Head],
    draws: int = DRAWS,
) -> dict[str, Any]:
    """Accuracy, 0 to 1, with k examples: whole, without `heads`, without random sets as large.

    "lost" is the share of the few-shot gain that is gone without the heads, "lost at random" the
    same for each random set.
    """
    full = ablation(lm, questions, k, (), metric)
    zero = ablation(lm, questions, 0, (), metric)
    off = ablation(lm, questions, k, heads, metric)
    sets = [
        random_heads(lm, len(heads), heads, torch.Generator().manual_seed(draw))
        for draw in range(draws)
    ]
    others = [ablation(lm, questions, k, each, metric) for each in sets]
    return {
        "k": k,
        "without examples": zero,
        "all heads": full,
        "off": off,
        "lost": lost(full, off, zero),
        "random sets": sets,
        "random off": others,
        "lost at random": [lost(full, other, zero) for other in others],
    }


def own_texts(lm: LanguageModel, heads: Sequence[Head]) -> dict[str, dict[str, float]]:
    """The induction score of `heads` and of the others on `OWN_TEXTS`, and what the text gains."""
    found = {}
    for name, text in OWN_TEXTS.items():
        scores = text_induction_scores(lm, text)
        named = torch.zeros_like(scores, dtype=torch.bool)
        for head in heads:
            named[head] = True
        found[name] = {
            "named": float(scores[named].mean()),
            "highest of the others": float(scores[~named].max()),
            "others": float(scores[~named].mean()),
            "gain": text_gain(lm, text),
        }
    return found


def measure_model(
    copies: Iterator[LanguageModel], lm: LanguageModel, world: World, count: int
) -> dict[str, Any]:
    """One training run: its copies, the jump, its heads, and what is left without them."""
    scores = induction_scores(lm, _seeded(0))
    heads = induction_heads(scores)
    asked = {
        seed: {task: world.questions(task, "test", count, seed=seed) for task in TASKS}
        for seed in SEEDS
    }
    points = along_training([*copies, lm], asked[0]["sorting"])
    before, after = jump(points)
    whole, without = lm, without_heads(lm, heads)
    previous = previous_token_scores(lm, _seeded(0))
    partner = divmod(int(previous.argmax()), previous.shape[1])
    found: dict[str, Any] = {
        "model": origin(lm),
        "along": [asdict(point) for point in points],
        "jump": {
            "tokens": [before.tokens, after.tokens],
            "induction": [before.induction, after.induction],
            "gain": [before.gain, after.gain],
            "sorting": [before.accuracy, after.accuracy],
        },
        "scores": scores.tolist(),
        "previous": previous.tolist(),
        "heads": heads,
        "repeated words": {
            "gain": in_context_gain(whole, _seeded(1)),
            "gain, off": in_context_gain(without, _seeded(1)),
            "copied": copying_accuracy(whole, _seeded(1)),
            "copied, off": copying_accuracy(without, _seeded(1)),
            "highest score on any tokens": float(
                induction_scores(lm, _seeded(0), pool=plain_tokens(lm.tokenizer)).max()
            ),
        },
        "own texts": own_texts(lm, heads),
        "off": {
            task: [switched_off(lm, asked[seed][task], k, metric, heads) for seed in SEEDS]
            for task, (k, metric) in TASKS.items()
        },
        "one by one": one_by_one(lm, asked[0]["sorting"], 12, heads, "choice"),
        # The circuit's other half: it tells each token what stands before it.
        "previous-token head": {
            "head": partner,
            "off": ablation(lm, asked[0]["sorting"], 12, [partner], "choice"),
        },
    }
    runs = found["off"]["sorting"]
    found["claims"] = {
        "rise of sorting at the jump": 100 * (after.accuracy - before.accuracy),
        "lost": spread([run["lost"] for run in runs]),
        "lost at random": spread([mean(run["lost at random"]) for run in runs]),
    }
    return found


def one_size(lm: LanguageModel, world: World, count: int) -> dict[str, Any]:
    """A model's induction heads, what it copies, and sorting without them, where it has any."""
    scores = induction_scores(lm, _seeded(0))
    heads = induction_heads(scores)
    found: dict[str, Any] = {
        "induction": float(scores.max()),
        "heads": heads,
        "gain": in_context_gain(lm, _seeded(1)),
        "copied": copying_accuracy(lm, _seeded(1)),
    }
    if heads:
        asked = world.questions("sorting", "test", count, seed=0)
        found["sorting"] = switched_off(lm, asked, *TASKS["sorting"], heads, draws=3)
        found["one by one"] = one_by_one(lm, asked, 12, heads, "choice")
    return found


def measure_induction(count: int, folders: Sequence[Path] = ()) -> dict[str, Any]:
    """The family's mini-m, other training seeds of it, and the heads of every size."""
    import gptedu
    from gptedu.world import World
    from gptedu.zoo import steps

    world = World(seed=0)
    copies = (gptedu.load(f"{MODEL}@{step}") for step in steps(MODEL))
    found = {"count": count, **measure_model(copies, gptedu.load(MODEL), world, count)}
    found["by size"] = {name: one_size(gptedu.load(name), world, count) for name in FAMILY}
    found["other seeds"] = {}
    for folder in folders:
        lm = gptedu.load(MODEL, folder=folder)
        along = (
            gptedu.load(f"{MODEL}@{int(copy.name.removeprefix('step-'))}", folder=copy)
            for copy in sorted(folder.glob("step-*"))
        )
        found["other seeds"][str(lm.card["seed"])] = measure_model(along, lm, world, count)
    return found


def _seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is named and write it into the record."""
    parser = argparse.ArgumentParser(
        prog="python -m gptedu.chapters.gpt3.experiments.induction", description=__doc__
    )
    parser.add_argument("--count", type=int, default=100, help="questions of a task in a draw")
    records.take_other_seeds(parser)

    def run(name: str, asked: argparse.Namespace) -> records.Keys:
        if name != "induction":
            return {name: measure_sizes() if name == "sizes" else measure_mix()}
        found = measure_induction(asked.count, asked.other_seeds)
        if not asked.other_seeds and asked.out.exists():  # keeps the figures that it had
            old = records.read(asked.out).get(name, {})
            found["other seeds"] = old.get("other seeds", {})
        return {name: found}

    records.record_named(parser, ("induction", "sizes", "mix"), run, RECORD, arguments)


if __name__ == "__main__":
    main()
