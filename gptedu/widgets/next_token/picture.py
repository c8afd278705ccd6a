"""The picture of NextToken: tokens, bars, the logit lens, and the tree of sampling.

Takes the ``view`` dictionary that the live widget draws from, so that both show the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gptedu.plots.colours import ACCENT, ACCENT_WASH, FAINT, INK, LINE, PAPER, WASH
from gptedu.widgets.base.png import Picture, Sheet, luminance, scale_table, visible
from gptedu.widgets.base.strokes import fit, flow, hatch

WIDTH, MARGIN = 880, 16
INNER = WIDTH - 2 * MARGIN
BARS_WIDTH = 500
ROW = 22
CELL_WIDTH, CELL_HEIGHT = 112, 30
FAINTEST, FEWEST = 0.0005, 3  # the least probability that gets a bar; bars that are always there
MOST_LINES, MOST_COLUMNS, MOST_ROWS = 5, 8, 14


def next_token_picture(view: Mapping[str, Any]) -> Picture:
    """The widget's state as a PNG: ``view`` is what ``NextToken.view`` holds."""
    tokens = _token_lines(view)
    tree = view["tree"]
    rows = min(tree["rows"], MOST_ROWS)
    tokens_height = 28 * len(tokens)
    middle = max(
        34 + ROW * len(_worth_a_bar(view["candidates"])) + 44, 34 + 26 * len(view["lens"]) + 20
    )
    tree_height = 40 + CELL_HEIGHT * rows if tree["spots"] else 0
    sheet = Sheet(WIDTH, MARGIN + tokens_height + 14 + middle + tree_height + MARGIN)

    y = float(MARGIN)
    for line in tokens:
        for index, label, x, width in line:
            chosen = index == view["position"]
            sampled = index >= view["sampled_from"]
            fill = ACCENT if chosen else ACCENT_WASH if sampled else WASH
            sheet.box(x, y, width, 23, fill=fill, outline=ACCENT if chosen else LINE, radius=5)
            colour = PAPER if chosen else INK if index else FAINT
            sheet.text(x + 6, y + 11.5, label, colour=colour, mono=index > 0, anchor="lm")
            if sampled:
                sheet.line([(x + 5, y + 20), (x + width - 5, y + 20)], colour=colour, width=1)
        y += 28
    y += 14
    _bars(sheet, y, view)
    _lens(sheet, y, view["lens"])
    if tree["spots"]:
        _tree(sheet, y + middle, tree)
    return sheet.picture(_alt(view))


def settings_text(settings: Mapping[str, Any]) -> str:
    """Temperature, top-k and top-p in words."""
    parts = [f"temperature {settings['temperature']:g}"]
    parts += [f"top-k {settings['top_k']}"] if settings["top_k"] else []
    parts += [f"top-p {settings['top_p']:g}"] if settings["top_p"] else []
    return ", ".join(parts)


def _bars(sheet: Sheet, y: float, view: Mapping[str, Any]) -> None:
    at = view["position"]
    after = f"Next after {visible(view['tokens'][at])}" if at else "Next at the start"
    heading = fit(sheet, after, 220, size=13, bold=True)
    sheet.text(MARGIN, y, heading, size=13, bold=True)
    sheet.text(
        MARGIN + BARS_WIDTH, y + 1, settings_text(view["settings"]), colour=FAINT, anchor="ra"
    )
    y += 26
    rows = _worth_a_bar(view["candidates"])
    top = view["scale"]
    left, width = MARGIN + 128, BARS_WIDTH - 128 - 60
    for row in rows:
        middle = y + ROW / 2
        colour = INK if row["kept"] else FAINT
        label = fit(sheet, visible(row["piece"]), 118, size=12, mono=True)
        sheet.text(left - 8, middle, label, mono=True, colour=colour, anchor="rm")
        sheet.box(left, y + 3, width, ROW - 6, fill=WASH, radius=3)
        if row["kept"]:
            length = width * row["probability"] / top
            sheet.box(left, y + 5, max(length, 1), ROW - 10, fill=ACCENT, radius=2)
            words = f"{row['probability']:.1%}"
        else:
            hatch(sheet, left, y + 5, max(width * row["before"] / top, 1), ROW - 10)
            words = "cut"
        at_model = left + width * row["model"] / top
        sheet.line([(at_model, y + 2), (at_model, y + ROW - 2)], width=2)
        sheet.text(MARGIN + BARS_WIDTH, middle, words, colour=colour, anchor="rm")
        y += ROW
    others = view["vocabulary"] - len(rows)
    share = view["others"] + sum(row["probability"] for row in view["candidates"][len(rows) :])
    foot = (
        f"{view['kept']:,} of {view['vocabulary']:,} tokens can be drawn; "
        f"the {others:,} not shown have {share:.1%}."
    )
    sheet.text(MARGIN, y + 4, foot, size=12, colour=FAINT)
    scale = f"A full bar is {top:.0%}. Black tick: the model at temperature 1."
    sheet.text(MARGIN, y + 20, scale, size=12, colour=FAINT)


