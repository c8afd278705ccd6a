"""What the world's own ways of working would score: computed, not drawn.

A model that has learned the four ways as they are works each problem in one of them, by its share.
So one path is right as often as the ways that are right together are chosen; and the vote of many
paths is one over ways, whose chances are known exactly. These are the figures that a model can
come to by pages alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean

from gptedu import checks
from gptedu.world.documents.numbers import Sum
from gptedu.world.problems.ways import WAYS, Way, answer


def answers(made: Sum, ways: Sequence[Way] = WAYS) -> dict[int, float]:
    """What one path comes to: answer -> probability."""
    total = sum(way.share for way in ways)
    found: dict[int, float] = {}
    for way in ways:
        found[answer(way, made)] = found.get(answer(way, made), 0.0) + way.share / total
    return found


def vote_score(chances: Mapping[int, float], right: int, paths: int) -> float:
    """Expected score of a vote of `paths` independent answers; a tie of m with the right one
    scores 1/m. chances: answer -> its probability.
    """
    paths = checks.whole("paths", paths)
    score = 0.0
    for counts in _counts(len(chances), paths):
        top = max(counts)
        winners = [each for each, votes in zip(chances, counts, strict=True) if votes == top]
        if right in winners:
            score += _chance(list(chances.values()), counts) / len(winners)
    return score


def _counts(kinds: int, paths: int) -> Iterator[tuple[int, ...]]:
    """All ways to spread so many paths over so many answers."""
    if kinds == 1:
        yield (paths,)
        return
    for first in range(paths + 1):
        for rest in _counts(kinds - 1, paths - first):
            yield (first, *rest)


def _chance(chances: Sequence[float], counts: Sequence[int]) -> float:
    """The multinomial probability of the counts."""
    log = math.lgamma(sum(counts) + 1)
    for chance, count in zip(chances, counts, strict=True):
        log += count * math.log(chance) - math.lgamma(count + 1)
    return math.exp(log)


def scores(
    sums: Sequence[Sum], ways: Sequence[Way] = WAYS, votes: Sequence[int] = (4, 8, 16)
) -> dict[str, float]:
    """Share right, 0 to 1: of each way alone, of one path, and of votes.

    Raises ValueError where there is no sum.
    """
    if not sums:
        raise ValueError("there are no sums to score: give at least one")
    by_way = {way.name: fmean(answer(way, made) == made.answer for made in sums) for way in ways}
    chances = [answers(made, ways) for made in sums]
    pairs = list(zip(chances, sums, strict=True))
    return {
        **by_way,
        "one path": fmean(each.get(made.answer, 0.0) for each, made in pairs),
        **{
            f"vote of {paths}": fmean(vote_score(each, made.answer, paths) for each, made in pairs)
            for paths in votes
        },
    }
