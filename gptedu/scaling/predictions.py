"""Predictions, written down before the run they are about.

    assets/records/scaling/predictions.jsonl

One line a prediction, never changed afterwards: it names the run by the digest of its recipe, and
the runs from which it was made. That it came first is shown by the history of the repository.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gptedu import records
from gptedu.scaling.bootstrap import bootstrap
from gptedu.scaling.laws import PowerLaw, fit_power_law
from gptedu.scaling.recipe import ScalingRecipe
from gptedu.scaling.table import Row, column, lines, shortened

NAME = "predictions.jsonl"
LEVEL = 0.9


@dataclass(frozen=True)
class Prediction:
    """What a run will come to.

    name: of the sweep with the run, as "target", or of what else is predicted of it. recipe: the
    run's digest. flops: of the run. loss: predicted, in nats a symbol; for an ability,
    -E[log pass rate], in nats. low, high: in which 90% of the bootstrap's fits end; chance
    among the runs alone, not a law that bends. floor, a, b: of the law, floor + a C^-b.
    floor_known: whether the floor was fixed before the fit. runs: digests of those that were
    fitted. largest: FLOPs of the largest of them. bar: how far what comes out may be from the
    prediction: in per cent of the loss; for an ability, in points of the pass rate.
    """

    name: str
    recipe: str
    flops: int
    loss: float
    low: float
    high: float
    floor: float
    a: float
    b: float
    floor_known: bool
    runs: list[str]
    largest: int
    bar: float

    @property
    def law(self) -> PowerLaw:
        return PowerLaw(self.a, self.b, self.floor)

    @property
    def ratio(self) -> float:
        """The run's compute over that of the largest run that was fitted."""
        return self.flops / self.largest

    def off(self, loss: float) -> float:
        """By how many per cent of what came out the prediction is too high (below 0: too low)."""
        return 100 * (self.loss - loss) / loss


def predict(
    name: str,
    recipe: ScalingRecipe,
    rows: Sequence[Row],
    *,
    bar: float,
    delta: float,
    draws: int = 400,
    values: Sequence[float] | None = None,
    floor: float | None = None,
) -> Prediction:
    """The loss of a run, from the law through smaller ones: L(C) = floor + a C^-b.

    rows: the runs to fit, all of one text; its floor is taken where they know it, and fitted
    elsewhere, unless `floor` sets one. values: one for each run, to be predicted in the place of
    its loss, with a floor of 0. delta: Huber's.

    Raises ValueError where the run itself is among them or one of them is not smaller, and what
    `fit_power_law` raises.
    """
    late = [row for row in rows if row.recipe == recipe.digest or row.flops >= recipe.flops]
    if late:
        raise ValueError(
            f"a run of {late[0].flops:.2e} FLOPs is among those that are to predict one of "
            f"{recipe.flops:.2e}: fit smaller runs only"
        )
    floors = {row.floor for row in rows}
    if len(floors) != 1:
        raise ValueError(f"the runs have {len(floors)} floors: give runs of one text")
    if values is not None:
        floor = 0.0
    elif floor is None:
        floor = floors.pop()
    x = column(rows, "flops")
    losses = column(rows, "loss") if values is None else np.asarray(values, dtype=np.float64)
    law = fit_power_law(x, losses, floor, delta=delta)

    def again(x: np.ndarray, losses: np.ndarray, weights: np.ndarray) -> list[float]:
        return [fit_power_law(x, losses, floor, weights=weights, delta=delta)(recipe.flops)]

    (interval,) = bootstrap([x, losses], again, draws=draws, level=LEVEL)
    return Prediction(
        name=name,
        recipe=recipe.digest,
        flops=recipe.flops,
        loss=float(law(recipe.flops)),
        low=interval.low,
        high=interval.high,
        floor=law.floor,
        a=law.a,
        b=law.b,
        floor_known=floor is not None,
        runs=[row.recipe for row in rows],
        largest=max(row.flops for row in rows),
        bar=bar,
    )


def path(folder: Path | None = None) -> Path:
    """Where they lie: among the records that ship, or below another folder of records."""
    return (folder or records.folder()) / "scaling" / NAME


def read(name: str, file: Path | None = None) -> Prediction:
    """The prediction of a run. Raises FileNotFoundError where there is none."""
    file = file or path()
    found = [each for each in _all(file) if each["name"] == name] if file.exists() else []
    if not found:
        raise FileNotFoundError(f"{file} has no prediction {name!r}: make it before the run")
    return Prediction(**found[0])


def write(prediction: Prediction, file: Path | None = None) -> Prediction:
    """Write a prediction down, once and for all; returns it as it is read again.

    Raises ValueError where that name has one: what was predicted is not changed afterwards.
    """
    file = file or path()
    if file.exists() and any(each["name"] == prediction.name for each in _all(file)):
        raise ValueError(
            f"{file} has a prediction {prediction.name!r} already: a new one needs a new name"
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = shortened(asdict(prediction))
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(kept) + "\n")
    return Prediction(**kept)


def _all(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines(file)]
