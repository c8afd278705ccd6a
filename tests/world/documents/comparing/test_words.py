"""Words and short facts: each verdict is computed again from what stands before it."""

from __future__ import annotations

import random
import re

import pytest

from gptedu.world import World
from gptedu.world.documents.comparing import primer, words
from gptedu.world.documents.comparing.verdicts import Page
from gptedu.world.draw import Draw
from gptedu.world.words import lexicon

FACTS = World().facts
COUNT = 300


def pages(make, split: str = "train") -> list[Page]:
    return [make(Draw(FACTS, split, random.Random(f"{i}"))) for i in range(COUNT)]


def items(text: str) -> list[str]:
    """The words of a text that the pools have."""
    return [word for word in re.findall(r"\w+", text) if word in words.ALL]


def test_again_is_what_was_there_before():
    for made in pages(words.tallies):
        there: set[str] = set()
        for verdict in made.verdicts:
            [x] = items(verdict.before)[-1:]
            assert verdict.right is (x in there), made.text
            there.add(x)


def test_a_pair_of_words_is_the_same_where_both_are():
    for made in pages(words.doubles):
        assert len(made.verdicts) >= 1
        for verdict in made.verdicts:
            first, second = items(verdict.before)[-2:]
            assert verdict.right is (first == second), made.text
    for made in pages(primer.two_words):
        [first, second] = items(made.verdicts[0].before)
        assert made.verdicts[0].right is (first == second), made.text


def test_on_the_list_is_what_the_list_has():
    for made in pages(words.lists):
        listed = items(made.verdicts[0].before.split("\n")[0].split(": ")[1])
        for verdict in made.verdicts:
            assert verdict.right is (items(verdict.before)[-1] in listed), made.text


@pytest.mark.parametrize("split", ["train", "validation"])
def test_short_facts_are_the_same_changed_or_new(split):
    for made in pages(words.rounds, split)[:100]:
        early, late = made.text.split("\n")
        first = dict(
            re.fullmatch(r"(\w+) (.+)", each).groups()
            for each in early.split(": ", 1)[1].rstrip(".").split(", ")
        )
        for verdict in made.verdicts:
            said = re.split(r": |, ", verdict.before.split("\n")[-1].rstrip(":"))[-1]
            subject, rest = re.fullmatch(r"(\w+) (.+)", said).groups()
            right = 2 if subject not in first else int(first[subject] != rest)
            assert verdict.right == right, (made.text, said)
        assert len(late.split(", ")) == len(made.verdicts)


@pytest.mark.parametrize("make", [words.tallies, words.doubles, words.lists, primer.two_words])
def test_every_word_has_a_space_before_it(make):
    for made in pages(make):
        for word in set(items(made.text)) - set(lexicon.NAMES):
            assert not re.search(rf"(^|\n){word}\b", made.text), made.text
