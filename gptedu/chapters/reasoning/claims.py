"""Chapter 5's claims: each is the function that computes it, and what is said of it.

The bars were written down before anything was measured of the family that they are about. What was
known then: `mini-m` of the first family, trained on sums in four ways for 3M tokens, gained 4
points by a vote of 16 and 5 by its own majorities; `mini-l` of that family, which knows one way of
working, lost 8 and 2.5.

Two exceptions: the bar of `lmsi/certain` was written after the trials that its note names, and
`lmsi/gain` kept its bar when its model became `mini-m-unsure`, of which a pilot on the validation
split had gained 13 points.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from gptedu.course.claims import above, at_least, at_most, below, claim, other_seeds

CHAPTER = "reasoning"
SMALLEST, LARGEST = "mini-xs-v2", "mini-l-v2"
FEWEST = 20
"""Votes in a bin of shares: with fewer, chance alone moves its accuracy by ten points."""


@claim(
    "cot/emerges",
    what="sums of four to six steps: worked ahead of direct, largest model",
    paper="39.0 on GSM8K, PaLM 540B: 17.9 against 56.9 (Wei et al. 2022, Table 1)",
    effect=above(0),
    bar=at_least(30),
    unit="points",
    record="steps",
    chapter=CHAPTER,
)
def emerges(accuracy: Mapping[str, Mapping[str, Mapping[int, float]]]) -> float:
    """accuracy: model -> manner -> steps -> share right."""
    return _gain(accuracy[LARGEST])


@claim(
    "cot/steps",
    what="from one step to four: points that direct answers lose more",
    paper="above 0: gains are largest where problems are hardest (Wei et al. 2022, section 3.2)",
    effect=above(0),
    bar=at_least(20),
    must_hold=False,
    unit="points",
    record="steps",
    chapter=CHAPTER,
    note="Of the largest model. Facts of one step are answered at once; the web has worked sums of "
    "up to six steps, and directly answered ones of up to four.",
)
def steps(accuracy: Mapping[str, Mapping[str, Mapping[int, float]]]) -> float:
    """accuracy: as in `emerges`."""
    direct, worked = accuracy[LARGEST]["direct"], accuracy[LARGEST]["worked"]
    return 100 * ((direct[1] - direct[4]) - (worked[1] - worked[4]))


@claim(
    "cot/smallest",
    what="sums of four to six steps: worked ahead of direct, smallest model",
    paper="0 or below, of most models below 10B (Wei et al. 2022, appendix A.1)",
    effect=at_most(10),
    bar=at_most(5),
    must_hold=False,
    unit="points",
    record="steps",
    chapter=CHAPTER,
)
def smallest(accuracy: Mapping[str, Mapping[str, Mapping[int, float]]]) -> float:
    """accuracy: as in `emerges`."""
    return _gain(accuracy[SMALLEST])


def _gain(of_model: Mapping[str, Mapping[int, float]]) -> float:
    direct, worked = of_model["direct"], of_model["worked"]
    far = [steps for steps in worked if steps >= 4]
    return 100 * sum(worked[steps] - direct[steps] for steps in far) / len(far)


@claim(
    "cot/zero-shot",
    what='"Let\'s think step by step." ahead of direct answers, largest model',
    paper="61.0 on MultiArith: 17.7 against 78.7 (Kojima et al. 2022, Table 1)",
    effect=above(0),
    bar=at_least(15),
    unit="points",
    record="manners",
    chapter=CHAPTER,
)
def zero_shot(accuracy: Mapping[str, float]) -> float:
    """accuracy: manner -> share right, of sums of three to five steps."""
    return 100 * (accuracy["phrase"] - accuracy["direct"])


@claim(
    "cot/wrong-phrase",
    what='"Let\'s think step by step." ahead of a sentence about the weather',
    paper="61.2 and more: 78.7 against 13.1 to 17.5 (Kojima et al. 2022, Table 4)",
    effect=above(0),
    bar=at_least(10),
    must_hold=False,
    unit="points",
    record="manners",
    chapter=CHAPTER,
    note="No page of the web has such a sentence there. A model may work some other sum after it, "
    "so the control holds the phrase against an unknown text as well.",
)
def wrong_phrase(accuracy: Mapping[str, float]) -> float:
    """accuracy: as in `zero_shot`."""
    return 100 * (accuracy["phrase"] - accuracy["wrong phrase"])


@claim(
    "cot/controls",
    what="dots, or steps after the answer: the better one ahead of at once",
    paper="about 0: 6.4 and 6.1 against 6.5, LaMDA 137B (Wei et al. 2022, Table 6)",
    effect=below(10),
    bar=at_most(5),
    unit="points",
    record="manners",
    chapter=CHAPTER,
    note="With dots as much is written as with steps, and nothing worked out; what is written "
    "after an answer comes too late for it. All three are asked in one form: “The answer is” is "
    "written for the model, and the likeliest number counts. The paper's figures are of GSM8K, "
    "with as many dots as the equation has characters.",
)
def controls(accuracy: Mapping[str, float]) -> float:
    """accuracy: as in `zero_shot`."""
    return 100 * (max(accuracy["dots"], accuracy["after"]) - accuracy["begun"])


@claim(
    "cot/vote",
    what="a vote of 16 paths ahead of the greedy path, in sums",
    paper="17.9 on GSM8K, to 74.4 with 40 paths (Wang et al. 2022, Table 2)",
    effect=above(0),
    bar=at_least(5),
    unit="points",
    record="vote",
    chapter=CHAPTER,
    note=lambda: (
        f"`mini-m-v2` of another training seed: {other_seeds('cot/vote', CHAPTER)} points."
    ),
)
def vote(greedy: float, votes: Mapping[int, float]) -> float:
    """Shares right; votes: of how many paths -> score."""
    return 100 * (votes[16] - greedy)


@claim(
    "cot/more-paths",
    what="a vote of 16 paths ahead of one of 4",
    paper="above 0: rises with the number of paths (Wang et al. 2022, Figure 2)",
    effect=above(0),
    bar=at_least(2),
    unit="points",
    record="vote",
    chapter=CHAPTER,
)
def more_paths(votes: Mapping[int, float]) -> float:
    """votes: as in `vote`."""
    return 100 * (votes[16] - votes[4])


@claim(
    "cot/one-way",
    what="where all work one way: a vote of 16 ahead of the greedy path",
    paper="not in the papers, which vote over many ways",
    bar=at_most(2),
    must_hold=False,
    unit="points",
    record="one-way",
    chapter=CHAPTER,
    note="All paths have the gaps of that way. Beyond these they differ by slips, and the greedy "
    "path takes the likeliest step each time already.",
)
def one_way(greedy: float, votes: Mapping[int, float]) -> float:
    """As in `vote`, of a model that was taught one way of working."""
    return vote.compute(greedy, votes)


@claim(
    "cot/confidence",
    what="votes of at least 80% of the paths ahead of those below 40%",
    paper="above 0: consistency tells accuracy (Wang et al. 2022, Figure 5)",
    effect=above(0),
    bar=at_least(30),
    unit="points",
    record="vote",
    chapter=CHAPTER,
    note=lambda: (
        f"`mini-m-v2` of another training seed: {other_seeds('cot/confidence', CHAPTER)} points."
    ),
)
def confidence(shares: Sequence[Mapping[str, Any]]) -> float:
    """shares: accuracy and count of votes, by the winner's share."""
    return 100 * (share_right([s for s in shares if s["low"] >= 0.8 - 1e-9])
                  - share_right([s for s in shares if s["high"] <= 0.4 + 1e-9]))  # fmt: skip


