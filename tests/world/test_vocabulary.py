"""Which words occur in the miniature web."""

from __future__ import annotations

from gptedu.world import World
from gptedu.world.requests import CLOSINGS, OPENINGS, REFUSALS
from gptedu.world.vocabulary import strange_words, words_of


def test_words_that_the_web_does_not_have_are_named_in_their_order():
    assert strange_words("The Quantum computer is in the kitchen.") == ["Quantum", "computer"]
    assert strange_words("Der Hund: 日本, x + 2 = y4.") == ["Der", "Hund", "日本"]
    assert strange_words("") == []


def test_no_word_of_a_page_or_of_a_reply_is_strange():
    """Pages far away from those that are read for it: all words are met long before it ends."""
    for document in World().documents("train", 300, start=500_000):
        assert strange_words(document.text) == [], document.text
    assert strange_words(" ".join((*OPENINGS, *CLOSINGS, *REFUSALS))) == []


def test_a_letter_and_a_number_are_no_words():
    assert words_of("a b2 3 don't Cat cat") == ["don", "Cat"]
