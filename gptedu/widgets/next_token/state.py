"""What a model expects next, what is drawn from it, and in which layer it was decided.

Pure functions of a model and ids, without Jupyter; ``widget.py`` gives them controls.

Temperature, top-k and top-p are those of ``gptedu.sampling.filter_logits``, the lens is that of
``gptedu.interpret.logit_lens``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from gptedu.interpret.logit_lens import logit_lens
from gptedu.language_model import check_predicts, check_text
from gptedu.model.modes import evaluating
from gptedu.sampling import draw_ids, filter_logits, seeded

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel

BARS = 12


@dataclass(frozen=True)
class Candidate:
    """A token that may come next.

    probability: after temperature, top-k and top-p. before: after temperature alone.
    model: the model's own, at temperature 1. kept: whether top-k and top-p left it in.
    rank: 1 for the likeliest.
    """

    token: int
    piece: str
    probability: float
    before: float
    model: float
    kept: bool
    rank: int


@dataclass(frozen=True)
class NextTokenResult:
    """The distribution after one position.

    candidates: the likeliest tokens, in order. following: the token that the text has next.
    kept: how many of ``vocabulary`` tokens can be drawn. others: probability of the kept tokens
    that are not among the candidates. entropy: of the filtered distribution, in bits.
    """

    position: int
    candidates: tuple[Candidate, ...]
    following: Candidate | None
    kept: int
    vocabulary: int
    others: float
    entropy: float


@dataclass(frozen=True)
class LensLine:
    """A ``LensLayer`` whose tokens are shown: (piece, probability)."""

    layer: int
    tokens: tuple[tuple[str, float], ...]
    rank: int
    probability: float


def scale_of(candidates: Sequence[Candidate]) -> float:
    """Where the bars' scale ends: steps, so that bars move and not the scale."""
    largest = max(max(each.probability, each.model) for each in candidates)
    return next(top for top in (0.05, 0.1, 0.25, 0.5, 1.0) if largest <= top or top == 1.0)


def read_ids(lm: LanguageModel, text: str) -> list[int]:
    """The start token and the ids of a text.

    Raises ValueError where the context is too short, TypeError for what is no text, and for a
    model that predicts no next token.
    """
    check_predicts(lm)
    check_text(text)
    ids = [lm.tokenizer.end, *lm.tokenizer.encode(text)]
    context = context_of(lm)
    if context is not None and len(ids) > context:
        raise ValueError(
            f"the text takes {len(ids) - 1} tokens, but {lm.name} reads at most {context - 1} "
            "after its start token: shorten it"
        )
    return ids


def context_of(lm: LanguageModel) -> int | None:
    """How many tokens the model can read, the start token among them; None where it has no end."""
    return getattr(lm.model.config, "context", None)


def piece_of(lm: LanguageModel, token: int) -> str:
    """How a token is shown; some models' embeddings are padded beyond the vocabulary."""
    known = token < lm.tokenizer.vocab_size
    return lm.tokenizer.pieces([token])[0] if known else f"unused {token}"


@torch.no_grad()
def read_logits(lm: LanguageModel, ids: list[int]) -> Tensor:
    """Logits [time, vocab] after each of ``ids``, on the CPU in float32."""
    device = next(lm.model.parameters()).device
    with evaluating(lm.model):
        return lm.model(torch.tensor([ids], device=device))[0].float().cpu()


def compute_next_token(
    lm: LanguageModel,
    text: str,
    position: int | None = None,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> NextTokenResult:
    """The distribution after ``position`` of ``text``: 0 is the start token, then token by token.

    None is the last position. Raises ValueError for a position outside the text, a text longer
    than the context, and settings that mean nothing.
    """
    ids = read_ids(lm, text)
    return distribution(lm, ids, read_logits(lm, ids), position, temperature, top_k, top_p)


def distribution(
    lm: LanguageModel,
    ids: list[int],
    logits: Tensor,
    position: int | None,
    temperature: float,
    top_k: int | None,
    top_p: float | None,
) -> NextTokenResult:
    """``compute_next_token`` for ids whose logits [time, vocab] are at hand."""
    at = len(ids) - 1 if position is None else position
    if not 0 <= at < len(ids):
        raise ValueError(f"there is no position {at}: the text has positions 0 to {len(ids) - 1}")
    model = logits[at].softmax(-1)
    before = filter_logits(logits[at], temperature).softmax(-1)
    filtered = filter_logits(logits[at], temperature, top_k, top_p)
    probability = filtered.softmax(-1)
    kept = filtered.isfinite()
    order = logits[at].argsort(descending=True, stable=True)
    ranks = torch.empty_like(order).scatter_(0, order, torch.arange(1, len(order) + 1))

    def candidate(token: int) -> Candidate:
        return Candidate(
            token=token,
            piece=piece_of(lm, token),
            probability=float(probability[token]),
            before=float(before[token]),
            model=float(model[token]),
            kept=bool(kept[token]),
            rank=int(ranks[token]),
        )

    candidates = tuple(candidate(token) for token in order[:BARS].tolist())
    return NextTokenResult(
        position=at,
        candidates=candidates,
        following=candidate(ids[at + 1]) if at + 1 < len(ids) else None,
        kept=int(kept.sum()),
        vocabulary=len(order),
        others=max(0.0, 1.0 - sum(each.probability for each in candidates)),
        entropy=float(torch.special.entr(probability).sum() / torch.log(torch.tensor(2.0))),
    )


def lens_of(lm: LanguageModel, ids: list[int], position: int) -> tuple[LensLine, ...]:
    """What each layer expects after ``position``; () for a model that keeps no trace."""
    if not hasattr(lm, "trace"):  # an LSTM
        return ()
    layers = logit_lens(lm, ids, position)
    return tuple(
        LensLine(
            layer=each.layer,
            tokens=tuple((piece_of(lm, token), share) for token, share in each.tokens),
            rank=each.rank,
            probability=each.probability,
        )
        for each in layers
    )


def draw(filtered: Tensor, seed: int, number: int) -> int:
    """The token that draw ``number`` (from 0) of a generator with ``seed`` takes.

    ``gptedu.sampling.generate`` with the same seed takes the same: a draw uses up as many random
    numbers whatever the probabilities are, so earlier draws can be repeated blindly.
    """
    generator = seeded(seed)
    blind = torch.ones(1, len(filtered))
    for _ in range(number):
        draw_ids(blind, generator, [0], 1)
    return int(draw_ids(filtered.softmax(-1)[None], generator, [0], 1))
