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
    the answer begins with, written for the model, where it would not keep to the examples. at_once:
    whether the likeliest of all answers is taken, so that no step can be written first. steps:
    whether answers have steps, so that only what they announce is their answer.
    """

    name: str
    write: Callable[[Problem, str], str]
    phrase: str = ""
    shown: int = 1
    begin: Callable[[Problem], str] = lambda problem: ""
    at_once: bool = False
    steps: bool = False


def _direct(problem: Problem, solution: str) -> str:
    return f" {problem.answer}"


def _worked(problem: Problem, solution: str) -> str:
    return f" {solution}"


def _begun(problem: Problem, solution: str) -> str:
    return f"{_begin_answer(problem)} {problem.answer}"


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
        Manner("direct", _direct, at_once=True),
        Manner("begun", _begun, begin=_begin_answer, at_once=True),
        Manner("worked", _worked, steps=True),
        Manner("dots", _dots, begin=_begin_dots, at_once=True),
        Manner("after", _after, begin=_begin_answer, at_once=True),
        Manner("phrase", _worked, f" {THINK}", shown=0, steps=True),
        Manner("wrong phrase", _worked, f" {WRONG_PHRASE}", shown=0, steps=True),
        Manner("bare", _direct, shown=0),
    )
}
"""Name -> manner. "direct", "begun", "worked", "dots" and "after" show examples; "phrase" and
"wrong phrase" have none; "bare" is the question alone, to which the web answers in every manner.

An answer at once is the likeliest of all answers that there are. Left free, a small model that is
shown answers at once, or dots, works out a long problem nevertheless, and would be counted for it.
Dots, and the answer first, are begun for it, and no page of the web begins an answer at once with
"The answer is". So "begun" is the direct answer in the form of these controls: what they lose or
gain beside it comes from the dots, or from the steps after the answer, and not from the form.
"""


def prompt(problem: Problem, manner: str, examples: Sequence[Example] = ()) -> str:
    """The text that a model continues.

    examples: (problem, a worked solution of it); the manner makes its own answers of them. Raises
    ValueError for an unknown manner, for one that needs an example and has none, and where the
    problem itself is among the examples.
    """
    how = MANNERS[checks.one_of("manner", manner, MANNERS)]
    _check_shown(how, examples)
    if any(each.key == problem.key for each, _ in examples):
        raise ValueError(f"an example is the problem itself, {problem.key}: give another one")
    shown = [each.prompt() + how.phrase + how.write(each, worked) for each, worked in examples]
    return SEPARATOR.join([*shown, problem.prompt() + how.phrase + how.begin(problem)])


def _check_shown(how: Manner, examples: Sequence[Example]) -> None:
    if len(examples) < how.shown:
        raise ValueError(f"the manner {how.name!r} is told by examples: give at least one")


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

    Raises ValueError for fewer examples than the manner needs, and where these do not fit.
    """
    how = MANNERS[checks.one_of("manner", manner, MANNERS)]
    _check_shown(how, examples)
    least = how.shown
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
