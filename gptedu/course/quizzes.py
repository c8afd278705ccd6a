"""A short quiz at the end of a chapter, which the learner checks alone.

Its questions stand in the package, not in the notebook: so a page made from the notebook shows no
answer before it is opened.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from gptedu.console import in_notebook
from gptedu.course import kept
from gptedu.course.cards import quiz_card, quiz_item
from gptedu.course.show import plain, show


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


class Quiz:
    """The quiz of a chapter, in `gptedu/chapters/<slug>/exercises/`.

    >>> QUIZ = Quiz("gpt1", question("What can GPT do?", right="Write", wrong={…}, why="…"))

    Raises ValueError without questions.
    """

    def __init__(self, chapter: str, *questions: Question) -> None:
        if not questions:
            raise ValueError(f"the quiz of {chapter!r} needs at least one question")
        self.chapter, self.questions = chapter, questions

    def __repr__(self) -> str:
        return f"Quiz({self.chapter!r}, {len(self.questions)} questions)"

    def show(self) -> None:
        """A form in a live notebook, a list with folded answers elsewhere."""
        words = "\n".join(f"{i}. {plain(q.text)}" for i, q in enumerate(self.questions, start=1))
        mark = "gptedu-quiz-" + str(random.Random(words).randrange(10**9))
        items = [
            quiz_item(i, q.text, options=q.options, right=q.right, why=q.why, wrong=q.wrong)
            for i, q in enumerate(self.questions, start=1)
        ]
        show(quiz_card(items, mark), words)
        if in_notebook():
            from gptedu.course.forms.widget import QuizForm

            QuizForm.ask(self.questions, self.keep, self.answered(), mark)

    def answered(self) -> dict[str, bool]:
        """The questions that were answered at some time: text -> right at the first try?"""
        answers: dict[str, bool] = {}
        for event in kept.events("quiz", self.chapter):
            answers.setdefault(str(event.get("question")), bool(event.get("right")))
        return {q.text: answers[q.text] for q in self.questions if q.text in answers}

    def keep(self, text: str, right: bool) -> str:
        """Keep whether the first answer was right; returns what `kept.keep` does."""
        return kept.keep("quiz", self.chapter, question=text, right=right, of=len(self.questions))
