"""What to read, with a budget: a corpus mixed by size or by quality (GPT-3, section 2.2).

Good text is scarce and a crawl is endless. Mixed by size, a small share of what is read is good;
mixed by quality, most of it is, though it is then read several times. Three short runs, equal but
for the mixture, are judged on good text that none has read.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from gptedu import records
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.training.data.batches import pack, validation_batches
from gptedu.training.data.mixture import MixedBatches, Source, by_size
from gptedu.training.loop import Step, evaluate, train
from gptedu.training.recipe import Recipe
from gptedu.world.crawl import crawl

if TYPE_CHECKING:
    from gptedu.text import Tokenizer
    from gptedu.world import World

QUALITY_SHARE = 0.6
"""The share of good text when mixed by quality: what Table 2.2 gives Common Crawl, turned round."""
LAYERS, WIDTH, HEADS, CONTEXT, BATCH = 2, 48, 3, 128, 8


@dataclass(frozen=True)
class Corpora:
    """Token ids, uint16: a little good text, a large crawl, and good text that is held out.

    vocabulary: how many tokens there are.
    """

    vocabulary: int
    good: np.ndarray
    crawl: np.ndarray
    held_out: np.ndarray

    @property
    def sizes(self) -> dict[str, float]:
        return {"good": len(self.good), "crawl": len(self.crawl)}


@dataclass(frozen=True)
class MixResult:
    """One run. loss: on held-out good text, nats per token. seen: on the good text it has read."""

    name: str
    sources: tuple[Source, ...]
    tokens: int
    seed: int
    loss: float
    seen: float
    seconds: float

    @property
    def perplexity(self) -> float:
        return math.exp(self.loss)

    @property
    def epochs(self) -> dict[str, float]:
        """How often each source was read."""
        return {source.name: source.epochs(self.tokens) for source in self.sources}


def corpora(
    world: World,
    tokenizer: Tokenizer,
    good: int = 6_000,
    bad: int = 54_000,
    held_out: int = 32_768,
    seed: int = 0,
) -> Corpora:
    """So many tokens of documents, of the crawl, and of the validation split's documents."""
    return Corpora(
        tokenizer.vocab_size,
        pack((d.text for d in world.documents("train", seed=seed)), tokenizer, good),
        pack((page.text for page in crawl(world, "train", seed=seed)), tokenizer, bad),
        pack((d.text for d in world.documents("validation", seed=seed)), tokenizer, held_out),
    )


def mixes(sizes: dict[str, float]) -> dict[str, tuple[Source, ...]]:
    """The three mixtures: name -> sources. sizes: tokens of "good" and "crawl"."""

    def shares(good: float) -> tuple[Source, ...]:
        return (
            Source("good", sizes["good"], good),
            Source("crawl", sizes["crawl"], 1 - good),
        )

    return {
        "by size": by_size(sizes),
        "by quality": shares(QUALITY_SHARE),
        "good only": shares(1.0),
    }


def recorded_losses(pages: str) -> dict[str, float]:
    """Mixture -> loss on held-out good text in nats a token, the mean of the recorded networks.

    pages: "plenty" of good pages, or "scarce", a tenth of them.
    """
    runs = [run[pages] for run in records.read("gpt3", "mix").results]
    return {name: fmean(run[name]["loss"] for run in runs) for name in runs[0]}


def recorded_epochs(pages: str) -> dict[str, float]:
    """Mixture -> how often each good page is read, by the same record."""
    run = records.read("gpt3", "mix").results[0][pages]
    return {name: each["epochs"]["good"] for name, each in run.items()}


def train_mix(
    name: str,
    texts: Corpora,
    tokens: int,
    seed: int = 0,
    on_step: Callable[[Step], None] | None = None,
) -> MixResult:
    """One run of `tokens` tokens from fresh weights on one of the `mixes`.

    seed: of the weights and of the order of reading. Raises KeyError for an unknown mixture.
    """
    sources = mixes(texts.sizes)[name]
    config = GPTConfig(texts.vocabulary, CONTEXT, LAYERS, WIDTH, HEADS)
    recipe = Recipe(f"mix, {name}", config, tokens, BATCH, seed=seed)
    model = GPT(config, seeded(seed))
    streams = {"good": texts.good, "crawl": texts.crawl}
    record = train(
        model,
        MixedBatches(streams, sources, CONTEXT, BATCH, seed),
        recipe,
        on_step=on_step,
        progress=False,
    )
    loss, seen = (
        evaluate(model, validation_batches(stream, CONTEXT, 64))
        for stream in (texts.held_out, texts.good[: len(texts.held_out)])
    )
    return MixResult(name, sources, record.tokens, seed, loss, seen, record.seconds)
