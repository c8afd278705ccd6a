"""The steps of a told sum, in each of the world's four ways of working."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gptedu.reasoning.checking.step import Marks
from gptedu.world.documents.numbers import Sum
from gptedu.world.problems.problem import Problem
from gptedu.world.problems.ways import in_and_out, signed, way_of

_CHAIN = re.compile(
    r"(?P<left>\d+) (?P<sign>and|plus|less|minus|take away) (?P<change>\d+)"
    r"(?: is| makes|:)(?: (?P<first>\d+) to the ten and (?P<rest>\d+) (?P<side>over|under),)?"
    r" (?P<result>\d+)"
)
_MOVE = r"(?:up (\d+)|down (\d+)|(even))"
_BEGINS = re.compile(rf"(?:Backwards|From the end): {_MOVE}")
_BEFORE = re.compile(rf"Before that {_MOVE}: {_MOVE}")
_SO = re.compile(rf"So (\d+), {_MOVE}: (\d+)")
_PART = re.compile(r"(?P<name>In|Comes in|Out|Goes out): (?P<first>\d+)(?P<more>(?:, .*)?)")
_WITH = re.compile(r", with (\d+) it is (\d+)")
_JOIN = re.compile(r"(?P<left>\d+) with (?P<moved>\d+) (?P<side>in|out): (?P<result>\d+)")

NOT_THE_FORM = "this is no step of the way in which the solution begins"
NOTHING_MORE = "nothing more happens in the story"


def check(problem: Problem, steps: Sequence[str], marks: Marks) -> tuple[str | None, str | None]:
    """(the way, what the steps come to)."""
    way = way_of(". ".join(steps) + ".") if steps else None
    if way is None:
        for step in steps:
            marks.add(step, "this is none of the ways of working")
        return None, None
    made: Sum = problem.made
    result = {"running": _chain, "tens": _chain, "back": _back, "apart": _apart}[way](
        made, steps, marks
    )
    return way, None if result is None else str(result)


def _chain(made: Sum, steps: Sequence[str], marks: Marks) -> int | None:
    """From left to right, with or without the ten in between."""
    left, changes = made.start, list(made.changes)
    for step in steps:
        found = _CHAIN.fullmatch(step)
        if not found:
            marks.add(step, NOT_THE_FORM)
            continue
        change = int(found["change"]) * (1 if found["sign"] in ("and", "plus") else -1)
        wrong = _wrong_left(int(found["left"]), left) or _wrong_change(change, changes)
        changes = changes[1:]
        if not wrong and found["first"]:
            wrong = _wrong_ten(found, change)
        marks.add(step, wrong or _wrong_result(int(found["left"]), change, int(found["result"])))
        left = int(found["result"])
    _left_out(changes, marks)
    return left


def _wrong_left(said: int, stood: int) -> str:
    return "" if said == stood else f"it goes on from {said}, and {stood} was reached"


def _wrong_change(said: int, changes: Sequence[int]) -> str:
    if not changes:
        return NOTHING_MORE
    return "" if said == changes[0] else f"the story says {signed(changes[0])} here"


def _wrong_result(left: int, change: int, result: int) -> str:
    right = left + change
    return (
        "" if result == right else f"{left} {'+' if change > 0 else '-'} {abs(change)} is {right}"
    )


def _wrong_ten(found: re.Match[str], change: int) -> str:
    first, rest, left = int(found["first"]), int(found["rest"]), int(found["left"])
    if (found["side"] == "over") is not (change > 0):
        return f"it goes {'up' if change > 0 else 'down'} here"
    if first + rest != abs(change):
        return f"{first} and {rest} is not {abs(change)}"
    ten = left + (first if change > 0 else -first)
    return "" if ten % 10 == 0 else f"{ten} is no ten"


def _left_out(changes: Sequence[int], marks: Marks) -> None:
    if changes:
        marks.add("", f"it leaves out {', '.join(map(signed, changes))}")


def _moved(parts: Sequence[str | None]) -> int:
    """The number of an "up 2", a "down 2" or an "even"."""
    up, down, _ = parts
    return int(up) if up else -int(down) if down else 0


def _back(made: Sum, steps: Sequence[str], marks: Marks) -> int | None:
    """From the end: all changes together, then the start."""
    changes, total = list(reversed(made.changes)), 0
    result: int | None = None
    for step in steps:
        if begins := _BEGINS.fullmatch(step):
            total = _moved(begins.groups())
            marks.add(step, _wrong_change(total, changes))
            changes = changes[1:]
        elif before := _BEFORE.fullmatch(step):
            change, said = _moved(before.groups()[:3]), _moved(before.groups()[3:])
            wrong = _wrong_change(change, changes)
            if not wrong and said != total + change:
                wrong = f"{signed(total)} and {signed(change)} is {signed(total + change)}"
            marks.add(step, wrong)
            total, changes = said, changes[1:]
        elif so := _SO.fullmatch(step):
            start, move, said = int(so[1]), _moved(so.groups()[1:4]), int(so[5])
            _left_out(changes, marks)
            changes = []
            wrong = "" if start == made.start else f"the story begins with {made.start}"
            if not wrong and move != total:
                wrong = f"it was {signed(total)} in all"
            if not wrong and said != start + move:
                wrong = f"{start}, {signed(move)}, is {start + move}"
            marks.add(step, wrong)
            result = said
        else:
            marks.add(step, NOT_THE_FORM)
    if result is None:
        marks.add("", f"it does not come back to the start, {made.start}")
    return result


def _apart(made: Sum, steps: Sequence[str], marks: Marks) -> int | None:
    """What comes in, what goes out, then both with the start."""
    parts = dict(zip(("in", "out"), in_and_out(made), strict=True))
    moved = {side: 0 for side, part in parts.items() if not part}
    total = made.start
    joined: set[str] = set()
    for step in steps:
        if part := _PART.fullmatch(step):
            side = "in" if part["name"] in ("In", "Comes in") else "out"
            moved[side], wrong = _part(part, parts[side])
            marks.add(step, wrong)
        elif join := _JOIN.fullmatch(step):
            side, said = join["side"], int(join["moved"])
            wrong = _wrong_left(int(join["left"]), total)
            if not wrong and side in joined:
                wrong = f"what went {side} was counted already"
            if not wrong and said != moved.get(side):
                came = moved.get(side)
                wrong = (
                    f"what goes {side} was not added up" if came is None else f"{came} goes {side}"
                )
            change = said if side == "in" else -said
            result = int(join["result"])
            marks.add(step, wrong or _wrong_result(int(join["left"]), change, result))
            total = result
            joined.add(side)
        else:
            marks.add(step, NOT_THE_FORM)
    forgotten = [side for side, part in parts.items() if part and side not in joined]
    if forgotten:
        marks.add("", f"it leaves out what goes {' and '.join(forgotten)}")
    return total


def _part(found: re.Match[str], changes: Sequence[int]) -> tuple[int, str]:
    """What a side adds up to as it is written, and the first thing that is wrong about it."""
    wrong = list(_wrong_in_part(found, changes))
    results = _WITH.findall(found["more"])
    return int(results[-1][1]) if results else int(found["first"]), wrong[0] if wrong else ""


def _wrong_in_part(found: re.Match[str], changes: Sequence[int]) -> Iterator[str]:
    said = [int(found["first"]), *(int(change) for change, _ in _WITH.findall(found["more"]))]
    total = said[0]
    if _WITH.sub("", found["more"]):
        yield NOT_THE_FORM
    for place, number in enumerate(said):
        if place >= len(changes):
            yield NOTHING_MORE
        elif number != changes[place]:
            yield f"the story says {changes[place]} here"
    for change, result in _WITH.findall(found["more"]):
        yield from filter(None, [_wrong_result(total, int(change), int(result))])
        total = int(result)
    if len(said) < len(changes):
        yield f"it leaves out {', '.join(map(str, changes[len(said) :]))}"
