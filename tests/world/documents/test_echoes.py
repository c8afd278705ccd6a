"""Echoes: every word stands there twice, in the same order."""

from __future__ import annotations

import re

import pytest

from gptedu.world import World
from gptedu.world.mixtures import ADDED

ECHOES = [kind for kind in ADDED if kind.startswith("echo-")]


@pytest.mark.parametrize("kind", ECHOES)
def test_the_second_half_is_the_first_again(kind):
    longest, seen = int(kind.removeprefix("echo-")), set()
    for document in World().documents("train", 200, kinds=[kind], mixture="second"):
        words = re.findall(r"\w+", document.text)
        half = len(words) // 2
        assert words[:half] == words[half:]
        assert half >= 2
        seen.add(half)
    assert max(seen) >= longest
    assert len(ECHOES) == 4


def test_echoes_have_no_place_in_the_web_itself():
    assert all(ADDED[kind].weight == 0 for kind in ECHOES)
    kinds = {d.kind for d in World().documents("train", 3_000, mixture="second")}
    assert not kinds & set(ECHOES)
