"""Passing facts: who has the lamp, where the book lies, what somebody bought.

A passage is made of them, and so are questions about it, statements that follow from it or not,
and two ways of saying one thing. They hold in their own text only, so they can be answered by
reading and in no other way.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache

from gptedu.world.draw import Draw
from gptedu.world.words import lexicon
from gptedu.world.words.grammar import pronoun

# For each relation: ways to say it, a question about its value, and the answer.
# {s} is the subject, {v} the value.
_SAY: dict[str, tuple[str, ...]] = {
    "room": (
        "the {s} is in the {v}",
        "you can find the {s} in the {v}",
        "the {s} [stands|lies] in the {v}",
        "in the {v} there is the {s}",
    ),
    "owner": ("{v} has the {s}", "the {s} belongs to {v}", "{v} is the owner of the {s}"),
    "colour": ("the {s} is {v}", "the colour of the {s} is {v}", "somebody painted the {s} {v}"),
    "material": ("the {s} is made of {v}", "they made the {s} of {v}", "{v} is what the {s} is made of"),
    "went": ("{s} went to the {v}", "{s} walked to the {v}", "{s} took a walk to the {v}"),
    "bought": ("{s} bought {v} at the market", "at the market {s} bought {v}", "{s} paid for {v} at the market"),
    "felt": ("{s} was {v}", "{s} felt {v}", "that day {s} was {v}"),
    "day": ("{s} arrived on {v}", "on {v} {s} arrived", "{s} came home on {v}"),
    "likes": ("{s} likes {v}", "{s} is fond of {v}", "{v} is what {s} likes"),
}  # fmt: skip
_ASK: dict[str, tuple[str, str]] = {
    "room": ("Where is the {s}?", "in the {v}"),
    "owner": ("Who has the {s}?", "{v}"),
    "colour": ("What colour is the {s}?", "{v}"),
    "material": ("What is the {s} made of?", "{v}"),
    "went": ("Where did {s} go?", "to the {v}"),
    "bought": ("What did {s} buy?", "{v}"),
    "felt": ("How did {s} feel?", "{v}"),
    "day": ("When did {s} come?", "on {v}"),
    "likes": ("What does {s} like?", "{v}"),
}
_VALUES: dict[str, tuple[str, ...]] = {
    "room": lexicon.ROOMS,
    "colour": lexicon.COLOURS,
    "material": lexicon.MATERIALS,
    "went": lexicon.PLACES,
    "bought": lexicon.GROCERIES,
    "felt": lexicon.FEELINGS,
    "day": lexicon.DAYS,
    "likes": lexicon.HOBBIES,
}
RELATIONS = tuple(_SAY)
_ABOUT_THINGS = frozenset(("room", "owner", "colour", "material"))


@dataclass(frozen=True)
class Fact:
    """One passing fact: `relation` holds between `subject` and `value`."""

    relation: str
    subject: str
    value: str

    def say(self, d: Draw, way: int | None = None) -> str:
        """A sentence without its full stop; `way` picks one of the phrasings."""
        ways = _SAY[self.relation]
        return d.say(d.pick(ways) if way is None else ways[way], s=self.subject, v=self.value)

    def two_ways(self, d: Draw) -> tuple[str, str]:
        first, second = d.sample(range(len(_SAY[self.relation])), 2)
        return self.say(d, first), self.say(d, second)

    @property
    def question(self) -> str:
        return _ASK[self.relation][0].format(s=self.subject)

    @property
    def answer(self) -> str:
        return _ASK[self.relation][1].format(v=self.value)

    def but(self, d: Draw) -> Fact:
        """The same with another value: it contradicts this fact."""
        return replace(self, value=_other_value(d, self.relation, self.value))

    def answers(self) -> tuple[str, ...]:
        """All the answers that the question could have (persons: those of the lexicon)."""
        return tuple(_ASK[self.relation][1].format(v=value) for value in values_of(self.relation))


def _other_value(d: Draw, relation: str, value: str) -> str:
    while True:
        other = d.names(1)[0] if relation == "owner" else d.pick(_VALUES[relation])
        if other != value:
            return other


def draw_facts(d: Draw, count: int, relation: str | None = None) -> list[Fact]:
    """`count` facts with distinct subjects and, within a relation, distinct values.

    relation: of all of them; by default up to three are drawn.
    """
    things = d.sample(lexicon.THINGS, count)
    names = d.names(2 * count)
    relations = [relation] if relation else d.sample(RELATIONS, min(3, len(RELATIONS)))
    drawn: list[Fact] = []
    taken: set[tuple[str, str]] = set()
    while len(drawn) < count:
        relation = d.pick(relations)
        subject = things[len(drawn)] if relation in _ABOUT_THINGS else names[len(drawn)]
        value = names[-1 - len(drawn)] if relation == "owner" else d.pick(_VALUES[relation])
        if (relation, value) not in taken:
            taken.add((relation, value))
            drawn.append(Fact(relation, subject, value))
    return drawn


def passage(d: Draw, told: list[Fact]) -> str:
    """The facts as running text, with a pronoun here and there."""
    sentences = []
    for fact in told:
        sentence = fact.say(d)
        if fact.relation in _ABOUT_THINGS or d.chance(0.75):
            sentences.append(sentence)
        else:
            she = pronoun(fact.subject)
            sentences.append(
                d.say(
                    "{x}, and [then|later|after that] {she} [went home|had a rest|sat down|slept]",
                    x=sentence,
                    she=she,
                )
            )
    return " ".join(f"{sentence}." for sentence in sentences)


def told_passage(d: Draw, low: int, high: int) -> tuple[list[Fact], str]:
    """Between `low` and `high` facts, and a passage that tells them; the passage is of this split."""

    def make() -> tuple[list[Fact], str]:
        told = draw_facts(d, d.between(low, high))
        return told, passage(d, told)

    return d.of_split(make, key=lambda made: made[1])


def unmentioned(d: Draw, told: list[Fact]) -> Fact:
    """A fact whose subject the passage does not have."""
    subjects = {fact.subject for fact in told} | {fact.value for fact in told}
    while True:
        fact = draw_facts(d, 1)[0]
        if fact.subject not in subjects:
            return fact


def values_of(relation: str) -> tuple[str, ...]:
    """All the values that a relation can have (persons: those of the lexicon)."""
    return _VALUES.get(relation, lexicon.WOMEN + lexicon.MEN)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(relation, what a sentence of it looks like) for every phrasing."""
    patterns = []
    for relation, ways in _SAY.items():
        for way in ways:
            pattern = way.replace("[", "(?:").replace("]", ")")
            pattern = pattern.replace("{s}", "(?P<s>[a-z]+)").replace("{v}", "(?P<v>[a-z]+)")
            patterns.append((relation, re.compile(pattern, re.IGNORECASE)))
    return tuple(patterns)


