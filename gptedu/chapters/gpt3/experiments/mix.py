"""Chapter 3's experiments on GPT-3's sizes and on the mixture of its corpus.

``python -m gptedu.chapters.gpt3.experiments.induction sizes mix`` writes them into the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean
from typing import Any

from gptedu.chapters.gpt3.published_sizes import (
    PRINTED_FLOPS,
    PRINTED_PF_DAYS,
    SOURCE,
    TABLE,
    find,
    pf_days,
    quirks,
    rebuild,
    training_flops,
)
from gptedu.chapters.gpt3.quality_mix import Corpora, corpora, mixes, train_mix
from gptedu.records import SEEDS, spread

TOKENS = 400_000
PLENTY, SCARCE = (60_000, 540_000), (6_000, 54_000)
"""Tokens of good text and of the crawl. Alone, good text is read 7 times, or 67 where scarce."""


def measure_sizes() -> dict[str, Any]:
    """Table 2.1 rebuilt, its two quirks, and the compute of the largest."""
    built = [rebuild(size) for size in TABLE]
    flops = training_flops(rebuild(find("175B")).counted)
    return {
        "source": SOURCE,
        "counted": {each.name: each.counted for each in built},
        "off, per cent": {each.name: 100 * each.off for each in built},
        "furthest off, per cent": max(100 * abs(each.off) for each in built),
        "quirks": {each.printed.name: each.why for each in quirks()},
        "flops": f"{flops:.4g}",
        "flops, per cent off": 100 * (flops / PRINTED_FLOPS - 1),
        "pf-days": pf_days(flops),
        "pf-days, per cent off": 100 * (pf_days(flops) / PRINTED_PF_DAYS - 1),
    }


def measure_mix(seeds: Sequence[int] = SEEDS, tokens: int = TOKENS) -> dict[str, Any]:
    """The three mixtures with plenty of good text, and under "scarce" with a tenth of it.

    The crawl is nine times as large in both. Texts are the same for all seeds.
    """
    from gptedu.training.command import shipped_tokenizer
    from gptedu.world import World

    world, tokenizer = World(seed=0), shipped_tokenizer()
    plenty, scarce = (
        one_setting(corpora(world, tokenizer, good, bad), seeds, tokens)
        for good, bad in (PLENTY, SCARCE)
    )
    return {"tokens": tokens, "seeds": list(seeds), **plenty, "scarce": scarce}


def one_setting(texts: Corpora, seeds: Sequence[int], tokens: int) -> dict[str, Any]:
    """Every mixture with every seed, and by how many nats one is better than another.

    "gpt3/mix" is what mixing by quality is better than by size, "good only" what it is better
    than reading nothing but good text; both on held-out good text, the spread over seeds.
    """
    runs = {
        name: [train_mix(name, texts, tokens, seed) for seed in seeds]
        for name in mixes(texts.sizes)
    }
    losses = {name: [run.loss for run in of] for name, of in runs.items()}

    def better(than: str) -> list[float]:
        pairs = zip(losses[than], losses["by quality"], strict=True)
        return [other - quality for other, quality in pairs]

    return {
        "sizes": texts.sizes,
        "runs": {
            name: [{"loss": run.loss, "perplexity": run.perplexity, "seen": run.seen} for run in of]
            for name, of in runs.items()
        },
        "epochs": {name: of[0].epochs for name, of in runs.items()},
        "seconds": mean(run.seconds for of in runs.values() for run in of),
        "claims": {
            "gpt3/mix": spread(better("by size")),
            "good only": spread(better("good only")),
        },
    }
