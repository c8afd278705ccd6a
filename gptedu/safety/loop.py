"""The hallucination loop (GPT-4 system card, section 3.1): a model makes its own comparisons.

reply -> list what is made up -> rewrite without it -> list again -> keep the pair. The pair, first
reply and rewrite, teaches a reward model; it is kept only where something was listed in the first
reply and nothing in the rewrite.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gptedu import checks
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.safety.listing import Lister, made_up
from gptedu.world.documents.passages import Fact
from gptedu.world.requests import Instruction

MOST_ROUNDS = 5  # as in the system card
Rewriter = Callable[[Instruction, str, Sequence[Fact]], str]
"""(request, reply, what was listed) -> a reply without it. One whose answers differ from round to
round has `in_round`: number of the round -> the rewriter of that round."""


@dataclass(frozen=True)
class Passed:
    """One request on its way through the loop.

    first: its first reply. listed: what was listed in that. last: the last rewrite, None where
    nothing was listed. rounds: how many rewrites, so the round in which it ended, 0 where nothing
    was listed at first. clean: whether nothing was listed in the last.
    """

    instruction: Instruction
    first: str
    listed: tuple[Fact, ...]
    last: str | None
    rounds: int
    clean: bool

    @property
    def kept(self) -> bool:
        """Whether it makes a pair: faults at first, none in the end."""
        return bool(self.listed) and self.clean

    @property
    def pair(self) -> Comparison:
        """Rewrite above first reply. Raises ValueError where it is not kept."""
        if not self.kept or self.last is None:
            raise ValueError(
                "there is no pair: nothing was listed at first, or something to the end"
            )
        return Comparison(self.instruction.prompt, (self.last, self.first), (1, 2), "the loop")


def go_through(
    instruction: Instruction,
    reply: str,
    lister: Lister,
    rewriter: Rewriter,
    *,
    most: int = MOST_ROUNDS,
    check: bool = True,
) -> Passed:
    """One request through the loop.

    most: rewrites at most. check: whether the rewrite is listed again (the fourth step); without
    it the first rewrite is believed.
    """
    most = checks.whole("most", most)
    first = tuple(lister(instruction, reply))
    faults, last, rounds = list(first), reply, 0
    in_round = getattr(rewriter, "in_round", lambda number: rewriter)
    while faults and rounds < most:
        rounds += 1
        last = in_round(rounds)(instruction, last, faults)
        faults = lister(instruction, last) if check else []
    return Passed(instruction, reply, first, last if first else None, rounds, not faults)


@dataclass(frozen=True)
class Worth:
    """What pairs are worth, by the oracle; shares from 0 to 1.

    kept: of the requests, those that make a pair. faulty: of the pairs, those whose first reply
    states something made up. repaired: those whose rewrite states nothing made up. right: both,
    the precision of the pairs. matched: pairs whose two replies have the same number of words.
    shorter: of the others, those whose rewrite is the shorter one; None where there are none.
    rounds: how many pairs were kept after one rewrite, after two, and so on.
    """

    pairs: int
    kept: float
    faulty: float
    repaired: float
    right: float
    matched: int
    shorter: float | None
    rounds: tuple[int, ...]


def worth(passed: Sequence[Passed], oracle: Lister = made_up) -> Worth:
    """Judges all pairs of the loop. Raises ValueError where nothing passed through it."""
    if not passed:
        raise ValueError("nothing has passed through the loop: give at least one request")
    pairs = [each for each in passed if each.kept]
    faulty = [bool(oracle(each.instruction, each.first)) for each in pairs]
    repaired = [not oracle(each.instruction, each.last or "") for each in pairs]
    lengths = [_lengths(each) for each in pairs]
    ended = Counter(each.rounds for each in pairs)
    other = [last < first for last, first in lengths if last != first]
    return Worth(
        len(pairs),
        len(pairs) / len(passed),
        _share(faulty),
        _share(repaired),
        _share([one and two for one, two in zip(faulty, repaired, strict=True)]),
        sum(last == first for last, first in lengths),
        _share(other) if other else None,
        tuple(ended[number] for number in range(1, max(ended, default=0) + 1)),
    )


def length_matched(passed: Iterable[Passed], within: int = 0) -> list[Comparison]:
    """The pairs whose replies differ by `within` words at most: shortness alone orders none.

    Rewrites that leave something out are shorter, so a judge that likes short replies would seem
    to know what is made up.
    """
    within = checks.whole("within", within, least=0)
    kept = (each for each in passed if each.kept)
    return [each.pair for each in kept if abs(_lengths(each)[0] - _lengths(each)[1]) <= within]


def _lengths(passed: Passed) -> tuple[int, int]:
    """Words of the rewrite and of the first reply."""
    return len((passed.last or "").split()), len(passed.first.split())


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
