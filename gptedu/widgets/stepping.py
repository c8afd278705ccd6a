"""Steps taken one after another in a thread, which can be paused between two of them.

A thread, and no task of the kernel's event loop: a step takes about a second, and a front end's
messages may come to the main loop or to another one (JupyterLab sends those of widgets to a
subshell). Whichever it is, it stays free while a step computes, and cells run meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


class Stepping:
    """Calls `step` as often as `start` says; never twice at once.

    on_step: called in the thread after each step but the last. on_end: after the last, when
    `running` is False already. What a step raises ends the run and is kept in `failure`.
    """

    def __init__(
        self, step: Callable[[], Any], on_step: Callable[[], None], on_end: Callable[[], None]
    ) -> None:
        self._step, self._on_step, self._on_end = step, on_step, on_end
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.left = 0
        self.failure: Exception | None = None

    @property
    def running(self) -> bool:
        """Whether a step is being taken, or more are to come."""
        return self._thread is not None

    def start(self, steps: int) -> threading.Thread:
        """Take `steps` from now on, whatever was left of those before; returns the thread."""
        with self._lock:
            self.left, self.failure = steps, None
            if self._thread is None:
                # A daemon: a kernel that shuts down does not wait for the last step.
                self._thread = threading.Thread(target=self._go, daemon=True)
                self._thread.start()
            return self._thread

    def pause(self, wait: bool = False) -> None:
        """No further step. wait: come back when the one being taken is done."""
        with self._lock:
            self.left, thread = 0, self._thread
        if wait and thread is not None:
            thread.join()

    def _more(self) -> bool:
        """Under the lock, so that `start` meets a thread that goes on, or none."""
        with self._lock:
            if self.left == 0:
                self._thread = None
            return self.left > 0

    def _go(self) -> None:
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
