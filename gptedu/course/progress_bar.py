"""A progress bar with the time left, for cells that train; Stop ends them between two steps."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sized
from types import FrameType, TracebackType
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")


class progress(Generic[Item]):
    """Goes through `work` with a bar on stderr; an interrupt ends the loop at the next step.

    >>> bar = progress(range(200), "Fine-tuning")
    >>> for step in bar:
    ...     bar.tell(loss=loss)

    For a trainer that takes a callback, give the number of steps and use it as a context:

    >>> with progress(200, "Fine-tuning") as bar:
    ...     train(..., on_step=lambda step: bar.advance(loss=step.loss))

    The first interrupt (the Stop button, Ctrl-C) sets `stopped` and lets the step end, so that no
    weight is left half updated and all that was computed stays; a second one interrupts at once.
    """

    def __init__(self, work: Iterable[Item] | int, label: str = "", total: int | None = None):
        self.work: Iterable[Any] = range(work) if isinstance(work, int) else work
        self.label = label
        self.total = total
        if total is None and isinstance(self.work, Sized):
            self.total = len(self.work)
        self.stopped = False
        self.done = 0
        self._bar: Any = None
        self._before: Any = None

    def __iter__(self) -> Iterator[Item]:
        with self:
            for item in self.work:
                if self.stopped:
                    return
                yield item
                self._step()

    def tell(self, **figures: float) -> None:
        """Show numbers at the right of the bar: `bar.tell(loss=2.31)`."""
        if self._bar is not None:
            shown = {k: v if isinstance(v, int) else f"{float(v):.3f}" for k, v in figures.items()}
            self._bar.set_postfix(shown, refresh=False)

    def advance(self, **figures: float) -> bool:
        """One step done. False once the learner asked to stop."""
        self.tell(**figures)
        self._step()
        return not self.stopped

    def __enter__(self) -> progress[Item]:
        # The plain bar: the notebook one is a widget, which stored notebooks cannot hold.
        from tqdm import tqdm

        self.stopped, self.done = False, 0
        self._bar = tqdm(
            total=self.total,
            desc=self.label or None,
            file=sys.stderr,
            mininterval=0.3,
            dynamic_ncols=False,
            ncols=88,
            bar_format="{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} "
            "[{elapsed}, {remaining} left{postfix}]"
            if self.total is not None
            else None,
        )
        # Only the main thread may change what a signal does.
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._stop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        if self.stopped:
            of = f" of {self.total}" if self.total is not None else ""
            what = f"{self.label} stopped" if self.label else "Stopped"
            print(f"{what} after {self.done}{of} steps. What was computed so far is kept.")

    def _step(self) -> None:
        self.done += 1
        if self._bar is not None:
            self._bar.update(1)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self.stopped:
            raise KeyboardInterrupt
        self.stopped = True
