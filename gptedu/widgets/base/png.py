"""Drawing PNG pictures with Pillow alone: no browser, no display, a few milliseconds.

Coordinates are CSS pixels; everything is drawn at twice that size so that it stays sharp
on a dense screen. The colours and the scale are shared with the live views.
"""

from __future__ import annotations

import functools
import importlib.util
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gptedu.plots.colours import INK, PAPER, SCALE_STOPS

DENSITY = 2
"""Device pixels for one CSS pixel."""


@dataclass(frozen=True)
class Picture:
    """A PNG with its size in CSS pixels and the words that stand in for it."""

    png: bytes
    width: int
    height: int
    alt: str


@functools.lru_cache(maxsize=1)
def scale_table() -> np.ndarray:
    """The colour scale as `uint8 [256, 3]`, interpolated between `SCALE_STOPS`."""
    stops = np.array(SCALE_STOPS, dtype=float)
    at = np.linspace(0, len(stops) - 1, 256)
    channels = [np.interp(at, np.arange(len(stops)), stops[:, c]) for c in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)


def luminance(colour: tuple[int, int, int] | np.ndarray) -> float:
    """Relative luminance of an sRGB colour, 0 (black) to 1 (white), as WCAG defines it."""
    channels = np.asarray(colour, dtype=float) / 255
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


@functools.lru_cache(maxsize=64)
def font(size: int, bold: bool = False, mono: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu (it has arrows and most scripts) where matplotlib or the system brings it, else
    Pillow's own, which has next to nothing but Latin letters.
    """
    name = f"DejaVuSans{'Mono' if mono else ''}{'-Bold' if bold else ''}.ttf"
    spec = importlib.util.find_spec("matplotlib")
    if spec is not None and spec.origin is not None:
        path = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / name
        if path.exists():
            return ImageFont.truetype(str(path), size)
    try:
        return ImageFont.truetype(name, size)  # Pillow looks where the system keeps its fonts
    except OSError:
        return ImageFont.load_default(size)  # type: ignore[return-value]


def visible(piece: str) -> str:
    """A token as it is shown: a space as `·`, a line break as `↵`, nothing invisible."""
    shown = piece.replace(" ", "·").replace("\n", "↵").replace("\t", "→")
    return "".join(c if c.isprintable() else "�" for c in shown) or "∅"


def legible(text: str) -> str:
    """A text in which nothing is invisible: what ends a paragraph but is no line break (a carriage
    return, U+2029) cannot even be measured.
    """
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text)


class Sheet:
    """A white page to draw on, in CSS pixels from the top left."""

    def __init__(self, width: int, height: int, background: tuple[int, int, int] = PAPER) -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * DENSITY, height * DENSITY), background)
        self.draw = ImageDraw.Draw(self.image)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: int = 12,
        colour: tuple[int, int, int] = INK,
        bold: bool = False,
        mono: bool = False,
        anchor: str = "la",
    ) -> None:
        """Write one line; `anchor` is Pillow's (horizontal l m r, vertical a m s d)."""
        face, words = font(size * DENSITY, bold, mono), legible(words)
        self.draw.text((x * DENSITY, y * DENSITY), words, fill=colour, font=face, anchor=anchor)

    def measure(
        self, words: str, *, size: int = 12, bold: bool = False, mono: bool = False
    ) -> float:
        """The width of a line of text."""
        return font(size * DENSITY, bold, mono).getlength(legible(words)) / DENSITY

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: tuple[int, int, int] | None = None,
        outline: tuple[int, int, int] | None = None,
        line: float = 1,
        radius: float = 0,
    ) -> None:
        """A rectangle, with round corners where `radius` is given."""
        corner = [x * DENSITY, y * DENSITY, (x + width) * DENSITY - 1, (y + height) * DENSITY - 1]
        self.draw.rounded_rectangle(
            corner, radius * DENSITY, fill=fill, outline=outline, width=round(line * DENSITY)
        )

    def line(
        self,
        points: Sequence[tuple[float, float]],
        *,
        colour: tuple[int, int, int] = INK,
        width: float = 1,
    ) -> None:
        """A line through `points`."""
        scaled = [(x * DENSITY, y * DENSITY) for x, y in points]
        self.draw.line(scaled, fill=colour, width=round(width * DENSITY), joint="curve")

    def turned(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: int = 12,
        fill: tuple[int, int, int] = PAPER,
    ) -> None:
        """Write one line downwards, its start at (x, y) and centred on x."""
        face = font(size * DENSITY, mono=True)
        length, height = int(face.getlength(words)) + 4, size * DENSITY + 8
        strip = Image.new("RGB", (length, height), fill)
        ImageDraw.Draw(strip).text((2, height // 2), words, fill=INK, font=face, anchor="lm")
        strip = strip.transpose(Image.Transpose.ROTATE_270)
        self.image.paste(strip, (round(x * DENSITY - height / 2), round(y * DENSITY)))

    def matrix(
        self,
        x: float,
        y: float,
        size: float,
        weights: np.ndarray,
        future: tuple[int, int, int] | None = None,
    ) -> None:
        """A square picture of `weights [rows, columns]` in 0..1, on the colour scale.

        future: the colour of what lies above the diagonal, where a causal model cannot look.
        """
        index = np.clip(np.round(np.asarray(weights) * 255), 0, 255).astype(np.uint8)
        side = max(1, round(size * DENSITY))
        if len(index) > side:
            # The largest of the weights that share a pixel: a mean would wash thin lines out.
            at = np.arange(len(index)) * side // len(index)
            starts = np.flatnonzero(np.diff(at, prepend=-1))
            index = np.maximum.reduceat(np.maximum.reduceat(index, starts, 0), starts, 1)
        colours = scale_table()[index]
        if future is not None and not np.triu(index, 1).any():
            colours[np.triu_indices(len(index), 1)] = future
        picture = Image.fromarray(colours).resize((side, side), Image.Resampling.NEAREST)
        self.image.paste(picture, (round(x * DENSITY), round(y * DENSITY)))

    def picture(self, alt: str) -> Picture:
        """The finished PNG; a palette of 256 colours keeps notebooks small."""
        buffer = io.BytesIO()
        palette = self.image.quantize(256, dither=Image.Dither.NONE)
        palette.save(buffer, "PNG", optimize=True)
        return Picture(buffer.getvalue(), self.width, self.height, alt)
