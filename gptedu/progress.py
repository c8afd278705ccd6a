"""How far a long work has come: a line under the cell in a notebook, a bar in a terminal.

In a notebook a bar on stderr stands in a red box, as errors do. Here it is an output of the cell,
which goes when the work is done, and which a stored notebook does not hold.

>>> for page in track(pages, "reading"): ...
"""

from __future__ import annotations

import html
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from gptedu.console import in_notebook

Item = TypeVar("Item")

PATIENCE = 0.7  # seconds: what is over by then needs no bar
BETWEEN = 0.25  # seconds between two drawings


def bar(
    total: int,
    title: str,
    *,
    first: int = 0,
    unit: str = "step",
    large: bool = False,
    shown: bool = True,
) -> Any:
    """A context with `update(count)`, `set_postfix(**figures)` and `n`, what has been done so far.

    total: of units, `first` of which are done already. large: units come by the thousand.
    """
    if shown and in_notebook():
        return NotebookBar(total, title, first, unit, large)
    from tqdm import tqdm

    return tqdm(
        total=total, initial=first, desc=title, unit=unit, unit_scale=large, disable=not shown,
        mininterval=0.5,
    )  # fmt: skip


def track(
    items: Iterable[Item], title: str, total: int | None = None, *, notebook_only: bool = False
) -> Iterator[Item]:
    """The items, one by one, with a bar. total: how many, where `items` has no length.

    notebook_only: without a bar in a terminal, where nobody waits in front of an empty cell.
    """
    total = len(items) if total is None else total  # type: ignore[arg-type]
    with bar(total, title, unit="", shown=not notebook_only or in_notebook()) as done:
        for item in items:
            yield item
            done.update(1)


class NotebookBar:
    """What `bar` gives in a notebook."""

    def __init__(
        self, total: int, title: str, first: int = 0, unit: str = "step", large: bool = False
    ) -> None:
        self.total, self.title, self.first = total, title, first
        self.unit = f" {unit}" if large else f" {unit}s" if unit else ""
        self.number = _short if large else str
        self.n = first
        self._figures = ""
        self._name = f"gptedu-progress-{uuid.uuid4().hex}"
        self._began = self._drawn_at = time.monotonic()
        self._there = False

    def __enter__(self) -> NotebookBar:
        self._began = self._drawn_at = time.monotonic()
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def update(self, count: int = 1) -> None:
        """`count` units more are done."""
        self.n += count
        self._draw()

    def set_postfix(self, figures: Any = None, refresh: bool = False, **more: Any) -> None:
        """Figures to stand behind the count, at the next drawing."""
        said = {**(figures or {}), **more}
        self._figures = "".join(f" · {name} {value}" for name, value in said.items())

    def close(self) -> None:
        """Take the line away."""
        if self._there:
            from IPython.display import update_display

            update_display({}, raw=True, display_id=self._name)
            self._there = False

    def words(self, seconds: float) -> str:
        """How far it has come after so many seconds, and for how long it will go on."""
        done, left = self.n - self.first, self.total - self.n
        rest = f", about {_time(seconds / done * left)} left" if done and left > 0 else ""
        count = f"{self.number(self.n)} of {self.number(self.total)}{self.unit}"
        return f"{self.title}: {count}{rest}{self._figures}"

    def _draw(self) -> None:
        from IPython.display import display, update_display

        now = time.monotonic()
        if now - self._drawn_at < (BETWEEN if self._there else PATIENCE):
            return
        self._drawn_at = now
        words = self.words(now - self._began)
        if not self._there:
            # Empty at first: only what a cell displays, and not how it changes, is compared.
            display({}, raw=True, display_id=self._name)
            self._there = True
        shown = (
            f'<div><progress max="{self.total}" value="{min(self.n, self.total)}" '
            f'style="width: 14em; vertical-align: middle"></progress> {html.escape(words)}</div>'
        )
        update_display({"text/html": shown, "text/plain": words}, raw=True, display_id=self._name)


def _short(number: int) -> str:
    return f"{number / 1e6:.1f}M" if number >= 1e6 else f"{number / 1e3:.0f}k"


def _time(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"
