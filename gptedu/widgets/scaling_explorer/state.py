"""From runs and a learner's choices to charts and sentences: functions without Jupyter.

A chart is plain values that the picture and the live view both draw: ranges, ticks, lines and dots,
all in log10 of their units.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gptedu import checks
from gptedu.scaling import (
    Interval,
    PowerLaw,
    bootstrap,
    exponent,
    fit_power_law,
    valleys,
)
from gptedu.scaling.budget import Machine, bill, buys
from gptedu.scaling.table import Row, column

TABS = {"law": "The law", "valleys": "Valleys", "budget": "What a budget buys"}
FLOORS = {"known": "known", "fitted": "fitted", "none": "none"}
COUNTED = {
    "parameters": "all parameters",
    "matrices": "without embeddings",
    "blocks": "without embeddings and head",
}
SLOPES = {"Kaplan 0.73": 0.73, "Chinchilla 0.50": 0.50}
"""Exponents a of N ~ C^a: Kaplan et al. 2020 (equation 6.1), Hoffmann et al. 2022 (table 2)."""
UNSEEN = 1000
"""The fit begins with the runs of at most this part of the target's compute, as for GPT-4."""
DRAWS = {"known": 100, "none": 100, "fitted": 30}
"""Of the bootstrap; a fit of the floor, too, takes ten times as long."""
POINTS = 48


@dataclass(frozen=True)
class Law:
    """A fit, and what it says of the target.

    refused: why there is none. interval: of the target's loss; None where too few runs give none.
    band: rows [log10 FLOPs, lowest loss, highest].
    """

    law: PowerLaw | None
    refused: str = ""
    loss: float | None = None
    interval: Interval | None = None
    band: tuple[tuple[float, float, float], ...] = ()


# ---------------------------------------------------------------- the law


def floors_of(runs: Sequence[Row]) -> list[str]:
    """Kinds of floor that these runs allow: a known one only where all have it."""
    known = all(run.floor is not None for run in runs)
    return [kind for kind in FLOORS if known or kind != "known"]


def base_of(runs: Sequence[Row], floor: str) -> float:
    """What heights in the chart are counted from: the floor where it is known."""
    return float(floor_of(runs, floor) or 0.0) if floor == "known" else 0.0


def floor_of(runs: Sequence[Row], kind: str) -> float | None:
    """What `fit_power_law` takes as its floor: the text's entropy, None to fit it, or 0."""
    if kind == "known":
        return float(np.mean(column(runs, "floor")))
    return None if kind == "fitted" else 0.0


def x_range(runs: Sequence[Row], target: Row | None) -> list[float]:
    """Both ends of the chart, in log10 FLOPs."""
    each = [math.log10(run.flops) for run in (*runs, *([target] if target else []))]
    return _room(each, 0.2)


def law_of(runs: Sequence[Row], floor: str, x: Sequence[float], target: Row | None) -> Law:
    """The law through runs, with its interval. x: both ends of the chart, in log10 FLOPs."""
    flops, losses = column(runs, "flops"), column(runs, "loss")
    known = floor_of(runs, floor) if runs else 0.0
    try:
        law = fit_power_law(flops, losses, known)
    except ValueError as error:
        return Law(None, str(error))
    at = np.linspace(x[0], x[1], POINTS)
    places = [*10**at, *([target.flops] if target else [])]

    def figures(flops: np.ndarray, losses: np.ndarray, weights: np.ndarray) -> list[float]:
        return list(fit_power_law(flops, losses, known, weights=weights, starts=2)(places))

    loss = float(law(target.flops)) if target else None
    try:
        each = bootstrap((flops, losses), figures, draws=DRAWS[floor])
    except ValueError:  # so few sizes that most draws lack some
        return Law(law, loss=loss)
    band = tuple((float(a), i.low, i.high) for a, i in zip(at, each, strict=False))
    return Law(law, "", loss, each[-1] if target else None, band)


def by_hand(line: Sequence[float], x: Sequence[float], at: float) -> float:
    """log10 of what a straight line says at `at`; line: its log10 heights at both ends of x."""
    share = (at - x[0]) / (x[1] - x[0])
    return line[0] + share * (line[1] - line[0])


