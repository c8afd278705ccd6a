"""The family of the other chapters as runs of another text, the miniature web.

Its four models have read the same tokens, so through their losses goes the law of size alone, at
these tokens: L(N) at a fixed D. It says nothing of the best size for a budget. Since tokens are
equal, compute grows as size does, but for attention.

The copies along mini-m's training look like runs of less compute. They are none: the learning rate
was still high, and a run of so many tokens would have ended lower.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from gptedu import records
from gptedu.evaluate.likelihood import perplexity
from gptedu.model import GPTConfig, count_parameters
from gptedu.records import Run
from gptedu.scaling.flops import training_flops
from gptedu.scaling.laws import PowerLaw, fit_power_law, through_three
from gptedu.text import Tokenizer
from gptedu.world import World
from gptedu.zoo import FAMILY_V2

COPIES = tuple(f"mini-m-v2@{step}" for step in (2930, 5859, 11719))
"""From 6M tokens on: what is read before is another text for the most part, the lead."""
TOKENS = 131_072
"""Held-out tokens on which all are measured, the same for all."""
FEWER = TOKENS // 4
"""Of other held-out pages, which say how far the miss of a law depends on the choice of pages."""


def pages(tokenizer: Tokenizer, tokens: int = TOKENS, seed: int = 0) -> list[str]:
    """The first held-out documents of the web that have at least so many tokens together.

    seed: draws other documents.
    """
    found, read = [], 0
    for document in World().documents("validation", seed=seed, mixture="second"):
        found.append(document.text)
        read += len(tokenizer.encode(document.text))
        if read >= tokens:
            break
    return found


def measured(name: str, documents: Sequence[str]) -> Run:
    """A model as a run: its parameters, the tokens it has read, FLOPs, and its loss in nats."""
    lm = records.model(name)
    config, tokens = lm.model.config, int(lm.card["tokens"])
    assert isinstance(config, GPTConfig)
    return {
        "parameters": count_parameters(config),
        "tokens": tokens,
        "flops": training_flops(config, tokens),
        "loss": math.log(perplexity(lm, documents)),
    }


def web() -> Run:
    """The largest model's loss by the law through the smaller ones, and by mini-m's copies.

    "by": how the law was made -> (prediction of the loss, per cent by which it is off): through the
    three smaller models over compute, over parameters, and without a floor; and by the copies, of
    mini-l and of mini-m itself. "other pages": by how many per cent the first of these laws is off
    on three other choices of pages.
    """
    tokenizer = records.model(FAMILY_V2[0]).tokenizer
    documents = pages(tokenizer)
    runs = {name: measured(name, documents) for name in (*FAMILY_V2, *COPIES)}
    others = [
        {name: measured(name, pages(tokenizer, FEWER, seed)) for name in FAMILY_V2}
        for seed in (1, 2, 3)
    ]
    return laws(runs) | {
        "runs": runs,
        "documents": len(documents),
        "other pages": [_off(each) for each in others],
    }


def _by_compute(runs: dict[str, Run]) -> PowerLaw:
    """The law with a floor through the three smaller models."""
    small = [runs[name] for name in FAMILY_V2[:-1]]
    return through_three([run["flops"] for run in small], [run["loss"] for run in small])


def _off(runs: dict[str, Run]) -> float:
    """By how many per cent it misses the largest."""
    large = runs[FAMILY_V2[-1]]
    return 100 * (_by_compute(runs)(large["flops"]) / large["loss"] - 1)


def laws(runs: dict[str, Run]) -> Run:
    """What follows from the measured runs, without a model: see `web`."""
    *small, large = (runs[name] for name in FAMILY_V2)
    losses = [run["loss"] for run in small]
    flops, parameters = ([run[key] for run in small] for key in ("flops", "parameters"))
    law = _by_compute(runs)
    copies = [runs[name] for name in COPIES]
    medium = small[-1]
    along = through_three([run["flops"] for run in copies], [run["loss"] for run in copies])
    predictions = {
        "with a floor": (law(large["flops"]), large),
        "over parameters": (through_three(parameters, losses)(large["parameters"]), large),
        "without a floor": (fit_power_law(flops, losses, 0.0)(large["flops"]), large),
        "copies, of mini-l": (along(large["flops"]), large),
        "copies, of mini-m": (along(medium["flops"]), medium),
    }
    return {
        "predicted": law(large["flops"]),
        "measured": large["loss"],
        "floor": law.floor,
        "exponent": law.b,
        "copies": {"floor": along.floor, "exponent": along.b},
        "by": {
            how: (loss, 100 * (loss - run["loss"]) / run["loss"])
            for how, (loss, run) in predictions.items()
        },
    }
