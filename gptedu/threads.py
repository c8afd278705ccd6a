"""How many threads torch computes with: the one place that decides.

torch takes a thread a core and lets each wait for the others in a loop, after every operation. For
models as small as ours an operation takes microseconds: beside one busy process two threads then
need up to twenty times as long as one. So small work runs on one thread, and larger work on as many
as pay at that moment, which is found by timing it (`Pace`).

- Never more threads than the affinity and the cgroup's quota give (`granted`).
- Whoever sets a number, by OMP_NUM_THREADS, MKL_NUM_THREADS or torch.set_num_threads, keeps it
  (`set_by_user`). A number that torch takes by itself cannot be told from one that was set to it.
- Results do not depend on the number: with the layers of `model.layers` they are the same to the
  last bit, which tests hold.

torch's number belongs to the Python thread that sets it, and so does all that is kept here.
"""

from __future__ import annotations

import functools
import math
import os
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn

VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
SMALL = 1e8  # floating-point operations, about 2 ms on one core: below, one thread is as fast
OPERATIONS = 2  # a parameter and token, forward; gradients take twice as many more
LOOKING = 0.05  # share of the time that may be lost in trying other numbers
KEPT = 3  # timings of each number, whose median counts
WORTH = 0.95  # another number is taken where it needs less than this share of the time
CLEAR = 1.3  # times as long, or as short: one piece tells as much as two
SLOWED = 1.5  # times as long as its fastest piece: something has changed
RESTED = 10  # pieces after which a number that was slower may be tried anew

_local = threading.local()  # .base: the number before ours, .ours: the number that we have set
_inside: dict[int, tuple[int, int]] = {}  # Python thread -> (base, ours), while ours is set


def cores() -> int:
    """The cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def quota(
    root: str | Path = "/sys/fs/cgroup", membership: str | Path = "/proc/self/cgroup"
) -> float | None:
    """Cores' worth of time that the cgroup gives, of v1 or v2; None where there is no limit.

    A group has no more than the groups around it: the least of all limits up to the root counts.
    """
    try:
        lines = Path(membership).read_text().splitlines()
    except OSError:
        return None
    limits: list[float] = []
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if not controllers:  # v2, alone or beside v1
            mounts, read = ["", "unified"], _limit_v2
        elif "cpu" in controllers.split(","):
            mounts, read = ["cpu", "cpu,cpuacct", "cpuacct,cpu"], _limit_v1
        else:
            continue
        parts = Path(path.lstrip("/")).parts
        # In a container the path may be the host's, which is not mounted: the root then counts.
        inside = ["/".join(parts[:depth]) for depth in range(len(parts) + 1)]
        own = [read(Path(root, mount, group)) for mount in mounts for group in inside]
        limits += [limit for limit in own if limit is not None]
    return min(limits, default=None)


def _limit_v2(group: Path) -> float | None:
    try:
        most, period = (group / "cpu.max").read_text().split()
        return None if most == "max" else int(most) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None


def _limit_v1(group: Path) -> float | None:
    try:
        most = int((group / "cpu.cfs_quota_us").read_text())
        return most / int((group / "cpu.cfs_period_us").read_text()) if most > 0 else None
    except (OSError, ValueError, ZeroDivisionError):
        return None


_quota = functools.cache(quota)


def granted() -> int:
    """The most threads that affinity and quota have use for; at least 1."""
    limit = _quota()
    return max(1, cores() if limit is None else min(cores(), math.floor(limit)))


def _of_torch() -> set[int]:
    """Numbers that torch takes by itself, or that `settle` has set: no user stands behind them."""
    import psutil

    physical = psutil.cpu_count(logical=False) or 0
    # MKL counts physical cores, OpenMP those that the process may run on.
    return {os.cpu_count() or 1, cores(), min(physical, cores()), granted()}


def set_by_user() -> str | None:
    """What the user set, as "OMP_NUM_THREADS=2" or "torch.set_num_threads(2)"; None if nothing."""
    for name in VARIABLES:
        if os.environ.get(name):
            return f"{name}={os.environ[name]}"
    if not hasattr(_local, "ours"):
        _start()
    now = torch.get_num_threads()
    return None if now == _local.ours or now in _own() else f"torch.set_num_threads({now})"


_own = functools.cache(_of_torch)


def _start() -> None:
    """What is known of a Python thread when it comes here first.

    A new one takes over the number that stands in another: that may be ours, for a moment.
    """
    _local.ours, _local.base = None, None
    _local.paces, _local.account = {}, Account()
    now = torch.get_num_threads()
    for base, ours in list(_inside.values()):
        if now == ours:
            torch.set_num_threads(base)


def settle() -> int:
    """Take no more threads than are granted, where no user has set a number; returns the number."""
    if set_by_user() is None and torch.get_num_threads() > granted():
        torch.set_num_threads(granted())
    return torch.get_num_threads()


def most() -> int:
    """The most threads that work may be given now: torch's or the user's, no more than granted."""
    if set_by_user():
        return torch.get_num_threads()
    return min(_local.base or torch.get_num_threads(), granted())


@contextmanager
def exactly(number: int) -> Iterator[None]:
    """So many threads within, and afterwards as many as before, whatever happens.

    Where another number is set within, by a user's callback, that one stays.
    """
    if not hasattr(_local, "ours"):
        _start()
    me, before, outer = threading.get_ident(), torch.get_num_threads(), _local.ours
    if outer is None:
        _local.base = before
    _local.ours, _inside[me] = number, (_local.base, number)
    torch.set_num_threads(number)
    try:
        yield
    finally:
        if torch.get_num_threads() == number:
            torch.set_num_threads(before)
        _local.ours = outer
        if outer is None:
            _local.base = None
            _inside.pop(me, None)
        else:
            _inside[me] = (_local.base, outer)


@contextmanager
def one() -> Iterator[None]:
    """One thread within, for small work; the user's number where there is one."""
    if set_by_user():
        yield
    else:
        with exactly(1):
            yield


