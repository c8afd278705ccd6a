"""What tilts a law, and texts whose floor nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gptedu.chapters.scaling import claims, family, sweeps
from gptedu.chapters.scaling.figures.common import in_lines, record
from gptedu.chapters.scaling.figures.line import runs
from gptedu.plots.scaling import laws
from gptedu.plots.scaling import sweeps as sweep_plots
from gptedu.scaling import predictions
from gptedu.scaling.laws import through_three
from gptedu.scaling.table import Row
from gptedu.zoo import FAMILY_V2

if TYPE_CHECKING:
    import plotly.graph_objects as go


def rates() -> go.Figure:
    """Loss over the learning rate at three widths, by two rules."""
    names = {"muon": "Muon, the course's rule", "adamw": "AdamW, one rate for all"}
    found = record("width")["losses"]
    return sweep_plots.best_rates(
        {names[rule]: widths for rule, widths in found.items()},
        title="The best learning rate at three widths",
    )


def best_rates() -> str:
    """The best rate of each width, by both rules."""
    return in_lines(
        f"{rule:>6}: " + ", ".join(f"width {width} {rate:g}" for width, rate in widths.items())
        for rule, widths in record("width")["best"].items()
    )


def rate_of_the_smallest() -> str:
    """What the widest model loses with the rate that is best for the narrowest."""
    lines, found = [], record("width")
    for rule, widths in found["losses"].items():
        narrow, wide = min(widths), max(widths)
        losses, rate = dict(widths[wide]), found["best"][rule][narrow]
        lines.append(
            f"{rule:>6}, width {wide}: loss {losses[rate]:.3f} with width {narrow}'s best rate, "
            f"{min(losses.values()):.3f} with its own"
        )
    return in_lines(lines)


def of_rates() -> str:
    """What becomes of AdamW's best rate as the model grows, as the guess's options say it."""
    best = record("width")["best"]["adamw"]
    narrow, wide = best[min(best)], best[max(best)]
    if narrow == wide:
        return "it stays"
    return "it becomes smaller" if wide < narrow else "it becomes larger"


def schedules(ends: Sequence[Row], longer: Sequence[Row]) -> go.Figure:
    """The same four runs by two schedules."""
    return runs(
        {"the rate ends with the run": ends, "four times too long": longer},
        title="The same runs, with schedules that end and that do not",
    )


def by_schedule() -> str:
    """What a schedule that is too long does to each width, and to the law."""
    found = record("schedule")
    ends, longer = found["above_floor"].values()
    lines = [f"width {width:>2}: {100 * (longer[width] / ends[width] - 1):+.0f}%" for width in ends]
    lines += [
        f"{name}: exponent {found['exponents'][name]:.2f}, the target would come to {loss:.4f}"
        for name, loss in found["predicted"].items()
    ]
    return in_lines(lines)


def of_schedules() -> str:
    """Which of the guess's options came true."""
    ends, longer = record("schedule")["above_floor"].values()
    worse = [longer[width] > ends[width] for width in sorted(ends)]
    if all(worse):
        return "all four get worse"
    if not any(worse):
        return "all four get better"
    return "the small ones get better, the large ones worse" if worse[-1] else "something else"


def _library() -> dict[str, Any]:
    return record("predict-code")


def library(rows: Sequence[Row], target: Row | None = None) -> go.Figure:
    """The library's runs, and both laws that were written down: with a floor, and without."""
    laws_of = {
        "with a fitted floor": predictions.read("code-target").law,
        "without a floor": predictions.read("code-target-no-floor").law,
    }
    end = sweeps.code_target().recipe.flops
    return laws.two_laws(
        [(row.flops, row.loss) for row in rows],
        {name: [(float(x), float(law(x))) for x in np.geomspace(rows[0].flops, end, 30)]
         for name, law in laws_of.items()},
        title="Python's library: two laws through the same runs",
        held_out=(target.flops, target.loss) if target else None,
    )  # fmt: skip


