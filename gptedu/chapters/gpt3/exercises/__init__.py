"""Chapter 3's exercises, in the chapter's order."""

from __future__ import annotations

from gptedu.chapters.gpt3.exercises.calibration import CALIBRATED as calibrated
from gptedu.chapters.gpt3.exercises.context import THAT_FIT as that_fit
from gptedu.chapters.gpt3.exercises.induction import INDUCTION_SCORE as induction_score
from gptedu.chapters.gpt3.exercises.mixture import EPOCHS as epochs
from gptedu.chapters.gpt3.exercises.own_rule import (
    RULE as rule,
)
from gptedu.chapters.gpt3.exercises.own_rule import (
    lines_of,
)
from gptedu.chapters.gpt3.exercises.prompts import FEW_SHOT_PROMPT as few_shot_prompt
from gptedu.chapters.gpt3.exercises.sizes import GPT3_PARAMETERS as gpt3_parameters

__all__ = [
    "EXERCISES",
    "NOTES",
    "calibrated",
    "epochs",
    "few_shot_prompt",
    "gpt3_parameters",
    "induction_score",
    "lines_of",
    "rule",
    "that_fit",
]

EXERCISES = (few_shot_prompt, rule, induction_score, calibrated, gpt3_parameters, epochs, that_fit)

NOTES = {
    "gpt3/new-task": (
        "The words asked never stood under their labels. The labels have to be words of this web: "
        "see `gpt3/new-labels`. `mini-m` of two other seeds gets every question right."
    ),
    "gpt3/few-shot": (
        "Nine tasks that their question alone does not settle. Many of the paper's 42 can be done "
        "without an example, so its gap is smaller."
    ),
    "gpt3/gap-grows": (
        "The smallest model makes nothing of examples, and `mini-m` nearly as much as `mini-l`: "
        "the step lies between 0.2 and 1.1 million parameters. One training run of each size."
    ),
    "gpt3/induction-score": (
        "Between two copies of one run, 2 million tokens apart. On rows of random words; on any "
        "tokens, pieces of words too, our heads do not do it."
    ),
    "gpt3/induction": (
        "Sorting by labels. On lists of opposites these heads are needed too, but there random "
        "others cost two thirds as much: those lists take more of the network."
    ),
    "gpt3/calibration": (
        "With two examples, where they are often of one label. `mini-m` of two other seeds: 28% "
        "and 44%, three draws each."
    ),
    "gpt3/direction": (
        "The web has more notes into English. How large the gap is depends on the size: a network "
        "with room to spare learns from the rarer lessons too. `mini-m` of two other seeds: 93 and "
        "96 points."
    ),
    "gpt3/bias": (
        "We know what was planted, and the order of jobs comes out again; how far all of them lean "
        "depends on the sentence."
    ),
    "gpt3/sizes": "Our own GPT on the meta device. XL with 16 heads, 13B with a width of 5,120.",
    "gpt3/mix": (
        "Three tiny networks each, from the record; 60 thousand tokens of good pages and nine "
        "times as much junk. The paper mixed so and did not compare."
    ),
    "gpt3/mix-scarce": "The same with a tenth of the pages, each read ten times as often.",
    "gpt3/real": (
        "`smollm2-135m-instruct` on forty questions, six examples against none, recorded. Far too "
        "few for more than a sign."
    ),
    "gpt3/new-labels": (
        "Labels spelled as no word of the web is, cut into several tokens. What a model has never "
        "copied it does not copy, at this size."
    ),
}
"""What the difference in scale does and does not explain, claim by claim."""
