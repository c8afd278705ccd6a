"""What pictures of several widgets need: hatching, text cut to fit, boxes in lines, ticks."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

from gptedu.plots.colours import FAINT, PAPER
from gptedu.widgets.base.png import DENSITY, Sheet


def hatch(
    sheet: Sheet,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    colour: tuple[int, int, int] = FAINT,
    gap: float = 5,
) -> None:
    """A rectangle of diagonal lines with an outline: told from a filled one without its colour."""
    w, h = max(1, round(width * DENSITY)), max(1, round(height * DENSITY))
    tile = Image.new("RGB", (w, h), PAPER)
    draw = ImageDraw.Draw(tile)
    for start in range(-h, w, round(gap * DENSITY)):
        draw.line([(start, h), (start + h, 0)], fill=colour, width=DENSITY)
    draw.rectangle([0, 0, w - 1, h - 1], outline=colour, width=DENSITY)
    sheet.image.paste(tile, (round(x * DENSITY), round(y * DENSITY)))


def fit(
    sheet: Sheet,
    words: str,
    width: float,
    *,
    size: int = 12,
    bold: bool = False,
    mono: bool = False,
) -> str:
    """``words``, cut short with an ellipsis where they are wider than ``width`` CSS pixels."""
    if sheet.measure(words, size=size, bold=bold, mono=mono) <= width:
        return words
    while words and sheet.measure(f"{words}…", size=size, bold=bold, mono=mono) > width:
        words = words[:-1]
    return f"{words}…"


def flow(widths: Sequence[float], room: float, gap: float) -> list[list[tuple[int, float]]]:
    """Boxes side by side, broken into lines of at most ``room``, as words are.

    widths: of each box; one wider than the room has a line to itself. gap: between two boxes.
    Returns at least one line of (index of the box, x of its left edge).
    """
    lines: list[list[tuple[int, float]]] = [[]]
    x = 0.0
    for index, width in enumerate(widths):
        if x + width > room and lines[-1]:
            lines.append([])
            x = 0.0
        lines[-1].append((index, x))
        x += width + gap
    return lines


def shorten(words: str, most: int) -> str:
    """``words`` of at most ``most`` characters, the last an ellipsis where some are cut."""
    return words if len(words) <= most else words[: most - 1] + "…"


def wrap(
    sheet: Sheet, words: str, width: float, *, size: int = 12, mono: bool = False
) -> list[str]:
    """Lines of ``words`` no wider than ``width``; line breaks are kept, long words are cut."""
    lines = []
    for paragraph in words.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if sheet.measure(longer, size=size, mono=mono) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            line = fit(sheet, word, width, size=size, mono=mono)
        lines.append(line)
    return lines


def ticks(low: float, high: float, about: int) -> list[tuple[float, str]]:
    """Round numbers from `low` to `high`, some `about` of them, each with how it is written."""
    rough = (high - low) / max(1, about)
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(m for m in (1, 2, 5, 10) if rough <= m * power * 1.0001)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    count = math.floor(high / step + 1e-9) - math.ceil(low / step - 1e-9) + 1
    values = [(math.ceil(low / step - 1e-9) + i) * step for i in range(count)]
    return [(value, f"{value + 0.0:.{digits}f}".replace("-", "−")) for value in values]
