"""Claims: what was measured, beside the paper's figure, with a mark that follows from both.

A chapter's claims stand in ``gptedu/chapters/<slug>/claims.py``, each as the function that computes
it, with all that is said of it above:

    @claim(
        "gpt1/lstm",
        what="Transformer ahead of an LSTM of its size, mean of four tasks",
        paper="5.6 (74.7 against 69.1; Table 5)",
        effect=above(0),
        bar=at_least(1),
        unit="points",
        record="lstm",
    )
    def lstm(small, lstm): ...

The notebook calls it, ``claims.lstm(small, lstm)``, or ``claims.lstm.recorded()`` where the figure
comes from the record; the experiment of that name calls the same function for every seed. A claim
prints one line, and raises where it does not hold.
"""

from __future__ import annotations

import html
import inspect
import json
import math
import numbers
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gptedu import records
from gptedu.console import say
from gptedu.course.show import markup, show

COLLECTOR = "GPTEDU_CLAIMS"
"""Environment variable: the file to which every claim is appended as one line of JSON."""

Mark = Literal["agrees", "differs", "ours", "measured"]
SIGNS: dict[Mark, str] = {"agrees": "✓", "differs": "≠", "ours": "•", "measured": "○"}
MEANING: dict[Mark, str] = {
    "agrees": "in the paper's direction, and it clears the bar that was set before",
    "differs": "the paper's effect is absent or reversed, with one of the seeds at least",
    "ours": "the paper has no such figure",
    "measured": "in the paper's direction, but no bar was set before, or it is not reached",
}


class ClaimFailed(AssertionError):
    """A measured number does not clear its bar."""


@dataclass(frozen=True)
class Range:
    """Where a figure may lie. strict: the ends do not belong to it."""

    low: float = -math.inf
    high: float = math.inf
    strict: bool = False

    def __post_init__(self) -> None:
        if not self.low < self.high or not (math.isfinite(self.low) or math.isfinite(self.high)):
            raise ValueError(f"a range from {self.low} to {self.high}: give the lower end first")

    def __contains__(self, figure: float) -> bool:
        """NaN is nowhere."""
        if self.strict:
            return self.low < figure < self.high
        return self.low <= figure <= self.high

    def __str__(self) -> str:
        """In words, without a unit: the figure beside it has the same."""
        if math.isfinite(self.low) and math.isfinite(self.high):
            return f"{exact(self.low)} to {exact(self.high)}"
        if math.isfinite(self.low):
            return f"{'above' if self.strict else 'at least'} {exact(self.low)}"
        return f"{'below' if self.strict else 'at most'} {exact(self.high)}"


def above(value: float) -> Range:
    """More than `value`."""
    return Range(low=value, strict=True)


def below(value: float) -> Range:
    """Less than `value`."""
    return Range(high=value, strict=True)


def at_least(value: float) -> Range:
    """`value` or more."""
    return Range(low=value)


def at_most(value: float) -> Range:
    """`value` or less."""
    return Range(high=value)


def between(low: float, high: float) -> Range:
    """`low` to `high`, both included."""
    return Range(low, high)


@dataclass(frozen=True)
class Claim:
    """One result of a chapter.

    id: "gpt1/lstm". what: was measured, in a few words for somebody who has not read the chapter.
    compute: its figure from one run. paper: the paper's figure, and where it stands. effect: where
    figures lie that show the paper's effect; None where the paper has no such figure. bar: set
    before the final runs; None where none was. must_hold: whether the chapter stops where the bar
    is not cleared. record: the experiment that measures it for several seeds. over: which of their
    figures stands for all. note: what the difference in scale does and does not explain. chapter:
    its slug, where the id begins with another word, as in "clip/binding".
    """

    id: str
    what: str
    compute: Callable[..., float]
    paper: str = ""
    effect: Range | None = None
    bar: Range | None = None
    must_hold: bool = True
    unit: str = ""
    record: str | None = None
    over: Callable[[Iterable[float]], float] | None = None
    note: str | Callable[[], str] = ""
    chapter: str = ""

    @property
    def slug(self) -> str:
        """The chapter's."""
        return self.chapter or self.id.split("/")[0]

    def __call__(self, *parts: Any, **named: Any) -> None:
        """State the figure of what was measured just now: `compute`'s arguments."""
        _state(Result(self, _number(self.id, self.compute(*parts, **named))))

    def recorded(self) -> None:
        """State the figure of the record."""
        runs = self._record().results
        over = self.over or _mean
        _state(Result(self, over([self.of(run) for run in runs])))

    def of(self, run: Mapping[str, Any]) -> float:
        """The figure of one run: `compute` takes parts of it by their names.

        Raises KeyError for a part that the run does not have.
        """
        parts = inspect.signature(self.compute).parameters
        return _number(self.id, self.compute(**{name: run[name] for name in parts}))

    def figures(self) -> list[float]:
        """What was recorded, one for each seed; empty where nothing is."""
        return self._record().claims[self.id] if self.record else []

    def said(self) -> str:
        """The note, with what it takes from the record."""
        return self.note if isinstance(self.note, str) else self.note()

    def _record(self) -> records.Record:
        if self.record is None:
            raise ValueError(f"claim {self.id!r} has no record: give what was measured")
        return records.read(self.slug, self.record)


def claim(id: str, *, what: str, **said: Any) -> Callable[[Callable[..., float]], Claim]:
    """Make a function that computes a figure into the claim about it; see `Claim` for the fields.

    Raises ValueError for a claim that does not say what it is, and one that has neither a bar nor
    an effect: nothing would follow from it.
    """
    if not what.strip():
        raise ValueError(f"claim {id!r} does not say what it is: give what=, a few plain words")
    if said.get("bar") is None and said.get("effect") is None:
        raise ValueError(f"claim {id!r} has neither bar nor effect: say what would speak for it")
    return lambda compute: Claim(id, what, compute, **said)


