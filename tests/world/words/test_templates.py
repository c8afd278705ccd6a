"""Every sentence of a template can come, and no other."""

from __future__ import annotations

import random

import pytest

from gptedu.world.words.templates import render


@pytest.mark.parametrize(
    ("template", "sentences"),
    [
        ("no choice.", {"No choice."}),
        ("[a|b] c", {"A c", "B c"}),
        ("[one|[two|three] of|] them", {"One them", "Two of them", "Three of them", "Them"}),
        ("{who} [ran|sat [down|]] .", {"Ella ran.", "Ella sat down.", "Ella sat."}),
        ("so. [then|]\nit  was", {"So. Then\nIt was", "So. \nIt was"}),
        ("[|{who}], [x|y]", {", x", ", y", "Ella, x", "Ella, y"}),
    ],
)
def test_a_template_stands_for_these_sentences(template, sentences):
    slots = {"who": "Ella"} if "{" in template else {}
    written = {render(template, random.Random(seed), slots) for seed in range(200)}
    assert written == sentences
