"""What is learned from: pictures with their captions, as rows of numbers.

A row is the picture's bytes and then the caption's ids, so that the course's training loop, which
knows rows of whole numbers, can take them.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gptedu import checks
from gptedu.text import Tokenizer
from gptedu.vision.world.captions import caption
from gptedu.vision.world.drawing import SIDE, STYLES, VARIED, draw
from gptedu.vision.world.scenes import KINDS, Scene, random_scene
from gptedu.world.splits import check_split

PIXELS = SIDE * SIDE * 3
_SEED = 2**31


@dataclass(frozen=True)
class Corpus:
    """Pictures and captions without end. kinds: of scenes, with the share of each. complete:
    whether captions name all that is seen (see `captions`). style: of drawing (see `draw`)."""

    kinds: tuple[tuple[str, float], ...] = (
        ("one", 0.35), ("two", 0.2), ("several", 0.1), ("sign", 0.2), ("label", 0.15)
    )  # fmt: skip
    complete: bool = True
    style: str = "plain"

    def __post_init__(self) -> None:
        checks.one_of("style", self.style, (*STYLES, VARIED))
        for kind, share in self.kinds:
            checks.one_of("kind", kind, KINDS)
            checks.positive("share", share)

    def pair(self, rng: random.Random, split: str = "train") -> tuple[np.ndarray, str, Scene]:
        """(picture, caption, scene) by chance."""
        names, shares = zip(*self.kinds, strict=True)
        scene = random_scene(rng.choices(names, shares)[0], rng, split)
        picture = draw(scene, self.style, seed=rng.randrange(_SEED))
        return picture, caption(scene, rng, self.complete), scene

    def rows(
        self, tokenizer: Tokenizer, context: int, count: int, *seed: int, split: str = "train"
    ) -> Tensor:
        """Pairs as rows: int64 [count, PIXELS + context]. seed: one number or several, as (run,
        step); the same give the same rows."""
        check_split(split)
        rng = random.Random(repr((split, *seed)))
        rows = np.empty((count, PIXELS + context), dtype=np.int64)
        for row in rows:
            picture, words, _ = self.pair(rng, split)
            row[:PIXELS] = picture.reshape(-1)
            row[PIXELS:] = caption_ids(tokenizer, words, context)
        return torch.from_numpy(rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a recipe."""
        return asdict(self)


def caption_ids(tokenizer: Tokenizer, words: str, context: int) -> list[int]:
    """A caption's ids, with the token that ends it as often as fills the context.

    Raises ValueError for an empty caption and for one that does not fit: cut off, it would have no
    end.
    """
    ids = tokenizer.encode(checks.text("caption", words))
    if len(ids) >= context:
        raise ValueError(
            f"the caption {checks.shown(words)} has {len(ids)} tokens: give one of at most "
            f"{context - 1}"
        )
    return [*ids, *[tokenizer.end] * (context - len(ids))]


def unpack(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Rows to (pictures uint8 [count, 24, 24, 3], ids int64 [count, time]).

    The columns in which all captions have ended are left out, but for one.
    """
    pictures = rows[:, :PIXELS].to(torch.uint8).view(-1, SIDE, SIDE, 3)
    ids = rows[:, PIXELS:]
    longest = int((ids != ids[:, -1:]).sum(dim=1).max()) if ids.shape[1] else 0
    return pictures, ids[:, : longest + 1]
