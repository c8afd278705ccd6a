"""Requests of the miniature web, what people send in, and the facts that sentences state."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from dataclasses import replace

import pytest

from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.requests import situations
from gptedu.world.requests.instructions import (
    KINDS,
    REFUSALS,
    REPLY,
    USERS,
    demonstration,
    instruction,
    named,
    submissions,
    user_split,
)
from gptedu.world.requests.situations import Fact, understand
from gptedu.world.splits import split_of
from gptedu.world.words import lexicon
from ordinary_requests import ordinary

PEOPLE = lexicon.WOMEN + lexicon.MEN + lexicon.HELD_OUT_WOMEN + lexicon.HELD_OUT_MEN
WORLD = World()


def draw(name: str = "", split: str = "train") -> Draw:
    return Draw(WORLD.facts, split, random.Random(f"test/{name}"))


def subjects(relation: str) -> tuple[str, ...]:
    return lexicon.THINGS if relation in situations._ABOUT_THINGS else PEOPLE


def values(relation: str) -> tuple[str, ...]:
    return situations._VALUES.get(relation, PEOPLE)


def phrasings(relation: str) -> list[str]:
    """Every way to say it, each choice in brackets written out."""
    found = []
    for way in situations._SAY[relation]:
        parts = [part.split("|") for part in re.split(r"\[(.*?)\]", way)]
        found += ["".join(choice) for choice in itertools.product(*parts)]
    return found


# --- understand


@pytest.mark.parametrize("relation", situations.RELATIONS)
def test_every_fact_said_in_every_way_is_understood(relation):
    d = draw()
    ways = phrasings(relation)
    assert len(ways) >= len(situations._SAY[relation]) >= 3
    some = subjects(relation)[:3] + subjects(relation)[-3:]
    told = {(s, v) for s in some for v in values(relation)}
    told |= {(s, v) for s in subjects(relation) for v in values(relation)[:2]}
    for way, (subject, value) in itertools.product(ways, told):
        fact = Fact(relation, subject, value)
        said = d.say(way, s=subject, v=value)
        assert understand(said) == understand(said + ".") == fact, said


def test_what_say_writes_is_one_of_the_phrasings_enumerated_here():
    d = draw("say")
    for relation in situations.RELATIONS:
        fact = Fact(relation, subjects(relation)[0], values(relation)[0])
        written = {fact.say(d) for _ in range(300)}
        listed = {d.say(way, s=fact.subject, v=fact.value) for way in phrasings(relation)}
        assert written == listed


def test_a_passage_is_understood_sentence_by_sentence():
    d = draw("passage")
    tails = 0
    for _ in range(500):
        told, text = situations.told_passage(d, 1, 4)
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
    assert situations.named_words() == names | set(lexicon.THINGS)
    assert situations.content_words() >= situations.named_words()
    for relation in situations.RELATIONS:
        assert {value.lower() for value in values(relation)} <= situations.content_words()
    assert not {"the", "is", "in", "of", "has"} & situations.content_words()


# --- requests


def test_a_request_is_what_its_fields_say():
    for i in range(2_000):
        asked = instruction(draw(f"request {i}"))
        assert ordinary(asked)
        assert asked.prompt == f"{asked.text}\n{asked.request}{REPLY}"
        assert asked.prompt.count("\n") == 2
        assert [understand(s) for s in asked.text.split(". ")] == list(asked.told)
        if asked.kind in ("answer", "rewrite"):
            assert asked.asked in asked.told
        if asked.kind == "unsaid":
            assert asked.asked.subject not in asked.text.replace(".", " ").split()
        if asked.kind == "list":
            what = "people" if "people" in asked.request else "things"
            assert named(asked.text)[what] == asked.items
            places = [re.search(rf"\b{item}\b", asked.text).start() for item in asked.items]
            assert places == sorted(places)
            assert len(set(asked.items)) == len(asked.items) >= 2


def test_kinds_are_drawn_alike_and_can_be_asked_for():
    drawn = Counter(instruction(draw(f"kind {i}")).kind for i in range(1_000))
    assert set(drawn) == set(KINDS)
    assert min(drawn.values()) > 200
    assert {instruction(draw(kind), kind).kind for kind in KINDS} == set(KINDS)
    with pytest.raises(ValueError, match="no kind of request 'poem'; there are answer, rewrite"):
        instruction(draw(), "poem")


def test_a_list_asks_for_two_or_more():
    assert named("Ella has the lamp. Max likes chess. Ella was happy.") == {
        "people": ("Ella", "Max")
    }
    assert named("The pen is red. The lamp is red. The pen is red.") == {"things": ("pen", "lamp")}
    assert named("Nobody is here.") == {}


def test_a_passage_belongs_to_the_split_of_its_draw():
    for split in ("train", "validation", "test"):
        for i in range(20):
            assert split_of(instruction(draw(f"{i}", split)).text) == split


def test_demonstrations_differ_in_style_and_begin_with_a_space():
    d = draw("style")
    asked = instruction(d, "answer")
    written = {demonstration(d, asked) for _ in range(200)}
    assert len(written) > 20
    assert all(re.match(r" [A-Z]", reply) for reply in written)
    assert {demonstration(d, instruction(d, "unsaid")).count("text") for _ in range(50)} == {1}
    plain = [demonstration(d, instruction(d, "unsaid"))[1:] for _ in range(200)]
    assert 0.5 < sum(reply in REFUSALS for reply in plain) / len(plain) < 0.7


# --- what users send in


@pytest.fixture(scope="module")
def sent():
    return list(submissions(WORLD, 4_000))


def test_submissions_are_a_function_of_the_seed(sent):
    assert list(submissions(World(), 50)) == sent[:50]
    assert list(submissions(WORLD, 50, seed=1)) != sent[:50]


def test_a_few_users_ask_for_most_of_it(sent):
    by_user = Counter(asked.user for asked in sent)
    assert all(re.fullmatch(r"user-\d{4}", user) for user in by_user)
    assert len(by_user) <= USERS
    busiest = sum(count for _, count in by_user.most_common(50))
    assert busiest > 0.5 * len(sent)


def test_a_users_texts_are_of_the_users_split(sent):
    assert {user_split(asked.user) for asked in sent} == {"train", "validation", "test"}
    assert all(split_of(asked.text) == user_split(asked.user) for asked in sent)


def test_some_are_sent_twice_and_some_say_who_sent_them(sent):
    again, latest = 0, {}
    for asked in sent:
        again += latest.get(asked.user) == asked
        latest[asked.user] = asked
    assert 0.06 < again / len(sent) < 0.12
    signed = [asked for asked in sent if not ordinary(asked)]
    assert 0.02 < len(signed) / len(sent) < 0.05
    for asked in signed:  # the rest of the request is as it was
        words = asked.request.split(". ", 1)[1]
        assert ordinary(replace(asked, request=words))
