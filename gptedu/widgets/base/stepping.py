"""Steps taken one after another in a thread, which can be paused between two of them.

A thread, and no task of the kernel's event loop: a step takes about a second, and a front end's
messages may come to the main loop or to another one (JupyterLab sends those of widgets to a
subshell). Whichever it is, it stays free while a step computes, and cells run meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from gptedu.console import Stopped
from gptedu.progress import bar
from gptedu.widgets.base.interrupts import Interrupts


class Stepping:
    """Calls `step` as often as `start` says; never twice at once. The notebook's ■ pauses it.

    on_step: called in the thread after each step but the last. on_end: after the last, when
    `running` is False already. What a step raises ends the run and is kept in `failure`.
    """

    def __init__(
        self, step: Callable[[], Any], on_step: Callable[[], None], on_end: Callable[[], None]
    ) -> None:
        self._step, self._on_step, self._on_end = step, on_step, on_end
        self._lock = threading.Lock()
        self._interrupts = Interrupts(self._interrupted)
        self._thread: threading.Thread | None = None
        self._done = threading.Event()
        self._done.set()
        self._halt = False
        self.left = 0
        self.failure: Exception | None = None

    @property
    def running(self) -> bool:
        """Whether a step is being taken, or more are to come."""
        return self._thread is not None

    def start(self, steps: int) -> None:
        """Take `steps` from now on, whatever was left of those before."""
        with self._lock:
            self.left, self.failure, self._halt = steps, None, False
            if self._thread is None:
                self._done = threading.Event()
                # A daemon: a kernel that shuts down does not wait for the last step.
                self._thread = threading.Thread(target=self._go, args=(self._done,), daemon=True)
                self._interrupts.begin()
                self._thread.start()

    def pause(self) -> None:
        """No further step; the one being taken ends."""
        with self._lock:
            self.left = 0

    def _interrupted(self) -> None:
        """Without the lock, which the main thread may hold when the signal comes."""
        self._halt = True

    def wait(self, seconds: float | None = None) -> bool:
        """Come back when all is done, `on_end` too, or after `seconds`; whether it is done.

        No `Thread.join`: interrupted, it takes a living thread for dead (Python 3.10 to 3.12).
        """
        return self._done.wait(seconds)

    def follow(
        self,
        begin: Callable[[], None],
        taken: Callable[[], int],
        steps: int,
        on_stop: Callable[[], None],
        shown: bool = True,
    ) -> None:
        """`begin`, and come back when all is done, with a bar of `steps`; `taken` counts them.

        Ctrl-C lets the step end, calls `on_stop` and raises `Stopped`: nothing is lost. What a step
        raised is raised here.
        """
        before = taken()
        with bar(steps, "PPO", shown=shown) as drawn:

            def advance() -> None:
                if done := taken() - before - drawn.n:  # 0 would spoil its time left
                    drawn.update(done)

            try:
                begin()
                while not self.wait(0.05):
                    advance()
            except KeyboardInterrupt:
                self.pause()
                self.wait()
                on_stop()
                raise Stopped(
                    f"stopped after step {taken()}; nothing is lost: run goes on from there"
                ) from None
            finally:
                advance()
        if self.failure is not None:
            raise self.failure

    def _more(self) -> bool:
        """Under the lock, so that `start` meets a thread that goes on, or none."""
        with self._lock:
            if self._halt:
                self.left, self._halt = 0, False
            if self.left == 0:
                self._thread = None
            return self.left > 0

    def _go(self, done: threading.Event) -> None:
        try:
            while self._more():
                try:
                    self._step()
                    with self._lock:
                        self.left = max(0, self.left - 1)
                    if self.left:
                        self._on_step()
                except Exception as error:
                    with self._lock:
                        self.left, self.failure = 0, error
            self._on_end()
        finally:
            self._interrupts.end()
            done.set()
