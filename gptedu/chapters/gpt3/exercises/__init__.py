"""Chapter 3's exercises: a prompt here, the others in chapter03_rule, _heads and _sizes."""

from __future__ import annotations

from gptedu.chapters.gpt3.exercises.heads import calibrated, induction_score
from gptedu.chapters.gpt3.exercises.rule import lines_of, rule
from gptedu.chapters.gpt3.exercises.sizes import epochs, gpt3_parameters, that_fit
from gptedu.course.exercises import Exercise, Mistake, probe

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

# --- a few-shot prompt ---------------------------------------------------------------------------


def _few_shot_prompt(pairs, k):
    lines = [f"{left} -> {right}" for left, right in pairs[:k]]
    return "\n".join([*lines, f"{pairs[k][0]} ->"])


def _shown(pairs, k):
    return [f"{left} -> {right}" for left, right in pairs[:k]]


_PAIRS = [("fox", "den"), ("bee", "hive"), ("cow", "barn"), ("spider", "web"), ("fish", "pond")]

few_shot_prompt = Exercise(
    id="gpt3/few-shot-prompt",
    title="A page with examples",
    difficulty=1,
    minutes=5,
    task=(
        "`pairs` is a list such as `[('fox', 'den'), ('bee', 'hive'), …]`. Return a prompt: a line "
        "`fox -> den` for each of the **first k pairs**, then, on a line of its own, the left word "
        "of the **next** pair with ` ->` behind it and nothing more."
    ),
    hints=(
        "`pairs[:k]` are shown, `pairs[k]` is asked. With k = 0 there is only the last line.",
        "`'\\n'.join(list_of_lines)` puts line breaks between lines, and none at the end.",
        "The last line is `f'{pairs[k][0]} ->'`; it has no space at its end.",
    ),
    reference=_few_shot_prompt,
    probes=(probe(_PAIRS, 0), probe(_PAIRS, 2), probe(_PAIRS, 4)),
    mistakes=(
        Mistake(
            "the answer given away",
            lambda pairs, k: "\n".join(_shown(pairs, k + 1)),
            "The last line holds its answer already. Stop after the arrow: the rest is for the "
            "model.",
        ),
        Mistake(
            "the asked pair shown",
            lambda pairs, k: "\n".join([*_shown(pairs, k + 1), f"{pairs[k][0]} ->"]),
            "The pair that is asked stands among the examples, answer and all: the model only has "
            "to copy. Show `pairs[:k]`, ask `pairs[k]`.",
        ),
        Mistake(
            "a space at the end",
            lambda pairs, k: _few_shot_prompt(pairs, k) + " ",
            "Your prompt ends in a space. Most tokens here *begin* with their space, so no page "
            "has a lone one before a word.",
        ),
        Mistake(
            "no line break",
            lambda pairs, k: "\n".join(_shown(pairs, k)) + f"{pairs[k][0]} ->",
            "The last line is glued to the example before it: a line break is missing there.",
        ),
        Mistake(
            "the question first",
            lambda pairs, k: "\n".join([f"{pairs[k][0]} ->", *_shown(pairs, k)]),
            "The question stands first, so the prompt ends in an answered example. A model writes "
            "on from the end: that is where the question belongs.",
        ),
    ),
)


EXERCISES = (
    few_shot_prompt,
    rule,
    induction_score,
    calibrated,
    gpt3_parameters,
    epochs,
    that_fit,
)

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
