"""What the chapter draws and prints; most of it is recorded, as it takes too long to wait for.

Functions give a plotly figure, or lines of text to be printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any

from gptedu import records
from gptedu.chapters.instructgpt import claims
from gptedu.chapters.instructgpt.old_tasks import OLD_TASKS
from gptedu.plots.draws import accuracy_bars, accuracy_lines
from gptedu.plots.ppo_curves import ppo_curves
from gptedu.plots.reward_against_truth import reward_against_truth
from gptedu.plots.sft_epochs import by_epoch
from gptedu.plots.stages import by_stage
from gptedu.plots.style import wrapped
from gptedu.rlhf.judging import TRUE

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from gptedu.rlhf.ppo.run import PPORun
    from gptedu.rlhf.reward.scorer import Scorer
    from gptedu.world.requests import Instruction

STAGES = ("base", "base, prompted", "sft", "ppo", "ppo-ptx")
SHIPPED = 5_000  # rankings that mini-m-rm has learned from


def _runs(experiment: str) -> list[dict[str, Any]]:
    return records.read("instructgpt", experiment).results


def _figures(values: Iterable[float], form: str) -> str:
    return "  ".join(format(value, form).replace("-", "−") for value in values)


def _in_percent(shares: Iterable[float]) -> list[float]:
    return [100 * share for share in shares]


def _percent(shares: Iterable[float]) -> str:
    return "  ".join(f"{100 * share:5.1f}%" for share in shares)


# --- step 1


def epochs() -> go.Figure:
    """Sixteen times through 1,000 demonstrations."""
    return by_epoch(
        [run["curve"] for run in _runs("sft-epochs")],
        title="Sixteen times through 1,000 demonstrations",
    )


def lowest_loss() -> list[int]:
    """The epoch, from 1, after which the loss was lowest, by run."""
    return [round(claims.sft_epochs.compute(run["curve"])) for run in _runs("sft-epochs")]


def after_lowest_loss() -> str:
    """What became of loss, true score and reward after that."""
    curves = [run["curve"] for run in _runs("sft-epochs")]
    names = {"loss": "loss", "truth": "true score", "reward": "reward"}
    lines = ["mean of epochs 13 to 16, less the value where the loss was lowest; a column a run"]
    for key, name in names.items():
        changes = [claims.gained_after(curve, key) for curve in curves]
        lines.append(f"{name:>12}  {_figures(changes, '+.2f')}")
    return "\n".join(lines)


# --- step 2


def by_rankings() -> go.Figure:
    """How often reward models from 25 to 5,000 rankings order two replies rightly."""
    fitted = [run["by_count"] for run in _runs("reward-models")]
    shipped = [run["judges"] for run in _runs("judge")]
    twice = fmean(run["agreement"]["a labeler with itself"] for run in _runs("judge"))
    counts = list(fitted[0])
    scores: dict[str, list[list[float]]] = {}
    for who in fitted[0][counts[0]]:
        runs = [[run[count][who] for run in fitted] for count in counts]
        scores[who.replace("preference", "score")] = [
            _in_percent(shares) for shares in [*runs, [run[who] for run in shipped]]
        ]
    scores["its labeler, asked again"] = [[100 * twice]] * (len(counts) + 1)
    return accuracy_lines(
        [*counts, SHIPPED],
        scores,
        chance=50,
        title="Pairs that the reward model orders as …",
        x_title="rankings learned from",
        log=True,
    )


def opinions(
    judge: Scorer, instructions: Sequence[Instruction], replies: Sequence[Sequence[str]]
) -> go.Figure:
    """A judge's reward of several replies to each request, against their true scores."""
    both = [(each, reply) for each, own in zip(instructions, replies, strict=True) for reply in own]
    return reward_against_truth(
        {judge.name: judge([each.prompt + reply for each, reply in both]).tolist()},
        [TRUE(each, reply) for each, reply in both],
        title=f"The judge's opinion of {len(both)} replies",
    )


