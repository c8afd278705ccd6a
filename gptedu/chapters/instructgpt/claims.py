"""Chapter 4's claims: each is the function that computes it, and what is said of it.

Shares are 0 to 1, and figures points out of 100; but a true score and a reward have scales of their
own, and points of them are theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import fmean
from typing import Any

from gptedu.course.claims import above, at_least, below, claim

Curve = Sequence[Mapping[str, float]]
"""An epoch each: "loss" on held-out demonstrations, "reward" and "truth" of the replies."""
Rows = Sequence[Mapping[str, Any]]
"""A step of PPO each: "reward", "truth" and more."""
Stages = Mapping[str, Mapping[str, Any]]
"""Stage of training -> what was asked of it."""
EPOCHS = 16


def _turn(curve: Curve) -> int:
    """The epoch, from 0, after which the loss is lowest."""
    return min(range(len(curve)), key=lambda epoch: curve[epoch]["loss"])


@claim(
    "instructgpt/sft-epochs",
    what="fine-tuning until loss on unseen replies is lowest (latest of 3 runs)",
    paper="overfits after 1 epoch (Section 3.5)",
    effect=below(EPOCHS),
    unit="epochs",
    record="sft-epochs",
    over=max,
    note="The paper reads its demonstrations 16 times, as we do. Here, too, the loss turns before "
    "the end, though later.",
)
def sft_epochs(curve: Curve) -> float:
    """The epoch, from 1, after which the loss is lowest."""
    return float(_turn(curve) + 1)


@claim(
    "instructgpt/sft-epochs-after",
    what="true score still gained after that (least of three runs)",
    paper="more epochs help the reward model's score and human preference (Section 3.5)",
    effect=above(0),
    bar=at_least(0),
    unit="points",
    record="sft-epochs",
    over=min,
)
def sft_epochs_after(curve: Curve) -> float:
    """The mean of the last four epochs less the value where the loss was lowest."""
    return gained_after(curve, "truth")


def gained_after(curve: Curve, what: str) -> float:
    """By how much `what` rises after the loss was lowest: the mean of the last four epochs."""
    return fmean(point[what] for point in curve[-4:]) - curve[_turn(curve)][what]


@claim(
    "instructgpt/rm",
    what="pairs of replies that the reward model orders as a labeler did",
    paper="72.4 ± 0.4 on its labelers (Section 4.1)",
    effect=above(50),
    bar=at_least(68),
    must_hold=False,
    unit="%",
    record="judge",
    note="Our labeler agrees with itself in as many pairs as two of the paper's labelers, because "
    "its noise is set so. Our reward model sees manners and is nearly blind to truth; the labeler "
    "is not. A hundred prompts; ± 2.",
)
def rm(ordered: float) -> float:
    """ordered: share of pairs, on the replies to a hundred prompts."""
    return 100 * ordered


@claim(
    "instructgpt/rm-held-out",
    what="reward model's accuracy lost on a labeler of other tastes",
    paper="2.8 (72.4 against 69.6 on held-out labelers; Section 4.1)",
    effect=above(0),
    unit="points",
    record="judge",
    note="The other labeler cares for the right length and hardly for manners; the paper's "
    "held-out labelers were hired like the others. Three draws of the replies to 300 prompts.",
)
def rm_held_out(judges: Mapping[str, float]) -> float:
    """judges: who ranked -> share of pairs that the reward model orders alike."""
    return 100 * (judges["its labeler"] - judges["another labeler"])


def change(rows: Rows, what: str, last: int = 10) -> tuple[float, float]:
    """The mean of `what` over the first three steps and over the `last` ones."""
    return fmean(row[what] for row in rows[:3]), fmean(row[what] for row in rows[-last:])


def _rise(rows: Rows, what: str, last: int = 10) -> float:
    before, after = change(rows, what, last)
    return after - before


@claim(
    "instructgpt/overoptimisation",
    what="true score lost without the KL penalty (least of three judges)",
    paper="not measured; Gao et al. 2022 found its law",
    bar=at_least(0.3),
    unit="points",
    record="overoptimisation",
    over=min,
    note="InstructGPT has no such curve: it takes a true score, and nobody can ask people after "
    "every step.",
)
def overoptimisation(runs: Mapping[float, Rows]) -> float:
    """runs: beta -> the steps of a policy that was trained with it."""
    return -_rise(runs[0.0], "truth")


@claim(
    "instructgpt/overoptimisation-reward",
    what="reward gained in those same runs (least of three judges)",
    paper="not measured; in Gao et al. 2022 the reward model's score goes on rising",
    bar=at_least(0.5),
    unit="points",
    record="overoptimisation",
    over=min,
)
def overoptimisation_reward(runs: Mapping[float, Rows]) -> float:
    """As `overoptimisation`, by the judge's own score."""
    return _rise(runs[0.0], "reward")


@claim(
    "instructgpt/beta",
    what="true score gained with a KL penalty, β = 0.3 (least of three judges)",
    paper="not measured; β is 0.02, on its scale of rewards",
    bar=at_least(0.2),
    must_hold=False,
    unit="points",
    record="overoptimisation",
    over=min,
)
def beta(runs: Mapping[float, Rows]) -> float:
    """With the largest of the three penalties."""
    return _rise(runs[max(runs)], "truth")


@claim(
    "instructgpt/overoptimisation-live",
    what="true score lost without a KL penalty in the run you make yourself",
    paper="not measured",
    bar=at_least(0.2),
    unit="points",
)
def overoptimisation_live(rows: Rows) -> float:
    """rows: of one run without a penalty; its first three steps against its last three."""
    return -_rise(rows, "truth", last=3)