def law_view(
    runs: Sequence[Row],
    target: Row | None,
    law: Law,
    *,
    seen: Sequence[bool],
    left_out: Sequence[bool],
    floor: str,
    line: Sequence[float] | None,
    revealed: bool,
) -> dict[str, Any]:
    """The chart of losses over compute, and what the law and the learner's line say.

    law: of the runs that are seen, by `law_of`. seen: of each run, whether the fit sees it.
    left_out: whether the learner took it out. line: log10 heights of the learner's line at both
    ends of the chart, None for none.
    """
    base, x = base_of(runs, floor), x_range(runs, target)

    def height(loss: float) -> float:
        return math.log10(max(loss - base, 1e-6))

    heights = [height(run.loss) for run in (*runs, *([target] if target else []))]
    lines: list[dict[str, Any]] = []
    band: list[list[float]] = []
    if law.law is not None:
        ends = np.linspace(x[0], x[1], POINTS).tolist()
        points = [[at, height(float(law.law(10**at)))] for at in ends]
        lines.append({"kind": "law", "name": "", "points": points})
        band = [[at, height(low), height(high)] for at, low, high in law.band]
        heights.append(points[-1][1])
    y = _room(heights, 0.08)
    dots: list[dict[str, Any]] = [
        {
            "kind": "out" if out else "seen" if ok else "unseen",
            "x": math.log10(run.flops), "y": height(run.loss), "run": place,
            "says": _run_words(run),
        }
        for place, (run, ok, out) in enumerate(zip(runs, seen, left_out, strict=True))
    ]  # fmt: skip
    if target is not None and revealed:
        dots.append({
            "kind": "target", "x": math.log10(target.flops), "y": height(target.loss), "run": None,
            "says": f"the target: {_run_words(target)}",
        })  # fmt: skip
    mine = None
    if line is not None and target is not None:
        mine = base + 10 ** by_hand(line, x, math.log10(target.flops))
    chart = {
        "x": x, "y": y, "x_ticks": decades(x[0], x[1]), "y_ticks": round_ticks(y[0], y[1]),
        "x_title": "compute of a run, FLOPs",
        "y_title": "loss above the floor, nats" if floor == "known" else "loss, nats a symbol",
        "band": band, "lines": lines, "dots": dots,
        "mark": None if target is None else math.log10(target.flops),
        "hand": None if line is None else list(line),
    }  # fmt: skip
    used = [run for run, ok in zip(runs, seen, strict=True) if ok]
    return {"charts": [chart], "says": _law_words(law, used, target, floor, mine, revealed)}


def _law_words(
    law: Law,
    used: Sequence[Row],
    target: Row | None,
    floor: str,
    mine: float | None,
    revealed: bool,
) -> list[list[str]]:
    """Rows [label, words] below the chart."""
    said: list[list[str]] = []
    if law.law is None:
        said.append(["law", law.refused])
    else:
        tail = "" if floor == "none" else f" + {law.law.floor:.4f} ({floor})"
        formula = f"L(C) = {law.law.a:.3g} * C^-{law.law.b:.3f}{tail}"
        said.append(["law", f"{formula}, from {_runs(len(used))}"])
    if target is None:
        return said
    if used:
        ratio = target.flops / max(run.flops for run in used)
        said.append(["the largest run it sees", f"1/{ratio:,.0f} of the target's compute"])
    if law.loss is not None:
        span = (
            f", between {law.interval.low:.4f} and {law.interval.high:.4f} "
            f"in {law.interval.level:.0%} of draws"
            if law.interval
            else ""
        )
        said.append(["the law says of the target", f"{law.loss:.4f} nats{span}"])
    if mine is not None:
        said.append(["your line says", f"{mine:.4f} nats"])
    if revealed:
        said.append(["the target's loss", f"{target.loss:.4f} nats"])
        if law.loss is not None:
            said.append(["the law misses it by", miss(law.loss, target.loss)])
        if mine is not None:
            said.append(["your line misses it by", miss(mine, target.loss)])
    return said


def miss(said: float, true: float) -> str:
    """ "0.42%, too low": how far a predicted loss lies from the measured one."""
    off = said / true - 1
    side = "too high" if off > 0 else "too low"
    return f"{abs(off):.2%}" + ("" if abs(off) < 5e-5 else f", {side}")


def _runs(count: int) -> str:
    return f"{count} run{'' if count == 1 else 's'}"


