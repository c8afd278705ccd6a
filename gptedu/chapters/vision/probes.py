"""What is asked of a CLIP. A probe takes a split: "validation" for pilots, "test" for records."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gptedu.vision.clip import PROMPTS, Clip
from gptedu.vision.world import scenes
from gptedu.vision.world.drawing import STYLES, draw
from gptedu.vision.world.held_out import COLOURS, NUMBERS, PLACES, SHAPES
from gptedu.vision.world.scenes import BELOW, Scene
from gptedu.world.words.grammar import article

PICTURES = 512
"""Of each probe."""
NAMES = tuple(f"{colour} {shape}" for shape in SHAPES for colour in COLOURS)
BARE, SINGLE = "{name}", "a picture of {thing}"
"""The prompt that is no sentence, and the one that stands for all sentences."""
IN_COLOURS = tuple(f"a picture of {article(f'{colour} {{name}}')}" for colour in COLOURS)
"""An ensemble for shapes: in each colour, as the paper's "a black and white photo of a {label}"."""


def drawn(seen: Sequence[Scene], rng: random.Random, style: str = "plain") -> np.ndarray:
    """uint8 [scenes, 24, 24, 3]."""
    return np.stack([draw(scene, style, seed=rng.randrange(2**31)) for scene in seen])


def right(clip: Clip, pictures: np.ndarray, names: Sequence[str], wanted: Sequence[str],
          prompts: str | Sequence[str] = PROMPTS) -> float:  # fmt: skip
    """Per cent of pictures whose likeliest name is the wanted one."""
    best = clip.classify(pictures, names, prompts).argmax(dim=1).tolist()
    return 100 * float(np.mean([names[i] == name for i, name in zip(best, wanted, strict=True)]))


def named(scene: Scene) -> str:
    """ "red ball", of a scene of one thing."""
    return f"{scene.things[0].colour} {scene.things[0].shape}"


def held_out_pictures(split: str, seed: int) -> tuple[np.ndarray, list[str]]:
    """Pictures of one thing in a held-out colour, with its name among NAMES."""
    rng = random.Random(f"one/{split}/{seed}")
    seen = [scenes.one(rng, split) for _ in range(PICTURES)]
    return drawn(seen, rng), [named(scene) for scene in seen]


def zero_shot(clip: Clip, split: str, seed: int) -> dict[str, float]:
    """Per cent right of 64 classes: held-out pairs, pairs of training, and held-out pairs in each
    other style; of 72 shapes at places, on held-out ones."""
    rng = random.Random(f"zero-shot/{split}/{seed}")
    new = [scenes.one(rng, split) for _ in range(PICTURES)]
    old = [scenes.one(rng) for _ in range(PICTURES)]
    pictures, wanted = held_out_pictures(split, seed)
    found = {"held out": right(clip, pictures, NAMES, wanted)}
    found["seen"] = right(clip, drawn(old, rng), NAMES, [named(scene) for scene in old])
    for style in STYLES:
        if style != "plain":
            wanted = [named(scene) for scene in new]
            found[style] = right(clip, drawn(new, rng, style), NAMES, wanted)
    placed = [scenes.one(rng, split, new="place") for _ in range(PICTURES)]
    places = [f"{shape} at the {place}" for shape in SHAPES for place in PLACES]
    wanted = [f"{s.things[0].shape} at the {PLACES[s.things[0].place]}" for s in placed]
    found["place"] = right(clip, drawn(placed, rng), places, wanted, "{thing}")
    return found


def pictures_at_new_places(split: str, seed: int) -> tuple[np.ndarray, list[str]]:
    """Pictures of one thing at a place where training never shows its shape, with that shape."""
    rng = random.Random(f"prompts/{split}/{seed}")
    seen = [scenes.one(rng, split, new="place") for _ in range(PICTURES)]
    return drawn(seen, rng), [scene.things[0].shape for scene in seen]