def level(stages: Stages, stage: str) -> float:
    """A stage's accuracy on chapter 2's tasks, the mean in points."""
    return 100 * fmean(stages[stage]["abilities"].values())


@claim(
    "instructgpt/tax",
    what="accuracy that PPO loses on chapter 2's tasks (the alignment tax)",
    paper="PPO falls behind on public tasks (Section 4.2)",
    effect=above(0),
    bar=at_least(10),
    unit="points",
    record="order",
    note="Chapter 2's tasks, of our own web. The paper's are public ones, such as SQuAD, DROP and "
    "HellaSwag.",
)
def tax(stages: Stages) -> float:
    """SFT's level less PPO's."""
    return level(stages, "sft") - level(stages, "ppo")


@claim(
    "instructgpt/tax-recovered",
    what="share of that tax recovered by reading old text along (PPO-ptx)",
    paper="PPO-ptx recovers most of it (Section 4.2)",
    effect=above(0),
    bar=at_least(50),
    unit="%",
    record="order",
)
def tax_recovered(stages: Stages) -> float:
    """How far PPO-ptx is on the way back from PPO to SFT."""
    sft, ppo, ptx = (level(stages, name) for name in ("sft", "ppo", "ppo-ptx"))
    return 100 * (ptx - ppo) / (sft - ppo)


@claim(
    "instructgpt/calibration",
    what="rise of the calibration error through PPO",
    paper="0.067 (from 0.007 to 0.074; GPT-4, on MMLU)",
    effect=above(0),
    record="order",
    note="Two of three runs show it, the third does not. GPT-4's figures are of MMLU, exam "
    "questions with four choices.",
)
def calibration(stages: Stages) -> float:
    """The expected calibration error after PPO less that of SFT."""
    return stages["ppo"]["calibration error"] - stages["sft"]["calibration error"]


@claim(
    "instructgpt/order",
    what="smallest step in preference along base, prompted, SFT, PPO or PPO-ptx",
    paper="GPT-3 < prompted < SFT < PPO, PPO-ptx (Figure 1)",
    effect=above(0),
    bar=at_least(0),
    unit="points",
    record="order",
    note="Judged by the true score, which nobody has outside this course; the paper asks "
    "people. Four kinds of request here, ten in the paper's Table 1.",
)
def order(stages: Stages) -> float:
    """The smallest rise of the win rate against SFT."""
    rates = {name: 100 * stage["win rate"] for name, stage in stages.items()}
    ways = (("base", "base, prompted", "sft", last) for last in ("ppo", "ppo-ptx"))
    return min(rates[after] - rates[before] for way in ways for before, after in pairwise(way))


@claim(
    "instructgpt/ppo-ptx",
    what="prompts where PPO-ptx is preferred to SFT (least of three runs)",
    paper="PPO-ptx is preferred to SFT at every size (Figure 1)",
    effect=above(50),
    bar=at_least(65),
    unit="%",
    record="order",
    over=min,
    note="What is gained is mostly manners: beside it the chapter prints how often PPO-ptx is "
    "preferred with manners left out.",
)
def ppo_ptx(stages: Stages) -> float:
    """A tie counts half."""
    return 100 * stages["ppo-ptx"]["win rate"]


@claim(
    "instructgpt/hallucination",
    what="replies with made-up facts, PPO-ptx below the prompted base model",
    paper="20 (21% against 41%; Section 4.1)",
    effect=above(0),
    bar=at_least(5),
    unit="points",
    record="order",
)
def hallucination(stages: Stages) -> float:
    """A false refusal is another fault, and not counted."""
    return 100 * (stages["base, prompted"]["hallucinated"] - stages["ppo-ptx"]["hallucinated"])


@claim(
    "instructgpt/best-of",
    what="helpful replies gained, true score picks of eight (least of 3 draws)",
    paper="not measured: nobody has such a judge",
    bar=at_least(10),
    unit="points",
    record="best-of",
    over=min,
    note="No weight changes: the SFT model writes eight replies, and a judge picks one.",
)
def best_of(one: Mapping[str, float], picked: Mapping[str, float]) -> float:
    """one, picked: what replies are like, as `profile` says it; of one each, and of the picked."""
    return 100 * (picked["helpful"] - one["helpful"])


@claim(
    "instructgpt/seeing-judge",
    what="helpful replies gained by PPO if the true score is the judge",
    paper="not measured: nobody has such a judge",
    bar=at_least(5),
    must_hold=False,
    unit="points",
    record="seeing-judge",
    over=min,
    note="The least of three runs; all but the judge is as for mini-m-ppo. Politeness is learned "
    "first, and less is made up, but the replies help no more than those of the SFT model.",
)
def seeing_judge(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """before, after: what replies are like, as `profile` says it."""
    return 100 * (after["helpful"] - before["helpful"])


@claim(
    "instructgpt/small-beats-large",
    what="small taught model preferred to large prompted one (least of 6 draws)",
    paper="1.3B preferred to 175B, 100 times its size (Section 4.1)",
    effect=above(50),
    bar=at_least(50),
    unit="%",
    record="small-beats-large",
    over=min,
    note="The paper's step is of 100 times the size. Our family has no model so much larger.",
)
def small_beats_large(win_rates: Mapping[str, float]) -> float:
    """win_rates: both drawn at random, or both the likeliest words."""
    return 100 * min(win_rates.values())


@claim(
    "instructgpt/tastes",
    what="longer replies if the labeler likes them long rather than short",
    paper="not measured",
    bar=at_least(3),
    unit="words",
    record="tastes",
    over=min,
    note="The least of three runs, each with rankings of its own.",
)
def tastes(short: float, long: float) -> float:
    """Words in a reply of the policies that each labeler got."""
    return long - short
