"""Problems of several steps: drawn from the world by kind and length, or typed by a learner."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from gptedu import checks
from gptedu.world import World
from gptedu.world.documents.numbers import Sum
from gptedu.world.draw import Draw
from gptedu.world.problems import sums
from gptedu.world.problems.pages import MAKERS
from gptedu.world.problems.problem import Problem
from gptedu.world.problems.ways import WAYS, worked
from gptedu.world.splits import check_split

KINDS = tuple(MAKERS)
"""Sums, which people work out in four ways that misremember; and what is only followed."""

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

    kind: one of `KINDS`. new_combination: with an order of steps that no training document has
    (four steps for exchanges, three and more for the others). Raises ValueError for an unknown
    kind or split, and where a split has fewer problems than are asked for.
    """
    make, _ = MAKERS[checks.one_of("kind", kind, MAKERS)]
    steps = checks.whole("steps", steps)
    check_split(split)
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


_MORE = (
    r"gets?|got|buys?|bought|finds?|found|brings?|brought|comes?|came|receives?|wins?|won|more"
    r"|earns?|picks?|adds?"
)
_LESS = (
    r"gives?|gave|loses?|lost|sells?|sold|uses?|used|takes?|took|eats?|ate|breaks?|broke|drops?"
    r"|spends?|spent|away|fewer"
)
_NUMBER = re.compile(r"(?<![\w.,])\d+(?![\w]|[.,]\d)")


def typed(text: str) -> Problem:
    """A told sum that somebody types: "Tom has 3 coins. He gets 4 more. How many has he?"

    The first number is what is there at first; each later one comes in or goes out, by the words
    around it. Raises ValueError for a text without a number, without a second one, and for a
    sentence that says neither that something comes in nor that it goes out.
    """
    told = " ".join(checks.text("the problem", text).split())
    sentences = [part for part in re.split(r"(?<=[.!?;])\s+|, then ", told) if _NUMBER.search(part)]
    if not sentences:
        raise ValueError(
            f"the problem {checks.shown(told)} has no number: tell how many there are at first, "
            "and what comes in or goes out"
        )
    start = int(_NUMBER.findall(sentences[0])[0])
    changes = [_change(sentence) for sentence in sentences[1:]]
    if not changes:
        raise ValueError(
            f"in the problem {checks.shown(told)} nothing changes: add a sentence such as "
            '"She gets 4 more."'
        )
    made = Sum(start, tuple(changes))
    return Problem(
        told,
        str(made.answer),
        lambda d: worked(d, d.rng.choices(WAYS, [way.share for way in WAYS])[0], made),
        made.key,
        len(changes),
        sums.signs(made),
        made,
    )


def _change(sentence: str) -> int:
    number = int(_NUMBER.findall(sentence)[0])
    lower = sentence.lower()
    given = re.search(r"\b(is|are|was|were) given\b", lower)
    less = re.search(rf"\b({_LESS})\b", lower)
    more = given or re.search(rf"\b({_MORE})\b", lower)
    if less and not given:  # "2 more get lost": what is lost goes, whatever else is said
        return -number
    if more:
        return number
    raise ValueError(
        f"{checks.shown(sentence)} does not say whether {number} come in or go out: "
        'use a word such as "gets" or "loses"'
    )
