"""A PPO run's record as curves: what was trained for, what was wanted, and how far it moved.

`curve` takes the points out of a record, and everything that is drawn of a run, here and in
PPOMonitor, goes through it. Against KL it is the picture of Gao et al. 2022 ("Scaling Laws for
Reward Model Overoptimization", figure 1): the reward rises with the distance from the reference,
while the true score turns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gptedu.plots.style import (
    COLOURS,
    DASHES,
    LETTERS,
    MARKERS,
    below_title,
    dress,
    whole_steps,
    wrapped,
)

Record = Iterable[Mapping[str, Any]]
"""One dictionary a step, as `gptedu.rlhf.ppo.record.PPORecord` holds them."""


@dataclass(frozen=True)
class Quantity:
    """A field of a step: its name for people, its unit, and how its numbers are written."""

    title: str
    unit: str
    form: str = ".2f"

    def say(self, value: float | None) -> str:
        """1.234 -> "1.23", with a minus sign that is one; "–" for what is not known."""
        return "–" if value is None else format(value, self.form).replace("-", "−")


QUANTITIES = {
    "reward": Quantity("Reward", "what is trained for"),
    "truth": Quantity("True score", "only watched"),
    "kl": Quantity("KL", "to the reference, nats"),
    "entropy": Quantity("Entropy", "nats per token"),
    "length": Quantity("Length", "tokens per answer", ".1f"),
    "beta": Quantity("β", "weight of the KL penalty", ".3g"),
}

AGAINST = {
    "step": "step",
    "kl": "KL to the reference (nats per answer)",
    "sqrt_kl": "√KL to the reference",
}


def curve(
    record: Record, name: str, against: str = "step", mean_of: int = 1
) -> tuple[list[float | None], list[float | None]]:
    """One quantity of a record as points: (x [steps], y [steps]), in the order of the steps.

    name: a field of the steps. against: "step", "kl" or "sqrt_kl" (of a KL estimated below 0, the
    root is taken as 0). mean_of: each point is the mean of so many steps, itself the last of them;
    x then is their mean too, except for "step". What is not known, or no finite number, is None,
    and left out of means.

    Raises ValueError for an `against` that is none of these, and a `mean_of` below 1.
    """
    if against not in AGAINST:
        raise ValueError(f"against is {against!r}: choose one of {', '.join(AGAINST)}")
    if mean_of < 1:
        raise ValueError(f"mean_of is {mean_of}: give 1 (every step as it is) or more")
    rows = list(record)
    x = _trailing(rows, "step" if against == "step" else "kl", 1 if against == "step" else mean_of)
    y = _trailing(rows, name, mean_of)
    if against == "sqrt_kl":
        x = [None if value is None else math.sqrt(max(value, 0.0)) for value in x]
    return x, y


def _trailing(rows: Sequence[Mapping[str, Any]], name: str, count: int) -> list[float | None]:
    values = [number(row.get(name)) for row in rows]
    if count == 1:
        return values
    means: list[float | None] = []
    for i, value in enumerate(values):
        window = [v for v in values[max(0, i + 1 - count) : i + 1] if v is not None]
        means.append(sum(window) / len(window) if window and value is not None else None)
    return means


def number(value: Any) -> float | None:
    """A finite number, or None: what is unknown or no number has no place in a picture."""
    return float(value) if value is not None and math.isfinite(value) else None


def ppo_curves(
    runs: Mapping[str, Record],
    *,
    title: str,
    quantities: Sequence[str] = ("reward", "truth", "kl", "entropy", "length"),
    against: str = "step",
    mean_of: int = 1,
) -> go.Figure:
    """One panel a quantity, one line a run (see `curve`); runs differ by colour, dash and marker.

    runs: a name -> its record. A quantity that no run knows has no panel. Raises ValueError
    without runs or steps.
    """
    taken = _read(runs)
    shown = [
        name
        for name in quantities
        if any(number(row.get(name)) is not None for rows in taken.values() for row in rows)
    ]
    if not shown:
        raise ValueError(f"no run knows any of {', '.join(quantities)}")
    columns = min(2, len(shown))
    lines = -(-len(shown) // columns)
    titles = [wrapped(f"{_of(name).title} ({_of(name).unit})", 28) for name in shown]
    figure = make_subplots(
        rows=lines,
        cols=columns,
        subplot_titles=titles,
        horizontal_spacing=0.12,
        vertical_spacing=0.32 / lines,
    )
    for place, name in enumerate(shown):
        at = {"row": place // columns + 1, "col": place % columns + 1}
        for look, (run, rows) in enumerate(taken.items()):
            x, y = curve(rows, name, against, mean_of)
            figure.add_scatter(
                x=x,
                y=y,
                name=run,
                legendgroup=run,
                showlegend=place == 0,
                hovertemplate=f"%{{x:.3~g}}: %{{y:{_of(name).form}}}",
                **_look(look),
                **at,
            )
    dress(figure, title, "", "", f"{title}. {_said(taken, shown)}")
    across = [x for rows in taken.values() for x in curve(rows, "step", against)[0]]
    figure.update_xaxes(
        title_text=AGAINST[against],
        title_standoff=4,
        nticks=6,
        **(whole_steps(across, 6) if against == "step" else {}),
    )
    figure.update_annotations(font_size=LETTERS)
    return figure.update_layout(
        height=240 * lines + 150,
        margin={"l": 10, "r": 16, "t": below_title(figure, titles), "b": 60},
        legend={"y": -0.3 / lines},
    )


def _read(runs: Mapping[str, Record]) -> dict[str, list[Mapping[str, Any]]]:
    taken = {name: list(record) for name, record in runs.items()}
    if not any(taken.values()):
        raise ValueError("no steps to draw: give at least one run that has taken a step")
    return {name: rows for name, rows in taken.items() if rows}


def _of(name: str) -> Quantity:
    return QUANTITIES.get(name, Quantity(name.replace("_", " "), "", ".3g"))


def _look(look: int) -> dict[str, Any]:
    look %= len(COLOURS)
    return {
        "mode": "lines+markers",
        "line": {"color": COLOURS[look], "dash": DASHES[look], "width": 2.2},
        "marker": {"symbol": MARKERS[look], "size": 7, "maxdisplayed": 12},
    }


def _said(taken: Mapping[str, Sequence[Mapping[str, Any]]], names: Sequence[str]) -> str:
    """Each run's first and last value of each quantity, in words."""
    parts = []
    for run, rows in taken.items():
        changes = []
        for name in names:
            known = [v for v in (number(row.get(name)) for row in rows) if v is not None]
            if known:
                of = _of(name)
                changes.append(f"{of.title} from {of.say(known[0])} to {of.say(known[-1])}")
        parts.append(f"{run}, {len(rows)} steps: {', '.join(changes)}.")
    return " ".join(parts)
