"""Sums told as little stories, bounded so that every way of working stays among small numbers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

from gptedu.world.documents.numbers import Sum
from gptedu.world.draw import Draw
from gptedu.world.problems.problem import (
    Problem,
    check_steps,
    combination_held_out,
    fewest_new,
)
from gptedu.world.problems.ways import WAYS, Way, worked
from gptedu.world.words.grammar import pronoun

LONGEST = 6  # steps in training; longer ones are only in questions
TOTAL, MOVED = 16, 11  # no total is above the one; gains and losses each come to at most the other
LARGEST = 6  # of one change
MOST = 9  # steps that are drawn: of ten changes at random, one in a thousand sums fits the bounds

_THINGS = ("apples", "coins", "eggs", "cups", "pens", "rings", "books", "plums", "candles", "keys")
_MORE = (
    "{she} gets {n} more",
    "{she} buys {n}",
    "{she} finds {n}",
    "{she} is given {n}",
    "{friend} brings {n} more",
    "{n} more {come} in the post",
)
_LESS = (
    "{she} gives away {n}",
    "{she} loses {n}",
    "{she} sells {n}",
    "{she} uses {n}",
    "{friend} takes {n} of them",
    "{n} {get} lost on the way",
)
_OPENINGS = (
    "{name} has {n} {things}.",
    "{name} has {n} {things} in {her} bag.",
    "There are {n} {things} in the basket of {name}.",
)
_ASKED = (
    "How many {things} does {name} have?",
    "How many {things} are left?",
    "How many {things} does {name} have in the end?",
)


def signs(made: Sum) -> str:
    """The order of gains and losses: "+-+"."""
    return "".join("+" if change > 0 else "-" for change in made.changes)


def orders(steps: int) -> Iterator[str]:
    """All orders of so many gains and losses."""
    return map("".join, product("+-", repeat=steps))


@cache
def fewest() -> int:
    """The fewest steps of which an order of gains and losses is in no training document."""
    return fewest_new({"sum": orders})


def random_sum(d: Draw, steps: int, new_combination: bool = False) -> Sum:
    """A sum of `steps` changes of 1 to 6, of the split of `d` where it has more than one.

    new_combination: one whose order of gains and losses no training document has. Raises
    ValueError for more than `MOST` steps, and for a new combination of fewer than `fewest`.
    """
    check_steps("sums", steps, new_combination, fewest(), MOST)

    def make() -> Sum:
        while True:
            made = Sum(
                d.between(2, 12),
                tuple(d.between(1, LARGEST) * (1 if d.chance(0.55) else -1) for _ in range(steps)),
            )
            held_out = combination_held_out("sum", signs(made))
            if fits(made) and held_out is new_combination:
                return made

    return make() if steps == 1 else d.of_split(make, key=lambda made: made.key)


def fits(made: Sum) -> bool:
    """Whether all totals, and gains and losses apart, are within their bounds."""
    gains = sum(change for change in made.changes if change > 0)
    losses = -sum(change for change in made.changes if change < 0)
    return (
        all(0 <= total <= TOTAL for total in made.totals)
        and max(gains, losses) <= MOVED
        and made.start + gains <= TOTAL
    )


def told_sum(d: Draw, made: Sum) -> str:
    """The sum as a question: "Tom has 3 coins. He gets 4 more. How many coins are left?" """
    name, friend = d.names(2)
    slots = {
        "name": name,
        "friend": friend,
        "she": pronoun(name),
        "things": d.pick(_THINGS),
        "her": "her" if pronoun(name) == "she" else "his",
    }
    sentences = [d.say(d.pick(_OPENINGS), n=made.start, **slots)]
    for change in made.changes:
        way = d.pick(_MORE if change > 0 else _LESS)
        verbs = ("comes", "gets") if abs(change) == 1 else ("come", "get")
        slots |= dict(zip(("come", "get"), verbs, strict=True))
        sentences.append(d.say(way + ".", n=abs(change), **slots))
    question = d.pick(_ASKED[:1] + _ASKED[2:]) if made.changes[-1] > 0 else d.pick(_ASKED)
    return " ".join([*sentences, question.format(**slots)])


def problem(
    d: Draw, steps: int, new_combination: bool = False, ways: tuple[Way, ...] = WAYS
) -> Problem:
    """A told sum. ways: how people work it out, each with its share."""
    made = random_sum(d, steps, new_combination)

    def in_some_way(draw: Draw) -> str:
        way = draw.rng.choices(ways, [way.share for way in ways])[0]
        return worked(draw, way, made)

    return Problem(
        told_sum(d, made), str(made.answer), in_some_way, made.key, steps, signs(made), made
    )
