"""The kinds of model in a checkpoint: how each is built, and which loss teaches it.

A part that defines a network registers it here, below itself; `gptedu.zoo` and the command line
import the parts that do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.training.loss import lm_loss

Loss = Callable[..., Tensor]  # (model, batch, generator) -> scalar


@dataclass(frozen=True)
class Kind:
    """config: a class with `from_dict`. model: (configuration, generator) -> network. loss: of the
    training loop; None for a network that is not made by it."""

    config: Any
    model: Callable[..., nn.Module]
    loss: Loss | None = lm_loss

    def build(self, config: dict[str, Any], seed: int = 0) -> nn.Module:
        """An untrained model from the plain values of a configuration."""
        return self.model(self.config.from_dict(config), seeded(seed))


_KINDS: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    """Says what a card with this "kind" describes."""
    _KINDS[name] = kind


def find_kind(name: str) -> Kind:
    """A registered kind. Raises ValueError with those there are."""
    if name not in _KINDS:
        raise ValueError(f"there is no kind {name!r}: known are {', '.join(_KINDS)}")
    return _KINDS[name]


def build_from_card(card: dict[str, Any]) -> nn.Module:
    """The untrained model that a card describes by "kind" and "model"."""
    return find_kind(card.get("kind", "gpt")).build(card["model"])


register("gpt", Kind(GPTConfig, GPT))
