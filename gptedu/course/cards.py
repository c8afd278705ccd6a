"""The HTML of exercise cards, predictions and quizzes.

Plain elements only (headings, paragraphs, lists, <details>), so that a card keeps its meaning
where styles and scripts are removed. Hints are nested: each opens only inside the one before.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gptedu.course.show import code, inline, markup

if TYPE_CHECKING:
    from gptedu.course.exercises import Exercise
    from gptedu.course.predictions import Prediction
    from gptedu.course.quizzes import Question


# JupyterLab's shortcuts stay silent only where the focused element says so: without this, the
# space that opens a hint would scroll the notebook, and Enter would edit the cell.
KEYS = 'data-lm-suppress-shortcuts="true"'


def exercise_card(exercise: Exercise) -> str:
    """The card of an exercise."""
    level = "●" * exercise.difficulty + "○" * (5 - exercise.difficulty)
    solution = (
        f"<details><summary {KEYS}>Solution</summary>{code(exercise.solution_source())}</details>"
    )
    for step, hint in reversed(list(enumerate(exercise.hints, start=1))):
        title = f"Hint {step} of {len(exercise.hints)}"
        solution = (
            f"<details><summary {KEYS}>{title}</summary>"
            f'<div class="gptedu-hint">{markup(hint)}</div>{solution}</details>'
        )
    return (
        '<div class="gptedu-card gptedu-exercise">'
        f'<p class="gptedu-kind">Exercise {html.escape(exercise.id)}</p>'
        f"<h4>{inline(exercise.title)}</h4>"
        f'<p class="gptedu-facts">Difficulty <span aria-hidden="true">{level}</span>'
        f" {exercise.difficulty} of 5 · about {exercise.minutes} minutes</p>"
        f"<div>{markup(exercise.task)}</div>{solution}</div>"
    )


def prediction_card(prediction: Prediction, mark: str) -> str:
    """The question of a prediction, for where no form can be shown. mark: a class of its own."""
    if prediction.options:
        choices = "".join(f"<li>{inline(option)}</li>" for option in prediction.options)
        how = f"<ul>{choices}</ul>"
    else:
        low, high = prediction.span or (0, 1)
        how = f"<p>A number from {low:g} to {high:g} {html.escape(prediction.unit)}.</p>"
    return (
        f'<div class="gptedu-card gptedu-prediction {mark}">'
        '<p class="gptedu-kind">Your guess, before you look</p>'
        f"<h4>{inline(prediction.question)}</h4>{how}</div>"
    )


def reveal_card(question: str, guess: str | None, result: str, verdict: str) -> str:
    """A guess beside the result. guess: None where there was none."""
    guessed = html.escape(guess) if guess is not None else "none yet"
    return (
        '<div class="gptedu-card gptedu-reveal">'
        f'<p class="gptedu-kind">Guess and result</p><p>{inline(question)}</p>'
        f'<p>Your guess: <span class="gptedu-big">{guessed}</span> · '
        f'The result: <span class="gptedu-big">{html.escape(result)}</span></p>'
        + (f"<p>{html.escape(verdict)}</p>" if verdict else "")
        + "</div>"
    )


def quiz_card(questions: Sequence[Question], mark: str) -> str:
    """A quiz as folded lists, for where no form can be shown. mark: a class of its own."""
    items = []
    for number, question in enumerate(questions, start=1):
        options = "".join(f"<li>{inline(option)}</li>" for option in question.options)
        wrong = "".join(
            f"<li>{inline(option)}: {inline(why)}</li>" for option, why in question.wrong.items()
        )
        items.append(
            f"<p><strong>{number}.</strong> {inline(question.text)}</p><ul>{options}</ul>"
            f"<details><summary {KEYS}>Answer to question {number}</summary>"
            f'<div class="gptedu-hint"><p><strong>{inline(question.right)}</strong>. '
            f"{inline(question.why)}</p><p>And not:</p><ul>{wrong}</ul></div></details>"
        )
    return (
        f'<div class="gptedu-card gptedu-quiz {mark}">'
        f'<p class="gptedu-kind">Check yourself</p>{"".join(items)}</div>'
    )
