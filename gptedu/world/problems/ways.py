"""Four ways to work a told sum, each with facts of its own that it misremembers.

Where every way is right, or all are wrong alike, a vote over many paths has nothing to correct
(Wang et al. 2022, "Self-Consistency"). Here each way remembers some sums wrong, always the same
and not those of the others, so ways fail independently and their wrong answers spread.

    running   from left to right      7 and 5 is 12. 12 less 3 is 9.
    tens      by way of the ten       7 plus 5: 3 to the ten and 2 over, 12. 12 minus 3: ...
    back      from the end            Backwards: down 3. Up 5 before that: up 2. So 7, up 2: 9.
    apart     in and out, then both   In: 5. Out: 3. 7 with 5 in: 12. 12 with 3 out: 9.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gptedu.world.documents.numbers import Sum
from gptedu.world.draw import Draw
from gptedu.world.problems.problem import ANSWER

SLIPS = (-2, -1, 1, 2)


def drawn(key: str) -> int:
    """A number that follows from a text, as good as drawn."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True)
class Step:
    """One remembered fact: `left` changed by `change` gives `result`, rightly or not."""

    left: int
    change: int
    result: int

    @property
    def right(self) -> bool:
        return self.left + self.change == self.result


@dataclass(frozen=True)
class Way:
    """A way of working. share: how often it is chosen, relative to the others. wrong: the share of
    its facts that it misremembers, by one or by two.
    """

    name: str
    share: float
    wrong: float

    def slip(self, left: int, change: int) -> int:
        """How far off this way remembers `left` + `change`: the same wherever it comes up."""
        number = drawn(f"{self.name}/{left}/{change}")
        return SLIPS[number % 4] if number // 4 % 1000 < 1000 * self.wrong else 0

    def recall(self, left: int, change: int) -> Step:
        """What this way remembers of `left` + `change`."""
        result = left + change + self.slip(left, change)
        # Only `back` speaks of less than nothing: "down 2". The others stop there.
        return Step(left, change, result if self.name == "back" else max(0, result))


RUNNING, TENS = Way("running", 0.29, 0.13), Way("tens", 0.26, 0.13)
BACK, APART = Way("back", 0.23, 0.13), Way("apart", 0.22, 0.13)
WAYS = (RUNNING, TENS, BACK, APART)


def steps(way: Way, made: Sum) -> tuple[Step, ...]:
    """What the way works out, in its order. The last result is its answer."""
    worked: list[Step] = []

    def chain(left: int, changes: Iterable[int]) -> int:
        for change in changes:
            worked.append(way.recall(left, change))
            left = worked[-1].result
        return left

    if way.name in ("running", "tens"):
        chain(made.start, made.changes)
    elif way.name == "back":
        last, *before = reversed(made.changes)
        chain(made.start, [chain(last, before)])
    else:
        gains, losses = in_and_out(made)
        total = made.start
        moved = [chain(part[0], part[1:]) if part else 0 for part in (gains, losses)]
        if gains:
            total = chain(total, [moved[0]])
        if losses:
            chain(total, [-moved[1]])
    return tuple(worked)


def in_and_out(made: Sum) -> tuple[list[int], list[int]]:
    """The gains and the losses, both as positive numbers, each in their order."""
    return (
        [change for change in made.changes if change > 0],
        [-change for change in made.changes if change < 0],
    )


def answer(way: Way, made: Sum) -> int:
    """What the way comes to, right or wrong."""
    return steps(way, made)[-1].result


def worked(d: Draw, way: Way, made: Sum) -> str:
    """The steps as one person writes them, and "The answer is ..."."""
    return d.pick(wordings(way, made))


def wordings(way: Way, made: Sum) -> tuple[str, ...]:
    """The same steps in every wording that people of this way use."""
    write, words = _WRITERS[way.name]
    return tuple(f"{write(way, made, *each)} {ANSWER} {answer(way, made)}" for each in words)


def check(made: Sum, text: str, ways: tuple[Way, ...] = WAYS) -> bool:
    """Whether `text` works `made` out in one of the ways, every step as that way remembers it."""
    way = next((way for way in ways if way.name == way_of(text)), None)
    return way is not None and text.strip() in wordings(way, made)


def way_of(text: str) -> str | None:
    """Which way a solution is written in, by its first words; None where by none."""
    plain = text.strip()
    return next((name for name, begins in _BEGINNINGS.items() if begins.match(plain)), None)


def _running(way: Way, made: Sum, more: str, less: str, gives: str) -> str:
    return " ".join(
        f"{s.left} {more if s.change > 0 else less} {abs(s.change)} {gives} {s.result}."
        for s in steps(way, made)
    )


def _tens(way: Way, made: Sum, more: str, less: str) -> str:
    return " ".join(
        f"{s.left} {more if s.change > 0 else less} {abs(s.change)}: {_by_ten(s)}{s.result}."
        for s in steps(way, made)
    )


def _by_ten(step: Step) -> str:
    """Where a ten lies between: what leads to it, and what is left beyond it."""
    end = step.left + step.change
    if step.change > 0:
        ten = step.left // 10 * 10 + 10
        inside = step.left < ten < end
    else:
        ten = (step.left - 1) // 10 * 10
        inside = max(0, end) < ten < step.left
    if not inside:
        return ""
    first, rest = abs(ten - step.left), abs(end - ten)
    return f"{first} to the ten and {rest} {'over' if step.change > 0 else 'under'}, "


def _back(way: Way, made: Sum, start: str, before: str) -> str:
    *earlier, last = steps(way, made)
    told = [f"{start}: {signed(made.changes[-1])}."]
    told += [f"{before} {signed(s.change)}: {signed(s.result)}." for s in earlier]
    return " ".join([*told, f"So {last.left}, {signed(last.change)}: {last.result}."])


def signed(number: int) -> str:
    """ "up 2", "down 3", or "even" for nothing."""
    return "even" if number == 0 else f"{'up' if number > 0 else 'down'} {abs(number)}"


def _apart(way: Way, made: Sum, comes: str, goes: str) -> str:
    parts, rest, told = in_and_out(made), list(steps(way, made)), []
    for name, part in zip((comes, goes), parts, strict=True):
        if part:
            chained, rest = rest[: len(part) - 1], rest[len(part) - 1 :]
            line = [str(part[0]), *(f"with {s.change} it is {s.result}" for s in chained)]
            told.append(f"{name}: {', '.join(line)}.")
    for s in rest:
        told.append(f"{s.left} with {abs(s.change)} {'in' if s.change > 0 else 'out'}: {s.result}.")
    return " ".join(told)


# Way -> who writes it, and the words that different people use in it.
_WRITERS: dict[str, tuple[Callable[..., str], tuple[tuple[str, ...], ...]]] = {
    "running": (
        _running,
        (("and", "less", "is"), ("and", "less", "makes"), ("and", "take away", "is")),
    ),
    "tens": (_tens, (("plus", "minus"),)),
    "back": (_back, (("Backwards", "Before that"), ("From the end", "Before that"))),
    "apart": (_apart, (("In", "Out"), ("Comes in", "Goes out"))),
}
_BEGINNINGS = {
    "back": re.compile(r"(Backwards|From the end):"),
    "apart": re.compile(r"(In|Out|Comes in|Goes out):"),
    "tens": re.compile(r"\d+ (plus|minus) \d+:"),
    "running": re.compile(r"\d+ (and|less|take away) \d+ (is|makes)"),
}
