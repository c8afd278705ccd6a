"""The bridge at night: a plan as a picture, and written answers checked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from gptedu.chapters.reasoning.figures.common import recorded, step_lines
from gptedu.plots.reasoning import bridge as drawn
from gptedu.reasoning import bridge
from gptedu.reasoning.bridge.crossing import BACK, OVER, PEOPLE, beginning

if TYPE_CHECKING:
    import plotly.graph_objects as go


def crossing(trips: Sequence[Sequence[int]], *, title: str = "The bridge at night") -> go.Figure:
    """A plan as a picture that can be stepped through: up to its end, or to what cannot be made.

    trips: who goes, by their minutes. They go from the side on which they are.
    """
    state = beginning()
    moments = [_moment(state, said="all begin here")]
    for people in trips:
        here = state.near if set(people) <= set(state.near) else state.far
        trip = bridge.Trip(OVER if here is state.near else BACK, tuple(people))
        try:
            state = state.after(trip)
        except ValueError as error:
            moments.append(_moment(state, wrong=f"{_trip_words(trip)}: {error}"))
            break
        moments.append(_moment(state, trip.people, _trip_words(trip)))
    return drawn.crossing(moments, title=title)


def _moment(
    state: bridge.State, moved: Sequence[int] = (), said: str = "", wrong: str = ""
) -> drawn.Moment:
    return drawn.Moment(state.near, state.far, state.lamp_far, state.minutes, moved, said, wrong)


def _trip_words(trip: bridge.Trip) -> str:
    return f"{_people(trip)} {'go' if len(trip.people) > 1 else 'goes'} {trip.direction}"


def _people(trip: bridge.Trip) -> str:
    return " and ".join(map(str, trip.people)) or "nobody"


def plan(people: Sequence[int] = PEOPLE) -> str:
    """The fastest plans for people who need these minutes, a plan a line."""
    lines = []
    for each in bridge.fastest(people):
        trips = " | ".join(f"{_people(trip)} {trip.direction}" for trip in each)
        lines.append(f"{sum(max(trip.people) for trip in each)} minutes: {trips}")
    return "\n".join(lines)


def checked_crossing(text: str) -> str:
    """A written answer to the bridge, a trip a line, each with what is wrong about it.

    One mistake that is made on and on is shown twice, and counted.
    """
    try:
        lines = step_lines(bridge.check(text))
    except ValueError as error:
        return f"✗ {error}"
    shown: list[str] = []
    for mistake, same in groupby(lines, lambda line: line.partition("<-")[2]):
        own = [*same]
        shown += own[:2] if mistake and len(own) > 3 else own
        shown += [f"  … and {len(own) - 2} more of these"] if mistake and len(own) > 3 else []
    return "\n".join(shown)


def bridge_of_real() -> str:
    """What the real chat model wrote to the bridge."""
    (run,) = recorded("real")
    return run["bridge"].strip()
