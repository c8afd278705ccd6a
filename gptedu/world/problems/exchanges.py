"""Exchanges: everybody has a thing, things change hands, and who has what in the end?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
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

LONGEST = 4  # exchanges in training

_HAS = ("{name} has the {thing}", "{name} owns the {thing}", "the {thing} is {name}'s")
_SWAPS = (
    "{a} and {b} exchange what they have",
    "{a} swaps with {b}",
    "{a} gives {b} the {x} and gets the {y} for it",
    "then {a} and {b} trade",
)


@dataclass(frozen=True)
class Exchange:
    """`things[i]` is what person i has at first; each swap names two persons by number."""

    things: tuple[str, ...]
    swaps: tuple[tuple[int, int], ...]

    def states(self) -> list[tuple[str, ...]]:
        """Who has what at first and after each swap."""
        now, states = list(self.things), [self.things]
        for a, b in self.swaps:
            now[a], now[b] = now[b], now[a]
            states.append(tuple(now))
        return states

    @property
    def combination(self) -> str:
        """Which pairs change, in order, as letters: two swaps of one pair are "aa"."""
        pairs = sorted({tuple(sorted(pair)) for pair in self.swaps})
        return "".join("abcdef"[pairs.index(tuple(sorted(pair)))] for pair in self.swaps)


def orders(people: int, swaps: int) -> Iterator[str]:
    """All combinations of so many swaps among so many people, each once."""
    pairs = "abcdef"[: people * (people - 1) // 2]
    for letters in product(pairs, repeat=swaps):
        used = sorted(set(letters))
        if used == list(pairs[: len(used)]):  # the pairs that change are lettered from "a" on
            yield "".join(letters)


@cache
def fewest() -> int:
    """The fewest swaps of which a combination is in no training document, of three people and of
    four; two people have only one pair.
    """
    return fewest_new({f"exchange/{people}": partial(orders, people) for people in (3, 4)})


def random_exchange(d: Draw, swaps: int, people: int, new_combination: bool = False) -> Exchange:
    """Random swaps, of the split of `d`.

    new_combination: whose combination no training document has, of three or four people; ValueError
    for fewer than `fewest` swaps.
    """
    check_steps("exchanges", swaps, new_combination, fewest())

    def make() -> Exchange:
        while True:
            pairs = tuple(tuple(d.sample(range(people), 2)) for _ in range(swaps))
            made = Exchange(tuple(d.sample(lexicon.THINGS, people)), pairs)  # type: ignore[arg-type]
            kind = f"exchange/{people}"
            if combination_held_out(kind, made.combination) is new_combination:
                return made

    return d.of_split(make, key=lambda made: f"exchange/{made}")


def problem(d: Draw, steps: int, new_combination: bool = False) -> Problem:
    """Who has the lamp, or what has Tom, after `steps` exchanges among two to four people."""
    people = d.pick((2, 3, 3, 4)) if steps < 3 and not new_combination else d.pick((3, 4))
    made = random_exchange(d, steps, people, new_combination)
    names = d.names(people)
    told = [
        d.say(d.pick(_HAS) + ".", name=name, thing=thing)
        for name, thing in zip(names, made.things, strict=True)
    ]
    states = made.states()
    for (a, b), state in zip(made.swaps, states, strict=False):
        told.append(d.say(d.pick(_SWAPS) + ".", a=names[a], b=names[b], x=state[a], y=state[b]))
    who = d.between(0, people - 1)
    things = tuple(f"the {thing}" for thing in made.things)
    if d.chance(0.5):
        asked, choices = things[made.things.index(states[-1][who])], tuple(names)
        question, answer = f"Who has {asked} in the end?", names[who]
        follow = [names[state.index(states[-1][who])] for state in states]
        followed = f"The {states[-1][who]}: "
    else:
        asked, choices = names[who], things
        question, answer = f"What does {names[who]} have in the end?", f"the {states[-1][who]}"
        follow, followed = [f"the {state[who]}" for state in states], f"{names[who]}: "

    def worked(draw: Draw) -> str:
        if draw.chance(0.5):  # one thing or one person, through all that happens
            return f"{followed}{', then '.join(follow)}. {ANSWER} {answer}"
        lines = (
            ", ".join(f"{name} {thing}" for name, thing in zip(names, state, strict=True))
            for state in states
        )
        return f"{'. '.join(lines)}. {ANSWER} {answer}"

    return Problem(
        " ".join([*told, question]),
        answer,
        worked,
        f"exchange/{made}",
        steps,
        f"{people} {made.combination}",
        made,
        tuple(names),
        asked,
        choices,
    )