def prompts(clip: Clip, split: str, seed: int) -> dict[str, float]:
    """Per cent right of 8 shapes at held-out places, by each prompt alone, all of `PROMPTS`
    together, and all of `IN_COLOURS`."""
    pictures, shapes = pictures_at_new_places(split, seed)
    found = {each: right(clip, pictures, SHAPES, shapes, each) for each in (BARE, *PROMPTS)}
    together = {"all": PROMPTS, "in colours": IN_COLOURS}
    return found | {n: right(clip, pictures, SHAPES, shapes, ps) for n, ps in together.items()}


def binding(clip: Clip, split: str, seed: int) -> float:
    """Per cent of pictures of two things that are nearer to their caption than to the one with the
    colours exchanged; chance is 50."""
    rng = random.Random(f"binding/{split}/{seed}")
    seen = [scenes.two(rng, split) for _ in range(PICTURES)]
    own = clip.pictures(drawn(seen, rng))
    captions, exchanged = [], []
    for scene in seen:
        one, other = scene.things
        captions.append(
            f"{_called(one.colour, one.shape)} and {_called(other.colour, other.shape)}"
        )
        exchanged.append(
            f"{_called(other.colour, one.shape)} and {_called(one.colour, other.shape)}"
        )
    nearer = (own * clip.texts(captions)).sum(1) > (own * clip.texts(exchanged)).sum(1)
    return 100 * float(nearer.float().mean())


def _called(colour: str, shape: str) -> str:
    return article(f"{colour} {shape}")


def counting(clip: Clip, split: str, seed: int) -> dict[str, float]:
    """Per cent right on pictures of two to six equal things: which number, of five; and which
    shape, of eight, on the same pictures."""
    rng = random.Random(f"counting/{split}/{seed}")
    numbers = NUMBERS[1:]
    seen = [scenes.several(rng, split, rng.randint(2, len(NUMBERS))) for _ in range(PICTURES)]
    pictures = drawn(seen, rng)
    shapes = [scene.things[0].shape for scene in seen]
    vectors = clip.pictures(pictures)
    counted = []
    for scene, vector in zip(seen, vectors, strict=True):
        many = f"{scene.things[0].colour} {scene.things[0].shape}s"
        captions = clip.texts([f"there are {number} {many}" for number in numbers])
        counted.append(numbers[int((captions @ vector).argmax())] == NUMBERS[len(scene.things) - 1])
    plural = [f"{shape}s" for shape in SHAPES]
    return {
        "number": 100 * float(np.mean(counted)),
        "shape": right(clip, pictures, plural, [f"{s}s" for s in shapes], "there are {name}"),
    }


def typographic(clip: Clip, split: str, seed: int) -> dict[str, float]:
    """Pictures of one thing, asked for its shape, of eight: per cent right without a word; right
    with a colour's word painted below; right, and taken for the word, with another shape's."""
    rng = random.Random(f"typographic/{split}/{seed}")
    seen: list[Scene] = []
    while len(seen) < PICTURES:
        scene = scenes.one(rng, split, new="place")
        if scene.things[0].place < BELOW:
            seen.append(scene)
    shapes = [scene.things[0].shape for scene in seen]
    others = [rng.choice([s for s in SHAPES if s != shape]) for shape in shapes]
    control = [replace(scene, word=rng.choice(COLOURS)) for scene in seen]
    attacked = [replace(s, word=word) for s, word in zip(seen, others, strict=True)]
    painted = drawn(attacked, rng)
    plain = drawn(seen, rng)
    return {
        "plain": right(clip, plain, SHAPES, shapes, SINGLE),
        "said already": right(clip, plain, SHAPES, others, SINGLE),
        "a colour's word": right(clip, drawn(control, rng), SHAPES, shapes, SINGLE),
        "right": right(clip, painted, SHAPES, shapes, SINGLE),
        "fooled": right(clip, painted, SHAPES, others, SINGLE),
    }
