"""The steps of a chain of ages: name by name, or the comparisons first and the numbers after."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gptedu.reasoning.checking.step import Marks
from gptedu.world.problems.problem import Problem

_BEGINS = re.compile(r"(?P<name>[A-Z]\w*) is (?P<age>\d+)")
_NEXT = re.compile(
    r"(?P<name>[A-Z]\w*) is (?P<left>\d+) (?P<sign>[+-]) (?P<n>\d+) = (?P<age>-?\d+)"
)
_COMPARED = re.compile(r"(?P<name>[A-Z]\w*) is (?P<other>[A-Z]\w*) (?P<sign>[+-]) (?P<n>\d+)")
_NUMBERS = re.compile(r"In numbers: (?P<ages>-?\d+(?:, -?\d+)*)")


def check(problem: Problem, steps: Sequence[str], marks: Marks) -> tuple[str | None, str | None]:
    """(the way, what the steps come to)."""
    if not steps:
        return None, None
    if _BEGINS.fullmatch(steps[0]):
        return "names", _by_name(problem, steps, marks)
    if _COMPARED.match(steps[0]):
        return "comparisons", _compared(problem, steps, marks)
    for step in steps:
        marks.add(step, "this is none of the ways of working")
    return None, None


def _by_name(problem: Problem, steps: Sequence[str], marks: Marks) -> str | None:
    names, changes = problem.names, problem.made.changes
    age: int | None = None
    for place, step in enumerate(steps):
        found = _NEXT.fullmatch(step) if place else _BEGINS.fullmatch(step)
        if not found or place >= len(names):
            marks.add(step, "nobody else is in the story" if found else "this is no step of it")
            continue
        wrong = "" if found["name"] == names[place] else f"it is about {names[place]} here"
        said = int(found["age"])
        if place == 0:
            wrong = wrong or _told("age", said, problem.made.start)
        else:
            left, change = int(found["left"]), int(found["sign"] + found["n"])
            if not wrong and left != age:
                wrong = f"{names[place - 1]} was {age}"
            wrong = wrong or _told("difference", change, changes[place - 1])
            if not wrong and said != left + change:
                wrong = f"that is {left + change}"
        marks.add(step, wrong)
        age = said
    if len(steps) < len(names):
        marks.add("", f"it leaves out {', '.join(names[len(steps) :])}")
    return None if age is None else str(age)


def _told(what: str, said: int, told: int) -> str:
    return "" if said == told else f"the {what} in the story is {abs(told) if said > 0 else told}"


def _compared(problem: Problem, steps: Sequence[str], marks: Marks) -> str | None:
    names, changes = problem.names, problem.made.changes
    pairs = steps[0].split("; ")
    for place, pair in enumerate(pairs):
        found = _COMPARED.fullmatch(pair)
        if not found or place >= len(changes):
            marks.add(pair, "nobody else is in the story" if found else "this is no comparison")
            continue
        wrong = ""
        if (found["other"], found["name"]) != (names[place], names[place + 1]):
            wrong = f"it is about {names[place + 1]} and {names[place]} here"
        elif int(found["sign"] + found["n"]) != changes[place]:
            wrong = f"the story says {'+' if changes[place] > 0 else '-'} {abs(changes[place])}"
        marks.add(pair, wrong)
    if len(pairs) < len(changes):
        marks.add("", f"it leaves out {', '.join(names[len(pairs) + 1 :])}")
    said = [found for step in steps[1:] if (found := _NUMBERS.fullmatch(step))]
    if not said:
        marks.add("", "it does not put in the numbers")
        return None
    ages = [int(age) for age in said[0]["ages"].split(", ")]
    wrong = "" if len(ages) == len(names) else f"there are {len(names)} people"
    if ages[0] != problem.made.start:
        wrong = f"{names[0]} is {problem.made.start}"
    for before, age, change in zip(ages, ages[1:], changes, strict=False):
        if not wrong and age != before + change:
            wrong = f"{before} {'+' if change > 0 else '-'} {abs(change)} is {before + change}"
    marks.add(said[0][0], wrong)
    return str(ages[-1])
