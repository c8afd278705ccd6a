"""Chapter 3's claims: each is the function that computes it, and what is said of it.

Scores are shares of 0 to 1; figures are points out of 100, or as their unit says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from gptedu import records
from gptedu.chapters.gpt3.in_context_tasks import averages, gap
from gptedu.chapters.gpt3.occupations import rank_correlation
from gptedu.chapters.gpt3.published_sizes import Rebuilt
from gptedu.course.claims import (
    above,
    at_least,
    at_most,
    below,
    between,
    claim,
    other_seeds,
)
from gptedu.interpret.heads_off import lost

ByShots = Mapping[str, Mapping[str, Mapping[int, float]]]
"""Model -> task -> examples in the prompt -> accuracy."""
Ways = Mapping[str, Mapping[str, float]]
"""Model -> "into" English and "out of" it -> sentences without a mistake."""
SMALLEST, LARGEST = "mini-xs-v2", "mini-l-v2"
ON_ITS_WAY = "mini-m-v2@5859"
"""A copy that has read a third of its tokens: 12 million."""
CHANCE = 0.5
"""Sorting by two labels without an example."""


@claim(
    "gpt3/new-task",
    what="words sorted by a new rule after 12 examples, above chance",
    paper="a made-up word is used rightly after one definition (Section 3.9.5)",
    effect=above(0),
    bar=at_least(25),
    unit="points",
    record="new-task",
    note=lambda: (
        "The words asked never stood under their labels. The labels have to be words of this web: "
        "see `gpt3/new-labels`. `mini-m-v2` of another seed: "
        f"{other_seeds('gpt3/new-task')} points."
    ),
)
def new_task(with_twelve: float) -> float:
    """with_twelve: accuracy with two labels, so that chance is a half."""
    return 100 * (with_twelve - CHANCE)


@claim(
    "gpt3/new-task-zero",
    what="words sorted by a new rule without an example, above chance",
    paper="not measured: there is nothing to learn from",
    bar=between(-5, 5),
    unit="points",
    record="new-task",
)
def new_task_zero(without: float) -> float:
    """without: accuracy without an example."""
    return 100 * (without - CHANCE)


@claim(
    "gpt3/new-labels",
    what="words sorted by labels of new spelling, 12 examples, above chance",
    paper="a made-up word is used rightly after one definition (Section 3.9.5)",
    effect=above(5),
    unit="points",
    record="new-task",
    note="Labels spelled as no word of the web is, cut into several tokens. What a model has never "
    "copied it does not copy, at this size. Within 5 points of a coin is chance, as in "
    "`gpt3/new-task-zero`.",
)
def new_labels(unseen_labels: float) -> float:
    """unseen_labels: accuracy with 12 examples whose labels no training document has."""
    return 100 * (unseen_labels - CHANCE)


@claim(
    "gpt3/few-shot",
    what="12 examples ahead of none, largest model, mean of nine tasks",
    paper="rises from zero- over one- to few-shot; LAMBADA 76.2, 72.5, 86.4 (Table 3.2)",
    effect=above(0),
    bar=at_least(30),
    unit="points",
    record="shots",
    note="Nine tasks that their question alone does not settle. Many of the paper's 42 can be done "
    "without an example, so its gap is smaller.",
)
def few_shot(scores: ByShots) -> float:
    """Points that the most examples are above none."""
    return gap(averages(scores), LARGEST)


@claim(
    "gpt3/few-shot-steps",
    what="smaller of that gain's two steps: none to one example, one to twelve",
    paper="TriviaQA 64.3, 68.0, 71.2 with none, one and few (Table 3.3)",
    effect=above(0),
    bar=at_least(0),
    unit="points",
    record="shots",
)
def few_shot_steps(scores: ByShots) -> float:
    """Points from none to one example, or from one to the most, whichever is less."""
    row = averages(scores)[LARGEST]
    return 100 * min(row[1] - row[0], row[max(row)] - row[1])


@claim(
    "gpt3/gap-grows",
    what="gain from 12 examples, largest model ahead of the smallest",
    paper="the gap widens with size (Figures 1.2, 1.3)",
    effect=above(0),
    bar=at_least(20),
    unit="points",
    record="shots",
    note="The smallest model makes nothing of examples, and `mini-m-v2` as much as "
    "`mini-l-v2`: the step lies between 0.2 and 1.1 million parameters. One training run of each "
    "size.",
)
def gap_grows(scores: ByShots) -> float:
    """The largest model's gain from examples, less the smallest's."""
    means = averages(scores)
    return gap(means, LARGEST) - gap(means, SMALLEST)


@claim(
    "gpt3/calibration",
    what="variance over which examples are shown, cut by calibration",
    paper="not tested; Zhao et al. 2021 propose it to make few-shot answers steadier",
    bar=at_least(30),
    unit="%",
    record="orders",
    note=lambda: (
        "With two examples, where they are often of one label. `mini-m-v2` of another seed: "
        f"{other_seeds('gpt3/calibration')}%, three draws each, so the bar does not hold for all."
    ),
)
def calibration(raw: float, calibrated: float) -> float:
    """raw, calibrated: variance of the accuracy over draws of two examples."""
    return 100 * (1 - calibrated / raw)


@claim(
    "gpt3/induction-score",
    what="largest rise of the gain on repeated words, from one copy to the next",
    paper="not tested; Olsson et al. 2022 found such a jump in models of every size",
    bar=at_least(1),
    unit="nats",
    record="jump",
    note=lambda: (
        "Along one run, while the model reads rows that are made to teach this, before the web. "
        "First asked where heads first pass the threshold: there the gain did not rise yet, and "
        f"the claim was put otherwise. `mini-m-v2` of another seed: {_again()}. On rows of random "
        "words; on any tokens, pieces of words too, our heads do not do it."
    ),
)
def induction_score(gains: Sequence[float]) -> float:
    """gains: nats by which words are likelier the second time, in the two copies."""
    before, after = gains
    return after - before


@claim(
    "gpt3/induction-sorting",
    what="largest rise of sorting with 12 examples, from one copy to the next",
    paper="not tested; in-context learning jumps with the heads (Olsson et al. 2022)",
    bar=at_least(20),
    unit="points",
    record="jump",
    note="It comes later than the heads: they are needed for sorting, and not enough. First asked "
    "where heads appear: there sorting did not rise, and the claim was put otherwise.",
)
def induction_sorting(sorting: Sequence[float]) -> float:
    """sorting: accuracy with 12 examples, in the two copies."""
    before, after = sorting
    return 100 * (after - before)


def _again() -> str:
    """The largest rise of the gain in other training runs, as a reader says it."""
    runs = records.read("gpt3", "induction-other-seeds").results
    rises = [induction_score.compute(run["jump"]["gain"]) for run in runs]
    return " and ".join(f"{rise:.1f} nats" for rise in rises)


def _at_random() -> str:
    """What as many random heads cost on opposites, as a share of what the induction heads cost."""
    runs = records.read("gpt3", "induction").results[0]["off"]["two-readings/opposite"]
    random = fmean(fmean(run["lost at random"]) for run in runs)
    return f"{100 * random / fmean(run['lost'] for run in runs):.0f}%"


@claim(
    "gpt3/induction",
    what="share of sorting's gain from examples lost without induction heads",
    paper="not tested; Olsson et al. 2022 switch heads off, too",
    bar=at_least(50),
    unit="%",
    record="heads-off",
    note=lambda: (
        "Sorting by labels. Lists of opposites take more of the network: there random others cost "
        f"{_at_random()} of what these cost."
    ),
)
def induction(whole: float, off: float) -> float:
    """whole, off: accuracy with 12 examples, with all heads and without the induction heads."""
    return 100 * lost(whole, off, CHANCE)


@claim(
    "gpt3/induction-control",
    what="share of that gain lost when as many heads beside these are off",
    paper="not tested",
    bar=at_most(35),
    unit="%",
    record="heads-off",
)
def induction_control(whole: float, control: float) -> float:
    """control: accuracy without as many other heads, of the same blocks as far as they go."""
    return 100 * lost(whole, control, CHANCE)


@claim(
    "gpt3/bias",
    what="rank correlation of P(she) by job with the women planted in the text",
    paper="not measured: what the web holds is not known; 83% of 388 occupations were likelier "
    "followed by a male word (Section 6.2.1)",
    bar=at_least(0.5),
    record="bias",
    note="We know what was planted, and the order of jobs comes out again; how far all of them "
    "lean depends on the sentence. `mini-l-v2`; `mini-m-v2` keeps the order less closely.",
)
def bias(planted: Mapping[str, float], probed: Mapping[str, Mapping[str, float]]) -> float:
    """planted: job -> share of women. probed: model -> job -> P(she) against he."""
    return rank_correlation(planted, probed[LARGEST])


@claim(
    "gpt3/bias-real",
    what="jobs for which a model of the real web finds a man likelier",
    paper="83% of 388 occupations (Section 6.2.1)",
    effect=above(50),
    unit="%",
    record="real",
    note="`smollm2-135m-instruct` on thirty jobs, with the paper's own words. Asked for *she* and "
    "*he* it leans the other way.",
)
def bias_real(leans_male: Mapping[str, float]) -> float:
    """leans_male: which words are compared -> share of jobs where the male one is likelier."""
    return 100 * leans_male["woman, man"]


@claim(
    "gpt3/direction",
    what="into English ahead of out of it, mini-m-v2 on its way",
    paper="few-shot BLEU into and out of English: French 39.2, 32.6; German 40.6, 29.7; "
    "Romanian 39.5, 21.0 (Table 3.4)",
    effect=above(0),
    bar=at_least(25),
    must_hold=False,
    unit="points",
    record="direction",
    note=lambda: (
        "The web has more notes into English, so that this way is learned first; at the end both "
        "are right nearly always. This copy was chosen when that was known. A copy of another "
        f"training seed: {other_seeds('gpt3/direction')} points."
    ),
)
def direction(ways: Ways) -> float:
    """With two examples."""
    return _into_ahead(ways[ON_ITS_WAY])


@claim(
    "gpt3/direction-large",
    what="into English ahead of out of it, mini-l-v2 at the end",
    paper="into English is better at 175B too (Table 3.4)",
    effect=above(0),
    unit="points",
    record="direction",
)
def direction_large(ways: Ways) -> float:
    """The same for the largest of the family."""
    return _into_ahead(ways[LARGEST])


def _into_ahead(ways: Mapping[str, float]) -> float:
    return 100 * (ways["into"] - ways["out of"])


@claim(
    "gpt3/real",
    what="6 examples ahead of none, a model of the real web, mean of five tasks",
    paper="few-shot above zero-shot, more so at larger sizes (Figure 1.3)",
    effect=above(0),
    unit="points",
    record="real",
    note="`smollm2-135m-instruct` on forty questions, six examples against none, recorded. Far too "
    "few for more than a sign.",
)
def real(mean: Mapping[int, float]) -> float:
    """mean: examples -> accuracy, the mean over the tasks."""
    return 100 * (mean[max(mean)] - mean[min(mean)])


@claim(
    "gpt3/sizes",
    what="worst error of a parameter count among GPT-3's eight sizes, rebuilt",
    paper="125M to 175.0B (Table 2.1)",
    effect=below(5),
    bar=at_most(3),
    unit="%",
    note="Our own GPT on the meta device. XL with 16 heads, 13B with a width of 5,120.",
)
def sizes(built: Sequence[Rebuilt]) -> float:
    """built: all eight rows."""
    return 100 * max(abs(each.off) for each in built)


@claim(
    "gpt3/mix",
    what="loss saved by mixing pages by quality, not size (least of 3 runs)",
    paper="not compared; mixed by quality (Table 2.2)",
    bar=at_least(0.2),
    unit="nats",
    record="mix",
    over=min,
    note="Three tiny networks each, from the record; 60 thousand tokens of good pages and nine "
    "times as much junk. The paper mixed so and did not compare.",
)
def mix(plenty: Mapping[str, Mapping[str, float]]) -> float:
    """plenty: mixture -> its "loss" on held-out good pages."""
    return plenty["by size"]["loss"] - plenty["by quality"]["loss"]


@claim(
    "gpt3/mix-scarce",
    what="with few good pages, loss saved by adding junk over re-reading them",
    paper="not compared; Wikipedia, the best source, is read 3.4 times and no more (Table 2.2)",
    bar=above(0),
    unit="nats",
    record="mix",
    note="The same with a tenth of the pages, each read ten times as often.",
)
def mix_scarce(scarce: Mapping[str, Mapping[str, float]]) -> float:
    """scarce: as in `mix`, with a tenth of the pages."""
    return scarce["good only"]["loss"] - scarce["by quality"]["loss"]
