"""ScalingExplorer: which runs a law may see, and what it says of a run that it has not seen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from gptedu import checks
from gptedu.scaling.budget import Machine
from gptedu.scaling.table import Row
from gptedu.widgets.base.actions import action
from gptedu.widgets.base.png import Picture
from gptedu.widgets.base.widget import Widget, module, styles

from .picture import scaling_picture
from .state import (
    COUNTED,
    FLOORS,
    TABS,
    UNSEEN,
    Law,
    base_of,
    budget_view,
    by_hand,
    floors_of,
    law_of,
    law_view,
    number,
    valleys_view,
    x_range,
)

MACHINES = (
    Machine("two CPU cores", 1e11, used=0.5, watts=30),
    Machine("an A100", 312e12, watts=400, price=2.0),
    Machine("1,000 A100s", 312e12, watts=400, price=2.0, count=1000),
)
"""Peak, power, share used and price are assumptions: give machines of your own."""
PAPERS = {"GPT-3 175B": 3.14e23}
"""FLOPs of training (Brown et al. 2020)."""


class ScalingExplorer(Widget):
    """Runs, the law that is fitted to them, and the run that it is to predict.

    >>> from gptedu.scaling import table
    >>> ScalingExplorer(table.read(sweep="ladder"), table.read(sweep="target")[0])

    The learner chooses which runs the fit may see, draws a line by hand, fits the floor or takes
    the one that is known, and only then uncovers the target's loss. Further tabs show isoFLOP
    valleys and what a budget buys.

    runs: whole runs of one text, as `gptedu.scaling.table` has them. target: the run to predict, of
    the same text; None for none. isoflop: runs that were given budgets. machines: for the last tab;
    their speed, power and price are the assumptions. papers: name -> FLOPs, marked there.
    tokens_each: tokens for each parameter there.

    Raises ValueError for no run, for runs of several texts, and for a target of another text.

    Keys: Left and Right choose the largest run that the fit sees, and go from run to run in the
    chart, where Enter leaves one out; Up and Down move an end of the line.
    """

    live_to = "choose which runs the fit may see"
    _esm = module(__file__, COUNTED=COUNTED, FLOORS=FLOORS)
    _css = styles(__file__)

    def __init__(
        self,
        runs: Sequence[Row],
        target: Row | None = None,
        *,
        isoflop: Sequence[Row] = (),
        machines: Sequence[Machine] = MACHINES,
        papers: Mapping[str, float] | None = None,
        tokens_each: float = 20.0,
    ) -> None:
        self._runs = sorted(runs, key=lambda run: (run.flops, run.seed))
        if not self._runs:
            raise ValueError(
                "runs is empty: give runs, as gptedu.scaling.table.read(sweep='ladder')"
            )
        texts = {run.text for run in (*self._runs, *([target] if target else []))}
        if len(texts) > 1:
            raise ValueError(
                f"the runs are of several texts ({', '.join(sorted(texts))}): a law holds for one"
            )
        if not machines:
            raise ValueError("machines is empty: give one gptedu.scaling.budget.Machine or more")
        self._target, self._isoflop = target, list(isoflop)
        self._machines, self._papers = list(machines), dict(PAPERS if papers is None else papers)
        self._tokens_each = checks.positive("tokens_each", tokens_each)
        self._stops = sorted({run.flops for run in self._runs})
        self._tab, self._floor = "law", floors_of(self._runs)[0]
        self._stop = self._first_stop()
        self._out: set[int] = set()
        self._laws: dict[tuple[str, tuple[bool, ...]], Law] = {}
        self._line: list[float] | None = None
        self._revealed = False
        self._counted = "matrices"
        self._flops = float(target.flops if target else self._stops[-1])
        super().__init__()
        self._show()
        self.announcement = ""

    # ------------------------------------------------------------ what a learner can do

    @action
    def turn(self, tab: str) -> None:
        """Turn to a tab: "law", "valleys" or "budget"."""
        self._tab = checks.one_of("tab", tab, self._tabs())
        self._show()

    @action
    def see(self, stop: int) -> None:
        """Let the fit see all runs up to the size number `stop`, counted from 0."""
        self._stop = checks.whole("stop", stop, least=0, most=len(self._stops) - 1)
        self._show()

    @action
    def leave_out(self, run: int) -> None:
        """Take one run out of the fit, or put it back."""
        run = checks.whole("run", run, least=0, most=len(self._runs) - 1)
        self._out ^= {run}
        self._show()

    @action
    def take_floor(self, kind: str) -> None:
        """Take the floor that is "known", have it "fitted" with the law, or do with "none".

        A line that was drawn goes: its heights were above another floor.
        """
        kind = checks.one_of("floor", kind, floors_of(self._runs))
        if kind != self._floor:
            self._floor, self._line = kind, None
        self._show()

    @action
    def draw(self, left: float | None, right: float | None) -> None:
        """The learner's line: its log10 heights at both ends of the chart; None takes it away."""
        if left is None or right is None:
            self._line = None
        else:
            self._line = [checks.number("left", left), checks.number("right", right)]
        self._show()

    @action
    def reveal(self, on: bool = True) -> None:
        """Show the target's measured loss, or cover it again."""
        if self._target is None:
            raise ValueError("there is no target here: give one to ScalingExplorer(runs, target)")
        self._revealed = checks.flag("on", on)
        self._show()

    @action
    def count(self, counted: str) -> None:
        """What counts as a model's size in the valleys: "parameters", "matrices" or "blocks"."""
        self._counted = checks.one_of("counted", counted, COUNTED)
        self._show()

    @action
    def spend(self, flops: float) -> None:
        """The budget of the last tab, in FLOPs."""
        self._flops = checks.positive("flops", flops)
        self._show()

    # ------------------------------------------------------------ how it is done

    @property
    def bet(self) -> float | None:
        """The target's loss by the learner's line, in nats; None where none was drawn."""
        if self._line is None or self._target is None:
            return None
        x, at = x_range(self._runs, self._target), math.log10(self._target.flops)
        return base_of(self._runs, self._floor) + 10 ** by_hand(self._line, x, at)

    def caption(self) -> str:
        return (
            "Loss over compute: the runs that a law was fitted to, its interval, and the run that "
            "it has not seen."
        )

    def picture(self) -> Picture:
        return scaling_picture(self.view)

    def _tabs(self) -> list[str]:
        return [tab for tab in TABS if tab != "valleys" or self._isoflop]

    def _first_stop(self) -> int:
        """The largest size of at most a thousandth of the target's compute, if that is enough."""
        if self._target is None:
            return len(self._stops) - 1
        below = [stop for stop in self._stops if stop * UNSEEN <= self._target.flops]
        return len(below) - 1 if len(below) >= 4 else len(self._stops) - 1

    def _law(self) -> dict[str, Any]:
        most = self._stops[self._stop]
        seen = [run.flops <= most and at not in self._out for at, run in enumerate(self._runs)]
        key = (self._floor, tuple(seen))
        if key not in self._laws:  # a line, or a run uncovered, asks for no other fit
            used = [run for run, ok in zip(self._runs, seen, strict=True) if ok]
            x = x_range(self._runs, self._target)
            self._laws[key] = law_of(used, self._floor, x, self._target)
        return law_view(
            self._runs,
            self._target,
            self._laws[key],
            seen=seen,
            left_out=[place in self._out for place in range(len(self._runs))],
            floor=self._floor,
            line=self._line,
            revealed=self._revealed,
        )

    def _show(self) -> None:
        if self._tab == "law":
            shown = self._law()
        elif self._tab == "valleys":
            shown = valleys_view(self._isoflop, self._counted)
        else:
            shown = budget_view(self._flops, self._machines, self._papers, self._tokens_each)
        self.view = {
            "tab": self._tab,
            "tabs": {tab: TABS[tab] for tab in self._tabs()},
            "stop": self._stop,
            "stops": [number(stop) for stop in self._stops],
            "floor": self._floor,
            "floors": floors_of(self._runs),
            "counted": self._counted,
            "flops": self._flops,
            "left_out": len(self._out),
            "target": self._target is not None,
            "revealed": self._revealed,
            **shown,
        }
        self.announcement = ". ".join(f"{label}: {words}" for label, words in shown["says"])
