"""Sizes, sources and what fits: three exercises of chapter 3."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe

VOCABULARY, CONTEXT = 50_257, 2_048

# --- a row of Table 2.1 ------------------------------------------------------------------------


def _gpt3_parameters(layers, width, heads, head):
    inner = heads * head
    attention = 3 * (width * inner + inner) + inner * width + width
    mlp = width * 4 * width + 4 * width + 4 * width * width + width
    norms = 2 * 2 * width
    return (50_257 + 2_048) * width + layers * (attention + mlp + norms) + 2 * width


def _counted(layers, width, inner, vocabulary=VOCABULARY, context=CONTEXT, biases=1):
    attention = 4 * width * inner + biases * (3 * inner + width)
    mlp = 8 * width * width + biases * 5 * width
    return (vocabulary + context) * width + layers * (attention + mlp + 4 * width) + 2 * width


gpt3_parameters = Exercise(
    id="gpt3/parameters",
    title="Does the table add up?",
    difficulty=3,
    minutes=12,
    task=(
        "Count the parameters of a row of GPT-3's Table 2.1 **as it is printed**: `heads` heads of "
        "width `head` make queries, keys and values of width `heads·head`, and a last matrix leads "
        "back to `width`. MLP (to `4·width` and back), norms and biases as in GPT-2 (chapter 2, "
        "exercise 6); 50,257 tokens, 2,048 positions; the logits' matrix is the token embedding."
    ),
    hints=(
        "With `inner = heads * head`: queries, keys and values are three linear layers from width "
        "to inner, the output one from inner to width. A linear layer from $a$ to $b$ has "
        "$ab + b$ parameters.",
        "A layer: `3*(width*inner + inner) + inner*width + width` of attention, "
        "`8*width**2 + 5*width` of MLP, `4*width` of norms.",
        "`(50_257 + 2_048)*width + layers*(…) + 2*width`: the last norm comes once.",
    ),
    reference=_gpt3_parameters,
    probes=(probe(12, 768, 12, 64), probe(24, 2048, 24, 128), probe(40, 5140, 40, 128)),
    mistakes=(
        Mistake(
            "the heads left out",
            lambda layers, width, heads, head: _counted(layers, width, width),
            "Right where `heads·head` is the width, and wrong elsewhere: you count matrices of "
            "width × width. Here the heads are `heads·head` wide, as printed.",
        ),
        Mistake(
            "no last norm",
            lambda layers, width, heads, head: _counted(layers, width, heads * head) - 2 * width,
            "Nearly: you are `2·width` short. One more norm comes after the last layer.",
        ),
        Mistake(
            "no biases",
            lambda layers, width, heads, head: _counted(layers, width, heads * head, biases=0),
            "The biases are missing: a linear layer from $a$ to $b$ has $ab + b$ parameters.",
        ),
        Mistake(
            "no biases at all",
            lambda layers, width, heads, head: (
                _counted(layers, width, heads * head, biases=0) - (2 * layers + 1) * width
            ),
            "All biases are missing, those of the norms too: a linear layer from $a$ to $b$ has "
            "$ab + b$ parameters, a norm a gain **and** a bias.",
        ),
        Mistake(
            "the way back",
            lambda layers, width, heads, head: (
                _counted(layers, width, heads * head) + layers * width * (width - heads * head)
            ),
            "Your last matrix of attention is width × width. What the heads hand on is "
            "`heads·head` wide, and it leads from there to `width`.",
        ),
        Mistake(
            "GPT-2's context",
            lambda layers, width, heads, head: _counted(layers, width, heads * head, context=1024),
            "That is GPT-2's context: GPT-3 has 2,048 positions, an embedding each.",
        ),
        Mistake(
            "a head of its own",
            lambda layers, width, heads, head: (
                _counted(layers, width, heads * head) + VOCABULARY * width
            ),
            "You count the matrix that gives the logits. It is the token embedding once more, and "
            "costs nothing.",
        ),
    ),
)


# --- a row of Table 2.2 ------------------------------------------------------------------------


def _epochs(size, percent, read):
    return read * percent / 100 / size


epochs = Exercise(
    id="gpt3/epochs",
    title="Read how often?",
    difficulty=1,
    minutes=4,
    task=(
        "A source holds `size` tokens and makes up `percent` of what is read; in all, `read` "
        "tokens are read. Return its **epochs**: how often each of its tokens is read on average."
    ),
    hints=(
        "Of 300 billion tokens read, 3 percent are Wikipedia: how many tokens is that?",
        "Divide what is read of it by what there is of it.",
    ),
    reference=_epochs,
    probes=(probe(410e9, 60, 300e9), probe(3e9, 3, 300e9), probe(1000, 50, 4000)),
    mistakes=(
        Mistake(
            "per cent",
            lambda size, percent, read: read * percent / size,
            "A hundred times too much: `percent` is in percent, as the table prints it.",
        ),
        Mistake(
            "without the share",
            lambda size, percent, read: read / size,
            "You divide all that is read by this source. Only its share of that is read from it.",
        ),
        Mistake(
            "upside down",
            lambda size, percent, read: size / (read * percent / 100),
            "Upside down: a source that is small and has a large share is read *often*.",
        ),
    ),
)


# --- what fits --------------------------------------------------------------------------------


def _that_fit(lengths, asked, answer, context):
    room = context - 1 - asked - answer
    kept = []
    for length in reversed(lengths):
        room -= length
        kept.append(room >= 0)
    return kept[::-1]


def _fitting(lengths, room):
    """From the last example on, as long as there is room."""
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


that_fit = Exercise(
    id="gpt3/context",
    title="What falls off the page",
    difficulty=2,
    minutes=8,
    task=(
        "A model reads `context` tokens at most: one start token, some examples, the question "
        "(`asked` tokens) and its own answer (`answer` tokens). `lengths` holds the tokens of each "
        "example, in the order of the prompt. Where not all fit, whole examples are dropped **from "
        "the front**: the last ones stay. Return a mask, one `True` (stays) or `False` an example."
    ),
    hints=(
        "First: how many tokens are left for examples? `context - 1 - asked - answer`.",
        "Go through the examples from the last to the first, and take each one's length off the "
        "room. Once it is below 0, nothing earlier fits either.",
        "Append `room >= 0` each time, and turn the list round at the end.",
    ),
    reference=_that_fit,
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
            lambda lengths, asked, answer, context: _fitting(
                lengths[::-1], context - 1 - asked - answer
            )[::-1],
            "You keep the first examples. The rule drops from the front, so that those nearest to "
            "the question stay.",
        ),
        Mistake(
            "no start token",
            lambda lengths, asked, answer, context: _fitting(lengths, context - asked - answer),
            "One token too many: every text begins with a start token, which takes a place too.",
        ),
        Mistake(
            "no room for the answer",
            lambda lengths, asked, answer, context: _fitting(lengths, context - 1 - asked),
            "The prompt fits, but its answer does not: the model writes into the same context.",
        ),
        Mistake(
            "no room for the question",
            lambda lengths, asked, answer, context: _fitting(lengths, context - 1 - answer),
            "The examples and the answer fit, and the question does not: it has `asked` tokens.",
        ),
        Mistake(
            "a place left free",
            lambda lengths, asked, answer, context: _fitting(lengths, context - 2 - asked - answer),
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
