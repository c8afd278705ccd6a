"""The picture of RewardLens: a reward that rises and falls token by token, and its landscape.

Takes the ``view`` and ``spots`` that the live widget draws from, so that both show the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gptedu.plots.colours import ACCENT, FAINT, INK, LINE, PAPER
from gptedu.widgets.base.png import Picture, Sheet, luminance, visible
from gptedu.widgets.base.strokes import fit, flow, hatch, ticks, wrap

UP = ((255, 255, 255), (205, 224, 243), (120, 170, 219), (42, 108, 178), (12, 50, 110))
DOWN = ((255, 255, 255), (250, 218, 196), (233, 150, 100), (190, 80, 25), (105, 36, 6))
"""Colours of what raises and what lowers a reward, from nothing to much: each gets darker."""

WIDTH, MARGIN = 880, 16
INNER = WIDTH - 2 * MARGIN
CHART, CHIP, AXIS = 64, 22, 34
STAVE = CHART + CHIP + 34
MOST_STAVES, DOT = 4, 11

Colour = tuple[int, int, int]


def signed(value: float) -> str:
    """0.4 -> "+0.40"; a minus sign that is one; what rounds to nothing has no sign."""
    words = f"{value:+.2f}".replace("-", "−")
    return words[1:] if words[1:] == "0.00" else words


def shade(change: float, scale: float) -> Colour:
    """The colour of a change, where `scale` is as much as the colours can show."""
    stops = UP if change >= 0 else DOWN
    at = min(1.0, abs(change) / scale) * (len(stops) - 1) if scale else 0.0
    low = min(int(at), len(stops) - 2)
    mixed = (
        round(a + (at - low) * (b - a)) for a, b in zip(stops[low], stops[low + 1], strict=True)
    )
    red, green, blue = mixed
    return red, green, blue


def reward_lens_picture(view: Mapping[str, Any], spots: Sequence[Mapping[str, Any]]) -> Picture:
    """The widget's state as a PNG: what ``RewardLens.view`` and ``RewardLens.spots`` hold."""
    ruler = Sheet(1, 1)
    prompt = []
    if view["prompt"]:
        prompt = wrap(ruler, view["prompt"], INNER - 24, mono=True)[-3:]
    cells = _cells(view)
    widths = [max(38.0, ruler.measure(cell["label"], mono=True) + 12) for cell in cells]
    staves = flow(widths, INNER - AXIS, gap=3)[:MOST_STAVES] if cells else []
    rows = max((spot["row"] for spot in spots), default=-1) + 1
    strip = 74 + rows * DOT if spots else 0
    sheet = Sheet(WIDTH, 44 + 18 * len(prompt) + 10 + STAVE * len(staves) + strip + MARGIN)
    said = "not scored yet" if view["reward"] is None else signed(view["reward"])
    sheet.text(MARGIN, 12, f"Reward {said}", size=16, bold=True)
    if view["change"] is not None:
        words = f"{signed(view['change'])} against the last"
        across = MARGIN + sheet.measure(f"Reward {said}", size=16, bold=True) + 14
        sheet.text(across, 16, words, size=12, colour=FAINT)
    sheet.text(WIDTH - MARGIN, 16, view["name"], size=12, colour=FAINT, anchor="ra")
    y = 44.0
    for line in prompt:
        sheet.text(MARGIN + 8, y, line, mono=True, colour=FAINT)
        y += 18
    y += 10
    levels = [0.0, *(value for cell in cells for value in (cell["from"], cell["reward"]))]
    low, high = min(levels), max(levels)
    for stave in staves:
        last, left = stave[-1]
        _scale(sheet, y, left + widths[last], low, high)
        for i, x in stave:
            _cell(sheet, MARGIN + AXIS + x, y, widths[i], cells[i], low, high, view["scale"])
        y += STAVE
    if spots:
        _strip(sheet, y + 6, view, spots, rows)
    return sheet.picture(_alt(view, spots))


