"""The HTML of exercise cards, predictions and quizzes, from plain values.

Plain elements only (headings, paragraphs, lists, <details>), so that a card keeps its meaning
where styles and scripts are removed. Hints are nested: each opens only inside the one before.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from gptedu.console import RUN_IT
from gptedu.course.show import code, inline, markup

# JupyterLab's shortcuts stay silent only where the focused element says so: without this, the
# space that opens a hint would scroll the notebook, and Enter would edit the cell.
KEYS = 'data-lm-suppress-shortcuts="true"'

PREDICTION, QUIZ = "gptedu-prediction", "gptedu-quiz"
"""Classes of the cards that ask something."""


def asks(card: str) -> bool:
    """Whether HTML is a card that asks something: it may be seen before its cell has been run."""
    return any(f'<div class="gptedu-card {kind} ' in card for kind in (PREDICTION, QUIZ))


def exercise_card(
    id: str,
    title: str,
    *,
    difficulty: int,
    minutes: int,
    task: str,
    hints: Sequence[str],
    solution: str | None,
) -> str:
    """The card of an exercise.

    difficulty: 1 to 5. task, hints: Markdown. solution: Python; None where it is withheld.
    """
    level = "●" * difficulty + "○" * (5 - difficulty)
    folded = ""
    if solution is not None:
        folded = f"<details><summary {KEYS}>Solution</summary>{code(solution)}</details>"
    for step, hint in reversed(list(enumerate(hints, start=1))):
        folded = (
            f"<details><summary {KEYS}>Hint {step} of {len(hints)}</summary>"
            f'<div class="gptedu-hint">{markup(hint)}</div>{folded}</details>'
        )
    return (
        '<div class="gptedu-card gptedu-exercise">'
        f'<p class="gptedu-kind">Exercise {html.escape(id)}</p>'
        f"<h4>{inline(title)}</h4>"
        f'<p class="gptedu-facts">Difficulty <span aria-hidden="true">{level}</span>'
        f" {difficulty} of 5 · about {minutes} minutes</p>"
        f"<div>{markup(task)}</div>{folded}</div>"
    )


def prediction_card(
    question: str,
    mark: str,
    *,
    options: Sequence[str] = (),
    span: tuple[float, float] = (0, 1),
    unit: str = "",
    guess: str | None = None,
) -> str:
    """The question of a prediction as a form on paper, for where no live form can be shown.

    mark: a class of its own. options: what to choose from; without them a number is asked for,
    between the two ends of span. guess: the one that is kept, in words.
    """
    if options:
        choices = "".join(f"<li>{inline(option)}</li>" for option in options)
        how = f'<ul class="gptedu-choices">{choices}</ul>'
    else:
        low, high = span
        unit = f" {html.escape(unit)}" if unit else ""
        how = f"<p>______{unit} (a number from {low:g} to {high:g})</p>"
    if guess is None:
        do = f"To answer, {RUN_IT}: a form opens here."
    else:
        do = f"Your guess is kept: <strong>{html.escape(guess)}</strong>. To change it, {RUN_IT}."
    return (
        f'<div class="gptedu-card {PREDICTION} {mark}">'
        '<p class="gptedu-kind">Your guess, before you look</p>'
        f'<h4>{inline(question)}</h4>{how}<p class="gptedu-facts">{do}</p></div>'
    )


def reveal_card(question: str, guess: str | None, result: str, verdict: str) -> str:
    """A guess beside the result. guess: None where there was none; the result is folded then."""
    shown = f'The result: <span class="gptedu-big">{html.escape(result)}</span>'
    if guess is None:
        told = (
            "<p>You have not guessed yet. Do it where the question stands, and the result opens "
            f"here.</p><details><summary {KEYS}>Show the result without a guess</summary>"
            f"<p>{shown}</p></details>"
        )
    else:
        told = f'<p>Your guess: <span class="gptedu-big">{html.escape(guess)}</span> · {shown}</p>'
        told += f"<p>{html.escape(verdict)}</p>" if verdict else ""
    return (
        '<div class="gptedu-card gptedu-reveal">'
        f'<p class="gptedu-kind">Guess and result</p><p>{inline(question)}</p>{told}</div>'
    )


def quiz_item(
    number: int,
    text: str,
    *,
    options: Sequence[str],
    right: str,
    why: str,
    wrong: Mapping[str, str],
) -> str:
    """A question of a quiz with its folded answer. wrong: option -> why it is wrong."""
    listed = "".join(f"<li>{inline(option)}</li>" for option in options)
    reasons = "".join(
        f"<li>{inline(option)}: {inline(reason)}</li>" for option, reason in wrong.items()
    )
    return (
        f"<p><strong>{number}.</strong> {inline(text)}</p><ul>{listed}</ul>"
        f"<details><summary {KEYS}>Answer to question {number}</summary>"
        f'<div class="gptedu-hint"><p><strong>{inline(right)}</strong>. '
        f"{inline(why)}</p><p>And not:</p><ul>{reasons}</ul></div></details>"
    )


def quiz_card(items: Sequence[str], mark: str) -> str:
    """A quiz of `quiz_item`s, for where no form can be shown. mark: a class of its own."""
    return (
        f'<div class="gptedu-card {QUIZ} {mark}">'
        f'<p class="gptedu-kind">Check yourself</p>{"".join(items)}'
        f'<p class="gptedu-facts">To choose by a click, {RUN_IT}.</p></div>'
    )
