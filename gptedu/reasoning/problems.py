"""Problems of several steps: drawn from the world by kind and length, or typed by a learner."""

from __future__ import annotations

import random
from collections.abc import Sequence

from gptedu import checks
from gptedu.reasoning.told import read_sum
from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.problems import sums
from gptedu.world.problems.pages import MAKERS
from gptedu.world.problems.problem import Problem
from gptedu.world.problems.ways import WAYS, worked
from gptedu.world.splits import check_split

KINDS = tuple(MAKERS)
"""Sums, which people work out in four ways that misremember; and what is only followed."""

ALL_IN_TRAINING = ("sums", "ages")
"""Those of one step are: there are too few of them to hold any out."""
STALE = 300
"""Draws in a row that give nothing new, after which a split is taken to have no more."""


def draw(
    kind: str,
    steps: int,
    count: int,
    *,
    split: str = "test",
    seed: int = 0,
    new_combination: bool = False,
    world: World | None = None,
) -> list[Problem]:
    """Distinct problems of a kind and a number of steps; the same for the same arguments.

    kind: one of `KINDS`. steps: at most 9 for sums and 20 for ages, which stay among small numbers.
    new_combination: with an order of steps that no training document has (at least three steps for
    sums and shelves, four for ages and exchanges). Raises ValueError for an unknown kind or split,
    for other numbers of steps, and where a split has fewer problems than are asked for: of one step
    there are sums and ages in training only.
    """
    make, _ = MAKERS[checks.one_of("kind", kind, MAKERS)]
    steps = checks.whole("steps", steps)
    check_split(split)
    if steps == 1 and kind in ALL_IN_TRAINING and split != "train":
        raise ValueError(
            f"all {kind} of one step are in training, and the split is {split!r}: ask for "
            'split="train", or for two steps or more'
        )
    facts = (world or World(0)).facts
    count = checks.whole("count", count)
    found: dict[str, Problem] = {}
    index = since = 0
    while since < STALE:
        rng = random.Random(f"reasoning/{kind}/{steps}/{split}/{seed}/{new_combination}/{index}")
        problem = make(Draw(facts, split, rng), steps, new_combination)
        index, since = index + 1, 0 if problem.key not in found else since + 1
        found.setdefault(problem.key, problem)
        if len(found) == count:
            return list(found.values())
    raise ValueError(
        f"the split {split!r} has {len(found)} {kind} of {steps} steps, or few more: ask for fewer "
        f"than {count}, or for more steps"
    )


def mixed(
    lengths: Sequence[int], count: int, *, kind: str = "sums", split: str = "test", seed: int = 0
) -> list[Problem]:
    """`count` problems of one kind, as many of each of some numbers of steps."""
    each, more = divmod(count, len(lengths))
    return [
        problem
        for place, steps in enumerate(lengths)
        if each + (place < more)
        for problem in draw(kind, steps, each + (place < more), split=split, seed=seed)
    ]


def example(problem: Problem, seed: int = 0) -> str:
    """A worked solution of a problem as somebody of the world writes it, perhaps with a slip."""
    return problem.worked(Draw(World(0).facts, "train", random.Random(f"example/{seed}")))


def typed(text: str) -> Problem:
    """A told sum that somebody types: "Tom has 3 coins. He gets 4 more. How many has he?"

    Its steps are what comes in and goes out, as `told.read_sum` reads it. Raises ValueError for
    what cannot be read safely, and where a total is above 16 or below 0.
    """
    made = read_sum(text)
    return Problem(
        " ".join(text.split()),
        str(made.answer),
        lambda d: worked(d, d.rng.choices(WAYS, [way.share for way in WAYS])[0], made),
        made.key,
        len(made.changes),
        sums.signs(made),
        made,
    )
