"""What every loop needs around its steps: modes, Ctrl-C between them, a bar, the time.

>>> with Steps(model, 100, "fine-tuning") as steps:
...     for step, batch in zip(steps, batches):
...         steps.show(loss=descend(loss(model, batch), model, optimiser, 1.0, step))
>>> steps.finished
True
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import nn

from gptedu.model.modes import learning
from gptedu.progress import bar


class Steps:
    """The numbers of the steps to take, from `first` to before `total`; a `with` block and a loop.

    Within the block the model is in training mode, gradients are on and torch's global chance is a
    copy, so that dropout here changes nobody else's draws. Ctrl-C lets a step end; the loop then
    ends as well, `interrupted()` is True and `finished` False. Afterwards the model is in
    evaluation mode. A bar shows how far it has come: each step is worth `worth` of its units.
    """

    def __init__(
        self,
        model: nn.Module,
        total: int,
        title: str,
        *,
        first: int = 0,
        progress: bool = True,
        unit: str = "step",
        worth: int = 1,
    ) -> None:
        self.model, self.total, self.first, self.worth = model, total, first, worth
        self.taken = first  # steps that are whole
        self.bar = bar(
            total * worth, title, first=first * worth, unit=unit, large=worth > 1, shown=progress
        )
        self.interrupted: Callable[[], bool] = lambda: False
        self.seconds = 0.0

    def __enter__(self) -> Steps:
        self._began = time.perf_counter()
        with ExitStack() as stack:
            stack.enter_context(self.bar)
            stack.callback(self.model.eval)
            stack.enter_context(learning())
            device = next(self.model.parameters()).device
            stack.enter_context(torch.random.fork_rng([device] if device.type == "cuda" else []))
            self.interrupted = stack.enter_context(interrupts_between_steps())
            self.model.train()
            self._leave = stack.pop_all()
        return self

    def __exit__(self, *error: Any) -> None:
        self.seconds = time.perf_counter() - self._began
        self._leave.__exit__(*error)

    def __iter__(self) -> Iterator[int]:
        for step in range(self.first, self.total):
            if self.interrupted():
                return
            yield step
            self.taken = step + 1
            self.bar.update(self.worth)

    @property
    def finished(self) -> bool:
        """Whether the last step has been taken."""
        return self.taken == self.total

    def show(self, **figures: float) -> None:
        """Figures beside the bar, at its next turn."""
        self.bar.set_postfix({k: f"{v:.3f}" for k, v in figures.items()}, refresh=False)


@contextmanager
def interrupts_between_steps() -> Iterator[Callable[[], bool]]:
    """Holds Ctrl-C back until a step is whole; a second one stops at once."""
    pressed = False

    def handler(number: int, frame: Any) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False  # Python delivers signals to the main thread only
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


def step_seed(seed: int, step: int, rank: int = 0) -> int:
    """The seed of one step's chance (dropout, masks): a stopped run goes on with the same."""
    return (seed * 1_000_003 + step) * 1_009 + rank
