"""Accuracy over several draws: the mean, how far the draws lie apart, and what guessing gives.

A draw is one random choice of labels, new weights and their order. One alone says little where
labels are few, so every figure here shows the least and the most of them as an error bar.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean

import plotly.graph_objects as go

from gptedu.plots.style import COLOURS, DASHES, INK, LINE, MARKERS, PATTERNS, dress, in_short

Draws = Sequence[float]
"""One accuracy a draw, in percent."""

WIDTH = 680
_NUMBER = 7  # percent of the axis that a number above a bar covers
GUESSING = {"color": LINE, "dash": "dot", "width": 2}


def accuracy_bars(
    scores: Mapping[str, Mapping[str, Draws]],
    chance: Mapping[str, float | None] | None = None,
    *,
    title: str,
) -> go.Figure:
    """Groups of bars, one group a task, with error bars from the least draw to the most.

    scores: who -> task -> draws. chance: task -> what guessing gives, in percent; a dotted line.
    None where nothing can be guessed, as with answers in words of one's own: for a task, or for
    all. Raises ValueError where a task or its draws are missing.
    """
    tasks = list(next(iter(scores.values())) if chance is None else chance)
    width = 0.8 / len(scores)
    figure = go.Figure()
    said = []
    for i, (who, by_task) in enumerate(scores.items()):
        means, below, above = _spreads(who, [by_task.get(task, ()) for task in tasks])
        at = [place - 0.4 + (i + 0.5) * width for place in range(len(tasks))]
        figure.add_bar(
            name=who,
            x=at,
            y=means,
            width=0.94 * width,
            error_y=_error(below, above),
            marker={"color": COLOURS[i], "pattern": {"shape": PATTERNS[i], "fgcolor": "#FFFFFF"}},
            hovertemplate="%{y:.1f}%<extra>" + who + "</extra>",
        )
        figure.add_scatter(
            x=at,
            y=[
                _clear(mean + more, (chance or {}).get(task))
                for task, mean, more in zip(tasks, means, above, strict=True)
            ],
            text=[_whole(mean) for mean in means],
            mode="text",
            textposition="top center",
            showlegend=False,
            hoverinfo="skip",
        )
        said.append(f"{who}: {_words(tasks, means)}")
    if chance is not None:
        known = {task: level for task, level in chance.items() if level is not None}
        places = [place for place, task in enumerate(tasks) if task in known]
        figure.add_scatter(
            x=[x for place in places for x in (place - 0.45, place + 0.45, None)],
            y=[y for level in known.values() for y in (level, level, None)],
            name="guessing",
            mode="lines",
            line=GUESSING,
        )
        said.append(f"guessing: {_words(list(known), list(known.values()))}")
    dress(figure, title, "", "accuracy (%)", f"{title}. {'; '.join(said)}.")
    figure.update_layout(barmode="overlay", width=WIDTH)
    figure.update_xaxes(
        tickvals=list(range(len(tasks))), ticktext=tasks, showgrid=False, zeroline=False
    )
    figure.update_yaxes(range=[0, 108], dtick=20)
    return figure


def accuracy_lines(
    x: Sequence[float],
    scores: Mapping[str, Sequence[Draws | float]],
    chance: Mapping[str, float] | float,
    *,
    title: str,
    x_title: str,
    y_title: str = "accuracy (%)",
    log: bool = False,
) -> go.Figure:
    """Lines with error bars; the axis has its marks where something was measured.

    x: where. scores: name -> draws at each x, or the one number there is. chance: what guessing
    gives, in percent, for all lines or for each; a dotted line for every value, and none where
    nobody can guess (`{}`). log: doubling x is always one step. Raises ValueError where a line has
    not as many points as x.
    """
    figure = go.Figure()
    said = []
    for i, (name, points) in enumerate(scores.items()):
        if len(points) != len(x):
            raise ValueError(
                f"the line {name!r} has {len(points)} points for {len(x)} places: give one each"
            )
        means, below, above = _spreads(name, points)
        look = i % len(COLOURS)
        figure.add_scatter(
            name=name,
            x=list(x),
            y=means,
            error_y=_error(below, above),
            mode="lines+markers",
            line={"color": COLOURS[look], "dash": DASHES[look], "width": 2.5},
            marker={"symbol": MARKERS[look], "size": 9},
            hovertemplate="%{y:.1f}%<extra>" + name + "</extra>",
        )
        said.append(
            f"{name}: {_whole(means[0])}% at {in_short(x[0])}, "
            f"{_whole(means[-1])}% at {in_short(x[-1])}"
        )
    levels = {chance} if isinstance(chance, int | float) else set(chance.values())
    for level in sorted(levels):
        figure.add_hline(
            y=level,
            line=GUESSING,
            annotation_text=f"guessing {level:.0f}%",
            annotation_position="right",
        )
        said.append(f"guessing: {level:.0f}%")
    dress(figure, title, x_title, y_title, f"{title}. {'; '.join(said)}.")
    marks = list(x) if log else _apart(x)
    ticks = [in_short(each) for each in marks]
    figure.update_xaxes(tickvals=marks, ticktext=ticks, minor_ticks="", zeroline=False)
    if log:
        figure.update_xaxes(type="log")
    figure.update_layout(width=WIDTH, margin={"r": 120 if levels else 24})
    figure.update_yaxes(range=[0, 103], dtick=20)
    return figure


def _apart(x: Sequence[float]) -> list[float]:
    """The places whose marks do not run into the one before, on a plain axis."""
    least = 0.06 * (max(x) - min(x))
    marks = [x[0]]
    for place in x[1:]:
        if place - marks[-1] >= least:
            marks.append(place)
    return marks


def _spreads(
    name: str, points: Sequence[Draws | float]
) -> tuple[list[float], list[float], list[float]]:
    """Of each point the mean, and how far the least and the most lie from it."""
    several = [[point] if isinstance(point, int | float) else list(point) for point in points]
    if not all(several):
        raise ValueError(f"{name!r} has a point without a draw: give at least one")
    means = [fmean(draws) for draws in several]
    below = [mean - min(draws) for mean, draws in zip(means, several, strict=True)]
    above = [max(draws) - mean for mean, draws in zip(means, several, strict=True)]
    return means, below, above


def _error(below: list[float], above: list[float]) -> dict:
    """Plotly's error bar; none where every point has one draw, or draws that agree."""
    return {
        "array": above,
        "arrayminus": below,
        "thickness": 1.6,
        "width": 4,
        "color": INK,
        "visible": any(above) or any(below),
    }


def _clear(top: float, level: float | None) -> float:
    """Where a number stands: on its bar, or on the line of guessing that would run through it."""
    return level if level is not None and top < level < top + _NUMBER else top


def _whole(percent: float) -> str:
    """A half goes up, so that bars of 58.5 and 59.5 do not seem two apart."""
    return str(math.floor(percent + 0.5))


def _words(tasks: Sequence[str], accuracies: Sequence[float]) -> str:
    names = (task.replace("<br>", " ") for task in tasks)
    return ", ".join(
        f"{name} {_whole(each)}%" for name, each in zip(names, accuracies, strict=True)
    )
