"""Questions about pictures, each in several wordings, with the right answer and all choices.

    colour   What colour is the ball?                  yes-no  Is there a red ball?
    shape    What is the red thing?                    odd     Where is the one that is different?
    place    Where is the red ball?                    sum     What are red and blue together?
    count    How many balls are there?

Answers are drawn first and the scenes for them, so that each is as frequent as the others: a model
that does not look at the picture gets what chance gives.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gptedu import checks
from gptedu.vision.world import scenes
from gptedu.vision.world.captions import apart
from gptedu.vision.world.charts import added, read_out, worked
from gptedu.vision.world.held_out import COLOURS, NUMBERS, PLACES, SHAPES, colours_of, places_of
from gptedu.vision.world.scenes import Chart, Scene, Thing
from gptedu.world.problems.problem import ANSWER, THINK
from gptedu.world.words.grammar import article

T = TypeVar("T")


@dataclass(frozen=True)
class PictureQuestion:
    """seen: what the picture shows. asked: the question. answer: right, as it stands after
    "Answer:". choices: all answers that may be compared, each as likely as the others. worked: the
    steps to the answer, where there are any; they end in it."""

    kind: str
    seen: Scene | Chart
    asked: str
    answer: str
    choices: tuple[str, ...]
    worked: str = ""

    def prompt(self, steps: bool = False) -> str:
        """The text that a model continues. steps: asks it to work the answer out."""
        if steps and not self.worked:
            raise ValueError(f"a question of {self.kind!r} has no steps: leave steps out")
        return f"Question: {self.asked}{f' {THINK}' if steps else ''}\nAnswer:"


def question(
    kind: str, rng: random.Random, split: str = "train", new: str = "colour"
) -> PictureQuestion:
    """A question of a kind (see the module) about a picture of a split.

    new: what is held out of a question about one thing: its "colour" or its "place" (see
    `scenes.random_thing`).
    """
    return _MAKE[checks.one_of("kind", kind, QUESTIONS)](rng, split, new)


def _colour(rng: random.Random, split: str, new: str) -> PictureQuestion:
    thing = _one(rng, split, new, lambda thing: thing.colour, COLOURS)
    forms = ("What colour is the {shape}?", "Which colour has the {shape}?", "The {shape} is what?")
    asked = rng.choice(forms).format(shape=thing.shape)
    return PictureQuestion("colour", Scene((thing,)), asked, thing.colour, COLOURS)


def _shape(rng: random.Random, split: str, new: str) -> PictureQuestion:
    thing = _one(rng, split, new, lambda thing: thing.shape, SHAPES)
    forms = ("What is the {colour} thing?", "What is {colour}?", "What is there in {colour}?")
    asked = rng.choice(forms).format(colour=thing.colour)
    return PictureQuestion("shape", Scene((thing,)), asked, thing.shape, SHAPES)


def _place(rng: random.Random, split: str, new: str) -> PictureQuestion:
    thing = _one(rng, split, new, lambda thing: thing.place, range(len(PLACES)))
    forms = ("Where is the {colour} {shape}?", "Where is the {shape}?", "At which place is it?")
    asked = rng.choice(forms).format(colour=thing.colour, shape=thing.shape)
    return PictureQuestion("place", Scene((thing,)), asked, PLACES[thing.place], PLACES)


def _count(rng: random.Random, split: str, new: str) -> PictureQuestion:
    number = rng.randrange(len(NUMBERS))
    scene = scenes.several(rng, split, number + 1)
    forms = ("How many {shape}s are there?", "How many {colour} {shape}s are there?", "How many?")
    first = scene.things[0]
    asked = rng.choice(forms).format(shape=first.shape, colour=first.colour)
    return PictureQuestion("count", scene, asked, NUMBERS[number], NUMBERS)


def _yes_no(rng: random.Random, split: str, new: str) -> PictureQuestion:
    """Of two things; a wrong one has the shape of the one and the colour of the other.

    Its steps end in a comparison as the web writes them: what is asked for against what is there.
    """
    scene = scenes.two(rng, split)
    first, second = rng.sample(scene.things, 2)
    yes = rng.random() < 0.5
    colour = first.colour if yes else second.colour
    asked_for = article(f"{colour} {first.shape}")
    forms = ("Is there {thing}?", "Do you see {thing}?", "Is {thing} in the picture?")
    asked = rng.choice(forms).format(thing=asked_for)
    answer = "yes" if yes else "no"
    things = sorted(scene.things, key=lambda thing: thing.place)
    there = " and ".join(article(f"{thing.colour} {thing.shape}") for thing in things)
    verdict = f"{first.colour}, {colour}: {'same' if yes else 'different'}."
    steps = f"there is {there}. The {first.shape} is {verdict} {ANSWER} {answer}."
    return PictureQuestion("yes-no", scene, asked, answer, ("yes", "no"), steps)


def _odd(rng: random.Random, split: str, new: str) -> PictureQuestion:
    place = rng.randrange(len(PLACES))
    scene = _until(lambda: scenes.odd(rng, split), lambda made: _odd_place(made) == place)
    forms = (
        "Where is the one that is different?",
        "Which one is not like the others?",
        "Where is the one that does not belong?",
    )
    rest, other = apart(list(scene.things))
    steps = (
        f"there are {rest.colour} {rest.shape}s and {article(f'{other.colour} {other.shape}')} "
        f"at the {PLACES[place]}. {ANSWER} {PLACES[place]}."
    )
    return PictureQuestion("odd", scene, rng.choice(forms), PLACES[place], PLACES, steps)


def _odd_place(scene: Scene) -> int:
    return apart(list(scene.things))[1].place


def _sum(rng: random.Random, split: str, new: str) -> PictureQuestion:
    chart, first, second = added(rng, split)
    total = chart.height(first) + chart.height(second)
    forms = (
        "What are {first} and {second} together?",
        "How much is {first} and {second}?",
        "What do {first} and {second} come to?",
    )
    asked = rng.choice(forms).format(first=first, second=second)
    choices = tuple(str(number) for number in range(2, 19))
    steps = f"{read_out(chart)} {worked(chart, first, second)}"
    return PictureQuestion("sum", chart, asked, str(total), choices, steps)


def _one(
    rng: random.Random,
    split: str,
    new: str,
    part: Callable[[Thing], T],
    values: Sequence[T],
) -> Thing:
    """A thing of a split whose `part` is any of `values`, each as likely as the others."""
    wanted = rng.choice(_reachable(split, new, part, values))
    return _until(lambda: scenes.random_thing(rng, split, new), lambda made: part(made) == wanted)


def _reachable(split: str, new: str, part: Callable[[Thing], T], values: Sequence[T]) -> list[T]:
    """Those of the values that some thing of the split has: a place may be held out for none."""
    colours, places = (split, "train") if new == "colour" else ("train", split)
    made = {
        part(Thing(shape, colour, place))
        for shape in SHAPES
        for colour in colours_of(shape, colours)
        for place in places_of(shape, places)
    }
    return [value for value in values if value in made]


def _until(make: Callable[[], T], fits: Callable[[T], bool]) -> T:
    while True:
        if fits(made := make()):
            return made


_MAKE: dict[str, Callable[[random.Random, str, str], PictureQuestion]] = {
    "colour": _colour, "shape": _shape, "place": _place, "count": _count, "yes-no": _yes_no,
    "odd": _odd, "sum": _sum,
}  # fmt: skip
QUESTIONS = tuple(_MAKE)
STEPPED = ("yes-no", "odd", "sum")
"""Those whose answer can be worked out in steps."""
