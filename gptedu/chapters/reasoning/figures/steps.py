"""Sums at once and with steps: by length, by size, and by how they are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any

from gptedu import records
from gptedu.chapters.reasoning import claims
from gptedu.chapters.reasoning.figures.common import GUESSED, percent, recorded, step_lines
from gptedu.plots.accuracy import accuracy_by_size
from gptedu.plots.draws import accuracy_bars, accuracy_lines
from gptedu.reasoning.checking import check
from gptedu.world.problems.problem import Problem

if TYPE_CHECKING:
    import plotly.graph_objects as go

APART = 5
"""Points: less is called no difference."""
MANNERS = {
    "direct": "at once",
    "begun": "at once,<br>begun",
    "worked": "with steps",
    "phrase": "the phrase<br>alone",
    "wrong phrase": "a wrong<br>phrase",
    "dots": "dots",
    "after": "steps after<br>the answer",
}


def checked_lines(problem: Problem, text: str) -> str:
    """A solution, a step a line, each with what is wrong about it."""
    return "\n".join(step_lines(check(problem, text)))


def steps_right(problems: Sequence[Problem], texts: Sequence[str]) -> float:
    """Share of the steps that are right, of solutions: one text a problem. 0 without a step."""
    checked = [check(problem, text) for problem, text in zip(problems, texts, strict=True)]
    steps = [step for each in checked for step in each.steps]
    return fmean(not step.wrong for step in steps) if steps else 0.0


def by_steps() -> go.Figure:
    """Sums of one to six steps: at once and with steps, the largest model."""
    found = [run["accuracy"][claims.LARGEST] for run in recorded("steps")]
    steps = list(found[0]["direct"])
    return accuracy_lines(
        steps,
        {
            MANNERS[manner]: [percent(run[manner][length] for run in found) for length in steps]
            for manner in ("worked", "direct")
        },
        GUESSED,
        title=f"Sums by their number of steps, {claims.LARGEST}",
        x_title="steps",
    )


def by_size() -> go.Figure:
    """The sums of four steps and more, by the size of the model."""
    record = records.read("reasoning", "steps")
    sizes = {name: origin["parameters"] for name, origin in record.models.items()}
    return accuracy_by_size(
        list(sizes.values()),
        {
            MANNERS[manner]: [fmean(long_sums(run, name, manner) for run in record.results)
                              for name in sizes]
            for manner in ("worked", "direct")
        },
        title="Sums of four to six steps, by size",
        names=list(sizes),
        chance=GUESSED / 100,
    )  # fmt: skip


def long_sums(run: Mapping[str, Any], model: str, manner: str) -> float:
    """Share right of the sums of four steps and more, in one run of "steps"."""
    by_length = run["accuracy"][model][manner]
    return fmean(share for length, share in by_length.items() if length >= 4)


def of_long_sums(manner: str, model: str = claims.LARGEST) -> float:
    """The same in percent, the mean over the draws."""
    return 100 * fmean(long_sums(run, model, manner) for run in recorded("steps"))


def of_smallest() -> str:
    """What steps do for the smallest model, as the guess's options say it."""
    ahead = of_long_sums("worked", claims.SMALLEST) - of_long_sums("direct", claims.SMALLEST)
    if abs(ahead) <= APART:
        return "hardly any difference"
    return "they help" if ahead > 0 else "they harm"


def manners(*names: str) -> go.Figure:
    """The same sums of three to five steps, asked in these manners."""
    found = {
        MANNERS[name]: percent(run["accuracy"][name] for run in recorded("manners"))
        for name in names
    }
    return accuracy_bars(
        {claims.LARGEST: found},
        dict.fromkeys(found, GUESSED),
        title="Sums of three to five steps, by how they are asked",
    )


def of_manner(name: str) -> float:
    """Percent right of these sums, asked in one manner, the mean over the draws."""
    return 100 * fmean(run["accuracy"][name] for run in recorded("manners"))


def of_dots() -> str:
    """What dots in the place of steps bring, as the guess's options say it."""
    dots, direct, worked = map(of_manner, ("dots", "begun", "worked"))
    if dots < direct - APART:
        return "they harm"
    if dots - direct <= APART:
        return "nothing"
    return "as much as steps" if worked - dots <= APART else "a part of it"
