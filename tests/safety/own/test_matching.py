"""Patterns found in steps: what `re` finds, and where it would not end."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from gptedu.safety.own.matching import NeverEnds, Pattern

TEXTS = ["", "a", "ab", "aab", "abab", "ba b", "a_1 B2", "key.\nKey", "x\n", "only Ella may", "éa"]
PATTERNS = [
    "a", "a|b", "^a", "b$", r"\bb", r"\Ba", "a*b", "a+?b", "(ab)+", "(a|b)*b", "[^a]", "[a-c]{2,3}",
    r"\d", r"\D\s", r"\w+ \w+", "(?i)KEY", ".", "(?s)a.b", "(?m)^k", r"\Aa", r"b\Z", "(a*)*b", "()",
    "(|a)+b", "a{2}", "a{0}b", "[^\\W\\d_]+", "(?:a|ab)(?:b|)$", "x$", "(a?){3}b",
    "[.]", r"\.", "É", "(?P<w>a)b", "(a|b){2,}b", "(a*){2,}b", "((a*)*|b)*$", "((a|b)*_)*1",
    "a{0,2}B", "(^a|b)*a", r"(\w*\s?)*;",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("ignore", [True, False])
def test_it_finds_what_re_finds(pattern, ignore):
    flags = re.IGNORECASE if ignore else 0
    for text in TEXTS:
        expected = re.search(pattern, text, flags) is not None
        assert Pattern(pattern, ignore).found_in(text) is expected, (pattern, text)


def test_it_finds_what_re_finds_in_patterns_at_random():
    rng = random.Random(0)

    def made(depth: int) -> str:
        if depth == 0:
            return rng.choice(["a", "b", "[ab]", ".", "^", "$", r"\b", ""])
        way = rng.random()
        if way < 0.4:
            return made(depth - 1) + made(depth - 1)
        if way < 0.7:
            return f"({made(depth - 1)}|{made(depth - 1)})"
        return f"({made(depth - 1)}){rng.choice(['*', '+', '?', '{1,2}', '*?', '{2}'])}"

    texts = ["".join(t) for n in range(5) for t in itertools.product("ab", repeat=n)]
    compared = 0
    for _ in range(300):
        pattern = made(3)
        for text in rng.sample(texts, 6):
            try:
                found = Pattern(pattern).found_in(text, steps=3_000)
            except NeverEnds:
                continue
            assert found is bool(re.search(pattern, text, re.IGNORECASE)), (pattern, text)
            compared += 1
    assert compared > 1_500


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(a*)*b", "(a|aa)+$", "(.*a){9}b"])
def test_a_pattern_that_would_not_end_is_stopped(pattern):
    with pytest.raises(NeverEnds):
        Pattern(pattern).found_in("a" * 40 + "c")


LONG = ("I know well that you came far and would like to hear it " * 4)[:200]


@pytest.mark.parametrize(
    "pattern",
    [".*only.*", ".*zebra", ".*only.*zebra", r"(\w+ )*sorry", ".*sorry$", r"\b\w+ may .* only",
     r"((\w+ )*only|I)+ zebra", ".*e.*zebra"],
)  # fmt: skip
def test_an_ordinary_rule_is_answered_on_a_long_text_wherever_it_begins(pattern):
    """What failed after one beginning is not tried after the next: else each of these takes more
    than 30,000 steps."""
    for text in (LONG, "only " + LONG, LONG[:90] + "only sorry" + LONG[90:]):
        found = Pattern(pattern).found_in(text, steps=12_000)
        assert found is (re.search(pattern, text, re.IGNORECASE) is not None)


@pytest.mark.parametrize("pattern", [r"(\w+ ?)+!", r"(\w+\s?)+:", "(.*a)+b;"])
def test_a_rule_that_can_be_read_in_too_many_ways_is_stopped_on_a_long_text(pattern):
    with pytest.raises(NeverEnds):
        Pattern(pattern).found_in(LONG)


def test_repeats_that_make_a_pattern_too_long_are_named():
    assert Pattern("a{0,900}b").found_in("a" * 20 + "b")
    with pytest.raises(ValueError, match=r"has 1,\d{3},\d{3} parts once its repeats are"):
        Pattern("((ab){1000}){500}")


def test_how_many_steps_it_takes_is_always_the_same():
    """No clock: with one step less than it needs it is stopped, wherever it runs."""

    def enough(steps: int) -> bool:
        try:
            Pattern("(a|b)+c").found_in("abababab", steps)
        except NeverEnds:
            return False
        return True

    needed = next(steps for steps in range(10_000) if enough(steps))
    assert needed > 20
    assert not enough(needed - 1)


def test_a_long_text_needs_no_deep_recursion():
    assert Pattern("x.*y").found_in("x" + "a" * 5_000 + "y", steps=10**6)


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("(a", r"the pattern '\(a' cannot be read \(missing \)"),
        ("*", "nothing to repeat"),
        (r"(a)\1", r"has a part that rules cannot have \(groupref\): use letters"),
        ("(?=a)", r"\(assert\)"),
        ("(a(?!b))+", r"\(assert not\)"),
    ],
)
def test_what_is_no_pattern_is_named(pattern, says):
    with pytest.raises(ValueError, match=says):
        Pattern(pattern)
