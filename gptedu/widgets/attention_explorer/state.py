"""Where every head looks, and what is expected without some: functions without Jupyter.

Attention travels as one byte for each weight, so 12 layers x 12 heads x 128 tokens are 2.4 MB.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch

from gptedu import checks
from gptedu.interpret.induction import to_followers, to_previous

MAX_TOKENS = 256
TOP = 8
NAMED = 0.4
"""A head gets a pattern's name when it spends at least this share of its attention on it."""

LETTERS = {"previous": "P", "induction": "I", "first": "F"}
WORDS = {
    "previous": "mostly the token before",
    "induction": "induction",
    "first": "mostly the first token",
}

Head = tuple[int, int]


class Lm(Protocol):
    """What the explorer needs of a language model; `gptedu.load(name)` gives one."""

    tokenizer: Any
    model: Any

    def attention(self, text: str, heads_off: Iterable[Head] = ()) -> Any: ...

    def next_token(self, text: str, heads_off: Iterable[Head] = ()) -> Any: ...


@dataclass(frozen=True)
class HeadReading:
    """The attention of all heads to one text.

    pieces: one display string a token.
    weights: `uint8 [layers, heads, time, time]`, 255 is all of a token's attention.
    scores: pattern -> `[layers, heads]`, the share of attention that goes there, 0 to 1; a
        pattern that cannot occur in the text (no token comes twice) is NaN.
    """

    pieces: tuple[str, ...]
    weights: np.ndarray
    scores: dict[str, np.ndarray]

    def described(self) -> dict[str, Any]:
        """All but the weights, as plain values; a score that is NaN is None."""
        layers, heads = self.weights.shape[:2]
        return {
            "pieces": list(self.pieces),
            "layers": layers,
            "heads": heads,
            "names": self.names(),
            "scores": {
                name: [[None if np.isnan(v) else round(float(v), 3) for v in row] for row in table]
                for name, table in self.scores.items()
            },
        }

    def names(self) -> list[list[str]]:
        """For each layer and head the name of its strongest pattern, or an empty string."""
        keys = list(self.scores)
        table = np.nan_to_num(np.stack([self.scores[key] for key in keys]), nan=0.0)
        best = table.argmax(axis=0)
        top = table.max(axis=0)
        layers, heads = best.shape
        return [
            [keys[best[i, j]] if top[i, j] >= NAMED else "" for j in range(heads)]
            for i in range(layers)
        ]


@dataclass(frozen=True)
class AnswerRow:
    """One candidate for the next token, with its probability with all heads and without some."""

    piece: str
    before: float
    after: float


@dataclass(frozen=True)
class AttentionView:
    """What the picture shows.

    weights: `uint8 [layers, heads, time, time]`. names: `[layers][heads]`, "" where a head
    follows no known pattern. selected: the head shown large. query: the position that looks.
    """

    pieces: tuple[str, ...]
    weights: np.ndarray
    names: Sequence[Sequence[str]]
    selected: tuple[int, int]
    query: int
    heads_off: tuple[tuple[int, int], ...] = ()
    answer: tuple[AnswerRow, ...] = ()


def check_text(lm: Lm, text: str) -> None:
    """Raise ValueError where `text` is empty or too long to be shown."""
    if not text:
        raise ValueError("the text is empty: type a few words")
    count = len(lm.tokenizer.encode(text))
    if count > MAX_TOKENS:
        raise ValueError(
            f"the text has {count} tokens and the explorer shows up to {MAX_TOKENS}: shorten it"
        )


def plain_heads(heads: Iterable[Sequence[Any]]) -> list[Head]:
    """Pairs (layer, head) as whole numbers, whether Python's, numpy's or torch's.

    Raises ValueError for what is no pair and no whole number.
    """
    plain = []
    for head in heads:
        numbers = [number for part in head if (number := checks.as_whole(part)) is not None]
        if len(numbers) != 2 or len(list(head)) != 2:
            raise ValueError(f"{head!r} is no head: give two whole numbers, (layer, head)")
        plain.append((numbers[0], numbers[1]))
    return plain


def read_heads(lm: Lm, text: str, heads_off: Iterable[Head] = ()) -> HeadReading:
    """The attention of every head of `lm` to `text`, as bytes, with the patterns named.

    Raises ValueError for an empty text and for one of more than `MAX_TOKENS` tokens.
    """
    check_text(lm, text)
    attention = lm.attention(text, heads_off=heads_off)
    raw = attention.weights
    weights = np.asarray(raw.detach().float().cpu() if hasattr(raw, "detach") else raw)
    pieces = tuple(str(piece) for piece in attention.pieces)
    if weights.ndim != 4 or weights.shape[2:] != (len(pieces), len(pieces)):
        raise ValueError(
            f"attention has shape {weights.shape}, not [layers, heads, {len(pieces)}, "
            f"{len(pieces)}]: take a model that returns its weights (eager attention)"
        )
    scores = pattern_scores(weights, pieces)
    return HeadReading(pieces, np.rint(weights * 255).astype(np.uint8), scores)


def pattern_scores(weights: np.ndarray, tokens: Sequence[object]) -> dict[str, np.ndarray]:
    """How much of each head's attention follows three known patterns.

    weights: `[layers, heads, time, time]`, rows sum to 1. tokens: what stands at each position,
    ids or pieces. Returns for each pattern `[layers, heads]`, a mean over the queries where the
    pattern can be told from the others:

    previous token: on the token just before. first token: on position 0, where heads that have
    nothing to do tend to rest. induction: on the token that came after an earlier occurrence of
    the present one (Elhage et al. 2021, Olsson et al. 2022).
    """
    layers, heads, time, _ = weights.shape
    nothing = np.full((layers, heads), np.nan)
    if time < 3:
        return {"previous": nothing, "induction": nothing, "first": nothing}
    seen, numbers = torch.from_numpy(weights)[None], list(dict.fromkeys(tokens))
    ids = torch.tensor([[numbers.index(token) for token in tokens]])
    # At query 1 the previous token is the first token, so all are read from query 2 on.
    return {
        "previous": to_previous(seen).numpy(),
        "induction": to_followers(seen, ids, 2).numpy(),
        "first": weights[:, :, 2:, 0].mean(axis=-1),
    }


def next_token(lm: Lm, text: str, heads_off: Iterable[Head] = ()) -> np.ndarray:
    """Probabilities `[vocab]` of the token after `text`."""
    shares = lm.next_token(text, heads_off=heads_off)
    return np.asarray(shares.detach().float().cpu() if hasattr(shares, "detach") else shares)


def compare_answers(
    before: np.ndarray, after: np.ndarray, pieces: Any, top: int = TOP
) -> tuple[AnswerRow, ...]:
    """The tokens likeliest before or after, with both probabilities, likeliest before first.

    pieces: `list[int] -> list[str]`, as `Tokenizer.pieces`.
    """
    best = np.argsort(-np.maximum(before, after), kind="stable")[:top]
    order = sorted(best.tolist(), key=lambda i: (-before[i], -after[i], i))
    return tuple(
        AnswerRow(str(piece), float(before[i]), float(after[i]))
        for i, piece in zip(order, pieces(order), strict=True)
    )
