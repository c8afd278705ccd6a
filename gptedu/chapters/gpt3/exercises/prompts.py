"""A page with examples: the first exercise (GPT-3, figure 2.1)."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe


def few_shot_prompt(pairs, k):
    lines = [f"{left} -> {right}" for left, right in pairs[:k]]
    return "\n".join([*lines, f"{pairs[k][0]} ->"])


def _shown(pairs, k):
    return [f"{left} -> {right}" for left, right in pairs[:k]]


_PAIRS = [("fox", "den"), ("bee", "hive"), ("cow", "barn"), ("spider", "web"), ("fish", "pond")]


FEW_SHOT_PROMPT = Exercise(
    id="gpt3/few-shot-prompt",
    title="A page with examples",
    difficulty=1,
    minutes=5,
    task=(
        "`pairs` is a list such as `[('fox', 'den'), ('bee', 'hive'), …]`. Return a prompt: a line "
        "`fox -> den` for each of the **first k pairs**, then, on a line of its own, the left word "
        "of the **next** pair with ` ->` after it and nothing more."
    ),
    hints=(
        "`pairs[:k]` are shown, `pairs[k]` is asked. With k = 0 there is only the last line.",
        "`'\\n'.join(list_of_lines)` puts line breaks between lines, and none at the end.",
        "The last line is `f'{pairs[k][0]} ->'`; it has no space at its end.",
    ),
    reference=few_shot_prompt,
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
            lambda pairs, k: few_shot_prompt(pairs, k) + " ",
            "Your prompt ends in a space. Most tokens here *begin* with their space, so no page "
            "has a lone one before a word.",
        ),
        Mistake(
            "no line break",
            lambda pairs, k: "\n".join(_shown(pairs, k)) + f"{pairs[k][0]} ->",
            "The last line stands on the line of the example before it: a line break is missing.",
        ),
        Mistake(
            "the question first",
            lambda pairs, k: "\n".join([f"{pairs[k][0]} ->", *_shown(pairs, k)]),
            "The question stands first, so the prompt ends in an answered example. A model writes "
            "on from the end: that is where the question belongs.",
        ),
    ),
)
