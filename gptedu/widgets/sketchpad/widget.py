"""Sketchpad: draw, and see what CLIP and a model that is asked make of the drawing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gptedu import checks
from gptedu.model.text_model import of_kind
from gptedu.vision.asking import PictureModel
from gptedu.vision.clip import Clip
from gptedu.vision.own_pictures import read_picture
from gptedu.vision.world.drawing import RGB, SIDE, draw
from gptedu.vision.world.held_out import COLOURS, PLACES, SHAPES, SIZES
from gptedu.vision.world.scenes import Scene, Thing
from gptedu.widgets.base.actions import action
from gptedu.widgets.base.png import Picture
from gptedu.widgets.base.strange import strange_note
from gptedu.widgets.base.weights import weights_key
from gptedu.widgets.base.widget import Widget, module, styles
from gptedu.world.words.grammar import article

from . import canvas
from .picture import sketchpad_picture
from .state import (
    PROMPTS,
    Answer,
    Ranking,
    answer_of,
    is_blank,
    looked_words,
    prompts_of,
    rank,
    said,
    unread,
)

UNDO_STEPS = 200
MOST_FILE = 7_000_000
"""Bytes of a file that a notebook's connection carries at once, as it is sent."""
QUESTIONS = (
    "What colour is the ball?",
    "What is the red thing?",
    "Where is the ball?",
    "Is there a red ball?",
    "How many balls are there?",
    "Where is the one that is different?",
)
"""Of the kinds that a reader of the course has learned (`gptedu.vision.world.questions`)."""
START = Scene((Thing("ball", "red", 4),))
CHANGES: dict[str, Sequence[str]] = {"colour": COLOURS, "shape": SHAPES, "place": PLACES}


