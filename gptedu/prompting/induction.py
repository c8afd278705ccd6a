"""Induction heads: found on tokens said twice, and switched off (Olsson et al. 2022).

An induction head looks from a token to what came *after* that token the last time: with "A B ... A"
in front of it, it looks at B, and B is what it makes likelier. Nothing but the text itself can say
what comes next in random tokens, so on random tokens said twice such a head stands out, and what a
model gains from the first half to the second is learned in context. Heads are switched off as
AttentionExplorer does it, by `heads_off` of `GPT.forward`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor, nn

from gptedu.language_model import LanguageModel
from gptedu.model import Trace
from gptedu.prompting.evaluation import evaluate
from gptedu.sampling import token_logprobs

if TYPE_CHECKING:
    from gptedu.model import GPT, GPTConfig, KVCache
    from gptedu.text import Tokenizer
    from gptedu.world import Question

Head = tuple[int, int]

THRESHOLD = 0.4
"""The share of its attention that makes a head an induction head, as in AttentionExplorer.

A head that spreads its attention evenly over what it sees gives the right token 1/75 on average
(rows of 2 x 50), so 0.4 is thirty times chance: no head reaches it by accident, and one that
reaches it spends more on this token than on any two others.
"""


def repeated_tokens(
    tokenizer: Tokenizer, count: int, length: int, generator: torch.Generator
) -> Tensor:
    """Random tokens said twice behind `<|endoftext|>`: int64 [count, 2 * length + 1].

    Within a row every token of the first half is another one, so each token of the second half has
    one earlier occurrence. Special tokens are left out.

    Raises ValueError where the vocabulary has fewer than `length` tokens to draw from.
    """
    special = {tokenizer.end, *tokenizer.backend.get_added_tokens_decoder()}
    plain = torch.tensor([i for i in range(tokenizer.vocab_size) if i not in special])
    if not 1 <= length <= len(plain):
        raise ValueError(
            f"length is {length}: give 1 to {len(plain)}, the number of tokens to draw from"
        )
    halves = torch.stack(
        [plain[torch.randperm(len(plain), generator=generator)[:length]] for _ in range(count)]
    )
    start = torch.full((count, 1), tokenizer.end)
    return torch.cat([start, halves, halves], dim=1)


def induction_scores(
    lm: LanguageModel, generator: torch.Generator, count: int = 8, length: int = 50
) -> Tensor:
    """Each head's induction score: float32 [layers, heads], 0 to 1.

    The mean attention from each token of the second half to the token after its earlier
    occurrence, on `count` rows of `repeated_tokens`.
    """
    return follower_scores(lm, repeated_tokens(lm.tokenizer, count, length, generator), length + 1)


def previous_token_scores(
    lm: LanguageModel, generator: torch.Generator, count: int = 8, length: int = 50
) -> Tensor:
    """Mean attention from each token to the one before it, on `repeated_tokens`: [layers, heads].

    Read from the third position on: at the second the token before is also the first.
    """
    weights = _attention(lm, repeated_tokens(lm.tokenizer, count, length, generator))
    return weights.diagonal(-1, -2, -1)[..., 1:].mean(dim=(0, 3))


def text_induction_scores(lm: LanguageModel, text: str) -> Tensor:
    """The induction score on a text of one's own said twice, with a line break between.

    [layers, heads]: mean attention from each token of the second copy to the tokens after all its
    earlier occurrences (words come more than once in a text). Raises ValueError where the text
    said twice does not fit the context.
    """
    once = lm.tokenizer.encode(text.strip() + "\n")
    context = lm.model.config.context
    if not text.strip() or 1 + 2 * len(once) > context:
        raise ValueError(
            f"the text has {len(once)} tokens: said twice it must fit the context, {context}, "
            "with one token for the start"
        )
    return follower_scores(
        lm, torch.tensor([[lm.tokenizer.end, *once, *once]]), start=1 + len(once)
    )


def follower_scores(lm: LanguageModel, ids: Tensor, start: int) -> Tensor:
    """Mean attention, from position `start` on, to the tokens after earlier occurrences.

    ids: [rows, time]. Queries whose token has not occurred before are left out. [layers, heads].
    """
    earlier = (ids[:, :, None] == ids[:, None, :]).tril(-1)  # [rows, query, key]
    # The place after an occurrence; a token said twice on end would follow itself.
    after = torch.zeros_like(earlier)
    after[:, :, 1:] = earlier[:, :, :-1]
    after = after.tril(-1)
    after[:, :start] = False
    queries = after.any(dim=-1)
    if not queries.any():
        raise ValueError("no token comes twice: there is nothing to look back to")
    weights = _attention(lm, ids)  # [rows, layers, heads, query, key]
    found = (weights * after[:, None, None]).sum(dim=-1)  # [rows, layers, heads, query]
    return found.sum(dim=(0, 3)) / queries.sum()


@torch.inference_mode()
def in_context_gain(
    lm: LanguageModel, generator: torch.Generator, count: int = 16, length: int = 50
) -> float:
    """How much likelier `repeated_tokens` become the second time: nats per token.

    Mean log-probability in the second half minus that in the first. Each half counts from its
    second token on: nothing announces that the row begins anew.
    """
    ids = repeated_tokens(lm.tokenizer, count, length, generator)
    found = token_logprobs(lm.model(ids.to(_device(lm))), ids.to(_device(lm))).cpu()
    first, second = found[:, 1:length], found[:, length + 1 :]
    return float(second.mean() - first.mean())


def induction_heads(scores: Tensor, threshold: float = THRESHOLD) -> list[Head]:
    """The (layer, head) pairs that score at least `threshold`, the highest first."""
    found = [(int(i), int(j)) for i, j in (scores >= threshold).nonzero()]
    return sorted(found, key=lambda head: -float(scores[head]))


def random_heads(
    lm: LanguageModel, count: int, avoid: Collection[Head], generator: torch.Generator
) -> list[Head]:
    """`count` random heads outside `avoid`, from the layers of `avoid` as far as they go.

    Raises ValueError where the model has not that many other heads.
    """
    config = lm.model.config
    others = [
        (layer, head)
        for layer in range(config.layers)
        for head in range(config.heads)
        if (layer, head) not in avoid
    ]
    if not 0 <= count <= len(others):
        raise ValueError(
            f"{lm.name} has {len(others)} heads besides {len(avoid)}: ask for at most as many"
        )
    shuffled = [others[i] for i in torch.randperm(len(others), generator=generator)]
    wanted = [layer for layer, _ in avoid][:count]
    chosen: list[Head] = []
    for layer in wanted:
        same = [head for head in shuffled if head[0] == layer and head not in chosen]
        chosen += same[:1]
    rest = [head for head in shuffled if head not in chosen]
    return sorted([*chosen, *rest[: count - len(chosen)]])


class _WithoutHeads(nn.Module):
    """A GPT that always runs with some heads switched off; it shares the GPT's weights."""

    def __init__(self, model: GPT, heads: Sequence[Head]) -> None:
        super().__init__()
        self.model, self.heads = model, tuple(heads)

    @property
    def config(self) -> GPTConfig:
        return self.model.config

    @property
    def token_embedding(self) -> nn.Embedding:
        return self.model.token_embedding

    def forward(self, ids: Tensor | None = None, **how: Any) -> Tensor:
        return self.unembed(self.features(ids, **how))

    def features(
        self, ids: Tensor | None = None, heads_off: Iterable[Head] = (), **how: Any
    ) -> Tensor:
        return self.model.features(ids, heads_off=(*self.heads, *heads_off), **how)

    def unembed(self, hidden: Tensor) -> Tensor:
        return self.model.unembed(hidden)

    def new_cache(self, batch: int, length: int | None = None) -> KVCache:
        return self.model.new_cache(batch, length)


