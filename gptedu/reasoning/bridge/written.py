"""A written answer to the bridge, trip by trip: which one is wrong, and why.

Models write "Two people go over for 10, two more for 5, and 10 again", or a bare sum such as
"2 + 1 + 10 + 2 + 2 = 17"; where they write both, the sentences count. Often it is not said who
goes. Then every choice is followed at once: a trip is wrong where no choice of people so far allows
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gptedu.reasoning.answers import read_answer
from gptedu.reasoning.bridge.crossing import (
    BACK,
    OVER,
    PEOPLE,
    State,
    Trip,
    beginning,
    fastest,
    states,
)
from gptedu.reasoning.checking.step import Checked, CheckedStep

_SUM = re.compile(r"\d+(?:\s*\+\s*\d+)+")
_LISTED = re.compile(
    r"^[ \t]*(?:[-*][ \t]+)?(?:(?:step|trip)[ \t]*\d+[.):]?|\(?\d+[.):]|\d+[ \t]+[-–])[ \t]+(?=\S)",
    re.IGNORECASE | re.MULTILINE,
)
"""The number of a line in a list: "1. ", "2) ", "(3) ", "Step 4: "."""
_CLAUSES = re.compile(r"\n|[.;:](?=\s|$)|,? (?:and )?then |, (?:and )?|(?<=\d\)) ", re.IGNORECASE)
_BACK = re.compile(r"\b(back|returns?|comes?)\b", re.IGNORECASE)
_GOES = re.compile(r"\b(go|goes|cross|crosses|walk|walks|over|across|again|more)\b", re.IGNORECASE)
_TAKES = re.compile(r"\b(?:for|in|takes?|needs?) (\d+)|\((\d+)[^)]*\)", re.IGNORECASE)
_TO_GO = re.compile(
    r"(?<=\d) minutes?(?: for [\w ]+?)? to (?:go|get|cross|walk|come|be)\b"
    r"(?: (?:all|over|across|back))*",
    re.IGNORECASE,
)
"""In "it takes 17 minutes to go over": how long something takes is no trip by itself."""
_TOTAL = re.compile(
    r"\b(total|altogether|in all|together it|the answer is|minutes in)\b|="
    r"|\b(?:all|everybody|everyone)\b.*\b(?:over|across|crossed)\b",
    re.IGNORECASE,
)


def read_trips(text: str) -> list[tuple[str, Trip]]:
    """The trips of an answer, each with its words.

    In sentences a trip goes over unless it says "back"; numbers are people, by the minutes they
    need, and those after "for" or in brackets are the minutes that it takes. Where no sentence
    tells a trip, a sum does: its trips go over and back in turn. The numbers of a list are no
    people.
    """
    text = _LISTED.sub("", text)
    trips = list(_clauses(text))
    if trips:
        return trips
    found = _SUM.search(text)
    minutes = re.findall(r"\d+", found[0]) if found else []
    return [
        (each, Trip(BACK if place % 2 else OVER, (), int(each)))
        for place, each in enumerate(minutes)
    ]


def _clauses(text: str) -> Iterator[tuple[str, Trip]]:
    for clause in _CLAUSES.split(text):
        words = (clause or "").strip(" .,;")
        if not words or _TOTAL.search(words):
            continue
        told = _TO_GO.sub("", words)
        back, numbers = bool(_BACK.search(told)), re.findall(r"\d+", told)
        if not numbers or not (back or _GOES.search(told)):
            continue
        takes = _TAKES.search(told)
        people = tuple(sorted(int(n) for n in re.findall(r"\d+", _TAKES.sub("", told))))
        minutes = int(takes[1] or takes[2]) if takes else None
        if not takes and len(people) == 1 and re.search(r"\bagain\b", told):
            minutes, people = people[0], ()
        yield words, Trip(BACK if back else OVER, people, minutes)


def check(text: str, people: Sequence[int] = PEOPLE) -> Checked:
    """Every trip of a written answer, right or with what is wrong about it, and the total.

    The last step is that all are over, and that the minutes that the text names are those of its
    trips. `right` is whether it says what the search finds, 17. Raises ValueError for a text that
    names no trip.
    """
    trips = read_trips(text)
    if not trips:
        raise ValueError(
            f"the answer {text[:40]!r} names no trip: write who goes, such as "
            '"1 and 2 go over. 1 goes back.", or the minutes, such as "2 + 1 + 10"'
        )
    possible, steps = {beginning(people)}, []
    for words, trip in trips:
        after, why = _all_after(possible, trip)
        steps.append(CheckedStep(words, why))
        if not after:  # go on as if the lamp had been brought, to name further mistakes
            carried = {State(s.near, s.far, not s.lamp_far, s.minutes) for s in possible}
            after, _ = _all_after(carried, trip)
        possible = after or possible
    amiss = any(step.wrong for step in steps)
    steps.append(_end(text, possible, [trip for _, trip in trips], amiss))
    answer = read_answer(text)
    least = states(fastest(people)[0], people)[-1].minutes
    return Checked("trips", tuple(steps), answer, answer == str(least))


def _all_after(possible: set[State], trip: Trip) -> tuple[set[State], str]:
    """What may stand after a trip, whoever goes; and why nothing may."""
    after: set[State] = set()
    reasons: set[str] = set()
    for state in possible:
        for concrete in _concrete(state, trip):
            try:
                after.add(state.after(concrete))
            except ValueError as error:
                reasons.add(str(error))
    if after:
        return after, ""
    if not reasons:
        return after, f"nobody there takes {trip.minutes} minutes"
    return after, min(reasons)


def _concrete(state: State, trip: Trip) -> Iterator[Trip]:
    """The trip with its people, as many ways as it may be meant."""
    if trip.people or trip.direction != state.direction:
        anybody = (*state.near, *state.far)[:1]
        yield Trip(trip.direction, trip.people or anybody, trip.minutes)
        return
    for each in state.trips():
        if trip.minutes in (None, each.minutes):
            yield each


def _end(text: str, possible: set[State], trips: Sequence[Trip], amiss: bool) -> CheckedStep:
    """Who is left, and whether the minutes add up. amiss: a trip was wrong, so nobody knows who."""
    said = read_answer(text) if _TOTAL.search(text) else None
    words = "" if said is None else f"{said} minutes"
    if not amiss and not any(state.done for state in possible):
        left = min(possible, key=lambda state: (len(state.near), state.near)).near
        still = "still stands" if len(left) == 1 else "still stand"
        return CheckedStep(words, f"{' and '.join(map(str, left))} {still} on the near side")
    named = [trip.minutes or max(trip.people, default=0) for trip in trips]
    if said is not None and said != str(sum(named)):
        return CheckedStep(words, f"the trips take {sum(named)} minutes")
    return CheckedStep(words)
