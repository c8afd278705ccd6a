"""The forms of the course: a guess before a result, and a quiz that one checks alone.

Their text is shown as plain HTML just before, by `gptedu.course`; the live form hides it. So a
stored, untrusted or dead notebook shows the questions, and needs no picture of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import traitlets
from IPython.display import display

from gptedu.widgets.base.actions import action
from gptedu.widgets.base.widget import Widget, module, styles


class PredictionQuestion(Protocol):
    """What a prediction form needs to know; see gptedu.course.predictions."""

    @property
    def question(self) -> str: ...
    @property
    def options(self) -> tuple[str, ...]: ...
    @property
    def span(self) -> tuple[float, float] | None: ...
    @property
    def unit(self) -> str: ...


class QuizQuestion(Protocol):
    """What a quiz form needs to know; see gptedu.course.quizzes."""

    @property
    def text(self) -> str: ...
    @property
    def right(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def wrong(self) -> Mapping[str, str]: ...
    @property
    def options(self) -> tuple[str, ...]: ...


class _Form(Widget):
    """A view without a picture. `card_mark`: the class of the HTML card that the view replaces."""

    card_mark = traitlets.Unicode("").tag(sync=True)

    def outputs(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """The live view alone."""
        return [self._view_bundle()]


class PredictionForm(_Form):
    """Asks for one of several options or for a number, and keeps the guess in `guess`."""

    _esm = module(__file__)
    _css = styles(__file__)
    kind = traitlets.Unicode("prediction").tag(sync=True)
    question = traitlets.Unicode("").tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    low = traitlets.Float(0.0).tag(sync=True)
    high = traitlets.Float(1.0).tag(sync=True)
    unit = traitlets.Unicode("").tag(sync=True)
    guess = traitlets.Any(None, allow_none=True).tag(sync=True)

    @action
    def keep(self, guess: float | str) -> None:
        """Make a guess; a later one takes its place."""
        self.guess = guess

    @classmethod
    def ask(
        cls, prediction: PredictionQuestion, guess: Any, keep: Callable[[Any], str], card_mark: str
    ) -> PredictionForm:
        """Display a form for a prediction, with an earlier `guess`; `keep` gets each new one.

        What `keep` returns, where it is not empty, is shown as what went wrong.
        """
        low, high = prediction.span or (0.0, 1.0)
        form = cls(
            question=prediction.question,
            options=list(prediction.options),
            low=low,
            high=high,
            unit=prediction.unit,
            guess=guess,
            card_mark=card_mark,
        )
        form.observe(lambda change: form.set_trait("error", keep(change["new"])), "guess")
        display(form)
        return form


class QuizForm(_Form):
    """Shows questions with options and says at once, and why, whether a choice is right."""

    _esm = module(__file__)
    _css = styles(__file__)
    kind = traitlets.Unicode("quiz").tag(sync=True)
    questions = traitlets.List(traitlets.Dict()).tag(sync=True)
    _keep: Callable[[str, bool], str]

    @action
    def answer(self, text: str, right: bool) -> None:
        """Keep whether the first answer to the question `text` was right."""
        self.error = self._keep(text, right)

    @classmethod
    def ask(
        cls,
        questions: Sequence[QuizQuestion],
        keep: Callable[[str, bool], str],
        before: Mapping[str, bool],
        card_mark: str,
    ) -> QuizForm:
        """Display a form for `questions`.

        keep: gets a question's text, and whether the first answer to it was right; what it returns,
        where it is not empty, is shown as what went wrong. before: such answers of earlier times.
        """
        plain = [
            {
                "text": each.text,
                "options": list(each.options),
                "right": each.right,
                "why": each.why,
                "wrong": dict(each.wrong),
                "before": before.get(each.text),
            }
            for each in questions
        ]
        form = cls(questions=plain, card_mark=card_mark)
        form._keep = keep
        display(form)
        return form
