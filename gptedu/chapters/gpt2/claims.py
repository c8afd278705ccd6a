"""Chapter 2's claims: each is the function that computes it, and what is said of it.

Scores are shares of 0 to 1; figures are points out of 100, or as their unit says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import fmean

from gptedu.course.claims import (
    Range,
    above,
    at_least,
    between,
    claim,
    other_seeds,
)

ByModel = Mapping[str, Mapping[str, float]]
"""mini-m first, then its twin -> task -> score."""
BySize = Mapping[str, Sequence[float]]
"""Task -> a score for each size, the smallest first."""


def _lost(scores: ByModel, task: str) -> float:
    whole, twin = scores.values()
    return 100 * (whole[task] - twin[task])


@claim(
    "gpt2/why",
    what="translating, ahead of a twin that never read a translation",
    paper="not tested; Table 1 shows translations that occur in the training text",
    bar=at_least(40),
    unit="points",
    record="why",
    note=lambda: (
        "We can take pages out and train again in half an hour; with 40 GB of web that was out of "
        "reach. Two more training runs of `mini-m`, from other seeds, are "
        f"{other_seeds('gpt2/why')} points ahead of the twin."
    ),
)
def why(scores: ByModel) -> float:
    """What the twin lacks is what was left out of its text."""
    return _lost(scores, "translate-into-english")


@claim(
    "gpt2/why-control",
    what="summarising, ahead of the same twin (the control)",
    paper="not tested",
    bar=between(-15, 15),
    unit="points",
    record="why",
    note=lambda: (
        "Summaries need none of the pages that were taken out, so the two should differ little. "
        "The room that is left goes to other pages, so the twin may even gain. `mini-m` of two "
        f"other seeds is {other_seeds('gpt2/why-control')} points ahead of the twin (below 0: "
        "behind): that much is the luck of a run."
    ),
)
def why_control(scores: ByModel) -> float:
    """Judged by overlap: word for word, two runs of one recipe differ by a third."""
    return _lost(scores, "summary")


@claim(
    "gpt2/hint",
    what="words shared with the writer's summary, gained by typing TL;DR",
    paper="6.4 (aggregate ROUGE on CNN/DailyMail; Section 3.6)",
    effect=above(0),
    bar=at_least(15),
    unit="points",
    record="hint",
    note=lambda: (
        "Our forum has two roads at this place, and most of the cost is the posts where the model "
        "takes the other. News articles leave more roads open, and GPT-2's summaries were weak "
        "with the hint too. `mini-m` of two other seeds gains "
        f"{other_seeds('gpt2/hint')} points by it."
    ),
)
def hint(with_hint: float, without: float) -> float:
    """Both: overlap with the reference summaries, in points."""
    return with_hint - without


@claim(
    "gpt2/size",
    what="four prompted tasks: smallest gain from smallest to largest model",
    paper="rises with size on all four (Figure 1)",
    effect=above(0),
    bar=at_least(20),
    unit="points",
    record="size",
    note="The least of the four gains. Our world is so small that `mini-l` holds most of its "
    "facts; GPT-2's largest answered 4.1% of the Natural Questions. One training run of each size.",
)
def size(scores: BySize) -> float:
    """Points from the first size to the last, on the task that gains least."""
    return min(100 * (by_size[-1] - by_size[0]) for by_size in scores.values())


@claim(
    "gpt2/size-steps",
    what="mean of the four tasks: its smallest rise from one size to the next",
    paper="rises with size (Figure 1)",
    effect=above(0),
    bar=at_least(5),
    unit="points",
    record="size",
    note="The smallest rise of the mean from one size to the next. Single tasks come at different "
    "sizes: translation and summaries are complete where memory for facts has hardly begun.",
)
def size_steps(scores: BySize) -> float:
    """Points from one size to the next on the mean of the tasks, where it rises least."""
    means = [fmean(size) for size in zip(*scores.values(), strict=True)]
    return min(100 * (larger - smaller) for smaller, larger in pairwise(means))


@claim(
    "gpt2/perplexity",
    what="perplexity of unseen pages: smallest fall from one size to the next",
    paper="falls at every size; on LAMBADA to 8.63, from 99.8 before GPT-2 (Table 3)",
    effect=above(0),
    bar=at_least(2),
    unit="%",
    record="size",
    note="The smallest fall from one size to the next, on pages of the test split. Absolute "
    "numbers depend on the text and the tokenizer, so only their order compares.",
)
def perplexity(perplexities: Sequence[float]) -> float:
    """Per cent by which perplexity falls from one size to the next, where it falls least."""
    return min(100 * (1 - larger / smaller) for smaller, larger in pairwise(perplexities))


@claim(
    "gpt2/parameters",
    what="the smallest GPT-2, counted from its shape",
    paper="117M (Table 2)",
    effect=Range(0.97 * 117e6, 1.03 * 117e6),
    bar=between(124_000_000, 125_000_000),
    unit="parameters",
    note="Exact, from the configuration. 9,779 more rows of 768 in the embedding are the 7.5 "
    "million between. The published weights have as many as we count.",
)
def parameters(count: int) -> int:
    """count: of the configuration with 12 layers, 50,257 tokens and a context of 1,024."""
    return count


@claim(
    "gpt2/real",
    what="overlap gained by TL;DR in a model of the real web (135M weights)",
    paper="6.4 (the hint, as above)",
    effect=above(0),
    unit="points",
    record="real",
    note="What the hint brings `smollm2-135m-instruct` on four English posts, recorded. Far too "
    "few posts for more than a sign.",
)
def real(scores: Mapping[str, float]) -> float:
    """scores: task -> mean over its prompts."""
    return 100 * (scores["summary"] - scores["summary, no hint"])
