"""Ways of working: each step is as its way remembers it, and ways fail apart."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace

import pytest

from gptedu.world import World
from gptedu.world.documents.numbers import Sum
from gptedu.world.draw import Draw
from gptedu.world.problems import sums, ways
from gptedu.world.problems.problem import answer_in
from gptedu.world.problems.ways import APART, BACK, RUNNING, TENS, WAYS

FACTS = World().facts
NEVER_WRONG = tuple(replace(way, wrong=0.0) for way in WAYS)


def draw(name: str, split: str = "train") -> Draw:
    return Draw(FACTS, split, random.Random(f"ways/{name}"))


def some_sums(count: int = 300) -> list[Sum]:
    d = draw("sums")
    return [sums.random_sum(d, d.between(1, sums.LONGEST)) for _ in range(count)]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_each_way_is_recognised_and_passes_its_checker(way):
    for made in some_sums():
        for text in ways.wordings(way, made):
            assert ways.way_of(text) == way.name, text
            assert ways.check(made, text), text
            assert int(answer_in(text)) == ways.answer(way, made)


def test_without_misremembered_facts_every_way_is_right():
    for way in NEVER_WRONG:
        for made in some_sums():
            assert ways.answer(way, made) == made.answer, (way, made)


def read_back(text: str) -> list[tuple[int, str, int, int]]:
    """(left, sign, change, result) of the steps of one way, by patterns of this test's own."""
    number = r"(-?\d+)"
    found = []
    running = rf"{number} (and|less|take away) {number} (?:is|makes) {number}\."
    for a, word, b, c in re.findall(running, text):
        found.append((int(a), "+" if word == "and" else "-", int(b), int(c)))
    by_ten = r"(?:\d+ to the ten and \d+ (?:over|under), )?"
    for a, word, b, c in re.findall(rf"{number} (plus|minus) {number}: {by_ten}{number}\.", text):
        found.append((int(a), "+" if word == "plus" else "-", int(b), int(c)))
    return found


@pytest.mark.parametrize("way", [RUNNING, TENS], ids=lambda way: way.name)
def test_steps_read_back_from_the_text_lead_from_the_start_to_the_answer(way):
    for made in some_sums():
        text = ways.wordings(way, made)[0]
        read = read_back(text)
        assert len(read) == len(made.changes), text
        left = made.start
        for (a, sign, b, c), change in zip(read, made.changes, strict=True):
            assert a == left
            assert (b if sign == "+" else -b) == change
            step = way.recall(a, change)
            assert c == step.result
            left = c
        assert left == int(answer_in(text))


def test_by_way_of_the_ten_splits_add_up():
    seen = 0
    for made in some_sums():
        for a, word, b, to, rest in re.findall(
            r"(\d+) (plus|minus) (\d+): (\d+) to the ten and (\d+)", ways.wordings(TENS, made)[0]
        ):
            assert int(to) + int(rest) == int(b)
            ten = int(a) + int(to) if word == "plus" else int(a) - int(to)
            assert ten % 10 == 0
            seen += 1
    assert seen > 50


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_tenth_to_a_fifth_of_the_facts_are_misremembered_by_one_or_two_always_alike(way):
    facts = [
        (left, change)
        for left in range(21)
        for change in range(-9, 10)
        if change and 0 <= left + change <= 20
    ]
    off = Counter(way.recall(*fact).result - sum(fact) for fact in facts)
    wrong = 1 - off[0] / len(facts)
    assert 0.1 < wrong < 0.2
    assert set(off) == {-2, -1, 0, 1, 2}
    assert [way.recall(*fact) for fact in facts] == [way.recall(*fact) for fact in facts]
    assert replace(way, wrong=0.0).recall(7, 5).right


def test_ways_misremember_facts_of_their_own():
    facts = [(left, change) for left in range(7, 20) for change in range(-7, 8) if change]
    wrong = [{fact for fact in facts if not way.recall(*fact).right} for way in WAYS]
    for i, one in enumerate(wrong):
        for other in wrong[i + 1 :]:
            assert len(one & other) < 0.4 * min(len(one), len(other))


def test_a_vote_over_ways_beats_every_way():
    made = some_sums(800)
    right = {way.name: sum(ways.answer(way, each) == each.answer for each in made) for way in WAYS}
    voted = 0.0
    for each in made:
        votes = Counter()
        for way in WAYS:
            votes[ways.answer(way, each)] += way.share
        top = max(votes.values())
        winners = [answer for answer, share in votes.items() if share == top]
        voted += (each.answer in winners) / len(winners)
    assert voted > max(right.values()) + 0.04 * len(made)
    assert all(0.6 * len(made) < count < 0.95 * len(made) for count in right.values())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("The answer is ", "The answer is 1"),
        lambda text: re.sub(r"\d+", lambda m: str(int(m[0]) + 1), text, count=1),
        lambda text: text.split(". ", 1)[1] if ". " in text else "",
        lambda text: "So " + text,
        lambda text: text.replace("The answer", "An answer"),
    ],
)
def test_the_checker_sees_a_spoiled_step(spoil):
    for way in WAYS:
        for made in some_sums(40):
            if len(made.changes) > 1:
                assert not ways.check(made, spoil(ways.wordings(way, made)[0]))


def test_a_step_of_another_way_is_no_step_of_this_one():
    """Where two ways remember a fact differently, one's steps under the other's words fail."""
    caught = 0
    for made in some_sums():
        own, other = (
            ways.wordings(way, made)[0] for way in (RUNNING, replace(TENS, name="running"))
        )
        if own != other:
            caught += 1
            assert not ways.check(made, other)
    assert caught == 0 or caught > 20
    assert ways.check(Sum(3, (4,)), "3 and 4 is 99. The answer is 99") is False
    assert ways.check(Sum(3, (4,)), "") is False
    assert ways.way_of("The answer is 3") is None


def test_shares_of_the_ways_are_those_of_the_pages():
    d, seen = draw("shares"), Counter()
    for _ in range(1_500):
        problem = sums.problem(d, 3)
        seen[ways.way_of(problem.worked(d))] += 1
    for way in (RUNNING, TENS, BACK, APART):
        share = way.share / sum(each.share for each in WAYS)
        assert abs(seen[way.name] / 1_500 - share) < 0.05
    only = sums.problem(d, 3, ways=(BACK,))
    assert {ways.way_of(only.worked(d)) for _ in range(20)} == {"back"}
