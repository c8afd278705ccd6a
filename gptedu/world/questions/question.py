"""A question that a model answers by going on writing."""

from __future__ import annotations

from dataclasses import dataclass

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
