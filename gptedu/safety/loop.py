"""The hallucination loop (GPT-4 system card, section 3.1): a model makes its own comparisons.

reply -> list what is made up -> rewrite without it -> list again -> keep the pair. The pair, first
reply and rewrite, teaches a reward model; it is kept only where something was listed in the first
reply and nothing in the rewrite.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from gptedu import checks
from gptedu.rlhf.labels.comparisons import Comparison
from gptedu.safety.listing import Lister, made_up, of_all
from gptedu.world.documents.passages import Fact
from gptedu.world.requests import Instruction

MOST_ROUNDS = 5  # as in the system card
Rewriter = Callable[[Instruction, str, Sequence[Fact]], str]
"""(request, reply, what was listed) -> a reply without it. One whose answers differ from round to
round has `in_round`: number of the round -> the rewriter of that round."""


@dataclass(frozen=True)
class LoopResult:
    """One request that went through the loop.

    first: its first reply. listed: what was listed in that. rewrites: one a round, none where
    nothing was listed at first. clean: whether nothing was listed in the last of them.
    """

    instruction: Instruction
    first: str
    listed: tuple[Fact, ...]
    rewrites: tuple[str, ...]
    clean: bool

    @property
    def rounds(self) -> int:
        """How many rewrites, so the round in which it ended."""
        return len(self.rewrites)

    @property
    def last(self) -> str | None:
        """The last rewrite."""
        return self.rewrites[-1] if self.rewrites else None

    @property
    def unchecked(self) -> LoopResult:
        """The same without the fourth step: the first rewrite is believed to be clean."""
        return replace(self, rewrites=self.rewrites[:1], clean=True)

    @property
    def makes_pair(self) -> bool:
        """Whether it had faults at first, and has none in the end."""
        return bool(self.listed) and self.clean

    @property
    def pair(self) -> Comparison:
        """Rewrite above first reply. Raises ValueError where it makes no pair."""
        if not self.makes_pair or self.last is None:
            raise ValueError(
                "there is no pair: nothing was listed at first, or something to the end"
            )
        return Comparison(self.instruction.prompt, (self.last, self.first), (1, 2), "the loop")


def run_loop(
    written: Sequence[tuple[Instruction, str]],
    lister: Lister,
    rewriter: Rewriter,
    *,
    most: int = MOST_ROUNDS,
) -> list[LoopResult]:
    """Requests with their first replies through the loop, side by side.

    lister, rewriter: one that has `many`, as a model's have, is asked once a round for all.
    most: rewrites at most.
    """
    most = checks.whole("most", most)
    first = of_all(lister, written)
    faults: dict[int, list[Fact]] = {i: each for i, each in enumerate(first) if each}
    rewrites: list[list[str]] = [[] for _ in written]
    in_round = getattr(rewriter, "in_round", lambda number: rewriter)
    for number in range(1, most + 1):
        left = [
            (written[i][0], rewrites[i][-1] if rewrites[i] else written[i][1], faults[i])
            for i in faults
        ]
        for i, rewrite in zip(faults, of_all(in_round(number), left), strict=True):
            rewrites[i].append(rewrite)
        again = of_all(lister, [(written[i][0], rewrites[i][-1]) for i in faults])
        faults = {i: each for i, each in zip(faults, again, strict=True) if each}
    return [
        LoopResult(*written[i], tuple(first[i]), tuple(rewrites[i]), i not in faults)
        for i in range(len(written))
    ]


def rankings(results: Iterable[LoopResult], most: int = 5) -> list[Comparison]:
    """For each request what nothing is listed in, above what something was listed in.

    Above stand rewrites that make a pair, and first replies in which nothing was listed; below,
    first replies with something listed. Requests that have none of one kind make no ranking. most:
    of each kind, the first ones.

    A pair alone differs in what was rewritten, so that a judge learns from it nothing of replies
    that are put in another way.
    """
    most = checks.whole("most", most)
    by_prompt: dict[str, list[LoopResult]] = {}
    for each in results:
        by_prompt.setdefault(each.instruction.prompt, []).append(each)
    made = []
    for prompt, own in by_prompt.items():
        below = list(dict.fromkeys(each.first for each in own if each.listed))
        above = [each.last for each in own if each.makes_pair and each.last is not None]
        above += [each.first for each in own if not each.listed]
        above = [reply for reply in dict.fromkeys(above) if reply not in below]
        if above and below:
            answers = (*above[:most], *below[:most])
            ranks = (1,) * len(above[:most]) + (2,) * len(below[:most])
            made.append(Comparison(prompt, answers, ranks, "the loop"))
    return made


@dataclass(frozen=True)
class PairQuality:
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


def pair_quality(results: Sequence[LoopResult], oracle: Lister = made_up) -> PairQuality:
    """Judges all pairs of the loop. Raises ValueError where nothing went through it."""
    if not results:
        raise ValueError("nothing went through the loop: give at least one request")
    pairs = [each for each in results if each.makes_pair]
    faulty = [bool(oracle(each.instruction, each.first)) for each in pairs]
    repaired = [not oracle(each.instruction, each.last or "") for each in pairs]
    lengths = [_lengths(each) for each in pairs]
    ended = Counter(each.rounds for each in pairs)
    other = [last < first for last, first in lengths if last != first]
    return PairQuality(
        len(pairs),
        len(pairs) / len(results),
        _share(faulty),
        _share(repaired),
        _share([one and two for one, two in zip(faulty, repaired, strict=True)]),
        sum(last == first for last, first in lengths),
        _share(other) if other else None,
        tuple(ended[number] for number in range(1, max(ended, default=0) + 1)),
    )


def length_matched(results: Iterable[LoopResult], within: int = 0) -> list[Comparison]:
    """The pairs whose replies differ by `within` words at most: shortness alone orders none.

    Rewrites that leave something out are shorter, so a judge that likes short replies would seem
    to know what is made up.
    """
    within = checks.whole("within", within, least=0)
    pairs = (each for each in results if each.makes_pair)
    return [each.pair for each in pairs if abs(_lengths(each)[0] - _lengths(each)[1]) <= within]


def _lengths(result: LoopResult) -> tuple[int, int]:
    """Words of the rewrite and of the first reply."""
    return len((result.last or "").split()), len(result.first.split())


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
