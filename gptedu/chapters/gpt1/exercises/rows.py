"""From texts to rows of tokens: two exercises (GPT-1, section 3.3)."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe


def entailment_row(premise, hypothesis, start, delim, extract):
    return [start, *premise, delim, *hypothesis, extract]


ENTAILMENT_ROW = Exercise(
    id="gpt1/entailment-row",
    title="Two texts in one row",
    difficulty=1,
    minutes=5,
    task=(
        "Return **one list** of token ids: `[start] premise [delim] hypothesis [extract]`. "
        "`premise` and `hypothesis` are lists of ids, the other three are ids."
    ),
    hints=(
        "Five pieces, in the order in which the task names them. Two of them are lists already.",
        "`[1, *[5, 6], 2]` is `[1, 5, 6, 2]`: the star unpacks a list into another.",
        "`[start, *premise, …, extract]`: what stands between the two texts?",
    ),
    reference=entailment_row,
    probes=(
        probe([5, 6], [7], 1, 2, 3),
        probe([5], [7, 8, 9], 11, 12, 13),
        probe([5, 5, 5], [5, 5], 1, 2, 3),
    ),
    mistakes=(
        Mistake(
            "hypothesis first",
            lambda p, h, start, delim, extract: [start, *h, delim, *p, extract],
            "The hypothesis stands first. The network reads from left to right, so the premise "
            "has to come first: the hypothesis is judged by it.",
        ),
        Mistake(
            "no extract",
            lambda p, h, start, delim, extract: [start, *p, delim, *h],
            "The row ends without `extract`: at which token should the answer be read?",
        ),
        Mistake(
            "no delim",
            lambda p, h, start, delim, extract: [start, *p, *h, extract],
            "Nothing stands between the two texts: where does the premise end?",
        ),
        Mistake(
            "lists in a list",
            lambda p, h, start, delim, extract: [start, p, delim, h, extract],
            "The two texts are lists inside your list. One flat list of ids is asked for: unpack "
            "them with a star.",
        ),
    ),
)


def review_row(tokens, start, extract, context):
    room = context - 2
    return [start, *tokens[:room], extract]


REVIEW_ROW = Exercise(
    id="gpt1/review-row",
    title="A text that is too long",
    difficulty=2,
    minutes=8,
    task=(
        "Return `[start] tokens [extract]` with **at most `context` ids**. A text that is too long "
        "loses its end. `start` and `extract` always stay, and nothing is cut that fits."
    ),
    hints=(
        "Two places are taken by `start` and `extract`. How many are left for the text?",
        "Cut the text first, and put `start` and `extract` around it afterwards.",
        "`tokens[:n]` is the whole list where `n` is larger than the list, so no `if` is needed.",
    ),
    reference=review_row,
    probes=(
        probe([5, 6, 7], 1, 3, 10),
        probe([5, 6, 7, 8, 9, 10], 1, 3, 6),
        probe([5, 6, 7, 8], 1, 3, 6),
        probe([5, 6, 7, 8, 9], 1, 3, 6),
    ),
    mistakes=(
        Mistake(
            "cut last",
            lambda tokens, start, extract, context: [start, *tokens, extract][:context],
            "A long text pushes `extract` out of the row. The classifier then reads its answer at "
            "some other token, and nothing tells you: this mistake is silent. Cut before you add.",
        ),
        Mistake(
            "forgot their room",
            lambda tokens, start, extract, context: [start, *tokens[:context], extract],
            "A long text gives more than `context` ids: `start` and `extract` need room too.",
        ),
        Mistake(
            "one place wasted",
            lambda tokens, start, extract, context: [start, *tokens[: context - 3], extract],
            "You cut one token more than you have to. Count: two places are taken, not three.",
        ),
        Mistake(
            "cut at the beginning",
            lambda tokens, start, extract, context: [start, *tokens[-(context - 2) :], extract],
            "Your text loses its beginning. Here the end has to go.",
        ),
    ),
)
