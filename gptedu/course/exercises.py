"""Exercises: a card to read, hints one at a time, and a checker that knows the usual mistakes.

One mechanism serves both: the learner's answer and each named wrong answer are tried on the same
probes. Where the answer behaves as a named wrong answer does, it gets that mistake's hint.
"""

from __future__ import annotations

import copy
import inspect
import os
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gptedu.console import say
from gptedu.course import differences, tries
from gptedu.course.cards import exercise_card
from gptedu.course.show import plain, show

SOLUTIONS = "GPTEDU_SOLUTIONS"
"""Environment variable: "withheld" keeps solutions out of the cards."""


class Hint(Exception):
    """Why an answer is not right yet, in one or two sentences for the learner.

    mistake: the name of the usual mistake that it is; empty for another one.
    """

    def __init__(self, words: str, mistake: str = "") -> None:
        super().__init__(words)
        self.mistake = mistake


class NotTried(Hint):
    """The answer is still the untouched stub, or returns nothing as if it were."""


def not_tried(exercise_id: str, returns_nothing: bool = False) -> NotTried:
    """What to raise. returns_nothing: for a function that may only lack its `return`."""
    more = ", or is there no `return`?" if returns_nothing else "."
    return NotTried(f"Exercise {exercise_id}: not tried yet{more}")


def withhold_solutions() -> None:
    """From now on cards have no solution, and no last hint, which is nearly one.

    That keeps a solution from somebody who only opens what is there. It is no lock: the reference
    stands in the package's source, for whoever opens that, and in the repository.
    """
    os.environ[SOLUTIONS] = "withheld"


def solutions_withheld() -> bool:
    """Whether `withhold_solutions` was called, or GPTEDU_SOLUTIONS=withheld is set."""
    return os.environ.get(SOLUTIONS) == "withheld"


