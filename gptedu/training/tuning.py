"""Fine-tuning in seconds: its settings, its record, and the step that all its loops take."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from gptedu import checks
from gptedu.console import Stopped
from gptedu.training.recipe import SHARE_OF_STEPS
from gptedu.training.schedules import rise_and_fall
from gptedu.training.steps import Steps

if TYPE_CHECKING:
    from typing_extensions import Self

AGAIN = "stopped, and nothing of it is kept; the same command begins again"


@dataclass(frozen=True)
class Tuning:
    """How a trained model is moved by a few examples: what all methods of fine-tuning share.

    epochs: times each example is read. batch: examples in a step. warmup: share of the steps in
    which the rate rises; it then falls to 0. clip: the longest gradient. Numbers of numpy and torch
    are taken, and held as plain ones.
    """

    epochs: int = 1
    batch: int = 8
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    warmup: float = 0.1
    clip: float = 1.0

    def __post_init__(self) -> None:
        checks.settle(self, checks.whole, "epochs", "batch")
        checks.settle(self, checks.positive, "learning_rate", "clip")
        checks.settle(self, checks.weight, "weight_decay")
        checks.settle(self, checks.number, "warmup", least=0, below=1, give=SHARE_OF_STEPS)

    def schedule(self, step: int, steps: int) -> float:
        """Share of the learning rate at a step: up over the warm-up, then down to 0."""
        return rise_and_fall(step, steps, self.warmup)

    def steps(self, examples: int) -> int:
        """Steps in all, the last of an epoch with what is left."""
        return self.epochs * -(-examples // self.batch)


@dataclass
class Tuned:
    """What came of it. losses: of each step, in nats. finished: whether the last was reached."""

    losses: list[float] = field(default_factory=list)
    seconds: float = 0.0
    finished: bool = False

    def end(self, steps: Steps) -> Self:
        """Notes how the loop ended."""
        self.finished, self.seconds = steps.finished, steps.seconds
        return self

    def or_stop(self, words: str = AGAIN) -> Self:
        """The same, where the last step was reached; raises `Stopped` with these words where not.

        For whoever goes on with the model: half of a training is not to be taken for the whole.
        """
        if not self.finished:
            raise Stopped(words)
        return self


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """The same learning rate for all of its parameters."""
    for group in optimiser.param_groups:
        group["lr"] = rate


def descend(
    loss: Tensor,
    model: nn.Module,
    optimiser: torch.optim.Optimizer,
    clip: float,
    step: int,
    *,
    advice: str = "lower the learning rate",
    also: Iterable[Callable[[], Tensor]] = (),
) -> float:
    """One step down the gradient of a loss, clipped to the norm `clip`; returns the loss.

    step: counted from 0, for the message. also: further losses, each computed when the graph of
    the one before is gone.

    Raises FloatingPointError, with `advice`, where the loss or the gradient is no number; the
    weights are then as before.
    """
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    for more in also:
        more().backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), clip)
    value = loss.item()
    if not (math.isfinite(value) and bool(norm.isfinite())):
        raise FloatingPointError(
            f"at step {step + 1} the loss is {value} and its gradient {norm.item()}: {advice}"
        )
    optimiser.step()
    return value
