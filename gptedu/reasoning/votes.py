"""The majority of many answers to one problem (Wang et al. 2022, "Self-Consistency", section 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Vote:
    """What the paths of one problem say.

    counts: (answer, votes), the most votes first, equal ones in the order of their letters, so that
    the order of the paths changes nothing. unreadable: paths without an answer; they have no vote.
    """

    counts: tuple[tuple[str, int], ...]
    unreadable: int = 0

    @property
    def winners(self) -> tuple[str, ...]:
        """The answers with the most votes: several in a tie, none where no path can be read."""
        return tuple(answer for answer, votes in self.counts if votes == self.counts[0][1])

    @property
    def answer(self) -> str | None:
        """The first of the winners; None where no path can be read."""
        return self.counts[0][0] if self.counts else None

    @property
    def paths(self) -> int:
        """How many there were, with those that cannot be read."""
        return sum(votes for _, votes in self.counts) + self.unreadable

    @property
    def share(self) -> float:
        """A winner's share of all paths, 0 to 1: how sure the vote is."""
        return self.counts[0][1] / self.paths if self.counts else 0.0

    def score(self, right: str) -> float:
        """1 where the right answer wins, 1/m where it ties with others and m win, else 0."""
        return (right in self.winners) / max(1, len(self.winners))


def vote(answers: Sequence[str | None]) -> Vote:
    """Count the answers of a problem's paths; None stands for one that cannot be read.

    >>> vote([None, None, None, "7", "7"]).answer
    '7'

    Raises ValueError where there is no path at all.
    """
    if not len(answers):
        raise ValueError("the list of paths is empty: give at least one path to vote")
    read = Counter(answer for answer in answers if answer is not None)
    counts = sorted(read.items(), key=lambda item: (-item[1], item[0]))
    return Vote(tuple(counts), len(answers) - read.total())