def _worth_a_bar(candidates: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The candidates, likeliest first, without the last ones that would all read 0.0%."""
    seen = [max(row["probability"], row["before"]) >= FAINTEST for row in candidates]
    return candidates[: max(FEWEST, sum(seen))]


def _lens(sheet: Sheet, y: float, lens: list[Mapping[str, Any]]) -> None:
    if not lens:
        return
    x = MARGIN + BARS_WIDTH + 32
    sheet.text(x, y, "Block by block (logit lens)", size=13, bold=True)
    y += 26
    winner = lens[-1]["tokens"][0][0]
    table = scale_table()
    names = 78
    width = (WIDTH - MARGIN - x - names) / 3
    for layer in reversed(lens):
        number = layer["layer"]  # 0 is what goes into the first block
        name = f"block {number - 1}" if number else "embedding"
        sheet.text(x, y + 11, name, size=12, colour=FAINT, anchor="lm")
        for i, (piece, probability) in enumerate(layer["tokens"][:3]):
            left = x + names + i * width
            red, green, blue = table[round(170 * probability)].tolist()
            shade = (red, green, blue)
            sheet.box(left, y, width - 4, 22, fill=shade, radius=4)
            if piece == winner:
                sheet.box(left, y, width - 4, 22, outline=INK, line=2, radius=4)
            dark = luminance(shade) < 0.19
            label = fit(sheet, visible(piece), width - 16, size=12, mono=True)
            colour = PAPER if dark else INK
            sheet.text(left + 6, y + 11, label, size=12, mono=True, colour=colour, anchor="lm")
        y += 26
    words = "Framed: what the model says. Darker: likelier."
    sheet.text(x, y + 4, words, size=12, colour=FAINT)


def _tree(sheet: Sheet, y: float, tree: Mapping[str, Any]) -> None:
    words = f"The tree of what might have been: {tree['steps']} tokens taken"
    sheet.text(MARGIN, y, words, size=13, bold=True)
    y += 26
    # The last columns are the ones that were just sampled.
    first = max(0, tree["columns"] - MOST_COLUMNS)
    width = min(CELL_WIDTH, INNER / min(tree["columns"], MOST_COLUMNS))
    spots = {
        spot["node"]: spot
        for spot in tree["spots"]
        if spot["column"] >= first and spot["row"] < MOST_ROWS
    }

    def place(spot: Mapping[str, Any]) -> tuple[float, float]:
        column, row = spot["column"] - first, spot["row"]
        return MARGIN + column * width, y + row * CELL_HEIGHT + CELL_HEIGHT / 2

    for spot in sorted(spots.values(), key=lambda spot: spot["on"]):
        if spot["parent"] in spots:
            x0, y0 = place(spots[spot["parent"]])
            x1, y1 = place(spot)
            colour, thick = (ACCENT, 2.5) if spot["on"] else (LINE, 1.2)
            turn = x1 - 8
            sheet.line(
                [(x0 + width - 16, y0), (turn, y0), (turn, y1), (x1, y1)],
                colour=colour,
                width=thick,
            )
    for spot in spots.values():
        x, middle = place(spot)
        box = (x, middle - 12, width - 16, 24)
        root = spot["node"] < 0
        if root:
            sheet.box(*box, fill=ACCENT_WASH, outline=ACCENT, radius=5)
        elif spot["on"]:
            sheet.box(*box, fill=ACCENT, radius=5)
        else:
            edge = INK if spot["taken"] else LINE
            sheet.box(*box, fill=PAPER, outline=edge, radius=5)
        colour = PAPER if spot["on"] and not root else INK if spot["taken"] else FAINT
        share = "" if root else f"{spot['probability']:.0%}"
        room = width - 30 - sheet.measure(share, size=12)
        words = visible(spot["piece"]) if spot["piece"] else "start"
        label = fit(sheet, words, room, size=12, mono=True)
        sheet.text(x + 5, middle, label, size=12, mono=True, colour=colour, anchor="lm")
        sheet.text(x + width - 21, middle, share, size=12, colour=colour, anchor="rm")


def _token_lines(view: Mapping[str, Any]) -> list[list[tuple[int, str, float, float]]]:
    """Lines of (index, label, x, width); the last lines where there are too many."""
    ruler = Sheet(1, 1)
    labels = ["start"]
    labels += [fit(ruler, visible(piece), INNER - 20, mono=True) for piece in view["tokens"][1:]]
    widths = [ruler.measure(label, mono=i > 0) + 12 for i, label in enumerate(labels)]
    lines = flow(widths, INNER, gap=4)[-MOST_LINES:]
    return [[(i, labels[i], MARGIN + x, widths[i]) for i, x in line] for line in lines]


def _alt(view: Mapping[str, Any]) -> str:
    at = view["position"]
    after = f"after “{view['tokens'][at]}”" if at else "at the start of a text"
    likely = ", ".join(
        f"“{row['piece']}” {row['probability']:.0%}" for row in view["candidates"][:3]
    )
    return (
        f"Bars of what {view['model']} expects {after} with {settings_text(view['settings'])}: "
        f"{likely}. {view['kept']} of {view['vocabulary']} tokens can be drawn."
    )
