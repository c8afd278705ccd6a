"""CLIP: how a run learns, and what the records say of three runs of `mini-clip`'s recipe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gptedu import records
from gptedu.chapters.vision import live, probes
from gptedu.chapters.vision.claims import mean_of
from gptedu.chapters.vision.figures.common import draws
from gptedu.plots.draws import accuracy_bars, accuracy_lines
from gptedu.vision.world.held_out import NUMBERS, PLACES, SHAPES

if TYPE_CHECKING:
    import plotly.graph_objects as go

OF_NAMES, OF_SHAPES = 100 / len(probes.NAMES), 100 / len(SHAPES)
"""What guessing gives, in percent: of 64 names, and of 8 shapes."""


def gain(before: str, after: str) -> float:
    """Points that another way to call the shapes gains, a mean over the runs."""
    return mean_of("prompts", after) - mean_of("prompts", before)


def in_batch(curve: Sequence[tuple[int, float]]) -> go.Figure:
    """How many pictures of a batch find their caption, as a run goes on."""
    return accuracy_lines(
        [step for step, _ in curve],
        {"pictures that find their caption": [share for _, share in curve]},
        100 / live.BATCH,
        title=f"Each picture looks for its caption among {live.BATCH}",
        x_title="step",
    )


def ranked(texts: Sequence[str], chances: Sequence[float], most: int = 4) -> str:
    """The likeliest texts, a line each."""
    order = sorted(zip(chances, texts, strict=True), key=lambda pair: -pair[0])
    return "\n".join(f"{100 * chance:5.1f}%  {text}" for chance, text in order[:most])


def zero_shot() -> go.Figure:
    """Pairs of training, held-out places, and held-out pairs in each style of drawing."""
    names = {
        "pairs of<br>training": "seen",
        "held-out<br>places": "place",
        "held-out<br>pairs": "held out",
        "… with<br>soft edges": "smooth",
        "… soft,<br>on grey": "paper",
        "… soft,<br>on a colour": "tinted",
    }
    place = 100 / (len(SHAPES) * len(PLACES))
    chance = {name: place if key == "place" else OF_NAMES for name, key in names.items()}
    found = {name: draws("zero-shot", "right", key) for name, key in names.items()}
    return accuracy_bars({"mini-clip": found}, chance, title="What mini-clip names right")


def prompts() -> go.Figure:
    """The bare word, one with its article, one sentence, eight of them, eight colours: 8 shapes."""
    names = {
        "“ball”": probes.BARE,
        "“a ball”": "{thing}",
        "“a picture<br>of a ball”": probes.SINGLE,
        "eight<br>sentences": "all",
        "a sentence in<br>each colour": "in colours",
    }
    found = {name: draws("prompts", "each", key) for name, key in names.items()}
    return accuracy_bars(
        {"mini-clip": found},
        dict.fromkeys(names, OF_SHAPES),
        title="Eight shapes, by what they are called",
    )


def contrastive() -> go.Figure:
    """Comparing captions and predicting them, after as many pictures."""
    names = {"compare": "contrastive", "predict which<br>words": "bag",
             "predict word<br>by word": "words"}  # fmt: skip
    found = {name: draws("contrastive", key) for name, key in names.items()}
    return accuracy_bars(
        {"held-out pairs": found},
        dict.fromkeys(names, OF_NAMES),
        title="Three ways to learn from the same 12,800 pictures",
    )


def of_ways() -> str:
    """The way that names most, as the guess's options say it."""
    names = {
        "contrastive": "compare",
        "bag": "predict which words",
        "words": "predict word by word",
    }
    return names[max(names, key=lambda key: mean_of("contrastive", key))]


def binding() -> go.Figure:
    """Which colour is whose: in the first try, and in the second."""
    first = records.read("vision", "binding").settings["first try"]["bound"]
    names = {"complete captions": "complete", "captions of one thing": "one object"}
    found = {
        name: {"first try:<br>pictures of all kinds": first[key],
               "second try:<br>of two things only": draws("binding", "bound", key)}
        for name, key in names.items()
    }  # fmt: skip
    tries = next(iter(found.values()))
    return accuracy_bars(found, dict.fromkeys(tries, 50.0), title="Which colour is whose")


def of_binding(own: float, exchanged: float) -> str:
    """How a caption stands beside the one with the colours exchanged, as the guess says it."""
    if abs(own - exchanged) < 0.05:
        return "the two are nearly equal"
    return "the right one, clearly" if own > exchanged else "the wrong one, clearly"


def counting() -> go.Figure:
    """How many there are, and what shape they have: on the same pictures."""
    found = {"how many": draws("counting", "number"), "which shape": draws("counting", "shape")}
    chance = {"how many": 100 / (len(NUMBERS) - 1), "which shape": OF_SHAPES}
    return accuracy_bars({"mini-clip": found}, chance, title="Two to six equal things")


def typographic() -> go.Figure:
    """How often the thing's shape is named, and the shape whose word may be painted below it."""
    names = {
        "its shape:<br>no word": "plain",
        "its shape:<br>a colour's<br>word below": "a colour's word",
        "its shape:<br>another shape's<br>word below": "right",
        "the other shape:<br>no word": "said already",
        "the other shape:<br>its word<br>below": "fooled",
    }
    found = {name: draws("typographic", "right", key) for name, key in names.items()}
    return accuracy_bars(
        {"mini-clip names": found},
        dict.fromkeys(names, OF_SHAPES),
        title="A word painted below the thing",
    )
