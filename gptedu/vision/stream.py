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

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gptedu import checks
from gptedu.model import GPT
from gptedu.model.layers import Linear
from gptedu.sampling import token_logprobs
from gptedu.text import Tokenizer
from gptedu.vision.clip import as_pictures
from gptedu.vision.encoders import CHANNELS, TOKENS, PictureEncoder

IMAGE = "<image>"
"""Where a picture stands in a text."""
SEEN, OPEN, CLOSE = -1, -2, -3
"""In the place of ids: a token of a picture, and the tags around it."""
TAGGED = TOKENS + 2
"""Tokens that a picture takes."""


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
    parts = checks.text("text", text).split(IMAGE)
    if len(parts) - 1 != len(pictures):
        raise ValueError(
            f"{len(parts) - 1} {IMAGE} marks and {len(pictures)} pictures: give one for each mark"
        )
    ids = [tokenizer.end, *tokenizer.encode(parts[0])]
    for part in parts[1:]:
        ids += [OPEN, *[SEEN] * TOKENS, CLOSE, *tokenizer.encode(part)]
    said = [*tokenizer.encode(answer), tokenizer.end] if answer else []
    if context is not None and len(ids) + len(said) > context:
        raise ValueError(
            f"the row has {len(ids) + len(said)} tokens, {TAGGED} of them for each picture, and "
            f"{context} fit: leave out an example, with its picture"
        )
    learned = [False] * len(ids) + [True] * len(said)
    return Stream(tuple(ids + said), tuple(learned), tuple(pictures))


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
        self.body = body
        self.encoder = encoder or PictureEncoder(generator)
        width = body.config.width
        self.join = Linear(CHANNELS[-1], width)
        self.tags = nn.Parameter(torch.empty(2, width))
        # As large as the embeddings that the body knows, or it would not notice them.
        size = float(body.token_embedding.weight.detach().std())
        std = size / math.sqrt(CHANNELS[-1])
        nn.init.normal_(self.join.weight, std=std, generator=generator)
        nn.init.zeros_(self.join.bias)
        nn.init.normal_(self.tags, std=size, generator=generator)

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
        tokens = self.join(self.encoder(pixels)).flatten(0, 1)  # [pictures x 9, width]
        return found.masked_scatter(seen[..., None], tokens)

    def features(self, rows: Sequence[Stream]) -> tuple[Tensor, Tensor, Tensor]:
        """Hidden states [rows, time, width], with the ids and which are learned, [rows, time].

        Rows are filled up at their end, where nobody before looks.
        """
        if not rows:
            raise ValueError("there are no rows: give at least one")
        time = max(len(row.ids) for row in rows)
        place = self.body.token_embedding.weight.device
        ids = torch.zeros(len(rows), time, dtype=torch.long)
        learned = torch.zeros(len(rows), time, dtype=torch.bool)
        for i, row in enumerate(rows):
            ids[i, : len(row.ids)] = torch.tensor(row.ids)
            learned[i, : len(row.ids)] = torch.tensor(row.learned)
        every = [picture for row in rows for picture in row.pictures]
        pixels = as_pictures(every) if every else torch.zeros(0, 24, 24, 3, dtype=torch.uint8)
        ids, learned = ids.to(place), learned.to(place)
        return self.body.features(embeddings=self.embed(ids, pixels.to(place))), ids, learned

    def logprobs(self, rows: Sequence[Stream]) -> list[Tensor]:
        """The log-probability of each learned token of each row, in nats."""
        hidden, ids, learned = self.features(rows)
        known = token_logprobs(self.body.unembed(hidden), ids.clamp(min=0))
        return [each[which] for each, which in zip(known, learned[:, 1:], strict=True)]

    def loss(self, rows: Sequence[Stream]) -> Tensor:
        """Mean negative log-probability of the learned tokens, in nats.

        Raises ValueError for a row of which nothing is learned: it would only seem to be learned.
        """
        for i, row in enumerate(rows):
            if not any(row.learned):
                raise ValueError(f"nothing is learned of row {i}: give it an answer")
        return -torch.cat(self.logprobs(rows)).mean()

    def next_token(self, row: Stream) -> Tensor:
        """Probabilities [vocabulary] of the token after a row."""
        hidden, _, _ = self.features([row])
        return self.body.unembed(hidden[0, -1]).softmax(dim=-1)
