"""Ages: one is told, the others by how much older or younger somebody is."""

from __future__ import annotations

from functools import cache

from gptedu.world.documents.numbers import Sum
from gptedu.world.draw import Draw
from gptedu.world.problems.problem import (
    ANSWER,
    Problem,
    check_steps,
    combination_held_out,
    fewest_new,
)
from gptedu.world.problems.sums import orders

LONGEST = 3  # comparisons in training
OLDEST = 20
MOST = 20  # comparisons that are drawn: of random ones, one chain in fifty stays among these ages

_OLDER = ("{b} is {n} years older than {a}", "{a} is {n} years younger than {b}")
_YOUNGER = ("{b} is {n} years younger than {a}", "{a} is {n} years older than {b}")


@cache
def fewest() -> int:
    """The fewest comparisons of which an order is in no training document."""
    return fewest_new({"ages": orders})


def random_ages(d: Draw, steps: int, new_combination: bool = False) -> Sum:
    """The first age and the differences, of the split of `d` where there are two and more.

    Raises ValueError for more than `MOST` steps, and for a new combination of fewer than `fewest`.
    """
    check_steps("ages", steps, new_combination, fewest(), MOST)

    def make() -> Sum:
        while True:
            start = d.between(3, 12)
            changes = tuple(d.between(2, 7) * (1 if d.chance(0.5) else -1) for _ in range(steps))
            made = Sum(start, changes)
            held_out = combination_held_out("ages", _signs(made))
            if all(1 <= age <= OLDEST for age in made.totals) and held_out is new_combination:
                return made

    return d.of_split(make, key=lambda made: f"ages/{made}") if steps > 1 else make()


def _signs(made: Sum) -> str:
    return "".join("+" if change > 0 else "-" for change in made.changes)


def problem(d: Draw, steps: int, new_combination: bool = False) -> Problem:
    """How old is the last of a chain of people?"""
    made = random_ages(d, steps, new_combination)
    names = d.names(steps + 1)
    ages = (made.start, *made.totals)
    told = [d.say("{n} is {age}[ years old|].", n=names[0], age=made.start)]
    for a, b, change in zip(names, names[1:], made.changes, strict=False):
        told.append(
            d.say(d.pick(_OLDER if change > 0 else _YOUNGER) + ".", a=a, b=b, n=abs(change))
        )
    question = f"How old is {names[-1]}?"

    def worked(draw: Draw) -> str:
        if draw.chance(0.6):  # forwards, name by name
            lines = [f"{names[0]} is {ages[0]}."]
            for name, before, change, age in zip(
                names[1:], ages, made.changes, ages[1:], strict=False
            ):
                sign = "+" if change > 0 else "-"
                lines.append(f"{name} is {before} {sign} {abs(change)} = {age}.")
            return f"{' '.join(lines)} {ANSWER} {ages[-1]}"
        chain = [  # the comparisons first, the ages after
            f"{b} is {a} {'+' if change > 0 else '-'} {abs(change)}"
            for a, b, change in zip(names, names[1:], made.changes, strict=False)
        ]
        said = ", ".join(str(age) for age in ages)
        return f"{'; '.join(chain)}. In numbers: {said}. {ANSWER} {ages[-1]}"

    return Problem(
        " ".join([*told, question]),
        str(ages[-1]),
        worked,
        f"ages/{made}",
        steps,
        _signs(made),
        made,
        tuple(names),
    )
