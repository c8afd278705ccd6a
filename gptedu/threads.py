"""How many threads torch computes with: the one place that decides.

torch takes a thread a core and lets each wait for the others in a loop, after every operation. For
models as small as ours an operation takes microseconds: beside one busy process two threads then
need up to twenty times as long as one. So small work runs on one thread, and larger work on as many
as pay at that moment: no more than there are cores that other processes leave alone (`Others`), and
of those as many as timing finds to be fastest (`Pace`).

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
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn

VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
SMALL = 1e8  # floating-point operations, about 2 ms on one core: below, one thread is as fast
OPERATIONS = 2  # a parameter and token, forward; gradients take twice as many more
LOOKING = 0.02  # share of the time that may be lost in trying more threads
FEWER = 0.005  # and in trying fewer: on a quiet machine, where nothing is to be found, that is all
KEPT = 3  # timings of each number, whose median counts
WORTH = 0.95  # another number is taken where it needs less than this share of the time
CLEAR = 1.3  # times as long, or as short: one piece tells as much as two
SLOWED = 1.5  # times as long as its fastest piece: something has changed
RESTED = 10  # pieces after which a number that was slower may be tried anew
WINDOW, SHORTEST = 0.5, 0.1  # seconds over which the work of other processes is counted
CALM = 4  # windows in a row that leave a core alone, before it is used again
SPARE = 0.3  # of a core: others may use so much of it, and it still pays

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
    """What all work of one Python thread shares: how much time trying may take.

    worked: seconds in all. lost: those by which trying was slower, {more threads: seconds}. Fewer
    threads are never much slower, more may be so twenty times: each has a budget of its own.
    """

    worked: float = 0.0
    lost: dict[bool, float] = field(default_factory=lambda: {False: 0.0, True: 0.0})

    def affords(self, more: bool) -> bool:
        """Whether another number may be tried, of more threads or of fewer."""
        return self.lost[more] <= (LOOKING if more else FEWER) * self.worked


class Others:
    """How many of this process's cores other processes leave alone.

    Others' time is counted over windows of half a second at least, the first one may be shorter
    (the load average would count our own threads as well, and lags a minute behind). A core that
    others begin to use is left to them at once; one that is free again is taken after `CALM` ones.

    now: (seconds by the clock, of all processes on these cores, of this process).
    """

    def __init__(self, now: Callable[[], tuple[float, float, float]] | None = None) -> None:
        self._now = now or _seconds
        self._before = self._now()
        self._used: deque[float] = deque(maxlen=CALM)

    def leave(self, of: int) -> int:
        """Of so many cores, those that are free; at least 1."""
        now = self._now()
        seconds, busy, own = (new - old for new, old in zip(now, self._before, strict=True))
        if seconds >= (WINDOW if self._used else SHORTEST):
            self._before = now
            self._used.append(max(0.0, busy - own) / seconds)
        return max(1, math.floor(of - max(self._used, default=0.0) + SPARE))


def _seconds() -> tuple[float, float, float]:
    """By the clock, of all processes on the cores that we may run on, and of this process."""
    import psutil

    every = psutil.cpu_times(percpu=True)
    mine = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(len(every))
    times = [every[core] for core in mine if core < len(every)]
    idle = sum(each.idle + getattr(each, "iowait", 0.0) for each in times)
    return time.monotonic(), sum(sum(each[:8]) for each in times) - idle, time.process_time()


_others = Others()  # from the start, so that the first piece knows of a busy machine


def free() -> int:
    """The most threads that have a core of their own now."""
    limit = most()
    if limit == 1:
        return 1
    return min(limit, _others.leave(cores()))


class Pace:
    """Finds how many threads pay for work that is done again and again, by timing it.

    >>> pace = Pace()
    >>> for batch in batches:
    ...     with pace.piece(tokens):
    ...         step(batch)

    It begins with the most that are free. It compares its choice with the next smaller and the next
    larger number, and goes where less time is needed; what was slower is tried anew only when
    trying has cost no more than `LOOKING` (`FEWER`) of all time. So it also finds out what the work
    of other processes does not show. Where its own pieces get slower than those of another number
    were, it changes at once.

    free: the most threads that may be used now. clock: seconds. account: shared with other work.
    """

    def __init__(
        self,
        free: Callable[[], int] = free,
        clock: Callable[[], float] = time.perf_counter,
        account: Account | None = None,
    ) -> None:
        self._free, self._clock = free, clock
        self._account = Account() if account is None else account
        self._times: dict[int, deque[float]] = {}  # number of threads -> seconds a unit of work
        self._limit = 0
        self.choice = 0

    def _begin(self, limit: int) -> None:
        self._limit, self._warm = limit, False
        self._times = {number: deque(maxlen=KEPT) for number in candidates(limit)}
        self.choice = limit
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
        limit = self._free()
        if limit != self._limit:
            self._begin(limit)
        own = self._times[self.choice]
        if not own:
            return self.choice
        slowed = own[-1] > SLOWED * self._fastest
        others = self._neighbours()
        affordable = [n for n in others if self._account.affords(n > self.choice)]
        if self._again in others:
            return self._again
        for number in others if slowed else affordable:
            if not self._tried(number):
                return number
        if affordable and self._pieces - self._looked > RESTED:
            return min(affordable, key=lambda number: self._last[number])
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
            self._account.lost[number > self.choice] += max(0.0, rate - usual) * amount
        tried = [other for other in self._neighbours() if self._tried(other)]
        best = min(tried, key=self._median, default=self.choice)
        if tried and self._median(best) < WORTH * self._median(self.choice):
            self.choice, self._again, self._looked = best, None, self._pieces
            self._fastest = min(self._times[best])

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