def candidates(limit: int) -> tuple[int, ...]:
    """1, 2, 4, ... and the limit itself."""
    return tuple(sorted({2**i for i in range(limit.bit_length()) if 2**i < limit} | {limit}))


@dataclass
class Account:
    """What is shared by all work of one Python thread: a guess to begin with, and a budget.

    guess: the number that paid last; None before any work. worked, lost: seconds in all, and those
    by which trying other numbers was slower.
    """

    guess: int | None = None
    worked: float = 0.0
    lost: float = 0.0

    def affords(self) -> bool:
        """Whether another number may be tried."""
        return self.lost <= LOOKING * self.worked


class Others:
    """How many cores' worth of time other processes have used since the last look.

    The load average would count our own threads as well, and lags a minute behind.
    """

    def __init__(self, now: Callable[[], tuple[float, float, float]] | None = None) -> None:
        self._now = now or _seconds
        self._before = self._now()

    def cores(self) -> float:
        """Since the last look; 0 where that was less than a tenth of a second ago."""
        now = self._now()
        seconds, busy, own = (new - old for new, old in zip(now, self._before, strict=True))
        if seconds < 0.1:
            return 0.0
        self._before = now
        return max(0.0, busy - own) / seconds


def _seconds() -> tuple[float, float, float]:
    """By the clock, of all processes on all cores, and of this process."""
    import psutil

    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    return time.monotonic(), sum(times[:8]) - idle, time.process_time()


_others = Others()


def crowded() -> bool:
    """Whether other processes use half of the cores or more: a guess for the first piece.

    Of a container's neighbours it may say too much. Timing decides soon after.
    """
    return _others.cores() >= 0.5 * cores()


