"""A taste of your own: the exercise of chapter 4 whose answer is a labeler."""

from __future__ import annotations

import math
import numbers
import random
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from gptedu.course import differences
from gptedu.course.exercises import Exercise, Mistake, not_tried
from gptedu.rlhf.labels.labeler import Preference
from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.requests import INSTRUCTION_KINDS, Instruction, demonstration, instruction

EMPTY = ("", " ")  # what a policy writes that stops at once
UNTRIED, NOTHING = "not tried", "nothing is returned"


def taste(asked, reply):
    return -len(reply.split())


@lru_cache(maxsize=1)
def _cases() -> tuple[tuple[Instruction, tuple[str, ...]], ...]:
    """Two instructions of each kind, with replies such as a policy may give."""
    facts = World(seed=0).facts
    cases = []
    for name in (f"{kind}/{number}" for kind in INSTRUCTION_KINDS for number in range(2)):
        d = Draw(facts, "train", random.Random(f"taste/{name}"))
        asked = instruction(d, name.split("/")[0])
        replies = [demonstration(d, asked) for _ in range(5)]
        replies += [f" Gladly. {asked.text} Thank you for asking.", " The text does not say that."]
        cases.append((asked, tuple(dict.fromkeys(replies))))
    return tuple(cases)


def _finding(taste: Any) -> str | None:
    """What is the matter with a taste: the name of a mistake, a sentence, or None for nothing."""
    if not callable(taste):
        return "A function is asked for: `taste(asked, reply)`, which returns a number."
    scores: list[list[Any]] = []  # of each instruction, of each reply
    try:
        for asked, replies in _cases():
            scores.append([])
            for reply in replies:
                scores[-1].append(taste(asked, reply))
    except NotImplementedError:
        return UNTRIED
    except Exception as error:
        return f"taste(asked, {reply!r}) raises {type(error).__name__}: {error}."
    if all(score is None or score is ... for row in scores for score in row):
        return UNTRIED if scores[0][0] is ... else NOTHING
    return _no_finite_number(taste, scores) or _no_own_taste(taste, scores)


def _no_finite_number(taste: Callable[..., Any], scores: list[list[Any]]) -> str | None:
    """What is the matter with a single score, of an empty reply too."""
    try:
        of_empty = [taste(asked, reply) for asked, _ in _cases() for reply in EMPTY]
    except Exception:
        return "nothing to read"
    for score in (*of_empty, *(score for row in scores for score in row)):
        if not isinstance(score, numbers.Real):
            return f"taste returns {differences.a_kind(score)}, where a number is asked for."
        if not _finite(score):
            return "a veto"
    return None


def _no_own_taste(taste: Callable[..., Any], scores: list[list[Any]]) -> str | None:
    """What is the matter with the scores together: they change, are alike, or are the chapter's."""
    if scores != [[taste(asked, reply) for reply in replies] for asked, replies in _cases()]:
        return "a mood"
    if all(len(set(row)) == 1 for row in scores):
        return "all the same" if len({row[0] for row in scores}) == 1 else "the question alone"
    chapter = [[Preference()(asked, reply) for reply in replies] for asked, replies in _cases()]
    if all(_order(own) == _order(other) for own, other in zip(scores, chapter, strict=True)):
        return "the chapter's own"
    return None


def _finite(value: Any) -> bool:
    try:
        return math.isfinite(float(value))
    except OverflowError:  # a whole number beyond all floats
        return False


def _order(scores: list[float]) -> list[int]:
    """Sign of each difference: two tastes that agree in it rank alike, ties and all."""
    return [int(a > b) - int(a < b) for a in scores for b in scores]


def _judge_taste(taste: object) -> str | None:
    finding = _finding(taste)
    if finding in (UNTRIED, NOTHING):
        raise not_tried("instructgpt/taste", returns_nothing=finding == NOTHING)
    return finding


def _is(name: str) -> Callable[[Any], bool]:
    return lambda taste: _finding(taste) == name


OWN_TASTE = Exercise(
    id="instructgpt/taste",
    title="A taste of your own",
    difficulty=2,
    minutes=8,
    task=(
        "So far our labeler has had the taste that we gave it. Write `taste(asked, reply)`: a "
        "number, the larger the better **you** like the reply. `asked.kind` is `answer`, "
        "`rewrite`, `list` or `unsaid`, `asked.text` what there is to read and `asked.request` "
        "what is wanted; `reply` is a string that begins with a space, and may be empty. Any "
        "taste will do, as long as it is not the chapter's."
    ),
    hints=(
        "Of two right replies, do you like the short one or the long one? The polite or the plain?",
        "What can be counted in a string: words (`reply.split()`), commas, sentences, words that "
        "stand in `asked.text` too; or 1 where `'Gladly' in reply`, and 0 elsewhere.",
        "Who likes it short and without flourishes writes `return -len(reply.split())`.",
    ),
    reference=taste,
    judge=_judge_taste,
    mistakes=(
        Mistake(
            "nothing to read",
            lambda asked, reply: reply.count("a") / len(reply.split()),
            "Your taste breaks down at an empty reply. A policy sometimes stops before its first "
            "word, and that has to be worth something too.",
            applies=_is("nothing to read"),
        ),
        Mistake(
            "a veto",
            lambda asked, reply: 1.0 if "Gladly" in reply else -math.inf,
            "Your taste is not always a finite number. One infinite reward, and the mean of its "
            "whole batch is infinite; a large one is veto enough.",
            applies=_is("a veto"),
        ),
        Mistake(
            "a mood",
            lambda asked, reply: random.random(),
            "Asked twice, your taste says two different things. Noise comes by itself, when a "
            "labeler ranks; what you *like* should stay the same.",
            applies=_is("a mood"),
        ),
        Mistake(
            "all the same",
            lambda asked, reply: reply.count("!"),
            "Every reply we tried is worth the same to you, so nothing can be learned. What do "
            "replies differ in? (They begin with a space: `reply.strip()` takes it off.)",
            applies=_is("all the same"),
        ),
        Mistake(
            "the question alone",
            lambda asked, reply: -len(asked.text.split()),
            "Your taste looks at the question alone: all replies to it are worth the same. Rewards "
            "are compared between replies to **one** prompt, so look at `reply`.",
            applies=_is("the question alone"),
        ),
        Mistake(
            "the chapter's own",
            Preference(),
            "That ranks the replies just as the chapter's labeler does. Take a taste that would "
            "lead somewhere else, so that you can tell whose policy it is.",
            applies=_is("the chapter's own"),
        ),
    ),
)
