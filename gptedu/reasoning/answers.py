"""What a text says that the answer is: the one function that reads it, for votes and for scores."""

from __future__ import annotations

import re
from collections.abc import Collection

from gptedu.evaluate.numbers import last_number
from gptedu.world.problems.problem import ANSWER

ANNOUNCED = re.compile(rf"####|{ANSWER}\b:?", re.IGNORECASE)
"""What announces an answer: "The answer is", with a small first letter too, or "####"."""
_NEXT = re.compile(r"\n\s*Question:")
_SENTENCE = re.compile(r"[.!?](?=\s|$)|\n")


def read_answer(text: str, choices: Collection[str] = (), *, announced: bool = False) -> str | None:
    """The answer in a text, in the form in which answers are counted; None where none can be read.

    choices: what the answer is one of, such as ("the lamp", "the key") or ("A", "B"); without them
    it is a number. After "The answer is" or "####" only what is said there counts; otherwise the
    last number, or the last choice, of the text. What comes after the next "Question:" is no part
    of it.

    announced: read nothing else than what follows "The answer is" or "####". For solutions with
    steps: the last number of one that breaks off is that of a step ("7 and 5 is 12. 12 less 3").

    Equal numbers are one answer, however they are written: "1,000" and "1000", "$29.00" and "29".
    A choice is found as a whole word, so there is no B in "Because".
    """
    text = _NEXT.split(text, maxsplit=1)[0]
    found = list(ANNOUNCED.finditer(text))
    if found:
        rest = text[found[-1].end() :].strip()
        text = _SENTENCE.split(rest, maxsplit=1)[0]
    elif announced:
        return None
    if choices:
        return _last_choice(text, choices)
    number = last_number(text)
    return None if number is None else str(number)


def _last_choice(text: str, choices: Collection[str]) -> str | None:
    found = [
        (match.end(), len(choice), choice)
        for choice in choices
        for match in re.finditer(_whole(choice), text)
    ]
    return max(found)[2] if found else None


def _whole(choice: str) -> str:
    """A pattern for a choice as whole words, "the" or not; letters of any case, but for one alone:
    "a" is a word."""
    core = choice.strip().removeprefix("the ")
    return ("" if len(core) == 1 else "(?i)") + rf"(?<!\w){re.escape(core)}(?!\w)"