def without_heads(lm: LanguageModel, heads: Iterable[Head]) -> LanguageModel:
    """The same model with some heads switched off, for all that takes a LanguageModel.

    Weights are shared, none is changed: every forward pass gets `heads_off=heads`. Raises
    ValueError for a head that is not there.
    """
    off = sorted({(int(layer), int(head)) for layer, head in heads})
    lm.model._heads_off(off)
    view = cast("GPT", _WithoutHeads(lm.model, off))
    names = ", ".join(f"{layer}.{head}" for layer, head in off) or "no heads"
    return LanguageModel(view, lm.tokenizer, f"{lm.name} without {names}", lm.card, lm.stops)


def ablation(
    lm: LanguageModel,
    questions: Sequence[Question],
    k: int,
    heads: Iterable[Head],
    metric: str = "exact",
) -> float:
    """Accuracy, 0 to 1, with k examples in the prompt and these heads switched off."""
    return evaluate(without_heads(lm, heads), questions, k, metric).accuracy


@torch.inference_mode()
def _attention(lm: LanguageModel, ids: Tensor) -> Tensor:
    """Attention weights over ids [rows, time]: float32 [rows, layers, heads, time, time]."""
    trace = Trace()
    lm.model.features(ids.to(_device(lm)), trace=trace)
    return torch.stack(trace.attention, dim=1).float().cpu()


def _device(lm: LanguageModel) -> torch.device:
    return lm.model.token_embedding.weight.device
