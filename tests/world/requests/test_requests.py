"""Requests of users, and how a labeler replies."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from gptedu.world import World
from gptedu.world.documents.passages import understand
from gptedu.world.draw import Draw
from gptedu.world.requests import (
    INSTRUCTION_KINDS,
    REFUSALS,
    REPLY,
    demonstration,
    instruction,
    question_about,
)
from gptedu.world.requests.instructions import named
from gptedu.world.splits import split_of
from ordinary_requests import ordinary

WORLD = World()


def draw(name: str = "", split: str = "train") -> Draw:
    return Draw(WORLD.facts, split, random.Random(f"test/{name}"))


def test_a_request_is_what_its_fields_say():
    for i in range(2_000):
        asked = instruction(draw(f"request {i}"))
        assert ordinary(asked)
        assert asked.prompt == f"{asked.text}\n{asked.request}{REPLY}"
        assert asked.prompt.count("\n") == 2
        assert [understand(s) for s in asked.text.split(". ")] == list(asked.told)
        if asked.kind in ("answer", "rewrite"):
            assert asked.fact in asked.told
        if asked.kind == "unsaid":
            assert asked.fact.subject not in asked.text.replace(".", " ").split()
        if asked.kind == "list":
            what = "people" if "people" in asked.request else "things"
            assert named(asked.text)[what] == asked.items
            places = [re.search(rf"\b{item}\b", asked.text).start() for item in asked.items]
            assert places == sorted(places)
            assert len(set(asked.items)) == len(asked.items) >= 2


def test_kinds_are_drawn_alike_and_can_be_asked_for():
    drawn = Counter(instruction(draw(f"kind {i}")).kind for i in range(1_000))
    assert set(drawn) == set(INSTRUCTION_KINDS)
    assert min(drawn.values()) > 200
    assert {instruction(draw(kind), kind).kind for kind in INSTRUCTION_KINDS} == set(
        INSTRUCTION_KINDS
    )
    with pytest.raises(
        ValueError, match="the kind of request is 'poem': choose one of answer, rewrite"
    ):
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


def test_a_question_of_ones_own_is_read_as_the_worlds_are():
    for i in range(200):
        asked = instruction(draw(f"own {i}"), "answer")
        own = question_about(asked.text, asked.fact.question)
        assert (own.kind, own.text, own.told, own.fact) == (
            "answer",
            asked.text,
            asked.told,
            asked.fact,
        )
        assert own.prompt.endswith(f"{asked.fact.question}{REPLY}")
    with pytest.raises(
        ValueError, match=r"does not say 'Where is the cup\?'.*'Where is the lamp\?'"
    ):
        question_about("The lamp is in the kitchen.", "Where is the cup?")
    with pytest.raises(ValueError, match="sentences"):
        question_about("Quantum computers hum.", "Why?")
