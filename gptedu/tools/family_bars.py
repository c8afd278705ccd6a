"""What the family on the second web has to reach: bars that were set before its trainings ended.

    python -m gptedu.tools.family_bars

holds the records of `gptedu.tools.pilots` that are named "second-<model>" against them: measured on
the validation split, as means over a record's seeds. What the claims of the chapters have to reach
on the test split stands with them in `OF_CLAIMS`. A bar is never lowered after its result: one that
is missed stays, as a finding.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from gptedu import records
from gptedu.course.claims import Range, above, at_least, at_most
from gptedu.records import Run
from gptedu.tools import pilots

PREFIX = "second-"
"""Before a model's name, in the names of its records: "second-mini-m", or "second-mini-m-1" for
another training seed."""


@dataclass(frozen=True)
class FamilyBar:
    """what: is measured. models: of which ones. figure: of a record's run; None where it is not
    there. bar: for its mean over the seeds."""

    what: str
    models: tuple[str, ...]
    figure: Callable[[Run], float | None]
    bar: Range


def _at(*path: Any) -> Callable[[Run], float | None]:
    """A figure of a run, by its keys."""

    def find(run: Run) -> float | None:
        part: Any = run
        for key in path:
            if not isinstance(part, Mapping) or key not in part:
                return None
            part = part[key]
        return float(part)

    return find


def _least_gain(run: Run) -> float | None:
    gains = run.get("race", {}).get("gain")
    return min(gains.values()) if gains else None


def _vote_ahead(run: Run) -> float | None:
    vote = run.get("vote")
    return 100 * (vote["vote of 16"] - vote["greedy"]) if vote else None


def _share_tells(run: Run) -> float | None:
    """Smallest rise from one fifth of the vote's share to the next, of those with 10 answers."""
    by_share = run.get("vote", {}).get("by share", {})
    rights = [right for right, count in by_share.values() if count >= 10]
    return min((b - a for a, b in pairwise(rights)), default=None)


def _worked_ahead(run: Run) -> float | None:
    """Worked sums of 4 and 6 steps ahead of direct answers, the smaller of both."""
    told = run.get("told", {})
    own = [told.get(f"sums/{steps}") for steps in (4, 6)]
    return min((100 * (each["think"] - each["direct"]) for each in own if each), default=None)


PLANTED = 71
"""Per cent right that the planted ways of telling sums score themselves, the mean of the four."""

BARS = (
    FamilyBar("race: mean gain, points", ("mini-m",), _at("race", "mean gain"), at_least(10)),
    FamilyBar("race: least gain of a format", ("mini-m",), _least_gain, above(0)),
    FamilyBar("reading", ("mini-m",), _at("abilities", "reading", 0), at_least(0.85)),
    FamilyBar("reading", ("mini-l",), _at("abilities", "reading", 0), at_least(0.92)),
    FamilyBar("reading", ("mini-xs",), _at("abilities", "reading", 0), at_most(0.25)),
    FamilyBar(
        "told sums, 2 to 5 steps, greedy",
        ("mini-m", "mini-l"),
        _at("vote", "greedy"),
        at_least((PLANTED - 5) / 100),
    ),
    FamilyBar("worked ahead of direct, points", ("mini-m", "mini-l"), _worked_ahead, at_least(30)),
    FamilyBar("vote of 16 ahead of greedy", ("mini-m", "mini-l"), _vote_ahead, at_least(5)),
    FamilyBar("vote's share tells", ("mini-m", "mini-l"), _share_tells, at_least(0)),
    FamilyBar(
        "sentences copied",
        ("mini-m", "mini-l"),
        _at("abilities", "copy/sentences", 0),
        at_least(0.5),
    ),
    FamilyBar("out of English", ("mini-xs",), _at("abilities", "translate-out-of-english", 4),
              at_most(0.25)),
)  # fmt: skip

OF_CLAIMS: Mapping[str, tuple[str, Range]] = {
    "gpt1/pretraining": ("points, and every format gains", at_least(10)),
    "gpt1/bert": ("points on the two tasks with pairs, BERT ahead of GPT", at_least(0)),
    "gpt3/new-task": ("points", at_least(25)),
    "gpt3/few-shot": ("points", at_least(30)),
    "gpt3/gap-grows": ("points", at_least(20)),
    "gpt3/induction": ("% of sorting's gain", at_least(50)),
    "instructgpt/rm": ("% of pairs, by the judge that can see the truth", at_least(68)),
    "instructgpt/rm-truth": ("% of pairs that differ by a false statement", at_least(80)),
    "instructgpt/helpful": ("points by PPO-ptx, manners apart", above(0)),
    "instructgpt/honest": ("points by PPO-ptx, manners apart", above(0)),
    "instructgpt/wrong-refusals": ("points by PPO-ptx", at_most(0)),
}
"""Claim -> what it counts in, and its bar: of three draws and two training seeds at least."""


def model_of(experiment: str) -> str | None:
    """Of whom a record is: "second-mini-m-1" is of mini-m. None for another one's."""
    name = experiment.removeprefix(PREFIX)
    if name == experiment:
        return None
    head, _, last = name.rpartition("-")
    return head if last.isdigit() else name


def verdicts(root: Path | None = None) -> list[tuple[str, str, float, Range, bool]]:
    """(record, what, figure, bar, whether it holds), for all records of the family.

    root: the folder of all records, by default of those that ship.
    """
    found = []
    for path in sorted(((root or records.folder()) / pilots.SLUG).glob(f"{PREFIX}*.json")):
        record = records.load(path)
        for bar in BARS:
            if model_of(record.experiment) not in bar.models:
                continue
            figures = [bar.figure(run) for run in record.results]
            known = [figure for figure in figures if figure is not None]
            if known:
                mean = statistics.fmean(known)
                found.append((record.experiment, bar.what, mean, bar.bar, mean in bar.bar))
    return found


def main() -> None:
    """Print one line a bar."""
    for name, what, figure, bar, holds in verdicts():
        print(f"{'holds ' if holds else 'missed'}  {name}: {what} {figure:.2f} (bar: {bar})")


if __name__ == "__main__":
    main()
