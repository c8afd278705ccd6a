"""From documents to batches: one long row of tokens, cut into windows, shuffled by the step.

Which windows a step reads is a function of (seed, step) alone, so a run that was stopped goes on
with exactly the batches it would have had.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gptedu.assets import write_whole
from gptedu.sampling import seeded


def pack(texts: Iterable[str], tokenizer: Any, tokens: int | None = None) -> np.ndarray:
    """Token ids of all texts in one row, each text behind an <|endoftext|>: uint16 [length].

    Stops when there are `tokens` of them. Raises ValueError when the texts end before that.
    """
    if tokenizer.vocab_size > 2**16:
        raise ValueError(f"a vocabulary of {tokenizer.vocab_size} does not fit into 16 bits")
    pieces: list[np.ndarray] = []
    length = 0
    for text in texts:
        row = np.asarray([tokenizer.end, *tokenizer.encode(text)], dtype=np.uint16)
        pieces.append(row)
        length += len(row)
        if tokens is not None and length >= tokens:
            break
    if tokens is not None and length < tokens:
        raise ValueError(
            f"the documents end after {length} tokens, before the {tokens} asked for: "
            "give more documents, or ask for fewer tokens"
        )
    return np.concatenate(pieces)[:tokens] if pieces else np.zeros(0, dtype=np.uint16)


def cached(folder: Path, key: dict[str, Any], make: Callable[[], np.ndarray]) -> np.ndarray:
    """The tokens that `make()` returns, kept in `folder` under a name that `key` decides.

    A damaged file is made again. Raises OSError where the tokens cannot be kept, and then leaves
    nothing half-written.
    """
    digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:16]
    path = Path(folder) / f"tokens-{digest}.npy"
    if path.exists():
        with suppress(ValueError, EOFError):
            return np.load(path)
    tokens = make()
    content = io.BytesIO()
    np.save(content, tokens)
    write_whole(path, content.getvalue())
    return tokens


class Batches:
    """Windows of `context + 1` tokens: batches(step) -> int64 [batch, context + 1].

    A window starts at the last token of the one before, so that every token is predicted once an
    epoch. Each epoch shuffles the windows and shifts all the cuts.
    """

    def __init__(
        self, stream: np.ndarray | Tensor, context: int, batch_size: int, seed: int
    ) -> None:
        self.stream = torch.from_numpy(stream) if isinstance(stream, np.ndarray) else stream
        self.context, self.batch_size, self.seed = context, batch_size, seed
        # One window is given away so that every epoch's shift leaves the same number of them.
        self.windows = (len(self.stream) - 1) // context - 1
        if self.windows < 1:
            raise ValueError(
                f"{len(self.stream)} tokens give no window of {context + 1}: "
                f"give at least {2 * context + 1}"
            )
        self._epochs: dict[int, Tensor] = {}

    def _starts(self, epoch: int) -> Tensor:
        """First token of each window of an epoch, in the order in which they are read."""
        if epoch not in self._epochs:
            self._epochs = {k: v for k, v in self._epochs.items() if k == epoch - 1}
            self._epochs[epoch] = self._drawn(seeded(self.seed * 1_000_003 + epoch))
        return self._epochs[epoch]

    def _drawn(self, generator: torch.Generator) -> Tensor:
        shift = torch.randint(self.context, (), generator=generator)
        return shift + torch.randperm(self.windows, generator=generator) * self.context

    def __call__(self, step: int) -> Tensor:
        first = step * self.batch_size
        rows = [divmod(i, self.windows) for i in range(first, first + self.batch_size)]
        starts = torch.stack([self._starts(epoch)[i] for epoch, i in rows])
        return self.stream[starts[:, None] + torch.arange(self.context + 1)].long()


class DocumentBatches(Batches):
    """Windows that begin where a document does: batches(step) -> int64 [batch, context + 1].

    A window's first document stands at the same positions as it will when it is read alone, which
    is how a network with learned positions finds out what two texts have to do with each other
    long before it can do so anywhere in a window. The next window begins with the document that
    did not fit into the one before, whose beginning is so read twice. end: id of the token that
    stands before every document. Raises ValueError where no window fits.
    """

    def __init__(
        self, stream: np.ndarray | Tensor, context: int, batch_size: int, seed: int, end: int
    ) -> None:
        super().__init__(stream, context, batch_size, seed)
        documents = (self.stream == end).nonzero().flatten().tolist()
        starts: list[int] = []
        for this, following in itertools.pairwise([*documents, len(self.stream)]):
            if this + context >= len(self.stream):
                break
            # The last document that begins within the window begins the next one; a document
            # longer than a window is read up to the window's end.
            if not starts or (following > starts[-1] + context and this > starts[-1]):
                starts.append(this)
        if not starts:
            raise ValueError(
                f"no window of {context + 1} tokens begins with a document: give a longer stream"
            )
        self.begins, self.windows = torch.tensor(starts), len(starts)

    def _drawn(self, generator: torch.Generator) -> Tensor:
        return self.begins[torch.randperm(self.windows, generator=generator)]


def validation_batches(stream: np.ndarray | Tensor, context: int, batch_size: int) -> list[Tensor]:
    """All whole windows of a held-out stream, in order: list of int64 [<=batch, context + 1].

    Raises ValueError where there is none.
    """
    if len(stream) < context + 1:
        raise ValueError(
            f"{len(stream)} tokens give no window of {context + 1}: give at least that many"
        )
    ids = torch.from_numpy(stream) if isinstance(stream, np.ndarray) else stream
    windows = ids.long().unfold(0, context + 1, context)
    return list(windows.split(batch_size))
