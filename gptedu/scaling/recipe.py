"""What a run of a sweep is: the course's recipe, with its own text, schedule and optimiser."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from gptedu import checks
from gptedu.model import GPTConfig
from gptedu.scaling.flops import matrix_weights, training_flops
from gptedu.training.optimiser import Optimisers, make_optimiser, parameter_groups
from gptedu.training.recipe import Recipe
from gptedu.training.schedules import rise_and_cosine

RULES = ("muon", "adamw", "adamw/width")
BASE_WIDTH = 16
"""The width at which "adamw/width" has the same rates as "adamw"."""


class Text(Protocol):
    """What a run reads: symbols 0 to `symbols` - 1."""

    @property
    def symbols(self) -> int: ...

    def batch(self, context: int, count: int, seed: int, step: int) -> Tensor: ...

    def held_out(self, context: int, symbols: int) -> tuple[list[Tensor], float | None]: ...

    def to_dict(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class ScalingRecipe(Recipe):
    """One run of a sweep. `tokens` counts symbols.

    text: what it reads. horizon: the schedule's length over the run's; 1 ends with the run, above 1
    the run stops while the rate is still high. rule: what moves the matrices, and how their rate
    depends on the width. "muon" is the course's, whose rate serves all widths; "adamw" has one rate
    for all, `matrix_rate`, at every width; "adamw/width" gives the matrices that rate times
    BASE_WIDTH / width (Yang et al. 2022, table 3).
    """

    text: Text | None = None
    horizon: float = 1.0
    rule: str = "muon"

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.settle(self, checks.positive, "horizon")
        checks.settle(self, checks.one_of, "rule", choices=RULES)
        if self.text is None:
            raise ValueError("text is None: give what the run reads, as RecordText()")

    @property
    def flops(self) -> int:
        """Of the whole run, by formula."""
        return training_flops(self.model, self.steps * self.tokens_per_step)

    @property
    def digest(self) -> str:
        """What tells this recipe from any other: 12 hexadecimal digits."""
        written = json.dumps(self.to_dict(), sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()[:12]

    def schedule(self, step: int) -> float:
        """Learning rate of a step over its highest; it ends after `horizon` times the run."""
        length = max(1, round(self.horizon * self.steps))
        return rise_and_cosine(step, round(self.warmup * length), length - 1, self.min_ratio)

    def optimiser(self, model: nn.Module) -> Optimisers:
        """What moves the parameters, by the recipe's rule."""
        if self.rule == "muon":
            return make_optimiser(model, self)
        groups = parameter_groups(model, self)
        for group in groups:
            own = self.rule == "adamw/width" and group["name"] == "matrices"
            group["peak"] = self.matrix_rate * (BASE_WIDTH / self.model.width if own else 1)
            group["lr"] = group["peak"]
        return Optimisers(torch.optim.AdamW(groups, betas=self.betas, fused=True))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, with the text in the place of the miniature web."""
        fields = super().to_dict()
        del fields["data"]
        assert self.text is not None
        return fields | {"text": self.text.to_dict()}


@dataclass(frozen=True)
class Ladder:
    """How all runs of a sweep follow from a width: one recipe, in which only the width is free.

    symbols_each: symbols read for each matrix weight (Hoffmann et al.'s tokens per parameter).
    batch: windows in a step of the narrowest model; the others' grow with symbols^0.4, rounded.
    head: width of a head. The learning rates are those of all widths.
    """

    text: Text
    context: int = 64
    layers: int = 3
    head: int = 4
    symbols_each: float = 64.0
    batch: int = 4
    narrowest: int = 8
    matrix_rate: float = 0.015
    learning_rate: float = 3e-3

    def model(self, width: int) -> GPTConfig:
        """The model of a width."""
        if width < self.head or width % self.head:
            raise ValueError(
                f"width {width} is no multiple of a head's {self.head}: give one that is"
            )
        return GPTConfig(self.text.symbols, self.context, self.layers, width, width // self.head)

    def recipe(
        self, width: int, seed: int = 0, *, symbols: int | None = None, **changes: Any
    ) -> ScalingRecipe:
        """The run of a width. symbols: read in all, by default `symbols_each` a weight."""
        model = self.model(width)
        if symbols is None:
            symbols = round(self.symbols_each * matrix_weights(model))
        least = self.symbols_each * matrix_weights(self.model(self.narrowest))
        batch = max(1, round(self.batch * (symbols / least) ** 0.4))
        values: dict[str, Any] = {
            "name": f"width {width}",
            "model": model,
            "tokens": symbols,
            "batch_size": batch,
            "matrix_rate": self.matrix_rate,
            "learning_rate": self.learning_rate,
            "min_ratio": 0.0,
            "weight_decay": 0.0,
            "seed": seed,
            "text": self.text,
        }
        return ScalingRecipe(**(values | changes))

    def with_budget(self, width: int, flops: float, seed: int = 0, **changes: Any) -> ScalingRecipe:
        """The run of a width that takes so many FLOPs, up to one step."""
        each = training_flops(self.model(width), 1)
        return self.recipe(width, seed, symbols=max(1, round(flops / each)), **changes)