def share_right(bins: Sequence[Mapping[str, Any]]) -> float:
    """Share right over some bins; NaN, which holds no bar, where there is no vote in them."""
    count = sum(each["count"] for each in bins)
    return sum(each["accuracy"] * each["count"] for each in bins) / count if count else math.nan


@claim(
    "cot/monotone",
    what="the smallest step from one share of the vote to the next higher one",
    paper="above 0: the curve rises (Wang et al. 2022, Figure 5)",
    effect=above(0),
    bar=at_least(0),
    must_hold=False,
    unit="points",
    record="vote",
    chapter=CHAPTER,
    note=f"Of shares with {FEWEST} votes and more. A step of few votes moves by chance.",
)
def monotone(shares: Sequence[Mapping[str, Any]]) -> float:
    """shares: as in `confidence`."""
    enough = [each["accuracy"] for each in sorted(shares, key=lambda each: each["low"])
              if each["count"] >= FEWEST]  # fmt: skip
    return 100 * min((b - a for a, b in pairwise(enough)), default=math.nan)


@claim(
    "cot/by-luck",
    what="right answers of paths that have a wrong step",
    paper="2 of 50 right ones (Wei et al. 2022, section 3.2; appendix D.1: 1)",
    effect=below(15),
    bar=at_most(10),
    must_hold=False,
    unit="%",
    record="vote",
    chapter=CHAPTER,
    note="Of the right answers. Two slips undo each other, or the answer does not follow from the "
    "steps.",
)
def by_luck(by_luck: float, one_path: float) -> float:
    """by_luck, one_path: shares of all paths: those right by luck, and those right."""
    return 100 * by_luck / one_path


