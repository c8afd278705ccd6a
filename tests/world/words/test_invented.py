"""Words that are made up: many, none of the web's, and none that is held out."""

from __future__ import annotations

import random

from gptedu.world import World
from gptedu.world.draw import Draw
from gptedu.world.words import lexicon
from gptedu.world.words.invented import invented_name, invented_word


def test_few_are_met_twice_and_none_is_a_name_of_the_web_or_held_out():
    rng = random.Random(0)
    made = [invented_name(rng) for _ in range(5_000)]
    assert not set(made) & lexicon.NAMES
    assert len(set(made)) > 4_000
    assert all(name[0].isupper() and name.isalpha() and 2 < len(name) < 10 for name in made)


def test_things_that_are_made_up_are_none_of_the_web():
    rng = random.Random(0)
    made = {invented_word(rng) for _ in range(5_000)}
    assert all(word.islower() for word in made)
    assert made.isdisjoint(lexicon.THINGS)
    assert made.isdisjoint(name.lower() for name in lexicon.NAMES)


def test_every_letter_begins_some_name():
    rng = random.Random(0)
    assert {invented_name(rng)[0] for _ in range(5_000)} >= {name[0] for name in lexicon.NAMES}


def test_people_of_a_draw_have_them_each_another():
    for seed in range(50):
        d = Draw(World().facts, "train", random.Random(seed), invented=True)
        names = d.names(3)
        assert len(set(names)) == 3
        assert not set(names) & lexicon.NAMES
