"""A rule of your own: the exercise of chapter 3 whose answer is a set of examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gptedu.course.exercises import Exercise, Mistake
from gptedu.evaluate.choices import score_choices

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel

LEAST, ENOUGH = 4, 0.8
MEANINGLESS = ("zib", "mof")  # labels of this web's own lists


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

    return gptedu.load("mini-m-v2")


@lru_cache(maxsize=64)
def _sorted_rightly(lines: tuple[tuple[str, str], ...], labels: tuple[str, ...]) -> float:
    """The share of words that mini-m-v2 puts under their label after all the other lines."""
    prompts = [
        "\n".join([*(f"{a}: {b}" for a, b in lines[:i] + lines[i + 1 :]), f"{lines[i][0]}:"])
        for i in range(len(lines))
    ]
    scored = score_choices(_model(), prompts, [[f" {label}" for label in labels]] * len(prompts))
    given = [labels[raw.index(max(raw))] for raw, _ in scored]
    return sum(each == label for each, (_, label) in zip(given, lines, strict=True)) / len(lines)


def _share(groups: Any) -> float:
    return _sorted_rightly(tuple(lines_of(groups)), tuple(groups))


def _are_lists(groups: Any) -> bool:
    """Whether an answer is two labels with a list of words each."""
    return (
        isinstance(groups, Mapping)
        and len(groups) == 2
        and all(isinstance(label, str) and label.strip() for label in groups)
        and all(isinstance(words, list | tuple) for words in groups.values())
        and all(isinstance(w, str) and w.strip() for words in groups.values() for w in words)
    )


def _repeated(groups: Mapping[str, Sequence[str]]) -> list[str]:
    """The words that stand twice, under one label or under both."""
    counts = Counter(word.strip().lower() for words in groups.values() for word in words)
    return [word for word, count in counts.items() if count > 1]


def _whole(groups: Any) -> bool:
    """Whether an answer has the form that is asked for."""
    return (
        _are_lists(groups)
        and all(len(words) >= LEAST for words in groups.values())
        and not _repeated(groups)
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
    if not _are_lists(groups):
        return "Give each label a list of words, in quotation marks."
    if not _whole(groups):
        return (
            f"Give each label {LEAST} words or more, and no more in all than the model can read at "
            "once."
        )
    share = _share(groups)
    if share >= ENOUGH:
        return None
    fails = f"The model does not follow this rule: it sorts {share:.0%} of your words as you do."
    plain = dict(zip(MEANINGLESS, groups.values(), strict=True))
    if _whole(plain) and _share(plain) >= ENOUGH:
        return (
            f"{fails} The groups are good; it is the labels, for with `zib` and `mof` it follows. "
            "Try these, or names."
        )
    return (
        f"{fails} Try two groups such as animals and trees, each of one kind, labels such as `zib` "
        "and `mof`, or more words of each."
    )


RULE = Exercise(
    id="gpt3/rule",
    title="A rule of your own",
    difficulty=2,
    minutes=10,
    task=(
        "Invent a rule, and **two labels** that mean nothing here. Write them as a dictionary "
        "`{label: [words], other: [words]}` with four words or more in each list. Then each of "
        "your words is asked in turn, with all the others as examples; `mini-m-v2` has to choose "
        "your label for four words out of five. For the labels take words of this web: `zib` and "
        "`mof`, or names."
    ),
    hints=(
        "This web sorts animals, food, fruit, vegetables, tools, clothing, furniture, instruments, "
        "flowers, trees, vehicles, colours, weather and metals. Two of these kinds the model can "
        "tell apart.",
        "Labels may be `zib` and `mof`, or names such as `Tom` and `Anna`: words that it has seen, "
        "and that say nothing about your groups.",
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
            f"So few words hardly show a rule: give each label {LEAST} or more.",
            applies=lambda groups: (
                isinstance(groups, Mapping)
                and len(groups) == 2
                and all(isinstance(words, list | tuple) for words in groups.values())
                and any(len(words) < LEAST for words in groups.values())
            ),
        ),
        Mistake(
            "a word twice",
            {"Tom": ["oak"] * LEAST, "Anna": ["bus"] * LEAST},
            "A word stands there twice. From its other line the model would copy a label, right or "
            "wrong, and need no rule: give each word once.",
            applies=lambda groups: _are_lists(groups) and bool(_repeated(groups)),
        ),
        Mistake(
            "a spelling never seen",
            {
                "blorfington": ["oak", "pine", "birch", "maple", "willow", "elm"],
                "quixt": ["car", "bus", "train", "boat", "truck", "tram"],
            },
            "No page of this web has such a label: it is cut into pieces that never stood together "
            "before, and our small model cannot copy it. Take words that the web has; a large "
            "model accepts any.",
            applies=lambda groups: (
                _whole(groups) and bool(_pieces(groups)) and _share(groups) < ENOUGH
            ),
        ),
    ),
)
