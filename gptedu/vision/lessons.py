"""What the reader of pictures learns from: rows of text with pictures, of several kinds.

As KOSMOS-1 (section 3.1) it reads text alone, pictures with captions, and pages on which pictures
stand among words; here those pages give new names to things. To these come questions, with and
without the steps to their answers. Answers are balanced: nothing is gained without looking.

    caption    <image> a red ball at the top          question  <image> Question: ... Answer: red
    chart      <image> a chart: red 3, blue 5         odd       the one that does not belong
    shots      <image> This is a zib. ...             sum       two bars added, at once
    described  A zib is a red ball. <image> This is   worked    two bars added, step by step
    lines      <image>: zib ... <image>:              steps     other questions, step by step
    told       <image> red ball: zib ... <image>      blind     worked answers without a picture
    meant      red ball: zib ... <image>:             unseen    the same, bars read out first
    read       two bars added, all bars read out first
    odd-named  <image> blue stars and a red ball      the caption of an odd one out
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gptedu import checks
from gptedu.text import Tokenizer
from gptedu.vision.encoders import TOKENS
from gptedu.vision.pairs import PIXELS
from gptedu.vision.stream import IMAGE, SEEN, Stream, interleaved, stream
from gptedu.vision.world import naming, scenes
from gptedu.vision.world.captions import caption
from gptedu.vision.world.charts import read_out
from gptedu.vision.world.drawing import SIDE, VARIED, draw
from gptedu.vision.world.questions import STEPPED, PictureQuestion, question
from gptedu.vision.world.scenes import Chart, Scene
from gptedu.world.splits import check_split
from gptedu.world.words.grammar import article

_SEED = 2**31
VARYING = 0.4
"""The share of pictures in a style of their own (see `drawing`); the others are plain."""
_PAD = -4  # in the place of ids, behind a row's end
SHOTS = 2
"""Examples of each name in an episode; in one of two that are learned from, half as many."""
LESSONS = (
    ("caption", 0.14), ("chart", 0.18), ("question", 0.18), ("odd", 0.06), ("odd-named", 0.08),
    ("sum", 0.04), ("worked", 0.06), ("steps", 0.04), ("blind", 0.02), ("shots", 0.14),
    ("described", 0.06),
)  # fmt: skip
"""The share of each kind among rows with pictures, in the first stage."""
PRACTICE = (
    ("odd", 0.14), ("odd-named", 0.12), ("chart", 0.16), ("read", 0.14), ("sum", 0.06),
    ("question", 0.10), ("told", 0.09), ("meant", 0.06), ("lines", 0.05), ("steps", 0.06),
    ("unseen", 0.02),
)  # fmt: skip
"""In the second. In a pilot the odd one out was found after some 10,000 rows of odd ones with their
captions, and not before; two thirds as many, among more of other kinds, showed nothing."""
_CAPTIONED = ("one", "two", "several", "odd")
_ASKED = ("colour", "shape", "place", "count", "yes-no")


@dataclass(frozen=True)
class Lessons:
    """Rows without end. kinds: with the share of each (see the module). text: windows of the
    miniature web in a batch, beside the other rows."""

    kinds: tuple[tuple[str, float], ...] = LESSONS
    text: int = 1

    def __post_init__(self) -> None:
        for kind, share in self.kinds:
            checks.one_of("kind", kind, _MAKE)
            checks.positive("share", share)
        checks.settle(self, checks.whole, "text", least=0)

    def rows(
        self, tokenizer: Tokenizer, count: int, *seed: int, split: str = "train"
    ) -> list[Stream]:
        """Rows by chance. seed: one number or several, as (run, step)."""
        check_split(split)
        rng = random.Random(repr((split, *seed)))
        names, shares = zip(*self.kinds, strict=True)
        return [_MAKE[kind](tokenizer, rng, split) for kind in rng.choices(names, shares, k=count)]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a recipe."""
        return {"kinds": [list(each) for each in self.kinds], "text": self.text}


def picture(seen: Scene | Chart, rng: random.Random, style: str = "plain") -> np.ndarray:
    """It drawn, with things moved and colours changed a little by chance."""
    return draw(seen, style, seed=rng.randrange(_SEED))


def _learned(seen: Scene | Chart, rng: random.Random) -> np.ndarray:
    """It drawn to be learned from."""
    return picture(seen, rng, VARIED if rng.random() < VARYING else "plain")


def text_row(window: Sequence[int]) -> Stream:
    """A window of text, of which each token but the first is learned."""
    ids = tuple(int(token) for token in window)
    return Stream(ids, (False, *[True] * (len(ids) - 1)), ())


