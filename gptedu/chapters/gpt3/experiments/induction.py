"""Induction heads: when they arrive, and what is lost without them.

`jump` and `heads_off` are what the chapter measures, over draws of questions. `induction` looks
closer, with more questions and more random sets, and at the whole family.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import torch

import gptedu
from gptedu import records
from gptedu.interpret.heads_off import (
    Head,
    ablation,
    lost,
    one_by_one,
    random_heads,
    without_heads,
)
from gptedu.interpret.induction import (
    along_training,
    copying_accuracy,
    in_context_gain,
    induction_heads,
    induction_scores,
    plain_tokens,
    previous_token_scores,
    text_gain,
    text_induction_scores,
)
from gptedu.interpret.induction import jump as jump_of
from gptedu.language_model import LanguageModel
from gptedu.records import SEEDS, Experiment, Run, origin, spread
from gptedu.sampling import seeded
from gptedu.world import World
from gptedu.zoo import FAMILY_V2, steps

if TYPE_CHECKING:
    from gptedu.world import Question

MODEL = "mini-m-v2"
EXAMPLES = 12
ALONG, OFF, SETS = 50, 60, 3  # questions at each copy, questions without heads, random sets
QUESTIONS, MORE_SETS = 100, 10  # where `induction` looks closer
TASKS = {"sorting": (EXAMPLES, "choice"), "two-readings/opposite": (4, "exact")}
"""The tasks on which heads are switched off: examples in the prompt, and how answers are judged."""
OWN_TEXTS = {
    "words": "copper lemon tiger castle drum violet hammer island pepper mirror candle falcon",
    "sentence": "The gardener opened the gate and carried two baskets of plums to the market.",
    "paragraph": "We left the village before noon. The road was wet, and the old horse was slow. "
    "At the bridge a boy sold us bread and cheese, and we sat down in the grass to eat.",
}
"""Texts that no document holds, each said twice to see what the heads named do there."""


def jump(seed: int) -> Run:
    """Between which copies the gain on repeated words rises most, and between which sorting."""
    copies = [*(records.model(f"{MODEL}@{step}") for step in steps(MODEL)), records.model(MODEL)]
    points = along_training(copies, World(seed=0).questions("sorting", "test", ALONG, seed=seed))
    ends, later = jump_of(points), jump_of(points, lambda point: point.accuracy)
    return {
        "tokens": [point.tokens for point in ends],
        "gains": [point.gain for point in ends],
        "sorting tokens": [point.tokens for point in later],
        "sorting": [point.accuracy for point in later],
    }


def heads_off(seed: int) -> Run:
    """Sorting with all heads, without the induction heads, and without as many others."""
    lm = records.model(MODEL)
    questions = World(seed=0).questions("sorting", "test", OFF, seed=seed)
    heads = induction_heads(induction_scores(lm, seeded(0)))
    others = random_heads(lm, len(heads), heads, seeded(0))

    def without(off: Sequence[Head]) -> float:
        return ablation(lm, questions, EXAMPLES, off, "choice")

    return {
        "heads": heads,
        "others": others,
        "whole": without([]),
        "off": without(heads),
        "control": without(others),
    }


def switched_off(
    lm: LanguageModel,
    questions: Sequence[Question],
    k: int,
    metric: str,
    heads: Sequence[Head],
    draws: int = MORE_SETS,
) -> dict[str, Any]:
    """Accuracy, 0 to 1, with k examples: whole, without `heads`, without random sets as large.

    "lost" is the share of the few-shot gain that is gone without the heads, "lost at random" the
    same for each random set.
    """
    full = ablation(lm, questions, k, (), metric)
    zero = ablation(lm, questions, 0, (), metric)
    off = ablation(lm, questions, k, heads, metric)
    sets = [random_heads(lm, len(heads), heads, seeded(draw)) for draw in range(draws)]
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
    by_text = {}
    for name, text in OWN_TEXTS.items():
        scores = text_induction_scores(lm, text)
        named = torch.zeros_like(scores, dtype=torch.bool)
        for head in heads:
            named[head] = True
        by_text[name] = {
            "named": float(scores[named].mean()),
            "highest of the others": float(scores[~named].max()),
            "others": float(scores[~named].mean()),
            "gain": text_gain(lm, text),
        }
    return by_text


def closer(copies: Iterable[LanguageModel], lm: LanguageModel) -> Run:
    """One training run: its copies, the jump, its heads, and what is left without them."""
    scores = induction_scores(lm, seeded(0))
    heads = induction_heads(scores)
    questions = {task: [_questions(task, seed) for seed in SEEDS] for task in TASKS}
    sorting = questions["sorting"][0]
    points = along_training([*copies, lm], sorting)
    before, after = jump_of(points)
    sorts = jump_of(points, lambda point: point.accuracy)
    without = without_heads(lm, heads)
    off = {
        task: [switched_off(lm, each, k, metric, heads) for each in questions[task]]
        for task, (k, metric) in TASKS.items()
    }
    previous = previous_token_scores(lm, seeded(0))
    partner = divmod(int(previous.argmax()), previous.shape[1])
    return {
        "model": origin(lm),
        "along": [asdict(point) for point in points],
        "jump": {
            "tokens": [before.tokens, after.tokens],
            "induction": [before.induction, after.induction],
            "gain": [before.gain, after.gain],
        },
        "sorting": {
            "tokens": [point.tokens for point in sorts],
            "right": [point.accuracy for point in sorts],
        },
        "scores": scores.tolist(),
        "previous": previous.tolist(),
        "heads": heads,
        "repeated words": {
            "gain": in_context_gain(lm, seeded(1)),
            "gain, off": in_context_gain(without, seeded(1)),
            "copied": copying_accuracy(lm, seeded(1)),
            "copied, off": copying_accuracy(without, seeded(1)),
            "highest score on any tokens": float(
                induction_scores(lm, seeded(0), pool=plain_tokens(lm.tokenizer)).max()
            ),
        },
        "own texts": own_texts(lm, heads),
        "off": off,
        "one by one": one_by_one(lm, sorting, EXAMPLES, heads, "choice"),
        # The circuit's other half: it tells each token what stands before it.
        "previous-token head": {
            "head": partner,
            "off": ablation(lm, sorting, EXAMPLES, [partner], "choice"),
        },
        "lost": spread([run["lost"] for run in off["sorting"]]),
        "lost at random": spread([fmean(run["lost at random"]) for run in off["sorting"]]),
    }


def one_size(lm: LanguageModel) -> Run:
    """A model's induction heads, what it copies, and sorting without them, where it has any."""
    scores = induction_scores(lm, seeded(0))
    heads = induction_heads(scores)
    size: Run = {
        "induction": float(scores.max()),
        "heads": heads,
        "gain": in_context_gain(lm, seeded(1)),
        "copied": copying_accuracy(lm, seeded(1)),
    }
    if heads:
        questions = _questions("sorting", 0)
        size["sorting"] = switched_off(lm, questions, *TASKS["sorting"], heads, draws=SETS)
        size["one by one"] = one_by_one(lm, questions, EXAMPLES, heads, "choice")
    return size


