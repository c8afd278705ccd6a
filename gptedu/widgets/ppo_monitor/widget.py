"""PPOMonitor: a policy that trains while one watches, pauses it and changes beta."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import traitlets
from IPython import get_ipython

from gptedu import checks
from gptedu.widgets.base.actions import action
from gptedu.widgets.base.png import Picture
from gptedu.widgets.base.sentences import sentence
from gptedu.widgets.base.stepping import Stepping
from gptedu.widgets.base.widget import Widget, module, styles

from .picture import DASHES, ppo_monitor_picture
from .state import (
    BETAS,
    EVERY,
    Row,
    check_view,
    lines_of,
    panels_of,
    said_at,
    samples_at,
    step_shown,
    told,
    whole,
)

_trained: dict[tuple[str, str], list[Trains]] = {}
"""What monitors have trained in this process, the newest last: by cell, and by name in it."""
KEPT = 3  # runs for each

BETWEEN = 0.2  # seconds: drawing more often than this shows no more and slows training


class Trains(Protocol):
    """What is watched: `gptedu.rlhf.ppo.run.PPORun`, or whatever has these three."""

    beta: float

    @property
    def record(self) -> Sequence[Row]: ...

    def step(self) -> Any: ...


class PPOMonitor(Widget):
    """Curves and answers of a PPO run while it trains, with pause, beta and other runs beside it.

    >>> monitor = PPOMonitor(run, others={"beta = 0": record})
    >>> monitor            # Start trains beside the notebook, whose cells stay free
    >>> monitor.run(40)    # or train now, and go on with the notebook when it is done

    The learner starts and pauses training, changes beta in the middle of it, looks back at any
    step's numbers and answers, draws reward and true score against the KL, and compares runs.

    run: what trains. record: in place of a run, the record of one that is over; there is nothing
    to press then. others: names -> records to compare with. name: of the run itself. steps: how
    many a press on Start takes.

    It trains in a thread of its own (see `Stepping`), so do not call `run.step()` by hand
    meanwhile: `pause` first. A cell that is run again makes a new run; what it trained before is
    kept, and `trade` takes it up again.

    Raises ValueError where there is neither run nor record, or both.

    Keys: Enter tells a number that was typed; the arrows move beta along its stops, and the step
    that is looked at.
    """

    live_to = "train it"
    _esm = module(__file__, DASHES=DASHES, EVERY=EVERY)
    _css = styles(__file__)
    others: traitlets.List[dict[str, Any]] = traitlets.List(
        help="the lines of the other runs, which change more seldom"
    ).tag(sync=True)

    def __init__(
        self,
        run: Trains | None = None,
        record: Iterable[Row] | None = None,
        others: Mapping[str, Iterable[Row]] | None = None,
        *,
        name: str = "this run",
        steps: int = 40,
    ) -> None:
        if (run is None) == (record is None):
            raise ValueError("PPOMonitor shows a run or a record: give one of the two")
        self._run = run
        self._stored = list(record) if record is not None else []
        self._records = {other: list(rows) for other, rows in (others or {}).items()}
        self._hidden: set[str] = set()
        self._name, self._steps = name, whole(steps)
        self._against, self._mean_of = "step", 1
        self._look: int | None = None
        self._place = (_cell(), name)
        self._until = len(self._rows)
        self._training = Stepping(self._step, self._seldom, self._ended)
        self._drawing = threading.RLock()  # the thread shows, and so does whoever presses
        self._shown_at = 0.0
        super().__init__()
        self._show(others=True)

    # ------------------------------------------------------------ what a learner can do

    @action
    def start(self, steps: int | None = None) -> None:
        """Train `steps` more steps beside the notebook; goes on at once where it was paused."""
        self._steps = whole(self._steps if steps is None else steps)
        self._begin(self._steps)

    @action
    def hold(self) -> None:
        """What Pause does: stop after the step that is being taken."""
        self._training.pause()
        self._show()

    def pause(self, wait: bool = False) -> None:
        """Stop after the step that is being taken. wait: come back only when it is done."""
        self.hold()
        if wait:  # no action, which would keep the thread from drawing its last step
            self._training.wait()
            self._show()

    @action
    def step(self) -> None:
        """Take one step."""
        if self._training.running:
            raise ValueError("it is training: pause it first")
        self._begin(1)

    @action
    def set_beta(self, beta: float) -> None:
        """The weight of the KL penalty, from the next step on."""
        trained = self._trained()
        trained.beta = checks.number("beta", beta, least=0, give="0 (no penalty) or more")
        self.announcement = f"Beta {beta:g}, from the next step on."
        self._show()

    @action
    def trade(self) -> None:
        """Go on with the run that was made and trained here before; this one is kept instead.

        Whoever holds the run, as a notebook's variable does, holds the other one then.
        """
        if self._training.running:
            raise ValueError("it is training: pause it first")
        earlier = self._earlier()
        if earlier is None:
            raise ValueError("no other run has been trained here")
        self._trained().trade(earlier)  # type: ignore[attr-defined]
        self._look, self._until = None, len(self._rows)
        self._show()

    @action
    def compare(self, name: str, on: bool = True) -> None:
        """Draw another run, or leave it out."""
        if name not in self._records:
            raise ValueError(f"there is no run named {name!r} to compare with")
        self._hidden = self._hidden - {name} if on else self._hidden | {name}
        self._show(others=True)

    @action
    def settings(self, **changes: Any) -> None:
        """Change `against` ("step", "kl", "sqrt_kl"), `mean_of` (steps a point) or `steps`."""
        against = changes.get("against", self._against)
        mean_of = changes.get("mean_of", self._mean_of)
        mean_of = check_view(against, mean_of)
        self._steps = whole(changes.get("steps", self._steps))
        self._against, self._mean_of = against, mean_of
        self._show(others=True)

    @action
    def look(self, step: int | None = None) -> None:
        """Look at a step's numbers and answers; None follows the newest."""
        self._look = checks.whole("step", step, least=0, none="to follow the newest")
        self._show()

    def run(self, steps: int | None = None, progress: bool = True) -> None:
        """Train now, with a bar and the time left, and come back when it is done.

        Where the widget is displayed its curves grow meanwhile; Pause and beta work too where the
        front end's messages are read during a cell, as in JupyterLab. Ctrl-C lets the step end
        and raises `Stopped`: nothing is lost, and `run` or Start goes on. What a step
        raises is raised here; the steps before it are kept.
        """
        self._steps = steps = whole(self._steps if steps is None else steps)
        self.pause(wait=True)
        self._training.follow(
            lambda: self._begin(steps), lambda: len(self._rows), steps, self._show, progress
        )

    # ------------------------------------------------------------ how it is done

    def caption(self) -> str:
        watched = "A PPO run while it trains" if self._run is not None else "A PPO run"
        beside = f", beside {', '.join(self._records)}" if self._records else ""
        return f"{watched}: reward, true score, KL, entropy, length and answers{beside}."

    def picture(self) -> Picture:
        return ppo_monitor_picture(self.view, self.others)

    @property
    def _rows(self) -> Sequence[Row]:
        return self._stored if self._run is None else self._run.record

    def _trained(self) -> Trains:
        if self._run is None:
            raise ValueError("this run is over, and only its record is here: nothing can train")
        return self._run

    def _begin(self, steps: int) -> None:
        trained = self._trained()
        self.error = ""
        self._until = len(self._rows) + steps
        self.announcement = f"Training, {steps} to go, beta {trained.beta:g}."
        self._training.start(steps)
        self._show()

    def _step(self) -> None:
        self._trained().step()
        known = _trained.setdefault(self._place, [])
        if not any(each is self._run for each in known):
            _trained[self._place] = [*known, self._trained()][-KEPT:]

    def _earlier(self) -> Trains | None:
        """What was trained here before this run, where the two can be traded."""
        others = [each for each in _trained.get(self._place, ()) if each is not self._run]
        trained = [each for each in others if len(each.record)]
        return trained[-1] if trained and hasattr(self._run, "trade") else None

    def _seldom(self) -> None:
        if time.monotonic() - self._shown_at >= BETWEEN:
            self._show()

    def _ended(self) -> None:
        """The last step is done, or it failed."""
        if self._training.failure is not None:
            self.log.error("in a step of PPOMonitor", exc_info=self._training.failure)
            self._say_failure()
        self._until = len(self._rows)
        self.announcement = told(self._rows)
        self._show()
        self.redraw()

    def _say_failure(self) -> None:
        if self._training.failure is not None:
            step = len(self._rows) + 1
            why = sentence(self._training.failure)
            self.error = f"Step {step} failed; all before it is kept. {why}"

    def _show(self, others: bool = False) -> None:
        """Make what is shown equal to the run; the other runs' lines too where they changed."""
        with self._drawing:
            self._shown_at = time.monotonic()
            rows, running, left = list(self._rows), self._training.running, self._training.left
            main = lines_of(rows, self._against, self._mean_of)
            raw = [lines_of(rows, self._against)] if self._mean_of > 1 else []
            if others:
                self.others = [
                    {
                        "name": name,
                        "steps": len(record),
                        "hidden": name in self._hidden,
                        "lines": lines_of(record, self._against, self._mean_of),
                    }
                    for name, record in self._records.items()
                ]
            drawn = [each["lines"] for each in self.others if not each["hidden"]]
            at = step_shown(rows, self._look, running)
            newest = rows[-1]["step"] if rows else 0
            answered, samples = samples_at(rows, at) if at is not None else (None, [])
            seconds = [row["seconds"] for row in rows[-10:] if row.get("seconds") is not None]
            earlier = self._earlier()
            state = "running" if left else "pausing" if running else "paused" if rows else "ready"
            self.view = {
                "name": self._name,
                "state": state if self._run is not None else "record",
                "first": rows[0]["step"] if rows else 0,
                "step": newest,
                "left": left,
                "earlier": None if earlier is None else len(earlier.record),
                "seconds": sum(seconds) / len(seconds) if seconds else None,
                "steps": self._steps,
                "beta": self._run.beta if self._run is not None else None,
                "betas": BETAS,
                "against": self._against,
                "mean_of": self._mean_of,
                "look": self._look,
                "lines": main,
                "raw": raw,
                "panels": panels_of([main, *raw, *drawn], self._against, self._until),
                "at": at,
                "values": said_at(rows, newest if self._look is None else at),
                "answered": answered,
                "samples": samples,
            }
            if not self.error:
                self._say_failure()  # until the next start, whatever else is pressed


def _cell() -> str:
    """The notebook's cell that is running, as far as the front end says which; else nothing."""
    shell = get_ipython()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    return str((parent or {}).get("metadata", {}).get("cellId", ""))
