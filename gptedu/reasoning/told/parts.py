"""A story cut into parts with one number each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gptedu import checks
from gptedu.reasoning.told import words as known
from gptedu.reasoning.told.words import words_of

_JOIN = re.compile(r"(,? (?:and then|and|then|but) |, )", re.IGNORECASE)
_PLAIN = re.compile(r"[(\"'“‘]*\d+[.,;:!?)\"'”’]*")


def check_numbers(told: str) -> None:
    """Raise ValueError for -3, 2.5, 1,000 and the like, of which a part would be read."""
    for word in re.findall(r"[-+\N{MINUS SIGN}\N{EN DASH}] ?\d+|\S*\d\S*", told):
        if not _PLAIN.fullmatch(word):
            raise ValueError(
                f"{checks.shown(word)} is no plain whole number: write digits without a sign, "
                "such as 3"
            )


def is_question(sentence: str) -> bool:
    return sentence.endswith("?") or bool(re.match(r"(how|what|which|who)\b", sentence, re.I))


def parts_of(sentences: Sequence[str]) -> tuple[list[str], list[str]]:
    """(parts with one number each, names in what is told before the first of them).

    A sentence in which nothing is counted is left out. Raises ValueError for a part with two
    numbers, for a change without one, and for words that may turn the meaning.
    """
    parts: list[str] = []
    names: list[str] = []
    for sentence in sentences:
        words = words_of(sentence)
        kinds = {kind for _, _, kind in known.verbs(words)} - {"comes", "goes"}
        if not kinds and not number_in(sentence):  # "It is a sunny day."
            names += [] if parts else known.names(words)
            continue
        _check_plain(sentence, words)
        parts += _cut(sentence)
    for part in parts:
        numbers = re.findall(r"\d+", part)
        if len(numbers) != 1:
            many = "no number in digits" if not numbers else f"{len(numbers)} numbers in one part"
            raise ValueError(
                f"{checks.shown(part)} has {many}: tell one change in each sentence, such as "
                '"She gets 4 more."'
            )
    return parts, names


def number_in(part: str) -> str:
    """The first number, in digits; "" where there is none."""
    found = re.search(r"\d+", part)
    return found[0] if found else ""


def _check_plain(sentence: str, words: Sequence[str]) -> None:
    for word in (word.lower() for word in words):
        if word in known.NUMBERS:
            raise ValueError(
                f"{checks.shown(sentence)} says {word!r}: write every number in digits, such as 2"
            )
        if word in known.UNSURE or word.endswith(("n't", "n’t")):
            raise ValueError(
                f"{checks.shown(sentence)} says {word!r}, which may change what is meant: tell "
                'only what happens, such as "She gets 4 more."'
            )


def _cut(sentence: str) -> list[str]:
    """The sentence, cut before each clause that has a number and a verb of its own.

    What stands between two such clauses belongs to the second one: it may say who acts there.
    """
    pieces = _JOIN.split(sentence)
    parts: list[str] = []
    pending = before = ""
    for join, piece in zip(["", *pieces[1::2]], pieces[::2], strict=True):
        before = before or join
        pending = f"{pending}{join}{piece}" if pending else piece
        words = words_of(pending)
        if number_in(pending) and (known.verbs(words) or known.HAVING.intersection(words)):
            parts.append(pending)
            pending = before = ""
    if pending and parts:  # "... and is happy", or "... and 3 blue coins", which has two numbers
        parts[-1] += before + pending
    elif pending:
        parts.append(pending)
    return parts