def refusals() -> str:
    """How often the SFT model's refusals are right, and its statements; a figure a draw."""
    runs = _runs("refusals")
    return "\n".join(
        f"{what:>10}: {_counts(run[what] for run in runs)}" for what in ("refusals", "statements")
    )


def manners() -> str:
    """How the judge orders pairs of replies, by whether their manners differ; a figure a draw."""
    runs = _runs("manners")
    lines = ["pairs of replies that the true score tells apart, ordered rightly by the judge"]
    for what, words in (("other", "manners differ"), ("alike", "equal manners")):
        lines.append(f"{words:>15}: {_counts(run[what] for run in runs)}")
    several = "  ".join(str(run["over-polite"]) for run in runs)
    return "\n".join([*lines, f"replies with more than one polite phrase, of 400: {several}"])


def _counts(found: Iterable[Mapping[str, float]]) -> str:
    return "   ".join(f"{100 * each['right']:5.1f}% of {each['count']}" for each in found)


# --- step 3


def two_runs(held: PPORun, free: PPORun) -> go.Figure:
    """Two runs of the same start, named by the β with which they end."""
    return ppo_curves(
        {f"β = {run.beta:g}": run.record for run in (held, free)},
        title="One start and judge, with the KL penalty and without",
        quantities=("reward", "truth", "kl", "entropy"),
        mean_of=3,
    )


def three_judges() -> go.Figure:
    """What three judges say of policies trained against them, and what is true, by β."""
    found = [run["runs"] for run in _runs("overoptimisation")]
    curves = {f"β = {beta:g}": _mean_steps([judge[beta] for judge in found]) for beta in found[0]}
    return ppo_curves(
        curves,
        quantities=("reward", "truth"),
        title="Means over three judges: what they say, and what is true",
        mean_of=10,
    )


def _mean_steps(runs: Sequence[Sequence[Mapping[str, Any]]]) -> list[dict[str, float]]:
    """Reward and true score of each step, a mean over the runs."""
    return [
        {"step": rows[0]["step"]}
        | {name: fmean(r[name] for r in rows) for name in ("reward", "truth")}
        for rows in zip(*runs, strict=True)
    ]


def judge_by_judge() -> str:
    """Reward and true score at the start and at the end, and what was written last."""
    found = [run["runs"] for run in _runs("overoptimisation")]
    lines = []
    for key, name in (("reward", "reward"), ("truth", "true score")):
        lines.append(f"{name}, first three steps → last ten, for each of three judges")
        for beta in found[0]:
            changes = [claims.change(judge[beta], key) for judge in found]
            said = "    ".join(f"{a:5.2f} → {b:5.2f}".replace("-", "−") for a, b in changes)
            lines.append(f"  β = {beta:g}:  {said}" if beta else f"  β = 0:    {said}")
    lines.append("\nβ = 0, the last replies of each judge's policy:")
    return "\n".join([*lines, *(judge[0.0][-1]["answers"][0][:64] for judge in found)])


# --- what it costs, and what it brings


def _stage(name: str) -> list[dict[str, Any]]:
    """A stage in all runs; the stages before PPO are the same in all, and count once."""
    found = [run["stages"][name] for run in _runs("order")]
    return found if name.startswith("ppo") else found[:1]


def old_tasks() -> go.Figure:
    """Chapter 2's tasks, asked as they were asked there, after each stage."""
    stages = {
        name: {
            wrapped(words, 12): _in_percent(run["abilities"][task] for run in _stage(name))
            for task, words in OLD_TASKS.items()
        }
        for name in STAGES
        if name != "base, prompted"
    }
    return accuracy_bars(stages, title="What is left of chapter 2, right to the letter")


def tax_left() -> float:
    """Percent of the SFT model's level on these tasks that PPO has left, the mean of all runs."""
    levels = [run["stages"] for run in _runs("order")]
    return 100 * fmean(claims.level(each, "ppo") / claims.level(each, "sft") for each in levels)


