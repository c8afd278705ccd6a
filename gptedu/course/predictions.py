"""Predictions: a guess asked for before the result is shown, and set beside it afterwards."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gptedu.course.cards import prediction_card, reveal_card
from gptedu.course.claims import figure
from gptedu.course.show import in_notebook, plain, show

STATE = "GPTEDU_STATE"
"""Environment variable: the folder where guesses are kept; empty keeps them in memory only."""

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


_asked: dict[str, Prediction] = {}
_guesses: dict[str, Guess] = {}


def predict(
    id: str,
    question: str,
    options: Sequence[str] = (),
    between: tuple[float, float] | None = None,
    unit: str = "",
) -> None:
    """Ask for a guess: one of `options`, or a number `between` two ends.

    In a live notebook this is a form whose answer is kept, also after a restart; elsewhere it is
    the question alone. Raises ValueError unless exactly one of options and between is given.
    """
    if bool(options) == (between is not None):
        raise ValueError(f"prediction {id!r} needs either options or between=(low, high)")
    if between is not None and not between[0] < between[1]:
        raise ValueError(f"prediction {id!r} is between {between}: put the lower end first")
    asked = Prediction(id, question, tuple(options), between, unit)
    _asked[id] = asked
    mark = "gptedu-asked-" + re.sub(r"\W+", "-", id)
    show(prediction_card(asked, mark), asked.words())
    if in_notebook():
        from gptedu.course.forms.widget import PredictionForm

        PredictionForm.ask(asked, guess_of(id), lambda guess: keep(id, guess), mark)


def reveal(id: str, answer: float | str) -> None:
    """Show the guess of prediction `id` beside `answer` (a number, or the text of an option).

    Raises KeyError for a prediction that was not asked, ValueError for an option it doesn't have.
    """
    if id not in _asked:
        raise KeyError(f"prediction {id!r} was not asked: run the cell with predict({id!r}, …)")
    asked = _asked[id]
    result = _result(asked, answer)
    guess = guess_of(id)
    shown = None if guess is None else _words(asked, guess)
    verdict = "" if guess is None else _verdict(asked, guess, answer)
    words = f"Your guess: {shown or 'none yet'}. The result: {result}." + f" {verdict}".rstrip()
    show(reveal_card(asked.question, shown, result, verdict), words)


def guess_of(id: str) -> Guess | None:
    """The guess that was made for `id`, if there is one that still fits its question."""
    guess = _guesses.get(id, _stored().get(id))
    asked = _asked.get(id)
    if asked is None or guess is None:
        return guess
    if asked.options:
        return guess if guess in asked.options else None
    return guess if isinstance(guess, (int, float)) else None


def keep(id: str, guess: Guess) -> None:
    """Keep a guess in memory and, where there is a folder for it, in a file."""
    _guesses[id] = guess
    path = _path()
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps({**_stored(), id: guess}, ensure_ascii=False, indent=1)
        part = path.with_suffix(".part")
        part.write_text(content, encoding="utf-8")
        part.replace(path)
    except OSError:
        pass  # a read-only home must not stop a lesson; the guess stays in memory


def _stored() -> dict[str, Any]:
    path = _path()
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _path() -> Path | None:
    folder = os.environ.get(STATE)
    if folder is None:
        base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        return Path(base) / "gptedu" / "guesses.json"
    return Path(folder) / "guesses.json" if folder else None


def _result(asked: Prediction, answer: float | str) -> str:
    if asked.options:
        if answer not in asked.options:
            raise ValueError(
                f"{answer!r} is not an option of prediction {asked.id!r}: {list(asked.options)}"
            )
        return plain(str(answer))
    return _words(asked, float(answer))


def _words(asked: Prediction, guess: Guess) -> str:
    if isinstance(guess, str):
        return plain(guess)
    return f"{figure(float(guess))} {asked.unit}".rstrip()


def _verdict(asked: Prediction, guess: Guess, answer: float | str) -> str:
    if isinstance(guess, str) or isinstance(answer, str):
        return "You saw it coming." if guess == answer else "Not what you expected: why?"
    low, high = asked.span or (0, 1)
    apart = abs(float(answer) - guess)
    if not math.isfinite(apart):
        return ""
    if apart <= 0.1 * (high - low):
        return "Close."
    more = "higher" if float(answer) > guess else "lower"
    return f"The result is {figure(apart)} {asked.unit}".rstrip() + f" {more}."