@dataclass(frozen=True)
class Result:
    """A claim and the figure that was measured."""

    claim: Claim
    figure: float

    @property
    def mark(self) -> Mark:
        """How the figure stands to the paper's, by direction and bar, with every recorded seed."""
        figures = [self.figure, *self.claim.figures()]
        if self.claim.effect is None:
            return "ours"
        if any(figure not in self.claim.effect for figure in figures):
            return "differs"
        bar = self.claim.bar
        return "agrees" if bar and all(figure in bar for figure in figures) else "measured"

    @property
    def holds(self) -> bool:
        """Whether the figure is a number, and clears the bar where it must."""
        bar = self.claim.bar if self.claim.must_hold else None
        return math.isfinite(self.figure) and (bar is None or self.figure in bar)

    @property
    def ours(self) -> str:
        """The figure with its unit."""
        return with_unit(self.figure, self.claim.unit)

    @property
    def bar(self) -> str:
        """The bar in words; and the recorded spread, where there is none or it is not reached."""
        claim, figures = self.claim, self.claim.figures()
        reached = claim.bar is not None and all(f in claim.bar for f in [self.figure, *figures])
        if claim.bar is not None and (claim.must_hold or reached):
            return str(claim.bar)
        words = "none" if claim.bar is None else f"{claim.bar}, not reached"
        if not figures:
            return words
        if len(figures) == 1:
            return f"{words}; recorded once"
        return f"{words}; recorded {number(min(figures))} to {number(max(figures))}"

    @property
    def marked(self) -> str:
        """The mark as sign and word: a sign alone says nothing to a reader who is new here."""
        return f"{SIGNS[self.mark]} {self.mark}"

    def line(self) -> str:
        """The printed line; only the measured number changes from one machine to another."""
        paper = self.claim.paper.rstrip(".")
        beside = f" Paper: {paper}." if paper else ""
        said = f"{self.claim.what}: {self.ours} (bar: {self.bar}).{beside} [{self.claim.id}]"
        return f"{self.marked}: {said}" if self.holds else f"✗ fails: {said}"


def other_seeds(id: str, chapter: str = "") -> str:
    """A claim's figures in mini-m of the other training seeds, as a reader says them: "97 and 97".

    Each is the mean over the draws, a whole number. chapter: as in `claim`.
    """
    figures = records.read(chapter or id.split("/")[0], "other-seeds").claims[id]
    return " and ".join(f"{figure:.0f}" for figure in figures)


# The claims of this process's chapter, with the cell (its execution count) that stated each.
_stated: dict[str, tuple[Result, int | None]] = {}


def claims_table() -> None:
    """Show this chapter's claims as a table: the paper's figure, ours, and what to make of it."""
    rows, lines = [], []
    for result, _ in _stated.values():
        claim, note = result.claim, result.claim.said()
        cells = (claim.paper or "–", result.ours, result.bar, result.marked, note)
        rows.append(
            f"<tr><td>{html.escape(claim.what)}<br><small><code>{html.escape(claim.id)}</code></small></td>"
            + "".join(f"<td>{markup(cell)}</td>" for cell in cells)
            + "</tr>"
        )
        beside = f"paper {cells[0]}; ours {cells[1]} (bar: {cells[2]}): {result.mark}"
        lines.append(f"{claim.what} [{claim.id}]: {beside}. {note}".strip())
    head = "".join(
        f"<th>{title}</th>"
        for title in ("result", "paper", "ours", "bar", "mark", "what to make of it")
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    meaning = "; ".join(f"{SIGNS[mark]} *{mark}*: {words}" for mark, words in MEANING.items())
    show(
        f'<div class="gptedu-claims">{table}{markup(f"{meaning}.")}</div>',
        "\n".join(lines),
    )


def number(value: float) -> str:
    """A number for a reader. A float always has a decimal point, so that notebooks can mask it."""
    if isinstance(value, int):
        return f"{value:,}"
    if not math.isfinite(value):
        return str(value)
    size = abs(value)
    if size >= 10 or size == 0:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 1 else f"{value:.3f}"


def with_unit(value: float, unit: str) -> str:
    """A measured number as a reader sees it: "5.67 points", "58.9%", "0.864"."""
    return f"{number(value)}{unit}" if unit == "%" else f"{number(value)} {unit}".rstrip()


def exact(value: float) -> str:
    """A number of a bar, as it was set."""
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _mean(values: Iterable[float]) -> float:
    values = list(values)
    return sum(values) / len(values)


def _number(id: str, figure: Any) -> float:
    if hasattr(figure, "item"):  # a tensor or numpy number
        figure = figure.item()
    if isinstance(figure, bool) or not isinstance(figure, numbers.Real):
        raise TypeError(f"claim {id!r} gives {figure!r}: a number is wanted")
    return figure if isinstance(figure, int) else float(figure)


def _state(result: Result) -> None:
    id, cell = result.claim.id, _cell()
    if id in _stated and (cell is None or cell == _stated[id][1] or os.environ.get(COLLECTOR)):
        raise ValueError(f"claim {id!r} was stated before in this chapter: state it once")
    _stated.pop(id, None)  # the learner ran the cell again
    _stated[id] = (result, cell)
    if path := os.environ.get(COLLECTOR):
        # JSON has no NaN.
        figure = result.figure if math.isfinite(result.figure) else None
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"id": id, "figure": figure, "holds": result.holds}) + "\n")
    if not result.holds:
        raise ClaimFailed(result.line())
    say(result.line())


def _cell() -> int | None:
    """The number of the running notebook cell; None outside a notebook."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    return shell.execution_count if shell is not None else None
