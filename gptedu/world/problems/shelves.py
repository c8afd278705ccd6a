"""Shelves: things stand in a row, some are moved, and what stands where in the end?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

from gptedu.world.draw import Draw
from gptedu.world.problems.problem import (
    ANSWER,
    Problem,
    check_steps,
    combination_held_out,
    fewest_new,
)
from gptedu.world.words import lexicon

LONGEST = 3  # moves in training
PLACES = ("first", "second", "third", "fourth", "fifth")

_MOVES = {
    "l": ("the {x} goes to the left end", "somebody puts the {x} at the left end"),
    "r": ("the {x} goes to the right end", "somebody puts the {x} at the right end"),
    "s": ("the {x} and the {y} change places", "somebody swaps the {x} and the {y}"),
    "o": ("the {x} is taken away", "somebody takes the {x} off the shelf"),
}


@dataclass(frozen=True)
class Shelf:
    """`things` from left to right; each move is its letter and the one or two things it moves."""

    things: tuple[str, ...]
    moves: tuple[tuple[str, str, str], ...]

    def states(self) -> list[tuple[str, ...]]:
        """The row at first and after each move."""
        now, states = list(self.things), [self.things]
        for move, x, y in self.moves:
            if move == "s":
                i, j = now.index(x), now.index(y)
                now[i], now[j] = y, x
            else:
                now.remove(x)
                if move == "l":
                    now.insert(0, x)
                elif move == "r":
                    now.append(x)
            states.append(tuple(now))
        return states

    @property
    def combination(self) -> str:
        return "".join(move for move, _, _ in self.moves)


def orders(moves: int) -> Iterator[str]:
    """All combinations of so many moves: three of five things stay, so at most two are taken."""
    return (each for each in map("".join, product(_MOVES, repeat=moves)) if each.count("o") <= 2)


@cache
def fewest() -> int:
    """The fewest moves of which a combination is in no training document."""
    return fewest_new({"shelf": orders})


def random_shelf(d: Draw, moves: int, new_combination: bool = False) -> Shelf:
    """A row and random moves, of the split of `d`.

    Raises ValueError for a new combination of fewer moves than `fewest`.
    """
    check_steps("shelves", moves, new_combination, fewest())

    def make() -> Shelf:
        while True:
            things = tuple(d.sample(lexicon.THINGS, d.between(3, 5)))
            left, chosen = list(things), []
            for _ in range(moves):
                move = d.pick("llrrsso" if len(left) > 3 else "llrrss")
                x, y = d.sample(left, 2)
                chosen.append((move, x, y if move == "s" else ""))
                if move == "o":
                    left.remove(x)
            made = Shelf(things, tuple(chosen))
            if combination_held_out("shelf", made.combination) is new_combination:
                return made

    return d.of_split(make, key=lambda made: f"shelf/{made}")


def problem(d: Draw, steps: int, new_combination: bool = False) -> Problem:
    """What stands at a place, or at which place something stands, after `steps` moves."""
    made = random_shelf(d, steps, new_combination)
    told = [
        d.say(
            "[On the shelf, from left to right, there are|From left to right the shelf holds] {x}.",
            x=_row(made.things),
        )
    ]
    told += [
        d.say("[then |after that |]" + d.pick(_MOVES[move]) + ".", x=x, y=y)
        for move, x, y in made.moves
    ]
    states = made.states()
    place = d.between(0, len(states[-1]) - 1)
    thing = states[-1][place]
    if d.chance(0.6):
        asked, answer = f"the {PLACES[place]}", f"the {thing}"
        question = f"What is {asked} from the left?"
        choices = tuple(f"the {each}" for each in made.things)
    else:
        asked, answer = f"the {thing}", f"the {PLACES[place]}"
        question = f"At which place from the left is {asked}?"
        choices = tuple(f"the {each}" for each in PLACES[: len(made.things)])

    def worked(draw: Draw) -> str:
        if draw.chance(0.5):
            lines = [" ".join(state) for state in states]
            return f"{'. '.join(lines)}. {ANSWER} {answer}"
        lines = [_row(state) for state in states[1:]]
        return f"Now it is {'. Now it is '.join(lines)}. {ANSWER} {answer}"

    return Problem(
        " ".join([*told, question]),
        answer,
        worked,
        f"shelf/{made}",
        steps,
        made.combination,
        made,
        asked=asked,
        choices=choices,
    )


def _row(things: tuple[str, ...]) -> str:
    """ "a cup" stands alone; "the cup, the key and the lamp" """
    named = [f"the {thing}" for thing in things]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
