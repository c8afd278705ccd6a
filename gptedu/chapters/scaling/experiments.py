"""Chapter 6's experiments: `gptedu measure scaling [NAME ...]` records them.

Each makes the runs of its sweep that are not in the table yet, and computes the rest from the
table. A sweep that was stopped goes on where it was.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np

from gptedu import records
from gptedu.chapters.scaling import family, sweeps
from gptedu.console import say
from gptedu.records import Experiment, Run
from gptedu.scaling import predictions, table
from gptedu.scaling.bets import right
from gptedu.scaling.bootstrap import bootstrap
from gptedu.scaling.isoflop import envelope, exponent, valleys
from gptedu.scaling.laws import fit_parametric, fit_power_law
from gptedu.scaling.pass_rates import exam, weights
from gptedu.scaling.runs import Planned, run, sweep, trained
from gptedu.scaling.table import Row, column
from gptedu.training.data.web import cache_folder
from gptedu.training.loop import evaluate
from gptedu.zoo import FAMILY_V2

COUNTED = {"all": "parameters", "matrices": "matrices", "blocks": "blocks"}
LIST = 32
"""Facts in a list that has to be right in full."""
GUESS = -sweeps.RECORDS.value * math.log(sweeps.RECORDS.base)
"""Log-probability of a value that is not known."""
CODE_RATIOS = (10, 30)
QUESTIONS, BETS_HELD_OUT = 1000, 65_536


def ladder() -> list[Row]:
    """The ladder's runs."""
    return sweep("ladder", sweeps.ladder(), say=say)


def long_run(name: str, planned: Planned) -> Row:
    """A run that takes an hour: from the table, or made, going on from the cache where it was."""
    done = [row for row in table.read(sweep=name) if row.recipe == planned.recipe.digest]
    if done:
        return done[0]
    folder = cache_folder() / "scaling" / planned.recipe.digest
    return table.add(run(name, planned, folder=folder, progress=True))


def predict() -> Run:
    """The prediction that was written down, and the run. "by ratio": predictions from fewer runs,
    made afterwards: ratio of compute -> per cent by which they are off."""
    rows = ladder()
    written = predictions.read("target")
    measured = long_run("target", sweeps.target())
    others = {}
    for ratio in (100, 1000):
        most = measured.flops / ratio
        fitted = [row for row in rows if sweeps.FROM <= row.flops <= most]
        x, losses = column(fitted, "flops"), column(fitted, "loss")
        law = fit_power_law(x, losses, measured.floor, delta=sweeps.DELTA)
        others[ratio] = 100 * (law(measured.flops) - measured.loss) / measured.loss
    return {
        "predicted": written.loss,
        "interval": [written.low, written.high],
        "measured": measured.loss,
        "floor": measured.floor,
        "ratio": written.ratio,
        "by ratio": others,
    }


def predict_again() -> Run:
    """The same prediction, and another seed of the run."""
    written = predictions.read("target")
    measured = long_run("target", sweeps.target(1)).loss
    return {"predicted": written.loss, "measured": measured, "off": written.off(measured)}


def ability() -> Run:
    """-E[log pass rate], predicted and measured; and exact match on lists, along all runs.

    The exam asks for facts up to rank 10,000. "as asked": with all rarer ones counted as that one,
    as the prediction was made. That held for the small runs, which do not know it; the target
    does, in part, and not those beyond. In "measured", and for all runs, a rarer fact is a guess.
    """
    rows = [*ladder(), long_run("target", sweeps.target())]
    probabilities = sweeps.RECORDS.probabilities
    written = predictions.read("ability")
    points = [(row.flops, exam(row.recall, probabilities, GUESS), known(row)) for row in rows]
    by_size = [
        [flops, *np.mean([point[1:] for point in own], axis=0).tolist()]
        for flops, own in groupby(sorted(points), key=lambda point: point[0])
    ]
    return {
        "predicted": written.loss,
        "measured": points[-1][1],
        "as asked": exam(rows[-1].recall, probabilities),
        "interval": [written.low, written.high],
        "pass rates": [(flops, minus_log) for flops, minus_log, _ in by_size],
        "exact": [(flops, share**LIST) for flops, _, share in by_size],
    }


def known(row: Row) -> float:
    """The chance that a value is right, for facts asked for as often as the text says them."""
    ranks, logprobs = np.array(row.recall).T
    own = weights(ranks, sweeps.RECORDS.probabilities, rarer=False)
    return float(own @ np.exp(logprobs) + (1 - own.sum()) * np.exp(GUESS))


