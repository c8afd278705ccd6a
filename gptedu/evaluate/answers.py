"""Whether a written answer is right: by its letters, its words, its last number, its overlap.

The overlap is ROUGE-1 (Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries").
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from gptedu.evaluate.numbers import last_number
from gptedu.world.problems.problem import answer_in

_NUMBERS = re.compile(r"(?<!\w)-?\d+(?:[.,]\d+)*")


def words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation.

    A sign beyond ASCII that is no punctuation, such as an emoji, is a word of its own.
    """
    kept = []
    for sign in unicodedata.normalize("NFC", text.lower()):
        kind = unicodedata.category(sign)[0]
        if kind in "LMN" or sign == "_":
            kept.append(sign)
        else:
            kept.append(f" {sign} " if kind == "S" and not sign.isascii() else " ")
    return "".join(kept).split()


def verbatim(given: str, wanted: str) -> float:
    """1.0 where the two texts are the same to the letter, spaces around them apart, else 0.0."""
    return float(given.strip() == wanted.strip())


def exact_match(given: str, wanted: str) -> float:
    """1.0 where the two texts have the same words in the same order, else 0.0.

    Numbers count with their signs and points: "-3.5" is neither "3.5" nor "-3 5". A text without
    words, such as "+", is right only as it stands.
    """
    left, right = words(given), words(wanted)
    if not left or not right:
        return verbatim(given, wanted)
    return float(left == right and _NUMBERS.findall(given) == _NUMBERS.findall(wanted))


def same_number(given: str, wanted: str) -> float:
    """1.0 where both texts end in the same number (`last_number`), whatever steps lead to it."""
    number = last_number(given)
    return float(number is not None and number == last_number(wanted))


def same_answer(given: str, wanted: str) -> float:
    """1.0 where both end in the same words, behind "The answer is" where steps come before."""
    return exact_match(answer_in(given) or given, answer_in(wanted) or wanted)


def overlap_f1(given: str, wanted: str) -> float:
    """ROUGE-1 F1: the harmonic mean of precision and recall over single words, with counts."""
    left, right = Counter(words(given)), Counter(words(wanted))
    shared = (left & right).total() if left and right else 0
    if shared == 0:
        return 0.0
    precision, recall = shared / left.total(), shared / right.total()
    return 2 * precision * recall / (precision + recall)
