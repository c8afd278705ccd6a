"""The bridge at night as a picture: one moment is seen at a time, and all of them are told."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from gptedu.plots.reasoning.bridge import OWN, Moment, crossing
from gptedu.plots.style import alt_text

PLAN = [
    Moment((1, 2), (), False, 0, said="all begin here"),
    Moment((), (1, 2), True, 2, (1, 2), "1 and 2 go over"),
]
STUCK = [*PLAN[:1], Moment((1, 2), (), False, 0, wrong="nobody goes back: no")]


def seen(figure) -> list[bool]:
    return [trace.visible for trace in figure.data]


def test_one_moment_is_seen_and_the_slider_shows_the_others():
    figure = crossing(PLAN, title="Two")
    assert seen(figure) == [True] * OWN + [False] * OWN
    assert figure.data[0].text == ("1", "2")
    (slider,) = figure.layout.sliders
    shown = [list(step.args[0]["visible"]) for step in slider.steps]
    assert shown == [[True] * OWN + [False] * OWN, [False] * OWN + [True] * OWN]
    assert seen(crossing(PLAN, title="Two", start=-1)) == shown[1]


def test_the_lamp_stands_where_it_is():
    figure = crossing(PLAN, title="Two")
    before, after = (figure.data[place].x[0] for place in (1, OWN + 1))
    assert before < 5 < after


def test_trips_are_bars_of_their_minutes_and_told_in_words():
    figure = crossing(PLAN, title="Two")
    assert [each.text for each in figure.layout.annotations][-1] == "1 2 →"
    assert alt_text(figure) == "Two. 1. 1 and 2 go over. 2 minutes."


def test_what_cannot_be_made_is_said_and_has_no_bar():
    figure = crossing(STUCK, title="Stuck")
    assert "✗ nobody goes back: no" in alt_text(figure)
    assert figure.data[OWN + 2].text == ("✗ nobody goes back: no",)
    assert not [a.text for a in figure.layout.annotations if "→" in a.text]


def told(figure, monkeypatch) -> tuple[list[str], str]:
    """The items below the picture, and the kinds of all that is displayed, in their order."""
    shown: list[dict[str, str]] = []
    monkeypatch.setattr("gptedu.plots.style.in_notebook", lambda: True)
    monkeypatch.setattr("gptedu.plots.reasoning.bridge.in_notebook", lambda: True)
    monkeypatch.setattr(go.Figure, "_ipython_display_", lambda figure: shown.append({"plot": ""}))
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    monkeypatch.setattr("IPython.display.update_display", lambda data, **_: None)
    figure._ipython_display_()
    assert "plot" in shown[0]
    assert shown[-1]["text/plain"].count("\n") == shown[-1]["text/html"].count("<li>") - 1
    return shown[-1]["text/plain"].split("\n"), shown[-1]["text/html"]


def test_every_moment_stands_below_in_words_for_whoever_uses_no_mouse(monkeypatch):
    lines, listed = told(crossing(PLAN, title="Two"), monkeypatch)
    assert lines == [
        "At first: all begin here. Near side: 1, 2 and the lamp. Far side: nobody. "
        "Time: 0 minutes.",
        "Trip 1: 1 and 2 go over. Near side: nobody. Far side: 1, 2 and the lamp. Time: 2 minutes.",
    ]
    assert all(f"<li>{line}</li>" in listed for line in lines)
    assert alt_text(crossing(PLAN, title="Two")) == "Two. 1. 1 and 2 go over. 2 minutes."


def test_what_is_said_is_escaped_and_what_cannot_be_made_is_marked(monkeypatch):
    wrong = Moment((1, 2), (), False, 0, wrong="<b> cannot")
    lines, listed = told(crossing([*STUCK[:1], wrong], title="Stuck"), monkeypatch)
    assert lines[-1] == "Trip 1: ✗ <b> cannot."
    assert "<b>" not in listed


def test_outside_a_notebook_nothing_more_is_displayed(monkeypatch):
    shown: list[object] = []
    monkeypatch.setattr(go.Figure, "_ipython_display_", lambda figure: None)
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    crossing(PLAN, title="Two")._ipython_display_()
    assert shown == []


def test_no_moment_is_one_sentence():
    with pytest.raises(ValueError, match="give at least the first one"):
        crossing([], title="None")
