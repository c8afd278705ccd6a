"""Claims: a measured number, the bar it has to clear, and the paper's figure beside it.

A chapter states every result as a claim, and says in a few words what was measured. A claim prints
one line, raises where it does not hold, and hands itself to `gptedu report`, which makes the table
of the papers' figures against ours.
"""

from __future__ import annotations

import html
import json
import math
import numbers
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gptedu.console import say
from gptedu.course.show import markup, show

COLLECTOR = "GPTEDU_CLAIMS"
"""Environment variable: the file to which every claim is appended as one line of JSON."""
CHAPTER = "GPTEDU_CHAPTER"
"""Environment variable: the name of the chapter that is being run, e.g. "01_gpt1"."""


class ClaimFailed(AssertionError):
    """A measured number does not clear its bar."""


@dataclass(frozen=True)
class Claim:
    """One measured result. `low` and `high` are the bar; one of them may be None."""

    id: str
    what: str
    chapter: str
    kind: str  # "claim", or "measured" for a result that may fall either way
    observed: float
    low: float | None
    high: float | None
    unit: str
    paper: str
    note: str

    @property
    def holds(self) -> bool:
        """Whether the number is within its bar. NaN never is."""
        return (self.low is None or self.observed >= self.low) and (
            self.high is None or self.observed <= self.high
        )

    @property
    def bar(self) -> str:
        """The bar in words, "at least 15", in the unit of the figure beside it."""
        if self.low is not None and self.high is not None:
            return f"between {exact(self.low)} and {exact(self.high)}"
        if self.low is not None:
            return f"at least {exact(self.low)}"
        assert self.high is not None
        return f"at most {exact(self.high)}"

    @property
    def figure(self) -> str:
        """The measured number with its unit."""
        return with_unit(self.observed, self.unit)

    def line(self) -> str:
        """The printed line; only the measured number changes from one machine to another."""
        verb = "measured, " if self.kind == "measured" else ""
        mark = "✓" if self.holds else "✗"
        paper = f" Paper: {self.paper}." if self.paper else ""
        return f"{mark} {self.what}: {self.figure} ({verb}{self.bar}).{paper} [{self.id}]"

    def to_dict(self) -> dict[str, Any]:
        """As it stands in assets/claims.json."""
        entry = {k: v for k, v in asdict(self).items() if k not in ("low", "high")}
        bar = {k: v for k, v in (("at_least", self.low), ("at_most", self.high)) if v is not None}
        # JSON has no NaN.
        observed = self.observed if math.isfinite(self.observed) else None
        return {**entry, "observed": observed, "bar": bar, "holds": self.holds}


# The claims of this process's chapter, with the cell (its execution count) that made each.
_made: dict[str, tuple[Claim, int | None]] = {}


def claim(
    id: str,
    observed: float,
    at_least: float | None = None,
    at_most: float | None = None,
    between: tuple[float, float] | None = None,
    *,
    what: str,
    paper: str = "",
    unit: str = "",
    note: str = "",
) -> None:
    """State that `observed` clears its bar: prints one line, raises ClaimFailed where it doesn't.

    id: "gpt1/pretraining", once in a chapter. observed: a number; an int is printed exactly, a
    float rounded. Exactly one of at_least, at_most, between (all inclusive). what: what was
    measured, in a few words for somebody who has not read the chapter; a reader of the table sees
    it first. paper: the paper's figure in words. unit: "points", "%", "nats", … note: what the
    difference in scale explains, for `claims_table`. Raises ValueError for a claim without a bar,
    one that does not say what it is, or an id that was used before.
    """
    _state("claim", id, observed, _bar(id, at_least, at_most, between), what, paper, unit, note)


def measured(
    id: str,
    observed: float,
    between: tuple[float, float],
    *,
    what: str,
    paper: str = "",
    unit: str = "",
    note: str = "",
) -> None:
    """State a result that may fall either way: `between` is the spread that was recorded.

    Like `claim`, but the table says "measured" instead of claiming an effect.
    """
    _state("measured", id, observed, _bar(id, None, None, between), what, paper, unit, note)


