"""A model that learns from its own majorities; and a real model on word problems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from statistics import fmean
from typing import TYPE_CHECKING

from gptedu.chapters.reasoning import claims
from gptedu.chapters.reasoning.figures.common import GUESSED, columns, percent, recorded
from gptedu.chapters.reasoning.figures.steps import MANNERS
from gptedu.plots.draws import accuracy_bars, accuracy_lines
from gptedu.reasoning.self_training import taught
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.world.problems.problem import ANSWER

if TYPE_CHECKING:
    import plotly.graph_objects as go

ARMS = {
    "base": "before",
    "majority": "own majority",
    "random path": "a random<br>path's answer",
    "greedy": "own greedy<br>path",
    "one format": "majority,<br>one format",
    "gold": "right<br>answers",
}
MEASURED = {"greedy": "the greedy path", "one path": "one path of many", "vote": "a vote of 8"}


def one_of_each(rows: Sequence[Demonstration]) -> str:
    """The first row of a training file in each of the four formats; what is learned in brackets."""
    first: dict[tuple[int, bool], Demonstration] = {}
    for row in rows:
        first.setdefault((row.prompt.count("Question"), ANSWER in row.answer), row)
    return "\n\n".join(f"{row.prompt}[{row.answer} ]" for row in first.values())


def improvement(*names: str, record: str = "self-improvement") -> go.Figure:
    """Before, and after a round from each kind of label: `names` of `ARMS`, or all.
    record: "certain" for a model that is certain of its mistakes.
    """
    runs = recorded(record)
    arms = {name: ARMS[name] for name in names or ARMS}
    return accuracy_bars(
        {
            words: {
                arm: percent(run["measured"][name][what] for run in runs)
                for name, arm in arms.items()
            }
            for what, words in MEASURED.items()
        },
        dict.fromkeys(arms.values(), GUESSED),
        title={
            "self-improvement": "One round of mini-m-unsure, by its labels",
            "certain": "One round of mini-m-v2, which is certain of its mistakes",
        }[record],
    )


def at_gaps(texts: Iterable[Sequence[str]]) -> str:
    """Of paths from left to right: how often one comes to a gap, and is right there."""
    met, share = taught.at_gaps(chain.from_iterable(texts))
    return f"{met:>4} times at a gap, {100 * share:.0f}% right there"


def of_random() -> str:
    """What the answers of random paths bring, as the guess's options say it."""
    runs = recorded("self-improvement")
    own = fmean(claims.gain.compute(run["before"], run["after"]) for run in runs)
    random = own - fmean(claims.random_path.compute(run["after"]) for run in runs)
    if own - random <= 2:
        return "as much as the majority's"
    return "less than the majority's" if random > 1 else "nothing"


def labels(record: str = "self-improvement") -> str:
    """How many labels of each kind were right; a column a run. record: as in `improvement`."""
    runs = recorded(record)
    lines = [f"labels that are right, in each of the {len(runs)} runs:"]
    for name, words in ARMS.items():
        if name in runs[0]["label_right"]:
            right = columns(run["label_right"][name] for run in runs)
            lines.append(f"{words.replace('<br>', ' '):>24}: {right}")
    return "\n".join(lines)


def rounds() -> go.Figure:
    """Round after round, until one gains nothing: all runs that came so far."""
    runs = [run["measured"] for run in recorded("rounds")]
    places = list(range(max(map(len, runs))))
    return accuracy_lines(
        places,
        {
            words: [percent(run[place][what] for run in runs if place < len(run))
                    for place in places]
            for what, words in MEASURED.items()
        },
        GUESSED,
        title="Rounds of self-improvement",
        x_title="rounds",
    )  # fmt: skip


def alike() -> str:
    """Per round: distinct paths of a problem, and labels that are right; a column a run."""
    runs = recorded("rounds")
    lines = [f"{'':9}distinct paths{'':14}labels that are right"]
    for place in range(max(len(run["rounds"]) for run in runs)):
        made = [run["rounds"][place] for run in runs if place < len(run["rounds"])]
        distinct, right = (columns(each[what] for each in made)
                           for what in ("distinct", "label_right"))  # fmt: skip
        over = len(runs) - len(made)
        note = f"   ({over} of {len(runs)} runs had stopped)" if over else ""
        lines.append(f"round {place + 1}: {distinct:<25}   {right}{note}")
    return "\n".join(lines)


def rounds_made() -> float:
    """How many rounds were made, the mean over the runs."""
    return fmean(len(run["rounds"]) for run in recorded("rounds"))


def real() -> go.Figure:
    """Thirty word problems: after examples, and without."""
    (run,) = recorded("real")
    found = {MANNERS[name]: [100 * share] for name, share in run["accuracy"].items()}
    return accuracy_bars({"smollm2-135m": found}, title="Thirty word problems of our own")
