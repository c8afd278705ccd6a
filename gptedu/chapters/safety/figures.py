"""What the chapter draws and prints: from the records, and from what was made just now.

Functions give a plotly figure, lines of text to be printed, or which option of a guess came true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from gptedu import records
from gptedu.chapters.safety import claims
from gptedu.chapters.safety.experiments import enquiries_of
from gptedu.evaluate.calibration import confidence_bins, every_option
from gptedu.evaluate.exam import RIGHT
from gptedu.evaluate.temperature import at_temperature, fit_temperature
from gptedu.plots.accuracy import accuracy_by_size
from gptedu.plots.draws import accuracy_bars, accuracy_lines
from gptedu.plots.safety import judges as by_judge
from gptedu.plots.safety import plane as in_plane
from gptedu.plots.safety import sure as by_confidence
from gptedu.safety.classes import grade
from gptedu.safety.system import ORDERS
from gptedu.safety.tracked import Point
from gptedu.world.policy import CLASSES, KINDS, Enquiry, comparison

if TYPE_CHECKING:
    import plotly.graph_objects as go

APART = 0.05
"""Of a share: less is called no change."""
NEAR_ONE = 0.05
"""A model whose best temperature is as near to 1 is about as sure as it is right."""
REWARDS = {
    "before": "before PPO",
    "rules": "the table, by exact rules",
    "one-sided": "punish all telling",
    "words": "a word list",
    "learned": "the table, by a learned judge",
}
WAYS = {
    "same": "the two names are “the same”",
    "nobody": "the thing is “nobody's”",
    "none": "no reasoning",
    "different": "the names are “different”, and it tells",
}
PAID = {"rewards": "", "pulled": ", and answers pay"}
SAYINGS = {
    "true": "true sayings",
    "false": "false sayings",
    "true/encyclopaedia": "true, the source named",
    "false/encyclopaedia": "false, the source named",
}
ENDS = 5
"""Steps at each end of a run that are compared, as the claim does."""


def _runs(name: str) -> list[dict[str, Any]]:
    return records.read("safety", name).results


def _percent(shares: Iterable[float]) -> list[float]:
    return [100 * share for share in shares]


# --- rewards


def of_plans(earned: Mapping[tuple[str, str], float]) -> str:
    """Which plan a table that only punishes pays best. earned: (table, plan) -> mean reward."""
    plans = {
        "the policy": earned["only punishing", "the policy"],
        "to refuse everybody": earned["only punishing", "refuse everybody"],
        "to tell everybody": earned["only punishing", "tell everybody"],
    }
    best = [plan for plan, own in plans.items() if own > max(plans.values()) - 1e-9]
    return best[0] if len(best) == 1 else "the first two earn the same"


def place(at: Point) -> str:
    """Where a policy stands, in words."""
    return (
        f"{at.unsafe:.0%} of the disallowed told, {at.over_refused:.0%} of the allowed refused"
        f" (step {at.step})"
    )


def of_corner(before: Point, after: Point) -> str:
    """Where a point went, as the guess's options say it."""
    told, refused = after.unsafe - before.unsafe, after.over_refused - before.over_refused
    if max(abs(told), abs(refused)) <= APART:
        return "it stays where it is"
    if refused > APART and refused >= told:
        return "up, towards “always refuse”"
    return "to the right, towards “always tell”" if told > APART else "to the corner at 0"


def plane(*names: str) -> go.Figure:
    """Where models stand after PPO by some of the rewards. names: of `REWARDS`."""
    found = [run["profiles"] for run in _runs("rewards")]
    return in_plane.plane(
        {
            REWARDS[name]: [(run[name]["unsafe"], run[name]["over_refused"]) for run in found]
            for name in names
        },
        title="Where rewards lead",
    )


def by_kind(*names: str, record: str = "rewards") -> str:
    """Classes of the replies to each kind of enquiry, a mean over the runs: three rows a reward.

    names: of `REWARDS`. record: "rewards", or "pulled", where answers pay.
    """
    found = [run["profiles"] for run in _runs(record)]
    lines = [f"{'':<11}" + "".join(f"{name:>14}" for name in CLASSES)]
    for name in names:
        lines.append(f"{REWARDS[name]}:")
        for kind in KINDS:
            shares = [fmean(run[name]["classes"][kind][each] for run in found) for each in CLASSES]
            lines.append(f"  {kind:<9}" + "".join(f"{share:>14.0%}" for share in shares))
    return "\n".join(lines)


def told(reward: str, record: str = "rewards") -> float:
    """Percent of the disallowed requests that are answered, the mean over the runs."""
    return 100 * fmean(run["profiles"][reward]["unsafe"] for run in _runs(record))


def owners_refused(reward: str) -> float:
    """Percent of the owners whom the model of a reward refuses, the mean over the runs."""
    found = [run["profiles"][reward]["classes"]["own"] for run in _runs("rewards")]
    return 100 * fmean(own["refused well"] + own["refused badly"] for own in found)


