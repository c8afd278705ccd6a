"""New names: what follows from the examples, and what does not."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from gptedu import assets
from gptedu.text import Tokenizer
from gptedu.vision.stream import IMAGE, stream
from gptedu.vision.world import held_out
from gptedu.vision.world.drawing import draw
from gptedu.vision.world.naming import Episode, episode


def by_examples(given: Episode) -> str | None:
    """The name that the examples give what is asked for; None where they give both or none."""
    kind = (given.asked.things[0].shape, given.asked.things[0].colour)
    named = Counter(
        name
        for scene, name in given.shown
        if (scene.things[0].shape, scene.things[0].colour) == kind
    )
    best = named.most_common(2)
    return None if not best or (len(best) > 1 and best[0][1] == best[1][1]) else best[0][0]


@pytest.mark.parametrize("shots", [2, 4])
@pytest.mark.parametrize("split", ["train", "test"])
def test_the_answer_follows_from_the_examples(split, shots):
    rng = random.Random(0)
    for _ in range(100):
        given = episode(rng, split, shots)
        assert by_examples(given) == given.answer
        assert set(given.choices) <= set(held_out.names(split))
        assert Counter(name for _, name in given.shown) == dict.fromkeys(given.choices, shots)


def test_shuffled_nothing_follows():
    rng = random.Random(1)
    for _ in range(100):
        given = episode(rng)
        control = given.shuffled(rng)
        assert by_examples(control) is None
        assert [name for _, name in control.shown] == [name for _, name in given.shown]
        assert Counter(control.scenes) == Counter(given.scenes)


def test_shuffled_no_example_is_more_often_a_names_own_than_another():
    """The first of a name's examples, as the second, shows its thing in half of the controls."""
    rng = random.Random(7)
    own = [0, 0]
    for _ in range(1000):
        given = episode(rng)
        meaning, met = dict(given.kinds), Counter()
        for scene, name in given.shuffled(rng).shown:
            thing = scene.things[0]
            own[met[name]] += (thing.shape, thing.colour) == meaning[name]
            met[name] += 1
    assert [each / 2000 for each in own] == pytest.approx([0.5, 0.5], abs=0.04)


def test_neither_the_last_name_nor_a_place_in_the_prompt_gives_it_away():
    rng = random.Random(2)
    made = [episode(rng) for _ in range(1500)]
    for place in range(4):
        share = sum(each.shown[place][1] == each.answer for each in made) / len(made)
        assert share == pytest.approx(0.5, abs=0.05)


def test_no_name_means_the_same_twice():
    """Over many episodes each name stands for nearly every kind."""
    rng = random.Random(3)
    meant: dict[str, set] = {}
    for _ in range(3000):
        for name, kind in episode(rng).kinds:
            meant.setdefault(name, set()).add(kind)
    assert min(len(kinds) for kinds in meant.values()) > 40


def test_as_a_row_for_the_model_it_fits_the_familys_context():
    tokenizer = Tokenizer.load(assets.path("tokenizer.json"))
    given = episode(random.Random(4), "test", shots=4)
    assert given.prompt.count(IMAGE) == 9
    pictures = [draw(scene, seed=i) for i, scene in enumerate(given.scenes)]
    row = stream(tokenizer, given.prompt, pictures, f" {given.answer}", context=256)
    assert sum(row.learned) >= 2
    said = stream(tokenizer, given.described, pictures[-1:], f" {given.answer}", context=256)
    for name, (shape, colour) in given.kinds:
        assert f": {name}\n" in given.described
        assert f"{colour} {shape}" in given.described
    assert len(said.ids) < len(row.ids)


def test_an_odd_number_of_examples_is_not_shuffled():
    given = episode(random.Random(0), shots=3)
    with pytest.raises(ValueError, match="3 examples of each name have no half"):
        given.shuffled(random.Random(0))
    with pytest.raises(ValueError, match="shots is 0"):
        episode(random.Random(0), shots=0)
