"""Chapter 5's figures and lines: from the records, and from what was made just now."""

from __future__ import annotations

from gptedu.chapters.reasoning.figures.bridge import (
    bridge_of_real,
    checked_crossing,
    crossing,
    plan,
)
from gptedu.chapters.reasoning.figures.steps import (
    by_size,
    by_steps,
    checked_lines,
    manners,
    of_dots,
    of_long_sums,
    of_manner,
    of_smallest,
    steps_right,
)
from gptedu.chapters.reasoning.figures.teaching import (
    alike,
    at_gaps,
    improvement,
    labels,
    of_random,
    one_of_each,
    real,
    rounds,
    rounds_made,
)
from gptedu.chapters.reasoning.figures.votes import (
    confidence,
    gaps,
    lost_vote,
    of_the_sure,
    together,
    vote_gain,
    votes,
    votes_of,
    ways_of,
)

__all__ = [
    "alike",
    "at_gaps",
    "bridge_of_real",
    "by_size",
    "by_steps",
    "checked_crossing",
    "checked_lines",
    "confidence",
    "crossing",
    "gaps",
    "improvement",
    "labels",
    "lost_vote",
    "manners",
    "of_dots",
    "of_long_sums",
    "of_manner",
    "of_random",
    "of_smallest",
    "of_the_sure",
    "one_of_each",
    "plan",
    "real",
    "rounds",
    "rounds_made",
    "steps_right",
    "together",
    "vote_gain",
    "votes",
    "votes_of",
    "ways_of",
]