def _caption(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    scene = scenes.random_scene(rng.choice(_CAPTIONED), rng, split)
    return stream(tokenizer, IMAGE, [_learned(scene, rng)], f" {caption(scene, rng)}")


def _odd_named(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    scene = scenes.odd(rng, split)
    return stream(tokenizer, IMAGE, [_learned(scene, rng)], f" {caption(scene, rng)}")


def _chart(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    chart = scenes.random_chart(rng)
    return stream(tokenizer, IMAGE, [_learned(chart, rng)], f" {caption(chart, rng)}")


def _question(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    new = rng.choice(("colour", "place"))
    return answered(tokenizer, question(rng.choice(_ASKED), rng, split, new), rng)


def _odd(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    return answered(tokenizer, question("odd", rng, split), rng)


def _sum(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    return answered(tokenizer, question("sum", rng, split), rng)


def _worked(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    asked = question("sum", rng, split)
    return answered(tokenizer, replace(asked, worked=_short(asked)), rng, steps=True)


def _read(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    return answered(tokenizer, question("sum", rng, split), rng, steps=True)


def _short(asked: PictureQuestion) -> str:
    """The steps to an answer; of a sum, without those that read out the bars not asked for."""
    seen = asked.seen
    return asked.worked.removeprefix(f"{read_out(seen)} " if isinstance(seen, Chart) else "")


def _steps(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    kind = rng.choice([kind for kind in STEPPED if kind != "sum"])
    return answered(tokenizer, question(kind, rng, split), rng, steps=True)


def _blind(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    asked = question(rng.choice(STEPPED), rng, split)
    return stream(tokenizer, asked.prompt(steps=True), [], f" {_short(asked)}")


def _unseen(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    asked = question(rng.choice(STEPPED), rng, split)
    return stream(tokenizer, asked.prompt(steps=True), [], f" {asked.worked}")


def answered(
    tokenizer: Tokenizer, asked: PictureQuestion, rng: random.Random, steps: bool = False
) -> Stream:
    """A question with its picture and its answer, or with the steps to it."""
    said = asked.worked if steps else asked.answer
    prompt = f"{IMAGE} {asked.prompt(steps)}"
    return stream(tokenizer, prompt, [_learned(asked.seen, rng)], f" {said}")


def _shots(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    """A name is learned wherever it has stood before: the first time, nobody can know it."""
    shots = rng.choice((SHOTS // 2, SHOTS))
    episode = naming.episode(rng, split, shots, fresh=rng.random() < 0.5)
    parts: list[tuple[str, bool]] = []
    known: set[str] = set()
    for name in [*(name for _, name in episode.shown), episode.answer]:
        parts += [(f"{IMAGE} This is a", False), (f" {name}", name in known), (".\n", False)]
        known.add(name)
    pictures = [_learned(scene, rng) for scene in episode.scenes]
    return interleaved(tokenizer, parts[:-1], pictures)


def _described(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    episode = naming.episode(rng, split, SHOTS, fresh=rng.random() < 0.5)
    said = [
        f"{article(name).capitalize()} is {article(naming.in_words(kind))}.\n"
        for name, kind in episode.kinds
    ]
    prompt = "".join([*said, f"{IMAGE} This is a"])
    return stream(tokenizer, prompt, [_learned(episode.asked, rng)], f" {episode.answer}")


def _lines(tokenizer: Tokenizer, rng: random.Random, split: str, told: bool = False) -> Stream:
    """As `_shots`, in lines. told: each picture is first described, which is learned as well."""
    shots = rng.choice((SHOTS // 2, SHOTS))
    episode = naming.episode(rng, split, shots, fresh=rng.random() < 0.5)
    meaning = dict(episode.kinds)
    parts: list[tuple[str, bool]] = []
    known: set[str] = set()
    for name in [*(name for _, name in episode.shown), episode.answer]:
        parts.append((IMAGE, False))
        if told:
            parts.append((f" {naming.in_words(meaning[name])}", True))
        parts += [(":", False), (f" {name}", name in known), ("\n", False)]
        known.add(name)
    pictures = [_learned(scene, rng) for scene in episode.scenes]
    return interleaved(tokenizer, parts[:-1], pictures)


def _told(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    return _lines(tokenizer, rng, split, told=True)


def _meant(tokenizer: Tokenizer, rng: random.Random, split: str) -> Stream:
    """Names by words, asked for by a picture: at once, or after it has been described."""
    episode = naming.episode(rng, split, SHOTS, fresh=rng.random() < 0.5)
    prompt = episode.described
    parts = [(prompt, False), (f" {episode.answer}", True)]
    if rng.random() < 0.5:
        seen = naming.in_words(dict(episode.kinds)[episode.answer])
        parts = [(prompt.removesuffix(":"), False), (f" {seen}", True), (":", False), parts[1]]
    return interleaved(tokenizer, parts, [_learned(episode.asked, rng)])


_MAKE: dict[str, Callable[[Tokenizer, random.Random, str], Stream]] = {
    "caption": _caption, "chart": _chart, "question": _question, "odd": _odd, "sum": _sum,
    "odd-named": _odd_named, "worked": _worked, "steps": _steps, "blind": _blind,
    "shots": _shots, "described": _described, "lines": _lines, "told": _told, "meant": _meant,
    "read": _read, "unseen": _unseen,
}  # fmt: skip


def packed(rows: Sequence[Stream]) -> Tensor:
    """Rows as whole numbers, int64 [rows, any], as the course's training loop takes them: the
    number of tokens of the longest row, ids, what is learned, and the pictures' bytes."""
    time = max(len(row.ids) for row in rows)
    most = max(len(row.pictures) for row in rows)
    made = np.zeros((len(rows), 1 + 2 * time + most * PIXELS), dtype=np.int64)
    made[:, 0], made[:, 1 : 1 + time] = time, _PAD
    for place, row in zip(made, rows, strict=True):
        place[1 : 1 + len(row.ids)] = row.ids
        place[1 + time : 1 + time + len(row.ids)] = row.learned
        if row.pictures:
            start = 1 + 2 * time
            place[start : start + len(row.pictures) * PIXELS] = np.stack(row.pictures).ravel()
    return torch.from_numpy(made)


def unpacked(made: Tensor) -> list[Stream]:
    """The inverse of `packed`."""
    rows = []
    for place in made.cpu().numpy():
        time = int(place[0])
        ids = place[1 : 1 + time]
        ids = ids[ids != _PAD]
        learned = place[1 + time : 1 + time + len(ids)].astype(bool)
        count = int((ids == SEEN).sum()) // TOKENS
        pixels = place[1 + 2 * time :][: count * PIXELS].astype(np.uint8)
        pictures = tuple(pixels.reshape(count, SIDE, SIDE, 3))
        rows.append(Stream(tuple(ids.tolist()), tuple(learned.tolist()), pictures))
    return rows