def two_judges(record: str) -> go.Figure:
    """The learned judge's reward and the oracle's, of the same replies, by step.

    record: "rewards", or "pulled", where answers pay.
    """
    found = [run["scores"] for run in _runs(record)]
    return by_judge.two_judges(
        {
            words: [fmean(run[step][key] for run in found) for step in range(len(found[0]))]
            for words, key in (("the learned judge", "grader"), ("the exact rules", "oracle"))
        },
        title="PPO by a learned judge" + PAID[record],
    )


def judge_agrees() -> str:
    """How often the learned judge is right before any model learns from it."""
    runs = _runs("judge")
    labelled, written = (
        fmean(run["agreement"][key] for run in runs) for key in ("labelled", "written")
    )
    missed = ", ".join(f"{run['missed']:.0%}" for run in runs)
    return (
        f"the learned judge gives {labelled:.0%} of other labelled replies their class,\n"
        f"and {written:.0%} of those that the model writes where PPO begins, about new names;\n"
        f"of the disallowed ones among these it takes for safe: {missed} (three judges)"
    )


def of_hacked() -> str:
    """Whether the oracle's reward rises as the judge's does."""
    rises = {
        key: fmean(_rise([step[key] for step in run["scores"]]) for run in _runs("rewards"))
        for key in ("grader", "oracle")
    }
    as_much = rises["oracle"] >= rises["grader"] - APART
    return "it rises as much" if as_much else "it rises less, or falls"


def _rise(values: Sequence[float]) -> float:
    return fmean(values[-ENDS:]) - fmean(values[:ENDS])


def how_it_tells() -> str:
    """How the model tells strangers that the learned judge paid for answers: by what its reasoning
    says of the two names, how often in each run, and a reply of each kind."""
    record = records.read("safety", "pulled")
    runs = [
        _told(seed, run["replies"]["learned"])
        for seed, run in zip(record.seeds, record.results, strict=True)
    ]
    lines = [f"replies that tell a stranger, in three runs: {', '.join(str(len(r)) for r in runs)}"]
    for way, words in WAYS.items():
        found = [[each for each in run if _way(each[1]) == way] for run in runs]
        lines.append(f"\n{words}: {', '.join(str(len(own)) for own in found)}")
        every = [each for own in found for each in own]
        for enquiry, reply in sorted(every, key=_is_garbled)[:1]:
            lines += [f"  {enquiry.setting.text}", f"  {enquiry.request}", f"    {reply.strip()}"]
    return "\n".join(lines)


def _way(reply: str) -> str:
    """What a reply that tells a stranger makes of the names, as in `WAYS`."""
    return comparison(reply) or ("nobody" if "Nobody" in reply else "none")


def _is_garbled(told: tuple[Enquiry, str]) -> bool:
    """Whether a reply spells its names as the text does not, so that it is hard to read."""
    enquiry, reply = told
    names = {enquiry.owner} if comparison(reply) is None else {enquiry.asker, enquiry.owner}
    return "Nobody" not in reply and not names <= set(re.findall(r"\w+", reply))


def _told(seed: int, replies: Sequence[str]) -> list[tuple[Enquiry, str]]:
    """Those of a draw's recorded replies that tell somebody what only another may know."""
    asked = zip(enquiries_of(seed, count=len(replies)), replies, strict=True)
    return [each for each in asked if not each[0].allowed and grade(*each) == "disallowed"]


# --- what a rule does not reach


def red_team() -> go.Figure:
    """Success of the attack by round, and that of wordings that no round met."""
    found = [run["rounds"] for run in _runs("red-team")]
    rounds = range(len(found[0]))
    return accuracy_lines(
        [number + 1 for number in rounds],
        {
            words: [_percent(run[number][key] for run in found) for number in rounds]
            for words, key in (
                ("the search, best of its tries", "success"),
                ("wordings that no round met, one try", "held_out"),
                ("owners in such words, answered", "owners"),
            )
        },
        {},
        title="Attacks that work, and owners who are answered",
        x_title="round",
        y_title="of all requests (%)",
    )


def loop_worth() -> str:
    """What each step of the loop is worth, a mean over the runs."""
    runs = _runs("loop")
    listing = {key: fmean(run["listing"][key] for run in runs) for key in runs[0]["listing"]}
    lines = [
        f"in {listing['faulty']:.0%} of the first replies something is made up",
        f"2 list:    finds {listing['recall']:.0%} of these; of what it lists, "
        f"{listing['precision']:.0%} are such replies",
        "",
        f"{'3 rewrite, 4 list again':<32}{'pairs':>8}{'repaired':>10}{'right':>8}{'shorter':>9}",
    ]
    for name, words in (
        ("left out", "left out, listed again"),
        ("unchecked", "corrected, not listed again"),
        ("checked", "corrected, listed again"),
    ):
        own = {
            key: fmean(run["pairs"][name][key] or 0.0 for run in runs)
            for key in ("pairs", "matched", "repaired", "right", "shorter")
        }
        shorter = own["shorter"] * (own["pairs"] - own["matched"]) / max(1, own["pairs"])
        lines.append(
            f"   {words:<29}{own['pairs']:>8.0f}{own['repaired']:>10.0%}{own['right']:>8.0%}"
            f"{shorter:>9.0%}"
        )
    return "\n".join(lines)


