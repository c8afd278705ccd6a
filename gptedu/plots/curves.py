"""Curves and bars of the chapters, as plotly figures without state.

Numbers in, ``plotly.graph_objects.Figure`` out. Series differ by colour (Okabe and Ito's palette,
made for colour-blind readers) *and* by marker and dash, so that a print in grey still tells them
apart. Every figure carries one sentence that says what it shows, for a reader who cannot see it:
``alt_text(figure)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

# Okabe and Ito (2008), without the yellow, which is too light for a line on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
PATTERNS = ("", "/", ".", "x", "-", "+", "|")


@dataclass(frozen=True)
class Comparison:
    """One line of a chapter's last table: what was measured, the paper's figure and ours."""

    label: str
    paper: float
    ours: float


def accuracy_by_size(
    parameters: Sequence[float],
    accuracy: Mapping[str, Sequence[float]],
    *,
    title: str,
    names: Sequence[str] | None = None,
    chance: float | None = None,
) -> go.Figure:
    """Accuracy of several tasks against model size (GPT-2's Figure 1; GPT-3's Figures 1.2, 1.3).

    ``parameters`` [sizes] are counts, drawn on a logarithmic axis and labelled with ``names``
    where given; ``accuracy`` maps a task to its fractions [sizes], from 0 to 1; ``chance`` draws
    a line for guessing. Raises ValueError where the lengths differ.
    """
    labels = (
        [f"{name} ({in_short(n)})" for name, n in zip(names, parameters, strict=True)]
        if names
        else None
    )
    figure = _lines(
        {task: (parameters, values) for task, values in accuracy.items()},
        title=title,
        x_title="parameters",
        y_title="accuracy",
        x_unit=lambda x: f"{in_short(x)} parameters",
        y_unit=percent,
    )
    ticks = list(dict.fromkeys(parameters))
    figure.update_xaxes(
        type="log", tickvals=ticks, ticktext=labels or [in_short(n) for n in ticks], minor_ticks=""
    )
    return _as_accuracy(figure, chance)


def accuracy_by_step(
    runs: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    title: str,
    x_title: str = "tokens read in training",
    chance: float | None = None,
) -> go.Figure:
    """Accuracy along training (GPT-1's Figure 2, right).

    ``runs`` maps a name to (x [points], accuracy [points], from 0 to 1).
    """
    figure = _lines(
        runs, title=title, x_title=x_title, y_title="accuracy", x_unit=in_short, y_unit=percent
    )
    return _as_accuracy(figure, chance)


def paper_against_ours(
    rows: Sequence[Comparison],
    *,
    title: str,
    unit: str = "%",
    paper: str = "paper",
    ours: str = "ours",
) -> go.Figure:
    """Bars that set the paper's figures beside ours, one pair a line of the chapter's table.

    Figures are in ``unit`` as they stand (percent: 0 to 100). Raises ValueError without rows.
    """
    if not rows:
        raise ValueError("No rows to compare: pass at least one Comparison(label, paper, ours).")
    figure = go.Figure()
    for i, (name, values) in enumerate(
        ((paper, [row.paper for row in rows]), (ours, [row.ours for row in rows]))
    ):
        figure.add_bar(
            name=name,
            x=[row.label for row in rows],
            y=values,
            text=[f"{value:g}" for value in values],
            textposition="outside",
            cliponaxis=False,
            marker={"color": COLOURS[i], "pattern": {"shape": PATTERNS[i], "fgcolor": "#FFFFFF"}},
        )
    said = "; ".join(f"{row.label}: {paper} {row.paper:g}, {ours} {row.ours:g}" for row in rows)
    figure.update_layout(barmode="group", bargap=0.3, bargroupgap=0.06)
    return dress(figure, title, "", unit, f"{title}. In {unit}. {said}.")


def alt_text(figure: go.Figure) -> str:
    """The sentence that says what ``figure`` shows, for a picture's alternative text."""
    meta = figure.layout.meta
    return meta["alt"] if meta else (figure.layout.title.text or "")


def _lines(
    runs: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    title: str,
    x_title: str,
    y_title: str,
    x_unit: Callable[[float], str],
    y_unit: Callable[[float], str],
) -> go.Figure:
    """Lines with markers from a name to (x, y); the alt text names each line's two ends."""
    if not runs:
        raise ValueError("No curves to draw: pass at least one name with its points.")
    figure = go.Figure()
    said = []
    for i, (name, (x, y)) in enumerate(runs.items()):
        x, y = list(x), list(y)
        if len(x) != len(y) or not x:
            raise ValueError(
                f"Curve {name!r} has {len(x)} x values and {len(y)} y values: "
                "pass as many of each, and at least one."
            )
        look = i % len(COLOURS)
        # Long curves get a marker here and there: a marker a point would hide the line.
        figure.add_scatter(
            x=x,
            y=y,
            name=name,
            mode="lines+markers",
            line={"color": COLOURS[look], "dash": DASHES[look], "width": 2.5},
            marker={"symbol": MARKERS[look], "size": 9, "maxdisplayed": 24},
        )
        said.append(f"{name}: {y_unit(y[0])} at {x_unit(x[0])}, {y_unit(y[-1])} at {x_unit(x[-1])}")
    return dress(figure, title, x_title, y_title, f"{title}. {'; '.join(said)}.")


def _as_accuracy(figure: go.Figure, chance: float | None) -> go.Figure:
    figure.update_yaxes(range=[-0.02, 1.03], tickformat=".0%", dtick=0.2)
    if chance is not None:
        figure.add_hline(
            y=chance,
            line={"color": "#666666", "dash": "dot", "width": 1.5},
            annotation_text="guessing",
            annotation_position="top left",
        )
        figure.update_layout(meta={"alt": f"{alt_text(figure)} Guessing: {percent(chance)}."})
    return figure


def dress(figure: go.Figure, title: str, x_title: str, y_title: str, alt: str) -> go.Figure:
    """One look for all: opaque white, so that a dark theme shows the figure as it was checked."""
    figure.update_layout(
        template="plotly_white",
        paper_bgcolor="#FFFFFF",
        plot_bgcolor="#FFFFFF",
        title={"text": title, "x": 0.02, "xanchor": "left", "font": {"size": 17}},
        font={"size": 14, "color": "#222222"},
        legend={"orientation": "h", "y": -0.22, "yanchor": "top", "x": 0, "title": None},
        margin={"l": 70, "r": 30, "t": 56, "b": 60},
        width=760,
        height=440,
        showlegend=True,
        meta={"alt": alt},
    )
    figure.update_xaxes(title_text=x_title, linecolor="#888888", gridcolor="#EEEEEE")
    figure.update_yaxes(title_text=y_title, linecolor="#888888", gridcolor="#E4E4E4")
    return figure


def percent(fraction: float) -> str:
    """0.5 -> "50%"."""
    return f"{100 * fraction:.0f}%"


def in_short(number: float) -> str:
    """12 -> "12", 217_200 -> "217k", 1_146_112 -> "1.15M", 3.1e9 -> "3.1B"."""
    for size, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= 0.9995 * size:  # 999,600 is "1M" and not "1e+03k"
            return f"{number / size:.3g}{unit}"
    return f"{number:g}"