_TAIL = re.compile(r", and (then|later|after that) (she|he) (went home|had a rest|sat down|slept)")


def understand(sentence: str) -> Fact | None:
    """The fact that a sentence states in one of the ways of `Fact.say`, or None.

    With or without its full stop and the small talk that a passage may hang onto it.
    """
    plain = _TAIL.sub("", sentence.strip().rstrip(".!"))
    for relation, pattern in _patterns():
        match = pattern.fullmatch(plain)
        if match is None:
            continue
        subject, value = match["s"], match["v"]
        if relation in _ABOUT_THINGS:
            subject = subject.lower()
        known: Collection[str] = lexicon.NAMES if relation == "owner" else _VALUES[relation]
        if relation != "owner":
            # A silver spoon's "Silver" begins a sentence; a Monday keeps its capital.
            value = next((word for word in known if word.lower() == value.lower()), value)
        whose: Collection[str] = lexicon.THINGS if relation in _ABOUT_THINGS else lexicon.NAMES
        if subject in whose and value in known:
            return Fact(relation, subject, value)
    return None


@cache
def content_words() -> frozenset[str]:
    """Every name, thing and value that a fact can hold, in small letters."""
    values = (word for words in _VALUES.values() for word in words)
    return frozenset(word.lower() for word in (*values, *lexicon.THINGS, *lexicon.NAMES))


@cache
def named_words() -> frozenset[str]:
    """Every name and thing, in small letters."""
    return frozenset(word.lower() for word in (*lexicon.THINGS, *lexicon.NAMES))
