"""A short quiz at the end of a chapter, which the learner checks alone."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from gptedu.course.cards import quiz_card, quiz_item
from gptedu.course.show import in_notebook, plain, show


@dataclass(frozen=True)
class Question:
    """A question with one right option; `wrong` maps each other option to why it is wrong."""

    text: str
    right: str
    wrong: Mapping[str, str]
    why: str

    @property
    def options(self) -> tuple[str, ...]:
        """All options, in an order that the question's text decides and nothing else."""
        options = [self.right, *self.wrong]
        random.Random(self.text).shuffle(options)
        return tuple(options)


def question(text: str, right: str, wrong: Mapping[str, str], why: str) -> Question:
    """A question of a quiz. wrong: option -> why it is wrong. why: why the right one is right.

    Raises ValueError for a question without a wrong option or with the same option twice.
    """
    if not wrong:
        raise ValueError(f"question {text!r} has no wrong option: give at least one")
    if right in wrong:
        raise ValueError(f"question {text!r} has {right!r} as right and as wrong option")
    return Question(text, right, dict(wrong), why)


def quiz(*questions: Question) -> None:
    """Show a quiz: a form in a live notebook, a list with folded answers elsewhere."""
    if not questions:
        raise ValueError("a quiz needs at least one question")
    words = "\n".join(f"{i}. {plain(q.text)}" for i, q in enumerate(questions, start=1))
    mark = "gptedu-quiz-" + str(random.Random(words).randrange(10**9))
    items = [
        quiz_item(i, q.text, options=q.options, right=q.right, why=q.why, wrong=q.wrong)
        for i, q in enumerate(questions, start=1)
    ]
    show(quiz_card(items, mark), words)
    if in_notebook():
        from gptedu.course.forms.widget import QuizForm

        QuizForm.ask(questions, mark)
