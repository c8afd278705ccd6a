"""What a training run is: everything that decides its weights, in one frozen value."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from gptedu import checks
from gptedu.training.schedules import rise_and_cosine

SHARE_OF_STEPS = "a share of the steps, from 0 to below 1"


@dataclass(frozen=True)
class DataOptions:
    """Which part of the miniature web is read.

    seed: seed of the world's documents. tokens: how many distinct tokens are generated; a longer
    run reads them again, shuffled again. validation: tokens of held-out text. without: kinds of
    text left out, as `World.documents(without=...)` takes them. mixture: which kinds of document,
    and how often (`gptedu.world.mixtures`). lead: tokens that are read before anything else, as
    `gptedu.world.leads` has them: in the first mixture, plain repetition. No head copies yet at its
    end (measured at 1M; they form between 6M and 8M); the family was trained so.
    aligned: every window begins with a document (see `data.batches.DocumentBatches`).
    """

    seed: int = 0
    tokens: int = 16_000_000
    validation: int = 65_536
    lead: int = 1_000_000
    without: tuple[str, ...] = ()
    mixture: str = "first"
    aligned: bool = False

    def __post_init__(self) -> None:
        checks.settle(self, checks.whole, "seed", "validation", "lead", least=0)
        checks.settle(self, checks.whole, "tokens")


@dataclass(frozen=True)
class Recipe:
    """One training run.

    model: a configuration with `context`, `width` and `to_dict()` (GPTConfig and its twins').
    tokens: tokens read in all; the schedule ends where they do. batch_size: windows per optimiser
    step, over all processes. matrix_rate: Muon's, of the matrices; learning_rate: AdamW's, of
    embeddings, gains and biases; both at any width (see `optimiser`). warmup: share of the steps
    with a rising learning rate. min_ratio: last learning rate over the highest. checkpoints: steps
    after which a copy of the weights is kept for readers (0 is the untrained model).
    """

    name: str
    model: Any
    tokens: int
    batch_size: int = 16
    matrix_rate: float = 0.008
    learning_rate: float = 1e-3
    warmup: float = 0.02
    min_ratio: float = 0.1
    weight_decay: float = 0.02
    betas: tuple[float, float] = (0.9, 0.95)
    clip: float = 1.0
    seed: int = 0
    checkpoints: tuple[int, ...] = ()
    data: DataOptions = DataOptions()

    def __post_init__(self) -> None:
        checks.settle(self, checks.whole, "tokens", "batch_size")
        checks.settle(self, checks.positive, "matrix_rate", "learning_rate", "clip")
        checks.settle(self, checks.weight, "weight_decay")
        checks.settle(self, checks.probability, "min_ratio")
        checks.settle(self, checks.number, "warmup", least=0, below=1, give=SHARE_OF_STEPS)
        # The seeds of steps are made of it, and torch takes no more than 64 bits.
        checks.settle(self, checks.whole, "seed", least=0, most=2**32 - 1)
        betas = tuple(checks.number("betas", beta, least=0, below=1) for beta in self.betas)
        object.__setattr__(self, "betas", betas)
        if self.tokens < self.tokens_per_step:
            raise ValueError(
                f"tokens is {self.tokens}, less than the {self.tokens_per_step} of one step: "
                "give more tokens or a smaller batch"
            )
        kept = tuple(checks.whole("checkpoints", step, least=0) for step in self.checkpoints)
        object.__setattr__(self, "checkpoints", kept)
        if late := [step for step in kept if step > self.steps]:
            raise ValueError(f"checkpoints {late} lie outside the run's {self.steps} steps")

    @property
    def tokens_per_step(self) -> int:
        """Tokens predicted in one optimiser step."""
        return self.batch_size * self.model.context

    @property
    def steps(self) -> int:
        """Optimiser steps: the whole steps that fit into the token budget."""
        return self.tokens // self.tokens_per_step

    def schedule(self, step: int) -> float:
        """Learning rate of step `step` (from 0) over its highest value: warm-up, then cosine.

        The first step is above 0, and the last one (`steps - 1`) is `min_ratio`.
        """
        warm = round(self.warmup * self.steps)
        return rise_and_cosine(step, warm, self.steps - 1, self.min_ratio)

    def replace(self, **changes: Any) -> Recipe:
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a JSON record; the model's configuration stands under "model"."""
        fields = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        fields["model"] = self.model.to_dict()
        fields["data"] = dataclasses.asdict(self.data) | {"without": list(self.data.without)}
        fields["betas"], fields["checkpoints"] = list(self.betas), list(self.checkpoints)
        return fields
