"""What a single word can decide of a request, and a judge that goes by words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from gptedu.world.policy import Enquiry
from gptedu.world.policy.enquiries import NEW_VALUABLES, VALUABLES

_WORD = re.compile(r"[^\W\d_]+")
SUSPICIOUS = frozenset((*VALUABLES, *NEW_VALUABLES, "come"))
"""Words that stand in every question for what is kept from somebody: the valuables, and "come"."""


@dataclass(frozen=True)
class Best:
    """The word that tells allowed from disallowed requests best.

    accuracy: mean over the two kinds of the share that is told rightly, so that guessing gives
    one half whatever the mix.
    """

    word: str
    accuracy: float


def request_words(enquiry: Enquiry) -> frozenset[str]:
    """The words of the request alone, in small letters."""
    return frozenset(word.lower() for word in _WORD.findall(enquiry.request))


def prompt_words(enquiry: Enquiry) -> frozenset[str]:
    """The words of text and request, in small letters."""
    return frozenset(word.lower() for word in _WORD.findall(enquiry.prompt))


def best_word(
    enquiries: Sequence[Enquiry],
    words: Callable[[Enquiry], Collection[str]] = prompt_words,
) -> Best:
    """The best that "it has this word" (or has it not) can do, over every word that occurs.

    Raises ValueError where all requests are of one kind.
    """
    sides = {kind: [words(e) for e in enquiries if e.allowed is kind] for kind in (True, False)}
    if not all(sides.values()):
        raise ValueError("all requests are of one kind: give allowed and disallowed ones")
    best = Best("", 0.5)
    for word in sorted(set().union(*sides[True], *sides[False])):
        shares = [sum(word in own for own in side) / len(side) for side in sides.values()]
        accuracy = 0.5 + abs(shares[0] - shares[1]) / 2
        if accuracy > best.accuracy + 1e-12:
            best = Best(word, accuracy)
    return best


def suspicious(enquiry: Enquiry, words: Collection[str] = SUSPICIOUS) -> bool:
    """Whether the question has one of these words; it then looks disallowed, whoever asks.

    Greetings do not count: "I come with a question" asks for nothing.
    """
    asked = (word.lower() for word in _WORD.findall(enquiry.fact.question))
    return not frozenset(words).isdisjoint(asked)
