"""An LSTM language model of GPT's size: what the Transformer is measured against in GPT-1.

The paper swaps the Transformer for one layer of 2,048 LSTM units and loses 5.6 points (section 5,
table 5). Here the layer is as wide as gives the same number of parameters.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gptedu import checks
from gptedu.language_model import NextTokenModel
from gptedu.model import text_model
from gptedu.model.body import check_one_input
from gptedu.model.layers import LayerNorm, Linear, linear
from gptedu.training import kinds, recipes
from gptedu.training.recipe import Recipe


@dataclass(frozen=True)
class LSTMConfig:
    """vocab_size: tokens; context: longest sequence read; width: of an embedding; units: of the
    LSTM's state."""

    vocab_size: int
    context: int
    width: int
    units: int

    def __post_init__(self) -> None:
        checks.settle(self, checks.whole, "vocab_size", "context", "width", "units")

    @classmethod
    def same_size(cls, config: Any) -> LSTMConfig:
        """As many weights in the LSTM as a GPTConfig has in its layers.

        A layer of width w has 12w^2 + 13w. One LSTM layer of u units on embeddings of width w,
        projected back to w, has 4u(w + u) + 8u + uw, and 3w for a bias and a norm; u solves that
        quadratic equation. Embeddings and tied head are the same in both.
        """
        width = config.width
        weights = config.layers * (12 * width**2 + 13 * width) - 3 * width
        linear = 5 * width + 8
        units = round((-linear + math.sqrt(linear**2 + 16 * weights)) / 8)
        return cls(config.vocab_size, config.context, width, units)

    def to_dict(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, int]) -> LSTMConfig:
        return cls(**values)


class LSTMModel(nn.Module):
    """Embeddings -> LSTM -> projection -> norm -> tied head; GPT's interface, without attention.

    generator: draws the weights; without one, torch's global state does. (Building the layers
    moves that state all the same.)
    """

    causal = True

    def __init__(self, config: LSTMConfig, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.config = config
        self.token_embedding = nn.Embedding(config.vocab_size, config.width)
        self.lstm = nn.LSTM(config.width, config.units, batch_first=True)
        self.project = Linear(config.units, config.width)
        self.norm = LayerNorm(config.width)
        self.reset_parameters(generator)

    def reset_parameters(self, generator: torch.Generator | None = None) -> None:
        """Scales that keep signals of size 1 through the gates; the forget gate starts open."""
        with torch.no_grad():
            for name, weight in self.lstm.named_parameters():
                if weight.ndim == 2:
                    weight.normal_(0.0, 1 / math.sqrt(weight.shape[1]), generator=generator)
                else:
                    weight.zero_()
                    if name.startswith("bias_ih"):
                        units = self.config.units
                        weight[units : 2 * units] = 1.0
            # The head is the same matrix: rows of length 1 keep its first logits small.
            scale = 1 / math.sqrt(self.config.width)
            self.token_embedding.weight.normal_(0.0, scale, generator=generator)
            scale = 1 / math.sqrt(self.config.units)
            self.project.weight.normal_(0.0, scale, generator=generator)
            self.project.bias.zero_()

    def features(
        self,
        ids: Tensor | None = None,
        *,
        embeddings: Tensor | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """[batch, time] ids, or embeddings in their place -> hidden states [batch, time, width].

        mask: bool [batch, time]. Pads must stand on the right, where no real token comes after
        them; a pad on the left would change the state, and raises ValueError.
        """
        check_one_input(ids, embeddings)
        if mask is not None and bool((mask[:, 1:] & ~mask[:, :-1]).any()):
            raise ValueError("the LSTM reads pads as tokens: pad on the right, not on the left")
        states = self.token_embedding(ids) if embeddings is None else embeddings
        if states.shape[1] > self.config.context:
            raise ValueError(
                f"{states.shape[1]} tokens are more than the context of {self.config.context}"
            )
        # Unit variance at the gates, whatever the embeddings' scale.
        states, _ = self.lstm(states * math.sqrt(self.config.width))
        return self.norm(self.project(states))

    def unembed(self, hidden: Tensor) -> Tensor:
        """[batch, time, width] -> logits [batch, time, vocab_size]; the head is tied."""
        return linear(hidden, self.token_embedding.weight)

    def forward(
        self,
        ids: Tensor | None = None,
        *,
        embeddings: Tensor | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Logits [batch, time, vocab_size]."""
        return self.unembed(self.features(ids, embeddings=embeddings, mask=mask))


def mini_lstm() -> recipes.Entry:
    """An LSTM with as many parameters as mini-s, made of the same text."""
    shape = LSTMConfig.same_size(recipes.SIZES["mini-s"])
    return recipes.Entry(Recipe("mini-lstm", shape, recipes.TOKENS, recipes.BATCH), kind="lstm")


text_model.register(LSTMModel, NextTokenModel)
kinds.register("lstm", kinds.Kind(LSTMConfig, LSTMModel))
recipes.register_both("mini-lstm", mini_lstm)
