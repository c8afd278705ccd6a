"""The look of the figures, and numbers in short."""

from __future__ import annotations

import json
import re
from pathlib import Path

import plotly.graph_objects as go
import plotly.io
import pytest

from contrast import contrast
from gptedu.plots import style
from gptedu.plots.style import (
    CLEAR,
    COLOURS,
    INK,
    NARROW,
    below_title,
    dress,
    in_short,
    whole_steps,
)
from gptedu.widgets.prompt_lab.state import in_words


@pytest.mark.parametrize(
    ("number", "short", "words"),
    [
        (50_688, "50.7k", "51 thousand"),
        (217_200, "217k", "217 thousand"),
        (999_499, "999k", "999 thousand"),
        (999_501, "1M", "1 million"),
        (1_146_112, "1.15M", "1.15 million"),
        (1_558_000_000, "1.56B", "1.6 billion"),
    ],
)
def test_counts_of_parameters_are_short_and_without_a_leading_zero(number, short, words):
    assert in_short(number) == short
    assert in_words(number) == words


def test_every_colour_stands_out_from_white():
    for colour in COLOURS:
        rgb = tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
        assert contrast(rgb, (255, 255, 255)) > 2


def rgb(colour):
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


@pytest.mark.parametrize("page", ["#FFFFFF", "#111111"])
def test_letters_can_be_read_on_a_light_page_and_on_a_dark_one(page):
    assert contrast(rgb(INK), rgb(page)) > 4.2
    for colour in COLOURS:
        assert contrast(rgb(colour), rgb(page)) > 2
    figure = dress(go.Figure(), "t", "x", "y", "said")
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == CLEAR
    assert figure.layout.font.color == INK


def test_no_plot_has_greys_of_its_own():
    """Dark ones are lost on a dark page, and pale ones on a light one: `style` has the colours."""
    for path in Path(style.__file__).parent.glob("*.py"):
        own = re.findall(r"#([0-9A-Fa-f]{2})\1\1\b", path.read_text(encoding="utf-8"))
        assert path.name == "style.py" or set(own) <= {"FF"}, path.name


def test_a_figure_takes_of_the_white_look_what_it_needs_and_no_more():
    """What is left out are kinds of plot that the figure has not: a whole template is 7 kB."""
    figure = dress(go.Figure([go.Bar(y=[1], error_y={"array": [1]})]), "t", "x", "y", "said")
    template = figure.layout.template.to_plotly_json()
    assert set(template["data"]) == {"bar"}
    assert len(json.dumps(template)) < 1_500
    white = plotly.io.templates["plotly_white"].to_plotly_json()
    assert template["data"]["bar"] == white["data"]["bar"]
    for part in ("xaxis", "yaxis", "hoverlabel", "hovermode", "annotationdefaults"):
        assert template["layout"][part] == white["layout"][part]


@pytest.fixture
def shown(monkeypatch):
    """What a notebook would show of a figure."""
    there = []
    monkeypatch.setattr(style, "in_notebook", lambda: True)
    monkeypatch.setattr(go.Figure, "_ipython_display_", lambda figure: there.append(figure))
    for name in ("display", "update_display"):
        monkeypatch.setattr(f"IPython.display.{name}", lambda data, **_: there.append(data))
    return there


def test_a_figure_is_shown_as_wide_as_its_page_with_its_sentence_for_screen_readers(shown):
    figure = go.Figure()
    dress(figure, "Size", "x", "y", "From 1 to <2>.")
    figure.update_layout(width=680)
    figure._ipython_display_()
    assert shown[0].layout.width is None
    assert shown[1] == {}  # nothing that a stored notebook is compared with
    assert "From 1 to &lt;2&gt;." in shown[2]["text/html"]
    small = dress(go.Figure(), "", "", "", "").update_layout(width=300)
    small._ipython_display_()
    assert small.layout.width == 300


def test_a_long_title_has_lines():
    title = "A title that is so long that no page of seven hundred pixels has room for it"
    figure = dress(go.Figure(), title, "", "", "")
    lines = figure.layout.title.text.split("<br>")
    assert " ".join(lines) == title
    assert max(map(len, lines)) <= NARROW
    assert below_title(figure) > below_title(dress(go.Figure(), "short", "", "", ""))


@pytest.mark.parametrize(
    ("values", "step"), [([0, 1, 2, 3], 1), (range(1, 17), 2), ([1, 20], 5), ([0, 60], 10)]
)
def test_axes_of_whole_numbers_are_divided_at_whole_numbers(values, step):
    assert whole_steps(values) == {"tick0": 0, "dtick": step}


@pytest.mark.parametrize("values", [[0, 0.5, 1], [], [0, 10_000]])
def test_other_axes_are_left_to_plotly(values):
    assert whole_steps(values) == {}
