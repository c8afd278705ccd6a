"""Pictures inside a text: KOSMOS-1's stream of tokens (Huang et al. 2023, section 2.1).

A picture stands between two tags, as nine tokens whose embeddings come from its encoder in place of
ids. Any number of them may stand among the words, and the language model reads them as it reads
words: each token sees what is before it.

>>> read = stream(tokenizer, "<image> Question: What is it?\\nAnswer:", [picture], " a ball")
>>> reader = PictureReader(GPT(config))
>>> loss = reader.loss([read])
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gptedu import checks
from gptedu.model import GPT, GPTConfig, Trace
from gptedu.model.layers import Linear
from gptedu.sampling.logprobs import row_logprobs
from gptedu.text import Tokenizer
from gptedu.vision.clip import as_pictures
from gptedu.vision.encoders import CHANNELS, TOKENS, PictureEncoder
from gptedu.vision.world.drawing import SIDE

IMAGE = "<image>"
"""Where a picture stands in a text."""
SEEN, OPEN, CLOSE = -1, -2, -3
"""In the place of ids: a token of a picture, and the tags around it."""
TAGGED = TOKENS + 2
"""Tokens that a picture takes."""
LONG = 128
"""Tokens of a row that is read apart from others."""


@dataclass(frozen=True)
class Stream:
    """A row for the model. ids: of its tokens, SEEN, OPEN and CLOSE where a picture stands.
    learned: which of them the loss is about, bool for each. pictures: uint8 [24, 24, 3], in order.

    Raises ValueError where the places of pictures' tokens are not those of whole pictures.
    """

    ids: tuple[int, ...]
    learned: tuple[bool, ...]
    pictures: tuple[np.ndarray, ...]

    def __post_init__(self) -> None:
        if len(self.learned) != len(self.ids):
            raise ValueError(
                f"{len(self.ids)} tokens and {len(self.learned)} marks of what is learned: give "
                "one for each"
            )
        if self.learned[:1] == (True,):
            raise ValueError("the first token is learned: nothing is before it to predict it from")
        places = self.ids.count(SEEN)
        if places != TOKENS * len(self.pictures):
            raise ValueError(
                f"{places} tokens for {len(self.pictures)} pictures: each needs {TOKENS}"
            )
        if any(seen for seen, token in zip(self.learned, self.ids, strict=True) if token < 0):
            raise ValueError("a picture's tokens are learned: only words can be predicted")


def stream(
    tokenizer: Tokenizer,
    text: str,
    pictures: Sequence[np.ndarray],
    answer: str = "",
    *,
    context: int | None = None,
) -> Stream:
    """A text with pictures at its `<image>` marks, and the answer that is to be learned.

    The text is a prompt: nothing of it is learned. The answer, with the token that ends it, is;
    without one the row is to be continued. context: tokens that the row may have.

    Raises ValueError where marks and pictures differ in number, and where the row is too long: cut,
    it would lose a part of a picture.
    """
    parts = [(checks.text("text", text), False)]
    return interleaved(
        tokenizer, [*parts, (answer, True)] if answer else parts, pictures, context=context
    )


def interleaved(
    tokenizer: Tokenizer,
    parts: Sequence[tuple[str, bool]],
    pictures: Sequence[np.ndarray],
    *,
    context: int | None = None,
) -> Stream:
    """A row of texts, of each of which is said whether it is learned; `<image>` marks in any.

    Where the last part is learned, the token that ends a document is as well. Raises as `stream`.
    """
    marks = sum(text.count(IMAGE) for text, _ in parts)
    if marks != len(pictures):
        raise ValueError(
            f"{marks} {IMAGE} marks and {len(pictures)} pictures: give one for each mark"
        )
    ids, learned = [tokenizer.end], [False]
    for text, own in parts:
        for i, words in enumerate(text.split(IMAGE)):
            seen = [OPEN, *[SEEN] * TOKENS, CLOSE] if i else []
            said = tokenizer.encode(words)
            ids += [*seen, *said]
            learned += [*[False] * len(seen), *[own] * len(said)]
    if parts[-1][1]:
        ids, learned = [*ids, tokenizer.end], [*learned, True]
    if context is not None and len(ids) > context:
        raise ValueError(
            f"the row has {len(ids)} tokens, {TAGGED} of them for each picture, and {context} fit: "
            "leave out an example, with its picture"
        )
    return Stream(tuple(ids), tuple(learned), tuple(pictures))


@dataclass(frozen=True)
class ReaderConfig:
    """Shape of a `PictureReader`: that of its language model."""

    body: GPTConfig

    @property
    def vocab_size(self) -> int:
        return self.body.vocab_size

    @property
    def context(self) -> int:
        return self.body.context

    @property
    def width(self) -> int:
        return self.body.width

    def to_dict(self) -> dict[str, Any]:
        return {"body": self.body.to_dict()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ReaderConfig:
        """The inverse of `to_dict`. Raises ValueError on a key that is unknown or missing."""
        if set(values) != {"body"}:
            raise ValueError(f"the configuration's keys are {sorted(values)}: give 'body' alone")
        return cls(GPTConfig.from_dict(values["body"]))


def side_by_side(lengths: Sequence[int]) -> list[list[int]]:
    """Rows of some lengths in windows as long as the longest: the rows' numbers, window by window.

    The longest come first, and each goes into the first window that has room.
    """
    most = max(lengths, default=0)
    windows: list[list[int]] = []
    room: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        fits = next((w for w, left in enumerate(room) if left >= lengths[i]), None)
        if fits is None:
            windows.append([])
            room.append(most)
            fits = len(windows) - 1
        windows[fits].append(i)
        room[fits] -= lengths[i]
    return windows


class PictureReader(nn.Module):
    """A language model that reads pictures among words.

    body: the language model; it is trained on, not copied. encoder: of pictures, a new one by
    default; CLIP's knows what pictures look like already. generator: draws what is new.
    """

    def __init__(
        self,
        body: GPT,
        encoder: PictureEncoder | None = None,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        self.config = ReaderConfig(body.config)
        self.body = body
        self.encoder = encoder or PictureEncoder(generator)
        width = body.config.width
        self.join = Linear(CHANNELS[-1], width)
        self.places = nn.Parameter(torch.empty(TOKENS, width))  # of a picture, the same in all
        self.tags = nn.Parameter(torch.empty(2, width))
        # As large as the embeddings that the body knows, or it would not notice them.
        size = float(body.token_embedding.weight.detach().std())
        std = size / math.sqrt(CHANNELS[-1])
        nn.init.normal_(self.join.weight, std=std, generator=generator)
        nn.init.zeros_(self.join.bias)
        nn.init.normal_(self.tags, std=size, generator=generator)
        nn.init.normal_(self.places, std=size, generator=generator)

    @property
    def token_embedding(self) -> nn.Embedding:
        return self.body.token_embedding

    @torch.no_grad()
    def see_as(self, other: PictureReader) -> None:
        """Takes over what another reader of the same width sees with, and keeps its own body."""
        self.encoder.load_state_dict(other.encoder.state_dict())
        self.join.load_state_dict(other.join.state_dict())
        self.places.copy_(other.places)
        self.tags.copy_(other.tags)

    def embed(self, ids: Tensor, pixels: Tensor) -> Tensor:
        """Embeddings [batch, time, width] of ids with SEEN, OPEN and CLOSE among them.

        pixels: uint8 [pictures, 24, 24, 3], in the order in which they stand, row after row. Raises
        ValueError where there are not as many as the ids have places for.
        """
        seen = ids == SEEN
        if int(seen.sum()) != TOKENS * len(pixels):
            raise ValueError(
                f"{int(seen.sum())} places of pictures' tokens and {len(pixels)} pictures of "
                f"{TOKENS}: give as many pictures as there are marks"
            )
        words = self.body.token_embedding(ids.clamp(min=0))
        tags = F.embedding((OPEN - ids).clamp(0, 1), self.tags)
        found = torch.where(((ids == OPEN) | (ids == CLOSE))[..., None], tags, words)
        if not len(pixels):
            return found
        tokens = (self.join(self.encoder(pixels)) + self.places).flatten(0, 1)
        return found.masked_scatter(seen[..., None], tokens.to(found.dtype))

    def features(
        self, rows: Sequence[Stream], trace: Trace | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Hidden states [rows, time, width], with the ids and which are learned, [rows, time].

        Rows are filled up at their end, where nobody before looks. trace: to be filled.
        """
        windows = [[i] for i in range(len(rows))]
        ids, learned, pixels, _ = self._laid_out(rows, windows)
        embeddings = self.embed(ids, pixels)
        return self.body.features(embeddings=embeddings, trace=trace), ids, learned

    def logprobs(self, rows: Sequence[Stream]) -> list[Tensor]:
        """The log-probability of each learned token of each row, in nats.

        Short rows are laid side by side in one window, so that none has to be filled up. Each sees
        itself alone, at the positions it would have alone: a test holds the numbers equal.
        """
        lengths = [len(row.ids) for row in rows]
        found: dict[int, Tensor] = {}
        # Apart from short ones: a window costs by the square of its length.
        for some in ([i for i, n in enumerate(lengths) if (n > LONG) == long] for long in (0, 1)):
            if some or not rows:
                windows = side_by_side([lengths[i] for i in some])
                found |= self._logprobs(rows, [[some[i] for i in window] for window in windows])
        return [found[i] for i in range(len(rows))]

    def _logprobs(
        self, rows: Sequence[Stream], windows: Sequence[Sequence[int]]
    ) -> dict[int, Tensor]:
        """Of the rows in some windows: a row's number -> log-probabilities."""
        ids, learned, pixels, segment = self._laid_out(rows, windows)
        time = torch.arange(ids.shape[1], device=ids.device)
        same = segment[:, :, None] == segment[:, None, :]
        first = same.int().argmax(dim=2)  # where the token's own row begins
        hidden = self.body.features(
            embeddings=self.embed(ids, pixels),
            positions=time - first,
            mask=same & (time <= time[:, None]),
        )
        wanted = learned[:, 1:]  # only their logits are made, which are the largest of all tensors
        known = row_logprobs(self.body.unembed(hidden[:, :-1][wanted]), ids[:, 1:][wanted])
        order = [i for window in windows for i in window]
        parts = known.split([sum(rows[i].learned) for i in order])
        return dict(zip(order, parts, strict=True))

    def _laid_out(
        self, rows: Sequence[Stream], windows: Sequence[Sequence[int]]
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """ids, learned and the number of each token's row, [windows, time]; pictures, in order."""
        if not rows:
            raise ValueError("there are no rows: give at least one")
        time = max(sum(len(rows[i].ids) for i in window) for window in windows)
        ids = np.zeros((len(windows), time), dtype=np.int64)
        learned = np.zeros(ids.shape, dtype=bool)
        segment = np.full(ids.shape, -1)
        for w, window in enumerate(windows):
            start = 0
            for i in window:
                end = start + len(rows[i].ids)
                ids[w, start:end], learned[w, start:end] = rows[i].ids, rows[i].learned
                segment[w, start:end], start = i, end
        every = [picture for window in windows for i in window for picture in rows[i].pictures]
        pixels = as_pictures(every) if every else torch.zeros(0, SIDE, SIDE, 3, dtype=torch.uint8)
        place = self.token_embedding.weight.device
        made = [torch.from_numpy(each).to(place) for each in (ids, learned, segment)]
        return made[0], made[1], pixels.to(place), made[2]

    def loss(self, rows: Sequence[Stream], weights: Sequence[float] | None = None) -> Tensor:
        """Negative log-probability of a learned token, in nats: the mean of the rows' means.

        So an answer of one word counts as much as a page of text, of which it would else be lost.
        weights: how much each row counts, all the same by default. Raises ValueError for a row of
        which nothing is learned: it would only seem to be learned.
        """
        for i, row in enumerate(rows):
            if not any(row.learned):
                raise ValueError(f"nothing is learned of row {i}: give it an answer")
        means = torch.stack([each.mean() for each in self.logprobs(rows)])
        if weights is None:
            return -means.mean()
        share = torch.tensor(weights, dtype=means.dtype, device=means.device)
        return -(means * share).sum() / share.sum()

    def next_token(self, row: Stream) -> Tensor:
        """Probabilities [vocabulary] of the token after a row."""
        hidden, _, _ = self.features([row])
        return self.body.unembed(hidden[0, -1]).softmax(dim=-1)