@dataclass(frozen=True)
class State:
    """All that the learner has set. pixels: the drawing. stroke: the last line drawn, which is one
    step to take back. before: the drawing before the last change of one thing; change: what that
    was, in words. near: the pixel whose thing is changed. answer: to the question that was asked
    last; earlier: what it was before the change."""

    pixels: np.ndarray
    prompts: tuple[str, ...]
    looked: int | None = None
    stroke: str = ""
    before: np.ndarray | None = None
    change: str = ""
    near: canvas.Cell = (SIDE // 2, SIDE // 2)
    answer: Answer | None = None
    earlier: Answer | None = None


class Sketchpad(Widget):
    """A sheet of 24 x 24 pixels to draw on, and what the models of chapter 7 make of it.

    >>> Sketchpad(gptedu.load("mini-clip"), gptedu.load("mini-m-vision"))

    The learner draws with the mouse, by keys or with a finger, stamps things of the pictures'
    world, or takes a picture file. Captions, which can be changed, are ranked; 3 x 3 numbers say
    which places count; questions are answered by the reader; and one thing at a time is changed
    ("make it red"), with before and after.

    clip: a CLIP, one that ships or one that was trained in the notebook. reader: a language model
    that is asked about pictures; without one there is no box for questions. prompts: the captions
    at first. question: that stands in the box at first. picture: what is on the sheet at first: a
    scene, an array uint8 [24, 24, 3], or a PNG, JPEG or GIF file or its bytes; a red ball by
    default.

    Raises TypeError for what is no CLIP or no reader, ValueError for prompts and pictures that
    cannot be taken.

    Keys, on the sheet: arrows move, with Shift by a place; Space draws, or stamps what is chosen; D
    keeps the pen down; Delete rubs out; 1 to 8 are colours, 0 the rubber; Ctrl+Z takes back.
    """

    live_to = "draw and see what the model makes of it"
    _esm = module(
        __file__,
        SIDE=SIDE,
        PALETTE={name: f"#{bytes(RGB[name]).hex()}" for name in COLOURS},
        SHAPES=SHAPES,
        PLACES=PLACES,
        SIZES=SIZES,
        GROUNDS=list(canvas.GROUNDS),
        RUBBER=canvas.RUBBER,
        QUESTIONS=QUESTIONS,
        MOST_FILE=MOST_FILE,
    )
    _css = styles(__file__)

    def __init__(
        self,
        clip: Clip,
        reader: PictureModel | None = None,
        *,
        prompts: Sequence[str] = PROMPTS,
        question: str = QUESTIONS[0],
        picture: Scene | np.ndarray | str | Path | bytes | None = None,
    ) -> None:
        self._clip = of_kind(clip, Clip)
        self._reader = None if reader is None else of_kind(reader, PictureModel)
        self._question = checks.text("question", question)
        self._weights = self._key()
        self._ranked: tuple[np.ndarray, Any, Ranking] | None = None
        self._history: list[State] = []
        self._state = State(_pixels(START if picture is None else picture), prompts_of(prompts))
        super().__init__()
        self._show(self._state)
        self.announcement = ""

    # ------------------------------------------------------------ drawing

    @action
    def paint(self, cells: Sequence[Sequence[int]], colour: str, stroke: str = "") -> None:
        """Pixels [row, column] in a colour, or rubbed out; those of one stroke are one step."""
        going_on = bool(stroke) and stroke == self._state.stroke
        pixels = canvas.painted(self._state.pixels, cells, colour)
        near = canvas.cell_of("cells[-1]", cells[-1]) if cells else self._state.near
        self._draw(pixels, stroke=stroke, near=near, undoable=not going_on)

    @action
    def stamp(self, shape: str, colour: str, place: int, size: str = "big") -> None:
        """A thing of the world at a place, 0 to 8."""
        thing = Thing(shape, colour, checks.whole("place", place, least=0, most=8), size)
        row, column = divmod(thing.place, 3)
        near = (canvas.CELL * row + canvas.CELL // 2, canvas.CELL * column + canvas.CELL // 2)
        self._draw(canvas.stamped(self._state.pixels, thing), near=near)

    @action
    def clear(self, ground: str = "black") -> None:
        """An empty sheet: "black", "grey" or "paper"."""
        self._draw(canvas.blank(ground))

    @action
    def take(self, data: str, size: int) -> None:
        """A picture file of the learner's own, in base64; empty where its size is too much."""
        size = checks.whole("size", size, least=0)
        if size > MOST_FILE:
            raise ValueError(
                f"the picture has {size / 1e6:.0f} MB: give at most {MOST_FILE / 1e6:.0f} MB here"
            )
        try:
            content = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("the file did not arrive whole: choose it again") from None
        self._draw(read_picture(content))

    @action
    def undo(self) -> None:
        """Take back the last step of drawing; prompts stay."""
        if not self._history:
            raise ValueError("there is nothing to take back")
        before = self._history[-1]
        kept = {name: getattr(self._state, name) for name in ("prompts", "looked", "answer")}
        self._show(replace(before, **kept, earlier=None))
        self._history.pop()
        self._publish()

    @action
    def point(self, cell: Sequence[int]) -> None:
        """The pixel whose thing the next change is about."""
        self._show(replace(self._state, near=canvas.cell_of("cell", cell)))

    @action
    def change(self, what: str, to: str) -> None:
        """Another "colour", "shape" or "place" for the thing nearest to the pointed pixel."""
        choices = CHANGES[checks.one_of("what", what, CHANGES)]
        checks.one_of(what, to, choices)
        pixels = self._state.pixels
        thing = canvas.thing_at(pixels, self._state.near)
        how: dict[str, Callable[[], np.ndarray]] = {
            "colour": lambda: canvas.in_colour(pixels, thing, to),
            "shape": lambda: canvas.in_shape(pixels, thing, to),
            "place": lambda: canvas.at_place(pixels, thing, PLACES.index(to)),
        }
        after, near = how[what](), self._state.near
        if what == "place":
            row, column = divmod(PLACES.index(to), 3)
            near = (canvas.CELL * row + canvas.CELL // 2, canvas.CELL * column + canvas.CELL // 2)
        words = article(to) if what == "shape" else f"at the {to}" if what == "place" else to
        self._draw(after, near=near, before=pixels, change=f"It is {words} now.")

    @action
    def ask(self, question: str) -> None:
        """A question about the drawing, to the reader."""
        if self._reader is None:
            raise ValueError("nobody is here to answer: give a reader, Sketchpad(clip, reader)")
        answer = answer_of(self._reader, self._state.pixels, question)
        self._question = answer.question
        self._show(replace(self._state, answer=answer, earlier=None))
        self.announcement = f"{self._reader.name} says: {answer.words}."

    # ------------------------------------------------------------ prompts

    @action
    def write(self, number: int, prompt: str) -> None:
        """Another text for a prompt."""
        prompts = list(self._state.prompts)
        prompts[self._numbered(number)] = prompt
        self._show(replace(self._state, prompts=prompts_of(prompts)))

    @action
    def add(self, prompt: str) -> None:
        """One more prompt."""
        self._show(replace(self._state, prompts=prompts_of([*self._state.prompts, prompt])))

    @action
    def remove(self, number: int) -> None:
        """A prompt away."""
        number = self._numbered(number)
        rest = [prompt for at, prompt in enumerate(self._state.prompts) if at != number]
        if len(rest) < 2:
            raise ValueError("two prompts are left, which is the least: change one instead")
        self._show(replace(self._state, prompts=prompts_of(rest), looked=None))

    @action
    def look(self, number: int | None) -> None:
        """The prompt whose places are shown; None for the likeliest, whichever that is."""
        looked = None if number is None else self._numbered(number)
        self._show(replace(self._state, looked=looked))

    # ------------------------------------------------------------ how it is done

    def caption(self) -> str:
        return (
            f"A drawing of {SIDE} × {SIDE} pixels, captions ranked by {self._clip.name}, and the "
            "places that count."
        )

    def picture(self) -> Picture:
        return sketchpad_picture(self.view)

    @property
    def pixels(self) -> np.ndarray:
        """The drawing: uint8 [24, 24, 3]."""
        return self._state.pixels.copy()

    def renew(self) -> None:
        weights = self._key()
        if weights != self._weights:
            self._weights, self._ranked = weights, None
            answer = self._state.answer
            if answer is not None:
                answer = self._answer_to(self._state.pixels, answer.question)
            self._show(replace(self._state, answer=answer, earlier=None))

    def _key(self) -> tuple[Any, ...]:
        models = [self._clip.model, *([self._reader.model] if self._reader else [])]
        return tuple(weights_key(model) for model in models)

    def _answer_to(self, pixels: np.ndarray, question: str) -> Answer:
        assert self._reader is not None
        return answer_of(self._reader, pixels, question)

    def _numbered(self, number: Any) -> int:
        most = len(self._state.prompts) - 1
        return checks.whole("number", number, least=0, most=most)

    def _draw(
        self,
        pixels: np.ndarray,
        *,
        stroke: str = "",
        near: canvas.Cell | None = None,
        before: np.ndarray | None = None,
        change: str = "",
        undoable: bool = True,
    ) -> None:
        """Another drawing, one step after the present one."""
        state = replace(
            self._state,
            pixels=pixels,
            stroke=stroke,
            near=near or self._state.near,
            before=before,
            change=change,
            earlier=None,
        )
        answer = state.answer
        if before is not None and answer is not None:  # a change is asked about at once
            asked = answer.question
            earlier = answer if answer.pixels is before else self._answer_to(before, asked)
            state = replace(state, answer=self._answer_to(pixels, asked), earlier=earlier)
        self._show(state, undoable=undoable)

    def _show(self, state: State, undoable: bool = False) -> None:
        """Make `state` the present one, unless it cannot be computed."""
        kept = self._ranked
        if kept is None or kept[0] is not state.pixels or kept[1] != (state.prompts, state.looked):
            ranking = rank(self._clip, state.pixels, state.prompts, state.looked)
            self._ranked = kept = state.pixels, (state.prompts, state.looked), ranking
        ranking, earlier = kept[2], None  # a question leaves it as it is
        if state.before is not None:
            earlier = rank(self._clip, state.before, state.prompts, state.looked)
        if undoable:
            self._history = [*self._history, self._state][-UNDO_STEPS:]
        self._state = state
        question = state.answer.question if state.answer else ""
        self.strange = f"{unread(state.prompts)} {strange_note(self._reader, question)}".strip()
        self._shown = self._view_of(state, ranking, earlier)
        change = f"{state.change} " if state.change else ""
        self.announcement = change + said(state.prompts, ranking)
        self._publish()

    def _view_of(self, state: State, ranking: Ranking, earlier: Ranking | None) -> dict[str, Any]:
        rows = [
            {"text": text, "cosine": cosine, "probability": probability}
            for text, cosine, probability in zip(
                state.prompts, ranking.cosines, ranking.probabilities, strict=True
            )
        ]
        if earlier is not None:
            for row, probability in zip(rows, earlier.probabilities, strict=True):
                row["before"] = probability
        blank = is_blank(state.pixels)
        thing = None
        if not blank:
            found = canvas.thing_at(state.pixels, state.near)
            thing = {
                "colour": canvas.colour_of(state.pixels, found),
                "place": PLACES[canvas.place_of(found)],
                "cells": np.argwhere(found).tolist(),
            }
        return {
            "model": self._clip.name,
            "pixels": canvas.to_hex(state.pixels),
            "ground": canvas.to_hex(canvas.ground_of(state.pixels)),
            "before": None if state.before is None else canvas.to_hex(state.before),
            "change": state.change,
            "rows": rows,
            "looked": ranking.best if state.looked is None else state.looked,
            "chosen": state.looked is not None,
            "looks": list(ranking.looks),
            "looks_say": looked_words(ranking.looks),
            "blank": blank,
            "thing": thing,
            "asked": self._asked(state),
        }

    def _asked(self, state: State) -> dict[str, Any] | None:
        """The question and its answer, as they are shown; None where nobody answers."""
        if self._reader is None:
            return None
        answer = state.answer
        return {
            "model": self._reader.name,
            "question": self._question,
            "answer": answer.words if answer else "",
            "earlier": state.earlier.words if state.earlier else "",
            "stale": answer is not None and answer.pixels is not state.pixels,
            "looks": list(answer.looks) if answer else [],
        }

    def _publish(self) -> None:
        self.view = {**self._shown, "can_undo": bool(self._history)}


def _pixels(picture: Scene | np.ndarray | str | Path | bytes) -> np.ndarray:
    """A drawing of whatever it was given as."""
    if isinstance(picture, Scene):
        return draw(picture)
    if isinstance(picture, np.ndarray):
        if picture.shape != (SIDE, SIDE, 3) or picture.dtype != np.uint8:
            raise ValueError(
                f"the picture is {list(picture.shape)} of {picture.dtype}: give uint8 "
                f"[{SIDE}, {SIDE}, 3], or its file"
            )
        return picture.copy()
    return read_picture(picture)
