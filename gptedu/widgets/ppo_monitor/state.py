"""What PPOMonitor shows of a run: a pure function of records, without Jupyter.

Every number comes from the record, through `gptedu.plots.ppo_curves.curve`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gptedu import checks
from gptedu.plots.ppo_curves import AGAINST, QUANTITIES, curve, number
from gptedu.widgets.base.strokes import ticks

Row = Mapping[str, Any]
Lines = dict[str, dict[str, list[float | None]]]

LARGE = ("reward", "truth")
"""Drawn large, against what the learner chooses; everything else against the step."""

FROM_ZERO = ("kl", "beta", "length")
EVERY = 5  # steps for which samples stay on the screen: time to read them
MOST_MEAN, MOST_STEPS = 50, 100_000
BETAS = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


def check_view(against: str, mean_of: Any) -> int:
    """`mean_of` as a whole number; raises ValueError for settings that mean nothing."""
    checks.one_of("against", against, AGAINST)
    return checks.whole("mean_of", mean_of, most=MOST_MEAN)


def whole(steps: Any) -> int:
    """`steps` where it is a number of steps to take; else ValueError."""
    return checks.whole("steps", steps, most=MOST_STEPS)


def lines_of(record: Iterable[Row], against: str, mean_of: int = 1) -> Lines:
    """The lines of a run: {"x": {axis: [steps]}, "y": {quantity: [steps]}}, None where unknown.

    A quantity that the run never knows has no line. The large panels' axis is `against`, that of
    the others "step".
    """
    rows = list(record)
    x = {axis: curve(rows, "step", axis, mean_of)[0] for axis in {"step": 0, against: 0}}
    y = {name: curve(rows, name, axis_of(name, against), mean_of)[1] for name in QUANTITIES}
    known = {name: line for name, line in y.items() if any(value is not None for value in line)}
    return {"x": x, "y": known}


def axis_of(name: str, against: str) -> str:
    """The axis that a quantity is drawn against."""
    return against if name in LARGE else "step"


def panels_of(runs: Sequence[Lines], against: str, until: int) -> list[dict[str, Any]]:
    """One panel a quantity that some run knows: its words, its ranges [low, high] and its ticks.

    runs: the lines that are drawn. until: the step at which the run means to end, so that a curve
    grows into its place. Without any line there are the panels of an empty run.
    """
    names = [name for name in QUANTITIES if any(name in run["y"] for run in runs)]
    panels = []
    for name in names or [name for name in QUANTITIES if name != "truth"]:
        axis = axis_of(name, against)
        across = [v for run in runs if name in run["y"] for v in run["x"].get(axis, ())]
        up = [v for run in runs for v in run["y"].get(name, ())]
        if axis == "step":
            x = [0.0, max([float(until), 10.0, *_known(across)])]
        else:
            x = [min([0.0, *_known(across)]), max([0.5, *_known(across)]) * 1.03]
        y = _range(_known(up), name in FROM_ZERO)
        of = QUANTITIES[name]
        panels.append(
            {
                "name": name,
                "title": of.title,
                "unit": of.unit,
                "form": of.form,
                "large": name in LARGE,
                "axis": axis,
                "axis_title": AGAINST[axis],
                "x": x,
                "y": y,
                "x_ticks": ticks(x[0], x[1], 6 if name in LARGE else 4),
                "y_ticks": ticks(y[0], y[1], 4 if name in LARGE else 3),
            }
        )
    return panels


def said_at(record: Sequence[Row], step: int | None) -> dict[str, str]:
    """What each quantity was at a step, as people write it; "–" where it is not known."""
    row = next((row for row in record if row["step"] == step), {})
    return {name: of.say(number(row.get(name))) for name, of in QUANTITIES.items()}


def told(record: Sequence[Row]) -> str:
    """What a screen reader says when training stops."""
    if not record:
        return "Stopped before the first step."
    at = said_at(record, record[-1]["step"])
    said = [f"{QUANTITIES[name].title} {value}" for name, value in at.items() if value != "–"]
    return f"Stopped after step {record[-1]['step']}: {', '.join(said)}."


def samples_at(record: Sequence[Row], step: int) -> tuple[int | None, list[dict[str, Any]]]:
    """The answers recorded at a step, or at the last one before it that has any; with its step."""
    for row in reversed(record):
        if row["step"] <= step and row.get("samples"):
            samples = [
                {
                    "prompt": str(sample["prompt"]),
                    "answer": str(sample["answer"]),
                    **{
                        name: QUANTITIES[name].say(number(sample.get(name)))
                        for name in ("reward", "truth")
                    },
                }
                for sample in row["samples"]
            ]
            return row["step"], samples
    return None, []


def step_shown(record: Sequence[Row], look: int | None, running: bool) -> int | None:
    """The step whose answers are shown: the chosen one, or the newest.

    While training goes on the newest changes every few steps only, so that it can be read.
    """
    if not record:
        return None
    first, last = record[0]["step"], record[-1]["step"]
    if look is not None:
        return min(max(look, first), last)
    return max(first, last - last % EVERY) if running else last


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _range(values: list[float], from_zero: bool) -> list[float]:
    if not values:
        return [0.0, 1.0]
    low, high = min(values), max(values)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high == low:
        return [low - 0.5, high + 0.5] if not from_zero else [0.0, 1.0]
    room = 0.08 * (high - low)
    return [low if from_zero and low == 0.0 else low - room, high + room]