def held() -> str:
    """Replies of mini-m-ppo to chapter 2's tasks: right to the letter, and with the right words."""
    runs = [run["tasks"] for run in _runs("held")]
    lines = [f"{'':>22}  {'right to the letter':<23}  the right words are in it"]
    for task, words in OLD_TASKS.items():
        both = (_percent(run[task][what] for run in runs) for what in ("verbatim", "held"))
        lines.append(f"{words:>22}: {'    '.join(both)}")
    return "\n".join(lines)


def calibration() -> str:
    """The calibration error of each stage, a figure a run."""
    lines = []
    for name in ("base", "sft", "ppo", "ppo-ptx"):
        errors = [run["calibration error"] for run in _stage(name)]
        lines.append(f"{name:>8}: {_figures(errors, '.3f')}")
    return "\n".join(lines)


def preferences() -> go.Figure:
    """How often each stage's reply is preferred to one of the SFT model."""
    rates = {name: [run["win rate"] for run in _stage(name)] for name in STAGES}
    return by_stage(
        rates, title="Preferred to a reply of the SFT model", x_title="share of prompts", line=0.5
    )


def preferred(name: str) -> float:
    """Of 100 prompts, for how many a stage's reply is preferred; the mean of its runs."""
    return 100 * fmean(run["win rate"] for run in _stage(name))


PICKS = {"one": "one reply", "by the judge": "by mini-m-rm", "picked": "by the true score"}
"""Part of a run of "best-of" -> whose pick among eight replies it is."""


def best_of() -> str:
    """How helpful and polite one reply is, and the pick of each judge; a figure a draw."""
    runs, lines = _runs("best-of"), []
    for part, words in PICKS.items():
        helpful, polite = (
            _percent(run[part][what] for run in runs) for what in ("helpful", "polite")
        )
        lines.append(f"{words:>17}: helpful {helpful}   polite {polite}")
    return "\n".join(lines)


def helpful_picks() -> list[float]:
    """How often each of `PICKS` does what was asked, 0 to 1; the mean over the draws."""
    runs = _runs("best-of")
    return [fmean(run[part]["helpful"] for run in runs) for part in PICKS]


def seeing_judge() -> str:
    """Replies before and after PPO with the true score as judge, a figure a run."""
    runs = _runs("seeing-judge")
    lines = ["judge: the true score itself (three runs)"]
    for what in ("helpful", "polite", "made up", "wrongly refused"):
        after = _percent(run["after"][what] for run in runs)
        lines.append(f"{what:>16}: {100 * runs[0]['before'][what]:5.1f}% before, {after} after")
    for what, name in (("preferred", "preferred to SFT"), ("manners apart", "manners apart")):
        lines.append(f"{name:>16}: {_percent(run[what] for run in runs)}")
    return "\n".join(lines)


def made_up() -> str:
    """Share of replies that state what the text does not say, by stage."""
    lines = []
    for name in STAGES:
        shares = [run["hallucinated"] for run in _stage(name)]
        lines.append(f"{name:>15}: {_percent(shares)}")
    return "\n".join(lines)


def duel() -> str:
    """A small taught model against a large one that is only prompted, a figure a draw."""
    record = records.read("instructgpt", "small-beats-large")
    small, large = (model["parameters"] for model in record.models.values())
    lines = [f"the large one has {large / small:.1f} times as many parameters"]
    for name, words in (("drawn", "drawn at random"), ("likeliest", "likeliest words")):
        rates = _percent(run["win_rates"][name] for run in record.results)
        lines.append(f"the small one is preferred, {words}: {rates}")
    refused = _percent(run["refused"] for run in record.results)
    return "\n".join([*lines, f"the small one refuses: {refused}"])


def tastes() -> str:
    """Words in a reply of policies whose labelers like them short, or long."""
    runs = _runs("tastes")
    lines = [f"words in a reply before: {runs[0]['before']:.1f}"]
    for name in ("short", "long"):
        words = _figures([run[name] for run in runs], ".1f")
        lines.append(f"taught by the one who likes them {name}: {words}")
    return "\n".join(lines)
