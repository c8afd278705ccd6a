"""The bridge at night as a picture: one moment is seen at a time, and all of them are told."""

from __future__ import annotations

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


def test_no_moment_is_one_sentence():
    with pytest.raises(ValueError, match="give at least the first one"):
        crossing([], title="None")
