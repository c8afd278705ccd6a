"""Induction heads: found on tokens said twice, and switched off (Olsson et al. 2022).

An induction head looks from a token to what came *after* that token the last time: with "A B ... A"
in front of it, it looks at B, and B is what it makes likelier. Nothing but the text itself can say
what comes next in random tokens, so on random tokens said twice such a head stands out, and what a
model gains from the first half to the second is learned in context. `heads_off` switches them off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from gptedu.evaluate.accuracy import evaluate
from gptedu.interpret.heads_off import Head
from gptedu.sampling import seeded, token_logprobs
from gptedu.world.words import lexicon

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.text import Tokenizer
    from gptedu.world import Question

COUNT, LENGTH = 32, 12
"""Rows, and random words in a half, on which heads are scored."""

THRESHOLD = 0.1
"""The induction score that makes a head an induction head.

A head that spreads its attention evenly over all it sees scores 0.052 on halves of 12 words; this
is twice as much. In three training runs of mini-m heads lie to either side: the heads that sorting
needs at 0.12 and more, all others, and all heads of early copies, below 0.085.
"""


def word_tokens(tokenizer: Tokenizer) -> Tensor:
    """The tokens that are a noun or a name of the miniature web, with the space before it: [n].

    Heads are scored on words, since that is what a model of the family has read in ever new order.
    Special tokens and pieces of words are left out, and so are words that take several tokens.
    """
    words = (
        *(word for group in lexicon.CATEGORIES.values() for word in group),
        *(*lexicon.THINGS, *lexicon.WOMEN, *lexicon.MEN, *lexicon.TOWNS, *lexicon.COMPANIES),
        *(*lexicon.ROOMS, *lexicon.PLACES, *lexicon.JOBS, *lexicon.LABELS),
    )
    encoded = [tokenizer.encode(f" {word}") for word in dict.fromkeys(words)]
    return torch.tensor(sorted({ids[0] for ids in encoded if len(ids) == 1}), dtype=torch.long)


def plain_tokens(tokenizer: Tokenizer) -> Tensor:
    """Every token of the vocabulary that is not special, pieces of words and bytes too: [n]."""
    special = {tokenizer.end, *tokenizer.backend.get_added_tokens_decoder()}
    return torch.tensor([i for i in range(tokenizer.vocab_size) if i not in special])


def repeated_tokens(
    tokenizer: Tokenizer,
    count: int,
    length: int,
    generator: torch.Generator,
    pool: Tensor | None = None,
) -> Tensor:
    """Random tokens said twice behind `<|endoftext|>`: int64 [count, 2 * length + 1].

    Within a row every token of the first half is another one, so each token of the second half has
    exactly one earlier occurrence. pool: the tokens to draw from, `word_tokens` by default.

    Raises ValueError where the pool has fewer than `length` tokens.
    """
    pool = word_tokens(tokenizer) if pool is None else pool
    if not 1 <= length <= len(pool):
        raise ValueError(
            f"length is {length}: give 1 to {len(pool)}, the number of tokens to draw from"
        )
    halves = torch.stack(
        [pool[torch.randperm(len(pool), generator=generator)[:length]] for _ in range(count)]
    )
    start = torch.full((count, 1), tokenizer.end)
    return torch.cat([start, halves, halves], dim=1)


def induction_scores(
    lm: LanguageModel,
    generator: torch.Generator,
    count: int = COUNT,
    length: int = LENGTH,
    pool: Tensor | None = None,
) -> Tensor:
    """Each head's induction score: float32 [layers, heads], 0 to 1.

    The mean attention from each token of the second half to the token after its earlier
    occurrence, on `count` rows of `repeated_tokens`.
    """
    ids = repeated_tokens(lm.tokenizer, count, length, generator, pool)
    return follower_scores(lm, ids, length + 1)


def previous_token_scores(
    lm: LanguageModel, generator: torch.Generator, count: int = COUNT, length: int = LENGTH
) -> Tensor:
    """Mean attention from each token to the one before it, on `repeated_tokens`: [layers, heads].

    Read from the third position on: at the second the token before is also the first.
    """
    return to_previous(_attention(lm, repeated_tokens(lm.tokenizer, count, length, generator)))


def text_induction_scores(lm: LanguageModel, text: str) -> Tensor:
    """The induction score on a given text said twice, with a line break between.

    [layers, heads]: mean attention from each token of the second copy to the tokens after all its
    earlier occurrences (words come more than once in a text). Raises ValueError where the text
    said twice does not fit the context.
    """
    ids, start = _said_twice(lm, text)
    return follower_scores(lm, ids, start)


@torch.inference_mode()
def text_gain(lm: LanguageModel, text: str) -> float:
    """How much likelier a given text becomes the second time: nats per token."""
    ids, start = _said_twice(lm, text)
    logprobs = token_logprobs(lm.model(ids.to(_device(lm))), ids.to(_device(lm)))[0].cpu()
    return float(logprobs[start:].mean() - logprobs[1 : start - 1].mean())


def _said_twice(lm: LanguageModel, text: str) -> tuple[Tensor, int]:
    """The ids [1, time] of a text said twice, and where the second copy starts."""
    once = lm.tokenizer.encode(text.strip() + "\n")
    context = lm.model.config.context
    if not text.strip() or 1 + 2 * len(once) > context:
        raise ValueError(
            f"the text has {len(once)} tokens: said twice it must fit the context, {context}, "
            "with one token for the start"
        )
    return torch.tensor([[lm.tokenizer.end, *once, *once]]), 1 + len(once)


def follower_scores(lm: LanguageModel, ids: Tensor, start: int) -> Tensor:
    """`to_followers` of a model that reads ids [rows, time]: [layers, heads].

    Raises ValueError where no token comes twice.
    """
    scores = to_followers(_attention(lm, ids), ids, start)
    if bool(scores.isnan().any()):
        raise ValueError("no token comes twice: there is nothing to look back to")
    return scores


def to_previous(weights: Tensor) -> Tensor:
    """Mean attention from each token, the third on, to the one before it: [layers, heads].

    weights: [rows, layers, heads, query, key].
    """
    return weights.diagonal(-1, -2, -1)[..., 1:].mean(dim=(0, 3))


def to_followers(weights: Tensor, ids: Tensor, start: int) -> Tensor:
    """Mean attention, from position `start` on, to the tokens after earlier occurrences.

    weights: [rows, layers, heads, query, key]. ids: [rows, time]. Queries whose token has not
    occurred before are left out. [layers, heads], NaN where none is left.
    """
    earlier = (ids[:, :, None] == ids[:, None, :]).tril(-1)  # [rows, query, key]
    # The place after an occurrence; a token said twice on end would follow itself.
    after = torch.zeros_like(earlier)
    after[:, :, 1:] = earlier[:, :, :-1]
    after = after.tril(-1)
    after[:, :start] = False
    queries = after.any(dim=-1)
    looked_at = (weights * after[:, None, None]).sum(dim=-1)  # [rows, layers, heads, query]
    return looked_at.sum(dim=(0, 3)) / queries.sum()


@torch.inference_mode()
def in_context_gain(
    lm: LanguageModel,
    generator: torch.Generator,
    count: int = COUNT,
    length: int = LENGTH,
    pool: Tensor | None = None,
) -> float:
    """How much likelier `repeated_tokens` become the second time: nats per token.

    Mean log-probability in the second half minus that in the first. Each half counts from its
    second token on: nothing announces that the row begins again.
    """
    ids = repeated_tokens(lm.tokenizer, count, length, generator, pool).to(_device(lm))
    logprobs = token_logprobs(lm.model(ids), ids).cpu()
    first, second = logprobs[:, 1:length], logprobs[:, length + 1 :]
    return float(second.mean() - first.mean())


@torch.inference_mode()
def copying_accuracy(
    lm: LanguageModel, generator: torch.Generator, count: int = COUNT, length: int = LENGTH
) -> float:
    """The share of `repeated_tokens`' second half that is the likeliest token in its place.

    From the second token of the half on. Guessing gives less than one in a hundred.
    """
    ids = repeated_tokens(lm.tokenizer, count, length, generator).to(_device(lm))
    best = lm.model(ids).argmax(dim=-1)
    return float((best[:, length + 1 : -1] == ids[:, length + 2 :]).float().mean())


def induction_heads(scores: Tensor, threshold: float = THRESHOLD) -> list[Head]:
    """The (layer, head) pairs that score at least `threshold`, the highest first."""
    heads = [(int(i), int(j)) for i, j in (scores >= threshold).nonzero()]
    return sorted(heads, key=lambda head: -float(scores[head]))


@dataclass(frozen=True)
class Point:
    """A copy of a model along its training.

    tokens: read so far. induction, previous: the highest score that a head has. gain: of
    `in_context_gain`, nats. accuracy: with examples in the prompt, 0 to 1. heads: its induction
    heads.
    """

    name: str
    tokens: int
    induction: float
    previous: float
    gain: float
    accuracy: float
    heads: tuple[Head, ...]


def along_training(
    copies: Iterable[LanguageModel],
    questions: Sequence[Question],
    k: int = 12,
    metric: str = "choice",
    seed: int = 0,
) -> list[Point]:
    """What each copy does with random words and with k examples, on the same draws for all.

    copies: in the order of training; an iterator that loads them holds one in memory.
    """
    points = []
    for lm in copies:
        scores = induction_scores(lm, seeded(seed))
        previous = previous_token_scores(lm, seeded(seed))
        points.append(
            Point(
                name=lm.name,
                tokens=int(lm.card.get("tokens", 0)),
                induction=float(scores.max()),
                previous=float(previous.max()),
                gain=in_context_gain(lm, seeded(seed + 1)),
                accuracy=evaluate(lm, questions, k, metric).accuracy,
                heads=tuple(induction_heads(scores)),
            )
        )
    return points


def jump(
    points: Sequence[Point], of: Callable[[Point], float] = lambda point: point.gain
) -> tuple[Point, Point]:
    """Two copies next to each other, between which a figure rises most: by default the gain.

    Raises ValueError where it rises nowhere.
    """
    rises = [ends for ends in pairwise(points) if of(ends[1]) > of(ends[0])]
    if not rises:
        names = ", ".join(point.name for point in points) or "no copies"
        raise ValueError(f"nothing rises along {names}: give copies from before and after")
    return max(rises, key=lambda ends: of(ends[1]) - of(ends[0]))


def _attention(lm: LanguageModel, ids: Tensor) -> Tensor:
    """Attention weights over ids [rows, time]: float32 [rows, layers, heads, time, time]."""
    return torch.stack(lm.trace(ids).attention, dim=1).float().cpu()


def _device(lm: LanguageModel) -> torch.device:
    return lm.model.token_embedding.weight.device