def library_predictions() -> str:
    """Both predictions of the large run on the library, as they were written down."""
    lines = []
    for name, words in (
        ("code-target", "with a fitted floor"),
        ("code-target-no-floor", "without a floor"),
    ):
        said = predictions.read(name)
        lines.append(
            f"{words:>19}: loss {said.loss:.3f} ({said.low:.3f} to {said.high:.3f}), "
            f"floor {said.floor:.2f}"
        )
    return in_lines(lines)


def of_library() -> str:
    """Which law came nearer, as the guess's options say it."""
    found = _library()
    measured, with_floor, without = (
        found["measured"], found["predicted"], found["no floor"]["predicted"]
    )  # fmt: skip
    nearest = min(abs(with_floor - measured), abs(without - measured))
    if nearest > claims.WITHIN / 100 * measured:
        return "neither, within 3%"
    return (
        "the law with a floor" if abs(with_floor - measured) == nearest else "the law without one"
    )


def library_misses() -> str:
    """By how many per cent each law is off, by how far ahead it looks."""
    found = _library()
    lines = []
    for name, off in (("with a floor", found["off"]), ("without", found["no floor"]["off"])):
        told = ", ".join(f"{miss:+.1f}% at {ratio} times" for ratio, miss in sorted(off.items()))
        lines.append(f"{name:>13}: {told}")
    return in_lines(lines)


def second_attempt(rows: Sequence[Row], target: Row) -> go.Figure:
    """The library's runs, tuned on it, the law that was written down, and the run."""
    law = predictions.read("code-tuned-target").law
    at = np.geomspace(min(row.flops for row in rows), target.flops, 30)
    return laws.two_laws(
        [(row.flops, row.loss) for row in rows],
        {"the law, written down": [(float(x), float(law(x))) for x in at]},
        title="Python's library, the second attempt",
        held_out=(target.flops, target.loss),
    )


def second_misses() -> str:
    """By how many per cent the second attempt's law is off, by how far ahead it looks."""
    found = record("predict-code-tuned")
    told = [f"{ratio} times ahead {miss:+.1f}%" for ratio, miss in sorted(found["off"].items())]
    return in_lines(
        [f"predicted {found['predicted']:.3f}, measured {found['measured']:.3f}", *told]
    )


def of_second() -> str:
    """How the second attempt came out, as the guess's options say it."""
    found = record("predict-code-tuned")
    off = found["predicted"] / found["measured"] - 1
    if abs(off) <= claims.WITHIN / 100:
        return "within 3%"
    return "more than 3% too high" if off > 0 else "more than 3% too low"


def web() -> go.Figure:
    """The family on the web: the law through three models, and the fourth; mini-m's copies."""
    found = record("web")
    models = {name: found["runs"][name] for name in FAMILY_V2}
    small = [(run["flops"], run["loss"]) for run in list(models.values())[:-1]]
    law = through_three([flops for flops, _ in small], [loss for _, loss in small])
    large = models[FAMILY_V2[-1]]
    copies = [(run["flops"], run["loss"]) for run in map(found["runs"].get, family.COPIES)]
    at = np.geomspace(min(flops for flops, _ in small), large["flops"], 30)
    return laws.two_laws(
        small,
        {"through three models": [(float(x), float(law(x))) for x in at],
         "mini-m-v2 along its training": copies},
        title="The family on the miniature web",
        held_out=(large["flops"], large["loss"]),
    )  # fmt: skip


def web_misses() -> str:
    """What other ways of making a law from the family would have said."""
    names = {
        "with a floor": "mini-l-v2 from three models",
        "over parameters": "the same over parameters",
        "without a floor": "without a floor",
        "copies, of mini-l": "mini-l-v2 from mini-m-v2's copies",
        "copies, of mini-m": "mini-m-v2 from its own copies",
    }
    found = record("web")["by"]
    return in_lines(
        f"{names[how]:>33}: {loss:.3f}, {off:+.1f}%" for how, (loss, off) in found.items()
    )


def of_web() -> str:
    """Where mini-l lies beside its prediction, as the guess's options say it."""
    found = record("web")
    off = found["predicted"] / found["measured"] - 1
    if abs(off) <= claims.WITHIN / 100:
        return "on the line, within 3%"
    return "above the line" if off < 0 else "below the line"