@claim(
    "lmsi/gain",
    what="greedy answers gained by training on own majorities, without a label",
    paper="17.0 on GSM8K, one path: 56.5 to 73.5 (Huang et al. 2022, Table 3)",
    effect=above(0),
    bar=at_least(4),
    unit="points",
    record="self-improvement",
    chapter=CHAPTER,
    note=lambda: (
        "Of `mini-m-unsure`, which remembers a gap rightly in about two of five paths. Made from "
        "`mini-m-v2` of another training seed, it gains "
        f"{other_seeds('lmsi/gain', CHAPTER)} points."
    ),
)
def gain(before: float, after: Mapping[str, float]) -> float:
    """before: greedy share right. after: what was learned from -> greedy share right."""
    return 100 * (after["majority"] - before)


@claim(
    "lmsi/longer",
    what="the same gain on sums of six and seven steps, longer than trained on",
    paper="not measured",
    bar=at_least(0),
    must_hold=False,
    unit="points",
    record="self-improvement",
    chapter=CHAPTER,
)
def longer(longer: Mapping[str, float]) -> float:
    """longer: "base", or what was learned from -> greedy share right."""
    return 100 * (longer["majority"] - longer["base"])


@claim(
    "lmsi/certain",
    what="the same gain of a model that is certain of its mistakes",
    paper="not in the paper",
    bar=at_most(4),
    must_hold=False,
    unit="points",
    record="certain",
    chapter=CHAPTER,
    note="Of `mini-m-v2`. Hardly any of its paths has the right fact at a gap, so no kept path "
    "teaches it. Eight trials on the validation split, with more paths and epochs, other "
    "temperatures, shorter sums and other choices of paths, gained -0.8 to 1.7 points; one of "
    "`mini-l-v2`, 0.0.",
)
def certain(before: float, after: Mapping[str, float]) -> float:
    """As in `gain`, of such a model."""
    return gain.compute(before, after)


@claim(
    "lmsi/random",
    what="own majorities ahead of the answers of random paths",
    paper="not measured",
    bar=at_least(2),
    must_hold=False,
    unit="points",
    record="self-improvement",
    chapter=CHAPTER,
    note=lambda: f"From another training seed: {other_seeds('lmsi/random', CHAPTER)} points.",
)
def random_path(after: Mapping[str, float]) -> float:
    """after: as in `gain`."""
    return 100 * (after["majority"] - after["random path"])


@claim(
    "lmsi/greedy",
    what="own majorities ahead of own greedy paths",
    paper="not measured",
    bar=at_least(2),
    must_hold=False,
    unit="points",
    record="self-improvement",
    chapter=CHAPTER,
    note="A greedy path tells the model what it would say anyhow.",
)
def greedy(after: Mapping[str, float]) -> float:
    """after: as in `gain`."""
    return 100 * (after["majority"] - after["greedy"])


@claim(
    "lmsi/ceiling",
    what="right answers as labels ahead of own majorities",
    paper="not measured",
    bar=at_least(0),
    must_hold=False,
    unit="points",
    record="self-improvement",
    chapter=CHAPTER,
)
def ceiling(after: Mapping[str, float]) -> float:
    """after: as in `gain`."""
    return 100 * (after["gold"] - after["majority"])


@claim(
    "lmsi/formats",
    what="four formats ahead of one",
    paper="4.1 on GSM8K: 69.4 against 73.5 (Huang et al., EMNLP 2023, Table 5)",
    effect=above(0),
    bar=at_least(0),
    must_hold=False,
    unit="points",
    record="self-improvement",
    chapter=CHAPTER,
    note="The one is that in which the model is asked, in the paper as here; so at this size it "
    "loses little by it.",
)
def formats(after: Mapping[str, float]) -> float:
    """after: as in `gain`."""
    return 100 * (after["majority"] - after["one format"])


@claim(
    "lmsi/rounds",
    what="what all further rounds add to the first",
    paper="not measured: the paper makes one round",
    bar=at_least(1),
    must_hold=False,
    unit="points",
    record="rounds",
    chapter=CHAPTER,
    note="Whether another round is made is decided on problems of the validation split.",
)
def rounds(greedy: Sequence[float], kept: int) -> float:
    """greedy: share right before the first round and after each. kept: rounds that gained."""
    return 100 * (greedy[max(1, kept)] - greedy[1])


@claim(
    "cot/real",
    what="smollm2-135m on 30 word problems: worked ahead of direct",
    paper="about 0 or below, at such a size (Wei et al. 2022, section 3.2)",
    effect=at_most(15),
    bar=at_most(10),
    must_hold=False,
    unit="points",
    record="real",
    chapter=CHAPTER,
)
def real(accuracy: Mapping[str, float]) -> float:
    """accuracy: manner -> share right, both after four examples."""
    return 100 * (accuracy["worked"] - accuracy["direct"])