def induction() -> Run:
    """The family's mini-m-v2, and the heads of every size."""
    copies = (records.model(f"{MODEL}@{step}") for step in steps(MODEL))
    return {
        **closer(copies, records.model(MODEL)),
        "by size": {name: one_size(records.model(name)) for name in FAMILY_V2},
    }


def other_seeds(folder: Path) -> Run:
    """mini-m-v2 trained again from another seed, with its copies along the way."""
    copies = (
        gptedu.load(
            f"{MODEL}@{int(copy.name.removeprefix('step-'))}", folder=copy, expect=LanguageModel
        )
        for copy in sorted(folder.glob("step-*"))
    )
    return closer(copies, gptedu.load(MODEL, folder=folder, expect=LanguageModel))


def _questions(task: str, seed: int) -> list[Question]:
    return World(seed=0).questions(task, "test", QUESTIONS, seed=seed)


CLOSER = {"questions": QUESTIONS, "draws": len(SEEDS), "random sets": MORE_SETS}
EXPERIMENTS = {
    "jump": Experiment(jump, (MODEL,), {"questions": ALONG, "examples": EXAMPLES}),
    "heads-off": Experiment(heads_off, (MODEL,), {"questions": OFF, "examples": EXAMPLES}),
    "induction": Experiment(induction, FAMILY_V2, CLOSER, "nothing"),
    "induction-other-seeds": Experiment(other_seeds, settings=CLOSER, over="folders"),
}