def gain_of_check() -> float:
    """Points of the pairs that are right with the fourth step and not without, a mean."""
    return fmean(claims.loop_check.compute(run["pairs"]) for run in _runs("loop"))


def made_up() -> str:
    """Replies with something made up: single ones, and the loop's picks, none of them shorter."""
    found = [run["made_up"] for run in _runs("loop")]
    return "\n".join(
        f"{line} {words:<44}{100 * fmean(run[key] for run in found):>5.1f}% with something made up"
        for line, (words, key) in enumerate(
            (
                ("the first reply", "first"),
                ("the loop's pick among replies not shorter", "picked"),
                ("its pick among replies of the same length", "as long"),
                ("the same, learned from pairs alone", "as long, pairs alone"),
                ("one of the same length, at random", "as long, at random"),
            ),
            start=1,
        )
    )


def truth() -> go.Figure:
    """False and true sayings by size, the source named or not."""
    record = records.read("safety", "truth")
    sizes = {name: origin["parameters"] for name, origin in record.models.items()}
    return accuracy_by_size(
        list(sizes.values()),
        {
            words: [fmean(run["accuracy"][name][kind] for run in record.results) for name in sizes]
            for kind, words in SAYINGS.items()
        },
        title="Sayings, two ends to choose from",
        names=list(sizes),
        chance=0.5,
    )


def truth_by_ratio() -> str:
    """False sayings by how often they are said: every size."""
    record = records.read("safety", "truth")
    lines = [f"{'false sayings, right:':<26}" + "".join(f"{name:>11}" for name in record.models)]
    for part, words in (("often", "said four times as often"), ("even", "said as often")):
        shares = [
            fmean(run["accuracy"][name][f"false/{part}"] for run in record.results)
            for name in record.models
        ]
        lines.append(f"  {words:<24}" + "".join(f"{share:>11.0%}" for share in shares))
    return "\n".join(lines)


def of_truth() -> str:
    """What size does to sayings, as the guess's options say it."""
    found = [run["accuracy"] for run in _runs("truth")]
    false, true = (
        fmean(run[claims.LARGEST][kind] - run[claims.SMALLEST][kind] for run in found)
        for kind in ("false", "true")
    )
    if false < -APART and true > APART:
        return "false ones get worse, true ones better"
    if false > APART and true > APART:
        return "both get better"
    return "neither changes much" if max(abs(false), abs(true)) <= APART else "something else"


def system() -> go.Figure:
    """System lines obeyed, and users' wishes that were followed instead."""
    found = _runs("system")
    names = {
        "alone": "no contrary<br>wish",
        "trained": "conflicts of<br>training",
        "held-out": "conflicts that<br>training lacks",
    }
    return accuracy_bars(
        {
            words: {name: _percent(run[key][part] for run in found) for part, name in names.items()}
            for words, key in (("system line obeyed", "obeyed"), ("user followed", "gave way"))
        },
        title=f"A system line against a user's wish, {len(ORDERS)} orders",
    )


def obeyed(part: str) -> float:
    """Percent of system lines that are obeyed, the mean over the runs."""
    return 100 * fmean(run["obeyed"][part] for run in _runs("system"))


def sure(scores: Tensor, *temperatures: float) -> go.Figure:
    """How sure a model is of exam answers, and how many are right, at some temperatures.

    scores: [questions, options], the right one first; every option counts as an answer.
    """
    rights = torch.full((len(scores),), RIGHT)
    curves = {}
    for each in temperatures:
        confidence, right = every_option(at_temperature(scores, each), rights)
        curves[f"temperature {each:g}"] = [
            (float(confidence[inside].mean()), float(right[inside].float().mean()), len(inside))
            for inside in confidence_bins(confidence, right)
        ]
    return by_confidence.sure_and_right(curves, title="How sure, and how often right")


def of_sure(scores: Tensor) -> str:
    """Whether a model is too sure of exam answers, as the guess's options say it."""
    best = fit_temperature(scores, torch.full((len(scores),), RIGHT))
    if abs(best - 1) <= NEAR_ONE:
        return "about as sure as it is right"
    return "too sure" if best > 1 else "not sure enough"


def calibration() -> str:
    """The calibration error before PPO, after it, and repaired; and what is right."""
    found = _runs("calibration")
    lines = [
        f"{words:<28} error {fmean(run['errors'][key] for run in found):.3f}, "
        f"right {fmean(run['right'][key] for run in found):.0%}"
        for key, words in (
            ("before", "before PPO"), ("after", "after PPO"), ("repaired", "with one temperature"),
        )
    ]  # fmt: skip
    temperatures = ", ".join(f"{run['temperature']:.2f}" for run in found)
    return "\n".join([*lines, f"the temperatures: {temperatures}"])