@dataclass(frozen=True)
class Probe:
    """Arguments on which an answer is tried."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def words(self) -> str:
        """The arguments as they would be written in a call."""
        given = [differences.short(value, 40) for value in self.args]
        given += [f"{name}={differences.short(value, 40)}" for name, value in self.kwargs.items()]
        return ", ".join(given)


def probe(*args: Any, **kwargs: Any) -> Probe:
    """Arguments on which an answer is tried: `probe([5, 6], 7, end=1)`."""
    return Probe(args, kwargs)


@dataclass(frozen=True)
class Mistake:
    """A usual wrong answer and what to say to it.

    wrong: the wrong answer itself, a function or (for `judge` exercises) a value. applies: for
    values, whether an answer is of this kind; without it an answer has to equal `wrong`.
    """

    name: str
    wrong: Any
    message: str
    applies: Callable[[Any], bool] | None = None


@dataclass(frozen=True)
class _Raised:
    """A call that ended in an exception; two are alike when they raise the same type."""

    kind: str
    message: str = field(compare=False)


@dataclass(frozen=True)
class Exercise:
    """One exercise. `probes` is for an answer that is a function, `judge` for any other answer.

    difficulty: 1 to 5. minutes: for a reader who has come so far. hints: a ladder from a nudge to
    nearly the solution. reference: a right answer, under the name that the learner's has; its
    source is the solution shown unless `solution` is given. probes: what functions are tried on,
    or a function that makes the probes. judge: None for a right answer, else one sentence saying
    why not. mistakes: three at least.
    """

    id: str
    title: str
    difficulty: int
    minutes: int
    task: str
    hints: Sequence[str]
    reference: Any
    mistakes: Sequence[Mistake]
    probes: Sequence[Probe] | Callable[[], Sequence[Probe]] = ()
    judge: Callable[[Any], str | None] | None = None
    solution: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.difficulty <= 5:
            raise ValueError(f"exercise {self.id!r} has difficulty {self.difficulty}: use 1 to 5")
        if bool(self.probes) == (self.judge is not None):
            raise ValueError(f"exercise {self.id!r} needs either probes or a judge")

    def __repr__(self) -> str:
        return f"Exercise({self.id!r})"

    def show(self) -> None:
        """Display the card: task, hints that open one after another, solution."""
        card = exercise_card(
            self.id,
            self.title,
            difficulty=self.difficulty,
            minutes=self.minutes,
            task=self.task,
            hints=self._open_hints(),
            solution=None if solutions_withheld() else self.solution_source(),
        )
        show(card, self.words())

    def hint(self, step: int = 1) -> None:
        """Print hint number `step`. Raises ValueError where there is none."""
        hints = self._open_hints()
        if not 1 <= step <= len(hints):
            raise ValueError(f"there is no hint {step}: give 1 to {len(hints)}")
        say(f"Hint {step} of {len(hints)}: {plain(hints[step - 1])}")

    def _open_hints(self) -> Sequence[str]:
        """All of them; without the last, nearly the solution, where solutions are withheld."""
        return self.hints[:-1] if solutions_withheld() else self.hints

    def words(self) -> str:
        """The card as plain text."""
        hints = len(self._open_hints())
        return (
            f"Exercise {self.id}: {self.title} (difficulty {self.difficulty} of 5, "
            f"about {self.minutes} minutes)\n{plain(self.task)}\n"
            f"[{hints} hints: .hint(1) to .hint({hints})]"
        )

    def solution_source(self) -> str:
        """The solution as Python: `solution`, or the reference's own source or value.

        Raises ValueError where solutions are withheld.
        """
        if solutions_withheld():
            raise ValueError(f"the solution of exercise {self.id!r} is withheld: ask who teaches")
        if self.solution:
            return textwrap.dedent(self.solution).strip()
        if not callable(self.reference):
            return repr(self.reference)
        return textwrap.dedent(inspect.getsource(self.reference)).strip()

    def check(self, answer: Any) -> None:
        """Raise NotTried or Hint where `answer` is not right; return where it is."""
        if answer is None or answer is ...:
            raise not_tried(self.id)
        if self.judge is not None:
            self._check_value(answer)
        else:
            self._check_function(answer)

    def use(self, answer: Any) -> Any:
        """The learner's answer where it is right, else the reference; prints which and why.

        So a chapter runs through whether or not its exercises were done. What was tried is kept
        (see `gptedu.course.tries`). Where GPTEDU_STRICT is set, an answer that is not right, or
        was not tried, is an error.
        """
        try:
            self.check(answer)
        except NotTried as reason:
            tries.untouched(self.id)
            if tries.strict():
                raise
            say(f"{reason} The chapter goes on with the reference solution.")
            return self.reference
        except Hint as reason:
            tries.tried(self.id, answer, passed=False, mistake=reason.mistake)
            if tries.strict():
                raise
            say(
                f"✗ Exercise {self.id}: not right yet. {plain(str(reason))}\n"
                "  Until then the chapter goes on with the reference solution."
            )
            return self.reference
        tries.tried(self.id, answer, passed=True)
        say(f"✓ Exercise {self.id}: right. The chapter goes on with your answer.")
        return answer

    def behaviour(self, answer: Callable[..., Any]) -> list[Any]:
        """What a function returns, or raises, on each probe."""
        return [_try(answer, each) for each in self._probes()]

    def mistake_of(self, answer: Any) -> Mistake | None:
        """The named mistake that `answer` makes, if it makes one."""
        if self.judge is None:
            outcomes = self.behaviour(answer)
            return next((m for m in self.mistakes if self._acts_like(m, outcomes)), None)
        for mistake in self.mistakes:
            alike = mistake.applies(answer) if mistake.applies else answer == mistake.wrong
            if alike:
                return mistake
        return None

    def _acts_like(self, mistake: Mistake, outcomes: list[Any]) -> bool:
        return differences.same(outcomes, self.behaviour(mistake.wrong))

    def _check_value(self, answer: Any) -> None:
        assert self.judge is not None
        if isinstance(answer, str) and not answer.strip():
            raise not_tried(self.id)
        why_not = self.judge(answer)
        if why_not is None:
            return
        mistake = self.mistake_of(answer)
        raise Hint(mistake.message, mistake.name) if mistake else Hint(why_not)

    def _check_function(self, answer: Any) -> None:
        if not callable(answer):
            raise Hint(f"A function is asked for, and this is {differences.a_kind(answer)}.")
        probes = self._probes()
        outcomes = [_try(answer, each) for each in probes]
        if all(_is_stub(outcome) for outcome in outcomes):
            raise not_tried(self.id, returns_nothing=None in outcomes)
        right = self.behaviour(self.reference)
        wrong = [differences.difference(*pair) for pair in zip(outcomes, right, strict=True)]
        if not any(wrong):
            return
        for mistake in self.mistakes:
            if self._acts_like(mistake, outcomes):
                raise Hint(mistake.message, mistake.name)
        first = next(i for i, text in enumerate(wrong) if text)
        call = f"{self._name()}({probes[first].words()})"
        outcome = outcomes[first]
        if isinstance(outcome, _Raised):
            raise Hint(f"{call} raises {outcome.kind}: {outcome.message}")
        if outcome is None:
            raise Hint(f"{call} returns nothing: is there a `return` at its end?")
        if isinstance(right[first], _Raised):
            raise Hint(
                f"{call} returns {differences.short(outcome)}, where it has to raise "
                f"{right[first].kind}."
            )
        raise Hint(f"{call}: it returns {wrong[first]}.")

    def _probes(self) -> Sequence[Probe]:
        return self.probes() if callable(self.probes) else self.probes

    def _name(self) -> str:
        name = getattr(self.reference, "__name__", "answer")
        return "answer" if name == "<lambda>" else name


def _try(answer: Callable[..., Any], each: Probe) -> Any:
    """The result of one call, or `_Raised`. The probe is copied: an answer may change its input."""
    args, kwargs = copy.deepcopy((each.args, each.kwargs))
    try:
        return answer(*args, **kwargs)
    except Exception as error:
        words = " ".join(str(error).split())
        return _Raised(
            type(error).__name__, words if words.endswith((".", "!", "?")) else f"{words}."
        )


def _is_stub(outcome: Any) -> bool:
    if isinstance(outcome, _Raised):
        return outcome.kind == "NotImplementedError"
    return outcome is None or outcome is ...