class Pace:
    """Finds how many threads pay for work that is done again and again, by timing it.

    >>> pace = Pace()
    >>> for batch in batches:
    ...     with pace.piece(tokens):
    ...         step(batch)

    It begins with the number that paid last for other work. It compares its choice with the next
    smaller and the next larger number, and goes where less time is needed; what was slower is
    tried anew only when trying has cost no more than `LOOKING` of all time. So it also finds out
    when a busy machine has become quiet. Where its own pieces get slower than those of another
    number were, it changes at once.

    most: the most threads that may be used now. clock: seconds. account: shared with other work.
    """

    def __init__(
        self,
        most: Callable[[], int] = most,
        clock: Callable[[], float] = time.perf_counter,
        account: Account | None = None,
        crowded: Callable[[], bool] = crowded,
    ) -> None:
        self._most, self._clock, self._crowded = most, clock, crowded
        self._account = Account() if account is None else account
        self._times: dict[int, deque[float]] = {}  # number of threads -> seconds a unit of work
        self._limit = 0
        self.choice = 0

    def _begin(self, limit: int) -> None:
        guess = self._account.guess
        if guess is None:
            guess = 1 if self._crowded() else limit
        self._limit, self._warm = limit, False
        self._times = {number: deque(maxlen=KEPT) for number in candidates(limit)}
        self.choice = max(number for number in self._times if number <= max(1, guess))
        self._last = dict.fromkeys(self._times, 0)  # the piece at which each was used last
        self._pieces = self._looked = 0
        self._again: int | None = None  # a number that was faster just now
        self._fastest = math.inf  # of all pieces of the present choice, a unit of work

    @contextmanager
    def piece(self, amount: float = 1.0) -> Iterator[int]:
        """One piece of work, within; gives the number of threads that it has.

        amount: its size, in any unit. A piece that raises is not counted.
        """
        number = self.next()
        with exactly(number):
            started = self._clock()
            yield number
            seconds = self._clock() - started
        self.tell(number, seconds, amount)

    def next(self) -> int:
        """The number of threads for the next piece."""
        limit = self._most()
        if limit != self._limit:
            self._begin(limit)
        others, own = self._neighbours(), self._times[self.choice]
        if not own or not others:
            return self.choice
        if self._again in others:
            return self._again
        untried = [number for number in others if not self._tried(number)]
        slowed = own[-1] > SLOWED * self._fastest
        if untried and (slowed or self._account.affords()):
            return untried[0]
        rested = self._pieces - self._looked > RESTED
        if rested and self._account.affords():
            return min(others, key=lambda number: self._last[number])
        return self.choice

    def tell(self, number: int, seconds: float, amount: float = 1.0) -> None:
        """What a piece has taken."""
        if number not in self._times:  # the limit has changed meanwhile
            return
        self._account.worked += seconds
        if not self._warm:  # the first one also fills caches
            self._warm = True
            return
        rate = seconds / max(amount, 1e-9)
        self._pieces += 1
        self._last[number] = self._pieces
        self._times[number].append(rate)
        if number == self.choice:
            self._fastest = min(self._fastest, rate)
        else:
            usual = self._median(self.choice)
            self._looked = self._pieces
            self._again = number if rate < WORTH * usual else None
            self._account.lost += max(0.0, rate - usual) * amount
        tried = [other for other in self._neighbours() if self._tried(other)]
        best = min(tried, key=self._median, default=self.choice)
        if tried and self._median(best) < WORTH * self._median(self.choice):
            self.choice, self._again, self._looked = best, None, self._pieces
            self._fastest = min(self._times[best])
        if tried:
            self._account.guess = self.choice

    def _neighbours(self) -> list[int]:
        numbers = sorted(self._times)
        place = numbers.index(self.choice)
        return [numbers[i] for i in (place - 1, place + 1) if 0 <= i < len(numbers)]

    def _median(self, number: int) -> float:
        return statistics.median(self._times[number])

    def _tried(self, number: int) -> bool:
        """Twice, or once where that was far from the choice."""
        times = self._times[number]
        if not times or not self._times[self.choice]:
            return False
        usual = self._median(self.choice)
        return len(times) > 1 or not usual / CLEAR < times[0] < usual * CLEAR


Piece = Callable[[], AbstractContextManager[object]]


def repeated(kind: str, model: nn.Module, tokens: int) -> Piece:
    """What surrounds each piece of a model's work with its number of threads: `with piece(): ...`.

    kind: "training", "reading", "writing". tokens: how many a piece reads. Small pieces have one
    thread, large ones as many as pay; pieces of one kind, model and size (within a factor of two)
    are timed together. On a GPU, among several processes and where a user has set the number of
    threads, it changes nothing.
    """
    if set_by_user() or dist.is_initialized():
        return nullcontext
    weights = list(model.parameters())
    if not weights or weights[0].device.type != "cpu":
        return nullcontext
    parameters = sum(weight.numel() for weight in weights)
    work = OPERATIONS * parameters * tokens * (3 if kind == "training" else 1)
    if work < SMALL:
        return functools.partial(exactly, 1)
    key = (kind, parameters, math.frexp(work)[1])
    if key not in _local.paces:
        _local.paces[key] = Pace(account=_local.account)
    return functools.partial(_local.paces[key].piece, tokens)


def working(kind: str, model: nn.Module, tokens: int) -> AbstractContextManager[object]:
    """The threads of one piece of work (see `repeated`)."""
    return repeated(kind, model, tokens)()
