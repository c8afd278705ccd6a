"""Does a row of the table of sizes add up? An exercise (GPT-3, table 2.1)."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe

VOCABULARY, CONTEXT = 50_257, 2_048


def gpt3_parameters(layers, width, heads, head):
    inner = heads * head
    attention = 3 * (width * inner + inner) + inner * width + width
    mlp = width * 4 * width + 4 * width + 4 * width * width + width
    norms = 2 * 2 * width
    return (50_257 + 2_048) * width + layers * (attention + mlp + norms) + 2 * width


def _counted(layers, width, inner, vocabulary=VOCABULARY, context=CONTEXT, biases=1):
    attention = 4 * width * inner + biases * (3 * inner + width)
    mlp = 8 * width * width + biases * 5 * width
    return (vocabulary + context) * width + layers * (attention + mlp + 4 * width) + 2 * width


GPT3_PARAMETERS = Exercise(
    id="gpt3/parameters",
    title="Does the table add up?",
    difficulty=3,
    minutes=12,
    task=(
        "Count the parameters of a row of GPT-3's Table 2.1 **as it is printed**: `heads` heads of "
        "width `head` make queries, keys and values of width `heads·head`, and a last matrix leads "
        "back to `width`. MLP (to `4·width` and back), norms and biases as in chapter 2's exercise "
        "on GPT-2's sizes; 50,257 tokens, 2,048 positions. The matrix that gives the logits "
        "(a number for each next token) is the token embedding again."
    ),
    hints=(
        "With `inner = heads * head`: queries, keys and values are three linear layers from width "
        "to inner, the output one from inner to width. A linear layer from $a$ to $b$ has "
        "$ab + b$ parameters.",
        "A layer: `3*(width*inner + inner) + inner*width + width` of attention, "
        "`8*width**2 + 5*width` of MLP, `4*width` of norms.",
        "`(50_257 + 2_048)*width + layers*(…) + 2*width`: the last norm comes once.",
    ),
    reference=gpt3_parameters,
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
            "adds no parameters.",
        ),
    ),
)