def _cells(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answer's tokens, after one that says where the prompt leaves the reward."""
    tokens = view["tokens"]
    own = [i for i, token in enumerate(tokens) if token["part"] in ("answer", "end")]
    cells = []
    for i in own:
        token = tokens[i]
        label = "end" if token["part"] == "end" else visible(token["piece"])
        before = tokens[i - 1]["reward"] if i else 0.0
        cells.append({**token, "from": before, "label": label})
    if cells:
        start = {"from": cells[0]["from"], "reward": cells[0]["from"], "change": None}
        cells.insert(0, start | {"label": "prompt" if view["prompt"] else "start", "part": "start"})
    return cells


def _level(y: float, value: float, low: float, high: float) -> float:
    """How high a reward stands in a stave that begins at y."""
    return y + 4 + (CHART - 8) * (high - value) / (high - low or 1.0)


def _scale(sheet: Sheet, y: float, width: float, low: float, high: float) -> None:
    """What the heights mean: a line and a number at round rewards."""
    for value, words in ticks(low, high, 3) if high > low else ():
        level = _level(y, value, low, high)
        sheet.line([(MARGIN + AXIS, level), (MARGIN + AXIS + width, level)], colour=LINE, width=0.7)
        sheet.text(MARGIN + AXIS - 5, level, words, size=12, colour=FAINT, anchor="rm")


def _cell(
    sheet: Sheet,
    x: float,
    y: float,
    width: float,
    cell: Mapping[str, Any],
    low: float,
    high: float,
    scale: float,
) -> None:
    """One token: its step up or down, its chip, and the step as a number."""
    now, before = (_level(y, cell[name], low, high) for name in ("reward", "from"))
    change = cell["change"]
    fill = PAPER if change is None else shade(change, scale)
    if change is not None and abs(now - before) >= 1:
        box = (x + 2, min(now, before), width - 4, abs(now - before))
        if change > 0:
            sheet.box(*box, fill=fill)
        else:
            hatch(sheet, *box, colour=shade(-max(scale * 0.6, abs(change)), scale), gap=4)
    sheet.line([(x, now), (x + width, now)], colour=INK, width=2)
    top = y + CHART + 2
    edge = FAINT if cell["part"] in ("start", "end") else LINE
    sheet.box(x, top, width, CHIP, fill=fill, outline=edge, radius=4)
    colour = PAPER if luminance(fill) < 0.19 else INK
    label = fit(sheet, cell["label"], width - 8, mono=True)
    word = cell["part"] not in ("start", "end")
    middle = x + width / 2
    sheet.text(middle, top + 11, label, size=12, mono=word, colour=colour, anchor="mm")
    words = signed(cell["reward"] if change is None else change)
    sheet.text(middle, top + CHIP + 8, words, size=12, colour=FAINT, anchor="mm")


def _strip(
    sheet: Sheet,
    y: float,
    view: Mapping[str, Any],
    spots: Sequence[Mapping[str, Any]],
    rows: int,
) -> None:
    low, high = view["range"]
    sheet.text(MARGIN, y, f"{len(spots)} answers by their reward", size=13, bold=True)
    base = y + 34 + rows * DOT

    def place(value: float) -> float:
        return MARGIN + 8 + (INNER - 16) * (value - low) / (high - low)

    sheet.line([(MARGIN, base), (WIDTH - MARGIN, base)], colour=FAINT)
    for at, words in view["ticks"]:
        sheet.line([(place(at), base), (place(at), base + 4)], colour=FAINT)
        sheet.text(place(at), base + 12, words, size=12, colour=FAINT, anchor="mm")
    for spot in spots:
        top = base - DOT * (spot["row"] + 1)
        sheet.box(place(spot["reward"]) - 4.5, top, 9, 9, fill=ACCENT, outline=PAPER, radius=4.5)
    if view["reward"] is not None:
        x = place(view["reward"])
        sheet.line([(x, y + 24), (x, base)], colour=INK, width=1.5)
        anchor = "la" if x < WIDTH / 2 else "ra"
        away = 5 if x < WIDTH / 2 else -5
        sheet.text(x + away, y + 20, f"this text {signed(view['reward'])}", size=12, anchor=anchor)


def _alt(view: Mapping[str, Any], spots: Sequence[Mapping[str, Any]]) -> str:
    if view["reward"] is None:
        return f"{view['name']}: no text has been scored yet."
    own = [token for token in view["tokens"] if token["part"] == "answer"]
    moved = sorted(own, key=lambda token: -abs(token["change"]))[:3]
    said = ", ".join(f"“{token['piece']}” {signed(token['change'])}" for token in moved)
    among = f" It stands among {len(spots)} answers." if spots else ""
    return (
        f"“{view['answer'].strip()}” has a reward of {signed(view['reward'])} from {view['name']}. "
        f"What moves it most: {said}.{among}"
    )
