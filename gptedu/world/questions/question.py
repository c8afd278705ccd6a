"""A question that a model answers by going on writing, and a task: one kind of question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gptedu.world.draw import Draw
from gptedu.world.facts import Facts

DEMONSTRATIONS = 16  # how many a question carries, where its task has that many


@dataclass(frozen=True)
class Question:
    """A prompt that a model answers by going on writing.

    task: its name. prompt: text without a space at its end. answer: what should follow, with the
    space it needs before it. choices: all answers that are meant to be compared, in the same form
    (empty where the answer is free). demonstrations: further prompts with their answers, to be put
    in front. separator: what stands between them. stop: where an answer ends.
    """

    task: str
    prompt: str
    answer: str
    choices: tuple[str, ...]
    demonstrations: tuple[str, ...]
    separator: str
    stop: str = "\n"


@dataclass(frozen=True)
class Task:
    """One kind of question.

    metric: how `gptedu.evaluate.evaluate` judges an answer to it. source: the paper and section
    that it follows. draw: makes one question. occurs: whether a world has such questions.
    """

    name: str
    metric: str
    source: str
    draw: Callable[[Draw], Question]
    occurs: Callable[[Facts], bool] = lambda facts: True


Draft = tuple[str, str, tuple[str, ...]]
"""Prompt, answer and choices of a question."""


def task_with_demonstrations(
    name: str,
    metric: str,
    source: str,
    make: Callable[[Draw], Draft],
    *,
    shown: int = DEMONSTRATIONS,
    separator: str = "\n",
    stop: str = "\n",
) -> Task:
    """A task whose demonstrations are made as its questions are, but of training content.

    shown: how many demonstrations a question carries.
    """

    def draw(d: Draw) -> Question:
        prompt, answer, choices = make(d)
        training = Draw(d.facts, "train", d.rng, d.new_names)
        demonstrations: list[str] = []
        while len(demonstrations) < shown:
            other_prompt, other_answer, _ = make(training)
            if other_prompt != prompt:
                demonstrations.append(other_prompt + other_answer)
        return Question(name, prompt, answer, choices, tuple(demonstrations), separator, stop)

    return Task(name, metric, source, draw)