def claims_table(notes: Mapping[str, str] | None = None) -> None:
    """Show this chapter's claims as a table: the paper's figure, ours, and what to make of it.

    notes: claim id -> what the difference in scale does and does not explain, for claims made
    without a `note`. Raises KeyError for an id that no claim has.
    """
    notes = dict(notes or {})
    for id in notes:
        if id not in _made:
            raise KeyError(f"no claim {id!r} was made in this chapter; there are {sorted(_made)}")
    rows, lines = [], []
    for made, _ in _made.values():
        note = notes.get(made.id, made.note)
        cells = (made.paper or "–", made.figure, made.bar, note)
        rows.append(
            f"<tr><td>{html.escape(made.what)}<br>"
            f"<small><code>{html.escape(made.id)}</code></small></td>"
            + "".join(f"<td>{markup(cell)}</td>" for cell in cells)
            + "</tr>"
        )
        result = f"paper {cells[0]}; ours {cells[1]} ({cells[2]})"
        lines.append(f"{made.what} [{made.id}]: {result}. {note}".strip())
    head = "".join(
        f"<th>{h}</th>" for h in ("result", "paper", "ours", "must be", "what to make of it")
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    show(f'<div class="gptedu-claims">{table}</div>', "\n".join(lines))


def figure(value: float) -> str:
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
    return f"{figure(value)}{unit}" if unit == "%" else f"{figure(value)} {unit}".rstrip()


def exact(value: float) -> str:
    """A number of a bar, as it was set."""
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _bar(
    id: str,
    at_least: float | None,
    at_most: float | None,
    between: tuple[float, float] | None,
) -> tuple[float | None, float | None]:
    given = [bar for bar in (at_least, at_most, between) if bar is not None]
    if len(given) != 1:
        raise ValueError(
            f"claim {id!r} has {len(given)} bars: give exactly one of at_least, at_most, between"
        )
    low, high = between if between is not None else (at_least, at_most)
    for bar in (low, high):
        if bar is not None and not math.isfinite(bar):
            raise ValueError(f"the bar of claim {id!r} is {bar}: give a finite number")
    if low is not None and high is not None and low > high:
        raise ValueError(f"claim {id!r} is between {low} and {high}: put the lower bar first")
    return low, high


def _number(id: str, observed: Any) -> float:
    if hasattr(observed, "item"):  # a tensor or numpy number
        observed = observed.item()
    if isinstance(observed, bool) or not isinstance(observed, numbers.Real):
        raise TypeError(f"claim {id!r} observed {observed!r}: give a number")
    return observed if isinstance(observed, int) else float(observed)


def _state(
    kind: str,
    id: str,
    observed: Any,
    bar: tuple[float | None, float | None],
    what: str,
    paper: str,
    unit: str,
    note: str,
) -> None:
    if not what.strip():
        raise ValueError(f"claim {id!r} does not say what it is: give what=, a few plain words")
    chapter, number = os.environ.get(CHAPTER, ""), _number(id, observed)
    made = Claim(id, what, chapter, kind, number, *bar, unit, paper.rstrip("."), note)
    run = _cell()
    if id in _made and (run is None or run == _made[id][1] or os.environ.get(COLLECTOR)):
        raise ValueError(f"claim {id!r} was made before in this chapter: give it its own id")
    _made.pop(id, None)  # the learner ran the cell again
    _made[id] = (made, run)
    if path := os.environ.get(COLLECTOR):
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(made.to_dict(), ensure_ascii=False) + "\n")
    if not made.holds:
        raise ClaimFailed(made.line())
    say(made.line())


def _cell() -> int | None:
    """The number of the running notebook cell; None outside a notebook."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    return shell.execution_count if shell is not None else None


def forget() -> None:
    """Forget the claims made so far, as a new chapter does."""
    _made.clear()
