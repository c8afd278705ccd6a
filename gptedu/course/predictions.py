"""Predictions: a guess asked for before the result is shown, and set beside it afterwards."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gptedu.console import in_notebook
from gptedu.course import kept
from gptedu.course.cards import prediction_card, reveal_card
from gptedu.course.claims import number
from gptedu.course.show import plain, show, show_again

Guess = float | str


@dataclass(frozen=True)
class Prediction:
    """A question with options, or with a number between the two ends of `span`."""

    id: str
    question: str
    options: tuple[str, ...] = ()
    span: tuple[float, float] | None = None
    unit: str = ""

    def words(self) -> str:
        """The question as plain text."""
        if self.options:
            how = "".join(f"\n- {plain(option)}" for option in self.options)
        else:
            low, high = self.span or (0, 1)
            how = f"\n- a number from {low:g} to {high:g} {self.unit}".rstrip()
        return f"Your guess, before you look: {plain(self.question)}{how}"

    def asked(self) -> dict[str, Any]:
        """What is kept with a guess, so that it can be understood without the chapter."""
        if self.options:
            return {"question": self.question, "options": list(self.options)}
        return {"question": self.question, "between": list(self.span or (0, 1)), "unit": self.unit}


_predictions: dict[str, Prediction] = {}
_revealed: dict[str, float | str] = {}


def predict(
    id: str,
    question: str,
    options: Sequence[str] = (),
    between: tuple[float, float] | None = None,
    unit: str = "",
) -> None:
    """Ask for a guess: one of `options`, or a number `between` two ends.

    In a live notebook this is a form whose answer is kept, also after a restart; elsewhere it is
    the question alone. A guess that is made later opens the result where it was revealed already.
    Raises ValueError unless exactly one of options and between is given.
    """
    if bool(options) == (between is not None):
        raise ValueError(f"prediction {id!r} needs either options or between=(low, high)")
    if between is not None and not between[0] < between[1]:
        raise ValueError(f"prediction {id!r} is between {between}: put the lower end first")
    prediction = Prediction(id, question, tuple(options), between, unit)
    _predictions[id] = prediction
    _revealed.pop(id, None)  # the cells below are still to be run
    show(*_asked(prediction), name=f"gptedu-asked-{id}")
    if in_notebook():
        from gptedu.course.forms.widget import PredictionForm

        def made(guess: Guess) -> str:
            fault = keep(id, guess)
            show_again(*_asked(prediction), name=f"gptedu-asked-{id}")
            if id in _revealed:
                _keep_result(id, guess_of(id), _revealed[id])
                show_again(*_beside(prediction, _revealed[id]), name=f"gptedu-revealed-{id}")
            return fault

        PredictionForm.ask(prediction, guess_of(id), made, _mark(id))


def reveal(id: str, answer: float | str) -> None:
    """Show the guess of prediction `id` beside `answer` (a number, or the text of an option).

    Without a guess the result is folded away, so that one can still be made. Raises KeyError for a
    prediction that was not asked, ValueError for an option it doesn't have.
    """
    if id not in _predictions:
        raise KeyError(f"prediction {id!r} was not asked: run the cell with predict({id!r}, …)")
    shown = _beside(_predictions[id], answer)
    _revealed[id] = answer
    _keep_result(id, guess_of(id), answer)
    show(*shown, name=f"gptedu-revealed-{id}")


def _mark(id: str) -> str:
    return "gptedu-asked-" + re.sub(r"\W+", "-", id)


def _asked(prediction: Prediction) -> tuple[str, str]:
    """The question as a card and as plain text."""
    guess = guess_of(prediction.id)
    card = prediction_card(
        prediction.question,
        _mark(prediction.id),
        options=prediction.options,
        span=prediction.span or (0, 1),
        unit=prediction.unit,
        guess=None if guess is None else _words(prediction, guess),
    )
    return card, prediction.words()


def _beside(prediction: Prediction, answer: float | str) -> tuple[str, str]:
    """The guess beside the result, as a card and as plain text."""
    result = _result(prediction, answer)
    guess = guess_of(prediction.id)
    shown = None if guess is None else _words(prediction, guess)
    verdict = "" if guess is None else _verdict(prediction, guess, answer)
    words = f"Your guess: {shown or 'none yet'}. The result: {result}." + f" {verdict}".rstrip()
    return reveal_card(prediction.question, shown, result, verdict), words


def guess_of(id: str) -> Guess | None:
    """The guess that was made last for `id`, if there is one that still fits its question."""
    made = kept.events("guess", id)
    guess = made[-1].get("guess") if made else None
    prediction = _predictions.get(id)
    if prediction is None or guess is None:
        return guess
    if prediction.options:
        return guess if guess in prediction.options else None
    return guess if isinstance(guess, (int, float)) else None


def keep(id: str, guess: Guess) -> str:
    """Keep a guess with its question; returns "", or one sentence where it cannot be written."""
    if guess == guess_of(id):
        return ""
    prediction = _predictions.get(id)
    return kept.keep("guess", id, guess=guess, **(prediction.asked() if prediction else {}))


def _keep_result(id: str, guess: Guess | None, answer: float | str) -> None:
    """The result is kept beside a guess, so that a class's guesses can be set against it."""
    result = answer if isinstance(answer, str) else float(answer)
    if guess is None or not (isinstance(result, str) or math.isfinite(result)):
        return
    before = kept.events("result", id)
    if not before or before[-1].get("result") != result:
        kept.keep("result", id, result=result)


def _result(prediction: Prediction, answer: float | str) -> str:
    if prediction.options:
        if answer not in prediction.options:
            raise ValueError(
                f"{answer!r} is not an option of prediction {prediction.id!r}: "
                f"{list(prediction.options)}"
            )
        return plain(str(answer))
    return _words(prediction, float(answer))


def _words(prediction: Prediction, guess: Guess) -> str:
    if isinstance(guess, str):
        return plain(guess)
    return f"{number(float(guess))} {prediction.unit}".rstrip()


def _verdict(prediction: Prediction, guess: Guess, answer: float | str) -> str:
    if isinstance(guess, str) or isinstance(answer, str):
        return "You saw it coming." if guess == answer else "Not what you expected: why?"
    low, high = prediction.span or (0, 1)
    apart = abs(float(answer) - guess)
    if not math.isfinite(apart):
        return ""
    if apart <= 0.1 * (high - low):
        return "Close."
    more = "higher" if float(answer) > guess else "lower"
    unit = "points" if prediction.unit in ("%", "percent") else prediction.unit
    return f"The result is {number(apart)} {unit}".rstrip() + f" {more}."
