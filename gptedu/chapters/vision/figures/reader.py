"""The language model that sees: its rows, where it looks, and what the records say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gptedu.chapters.vision import reading
from gptedu.chapters.vision.claims import mean_of
from gptedu.chapters.vision.figures.common import draws
from gptedu.plots.draws import accuracy_bars
from gptedu.plots.vision import pictures, streams
from gptedu.text import Tokenizer
from gptedu.vision.asking import PictureModel, as_question
from gptedu.vision.stream import CLOSE, OPEN, SEEN, Stream

if TYPE_CHECKING:
    import plotly.graph_objects as go

ALONG = 3
"""Parts of a picture along its side, each of which is a token."""
APART = 5  # points: less is called no difference
WITH, BLANK, ANOTHER = "with the picture", "with a blank picture", "with another picture"


def row_of(tokenizer: Tokenizer, row: Stream) -> go.Figure:
    """A row as the model reads it: words, tags, and the parts of pictures."""
    parts = iter([part for picture in row.pictures for part in _parts(picture)])
    tags = {OPEN: streams.OPEN, CLOSE: streams.CLOSE, tokenizer.end: "end"}
    pieces: list[str | np.ndarray] = []
    for token in row.ids:
        if token == SEEN:
            pieces.append(next(parts))
        else:
            pieces.append(tags.get(token) or tokenizer.decode([token]))
    return streams.stream_row(pieces, row.learned)


def _parts(picture: np.ndarray) -> list[np.ndarray]:
    side = len(picture) // ALONG
    return [
        picture[row : row + side, column : column + side]
        for row in range(0, len(picture), side)
        for column in range(0, len(picture), side)
    ]


def looks(reader: PictureModel, asked: Mapping[str, np.ndarray]) -> go.Figure:
    """Where the token that answers looks, a mean over the last layer's heads. asked: question ->
    picture."""
    panels = {
        question: (seen, reader.looks(seen, as_question(question))[-1].mean(dim=0)[0].numpy())
        for question, seen in asked.items()
    }
    return pictures.looked_at(panels, title="Where it looks for the answer")


def ask() -> go.Figure:
    """Each kind of question: by the picture, by a blank one, by that of another question."""
    return accuracy_bars(
        {
            name: {kind: draws("ask", "kinds", kind, key) for kind in reading.KINDS}
            for name, key in ((WITH, "right"), (BLANK, "blank"), (ANOTHER, "another"))
        },
        {kind: mean_of("ask", "kinds", kind, "chance") for kind in reading.KINDS},
        title="Questions about pictures",
    )


def of_blank() -> str:
    """What a blank picture leaves, as the guess's options say it; a mean over kinds."""
    right, blank, chance = (
        sum(mean_of("ask", "kinds", kind, key) for kind in reading.KINDS) / len(reading.KINDS)
        for key in ("right", "blank", "chance")
    )
    if blank - chance <= APART:
        return "it can only guess"
    return "hardly any difference" if right - blank <= APART else "something in between"


def few_shot() -> go.Figure:
    """New names by examples: at once, and after the model has said what it sees; and shuffled."""
    ways = {"at once": ("right", "shuffled"), "in words first": ("told", "told_shuffled")}
    found: dict[str, dict[str, list[float]]] = {"examples": {}, "shuffled examples": {}}
    for shots in (reading.SHOTS, 2 * reading.SHOTS):
        for way, keys in ways.items():
            for shown, key in zip(found, keys, strict=True):
                name = f"{shots} of each,<br>{way}"
                found[shown][name] = draws("few-shot", "by shots", shots, key)
    return accuracy_bars(
        found, dict.fromkeys(found["examples"], 50.0), title="New names, by examples"
    )


def describe() -> go.Figure:
    """New names by words on each, by none, and by words that are exchanged."""
    names = {
        "words<br>on each": "described",
        "and its own<br>words first": "told",
        "no words": "bare",
        "words<br>exchanged": "exchanged",
    }
    found = {name: draws("describe", key) for name, key in names.items()}
    return accuracy_bars(
        {"right name": found}, dict.fromkeys(found, 50.0), title="New names, told in words"
    )


def odd() -> go.Figure:
    """The thing that does not belong, with its controls."""
    names = {WITH: "right", BLANK: "blank", ANOTHER: "another"}
    found = {name.replace(" picture", "<br>picture"): draws("odd", k) for name, k in names.items()}
    return accuracy_bars(
        {"right place, of nine": found},
        dict.fromkeys(found, mean_of("odd", "chance")),
        title="The one that does not belong",
    )


def chart() -> go.Figure:
    """Sums of two bars: at once and step by step; with a blank picture as well."""
    names = {"at once": "direct", "step by step": "worked", "every step<br>right": "worked out"}
    return accuracy_bars(
        {
            shown: {name: draws("chart", part, key) for name, key in names.items()}
            for shown, part in ((WITH, "right"), (BLANK, "blank"))
        },
        dict.fromkeys(names, reading.chance("sum")) | {"every step<br>right": None},
        title="The sum of two bars",
    )


def of_chart() -> str:
    """Which way is right more often, as the guess's options say it."""
    ahead = mean_of("chart", "right", "worked") - mean_of("chart", "right", "direct")
    if abs(ahead) <= APART:
        return "hardly a difference"
    return "step by step" if ahead > 0 else "at once"


def cot() -> go.Figure:
    """Two stages, steps and then the answer: what the steps share with the right ones, and what
    the answers are worth; with the picture and without."""
    names = {
        "words shared with<br>the right steps": "rouge",
        "answers right": "right",
        "answers right,<br>at once": "direct",
    }
    guessed = sum(reading.chance(kind) for kind in reading.STEPPED) / len(reading.STEPPED)
    return accuracy_bars(
        {
            f"{shown} the picture": {name: draws("cot", key, shown) for name, key in names.items()}
            for shown in reading.PICTURED
        },
        {name: None if key == "rouge" else guessed for name, key in names.items()},
        title="Steps with the picture and without",
    )


def stages() -> str:
    """Right answers of two stages for each kind of question, in percent, a line each."""
    said: Mapping[str, str] = {"yes-no": "is it there?", "odd": "the odd one", "sum": "two bars"}
    return "\n".join(
        f"{said[kind]:>13}: with the picture {mean_of('cot', 'each with', kind):5.1f}%, "
        f"without {mean_of('cot', 'each without', kind):5.1f}%, "
        f"guessing {reading.chance(kind):4.1f}%"
        for kind in reading.STEPPED
    )
