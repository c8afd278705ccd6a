"""What CLIP makes of a drawing: captions ranked, and which places count. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from gptedu import checks
from gptedu.vision.asking import PictureModel, as_question
from gptedu.vision.clip import Clip
from gptedu.vision.world.captions import wordings
from gptedu.vision.world.held_out import PLACES

from .canvas import covered, ink_of

LEAST, MOST = 2, 12
"""Prompts that are compared."""
PROMPTS = (
    "a picture of a red ball",
    "a picture of a blue ball",
    "a picture of a red star",
    "a picture of a blue star",
    "a ball at the top left",
    "two red balls",
    "a picture of a yellow cup",
)
_NAMED = 4  # words that are named
_LONGEST = 32  # tokens of an answer
_COUNTS = 0.005  # the least change of a cosine that is spoken of


@dataclass(frozen=True)
class Ranking:
    """What CLIP makes of a drawing. cosines, probabilities: for each prompt, the probabilities
    among these prompts alone. looks: for each of the nine places, by how much the cosine of the
    prompt that is looked at falls when the place is covered."""

    cosines: tuple[float, ...]
    probabilities: tuple[float, ...]
    looks: tuple[float, ...]

    @property
    def best(self) -> int:
        """Number of the likeliest prompt."""
        return int(np.argmax(self.probabilities))


@dataclass(frozen=True, eq=False)
class Answer:
    """What a reader says of a drawing. looks: for each of the nine places, the share of its last
    token's attention, a mean over all heads of all blocks."""

    question: str
    words: str
    looks: tuple[float, ...]
    pixels: np.ndarray


def answer_of(reader: PictureModel, pixels: np.ndarray, question: str) -> Answer:
    """A reader's answer to a question. Raises ValueError for an empty one, and a longer one than it
    reads."""
    asked = checks.text("question", question.strip())
    prompt = as_question(asked)
    words = reader.write(pixels, prompt, max_tokens=_LONGEST)
    looks = reader.looks(pixels, prompt).mean(dim=(0, 1))[0]
    return Answer(asked, words or "(nothing)", tuple(looks.flatten().tolist()), pixels)


def prompts_of(values: Sequence[str]) -> tuple[str, ...]:
    """Texts to compare. Raises ValueError for too few or too many, an empty one, and twins."""
    prompts = tuple(text.strip() for text in checks.texts("prompts", values, least=LEAST))
    if len(prompts) > MOST:
        raise ValueError(f"{len(prompts)} prompts are too many: give at most {MOST}")
    for number, prompt in enumerate(prompts):
        if prompt in prompts[:number]:
            raise ValueError(f"the prompt {checks.shown(prompt)} is there twice: change one")
        checks.text("prompt", prompt)
    return prompts


def rank(clip: Clip, pixels: np.ndarray, prompts: Sequence[str], looked: int | None) -> Ranking:
    """CLIP on one drawing, uint8 [24, 24, 3], and a set of prompts.

    looked: number of the prompt whose places are wanted; None for the likeliest. Raises ValueError
    for a prompt that is longer than CLIP reads.
    """
    places = [covered(pixels, place) for place in range(len(PLACES))]
    cosines = clip.similarities([pixels, *places], list(prompts))  # [1 + 9, prompts]
    probabilities = (clip.scale * cosines[0]).softmax(dim=0)
    which = int(probabilities.argmax()) if looked is None else looked
    looks = cosines[0, which] - cosines[1:, which]
    return Ranking(tuple(cosines[0].tolist()), tuple(probabilities.tolist()), tuple(looks.tolist()))


def unread(prompts: Sequence[str]) -> str:
    """Names the words of prompts that no caption has, in one sentence; empty where all have."""
    words = re.findall(r"[^\W_]+", " ".join(prompts).lower())
    new = [word for word in dict.fromkeys(words) if word not in _known()]
    if not new:
        return ""
    more = f" and {len(new) - _NAMED} more" if len(new) > _NAMED else ""
    verb = "This word is" if len(new) == 1 else "These words are"
    return f"{verb} in no caption of the course's pictures: {', '.join(new[:_NAMED])}{more}."


@cache
def _known() -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", " ".join(wordings()).lower()))


def is_blank(pixels: np.ndarray) -> bool:
    """Whether nothing is drawn."""
    return not ink_of(pixels).any()


def said(prompts: Sequence[str], ranking: Ranking) -> str:
    """What a screen reader says after a change."""
    best = sorted(zip(ranking.probabilities, prompts, strict=True), reverse=True)[:2]
    named = ", ".join(f"“{prompt}” {share:.0%}" for share, prompt in best)
    return f"Most like: {named}."


def looked_words(looks: Sequence[float]) -> str:
    """Which place counts most, in words."""
    most, least = int(np.argmax(looks)), int(np.argmin(looks))
    if looks[most] >= _COUNTS:
        return f"Covering the {PLACES[most]} takes most of the likeness: {looks[most]:.2f}."
    if looks[least] <= -_COUNTS:
        more = f"{-looks[least]:.2f}"
        return f"Covering the {PLACES[least]} makes the drawing more like the caption, by {more}."
    return "No place counts: covering any of them changes next to nothing."
