"""Zero-, one- and few-shot prompts (Brown et al. 2020, section 2 and figure 2.1).

A question carries the form that it has in the corpus: ``prompt`` (no space at its end), ``answer``
(with the space it starts with), ``demonstrations`` (others of its kind, answered) and the
``separator`` between two of them. A K-shot prompt is K demonstrations and then the prompt.
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
    shown: how many of the k examples are in it (the last ones).
    dropped: how many had no room.
    """

    text: str
    shown: int
    dropped: int


def few_shot_prompt(question: Question, k: int = 0) -> str:
    """The prompt text: the question's first k demonstrations, then the question, unanswered.

    Raises ValueError where the question has fewer demonstrations.
    """
    return _joined(question, _first(question, k))


def fit_prompt(
    tokenizer: Tokenizer, question: Question, k: int = 0, *, context: int, room: int
) -> Prompt:
    """The k-shot prompt, with as many of its k examples as the context holds.

    One rule: whole examples are dropped, the first (the farthest from the question) first, until
    the start token, the prompt and ``room`` tokens of answer fit in ``context`` tokens. The
    question itself is never cut.

    Raises ValueError where the question alone does not fit, or has fewer than k demonstrations.
    """
    shown = _first(question, k)
    for dropped in range(k + 1):
        text = _joined(question, shown[dropped:])
        tokens = len(tokenizer.encode(text))
        if 1 + tokens + room <= context:
            return Prompt(text, shown=k - dropped, dropped=dropped)
    raise ValueError(
        f"the question takes {tokens} tokens and its answer up to {room}, but the context holds "
        f"{context}: shorten the text that it asks about"
    )


def _first(question: Question, k: int) -> tuple[str, ...]:
    there = len(question.demonstrations)
    if not 0 <= k <= there:
        raise ValueError(f"k is {k}: a question of {question.task!r} has 0 to {there} examples")
    return tuple(question.demonstrations[:k])


def _joined(question: Question, shown: Sequence[str]) -> str:
    return question.separator.join([*shown, question.prompt])
