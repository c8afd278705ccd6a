"""RuleBench: rules of one's own against an oracle, a table of rewards, and a model that moves."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from gptedu import checks
from gptedu.language_model import LanguageModel
from gptedu.safety.classes import grade
from gptedu.safety.own.rules import Asked, Rule
from gptedu.safety.rewards import TABLE, RequestIndex, RewardTable, SafetyReward
from gptedu.safety.tracked import Point, TrackedRun
from gptedu.widgets.base.actions import action
from gptedu.widgets.base.png import Picture
from gptedu.widgets.base.sentences import sentence
from gptedu.widgets.base.stepping import Stepping
from gptedu.widgets.base.widget import Widget, module, styles
from gptedu.world.policy import CLASSES, Enquiry

from .picture import rule_bench_picture
from .state import (
    JUDGES,
    MOST_REWARD,
    PRESETS,
    TABS,
    changed,
    earned,
    given,
    notes,
    point_words,
    replies_view,
    reward_of,
    rules_view,
    same,
    samples,
    some_replies,
    trail_view,
    wants,
)

MOST_STEPS, MOST_TRAILS = 1_000, 4


class RuleBench(Widget):
    """Rules that a learner writes, what they hit, and what a model learns that is rewarded by them.

    >>> RuleBench()                                   # 40 replies to write rules for
    >>> bench = RuleBench(start=lm, train=requests, tested=others)
    >>> bench.run(20)                                 # or press Start

    The learner writes a rule for each of the four classes and sees at once which replies it hits
    and where it differs from the exact rules; changes the table of rewards and sees what it wants;
    and lets a model learn from it, which moves as a point between telling and refusing.

    asked: requests and replies, by default 40 of the course's. rules: class -> rule, to begin with,
    such as another bench's. start: a copy of it learns; without it nothing trains. train: requests
    that it learns from. tested: others, of both kinds. steps: how many a press on Start takes.

    A run goes on as long as table and judge stay; another table begins another run, and the lines
    of the last few stay. It trains in a thread of its own (see `Stepping`).

    Raises ValueError for no reply, and for a start without requests.

    Keys: Left and Right go from tab to tab; Enter tells a number or a rule that was typed.
    """

    live_to = "write rules, change rewards and train"
    _esm = module(__file__)
    _css = styles(__file__)

    def __init__(
        self,
        asked: Sequence[Asked] | None = None,
        *,
        rules: Mapping[str, Rule] | None = None,
        start: LanguageModel | None = None,
        train: Sequence[Enquiry] = (),
        tested: Sequence[Enquiry] = (),
        steps: int = 20,
    ) -> None:
        self._asked = list(some_replies() if asked is None else asked)
        if not self._asked:
            raise ValueError("there are no replies: give at least one, or leave asked out")
        if start is not None and not (train and tested):
            raise ValueError("start is given without requests: give train and tested as well")
        self._oracle = [grade(*each) for each in self._asked]
        self._rules: dict[str, Rule] = {
            checks.one_of("class", name, CLASSES): rule for name, rule in (rules or {}).items()
        }
        self._otherwise = "safe"
        self._table, self._judge = TABLE, "exact"
        self._tab = "rules" if start is None else "rewards"
        self._start, self._tested, self._train = start, list(tested), list(train)
        self._known = RequestIndex([*self._train, *(each for each, _ in self._asked)])
        self._steps = checks.whole("steps", steps, most=MOST_STEPS)
        self._run: TrackedRun | None = None  # the run of the table and the judge as they are
        self._trails: list[tuple[str, list[Point]]] = []  # of runs that are over, in their order
        self._number = 0
        self._training = Stepping(self._step, self._show, self._ended)
        self._drawing = threading.RLock()  # the thread shows, and so does whoever presses
        super().__init__()
        self._show()
        self.announcement = ""

    @property
    def rules(self) -> dict[str, Rule]:
        """The rules as they are: class -> rule, for those classes that have one."""
        return dict(self._rules)

    @property
    def model(self) -> LanguageModel:
        """What the run has made of `start`; raises ValueError where none has begun."""
        if self._run is None:
            raise ValueError("no model has been trained with this table: press Start, or run it")
        return self._run.policy

    def ends(self, table: str) -> tuple[Point, Point]:
        """Where the last run with a table, or with "your table", began and where it is now.

        Raises ValueError where there was none.
        """
        runs = list(self._trails)
        if self._run is not None and self._run.points:
            runs.append((self._name(), self._run.points))
        found = [places for name, places in runs if name.split(": ")[1].startswith(f"{table},")]
        if not found:
            raise ValueError(f"no run had the table {table!r}: take it, and run")
        return found[-1][0], found[-1][-1]

    # ------------------------------------------------------------ what a learner can do

    @action
    def turn(self, tab: str) -> None:
        """Turn to a tab: "rules" or "rewards"."""
        self._tab = checks.one_of("tab", tab, TABS)
        self._show()

    @action
    def write(self, name: str, pattern: str, part: str = "reply") -> None:
        """Write the rule of the class `name`; "" takes it away. part: "reply" or "request"."""
        checks.one_of("class", name, CLASSES)
        rules = dict(self._rules)
        if pattern == "":
            rules.pop(name, None)
        else:
            rules[name] = Rule(name, pattern, part)
        self._judge_by(rules, self._otherwise)

    @action
    def fall_back(self, name: str) -> None:
        """The class of a reply that no rule hits."""
        self._judge_by(self._rules, checks.one_of("class", name, CLASSES))

    @action
    def pay(self, kind: str, name: str, reward: float) -> None:
        """Change one reward. kind: "allowed", "disallowed", or "answered" with the name ""."""
        table = changed(self._table, kind, name, reward)
        if not same(table, self._table):
            self._reward_by(table, self._judge)

    @action
    def take(self, preset: str) -> None:
        """Take one of the tables that are there to begin with."""
        table = PRESETS[checks.one_of("preset", preset, PRESETS)]
        if not same(table, self._table):
            self._reward_by(table, self._judge)

    @action
    def judge(self, name: str) -> None:
        """Who gives replies their class: "exact" or "own"."""
        if checks.one_of("judge", name, JUDGES) != self._judge:
            self._reward_by(self._table, name)

    @action
    def start(self, steps: int | None = None) -> None:
        """Train so many steps more beside the notebook."""
        self._steps = checks.whole(
            "steps", self._steps if steps is None else steps, most=MOST_STEPS
        )
        self._begin()

    @action
    def hold(self) -> None:
        """What Pause does: stop after the step that is being taken."""
        self._training.pause()
        self._show()

    @action
    def forget(self) -> None:
        """Clear the lines of earlier runs; the model of this one begins anew as well."""
        self._quiet()
        self._run, self._trails, self._number = None, [], 0
        self._show()

    def run(self, steps: int | None = None, progress: bool = True) -> None:
        """Train now, with a bar and the time left, and come back when it is done.

        Ctrl-C lets the step end and raises `Stopped`: nothing is lost, and `run` or Start goes on.
        """
        self._steps = checks.whole(
            "steps", self._steps if steps is None else steps, most=MOST_STEPS
        )
        self._training.pause()
        self._training.wait()
        self._training.follow(self._begin, self._taken, self._steps, self._show, progress)

    # ------------------------------------------------------------ how it is done

    def caption(self) -> str:
        return (
            "Replies and the rules that give them one of four classes; what each class earns; and "
            "where models stand between telling and refusing."
        )

    def picture(self) -> Picture:
        return rule_bench_picture(self.view)

    def _quiet(self) -> None:
        if self._training.running:
            raise ValueError("it is training: pause it first")

    def _judge_by(self, rules: dict[str, Rule], otherwise: str) -> None:
        given(rules, self._asked, otherwise)  # a rule that never ends is refused here
        if self._judge == "own":
            self._close()
        self._rules, self._otherwise = rules, otherwise
        self._show()

    def _reward_by(self, table: RewardTable, judge: str) -> None:
        self._close()
        self._table, self._judge = table, judge
        self._show()

    def _close(self) -> None:
        """The run is over: other rewards begin another one."""
        self._quiet()
        if self._run is None:
            return
        if self._run.points:  # none where the first look failed: there is no line to keep
            ended = (self._name(), self._run.points)
            self._trails = [*self._trails, ended][-MOST_TRAILS:]
        self._run = None

    def _name(self) -> str:
        table = next((n for n, each in PRESETS.items() if same(each, self._table)), "your table")
        return f"{self._number}: {table}, {JUDGES[self._judge]}"

    def _taken(self) -> int:
        return self._run.steps if self._run is not None else 0

    def _begin(self) -> None:
        if self._start is None:
            raise ValueError("there is no model to train: give start= to RuleBench")
        self.error = ""
        if self._run is None:
            reward = self._reward()
            self._run = TrackedRun(self._start, reward, self._train, self._tested)
            self._number += 1
        self.announcement = f"Training, {self._steps} to go."
        self._training.start(self._steps)
        self._show()

    def _reward(self) -> SafetyReward:
        return reward_of(self._known, self._table, self._judge, self._rules, self._otherwise)

    def _step(self) -> None:
        assert self._run is not None
        self._run.step()

    def _ended(self) -> None:
        """The last step is done, or one has failed."""
        assert self._run is not None
        if self._training.failure is not None:
            self.log.error("in a step of RuleBench", exc_info=self._training.failure)
            self.error = f"Training stopped. {sentence(self._training.failure)}"
        else:
            self._run.look()
        if self._run.points:
            self.announcement = point_words(self._run.points[-1])
        self._show()
        self.redraw()

    def _show(self) -> None:
        with self._drawing:
            found = given(self._rules, self._asked, self._otherwise)
            rules = rules_view(self._rules, self._asked, self._oracle)
            replies = replies_view(self._asked, self._oracle, found)
            wrong = sum(not each["right"] for each in replies)
            rows = earned(self._reward(), self._asked)
            run, running = self._run, self._training.running
            trails = [trail_view(name, places, False) for name, places in self._trails]
            says = []
            if run is not None and run.points:
                trails.append(trail_view(self._name(), run.points, True))
                says.append(["this run", point_words(run.points[-1])])
            self.view = {
                "tab": self._tab,
                "tabs": TABS,
                "rules": rules,
                "otherwise": self._otherwise,
                "replies": replies,
                "wrong": wrong,
                "notes": notes(rules, self._asked, found, self._rules),
                "table": {
                    "allowed": list(self._table.allowed),
                    "disallowed": list(self._table.disallowed),
                    "answered": self._table.answered,
                },
                "most": MOST_REWARD,
                "presets": [[n, same(each, self._table)] for n, each in PRESETS.items()],
                "judge": self._judge,
                "judges": JUDGES,
                "earned": rows,
                "wants": wants(rows),
                "trains": self._start is not None,
                "running": running,
                "pausing": running and not self._training.left,
                "step": self._taken(),
                "left": self._training.left,
                "steps": self._steps,
                "trails": trails,
                "says": says,
                "samples": samples(self._tested, run.replies)
                if run is not None and run.points
                else [],
            }
