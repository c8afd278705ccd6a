"""The picture of Sketchpad: the drawing, the captions ranked, and the places that count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from gptedu.plots.colours import ACCENT, FAINT, INK, LINE, PAPER, WASH
from gptedu.vision.world.drawing import SIDE
from gptedu.widgets.base.png import DENSITY, Picture, Sheet, luminance, scale_table
from gptedu.widgets.base.strokes import fit, wrap

WIDTH, MARGIN = 860, 16
PIXEL = 11
"""CSS pixels along a pixel of the drawing."""
DRAWING = SIDE * PIXEL
BEFORE = 4
ROW, LABEL = 24, 250
LOOK = 54


def sketchpad_picture(view: Mapping[str, Any]) -> Picture:
    """The widget's state as a PNG: ``view`` is what ``Sketchpad.view`` holds."""
    left = MARGIN + DRAWING + 28
    rows = sorted(view["rows"], key=lambda row: -row["probability"])
    bars = 26 + ROW * len(rows)
    changed = 22 if view["change"] else 0
    answered = 22 * len(_asked(view))
    looks = bars + changed + 12
    height = max(DRAWING + 24, looks + 26 + 3 * 30 + answered)
    sheet = Sheet(WIDTH, 2 * MARGIN + height)
    _drawing(sheet, MARGIN, MARGIN, view["pixels"], PIXEL)
    sheet.text(left, MARGIN, f"What {view['model']} makes of it", size=14, bold=True)
    y = MARGIN + 26.0
    for row in rows:
        _bar(sheet, left, y, row)
        y += ROW
    if view["change"]:
        sheet.text(left, y + 2, f"{view['change']} Outlined: as it was before.", colour=FAINT)
        side = SIDE * BEFORE
        _drawing(sheet, WIDTH - MARGIN - side, MARGIN + looks, view["before"], BEFORE)
        sheet.text(WIDTH - MARGIN, MARGIN + looks + side + 4, "before", colour=FAINT, anchor="ra")
    _looks(sheet, left, MARGIN + looks, view)
    y = MARGIN + looks + 26 + 3 * 30 + 8.0
    for words in _asked(view):
        sheet.text(left, y, fit(sheet, words, WIDTH - left - MARGIN))
        y += 22
    return sheet.picture(_alt(view))


def _drawing(sheet: Sheet, x: float, y: float, pixels: str, pixel: int) -> None:
    """A drawing enlarged, with thin lines between its nine places."""
    array = np.frombuffer(bytes.fromhex(pixels), dtype=np.uint8).reshape(SIDE, SIDE, 3)
    side = SIDE * pixel
    large = Image.fromarray(array).resize((side * DENSITY,) * 2, Image.Resampling.NEAREST)
    sheet.image.paste(large, (round(x * DENSITY), round(y * DENSITY)))
    for part in (1, 2):
        at = part * side / 3
        sheet.line([(x + at, y), (x + at, y + side)], colour=FAINT, width=0.5)
        sheet.line([(x, y + at), (x + side, y + at)], colour=FAINT, width=0.5)
    sheet.box(x - 1, y - 1, side + 2, side + 2, outline=LINE)


def _bar(sheet: Sheet, x: float, y: float, row: Mapping[str, Any]) -> None:
    sheet.text(
        x, y + ROW / 2, fit(sheet, row["text"], LABEL - 12, mono=True), mono=True, anchor="lm"
    )
    track = WIDTH - MARGIN - x - LABEL - 48
    left = x + LABEL
    sheet.box(left, y + 4, track, ROW - 8, fill=WASH, radius=3)
    sheet.box(left, y + 6, max(1.0, track * row["probability"]), ROW - 12, fill=ACCENT, radius=2)
    if "before" in row:
        sheet.box(left, y + 4, max(2.0, track * row["before"]), ROW - 8, outline=INK, radius=3)
    words = f"{row['probability']:.0%}"
    sheet.text(WIDTH - MARGIN, y + ROW / 2, words, anchor="rm")


def _looks(sheet: Sheet, x: float, y: float, view: Mapping[str, Any]) -> None:
    """Nine numbers on the scale of the course, where the places are."""
    prompt = view["rows"][view["looked"]]["text"]
    heading = fit(sheet, f"Places that count for “{prompt}”", 350, size=13, bold=True)
    sheet.text(x, y, heading, size=13, bold=True)
    most = max(0.05, *view["looks"])
    for place, value in enumerate(view["looks"]):
        row, column = divmod(place, 3)
        red, green, blue = scale_table()[round(255 * max(0.0, value) / most)].tolist()
        left, top = x + column * LOOK, y + 24 + 30 * row
        sheet.box(left, top, LOOK - 2, 28, fill=(red, green, blue), outline=LINE, radius=3)
        ink = PAPER if luminance((red, green, blue)) < 0.19 else INK
        words = f"{value:.2f}".replace("-", "−")
        sheet.text(left + LOOK / 2 - 1, top + 14, words, colour=ink, anchor="mm")
    beside = x + 3 * LOOK + 14
    words = "By how much the likeness falls when a place is covered."
    for number, line in enumerate(wrap(sheet, words, WIDTH - MARGIN - 110 - beside)):
        sheet.text(beside, y + 26 + 18 * number, line, colour=FAINT)


def _asked(view: Mapping[str, Any]) -> list[str]:
    """The question and its answer, a line each; none where nobody answers."""
    asked = view.get("asked")
    if not asked or not asked["answer"]:
        return []
    return [f"Question: {asked['question']}", f"{asked['model']}: {asked['answer']}"]


def _alt(view: Mapping[str, Any]) -> str:
    rows = sorted(view["rows"], key=lambda row: -row["probability"])
    ranked = ", ".join(f"“{row['text']}” {row['probability']:.0%}" for row in rows[:3])
    drawn = "An empty sheet" if view["blank"] else "A drawing"
    parts = [f"{drawn}; {view['model']} ranks captions: {ranked}.", view["looks_say"]]
    return " ".join([*parts, *([view["change"]] if view["change"] else []), *_asked(view)])
