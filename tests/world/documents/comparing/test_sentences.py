"""Sentences: each verdict is computed again from the facts that they state."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from gptedu.world import World
from gptedu.world.documents.comparing import PAGES
from gptedu.world.documents.comparing.facts import compared_facts, comparison, misheard
from gptedu.world.documents.comparing.verdicts import Page
from gptedu.world.documents.passages import Fact, understand
from gptedu.world.draw import Draw
from gptedu.world.splits import split_of

FACTS = World().facts
COUNT = 300


def pages(kind: str, split: str = "train", count: int = COUNT) -> list[Page]:
    return [PAGES[kind](Draw(FACTS, split, random.Random(f"{kind}/{i}"))) for i in range(count)]


def fact(sentence: str) -> Fact:
    found = understand(sentence)
    assert found is not None, sentence
    return found


COPIES = (
    r"- it says that (?P<a>.+), the copy that (?P<b>.+):",
    r"- (?P<a>.+), copied (?P<b>.+)\.",
    r"- (?P<a>.+) / (?P<b>.+): (?P<old>\w+), (?P<new>\w+):",
    r"- (?P<a>.+) / (?P<b>.+):",
    r"- (?P<a>.+), (?P<b>.+):",
    r"(?P<a>.+)\.\n(?P<b>.+)\.\nCopy:",
    r"(?P<a>.+)\.\n(?P<b>.+):",
)


@pytest.mark.parametrize("kind", ["copies", "primer-copies"])
def test_a_copy_is_right_where_it_has_the_same_words(kind):
    for made in pages(kind):
        for verdict in made.verdicts:
            before = verdict.before.removeprefix("\n").removeprefix("\n")
            before = re.sub(r"^[^-\n]+:\n-", "-", before)
            found = next(m for form in COPIES if (m := re.fullmatch(form, before)))
            a, b = found["a"], found["b"]
            assert verdict.right is (a == b), (made.text, a, b)
            one, other = set(re.findall(r"\w+", a)), set(re.findall(r"\w+", b))
            assert len(one ^ other) == (0 if a == b else 2)
            if "old" in found.groupdict():
                assert found["old"] in one
                assert found["new"] in other
            for word in set(re.findall(r"\w+", verdict.after)) - {"not", "for", "Read"}:
                assert word.lower() in {each.lower() for each in one ^ other}, made.text


def test_what_was_misheard_differs_in_one_word():
    for i in range(300):
        d = Draw(FACTS, "train", random.Random(i))
        [right] = compared_facts(d, 1)
        other, old, new = misheard(d, right)
        assert other != right
        assert (old, new) in {
            (right.subject, other.subject),
            (right.value, other.value),
        }
        assert old != new
        assert (other.subject == right.subject) is not (other.value == right.value)


SENTENCES = (
    r"- (.+) / (.+):",
    r"- (.+), (.+):",
    r"(.+)\.\n(.+)\.\nVerdict:",
    r"(.+)\n(.+)\nSame or different:",
    r"(.+)\.\n(.+):",
    r"Do these say the same\? (.+)\. (.+)\. Answer:",
    r"(.+)\. Does that mean that (.+)\?",
    r"If (.+), then (.+):",
    r'"(.+)" and "(.+)" say',
    r"(.+)\. (.+)\.",
)


def stated(before: str) -> tuple[Fact, Fact]:
    """The two facts that a pair of sentences states."""
    for form in SENTENCES:
        if m := re.fullmatch(form, before.strip("\n")):
            return fact(m[1]), fact(m[2])
    raise AssertionError(before)


@pytest.mark.parametrize("kind", ["sentences", "primer-sentences"])
def test_sentences_are_the_same_where_they_state_the_same_fact(kind):
    for made in pages(kind):
        for verdict in made.verdicts:
            first, second = stated(verdict.before)
            assert (first.relation, first.subject) == (second.relation, second.subject)
            assert verdict.right is (first == second), made.text


@pytest.mark.parametrize("split", ["train", "validation", "test"])
@pytest.mark.parametrize("kind", ["sentences", "primer-sentences"])
def test_what_is_compared_is_of_the_split(kind, split):
    for made in pages(kind, split, 60):
        for verdict in made.verdicts:
            assert split_of(comparison(stated(verdict.before)[0])) == split


STATEMENTS = (
    r"- \w+ says that (.+):",
    r"- (.+):",
    r"\w+: (.+)\.",
    r"(.+)\.",
)


def test_a_statement_is_judged_by_those_before_it():
    seen = Counter()
    for made in pages("statements"):
        told: dict[tuple[str, str], list[str]] = {}
        for verdict in made.verdicts:
            line = re.sub(r"^[^-]+:\n-", "-", verdict.before.strip("\n"))
            said = fact(next(m for form in STATEMENTS if (m := re.fullmatch(form, line)))[1])
            values = told.setdefault((said.relation, said.subject), [])
            right = 2 if not values else 0 if said.value == values[0] else 1
            assert verdict.right == right, (made.text, line)
            assert right != 1 or said.value not in values
            values.append(said.value)
            seen[right] += 1
    assert min(seen.values()) > 0.2 * seen.total()


VOICES = (
    r"\w+ says: (.+)\. \w+ says: (.+)\.",
    r"\w+: (.+)\.\n\w+: (.+)\.\nDo they agree\?",
    r"\w+ told me that (.+)\. \w+ told me that (.+)\.",
    r"\w+ wrote: (.+)\.\n\w+ wrote: (.+)\.\n\w+ and \w+:",
)


def test_voices_agree_where_they_state_one_fact_and_contradict_where_its_value_differs():
    for made in pages("voices"):
        for verdict in made.verdicts:
            before = verdict.before.strip("\n")
            found = next(m for form in VOICES if (m := re.fullmatch(form, before)))
            first, second = fact(found[1]), fact(found[2])
            about = (first.relation, first.subject) == (second.relation, second.subject)
            assert verdict.right == (2 if not about else 0 if first == second else 1), made.text
