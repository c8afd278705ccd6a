"""Votes of many paths: against the greedy path, over four ways and one, and how sure they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from gptedu import records
from gptedu.chapters.reasoning import claims
from gptedu.chapters.reasoning.figures.common import GUESSED, percent, recorded
from gptedu.chapters.reasoning.figures.steps import checked_lines
from gptedu.plots.draws import accuracy_bars, accuracy_lines
from gptedu.plots.reasoning.gaps import gaps as ways_gaps
from gptedu.reasoning import planted, problems
from gptedu.reasoning.checking import check
from gptedu.world.problems.problem import Problem
from gptedu.world.problems.ways import WAYS, answer

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from gptedu.reasoning.accuracy import Voted


def gaps(problems: Sequence[Problem]) -> go.Figure:
    """Which sums each way gets wrong, and a vote of 16 paths over all ways: computed, not drawn."""
    rights = {
        way.name: [answer(way, each.made) == each.made.answer for each in problems] for way in WAYS
    }
    votes = [
        planted.vote_score(planted.answers(each.made), each.made.answer, 16) for each in problems
    ]
    rights["a vote of 16"] = [score > 0.5 for score in votes]  # more often right than wrong
    return ways_gaps(rights, title="Four ways, each with gaps of its own, and their vote")


def ways_of(problems: Sequence[Problem], **drawn: Sequence[Sequence[str]]) -> str:
    """In which way paths are worked, and how many of these are right, a way a line.

    drawn: what to call some paths -> their texts, [problems][paths].
    """
    checked = {
        name: [check(problem, text) for problem, own in zip(problems, texts, strict=True)
               for text in own]
        for name, texts in drawn.items()
    }  # fmt: skip
    lines = []
    for way in WAYS:
        said = [f"{way.name:>8}:"]
        for name, each in checked.items():
            own = [one.right for one in each if one.way == way.name]
            right = f"{100 * fmean(own):3.0f}% right" if own else " " * 10
            said.append(f"{len(own):>4} of {len(each):,} {name}, {right}")
        lines.append("   ".join(said))
    return "\n".join(lines)


def votes(name: str = "vote") -> go.Figure:
    """Votes of more and more paths against the greedy path. name: "vote", or "one-way"."""
    runs = recorded(name)
    counts = list(runs[0]["votes"])
    ways = {"vote": "four ways of working", "one-way": "one way of working"}[name]
    return accuracy_lines(
        counts,
        {
            "a vote": [percent(run["votes"][count] for run in runs) for count in counts],
            "the greedy path": [percent(run["greedy"] for run in runs)] * len(counts),
        },
        GUESSED,
        title=f"Votes, {ways}",
        x_title="paths",
        log=True,
    )


def together() -> str:
    """Where votes are wrong: how many of a problem's paths make the same first mistake."""
    said = "of the paths of a lost vote make the same first mistake"
    lost = {
        words: fmean(run["together"] for run in recorded(name) if run["together"] is not None)
        for name, words in (("vote", "four ways"), ("one-way", " one way"))
    }
    return "\n".join(f"{words}: {100 * share:.0f}% {said}" for words, share in lost.items())


def lost_vote(name: str = "one-way") -> str:
    """The paths of a vote that was lost, each of them once, step by step. name: as in `votes`."""
    record = records.read("reasoning", name)
    asked, lost = record.settings, record.results[0]["lost"]
    split, seed = asked["split"], record.seeds[0]
    drawn = problems.mixed(asked["lengths"], asked["count"], split=split, seed=seed)
    problem, paths = drawn[lost["place"]], Counter(lost["texts"]).most_common()
    shown = (f"\n{n} path{'s' * (n > 1)}:\n{checked_lines(problem, text)}" for text, n in paths)
    return "\n".join([problem.told, *shown])


def votes_of(voted: Voted, greedy: float, *, title: str) -> go.Figure:
    """The same of paths that were drawn just now. greedy: share right."""
    counts = list(voted.votes)
    return accuracy_lines(
        counts,
        {"a vote": percent(voted.votes.values()), "the greedy path": [100 * greedy] * len(counts)},
        GUESSED,
        title=title,
        x_title="paths",
        log=True,
    )


def vote_gain(name: str = "vote") -> float:
    """Points by which a vote of 16 is ahead of the greedy path, the mean over the draws."""
    return fmean(claims.vote.compute(run["greedy"], run["votes"]) for run in recorded(name))


def confidence() -> go.Figure:
    """How often votes are right, by the share of the paths that agree (where votes are enough)."""
    shares = [each for run in recorded("vote") for each in run["shares"]]
    names = {each["low"]: f"{each['low']:.0%} to {each['high']:.0%}" for each in shares}
    bins = {names[low]: [each for each in shares if each["low"] == low] for low in sorted(names)}
    bins = {
        name: own
        for name, own in bins.items()
        if sum(each["count"] for each in own) >= claims.FEWEST
    }
    return accuracy_bars(
        {
            "right": {name: percent(each["accuracy"] for each in own)
                      for name, own in bins.items()},
            "share of the paths": {name: percent(each["share"] for each in own)
                                   for name, own in bins.items()},
        },
        title="Votes by the share of the paths that agree",
    )  # fmt: skip


def of_the_sure(name: str = "vote") -> float:
    """Percent right of the votes on which at least 80% of the paths agree. name: as in `votes`."""
    sure = [each for run in recorded(name) for each in run["shares"] if each["low"] >= 0.8 - 1e-9]
    return 100 * claims.share_right(sure)
