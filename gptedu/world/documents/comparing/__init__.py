"""What two texts say: the same, something else, the contrary, or nothing of the kind.

A classifier that is fine-tuned on 200 labels (GPT-1, section 3.3) cannot learn to compare from
these; it has to find the habit in the body. To tell whether two sentences say the same, each word
of the second has to be looked up in the first, and what was missing gathered at the end. A verdict
on two sentences is one token in twenty: a language model that meets those alone hardly notices it.
So the web compares in steps, from two words in one form upward, and passes many verdicts.

verdicts   a page that knows where its verdicts are
facts      which facts may be compared in a split
primer     the plainest page of each kind: one form, one verdict
words      seen before? the same? on the list? changed since?
sentences  copies, two sentences, statements in a row, two voices
texts      claims about a text, corrections, versions, quizzes, prices, ends of stories
"""

from __future__ import annotations

import random
from collections.abc import Callable

from gptedu.world.documents.comparing import primer, sentences, texts, words
from gptedu.world.documents.comparing.verdicts import Page
from gptedu.world.draw import Draw
from gptedu.world.facts import Facts

PAGES: dict[str, Callable[[Draw], Page]] = {
    "primer-words": primer.two_words,
    "primer-copies": primer.two_copies,
    "primer-sentences": primer.two_sentences,
    "primer-claims": primer.one_claim,
    "tallies": words.tallies,  # was it there before?
    "doubles": words.doubles,  # are these two words the same?
    "lists": words.lists,  # is it on the list?
    "rounds": words.rounds,  # short facts: the same as before, changed, new
    "copies": sentences.copies,  # is the copy right?
    "sentences": sentences.sentences,  # do these two say the same?
    "statements": sentences.statements,  # known, new, or against what was said
    "voices": sentences.voices,  # two people agree, or not
    "claims": texts.claims,  # what follows from a text, contradicts it, is not said
    "endings": texts.endings,  # does this end belong to this story?
}
"""Kinds of document that pass verdicts, from single words to whole texts."""


def pages(facts: Facts, kind: str, split: str, count: int, seed: int = 0) -> list[Page]:
    """Pages of a kind, with their verdicts, for those who ask for these."""
    return [
        PAGES[kind](Draw(facts, split, random.Random(f"verdicts/{kind}/{split}/{seed}/{index}")))
        for index in range(count)
    ]
