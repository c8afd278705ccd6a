"""Zero-, one- and few-shot prompts (Brown et al. 2020, section 2 and figure 2.1).

A question carries the form it has in the corpus: ``prompt`` (no space at its end), ``answer``
(with the space or line break it starts with), and the ``separator`` between two of its kind.
K examples are K questions of the same kind with their answers, in front of the one that is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gptedu.text import Tokenizer
    from gptedu.world import Question


@dataclass(frozen=True)
class Prompt:
    """A prompt that fits.

    text: what the model reads.
    shown: how many of the examples are in it (the last ones that were given).
    dropped: how many had no room.
    """

    text: str
    shown: int
    dropped: int


def few_shot(question: Question, demonstrations: Sequence[Question] = ()) -> str:
    """The prompt text: every demonstration with its answer, then the question without one."""
    solved = [shown.prompt + shown.answer for shown in demonstrations]
    return question.separator.join([*solved, question.prompt])


def fit_prompt(
    tokenizer: Tokenizer,
    question: Question,
    demonstrations: Sequence[Question] = (),
    *,
    context: int,
    room: int,
) -> Prompt:
    """The few-shot prompt with as many examples as the context holds.

    One rule: whole examples are dropped, the first (the farthest from the question) first, until
    the start token, the prompt and ``room`` tokens of answer fit in ``context`` tokens. The
    question itself is never cut.

    Raises ValueError where the question alone does not fit.
    """
    for dropped in range(len(demonstrations) + 1):
        kept = demonstrations[dropped:]
        text = few_shot(question, kept)
        tokens = len(tokenizer.encode(text))
        if 1 + tokens + room <= context:
            return Prompt(text, shown=len(kept), dropped=dropped)
    raise ValueError(
        f"The question takes {tokens} tokens and its answer up to {room}, but the context holds "
        f"{context}: shorten the text that it asks about."
    )
