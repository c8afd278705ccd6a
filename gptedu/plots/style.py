"""The one look of the chapters' plotly figures.

Series differ by colour (Okabe and Ito's palette, made for colour-blind readers) *and* by marker
and dash, so that a print in grey still tells them apart. Every figure carries one sentence that
says what it shows, for a reader who cannot see it: ``alt_text(figure)``.
"""

from __future__ import annotations

import plotly.graph_objects as go

# Okabe and Ito (2008), without the yellow, which is too light for a line on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
PATTERNS = ("", "/", ".", "x", "-", "+", "|")


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


def alt_text(figure: go.Figure) -> str:
    """The sentence that says what ``figure`` shows, for a picture's alternative text."""
    meta = figure.layout.meta
    return meta["alt"] if meta else (figure.layout.title.text or "")


def percent(fraction: float) -> str:
    """0.5 -> "50%"."""
    return f"{100 * fraction:.0f}%"


def in_short(number: float) -> str:
    """12 -> "12", 217_200 -> "217k", 1_146_112 -> "1.15M", 3.1e9 -> "3.1B"."""
    for size, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= 0.9995 * size:  # 999,600 is "1M" and not "1e+03k"
            return f"{number / size:.3g}{unit}"
    return f"{number:g}"
