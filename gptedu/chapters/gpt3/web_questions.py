"""Examples in the prompt in real English, for a model that read the real web.

Forty small questions written for chapter 3, eight to a task, each after none, one or six examples.
Two of the tasks cannot be known without examples (a rule made up here, labels without meaning),
so their scores say whether the examples are read. Few enough to read: a score says whether an
ability is there and not how far it goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gptedu.evaluate.accuracy import evaluate
from gptedu.world import Question

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel

KS = (0, 1, 6)
METRICS = {
    "sentiment": "choice",
    "opposites": "exact",
    "past tense": "exact",
    "a made-up rule": "exact",
    "invented labels": "choice",
}
"""Task -> how its answers are judged. The last two mean nothing without examples."""

Pair = tuple[str, str]
Shown = tuple[tuple[Pair, ...], tuple[Pair, ...]]
"""Pairs that are shown as examples, and pairs that are questions."""

_SENTIMENT: Shown = (
    (
        ("The waiter was friendly and the soup was wonderful.", "positive"),
        ("I waited an hour and then they lost my order.", "negative"),
        ("What a charming little hotel!", "positive"),
        ("The zip broke on the first day.", "negative"),
        ("The film bored me to tears.", "negative"),
        ("My daughter loves this book and asks for it every night.", "positive"),
    ),
    (
        ("The music was lovely and we danced all evening.", "positive"),
        ("The room smelled of smoke and the bed was hard.", "negative"),
        ("I have never tasted better bread.", "positive"),
        ("The battery was dead after two weeks.", "negative"),
        ("Nobody answered my letters, and I want my money back.", "negative"),
        ("Our guide was kind, clever and full of good stories.", "positive"),
        ("The plot makes no sense at all.", "negative"),
        ("It does just what it should, and it looks beautiful too.", "positive"),
    ),
)
_OPPOSITES = (
    "big/small up/down open/closed young/old left/right early/late",
    "hot/cold happy/sad fast/slow rich/poor long/short full/empty light/dark day/night",
)
_PAST = (
    "walk/walked see/saw bring/brought jump/jumped fly/flew keep/kept",
    "go/went eat/ate sing/sang buy/bought play/played write/wrote teach/taught help/helped",
)
# The rule: the second word comes first, and "so" stands between.
_RULE = (
    "red house/house so red|old man/man so old|cold soup/soup so cold|small bird/bird so small|"
    "long road/road so long|blue door/door so blue",
    "green car/car so green|wet dog/dog so wet|tall tree/tree so tall|new shoes/shoes so new|"
    "warm bread/bread so warm|sad song/song so sad|dark night/night so dark|"
    "young queen/queen so young",
)
# Animals are "zib" and food is "mof".
_LABELS = (
    "horse/zib cheese/mof bread/mof wolf/zib mouse/zib soup/mof",
    "dog/zib apple/mof tiger/zib rice/mof butter/mof eagle/zib rabbit/zib cake/mof",
)


def questions() -> dict[str, list[Question]]:
    """Task -> its eight questions, all with the same six examples, which are never asked."""
    review, arrow = "Review: {}\nSentiment:", "{} ->"
    return {
        "sentiment": _questions_of("sentiment", _SENTIMENT, review, ("positive", "negative")),
        "opposites": _questions_of("opposites", _pairs(_OPPOSITES), arrow),
        "past tense": _questions_of("past tense", _pairs(_PAST), arrow),
        "a made-up rule": _questions_of("a made-up rule", _pairs(_RULE), arrow),
        "invented labels": _questions_of("invented labels", _pairs(_LABELS), "{}:", ("zib", "mof")),
    }


def _pairs(texts: tuple[str, str]) -> Shown:
    """ "a/b c/d" or "a b/c d|e/f" as pairs, for the examples and for the questions."""

    def read(text: str) -> tuple[Pair, ...]:
        parts = (part.split("/") for part in (text.split("|") if "|" in text else text.split()))
        return tuple((left, right) for left, right in parts)

    shown, tested = texts
    return read(shown), read(tested)


def _questions_of(task: str, pairs: Shown, form: str, labels: Sequence[str] = ()) -> list[Question]:
    shown, tested = pairs
    lines = tuple(f"{form.format(left)} {right}" for left, right in shown)
    choices = tuple(f" {label}" for label in labels)
    return [
        Question(task, form.format(left), f" {right}", choices, lines, "\n")
        for left, right in tested
    ]


def ask(lm: LanguageModel, ks: Sequence[int] = KS) -> dict[str, Any]:
    """What a model answers after each number of examples.

    Returns {"scores": task -> K -> mean, 0 to 1; "mean": K -> mean over the tasks; "answers":
    [{"task", "k", "prompt", "wanted", "given", "score"}, ...]}. An answer is the rest of the line
    that the model writes, or the likelier of two labels.
    """
    scores: dict[str, dict[int, float]] = {}
    answers: list[dict[str, Any]] = []
    for task, of_task in questions().items():
        scores[task] = {}
        for k in ks:
            result = evaluate(lm, of_task, k, METRICS[task])
            scores[task][k] = result.accuracy
            answers += [
                {
                    "task": task,
                    "k": k,
                    "prompt": question.prompt,
                    "wanted": question.answer.strip(),
                    "given": example.given.strip(),
                    "score": example.score,
                }
                for question, example in zip(of_task, result.examples, strict=True)
            ]
    mean = {k: sum(row[k] for row in scores.values()) / len(scores) for k in ks}
    return {"scores": scores, "mean": mean, "answers": answers}
