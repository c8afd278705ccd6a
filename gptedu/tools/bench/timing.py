"""How two sides are timed in turn, and ours once more beside a busy process."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gptedu.tools.bench.twins import quiet_transformers

SLOWER = 2.0  # times as long may a live part take beside a busy process
BUSY = """
import os
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(10**6):
        pass
"""
"""Keeps a core busy for as long as its parent lives."""


@dataclass(frozen=True)
class Line:
    """One line of the benchmark. ours, theirs: in `unit`. ratio: how many times as fast ours is.

    slower: how many times as long ours takes beside a busy process; None where it is not measured.
    """

    what: str
    unit: str
    ours: float
    theirs: float
    ratio: float
    aim: float
    slower: float | None = None


def measure(
    what: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    amount: int,
    rounds: int,
    aim: float,
    *,
    unit: str = "tokens/s",
    contended: bool = False,
    clock: Callable[[], float] = time.perf_counter,
) -> Line:
    """`ours` and `theirs` in turn, round after round; each call does `amount` of the work.

    contended: measure ours beside a busy process, too.
    """

    def seconds(step: Callable[[], object]) -> float:
        start = clock()
        step()
        return clock() - start

    with quiet_transformers():
        for step in (ours, theirs) * WARM:
            step()
        pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    mine = statistics.median(own for own, _ in pairs)
    slower = None
    if contended:
        with busy_process():
            for _ in range(WARM):
                ours()
            slower = statistics.median(seconds(ours) for _ in range(rounds)) / mine
    return Line(
        what,
        unit,
        ours=amount / mine,
        theirs=amount / statistics.median(other for _, other in pairs),
        ratio=statistics.median(other / own for own, other in pairs),
        aim=aim,
        slower=slower,
    )


WARM = 4  # calls that are not timed: they fill caches, and the number of threads is chosen


@contextmanager
def busy_process() -> Iterator[None]:
    """One process that keeps a core busy, within; it ends with the block, or with this process."""
    process = subprocess.Popen([sys.executable, "-c", BUSY])
    try:
        yield
    finally:
        process.kill()
        process.wait()
