"""Chapter 3's exercises: two about prompts here, the others in chapter03_heads and _sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gptedu.course.chapter03_heads import calibrated, induction_score
from gptedu.course.chapter03_sizes import epochs, gpt3_parameters, that_fit
from gptedu.course.exercises import Exercise, Mistake, probe
from gptedu.prompting.scoring import score_choices

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel

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
    id="03/few-shot-prompt",
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


# --- a rule of one's own ------------------------------------------------------------------------

LEAST, ENOUGH = 4, 0.8


def lines_of(groups: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """(word, label) of every word, the groups taking turns, now one and now the other first."""
    labels = list(groups)
    lines = []
    for turn in range(max(len(words) for words in groups.values())):
        for label in labels if turn % 3 else labels[::-1]:
            lines += [(word, label) for word in groups[label][turn : turn + 1]]
    return lines


@lru_cache(maxsize=1)
def _model() -> LanguageModel:
    import gptedu

    return gptedu.load("mini-m")


@lru_cache(maxsize=64)
def _sorted_rightly(lines: tuple[tuple[str, str], ...], labels: tuple[str, ...]) -> float:
    """The share of words that mini-m puts under their label after all the other lines."""
    prompts = [
        "\n".join([*(f"{a}: {b}" for a, b in lines[:i] + lines[i + 1 :]), f"{lines[i][0]}:"])
        for i in range(len(lines))
    ]
    scored = score_choices(_model(), prompts, [[f" {label}" for label in labels]] * len(prompts))
    given = [labels[raw.index(max(raw))] for raw, _ in scored]
    return sum(each == label for each, (_, label) in zip(given, lines, strict=True)) / len(lines)


def _share(groups: Any) -> float:
    return _sorted_rightly(tuple(lines_of(groups)), tuple(groups))


def _whole(groups: Any) -> bool:
    """Whether an answer has the form that is asked for."""
    return (
        isinstance(groups, Mapping)
        and len(groups) == 2
        and all(isinstance(label, str) and label.strip() for label in groups)
        and all(isinstance(words, list | tuple) for words in groups.values())
        and all(isinstance(w, str) and w.strip() for words in groups.values() for w in words)
        and all(len(words) >= LEAST for words in groups.values())
        and not set.intersection(*(set(words) for words in groups.values()))
        and _longest(groups) <= _model().model.config.context
    )


def _longest(groups: Mapping[str, Sequence[str]]) -> int:
    text = "\n".join(f"{word}: {label}" for word, label in lines_of(groups))
    return 1 + len(_model().tokenizer.encode(text))


def _pieces(groups: Mapping[str, Sequence[str]]) -> list[str]:
    """The labels that are cut into several tokens because the web has no such word."""
    encode = _model().tokenizer.encode
    return [label for label in groups if any(len(encode(f" {word}")) > 1 for word in label.split())]


def _judge_rule(groups: object) -> str | None:
    if not isinstance(groups, Mapping) or not all(isinstance(label, str) for label in groups):
        return "A dictionary is asked for: {label: [words], other label: [other words]}."
    if len(groups) != 2:
        return f"Two labels are asked for, and there are {len(groups)}."
    if not _whole(groups):
        return (
            f"Give each label a list of {LEAST} words or more, no word under both, and no more "
            "than the model can read at once."
        )
    share = _share(groups)
    if share >= ENOUGH:
        return None
    return (
        f"The model sorts {share:.0%} of your words as you do, after seeing all the others. What "
        "would somebody need to know to sort the last one?"
    )


rule = Exercise(
    id="03/rule",
    title="A rule of your own",
    difficulty=2,
    minutes=10,
    task=(
        "Invent a rule, and **two labels** that mean nothing here: a dictionary "
        "`{label: [words], other: [words]}` with four words or more in each. Each of your words is "
        "asked in turn, with all the others as examples; `mini-m` has to put four out of five "
        "where you put them. For the labels take any words that this web has, for instance names."
    ),
    hints=(
        "The model knows what stands in the world: animals, trees, tools, towns, people, jobs, "
        "days. A rule that tells two kinds of thing apart can be guessed from their names.",
        "Labels may be `Tom` and `Anna`, `red` and `blue`, `zib` and `mof`: words that it has "
        "seen, though never as names of your groups.",
        "`{'Tom': ['oak', 'pine', 'birch', 'maple'], 'Anna': ['bus', 'train', …]}`",
    ),
    reference={
        "Tom": ["oak", "pine", "birch", "maple", "willow", "elm"],
        "Anna": ["car", "bus", "train", "boat", "truck", "tram"],
    },
    judge=_judge_rule,
    mistakes=(
        Mistake(
            "one label",
            {"Tom": ["oak", "pine", "birch", "maple"]},
            "With one label there is nothing to decide: every answer is right. Add a second group.",
            applies=lambda groups: isinstance(groups, Mapping) and len(groups) == 1,
        ),
        Mistake(
            "too few examples",
            {"Tom": ["oak", "pine"], "Anna": ["car", "bus"]},
            f"From so few words a rule can hardly be guessed: give each label {LEAST} or more.",
            applies=lambda groups: (
                isinstance(groups, Mapping)
                and len(groups) == 2
                and all(isinstance(words, list | tuple) for words in groups.values())
                and any(len(words) < LEAST for words in groups.values())
            ),
        ),
        Mistake(
            "a spelling never seen",
            {
                "blorfington": ["oak", "pine", "birch", "maple", "willow", "elm"],
                "quixt": ["car", "bus", "train", "boat", "truck", "tram"],
            },
            "No page of this web has such a label: it is cut into pieces that never stood together "
            "before, and our small model cannot copy it. Take words that the web has; a large "
            "model is not so particular.",
            applies=lambda groups: (
                _whole(groups) and bool(_pieces(groups)) and _share(groups) < ENOUGH
            ),
        ),
        Mistake(
            "no rule",
            {"Tom": ["oak", "car", "birch", "train"], "Anna": ["bus", "pine", "boat", "maple"]},
            "Nothing that the model can see tells your groups apart, so the examples do not help. "
            "Put words of one kind under one label, and of another kind under the other.",
            applies=lambda groups: (
                _whole(groups) and not _pieces(groups) and _share(groups) < ENOUGH
            ),
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
        "see `gpt3/new-labels`."
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
        "others cost nearly as much: those lists take more of the network."
    ),
    "gpt3/calibration": "With two examples, where they are often of one label.",
    "gpt3/direction": (
        "The web has more notes into English. How large the gap is depends on the size: a network "
        "with room to spare learns from the rarer lessons too."
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
