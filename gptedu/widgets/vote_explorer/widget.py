"""VoteExplorer: many paths of one problem, where each goes wrong, and what they vote for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gptedu import checks
from gptedu.language_model import LanguageModel
from gptedu.reasoning.paths import Paths, greedy_paths, sample_paths
from gptedu.reasoning.problems import typed
from gptedu.widgets.base.actions import action
from gptedu.widgets.base.png import Picture
from gptedu.widgets.base.widget import Widget, module, styles
from gptedu.world.problems.problem import THINK, Problem

from .picture import vote_picture
from .state import (
    TABS,
    bins_view,
    checked,
    covered,
    groups,
    legend,
    running_vote,
    tree,
    votes_of,
    words,
)

DRAWN = 16
"""Paths of a problem that a learner types; one where the others are greedy."""


class VoteExplorer(Widget):
    """Paths of problems, grouped by their answer or as a tree, and their vote.

    >>> problems = gptedu.reasoning.problems.mixed((2, 3, 4, 5), 40)
    >>> paths = sample_paths(lm, thinking(problems), 16)
    >>> VoteExplorer(problems, paths, lm=lm)

    The learner adds paths one by one and watches the vote, sees in which way each works, uncovers
    the right answer and the step where each goes wrong, and compares how sure votes are with how
    often they are right. A problem of one's own can be typed where `lm` is given.

    problems: as they were asked. paths: of these problems. lm: what draws paths of a typed problem,
    at the temperature of the others.

    Raises ValueError for no problem, for paths of others, and where another tokenizer than that of
    `lm` wrote the paths.

    Keys: Left and Right go from tab to tab, and change how many paths vote; Up and Down go from
    path to path, Enter opens one.
    """

    live_to = "add paths one by one and see where each goes wrong"
    _esm = module(__file__)
    _css = styles(__file__)

    def __init__(
        self, problems: Sequence[Problem], paths: Paths, *, lm: LanguageModel | None = None
    ) -> None:
        if not problems or len(problems) != len(paths.texts):
            raise ValueError(
                f"there are {len(problems)} problems and paths of {len(paths.texts)}: give the "
                "paths of these problems, and at least one"
            )
        paths.check_problems(problems)
        if lm is not None:
            paths.check_vocabulary(lm)
        self._problems = list(problems)
        self._texts = [list(texts) for texts in paths.texts]
        self._votes = votes_of(problems, self._texts)
        self._lm, self._temperature = lm, paths.temperature
        self._at, self._tab, self._revealed = 0, "answers", False
        self._count = len(self._texts[0])
        self._paths = checked(self._problems[0], self._texts[0])
        super().__init__()
        self._show()
        self.announcement = ""

    # ------------------------------------------------------------ what a learner can do

    @action
    def turn(self, tab: str) -> None:
        """Turn to a tab: "answers", "tree" or "confidence"."""
        self._tab = checks.one_of("tab", tab, TABS)
        self._show()

    @action
    def go(self, problem: int) -> None:
        """Go to problem number `problem`, from 0; its answer is covered again."""
        most = len(self._problems) - 1
        self._open(checks.whole("problem", problem, least=0, most=most))

    @action
    def add(self, count: int) -> None:
        """Let the first `count` paths vote."""
        self._count = checks.whole("count", count, most=len(self._paths))
        self._show()

    @action
    def reveal(self, on: bool = True) -> None:
        """Uncover the right answer and the wrong steps, or cover them again."""
        self._revealed = checks.flag("on", on)
        self._show()

    @action
    def draw(self, text: str) -> None:
        """Draw paths of a problem that is typed."""
        if self._lm is None:
            raise ValueError("there is no model to draw paths with: give lm= to VoteExplorer")
        problem = typed(text)
        prompts = [f"{problem.prompt()} {THINK}"]
        if self._temperature > 0:
            drawn = sample_paths(self._lm, prompts, DRAWN, temperature=self._temperature)
        else:  # all paths of a problem would be one
            drawn = greedy_paths(self._lm, prompts)
        self._problems.append(problem)
        self._texts.append(list(drawn.texts[0]))
        self._votes += votes_of([problem], drawn.texts)
        self._open(len(self._problems) - 1)

    # ------------------------------------------------------------ how it is done

    def caption(self) -> str:
        return (
            "Paths of one problem by the answer that they come to, and what they vote for; wrong "
            "steps are marked once the right answer is uncovered."
        )

    def picture(self) -> Picture:
        return vote_picture(self.view)

    def _open(self, at: int) -> None:
        self._at, self._revealed = at, False
        self._paths = checked(self._problems[at], self._texts[at])
        self._count = len(self._paths)
        self._show()

    def _show(self) -> None:
        problem, paths = self._problems[self._at], self._paths[: self._count]
        right = problem.answer if self._revealed else None
        if not self._revealed:  # a marked step would tell which answers are wrong
            paths = covered(paths)
        grouped, made = groups(paths, right)
        said = words(paths, made, right, running_vote(paths))
        shown: dict[str, Any] = {"groups": [], "tree": [], "bins": []}
        if self._tab == "answers":
            shown["groups"] = grouped
        elif self._tab == "tree":
            shown["tree"] = tree(paths)
        else:
            shown["bins"] = bins_view(self._votes, [each.answer for each in self._problems])
            said = [
                [f"{b['low']:.0%} to {b['high']:.0%} agree", f"{b['accuracy']:.0%} of {b['count']}"]
                for b in shown["bins"]
            ]
        self.view = {
            "tab": self._tab,
            "tabs": TABS,
            "problem": problem.told,
            "at": self._at,
            "problems": len(self._problems),
            "count": self._count,
            "paths": len(self._paths),
            "revealed": self._revealed,
            "types": self._lm is not None,
            "ways": [] if self._tab == "confidence" else legend(self._paths),
            "says": said,
            **shown,
        }
        self.announcement = ". ".join(f"{label}: {told}" for label, told in said)
