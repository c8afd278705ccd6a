"""What a body offers: the one interface of GPT, Llama, the LSTM and the masked model.

Everything that stands on a network (fine-tuning, reward models, interpretation, widgets) asks for
one of these, and for no more than it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from torch import Tensor, nn

Heads = Iterable[Any]  # (layer, head) pairs, or the rows of an array or a tensor


@dataclass
class Trace:
    """What a forward pass leaves behind on request."""

    attention: list[Tensor] = field(default_factory=list)  # per layer [B, H, T, K], rows sum to 1
    residual: list[Tensor] = field(default_factory=list)  # layers + 1 times [B, T, C]


class Shape(Protocol):
    """A body's configuration: tokens it knows, tokens it reads at most, width of its states."""

    @property
    def vocab_size(self) -> int: ...
    @property
    def context(self) -> int: ...
    @property
    def width(self) -> int: ...


class LayeredShape(Shape, Protocol):
    """That of a Transformer."""

    @property
    def layers(self) -> int: ...
    @property
    def heads(self) -> int: ...


class Body(Protocol):
    """From tokens to hidden states, and from these to logits: what all four have.

    causal: whether a token's state depends on nothing behind it, so that it can predict the next.
    """

    causal: bool

    @property
    def config(self) -> Shape: ...
    @property
    def token_embedding(self) -> nn.Embedding: ...

    def features(
        self,
        ids: Tensor | None = None,
        *,
        embeddings: Tensor | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Final hidden states [batch, time, width] of ids [batch, time], or of embeddings.

        mask: bool [batch, time], True for a real token, False for a pad.
        """
        ...

    def unembed(self, hidden: Tensor) -> Tensor:
        """Hidden states [..., width] to logits [..., vocab_size]."""
        ...

    def parameters(self, recurse: bool = True) -> Iterator[nn.Parameter]: ...


class Transformer(Body, Protocol):
    """A causal body with heads, whose insides can be read: GPT and Llama."""

    @property
    def config(self) -> LayeredShape: ...
    @property
    def final_norm(self) -> nn.Module | None: ...

    def features(
        self,
        ids: Tensor | None = None,
        *,
        embeddings: Tensor | None = None,
        positions: Tensor | None = None,
        mask: Tensor | None = None,
        cache: Any = None,
        trace: Trace | None = None,
        heads_off: Heads = (),
    ) -> Tensor:
        """As `Body.features`; see `GPT.features` for what the others do."""
        ...

    def new_cache(self, batch: int, length: int | None = None) -> Any:
        """An empty cache of keys and values, to be handed to `features`."""
        ...


def check_one_input(ids: Tensor | None, embeddings: Tensor | None) -> None:
    """ValueError unless exactly one of the two is given."""
    if (ids is None) == (embeddings is None):
        raise ValueError("give the model either ids or embeddings, not both and not neither")


def parameter_count(model: nn.Module) -> int:
    """How many numbers a model has learned; a tied weight counts once."""
    return sum(weight.numel() for weight in model.parameters())
