"""One problem asked in several manners: at once, with steps, and as the papers' controls ask it.

Wei et al. 2022, section 3.3 and figure 5; Kojima et al. 2022, section 3 and table 4. Formats are
exact: a space or a newline more can move a small model's score by several points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gptedu import checks
from gptedu.reasoning.checking.step import split
from gptedu.reasoning.examples import Example
from gptedu.text import Tokenizer
from gptedu.world.problems.problem import ANSWER, THINK, Problem

SEPARATOR = "\n"
WORDS = 5
"""Of a step of a sum from left to right: "7 and 5 is 12"."""
WRONG_PHRASE = "It is a nice day today."
"""A sentence that says nothing of how to answer (Kojima et al., table 4, "irrelevant")."""


@dataclass(frozen=True)
class Manner:
    """A way to ask. write: (problem, a worked solution of it) -> an example's answer. phrase: what
    stands after "Answer:". shown: how many examples it needs; 0 for a phrase alone. begin: what
    the answer begins with, written for the model, where it would not keep to the examples.
    """

    name: str
    write: Callable[[Problem, str], str]
    phrase: str = ""
    shown: int = 1
    begin: Callable[[Problem], str] = lambda problem: ""


def _direct(problem: Problem, solution: str) -> str:
    return f" {problem.answer}"


def _worked(problem: Problem, solution: str) -> str:
    return f" {solution}"


def _dots(problem: Problem, solution: str) -> str:
    return f"{_begin_dots(problem)} {problem.answer}"


def _begin_dots(problem: Problem) -> str:
    """As many dots as worked steps have words: as much is read, and nothing is worked out."""
    return f" {'. ' * (WORDS * problem.steps)}{ANSWER}"


def _begin_answer(problem: Problem) -> str:
    return f" {ANSWER}"


def _after(problem: Problem, solution: str) -> str:
    """The answer first: what is written after it can no longer help to find it."""
    steps, _ = split(solution)
    return f"{_begin_answer(problem)} {problem.answer}. {'. '.join(steps)}."


MANNERS = {
    manner.name: manner
    for manner in (
        Manner("direct", _direct),
        Manner("worked", _worked),
        Manner("dots", _dots, begin=_begin_dots),
        Manner("after", _after, begin=_begin_answer),
        Manner("phrase", _worked, f" {THINK}", shown=0),
        Manner("wrong phrase", _worked, f" {WRONG_PHRASE}", shown=0),
        Manner("bare", _direct, shown=0),
    )
}
"""Name -> manner. "direct", "worked", "dots" and "after" show examples; "phrase" and "wrong phrase"
have none; "bare" is the question alone, to which the web answers in every manner. A small model
that is shown dots works the problem nevertheless, so dots, and the answer first, are begun for it.
"""


def prompt(problem: Problem, manner: str, examples: Sequence[Example] = ()) -> str:
    """The text that a model continues.

    examples: (problem, a worked solution of it); the manner makes its own answers of them. Raises
    ValueError for an unknown manner, for one that needs an example and has none, and where the
    problem itself is among the examples.
    """
    how = MANNERS[checks.one_of("manner", manner, MANNERS)]
    if how.shown and not examples:
        raise ValueError(f"the manner {manner!r} is told by examples: give at least one")
    if any(each.key == problem.key for each, _ in examples):
        raise ValueError(f"an example is the problem itself, {problem.key}: give another one")
    shown = [each.prompt() + how.phrase + how.write(each, worked) for each, worked in examples]
    return SEPARATOR.join([*shown, problem.prompt() + how.phrase + how.begin(problem)])


def fitting(
    tokenizer: Tokenizer,
    problem: Problem,
    manner: str,
    examples: Sequence[Example],
    *,
    context: int,
    room: int,
) -> str:
    """`prompt` with as many of the examples, from the last, as leave `room` tokens to answer.

    Raises ValueError where not even those that the manner needs do.
    """
    least = MANNERS[checks.one_of("manner", manner, MANNERS)].shown
    for first in range(len(examples) + 1):
        if len(examples) - first < least:
            break
        text = prompt(problem, manner, examples[first:])
        if 1 + len(tokenizer.encode(text)) + room <= context:
            return text
    raise ValueError(
        f"the problem {problem.told[:40]!r} with {least} examples and {room} tokens to answer does "
        f"not fit the context, {context}: give shorter examples, or less room"
    )
