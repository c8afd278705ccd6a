"""Batches from several sources, each with its share: GPT-3's mixture (section 2.2, Table 2.2).

By size, every source would be read as often as every other. GPT-3 reads the better ones more often:
Wikipedia 3.4 times, Common Crawl 0.44 times. A source's share of the batches, the tokens of the run
and the source's size decide its epochs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gptedu.sampling import seeded
from gptedu.training.data.batches import Batches


@dataclass(frozen=True)
class Source:
    """One source of a mixture. tokens: how many it holds. share: of the tokens read, 0 to 1."""

    name: str
    tokens: float
    share: float

    def epochs(self, read: float) -> float:
        """How often its tokens are read in a run of `read` tokens: read x share / tokens."""
        return read * self.share / self.tokens


TABLE_2_2 = (
    Source("Common Crawl (filtered)", 410e9, 0.60),
    Source("WebText2", 19e9, 0.22),
    Source("Books1", 12e9, 0.08),
    Source("Books2", 55e9, 0.08),
    Source("Wikipedia", 3e9, 0.03),
)
"""GPT-3's sources as printed; the shares are rounded and come to 1.01. 300e9 tokens were read."""


def by_size(sizes: Mapping[str, float]) -> tuple[Source, ...]:
    """Shares in proportion to the sizes (tokens): every token of every source alike often."""
    total = sum(sizes.values())
    return tuple(Source(name, tokens, tokens / total) for name, tokens in sizes.items())


class MixedBatches:
    """Rows from several streams by their shares: batches(step) -> int64 [batch, context + 1].

    Every `BLOCK` steps hold each source's share of the rows, to the nearest row, in an order that
    (seed, block) decides; a source's rows are its own `Batches`, one after the other. So a batch is
    a function of the step alone, and a run that was stopped goes on exactly.

    streams: name -> token ids [length]. sources: what is read of them; shares count relative to
    their sum. Raises ValueError where a source has no stream, or no share is above 0.
    """

    BLOCK = 64

    def __init__(
        self,
        streams: Mapping[str, np.ndarray | Tensor],
        sources: Sequence[Source],
        context: int,
        batch_size: int,
        seed: int,
    ) -> None:
        missing = [source.name for source in sources if source.name not in streams]
        if missing:
            raise ValueError(
                f"there is no stream for {', '.join(missing)}: there are {', '.join(streams)}"
            )
        read = [source for source in sources if source.share > 0]
        if not read or any(source.share < 0 for source in sources):
            raise ValueError(
                f"the shares are {[source.share for source in sources]}: give none below 0 and at "
                "least one above"
            )
        self.batch_size, self.seed = batch_size, seed
        self.rows = [Batches(streams[source.name], context, 1, seed) for source in read]
        total = sum(source.share for source in read)
        self._counts = whole_counts(
            [source.share / total for source in read], self.BLOCK * batch_size
        )

    def _order(self, block: int) -> Tensor:
        """Which source each row of a block comes from: int64 [BLOCK * batch_size]."""
        generator = seeded(self.seed * 1_000_003 + block)
        of = torch.repeat_interleave(torch.arange(len(self._counts)), torch.tensor(self._counts))
        return of[torch.randperm(len(of), generator=generator)]

    def __call__(self, step: int) -> Tensor:
        block, inside = divmod(step, self.BLOCK)
        order = self._order(block)
        first = inside * self.batch_size
        rows = []
        for place in range(first, first + self.batch_size):
            source = int(order[place])
            before = int((order[:place] == source).sum())
            rows.append(self.rows[source](block * self._counts[source] + before))
        return torch.cat(rows)


def whole_counts(shares: Sequence[float], total: int) -> list[int]:
    """Whole numbers in proportion to shares that sum to 1, with the given sum: what is left after
    rounding down goes to those that lost most."""
    exact = [share * total for share in shares]
    counts = [int(value) for value in exact]
    order = sorted(range(len(exact)), key=lambda i: counts[i] - exact[i])
    for i in order[: total - sum(counts)]:
        counts[i] += 1
    return counts
