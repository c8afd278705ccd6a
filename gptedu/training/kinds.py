"""The kinds of model in a checkpoint: which class builds one, and which loss teaches it.

The twins of chapter 1 and the reward model of chapter 4 live in packages that stand on this one, so
they are named here and looked up when they are used.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import torch
from torch import nn


def find(name: str) -> Any:
    """What "module:attribute" names."""
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)


@dataclass(frozen=True)
class Kind:
    """Names, "module:attribute", of the configuration, the model and the loss."""

    config: str
    model: str
    loss: str = "gptedu.training.loss:lm_loss"

    def build(self, config: dict[str, Any], seed: int = 0) -> nn.Module:
        """An untrained model from the plain values of a configuration."""
        generator = torch.Generator().manual_seed(seed)
        return find(self.model)(find(self.config).from_dict(config), generator)

    def find_loss(self) -> Any:
        """The loss function: (model, batch, generator) -> scalar."""
        return find(self.loss)


MODEL_KINDS = {
    "gpt": Kind("gptedu.model:GPTConfig", "gptedu.model:GPT"),
    "lstm": Kind("gptedu.finetuning.lstm:LSTMConfig", "gptedu.finetuning.lstm:LSTMModel"),
    "bert": Kind(
        "gptedu.model:GPTConfig",
        "gptedu.finetuning.bert:MaskedModel",
        "gptedu.finetuning.bert:masked_loss",
    ),
    # Fitted to comparisons by gptedu.rlhf, never by the loop.
    "reward": Kind("gptedu.model:GPTConfig", "gptedu.rlhf.reward.model:RewardModel", loss=""),
}


def build_from_card(card: dict[str, Any]) -> nn.Module:
    """The untrained model that a card describes by "kind" and "model"."""
    kind = card.get("kind", "gpt")
    if kind not in MODEL_KINDS:
        raise ValueError(f"kind {kind!r} in the card is unknown: known are {list(MODEL_KINDS)}.")
    return MODEL_KINDS[kind].build(card["model"])