def _run_words(run: Row) -> str:
    return (
        f"width {run.width}, {number(run.parameters)} parameters, {number(run.symbols)} symbols, "
        f"{number(run.flops)} FLOPs, seed {run.seed}: loss {run.loss:.4f}"
    )


# ---------------------------------------------------------------- valleys


def valleys_view(runs: Sequence[Row], counted: str) -> dict[str, Any]:
    """IsoFLOP curves with their lowest points, and the best size over the budget.

    counted: the column of the table that is a model's size. Raises ValueError where there is no
    run with a budget, or no lowest point.
    """
    own = [run for run in runs if run.budget is not None]
    if not own:
        raise ValueError("no run has a budget: give runs of the sweep 'isoflop' as valleys")
    budgets = np.array([run.budget for run in own], dtype=np.float64)
    sizes, losses = column(own, counted), column(own, "loss")
    lowest = valleys(budgets, sizes, losses)
    first, second = _valley_chart(budgets, sizes, losses, lowest), None
    said = [["sizes", f"{COUNTED[counted]}; {_runs(len(own))}, {len(lowest)} budgets"]]
    if len(lowest) > 1:
        slope, factor = exponent({budget: each.size for budget, each in lowest.items()})
        said.append(["the best size", f"N ~ C^{slope:.2f}"])
        second = _best_chart(lowest, slope, factor)
    for budget, each in lowest.items():
        said.append(
            [f"{number(budget)} FLOPs", f"best at {number(each.size)}, loss {each.loss:.4f}"]
        )
    return {"charts": [chart for chart in (first, second) if chart], "says": said}


def _valley_chart(
    budgets: np.ndarray, sizes: np.ndarray, losses: np.ndarray, lowest: Mapping[float, Any]
) -> dict[str, Any]:
    lines: list[dict[str, Any]] = []
    dots: list[dict[str, Any]] = []
    for budget, each in lowest.items():
        own = budgets == budget
        span = np.linspace(np.log(sizes[own].min()), np.log(sizes[own].max()), 24)
        curve = each.loss + each.curvature / 2 * (span - math.log(each.size)) ** 2
        points = [
            [float(at) / math.log(10), math.log10(value)]
            for at, value in zip(span, curve, strict=True)
        ]
        lines.append({"kind": "valley", "name": number(budget), "points": points})
        for size, loss in zip(sizes[own], losses[own], strict=True):
            says = f"{number(size)} parameters at {number(budget)} FLOPs: loss {loss:.4f}"
            dots.append(_dot("seen", size, loss, says))
        dots.append(_dot("vertex", each.size, each.loss, f"the best at {number(budget)} FLOPs"))
    x = _room([dot["x"] for dot in dots], 0.1)
    y = _room([dot["y"] for dot in dots], 0.02)
    return {
        "x": x, "y": y, "x_ticks": round_ticks(x[0], x[1]), "y_ticks": round_ticks(y[0], y[1]),
        "x_title": "size, parameters", "y_title": "loss, nats a symbol",
        "band": [], "lines": lines, "dots": dots, "mark": None, "hand": None,
    }  # fmt: skip


def _best_chart(lowest: Mapping[float, Any], slope: float, factor: float) -> dict[str, Any]:
    dots: list[dict[str, Any]] = [
        _dot("vertex", budget, each.size, f"{number(budget)} FLOPs: best at {number(each.size)}")
        for budget, each in lowest.items()
    ]
    x = _room([dot["x"] for dot in dots], 0.15)
    middle = float(np.mean([dot["x"] for dot in dots]))
    height = math.log10(factor) + slope * middle

    def through(a: float) -> list[list[float]]:
        return [[at, height + a * (at - middle)] for at in x]

    lines: list[dict[str, Any]] = [
        {"kind": "law", "name": f"here {slope:.2f}", "points": through(slope)}
    ]
    lines += [{"kind": "slope", "name": name, "points": through(a)} for name, a in SLOPES.items()]
    y = _room([p[1] for line in lines for p in line["points"]] + [dot["y"] for dot in dots], 0.05)
    return {
        "x": x, "y": y, "x_ticks": decades(x[0], x[1]), "y_ticks": round_ticks(y[0], y[1]),
        "x_title": "budget, FLOPs", "y_title": "best size, parameters",
        "band": [], "lines": lines, "dots": dots, "mark": None, "hand": None,
    }  # fmt: skip


