"""From paths to groups, a tree and bins: functions without Jupyter.

A path is told by its number, which is where it stands among those that were drawn; a way of working
has a shape and a colour of its own, so that neither says it alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gptedu.reasoning.checking import Checked, CheckedStep, check
from gptedu.reasoning.confidence import Bin, by_share
from gptedu.reasoning.votes import Vote, vote
from gptedu.world.problems.problem import Problem

TABS = {"answers": "By answer", "tree": "As a tree", "confidence": "Sure and right"}
SHAPES = ("●", "■", "▲", "◆", "★", "▼")
"""Of the ways of working, in the order in which they first occur; "○" for none that is known."""
NO_WAY, UNKNOWN = "○", "no way that is known"


def checked(problem: Problem, texts: Sequence[str]) -> list[Checked]:
    """Every path of a problem, step by step."""
    return [check(problem, text) for text in texts]


def covered(paths: Sequence[Checked]) -> list[Checked]:
    """The paths as they were written, with no word on what is wrong about them.

    A step that is missing goes as well: it stands in a checked path only to be marked.
    """
    return [
        replace(path, steps=tuple(CheckedStep(step.text) for step in path.steps if step.text))
        if any(step.text for step in path.steps)
        else replace(path, steps=(CheckedStep(""),))
        for path in paths
    ]


def votes_of(problems: Sequence[Problem], texts: Sequence[Sequence[str]]) -> list[Vote]:
    """The vote of all paths of each problem, as `groups` counts it."""
    return [
        vote([path.answer for path in checked(problem, own)])
        for problem, own in zip(problems, texts, strict=True)
    ]


def ways_of(paths: Sequence[Checked]) -> list[str]:
    """The ways of working that occur, in their order."""
    return list(dict.fromkeys(each.way for each in paths if each.way is not None))


def legend(paths: Sequence[Checked]) -> list[list[Any]]:
    """Rows [shape, way, number of its colour] of the ways that occur, "○" at the end."""
    ways = ways_of(paths)
    known = [[*sign(way, ways)] for way in ways]
    return known if all(path.way for path in paths) else [*known, [*sign(None, ways)]]


def sign(way: str | None, ways: Sequence[str]) -> tuple[str, str, int | None]:
    """(shape, name, number of its colour) of a way, or of none that is known."""
    if way is None:
        return NO_WAY, UNKNOWN, None
    place = ways.index(way) % len(SHAPES)
    return SHAPES[place], way, place


def path_view(
    number: int, path: Checked, ways: Sequence[str], right: bool | None
) -> dict[str, Any]:
    """One path as it is shown. right: of its answer; None while that is covered."""
    shape, way, colour = sign(path.way, ways)
    return {
        "number": number,
        "way": way,
        "shape": shape,
        "colour": colour,
        "steps": [[step.text, step.wrong] for step in path.steps],
        "wrong": path.first_wrong,
        "right": right,
    }


def groups(paths: Sequence[Checked], right: str | None) -> tuple[list[dict[str, Any]], Vote]:
    """Paths by their answer, the most votes first; those that cannot be read at the end.

    right: the problem's answer, or None while it is covered.
    """
    made, ways = vote([path.answer for path in paths]), ways_of(paths)
    answers: list[str | None] = [answer for answer, _ in made.counts]
    if made.unreadable:
        answers.append(None)
    found = []
    for answer in answers:
        hit = None if right is None else answer == right
        own = [
            path_view(number, path, ways, hit)
            for number, path in enumerate(paths)
            if path.answer == answer
        ]
        found.append(
            {
                "answer": "no answer" if answer is None else answer,
                "votes": 0 if answer is None else len(own),
                "share": len(own) / len(paths),
                "wins": answer in made.winners,
                "right": hit,
                "paths": own,
            }
        )
    return found, made


def tree(paths: Sequence[Checked]) -> list[dict[str, Any]]:
    """Steps as rows, each under the one that it follows; beginnings that are shared stand once.

    A row: depth, text, wrong (what is wrong about the step, "" for nothing), paths (numbers of
    those that go through it), last (whether a path ends there), ways (rows [shape, way, number of
    its colour, how many of these paths], in the order of the legend).
    """
    rows: list[dict[str, Any]] = []
    ways = ways_of(paths)

    def ways_through(numbers: Sequence[int]) -> list[list[Any]]:
        taken = Counter(paths[number].way for number in numbers)
        return [[*sign(way, ways), taken[way]] for way in (*ways, None) if taken[way]]

    def below(numbers: list[int], depth: int) -> None:
        following: dict[tuple[str, str], list[int]] = {}
        for number in numbers:
            if depth < len(paths[number].steps):
                step = paths[number].steps[depth]
                following.setdefault((step.text, step.wrong), []).append(number)
        # The broadest branch first; of equal ones the one that came first.
        for (text, wrong), own in sorted(following.items(), key=lambda item: -len(item[1])):
            last = any(len(paths[number].steps) == depth + 1 for number in own)
            rows.append(
                {
                    "depth": depth,
                    "text": text,
                    "wrong": wrong,
                    "paths": own,
                    "last": last,
                    "ways": ways_through(own),
                }
            )
            below(own, depth + 1)

    below(list(range(len(paths))), 0)
    return rows


def bins_view(votes: Sequence[Vote], right: Sequence[str]) -> list[dict[str, Any]]:
    """Accuracy of all problems' votes, by the winner's share."""
    bins: list[Bin] = by_share(votes, right)
    return [{"low": b.low, "high": b.high, "accuracy": b.accuracy, "count": b.count} for b in bins]


def running_vote(paths: Sequence[Checked]) -> list[str]:
    """The winner after each path: "9", "9 or 8" in a tie, "nothing" before one can be read."""
    answers = [path.answer for path in paths]
    said = [vote(answers[: count + 1]).winners for count in range(len(answers))]
    return [" or ".join(winners) or "nothing" for winners in said]


def words(
    paths: Sequence[Checked], made: Vote, right: str | None, running: Sequence[str]
) -> list[list[str]]:
    """Rows [label, words] below the paths. right: the problem's answer, or None while it is
    covered, and what is wrong with it.
    """
    many = "1 path" if len(paths) == 1 else f"{len(paths)} paths"
    if made.answer is None:
        said = [["the vote", f"of {many} none can be read"]]
    else:
        winners = " and ".join(made.winners)
        tie = f", a tie of {len(made.winners)}" if len(made.winners) > 1 else ""
        said = [["the vote", f"{winners}, with {made.share:.0%} of {many}{tie}"]]
    changes = [
        f"{after} after {count}"
        for count, (before, after) in enumerate(zip(["", *running], running, strict=False), start=1)
        if before != after
    ]
    said.append(["as paths are added", ", ".join(changes)])
    if right is not None:
        wrong = sum(path.first_wrong is not None for path in paths)
        said.append(["with a wrong step", f"{wrong} of {many}"])
        score = made.score(right)
        verdict = f"scores {score:.2f}" if 0 < score < 1 else "is right" if score else "is wrong"
        said.append(["the right answer", f"{right}: the vote {verdict}"])
        lucky = sum(path.by_luck for path in paths)
        said.append(["right by luck", f"{lucky} of {many}: the answer is right, a step is not"])
    return said
