"""The bridge at night, stepped through by a slider: who is where, the lamp, the time.

Plotly's slider can be moved by a mouse alone, so all moments stand below the picture in words.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from gptedu.console import in_notebook
from gptedu.plots.style import COLOURS, GRID, INK, LINE, Figure, alt_text, dress

NEAR, FAR = (0.0, 3.3), (6.7, 10.0)
"""From where to where the banks go; the bridge lies between them."""
GROUND, LAMP = 1.0, 2.0
"""How high people stand, and the lamp."""
CLOCK = -1.6
"""Where the bars of the trips lie."""
OWN = 4
"""Traces of one moment: the people, the lamp, its words, and how far the clock has come."""
YELLOW = COLOURS[4]


@dataclass(frozen=True)
class Moment:
    """What is seen at once. near, far: people on the two banks, by the minutes that they need.
    lamp_far: whether the lamp is over there. minutes: gone by. moved: who came here by the last
    trip. said: that trip, in words. wrong: why the next trip cannot be made, "" where it can.
    """

    near: Sequence[int]
    far: Sequence[int]
    lamp_far: bool
    minutes: int
    moved: Sequence[int] = ()
    said: str = ""
    wrong: str = ""


class Crossing(Figure):
    """A crossing, displayed with all its moments in words below: for whoever uses no mouse."""

    def _ipython_display_(self) -> None:
        super()._ipython_display_()
        if in_notebook():
            from IPython.display import display

            told = self.layout.meta["moments"]
            items = "".join(f"<li>{html.escape(words)}</li>" for words in told)
            listed = f"<p>The same in words:</p><ul>{items}</ul>"
            display({"text/html": listed, "text/plain": "\n".join(told)}, raw=True)


def crossing(moments: Sequence[Moment], *, title: str, start: int = 0) -> Crossing:
    """A slider over moments: the two banks above, and each trip as a bar of its minutes below.

    start: the moment that is shown first. Raises ValueError without a moment.
    """
    if not moments:
        raise ValueError("there is no moment to show: give at least the first one")
    start = start % len(moments)
    figure = go.Figure()
    longest = max(moments[-1].minutes, 1)
    for place, moment in enumerate(moments):
        _add(figure, moment, longest, place == start)
    dress(figure, title, "", "", _alt(title, moments))
    _ground(figure)
    _trips(figure, moments, longest)
    figure.update_xaxes(range=[-0.5, 10.5], visible=False)
    figure.update_yaxes(range=[CLOCK - 0.9, 3.4], visible=False)
    figure.update_layout(
        height=400,
        showlegend=False,
        margin={"l": 10, "r": 10, "t": 50, "b": 10},
        sliders=[_slider(moments, start)],
        meta={"alt": alt_text(figure), "moments": list(map(_words, range(len(moments)), moments))},
    )
    figure.__class__ = Crossing  # as `dress` does
    return figure  # type: ignore[return-value]


def _add(figure: go.Figure, moment: Moment, longest: int, shown: bool) -> None:
    """The traces of one moment, seen while the slider is at it."""
    people = [*_places(moment.near, NEAR), *_places(moment.far, FAR)]
    figure.add_scatter(
        x=[x for x, _ in people],
        y=[GROUND] * len(people),
        text=[str(person) for _, person in people],
        mode="markers+text",
        marker={"size": 40, "color": COLOURS[0], "line": {"width": 1.5, "color": "#FFFFFF"}},
        textfont={"color": "#FFFFFF", "size": 16},
        hovertemplate="needs %{text} minutes<extra></extra>",
        visible=shown,
    )
    figure.add_scatter(
        x=[FAR[0] + 0.1 if moment.lamp_far else NEAR[1] - 0.1],
        y=[LAMP],
        text=["lamp"],
        textposition="top center",
        textfont={"color": INK},
        mode="markers+text",
        marker={"size": 22, "symbol": "star", "color": YELLOW, "line": {"width": 1, "color": INK}},
        hoverinfo="skip",
        visible=shown,
    )
    figure.add_scatter(
        x=[5],
        y=[3.0],
        text=[f"✗ {moment.wrong}" if moment.wrong else moment.said],
        mode="text",
        textfont={"size": 16, "color": COLOURS[1] if moment.wrong else INK},
        hoverinfo="skip",
        visible=shown,
    )
    end = 10 * moment.minutes / longest
    figure.add_scatter(
        x=[end, end],
        y=[CLOCK - 0.35, CLOCK + 0.55],
        text=["", f"{moment.minutes} min"],
        textposition="top center",
        textfont={"color": INK},
        mode="lines+text",
        line={"color": COLOURS[1], "width": 3},
        hoverinfo="skip",
        visible=shown,
    )


def _places(people: Sequence[int], bank: tuple[float, float]) -> list[tuple[float, int]]:
    """Where each stands, from left to right."""
    step = (bank[1] - bank[0]) / 4
    return [(bank[0] + (i + 0.5) * step, person) for i, person in enumerate(people)]


def _ground(figure: go.Figure) -> None:
    """The two banks, and the bridge between them."""
    for bank in (NEAR, FAR):
        figure.add_shape(
            type="rect", x0=bank[0], x1=bank[1], y0=0, y1=0.35, line={"width": 0}, fillcolor=LINE
        )
    figure.add_shape(
        type="rect", x0=NEAR[1], x1=FAR[0], y0=0.2, y1=0.35, line={"color": LINE}, fillcolor=GRID
    )
    for x, words in ((sum(NEAR) / 2, "near side"), (5, "the bridge"), (sum(FAR) / 2, "far side")):
        figure.add_annotation(x=x, y=-0.25, text=words, showarrow=False, font={"size": 13})


def _trips(figure: go.Figure, moments: Sequence[Moment], longest: int) -> None:
    """A bar for each trip, as long as it takes: what a page without a slider shows of the plan."""
    for before, after in pairwise(moments):
        if after.wrong:
            continue
        left, right = (10 * each.minutes / longest for each in (before, after))
        words = " ".join(map(str, after.moved))
        figure.add_shape(
            type="rect", x0=left, x1=right, y0=CLOCK - 0.3, y1=CLOCK + 0.3,
            line={"color": INK, "width": 1}, fillcolor=GRID, layer="below",
        )  # fmt: skip
        figure.add_annotation(
            x=(left + right) / 2, y=CLOCK, showarrow=False, font={"size": 12},
            text=f"{words} →" if after.lamp_far else f"← {words}",
        )  # fmt: skip


def _slider(moments: Sequence[Moment], active: int) -> dict[str, Any]:
    """A step for each moment, which shows its own traces and hides those of the others."""
    count = OWN * len(moments)
    steps = [
        {
            "label": str(place),
            "method": "restyle",
            "args": [{"visible": [each // OWN == place for each in range(count)]}],
        }
        for place in range(len(moments))
    ]
    return {
        "active": active,
        "steps": steps,
        "currentvalue": {"prefix": "after trip ", "font": {"size": 14}},
        "pad": {"t": 10, "b": 10},
    }


def _words(number: int, moment: Moment) -> str:
    """What is seen after trip `number`: who went, who is where with the lamp, and the time."""
    trip = f"Trip {number}" if number else "At first"
    if moment.wrong:
        return f"{trip}: ✗ {moment.wrong}."
    near, far = (", ".join(map(str, people)) or "nobody" for people in (moment.near, moment.far))
    if moment.lamp_far:
        far += " and the lamp"
    else:
        near += " and the lamp"
    minutes = f"{moment.minutes} minute{'' if moment.minutes == 1 else 's'}"
    return f"{trip}: {moment.said}. Near side: {near}. Far side: {far}. Time: {minutes}."


def _alt(title: str, moments: Sequence[Moment]) -> str:
    """Trip by trip, for a reader who cannot see it."""
    said = [f"✗ {each.wrong}" if each.wrong else each.said for each in moments[1:]]
    told = "; ".join(f"{number}. {words}" for number, words in enumerate(said, start=1))
    return f"{title}. {told}. {moments[-1].minutes} minutes."
