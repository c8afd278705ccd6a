"""Passing facts: every way in which one is said is understood again, and nothing else is."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from gptedu.world import World
from gptedu.world.documents import passages
from gptedu.world.documents.passages import Fact, understand
from gptedu.world.draw import Draw
from gptedu.world.words import lexicon

PEOPLE = lexicon.WOMEN + lexicon.MEN + lexicon.HELD_OUT_WOMEN + lexicon.HELD_OUT_MEN
WORLD = World()


def draw(name: str = "", split: str = "train") -> Draw:
    return Draw(WORLD.facts, split, random.Random(f"test/{name}"))


def subjects(relation: str) -> tuple[str, ...]:
    return lexicon.THINGS if relation in passages._ABOUT_THINGS else PEOPLE


def values(relation: str) -> tuple[str, ...]:
    return passages._VALUES.get(relation, PEOPLE)


def phrasings(relation: str) -> list[str]:
    """Every way to say it, each choice in brackets written out."""
    found = []
    for way in passages._SAY[relation]:
        parts = [part.split("|") for part in re.split(r"\[(.*?)\]", way)]
        found += ["".join(choice) for choice in itertools.product(*parts)]
    return found


@pytest.mark.parametrize("relation", passages.RELATIONS)
def test_every_fact_said_in_every_way_is_understood(relation):
    d = draw()
    ways = phrasings(relation)
    assert len(ways) >= len(passages._SAY[relation]) >= 3
    some = subjects(relation)[:3] + subjects(relation)[-3:]
    told = {(s, v) for s in some for v in values(relation)}
    told |= {(s, v) for s in subjects(relation) for v in values(relation)[:2]}
    for way, (subject, value) in itertools.product(ways, told):
        fact = Fact(relation, subject, value)
        said = d.say(way, s=subject, v=value)
        assert understand(said) == understand(said + ".") == fact, said


def test_what_say_writes_is_one_of_the_phrasings_enumerated_here():
    d = draw("say")
    for relation in passages.RELATIONS:
        fact = Fact(relation, subjects(relation)[0], values(relation)[0])
        written = {fact.say(d) for _ in range(300)}
        listed = {d.say(way, s=fact.subject, v=fact.value) for way in phrasings(relation)}
        assert written == listed


def test_a_passage_is_understood_sentence_by_sentence():
    d = draw("passage")
    tails = 0
    for _ in range(500):
        told, text = passages.told_passage(d, 1, 4)
        tails += " and " in text
        assert [understand(s) for s in text.split(". ")] == told
    assert tails > 50  # small talk behind a sentence was among them


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        ".",
        "In the kitchen.",
        "The lamp is in the school",  # a place, and no room
        "The lamp is in the kitchn",
        "The lamp is not in the kitchen",
        "The lamp is in the kitchen and the pen is in the hall",
        "The lamp is in the kitchen?",
        "Is the lamp in the kitchen",
        "The Ella is in the kitchen",
        "Ella is in the kitchen",
        "The lamp lay in the kitchen",
        "So the lamp is in the kitchen",
        "The lamp is in the kitchen now",
        "Ella went to the kitchen",  # a room, and no place
        "Ella was kitchen",
        "ella likes chess",  # a name has its capital
        "Edgarla likes chess",
        "The lamp likes chess",
        "Bob has the lamp",
        "ella has the lamp",
        "Ella has the Ella",
        "Ella has the chess",
        "The lamp is Monday",
        "The lamp is made of red",
        "Ella arrived on chess",
        "The text does not say that",
        "Ella likes chess, and then they slept",
    ],
)
def test_a_near_miss_states_nothing(sentence):
    assert understand(sentence) is None


def test_silver_is_a_colour_or_a_material_by_the_sentence():
    assert understand("The ring is silver") == Fact("colour", "ring", "silver")
    assert understand("Silver is what the ring is made of.") == Fact("material", "ring", "silver")


def test_words_of_weight_are_those_of_the_facts():
    names = {name.lower() for name in PEOPLE}
    assert passages.named_words() == names | set(lexicon.THINGS)
    assert passages.content_words() >= passages.named_words()
    for relation in passages.RELATIONS:
        assert {value.lower() for value in values(relation)} <= passages.content_words()
    assert not {"the", "is", "in", "of", "has"} & passages.content_words()
