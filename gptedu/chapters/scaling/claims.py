"""Chapter 6's claims: each is the function that computes it, and what is said of it.

The bars were written down before the runs that they are about were made.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

from gptedu.course.claims import above, at_least, at_most, below, between, claim

WITHIN = 3.0
"""Per cent of the loss, for the text whose floor is not known."""


@claim(
    "scaling/predict",
    what="loss of the 1e14-FLOP run, predicted from runs of a thousandth, off by",
    paper="GPT-4's final loss, from at most 1/10,000 of its compute (report, Figure 1)",
    effect=below(5),
    bar=at_most(2),
    unit="%",
    record="predict",
    note="The floor of our text is known, which GPT-4's is not. Only the part above it is hard to "
    "predict, and the law bends there: see the chapter.",
)
def predict(predicted: float, measured: float) -> float:
    """predicted: written down before the run. measured: after it. In nats a symbol."""
    return 100 * abs(predicted - measured) / measured


@claim(
    "scaling/width",
    what="factors of two by which the best rate moves over widths, with the rule",
    paper="0 (Yang et al. 2022, Figure 1, right)",
    effect=at_most(1),
    bar=at_most(1),
    must_hold=False,
    record="width",
    note="A step of Muon has one spectral norm at every width. Rates are tried in factors of two.",
)
def width_rule(best: Mapping[str, Mapping[int, float]]) -> float:
    """best: rule -> width -> the rate with the lowest loss."""
    return _moves(best["muon"])


@claim(
    "scaling/width-without",
    what="factors of two by which the best rate moves over widths, without it",
    paper="3 and more (Yang et al. 2022, Figure 1, left)",
    effect=above(1),
    bar=at_least(2),
    must_hold=False,
    record="width",
    note="AdamW with one rate for all parameters, as many train. The widths are 8 to 64.",
)
def width_without(best: Mapping[str, Mapping[int, float]]) -> float:
    """best: rule -> width -> the rate with the lowest loss."""
    return _moves(best["adamw"])


def _moves(best: Mapping[int, float]) -> float:
    return math.log2(max(best.values()) / min(best.values()))


@claim(
    "scaling/schedule",
    what="loss above the floor that a schedule four times too long adds",
    paper="above 0 (Hoffmann et al., section 3; appendix B)",
    effect=above(0),
    bar=at_least(5),
    must_hold=False,
    unit="%",
    record="schedule",
    note="The same runs, stopped while the rate is still high; mean of four widths.",
)
def schedule(above_floor: Mapping[str, Mapping[int, float]]) -> float:
    """above_floor: schedule -> width -> loss above the floor, of one seed."""
    ends, longer = above_floor["ends with the run"], above_floor["four times as long"]
    return 100 * (sum(longer[w] / ends[w] for w in ends) / len(ends) - 1)


@claim(
    "scaling/predict-code",
    what="compute ahead at which the loss on Python's library is told within 3%",
    paper="10,000 times, on OpenAI's own code base (GPT-4 report, section 3.1)",
    effect=above(1),
    bar=at_least(100),
    unit="times",
    record="predict-code",
    must_hold=False,
    note="The floor is fitted with the rest, from losses far above it: so less can be said ahead.",
)
def predict_code(off: Mapping[int, float]) -> float:
    """off: ratio of compute -> per cent of the loss by which a prediction from there is off."""
    return float(max((ratio for ratio, miss in off.items() if abs(miss) <= WITHIN), default=1))


@claim(
    "scaling/predict-code-tuned",
    what="the same, after the small runs were tuned on the library itself",
    paper="10,000 times, on OpenAI's own code base (GPT-4 report, section 3.1)",
    effect=above(1),
    bar=at_least(100),
    unit="times",
    record="predict-code-tuned",
    must_hold=False,
    note="A second attempt: another rate and shorter windows, chosen at width 12, 1/430 of the "
    "compute. Its prediction, too, was written down before its run.",
)
def predict_code_tuned(off: Mapping[int, float]) -> float:
    """off: as in `predict_code`."""
    return predict_code.compute(off)


@claim(
    "scaling/web",
    what="loss of mini-l on the web, told from the smaller three, off by",
    paper="GPT-4's final loss lies on the law of smaller runs (report, Figure 1)",
    effect=below(5),
    bar=at_most(WITHIN),
    must_hold=False,
    unit="%",
    record="web",
    note="Three runs fix the three numbers of a law with a floor, so that none is left to tell how "
    "sure it is. All four have read the same text: this is the law of size alone.",
)
def web(predicted: float, measured: float) -> float:
    """predicted: by the law through the three smaller models. measured: of mini-l. In nats."""
    return 100 * abs(predicted - measured) / measured


@claim(
    "scaling/chinchilla",
    what="exponent of the best size, N ~ C^a, from valleys of one budget",
    paper="0.49 (Hoffmann et al., approach 2); Kaplan et al. 0.73",
    effect=between(0.4, 0.6),
    bar=between(0.4, 0.6),
    must_hold=False,
    record="chinchilla",
    note="All parameters count. What is counted moves the exponent, in models as small as these.",
)
def chinchilla(exponents: Mapping[str, float]) -> float:
    """exponents: what is counted -> the exponent of the vertices over the budgets."""
    return exponents["all"]


@claim(
    "scaling/ability",
    what="pass rate on facts, predicted from runs of a thousandth, off by",
    paper="pass rate on HumanEval, from at most 1/1,000 of the compute (GPT-4 report, Figure 2)",
    effect=below(20),
    bar=at_most(5),
    unit="points",
    must_hold=False,
    record="ability",
    note="The run knows less than the line said, as its loss lies higher. Asked for the 10,000 "
    "commonest facts alone, with the rarer ones counted as the last of them, it seemed to reach "
    "the bar: see the chapter.",
)
def ability(predicted: float, measured: float) -> float:
    """-E[log pass rate], predicted and measured: the difference of the two rates."""
    return 100 * abs(math.exp(-predicted) - math.exp(-measured))


@claim(
    "scaling/metric",
    what="exact match on 32 facts: its rise in the upper half, beyond half",
    paper="jumps under exact match are smooth under other metrics (Schaeffer et al. 2023)",
    effect=above(0),
    bar=at_least(30),
    must_hold=False,
    unit="points",
    record="ability",
    note="A smooth rise over the logarithm of compute has half of itself in the upper half. The "
    "logarithm of the pass rate is a straight line there on two logarithmic axes.",
)
def metric(exact: list[tuple[float, float]]) -> float:
    """exact: (FLOPs, share of lists that are right in full), from small to large."""
    middle = math.sqrt(exact[0][0] * exact[-1][0])
    below_it = [right for flops, right in exact if flops <= middle]
    return 100 * ((exact[-1][1] - below_it[-1]) / (exact[-1][1] - exact[0][1]) - 0.5)


@claim(
    "scaling/jump",
    what="chapter 3's jump: share of the gain in nats between two checkpoints",
    paper="a drop of the loss itself (Olsson et al. 2022, argument 1)",
    effect=above(25),
    bar=at_least(50),
    unit="%",
    record="jump",
    note="From the record of chapter 3: nats that the second of two equal rows of words gains. Not "
    "every jump is made by the metric.",
)
def jump(gains: list[float]) -> float:
    """gains: nats gained in context, at the checkpoints of mini-m."""
    steepest = max(later - earlier for earlier, later in pairwise(gains))
    return 100 * steepest / (gains[-1] - gains[0])


@claim(
    "scaling/inverse",
    what="hindsight neglect: the lesser of the fall and the rise with size",
    paper="worse up to GPT-3.5, reversed by GPT-4 (GPT-4 report, Figure 3)",
    effect=above(5),
    bar=at_least(20),
    must_hold=False,
    unit="points",
    record="inverse",
    note="Bets of our own, in which outcome and decision agree nine times in ten; asked with seven "
    "examples in which they agree, of one in which they part. The widths are 2 to 16. The bar was "
    "set before the first of three texts was tried, and a text was chosen by one seed of pilots.",
)
def inverse(parting: Mapping[int, float]) -> float:
    """parting: width -> share that is right where outcome and decision part, narrowest first.

    The fall is from the narrowest model to the worst, the rise from the worst to the widest: where
    more size only helps, or only harms, one of them is nothing.
    """
    shares = list(parting.values())
    return 100 * min(shares[0] - min(shares), shares[-1] - min(shares))
