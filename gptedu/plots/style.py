"""The one look of the chapters' plotly figures.

Series differ by colour (Okabe and Ito's palette, made for colour-blind readers) *and* by marker
and dash, so that a print in grey still tells them apart. A figure is as wide as the page, and
without a ground of its own: its letters can be read on a light page and on a dark one. Every
figure carries one sentence that says what it shows, for a reader who cannot see it.
"""

from __future__ import annotations

import html
import math
import textwrap
import uuid
from collections.abc import Iterable
from typing import Any

import plotly.graph_objects as go
import plotly.io

from gptedu.console import in_notebook

# Okabe and Ito (2008), without the yellow, which is too light for a line on white, and with a grey
# for the black, which is lost on a dark page.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#808080")
MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
PATTERNS = ("", "/", ".", "x", "-", "+", "|")

INK = "#757981"
"""Of letters: as far from white as from a dark page."""
LINE, GRID = "rgba(128,128,128,0.7)", "rgba(128,128,128,0.22)"
CLEAR = "rgba(0,0,0,0)"
LETTERS = 14  # of the page's text
NARROW_PAGE = 560  # pixels for an output where the browser's window has 700
NARROW = 56  # letters of a title that fit there

FLAT = (
    "annotationdefaults", "autotypenumbers", "hoverlabel", "hovermode", "shapedefaults", "xaxis",
    "yaxis",
)  # fmt: skip
"""Of a template's layout, what a figure with two axes uses and `dress` does not set itself."""

HIDDEN = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)"


class Figure(go.Figure):
    """A figure as wide as its page, displayed with its sentence, which screen readers read."""

    def _ipython_display_(self) -> None:
        if (self.layout.width or 0) > NARROW_PAGE:
            self.update_layout(width=None, autosize=True)
        super()._ipython_display_()
        if in_notebook():
            from IPython.display import display, update_display

            # Empty at first: only what a cell displays, and not how it changes, is compared.
            name = f"gptedu-alt-{uuid.uuid4().hex}"
            display({}, raw=True, display_id=name)
            said = f'<p class="gptedu-alt" style="{HIDDEN}">{html.escape(alt_text(self))}</p>'
            update_display({"text/html": said}, raw=True, display_id=name)


def dress(figure: go.Figure, title: str, x_title: str, y_title: str, alt: str) -> Figure:
    """Give a figure the one look of all; it is a `Figure` from then on, whoever holds it."""
    lines = wrapped(title).count("<br>")
    figure.layout.template = _template(figure)  # an update would add to the default one
    figure.update_layout(
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        title={"text": wrapped(title), "x": 0.02, "xanchor": "left", "font": {"size": 17}},
        font={"size": LETTERS, "color": INK},
        legend={"orientation": "h", "y": -0.22, "yanchor": "top", "x": 0, "title": None},
        margin={"l": 66, "r": 24, "t": 56 + 20 * lines, "b": 60},
        autosize=True,
        height=440 + 20 * lines,
        showlegend=True,
        meta={"alt": alt},
    )
    axis = {"linecolor": LINE, "gridcolor": GRID, "zerolinecolor": LINE, "automargin": True}
    figure.update_xaxes(title_text=x_title, **axis)
    figure.update_yaxes(title_text=y_title, **axis)
    figure.__class__ = Figure  # a copy would leave those who hold the first without it
    return figure  # type: ignore[return-value]


def _template(figure: go.Figure) -> dict[str, Any]:
    """Plotly's white look, as far as our figures have to do with it.

    The rest (maps, three dimensions, thirty kinds of trace) would take 13 kB of a notebook for each
    figure in it.
    """
    white = plotly.io.templates["plotly_white"].to_plotly_json()
    kinds = {trace.type for trace in figure.data}
    return {
        "layout": {key: value for key, value in white["layout"].items() if key in FLAT},
        "data": {kind: white["data"][kind] for kind in sorted(kinds) if kind in white["data"]},
    }


def wrapped(words: str, width: int = NARROW) -> str:
    """Words in lines of at most so many letters."""
    return "<br>".join(textwrap.wrap(words, width, break_long_words=False)) or words


def below_title(figure: go.Figure, panels: Iterable[str] = ()) -> int:
    """Pixels above the plots: the title's lines, and those of panels with titles of their own."""
    lines = 1 + str(figure.layout.title.text).count("<br>")
    return 36 + 22 * lines + 20 * max((1 + words.count("<br>") for words in panels), default=0)


def whole_steps(values: Iterable[float | None], most: int = 8) -> dict[str, Any]:
    """How an axis of whole numbers is divided: at whole numbers, at most about so many.

    Empty where a value is none, or they go too far for that to matter.
    """
    known = [value for value in values if value is not None]
    if not known or any(float(value) != int(value) for value in known):
        return {}
    span = max(known) - min(known)
    if span > 10 * most:
        return {}
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100) if span <= each * most)
    return {"tick0": 0, "dtick": step}


def log_marks(low: float, high: float) -> dict[str, Any]:
    """How a logarithmic axis from low to high is marked: with whole numbers, 0.2 and not 2.

    Plotly writes the digit alone between two powers of ten, and leaves the rest to the reader.
    """
    digits = (1, 1.5, 2, 3, 4, 5, 6, 8) if high < 15 * low else (1, 2, 5)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    marks = [float(f"{digit}e{power}") for power in powers for digit in digits]
    return {"tickvals": marks, "ticktext": [f"{mark:g}" for mark in marks], "minor_ticks": ""}


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
