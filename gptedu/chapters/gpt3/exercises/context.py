"""Which examples fit in front of a question: an exercise."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe


def that_fit(lengths, asked, answer, context):
    room = context - 1 - asked - answer
    kept = []
    for length in reversed(lengths):
        room -= length
        kept.append(room >= 0)
    return kept[::-1]


def _skipping(lengths, asked, answer, context):
    room = context - 1 - asked - answer
    kept = []
    for length in reversed(lengths):
        kept.append(length <= room)
        room -= length * kept[-1]
    return kept[::-1]


THAT_FIT = Exercise(
    id="gpt3/context",
    title="What is left out",
    difficulty=2,
    minutes=8,
    task=(
        "A model reads `context` tokens at most: one start token, some examples, the question "
        "(`asked` tokens) and its own answer (`answer` tokens). `lengths` holds the tokens of each "
        "example, in the order of the prompt. Where not all fit, whole examples are dropped **from "
        "the front**: the last ones stay. Return a mask, one `True` (stays) or `False` an example."
    ),
    hints=(
        "First: how many tokens are free for examples? `context - 1 - asked - answer`.",
        "Go through the examples from the last to the first, and subtract the length of each from "
        "the room. Once the room is below 0, nothing earlier fits either.",
        "Append `room >= 0` each time, and reverse the list at the end.",
    ),
    reference=that_fit,
    probes=(
        probe([5, 5, 5, 5], 4, 2, 21),
        probe([3, 9, 4], 2, 3, 17),
        probe([2, 3, 4], 1, 1, 12),
        probe([3, 3], 4, 1, 12),
        probe([1] * 12, 5, 3, 16),
    ),
    mistakes=(
        Mistake(
            "the first ones stay",
            lambda lengths, *room: that_fit(lengths[::-1], *room)[::-1],
            "You keep the first examples. The rule drops from the front, so that those nearest to "
            "the question stay.",
        ),
        Mistake(
            "no start token",
            lambda lengths, asked, answer, context: that_fit(lengths, asked, answer, context + 1),
            "One token too many: every text begins with a start token, which takes a place too.",
        ),
        Mistake(
            "no room for the answer",
            lambda lengths, asked, answer, context: that_fit(lengths, asked, 0, context),
            "The prompt fits, but its answer does not: the model writes into the same context.",
        ),
        Mistake(
            "no room for the question",
            lambda lengths, asked, answer, context: that_fit(lengths, 0, answer, context),
            "The examples and the answer fit, and the question does not: it has `asked` tokens.",
        ),
        Mistake(
            "a place left free",
            lambda lengths, asked, answer, context: that_fit(lengths, asked, answer, context - 1),
            "You leave a place free. What fills the context to its last place still fits: is there "
            "a `>` where `>=` belongs?",
        ),
        Mistake(
            "long ones skipped",
            _skipping,
            "You skip an example that is too long and go on with those before it. They are dropped "
            "from the front: where one does not fit, nothing before it stays either.",
        ),
        Mistake(
            "all or nothing",
            lambda lengths, asked, answer, context: (
                [sum(lengths) <= context - 1 - asked - answer] * len(lengths)
            ),
            "All or nothing: where not all examples fit, some of them still do.",
        ),
    ),
)
