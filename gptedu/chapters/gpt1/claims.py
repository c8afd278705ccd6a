"""Chapter 1's claims: each is the function that computes it, and what is said of it.

Scores are shares of 0 to 1, by task; figures are points out of 100.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import fmean

from gptedu.course.claims import above, at_least, below, claim, other_seeds

Scores = Mapping[str, float]


def _ahead(ours: Scores, others: Scores) -> float:
    """By how many points one is ahead of the other, on the mean of the tasks."""
    return 100 * (fmean(ours.values()) - fmean(others.values()))


@claim(
    "gpt1/pretraining",
    what="pretrained ahead of from scratch, mean of four tasks, 200 labels each",
    paper="14.8 (74.7 against 59.9; Table 5)",
    effect=above(0),
    bar=at_least(15),
    unit="points",
    record="pretraining",
    note=lambda: (
        "Three draws of the labels. `mini-m-v2` of another training seed is "
        f"{other_seeds('gpt1/pretraining')} points ahead. The paper's network from scratch has "
        "thousands of labels, ours 200; and our web has pages that come close to the tasks."
    ),
)
def pretraining(pretrained: Scores, scratch: Scores) -> float:
    """The same network, pretrained and from fresh weights."""
    return _ahead(pretrained, scratch)


@claim(
    "gpt1/every-format",
    what="pretrained ahead of from scratch, on the task that gains least",
    paper="above 0 on each data set (Table 5)",
    effect=above(0),
    bar=above(0),
    unit="points",
    record="pretraining",
    note=lambda: (
        "Reviews, in each draw: from scratch, 200 labels already teach something there. Another "
        f"training seed: {other_seeds('gpt1/every-format')} points."
    ),
)
def every_format(pretrained: Scores, scratch: Scores) -> float:
    """The least lead over the four tasks."""
    return min(100 * (pretrained[task] - scratch[task]) for task in pretrained)


@claim(
    "gpt1/zero-shot-growth",
    what="gain of pre-training on four tasks, asked without a single label",
    paper="all heuristics improve steadily over pre-training (Figure 2, right)",
    effect=above(0),
    bar=at_least(20),
    unit="points",
    record="zero-shot-growth",
    note=lambda: (
        "From the first to the last copy of mini-m-v2, average over the four tasks. Another "
        f"training seed: {other_seeds('gpt1/zero-shot-growth')} points."
    ),
)
def zero_shot_growth(scores: Sequence[Scores]) -> float:
    """scores: of the copies along the training, the untrained one first."""
    return _ahead(scores[-1], scores[0])


@claim(
    "gpt1/layers",
    what="all pretrained blocks kept, ahead of keeping the embeddings alone",
    paper="each transferred layer adds (Figure 2, left)",
    effect=above(0),
    bar=at_least(15),
    unit="points",
    record="layers",
    note=lambda: (
        "All four blocks against the embeddings alone; mean of four tasks, three draws of the "
        "labels. The embeddings alone do worse than a network from scratch, so this is more than "
        f"the gain of pre-training. Another training seed: {other_seeds('gpt1/layers')} points."
    ),
)
def layers(kept: Mapping[int, Scores]) -> float:
    """kept: number of pretrained layers, from none to all -> scores."""
    return _ahead(kept[max(kept)], kept[min(kept)])


@claim(
    "gpt1/each-layer",
    what="one more pretrained block kept: the smallest rise of the mean",
    paper="each transferred layer adds (Figure 2, left)",
    effect=above(0),
    bar=above(0),
    must_hold=False,
    unit="points",
    record="layers",
    note=lambda: (
        "Four rises, from the embeddings alone to all four blocks; the smallest is that of the "
        "second block. Mean of four tasks, three draws of the labels. Another training seed: "
        f"{other_seeds('gpt1/each-layer')} points."
    ),
)
def each_layer(kept: Mapping[int, Scores]) -> float:
    """kept: as for `layers`."""
    scores = [kept[count] for count in sorted(kept)]
    return min(_ahead(more, less) for less, more in pairwise(scores))


@claim(
    "gpt1/lstm",
    what="Transformer ahead of an LSTM of its size, mean of four tasks",
    paper="5.6 (74.7 against 69.1; Table 5)",
    effect=above(0),
    unit="points",
    record="lstm",
    note="mini-s-v2 against an LSTM of its size, trained once each; three draws of 200 labels.",
)
def lstm(small: Scores, lstm: Scores) -> float:
    """small: mini-s. lstm: its twin without attention."""
    return _ahead(small, lstm)


@claim(
    "gpt1/aux-lm",
    what="gain from predicting text too: at 100 labels minus that at 1,000",
    paper="below 0 (it helps the larger sets only); over all tasks it costs 0.3 (Table 5)",
    effect=below(0),
    unit="points",
    record="aux-lm",
    note="The effect with 100 labels less that with 1,000; reviews, three draws each. The draws "
    "differ by more than the effect.",
)
def aux_lm(few: Mapping[float, float], many: Mapping[float, float]) -> float:
    """few, many: lambda (0 or 0.5) -> accuracy on reviews."""
    return 100 * ((few[0.5] - few[0.0]) - (many[0.5] - many[0.0]))


@claim(
    "gpt1/bert-cannot-write",
    what="guessing a token from the text before it, GPT ahead of BERT",
    paper="not measured",
    bar=above(0),
    unit="points",
    record="blanks",
    note="At 400 places of text that neither has read: how often the right one of 2,500 tokens is "
    "found from the text before it.",
)
def bert_cannot_write(guessed: Mapping[str, float]) -> float:
    """guessed: who, and from which side -> share of tokens that are guessed right."""
    return 100 * (guessed["GPT, left side"] - guessed["BERT, left side"])


@claim(
    "gpt1/bert",
    what="BERT ahead of a GPT of its size, mean of the two tasks with pairs",
    paper="4.5 (BERT-base 79.6 on GLUE, mostly pairs; GPT-1 75.1; Devlin et al., table 1)",
    effect=above(0),
    bar=at_least(0),
    must_hold=False,
    unit="points",
    record="bert",
    note="Here BERT is behind. Twins of a million weights, trained once each on 36 million tokens; "
    "three draws of 200 labels. BERT has learned from the 15% of its tokens that were hidden, and "
    "does not compare when it is asked on a page of the web, either.",
)
def bert(gpt: Scores, bert: Scores) -> float:
    """gpt: mini-m. bert: its masked twin."""
    pairs = ("entailment", "similarity")
    return _ahead({task: bert[task] for task in pairs}, {task: gpt[task] for task in pairs})


@claim(
    "gpt1/bert-single",
    what="BERT ahead of a GPT of its size, mean of reviews and stories",
    paper="2.2 on reviews (BERT-base 93.5, GPT-1 91.3 on SST-2; Devlin et al., table 1)",
    effect=above(0),
    unit="points",
    record="bert",
    note="The other two of the four tasks. As on pairs, BERT is behind.",
)
def bert_single(gpt: Scores, bert: Scores) -> float:
    """As `bert`, on the tasks that do not compare two texts."""
    single = ("review", "story")
    return _ahead({task: bert[task] for task in single}, {task: gpt[task] for task in single})
