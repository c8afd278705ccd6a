"""A model with some of its heads switched off, for everything that takes a model.

The mechanism is AttentionExplorer's: `heads_off` of `GPT.forward`, which sets what a head hands on
to zero. No weight changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor, nn

from gptedu.evaluate.accuracy import evaluate
from gptedu.language_model import LanguageModel
from gptedu.model.gpt import heads_by_layer
from gptedu.model.llama import Llama

if TYPE_CHECKING:
    from gptedu.model import GPT
    from gptedu.model.body import LayeredShape
    from gptedu.world import Question

Head = tuple[int, int]
"""(layer, head), both counted from 0."""


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
    """A model that always runs with some heads switched off; it shares the model's weights."""

    def __init__(self, model: GPT | Llama, heads: Sequence[Head]) -> None:
        super().__init__()
        self.model, self.heads = model, tuple(heads)

    @property
    def config(self) -> LayeredShape:
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

    def new_cache(self, batch: int, length: int | None = None) -> Any:
        return self.model.new_cache(batch, length)


def without_heads(lm: LanguageModel, heads: Iterable[Head]) -> LanguageModel:
    """The same model with some heads switched off, for all that takes a LanguageModel.

    Weights are shared, none is changed: every forward pass gets `heads_off=heads`. Raises
    ValueError for a head that is not there.
    """
    off = sorted({(int(layer), int(head)) for layer, head in heads})
    heads_by_layer(off, lm.model.config.layers, lm.model.config.heads)
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


def one_by_one(
    lm: LanguageModel,
    questions: Sequence[Question],
    k: int,
    heads: Sequence[Head],
    metric: str = "exact",
) -> list[float]:
    """Accuracy with none of the heads off, with the first, with the first two, and so on.

    Where heads do the same work, the first few cost little: those that are left stand in for them.
    """
    return [ablation(lm, questions, k, heads[:n], metric) for n in range(len(heads) + 1)]


def lost(full: float, off: float, zero: float) -> float:
    """The share of what examples gain that is gone: 0 nothing, 1 as without examples.

    full, off: accuracy with examples, with all heads and without some. zero: without examples.
    Raises ValueError where examples gain nothing.
    """
    if full <= zero:
        raise ValueError(
            f"{full} with examples and {zero} without: there is no gain that could be lost"
        )
    return (full - off) / (full - zero)
