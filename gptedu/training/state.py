"""All that decides how a stopped run goes on.

Batches and chance are functions of seed and step, so weights, the optimiser's moments and the
counters below are the whole of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from gptedu.training.checkpoint import STATE, load_state
from gptedu.training.optimiser import Optimisers
from gptedu.training.recipe import Recipe

Row = tuple[int, int, float]


@dataclass
class Progress:
    """How far a run has come. step: steps taken. seconds: spent, over all starts. total, count:
    sum and number of the losses since the last row. train, validation: rows (step, tokens, nats).
    commit: of the source tree when the run began, which a later start does not change.
    """

    step: int = 0
    seconds: float = 0.0
    total: Tensor | float = 0.0
    count: int = 0
    train: list[Row] = field(default_factory=list)
    validation: list[Row] = field(default_factory=list)
    commit: str | None = None


def _written(recipe: Recipe) -> str:
    return json.dumps(recipe.to_dict(), sort_keys=True)


def state_of(
    model: nn.Module, optimiser: Optimisers, recipe: Recipe, now: Progress
) -> dict[str, Any]:
    """What goes into the state file."""
    return {
        "recipe": _written(recipe),
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
        "progress": dict(vars(now)),
    }


def resume(folder: Path, model: nn.Module, optimiser: Optimisers, recipe: Recipe) -> Progress:
    """Loads the folder's state, if there is one, into model and optimiser.

    Raises ValueError when the file is damaged or belongs to another recipe; nothing has been
    loaded then.
    """
    path = folder / STATE
    if not path.exists():
        return Progress()
    state = load_state(path)
    if state.get("recipe") != _written(recipe):
        raise ValueError(
            f"{path} belongs to a run with another recipe: give another folder, or delete it"
        )
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return Progress(**state["progress"])
