"""The notebook's ■ stops what a button has started, and not only cells.

■ sends the kernel a SIGINT. Between cells the kernel ignores it, and during a cell it becomes a
KeyboardInterrupt there: a thread hears of neither. While one works, a handler of ours stands in
that place; it stops the thread, and then does what the one before it would have done.
"""

from __future__ import annotations

import functools
import signal
import threading
from collections.abc import Callable
from typing import Any

from IPython import get_ipython

AGAIN = 0.3  # seconds: a cell that ends puts the kernel's own handler back


class Interrupts:
    """Calls `stop` when the kernel is interrupted, from `begin` to `end`. Nothing without a kernel.

    Both may be called in any thread; handlers change in the main one, as Python wants it.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._count, self._lock = 0, threading.Lock()
        self._shell: Any = None
        self._loop: Any = None

    def begin(self) -> None:
        """Listen from now on, between cells and in them, until `end` has come as often as this."""
        shell = get_ipython()
        loop = getattr(getattr(shell, "kernel", None), "io_loop", None)
        if loop is None:
            return
        with self._lock:
            self._count += 1
            if self._count > 1:
                return
            self._shell, self._loop = shell, loop
            shell.events.register("pre_run_cell", self._in_a_cell)
            loop.add_callback(self._between_cells)

    def end(self) -> None:
        """Listen no longer."""
        with self._lock:
            self._count = max(0, self._count - 1)
            if self._count or self._loop is None:
                return
            loop, self._loop = self._loop, None
            self._shell.events.unregister("pre_run_cell", self._in_a_cell)
            loop.add_callback(self._give_back)

    def _in_a_cell(self, *_: Any) -> None:
        if threading.current_thread() is threading.main_thread():
            self._stand()

    def _between_cells(self) -> None:
        """In the main loop, which is free between cells only."""
        loop = self._loop
        if loop is None:
            return
        if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
            self._stand()
        loop.call_later(AGAIN, self._between_cells)

    def _stand(self) -> None:
        before = signal.getsignal(signal.SIGINT)
        if not self._is_ours(before):
            signal.signal(signal.SIGINT, functools.partial(self._pressed, before))

    def _give_back(self) -> None:
        now = signal.getsignal(signal.SIGINT)
        if self._is_ours(now):
            signal.signal(signal.SIGINT, now.args[0])  # type: ignore[union-attr]

    def _is_ours(self, handler: Any) -> bool:
        return isinstance(handler, functools.partial) and handler.func == self._pressed

    def _pressed(self, before: Any, number: int, frame: Any) -> None:
        self._stop()
        if callable(before):
            before(number, frame)
