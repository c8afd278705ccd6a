"""Texts said twice."""

from __future__ import annotations

import random
import re
from collections import Counter

from gptedu.world import World
from gptedu.world.documents import said_twice
from gptedu.world.draw import Draw

WORLD = World()


def test_what_is_said_twice_is_said_word_for_word():
    texts = [
        said_twice.said_twice(Draw(WORLD.facts, "train", random.Random(f"twice/{i}")))
        for i in range(400)
    ]
    for text in texts:
        sentences = re.findall(r"[A-Z][^.!?:\"\n]*[.]", text)
        assert max(Counter(sentences).values()) >= 2, text
    assert {len(text) > 150 for text in texts} == {True, False}