def predict_code() -> Run:
    """The library: predictions from runs of 1/10, 1/30 and about 1/140, and the run.

    The last was written down before the run. "off": ratio -> per cent of the loss. "no floor": the
    same with a floor of 0, that of 1/140 written down as well.
    """
    rows = sweep("code", sweeps.code(), say=say)
    measured = long_run("code-target", sweeps.code_target())
    found = _against("code-target", rows, measured, None)
    return found | {"no floor": _against("code-target-no-floor", rows, measured, 0.0)}


def predict_code_tuned() -> Run:
    """The second attempt on the library; as `predict_code`, with one prediction."""
    rows = sweep("code-tuned", sweeps.code_tuned(), say=say)
    measured = long_run("code-tuned-target", sweeps.code_tuned_target())
    fitted = [row for row in rows if row.flops >= sweeps.CODE_FROM]
    return _against("code-tuned-target", fitted, measured, None)


def _against(name: str, rows: Sequence[Row], measured: Row, floor: float | None) -> Run:
    """A written prediction, and later ones from larger runs, against what was measured."""
    written = predictions.read(name)
    off = {round(written.ratio): written.off(measured.loss)}
    for ratio in CODE_RATIOS:
        fitted = [row for row in rows if row.flops <= measured.flops / ratio]
        x, losses = column(fitted, "flops"), column(fitted, "loss")
        law = fit_power_law(x, losses, floor, delta=sweeps.DELTA)
        off[ratio] = 100 * (law(measured.flops) - measured.loss) / measured.loss
    return {
        "predicted": written.loss,
        "interval": [written.low, written.high],
        "floor": written.floor,
        "measured": measured.loss,
        "off": off,
    }


def chinchilla() -> Run:
    """Three approaches on one set of runs (Hoffmann et al. 2022, section 3), and what is counted.

    "exponents": what is counted -> the exponent of the valleys' lowest points. "spread": the least
    and the most of it, with one run left out at a time; "without a valley": how often a budget then
    had no lowest point among its sizes. "law": approach 3, with 90% intervals.
    """
    rows = sweep("isoflop", sweeps.isoflop(), say=say)
    everything = [*rows, *ladder()]
    (floor,) = {row.floor for row in everything}
    exponents = {name: valley_exponent(rows, each) for name, each in COUNTED.items()}
    spread = one_left_out(rows)
    n, d, losses = (column(everything, name) for name in ("parameters", "symbols", "loss"))

    def figures(n: np.ndarray, d: np.ndarray, losses: np.ndarray, weights: Any) -> list[float]:
        law = fit_parametric(n, d, losses, floor=floor, weights=weights)
        return [law.alpha, law.beta, law.a]

    law = fit_parametric(n, d, losses, floor=floor)
    intervals = bootstrap([n, d, losses], figures, draws=200)
    best = envelope(column(everything, "flops"), n, losses)
    return {
        "exponents": exponents,
        "spread": [min(spread), max(spread)],
        "without a valley": len(rows) - len(spread),
        "law": vars(law) | {"a": law.a},
        "intervals": {
            name: [each.low, each.high]
            for name, each in zip(("alpha", "beta", "a"), intervals, strict=True)
        },
        "envelope": exponent(best)[0],
        "best": [(budget, each.size, each.loss) for budget, each in _valleys(rows).items()],
    }


def _valleys(rows: Sequence[Row], counted: str = "parameters") -> dict[float, Any]:
    return valleys(column(rows, "budget"), column(rows, counted), column(rows, "loss"))


def valley_exponent(rows: Sequence[Row], counted: str) -> float:
    """Exponent of the best size over the budgets. counted: a column of the table."""
    slope, _ = exponent({budget: each.size for budget, each in _valleys(rows, counted).items()})
    return slope


def one_left_out(rows: Sequence[Row]) -> list[float]:
    """The exponent with each run left out, for those sets whose budgets all have a lowest point."""
    found = []
    for each in rows:
        try:
            found.append(valley_exponent([row for row in rows if row is not each], "parameters"))
        except ValueError:  # four sizes on a slope, or bent the other way
            continue
    return found


