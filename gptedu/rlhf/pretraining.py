"""Old text read along, so that less is forgotten: the last term of InstructGPT's equation 2."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

from gptedu.text import Tokenizer
from gptedu.training.data.batches import Batches
from gptedu.training.data.web import web_tokens
from gptedu.training.loss import lm_loss
from gptedu.training.recipe import DataOptions

Pretraining = Callable[[int], Tensor]
"""Number of the update -> int64 [batch, time + 1], of pretraining text."""


def pretraining_text(
    tokenizer: Tokenizer,
    context: int,
    batch: int = 8,
    tokens: int = 1_000_000,
    mixture: str = "first",
) -> Pretraining:
    """Batches of the text that the base model was trained on.

    mixture: of the web that it has read (see `gptedu.world.mixtures`).
    """
    options = DataOptions(seed=1, tokens=tokens, mixture=mixture)
    stream = web_tokens(options, "train", tokenizer)
    return Batches(stream, context, batch, seed=0)


def ptx_loss(model: nn.Module, batch: Tensor, weight: float) -> Tensor:
    """-gamma E_pretrain[log pi] (InstructGPT, equation 2): `weight` times the language-model loss.

    batch: int64 [batch, time + 1], of pretraining text.
    """
    return weight * lm_loss(model, batch)
