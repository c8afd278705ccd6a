"""The mixture of GPT-3's corpus, with networks that are small enough to train nine of."""

from __future__ import annotations

from functools import cache
from typing import Any

from gptedu.chapters.gpt3.quality_mix import Corpora, corpora, mixes, train_mix
from gptedu.records import Experiment, Run
from gptedu.training.command import shipped_tokenizer
from gptedu.world import World

TOKENS = 400_000
PLENTY, SCARCE = (60_000, 540_000), (6_000, 54_000)
"""Tokens of good text and of the crawl. Alone, good text is read 7 times, or 67 where scarce."""


def mix(seed: int) -> Run:
    """The three mixtures with plenty of good text, and with a tenth of it.

    The crawl is nine times as large in both. Texts are the same for all seeds.
    """
    return {"plenty": every_mixture(PLENTY, seed), "scarce": every_mixture(SCARCE, seed)}


def every_mixture(sizes: tuple[int, int], seed: int) -> dict[str, dict[str, Any]]:
    """Mixture -> "loss" and "perplexity" on held-out good text, "seen" on its own, "epochs"."""
    texts = _texts(sizes)
    runs = {name: train_mix(name, texts, TOKENS, seed) for name in mixes(texts.sizes)}
    return {
        name: {
            "loss": run.loss,
            "perplexity": run.perplexity,
            "seen": run.seen,
            "epochs": run.epochs,
        }
        for name, run in runs.items()
    }


@cache
def _texts(sizes: tuple[int, int]) -> Corpora:
    good, crawl = sizes
    return corpora(World(seed=0), shipped_tokenizer(), good, crawl)


EXPERIMENTS = {
    "mix": Experiment(mix, settings={"tokens": TOKENS, "plenty": PLENTY, "scarce": SCARCE})
}
