"""The one diagram of a GPT that the whole course uses, from text to the next token.

>>> gpt_diagram()                # in a notebook's last line
>>> gpt_diagram("attention")     # with a part lit up
>>> gpt_diagram("answer layer")  # GPT-1's, with the layer that is new for a task

Drawn with Pillow, dark on white, so that it looks the same in a dark notebook, on GitHub and in an
exported page. The network is GPT-2's (Radford et al. 2019, section 2.3), with the course's names;
the answer layer is GPT-1's (Radford et al. 2018, section 3.2).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gptedu.plots.colours import ACCENT, ACCENT_WASH, FAINT, INK, LINE, PAPER, WASH
from gptedu.widgets.base.png import Picture, Sheet

WIDTH, HEIGHT = 720, 606
PIECES = ("Anna", "·went", "·to", "·the")
IDS = (271, 480, 285, 261)
NEXT = (("·lake", 0.62), ("·school", 0.21), ("·cat", 0.05))

LEFT, COLUMN = 96, 86  # where the first column begins, and how far it is to the next
BOX = 62  # width of what stands in a column, beside its residual stream
RIGHT = LEFT + 3 * COLUMN + BOX + 18
LABELS = RIGHT + 26

Colour = tuple[int, int, int]

PARTS: dict[str, tuple[int, str]] = {
    "text": (22, "what is read"),
    "tokens": (66, "its pieces; each has a number, its id"),
    "embeddings": (112, "a vector for each token, and one added\nfor its position"),
    "residual stream": (172, "the vector of each token; what a part\nfinds is added to it"),
    "norm": (224, "brings the numbers to one size"),
    "attention": (262, "a token looks at itself and at those\nbefore it, with several heads"),
    "MLP": (316, "each token alone, through a wider layer"),
    "block": (354, "attention and MLP; several in a row"),
    "body": (394, "all from embeddings to the last norm"),
    "head": (434, "compares with every token's embedding"),
    "logits": (474, "a score for each token of the vocabulary"),
    "probabilities": (514, "softmax of the logits: what comes next?"),
    "loss": (556, "−log of the probability that the true\nnext token got, in nats"),
}
"""What can be lit up -> where its label stands, from the top, and what it is."""

TASK_PARTS: dict[str, tuple[int, str]] = {
    **{part: PARTS[part] for part in PARTS if part not in ("probabilities", "loss")},
    "tokens": (66, "its pieces; [Start] and [Extract] are new"),
    "answer layer": (514, "new: reads the vector at [Extract]"),
    "answers": (556, "softmax of what the answer layer gives:\nwhich answer is right?"),
}
"""The same where the network answers a task."""

TASK_TEXT = "The soup was cold."
TASK_PIECES = ("[Start]", "The", "…", "[Extract]")
TASK_IDS = (2500, 310, 97, 2502)  # they only shade the squares: the new tokens have ids, too
ANSWERS = (("bad", 0.83), ("good", 0.17))


@dataclass(frozen=True)
class Diagram:
    """A picture that a notebook shows."""

    picture: Picture

    def __repr__(self) -> str:
        return self.picture.alt

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        size = {"width": self.picture.width, "height": self.picture.height, "alt": self.picture.alt}
        data = {
            "image/png": base64.b64encode(self.picture.png).decode("ascii"),
            "text/plain": self.picture.alt,
        }
        return data, {"image/png": size}


def gpt_diagram(*lit: str) -> Diagram:
    """A GPT from text to the next token, with some of its parts lit up.

    lit: names of `PARTS`. With one that `TASK_PARTS` alone has, the network answers a task: it
    reads a row of tokens from [Start] to [Extract] and has an answer layer beside its head. Raises
    ValueError for another name.
    """
    drawing = _Drawing if set(lit) <= set(PARTS) else _TaskDrawing
    for part in lit:
        if part not in drawing.parts:
            names = ", ".join(dict.fromkeys([*PARTS, *TASK_PARTS]))
            raise ValueError(f"the diagram has no part {part!r}: choose of {names}")
    sheet = Sheet(WIDTH, HEIGHT)
    drawing(sheet, lit).all()
    parts = drawing.parts
    said = "; ".join(f"{part}: {' '.join(parts[part][1].split())}" for part in lit or parts)
    what = "A GPT, with parts lit up" if lit else "A GPT from top to bottom"
    return Diagram(sheet.picture(f"{what}. {said}."))


class _Drawing:
    """Draws from top to bottom, each part lit or not."""

    parts = PARTS
    text = "Anna went to the"
    pieces = PIECES
    ids = IDS

    def __init__(self, sheet: Sheet, lit: tuple[str, ...]) -> None:
        self.sheet, self.lit = sheet, lit
        self.lefts = [LEFT + COLUMN * i for i in range(len(self.pieces))]
        self.streams = [left - 10 for left in self.lefts]
        self.middles = [left + BOX / 2 for left in self.lefts]

    def all(self) -> None:
        self._frames(162, 200)
        self._text_and_tokens()
        self._embeddings(112)
        self._branch(174, 54, self._attention)
        self._branch(278, 30, self._mlp)
        self._streams(126, 396)
        self._sums(264, 344)
        for left in self.lefts:
            self._box(left, 386, BOX, 20, "norm", "norm")
        self._head(424)
        self._next(504)
        for part, (y, words) in self.parts.items():
            self._label(part, y, words)

    def _colour(self, part: str, otherwise: Colour = FAINT) -> Colour:
        return ACCENT if part in self.lit else otherwise

    def _box(
        self, x: float, y: float, width: float, height: float, words: str, part: str,
        mono: bool = False,
    ) -> None:  # fmt: skip
        lit = part in self.lit
        fill, ink = (ACCENT, PAPER) if lit else (PAPER, INK)
        self.sheet.box(x, y, width, height, fill=fill, outline=self._colour(part), radius=4)
        self.sheet.text(
            x + width / 2, y + height / 2, words, size=12, colour=ink, mono=mono, anchor="mm"
        )

    def _arrow(self, x: float, top: float, bottom: float) -> None:
        self.sheet.line([(x, top), (x, bottom)], colour=FAINT)
        self.sheet.line([(x - 3, bottom - 4), (x, bottom), (x + 3, bottom - 4)], colour=FAINT)

    def _frames(self, top: float, height: float) -> None:
        """What holds other parts: the block, with more of its kind behind it, and the body."""
        left, width = LEFT - 24, RIGHT - LEFT + 16
        for shift in (8, 4):
            self.sheet.box(left + shift, top + shift, width, height, outline=LINE, radius=8)
        lit = "block" in self.lit
        self.sheet.box(
            left, top, width, height, radius=8, line=2 if lit else 1,
            fill=ACCENT_WASH if lit else WASH, outline=self._colour("block"),
        )  # fmt: skip
        x, y, end = 46, 112, 406
        brace = [(x + 12, y), (x, y), (x, end), (x + 12, end)]
        self.sheet.line(brace, colour=self._colour("body"), width=2 if "body" in self.lit else 1)
        self.sheet.text(x - 6, 262, "body", size=13, colour=self._colour("body"), anchor="rm")

    def _text_and_tokens(self) -> None:
        width = self.lefts[-1] + BOX - LEFT
        self._box(LEFT, 14, width, 26, self.text, "text", mono=True)
        for left, middle, piece in zip(self.lefts, self.middles, self.pieces, strict=True):
            self._arrow(middle, 42, 56)
            self._box(left, 58, BOX, 22, piece, "tokens", mono=not piece.startswith("["))
        self._numbers(90)

    def _numbers(self, y: float) -> None:
        for middle, number in zip(self.middles, self.ids, strict=True):
            self.sheet.text(
                middle, y, str(number), size=12, colour=self._colour("tokens"), anchor="mm"
            )

    def _embeddings(self, y: float) -> None:
        """Rows of squares, as vectors are drawn; a token's squares follow its number."""
        strong = self._colour("embeddings")
        for left, number in zip(self.lefts, self.ids, strict=True):
            self._arrow(left + BOX / 2, y - 14, y - 2)
            for i in range(6):
                share = 0.15 + 0.75 * ((number * 37 + i * 53) % 97) / 97
                red, green, blue = (round(255 - share * (255 - channel)) for channel in strong)
                self.sheet.box(
                    left + 1 + 10 * i, y, 10, 14, fill=(red, green, blue), outline=strong, line=0.5
                )

    def _streams(self, top: float, bottom: float) -> None:
        """From the embeddings to the last norm: past all parts, which read it and add to it."""
        colour, width = self._colour("residual stream"), 4 if "residual stream" in self.lit else 2
        for stream, left in zip(self.streams, self.lefts, strict=True):
            points = [(left, top), (stream, top + 8), (stream, bottom - 8), (left, bottom)]
            self.sheet.line(points, colour=PAPER, width=width + 2)  # in front of attention
            self.sheet.line(points, colour=colour, width=width)

    def _sums(self, *rows: float) -> None:
        lit = "residual stream" in self.lit
        fill, ink = (ACCENT, PAPER) if lit else (PAPER, INK)
        for y in rows:
            for x in self.streams:
                outline = self._colour("residual stream")
                self.sheet.box(x - 7, y - 7, 14, 14, fill=fill, outline=outline, radius=7)
                self.sheet.text(x, y, "+", size=13, bold=True, colour=ink, anchor="mm")

    def _branch(self, y: float, height: float, draw: Callable[[float, float], None]) -> None:
        """From the stream through a norm and a part of this height, and back to the sum."""
        for stream, left, middle in zip(self.streams, self.lefts, self.middles, strict=True):
            self.sheet.line([(stream, y + 10), (left, y + 10)], colour=FAINT)
            self._box(left, y, BOX, 20, "norm", "norm")
            self._arrow(middle, y + 20, y + 28)
            end = y + 28 + height
            back = [(middle, end), (middle, end + 8), (stream, end + 8)]
            self.sheet.line(back, colour=FAINT)
        draw(y + 28, height)

    def _attention(self, y: float, height: float) -> None:
        """One wide box: the only part in which tokens meet. Each looks at all before it."""
        self._box(LEFT, y, self.lefts[-1] + BOX - LEFT, height, "", "attention")
        lit = "attention" in self.lit
        ink, faint = (PAPER, ACCENT_WASH) if lit else (INK, FAINT)
        low = y + height - 9
        for i, here in enumerate(self.middles):
            for there in self.middles[:i]:
                self.sheet.line(_arch(here, there, low, 4 + (here - there) / 9), colour=faint)
        for middle in self.middles:
            self.sheet.box(middle - 4, low - 4, 8, 8, fill=ink, radius=4)
        self.sheet.text(LEFT + 8, y + 5, "attention", size=12, colour=ink)

    def _mlp(self, y: float, height: float) -> None:
        for left in self.lefts:
            self._box(left, y, BOX, height, "MLP", "MLP")

    def _head(self, y: float) -> None:
        reads = self._read_by_head()
        self._box(LEFT, y, self.lefts[reads - 1] + BOX - LEFT, 26, "head", "head")
        columns = zip(self.lefts, self.middles, self.ids, strict=True)
        for left, middle, number in list(columns)[:reads]:
            self._arrow(middle, y - 18, y - 2)
            self._arrow(middle, y + 26, y + 38)
            for i in range(8):
                tall = 3 + 20 * ((number * 31 + i * 61) % 83) / 83
                x = left + 3 + 7 * i
                self.sheet.box(x, y + 64 - tall, 5, tall, fill=self._colour("logits"))

    def _read_by_head(self) -> int:
        """How many columns the head reads, from the left."""
        return len(self.pieces)

    def _next(self, y: float) -> None:
        """What the last token's logits say: the probabilities, and how the true token fared."""
        self._arrow(self.middles[-1], y - 14, y - 2)
        self._shares(y, NEXT, "probabilities")
        words = f"the true next token: {NEXT[0][0]}    −log {NEXT[0][1]} = 0.48"
        right = self.lefts[-1] + BOX
        self.sheet.text(
            right, y + 66, words, size=12, colour=self._colour("loss", INK), anchor="rm"
        )

    def _shares(self, y: float, shares: tuple[tuple[str, float], ...], part: str) -> None:
        """Bars of probabilities, one below the other."""
        for i, (piece, share) in enumerate(shares):
            x, row = LEFT + 156, y + 16 * i
            self.sheet.text(x - 6, row + 6, piece, size=12, mono=True, anchor="rm")
            self.sheet.box(x, row, 150 * share, 12, fill=self._colour(part))
            self.sheet.text(x + 6 + 150 * share, row + 6, f"{share:.2f}", size=12, anchor="lm")

    def _label(self, part: str, y: int, words: str) -> None:
        lines = words.split("\n")
        if part in self.lit:
            height = 24 + 14 * len(lines)
            self.sheet.box(LABELS - 8, y - 11, WIDTH - LABELS, height, fill=ACCENT_WASH, radius=4)
        self.sheet.text(
            LABELS, y, part, size=13, bold=True, colour=self._colour(part, INK), anchor="lm"
        )
        for i, line in enumerate(lines):
            self.sheet.text(LABELS, y + 16 + 14 * i, line, size=12, colour=FAINT, anchor="lm")


class _TaskDrawing(_Drawing):
    """The network answers a task: the vector at [Extract] goes to the answer layer."""

    parts = TASK_PARTS
    text = TASK_TEXT
    pieces = TASK_PIECES
    ids = TASK_IDS

    def _numbers(self, y: float) -> None:
        """No ids: the place belongs to an arrow from each token to its vector."""
        for middle in self.middles:
            self.sheet.line([(middle, y - 8), (middle, y + 8)], colour=FAINT)

    def _read_by_head(self) -> int:
        return len(self.pieces) - 1  # after [Extract] no token comes

    def _next(self, y: float) -> None:
        """The answer layer stands beside the head."""
        left, middle, top = self.lefts[-1], self.middles[-1], 424
        self._arrow(middle, top - 18, top - 2)
        self._box(left - 10, top, BOX + 20, 26, "answer layer", "answer layer")
        self._arrow(middle, top + 26, y + 6)
        self._shares(y + 12, ANSWERS, "answers")


def _arch(start: float, end: float, low: float, height: float) -> list[tuple[float, float]]:
    """A parabola between two points of one height, as points of a line."""
    steps = [i / 16 for i in range(17)]
    return [(start + (end - start) * t, low - 4 * height * t * (1 - t)) for t in steps]