def width() -> Run:
    """Losses by rule, width and rate, and the best rates."""
    rows = sweep("width", sweeps.width(), say=say)
    losses: dict[str, dict[int, dict[float, float]]] = {}
    for row in rows:
        losses.setdefault(row.rule, {}).setdefault(row.width, {})[row.matrix_rate] = row.loss
    best = {
        rule: {width: min(rates, key=lambda rate: rates[rate]) for width, rates in widths.items()}
        for rule, widths in losses.items()
    }
    return {
        "best": best,
        "losses": {
            rule: {width: list(rates.items()) for width, rates in widths.items()}
            for rule, widths in losses.items()
        },
    }


def schedule() -> Run:
    """Runs whose schedule ends with them, and the same stopped on its way; what each predicts."""
    longer = sweep("schedule", sweeps.schedule(), say=say)
    ends = [row for row in ladder() if row.seed == 0 and row.width in sweeps.SMALL]
    groups = {"ends with the run": ends, "four times as long": longer}
    flops = sweeps.target().recipe.flops
    laws = {
        name: fit_power_law(column(rows, "flops"), column(rows, "loss"), rows[0].floor)
        for name, rows in groups.items()
    }
    return {
        "above_floor": {
            name: {row.width: row.above for row in rows} for name, rows in groups.items()
        },
        "exponents": {name: law.b for name, law in laws.items()},
        "predicted": {name: law(flops) for name, law in laws.items()},
    }


def inverse(seed: int) -> Run:
    """Hindsight neglect by size: share of questions that is right, width -> 0 to 1.

    Where outcome and decision part, and where they agree, after as many examples as fit; and where
    they part, without an example. "above": loss above the floor, in nats a symbol.

    Width 8 is right far more often without an example. That is the place in the window and not what
    examples say: with seven in which outcome and decision part it is right in 9 to 47%, with
    seven in which they agree in 5 to 47%.
    """
    found: Run = {"flops": {}, "above": {}, "parting": {}, "agreeing": {}, "no example": {}}
    for recipe in sweeps.bets(seed):
        model, _ = trained(recipe)
        rows, floor = sweeps.BETS.held_out(recipe.model.context, BETS_HELD_OUT)
        figures = {"flops": recipe.flops, "above": evaluate(model, rows) - floor}
        for name, examples, part in (
            ("parting", sweeps.BETS_EACH - 1, True),
            ("agreeing", sweeps.BETS_EACH - 1, False),
            ("no example", 0, True),
        ):
            asked = sweeps.BETS.questions(QUESTIONS, examples, part=part, seed=seed)
            figures[name] = right(model, sweeps.BETS, *asked)
        for name, figure in figures.items():
            found[name][recipe.model.width] = figure
        say(f"width {recipe.model.width}, seed {seed}: {figures['parting']:.1%} where they part")
    return found


def jump() -> Run:
    """Chapter 3's jump in the loss itself, from its record."""
    (found,) = records.read("gpt3", "induction").results
    along = found["along"]
    return {
        "tokens": [each["tokens"] for each in along],
        "gains": [each["gain"] for each in along],
    }


_AHEAD = {"ratio": sweeps.RATIO, "from": sweeps.FROM, "width": sweeps.TARGET}

EXPERIMENTS = {
    "predict": Experiment(predict, over="nothing", settings=_AHEAD),
    "predict-again": Experiment(predict_again, over="nothing", settings=_AHEAD),
    "ability": Experiment(ability, over="nothing", settings={"list": LIST}),
    "predict-code": Experiment(predict_code, over="nothing", settings={"ratio": sweeps.CODE_RATIO}),
    "predict-code-tuned": Experiment(
        predict_code_tuned,
        over="nothing",
        settings={"ratio": sweeps.CODE_RATIO, "from": sweeps.CODE_FROM},
    ),
    "chinchilla": Experiment(
        chinchilla, over="nothing", settings={"budgets": list(sweeps.VALLEYS)}
    ),
    "width": Experiment(width, over="nothing", settings={"symbols": sweeps.RATE_SYMBOLS}),
    "schedule": Experiment(schedule, over="nothing", settings={"horizon": sweeps.LONGER}),
    "jump": Experiment(jump, over="nothing", settings={"record": "gpt3/induction"}),
    "inverse": Experiment(
        inverse, settings={"examples": sweeps.BETS_EACH - 1, "questions": QUESTIONS}
    ),
    "web": Experiment(
        family.web, (*FAMILY_V2, *family.COPIES), {"tokens": family.TOKENS}, over="nothing"
    ),
}
