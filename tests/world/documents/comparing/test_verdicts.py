"""Pages know their verdicts, and the first token tells which one was passed."""

from __future__ import annotations

import random

import pytest

from gptedu import assets
from gptedu.text import Tokenizer
from gptedu.world import World
from gptedu.world.documents.comparing import PAGES
from gptedu.world.documents.comparing.verdicts import Page, Verdict, as_text, page, verdict
from gptedu.world.draw import Draw

FACTS = World().facts
TOKENIZER = Tokenizer.load(assets.path("tokenizer.json"))


def pages(kind: str, count: int, split: str = "train") -> list[Page]:
    return [PAGES[kind](Draw(FACTS, split, random.Random(f"{kind}/{i}"))) for i in range(count)]


def test_a_page_by_hand():
    one = verdict("{a}, {b}: {verdict}.", ("no", "yes"), 1, a="cup", b="cup")
    other = verdict("{a}, {b}: {verdict}.", ("no", "yes"), 0, a="cup", b="key")
    assert one == Verdict("cup, cup:", (" no", " yes"), 1, ".")
    made = page([one, other], "Pairs:\n- ", "\n- ", "\nEnd")
    assert made.text == "Pairs:\n- cup, cup: yes.\n- cup, key: no.\nEnd"
    assert [prompt for prompt, _ in made.prompts()] == [
        "Pairs:\n- cup, cup:",
        "Pairs:\n- cup, cup: yes.\n- cup, key:",
    ]
    assert as_text(lambda d: made)(None) == made.text


@pytest.mark.parametrize("kind", PAGES)
def test_what_stands_before_a_verdict_is_followed_by_it(kind):
    for made in pages(kind, 60):
        for prompt, one in made.prompts():
            assert made.text.startswith(prompt + one.words[one.right])
            assert not prompt.endswith(" ")


@pytest.mark.parametrize("kind", PAGES)
def test_verdicts_differ_in_their_first_token(kind):
    for made in pages(kind, 100):
        for one in made.verdicts:
            firsts = [TOKENIZER.encode(word)[0] for word in one.words]
            assert len(set(firsts)) == len(firsts), one.words


@pytest.mark.parametrize("kind", PAGES)
def test_each_verdict_is_about_as_frequent_as_the_others(kind):
    counts: dict[tuple[str, ...], list[int]] = {}
    for made in pages(kind, 400):
        for one in made.verdicts:
            counts.setdefault(one.words, [0] * len(one.words))[one.right] += 1
    for words, seen in counts.items():
        assert min(seen) > 0.5 * sum(seen) / len(seen), (words, seen)