def _dot(kind: str, x: float, y: float, says: str) -> dict[str, Any]:
    return {"kind": kind, "x": math.log10(x), "y": math.log10(y), "run": None, "says": says}


def _room(values: Sequence[float], room: float) -> list[float]:
    return [min(values) - room, max(values) + room]


# ---------------------------------------------------------------- what a budget buys


def budget_view(
    flops: float,
    machines: Sequence[Machine],
    papers: Mapping[str, float],
    tokens_each: float,
) -> dict[str, Any]:
    """A scale of FLOPs with the papers' runs on it, and what a budget takes on each machine."""
    flops = checks.positive("flops", flops)
    marks = {"your budget": flops, **papers}
    x = [min(map(math.log10, marks.values())) - 0.8, max(map(math.log10, marks.values())) + 0.8]
    dots = [
        {
            "kind": "target" if name == "your budget" else "vertex",
            "x": math.log10(value), "y": 0.0, "run": None,
            "says": f"{name}: {number(value)} FLOPs",
        }
        for name, value in marks.items()
    ]  # fmt: skip
    _, size, tokens = buys(1.0, Machine("one day", flops / 86_400, used=1.0), tokens_each)
    said = [
        ["budget", f"{number(flops)} FLOPs, {number(bill(flops, machines[0]).pf_days)} PF-days"],
        [
            f"at {tokens_each:g} tokens a parameter",
            f"{number(size)} parameters, {number(tokens)} tokens",
        ],
    ]
    for machine in machines:
        own = bill(flops, machine)
        costs = [duration(own.days)]
        if machine.watts:
            costs.append(f"{number(own.energy)} kWh")
        if machine.price:
            costs.append(f"{number(own.money)} in money")
        said.append([f"{machine.name} ({number(machine.speed)} FLOPs a second)", ", ".join(costs)])
    names = [
        {"kind": "name", "name": name, "points": [[math.log10(value), 0.0]]}
        for name, value in marks.items()
    ]
    chart = {
        "x": x, "y": [-1.0, 1.0], "x_ticks": decades(x[0], x[1]), "y_ticks": [],
        "x_title": "FLOPs of a training run", "y_title": "",
        "band": [], "lines": names, "dots": dots, "mark": None, "hand": None,
    }  # fmt: skip
    return {"charts": [chart], "says": said}


def duration(days: float) -> str:
    """In the unit in which the number is easy to read."""
    for unit, each in (("year", 365.25), ("day", 1.0), ("hour", 1 / 24), ("minute", 1 / 1440)):
        if days >= each:
            value = number(days / each)
            return f"{value} {unit}{'' if value == '1' else 's'}"
    return f"{number(days * 86_400)} seconds"


# ---------------------------------------------------------------- numbers and axes


def number(value: float) -> str:
    """Two digits that count: "0.034", "12", "3,400", "5.1 million", "2.2e14"."""
    value = float(f"{value:.2g}")
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if power >= 9 or power < -3:
        return f"{value / 10.0**power:.2g}e{power}"
    if power >= 6:
        return f"{value / 1e6:.3g} million"
    return f"{value:,.0f}" if value >= 10 else f"{value:g}"


def decades(low: float, high: float, most: int = 8) -> list[tuple[float, str]]:
    """Ticks at powers of ten between two logarithms, at most so many."""
    inside = range(math.ceil(low), math.floor(high) + 1)
    step = max(1, -(-len(inside) // most))
    return [(float(power), f"1e{power}") for power in inside if power % step == 0]


def round_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Ticks at round numbers between two logarithms: 1, 2 and 5 times powers of ten, or closer."""
    tenths, hundredths = ([1 + i / n for i in range(9 * n)] for n in (10, 100))
    for parts in ([1], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9], tenths, hundredths):
        values = [
            part * 10.0**power
            for power in range(math.floor(low) - 1, math.ceil(high) + 1)
            for part in parts
        ]
        inside = [value for value in values if low <= math.log10(value) <= high]
        if len(inside) >= 3:
            break
    step = -(-len(inside) // 8)
    return [(math.log10(value), _plain(value)) for value in inside[::step]]


def _plain(value: float) -> str:
    return f"{value:.3g}" if value < 1000 else number(value)
