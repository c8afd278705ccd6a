"""The steps of an exchange: everybody's things, state by state, or one thing or person followed."""

from __future__ import annotations

from collections.abc import Sequence

from gptedu.reasoning.checking.step import Marks
from gptedu.world.problems.exchanges import Exchange
from gptedu.world.problems.problem import Problem

THEN = ", then "


def check(problem: Problem, steps: Sequence[str], marks: Marks) -> tuple[str | None, str | None]:
    """(the way, what the steps come to)."""
    if not steps:
        return None, None
    head, colon, rest = steps[0].partition(": ")
    if colon and len(steps) == 1:
        return "followed", _followed(problem, head, rest, marks)
    return "states", _states(problem, steps, marks)


def _followed(problem: Problem, head: str, rest: str, marks: Marks) -> str | None:
    """ "The lamp: Tom, then Ann" or "Tom: the lamp, then the key"."""
    made: Exchange = problem.made
    of_thing = problem.asked.startswith("the ")
    things = [f"the {thing}" for thing in made.things]
    if head.lower() != problem.asked.lower():
        marks.add(f"{head}:", f"{problem.asked} is asked about")
    states, known = made.states(), problem.names if of_thing else things
    before: str | None = None
    said = rest.split(THEN)
    for place, each in enumerate(said):
        if place >= len(states):
            marks.add(each, "nothing more changes hands")
        elif each not in known:
            marks.add(each, f"there is no {each} in the story")
        elif place == 0:
            first = _at_first(problem, of_thing)
            marks.add(each, "" if each == first else f"it was {first} at first")
        else:
            wanted = (
                _holder_after(problem, before, place - 1)
                if of_thing
                else _thing_after(problem, before, place - 1)
            )
            marks.add(each, "" if each == wanted else f"then it is {wanted}")
        before = each
    if len(said) < len(states):
        marks.add("", f"it leaves out {len(states) - len(said)} of {len(states) - 1} exchanges")
    return before


def _at_first(problem: Problem, of_thing: bool) -> str:
    things = [f"the {thing}" for thing in problem.made.things]
    if of_thing:
        return problem.names[things.index(problem.asked)]
    return things[problem.names.index(problem.asked)]


def _holder_after(problem: Problem, holder: str | None, swap: int) -> str:
    """Who has a thing after a swap, if `holder` had it before."""
    pair = [problem.names[person] for person in problem.made.swaps[swap]]
    if holder in pair:
        return pair[1 - pair.index(holder)]
    return holder or ""


def _thing_after(problem: Problem, had: str | None, swap: int) -> str:
    """What the person has after a swap who had `had` before; the others have what they truly
    have."""
    person = problem.names.index(problem.asked)
    pair = problem.made.swaps[swap]
    if person not in pair:
        return had or ""
    other = pair[1 - pair.index(person)]
    return f"the {problem.made.states()[swap][other]}"


def _states(problem: Problem, steps: Sequence[str], marks: Marks) -> str | None:
    """ "Tom lamp, Ann key", state by state, each judged by the one before."""
    made: Exchange = problem.made
    wanted = dict(zip(problem.names, made.things, strict=True))
    now: dict[str, str] | None = None
    for place, step in enumerate(steps):
        if place > len(made.swaps):
            marks.add(step, "nothing more changes hands")
            continue
        pairs = [tuple(pair.split(" ")) for pair in step.split(", ")]
        if any(len(pair) != 2 for pair in pairs) or {p[0] for p in pairs} != set(problem.names):
            marks.add(step, "it does not say what each of them has")
            now = None
            wanted = dict(zip(problem.names, made.states()[place], strict=True))
            continue
        if place and now is not None:
            a, b = (problem.names[person] for person in made.swaps[place - 1])
            wanted = now | {a: now[b], b: now[a]}
        elif place:
            wanted = dict(zip(problem.names, made.states()[place], strict=True))
        now = {pair[0]: pair[1] for pair in pairs}
        amiss = [name for name in problem.names if now[name] != wanted[name]]
        marks.add(step, f"{amiss[0]} has the {wanted[amiss[0]]}" if amiss else "")
    if len(steps) <= len(made.swaps):
        marks.add("", f"it leaves out {len(made.swaps) + 1 - len(steps)} of the exchanges")
    if now is None:
        return None
    if not problem.asked.startswith("the "):
        return f"the {now[problem.asked]}"
    having = [name for name, thing in now.items() if f"the {thing}" == problem.asked]
    return having[0] if having else None
