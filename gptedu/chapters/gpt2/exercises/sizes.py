"""GPT-2's four sizes and what they count: chapter 2's last exercise."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe
from gptedu.model import GPTConfig, count_parameters

SIZES = {
    "117M": (12, 768, 12),
    "345M": (24, 1024, 16),
    "762M": (36, 1280, 20),
    "1542M": (48, 1600, 25),
}
"""GPT-2's sizes by the names of its paper (table 2): layers, width, heads."""
GPT1_VOCABULARY, GPT2_VOCABULARY = 40_478, 50_257


def gpt2_parameters(name: str, vocabulary: int = GPT2_VOCABULARY) -> int:
    """The number of parameters of one of GPT-2's sizes, from its configuration alone.

    The paper's names are too small. With the 40,478 rows that GPT-1's embedding has, all four come
    out as they are named, to the million; with GPT-2's own 50,257 rows they are 124M to 1,558M.
    """
    layers, width, heads = SIZES[name]
    return count_parameters(GPTConfig(vocabulary, 1024, layers, width, heads))


def parameters(vocabulary, context, layers, width):
    embeddings = vocabulary * width + context * width
    attention = width * 3 * width + 3 * width + width * width + width
    mlp = width * 4 * width + 4 * width + 4 * width * width + width
    norms = 2 * 2 * width
    return embeddings + layers * (attention + mlp + norms) + 2 * width


PARAMETERS = Exercise(
    id="gpt2/parameters",
    title="Why “117M” has 124 million parameters",
    difficulty=3,
    minutes=12,
    task=(
        "Count the parameters of a GPT-2, which are its weights: token and position embeddings; in "
        "each of the `layers` blocks two norms (gain and bias), attention (query, key and value of "
        "one `width × 3·width` matrix, then an output matrix) and an MLP (to `4·width` and back), "
        "**all with biases**; a last norm. The head that gives the logits is the token embedding "
        "once more, so it counts nothing."
    ),
    hints=(
        "A linear layer from $a$ to $b$ has $ab + b$ parameters, a norm $2 \\cdot$ width.",
        "A block comes to $12w^2 + 13w$: $4w^2+4w$ of attention, $8w^2+5w$ of MLP, $4w$ of norms.",
        "`vocabulary*width + context*width + layers*(12*width**2 + 13*width) + 2*width`",
    ),
    reference=parameters,
    probes=(
        probe(50_257, 1024, 12, 768),
        probe(2_000, 256, 4, 128),
        probe(100, 10, 1, 8),
    ),
    mistakes=(
        Mistake(
            "no biases",
            lambda v, c, n, w: v * w + c * w + n * (12 * w * w + 4 * w) + 2 * w,
            "The biases are missing: a linear layer from $a$ to $b$ has $ab + b$ parameters, nine "
            "widths of biases in a layer.",
        ),
        Mistake(
            "no biases at all",
            lambda v, c, n, w: v * w + c * w + n * (12 * w * w + 2 * w) + w,
            "All biases are missing, those of the norms too: a linear layer from $a$ to $b$ has "
            "$ab + b$ parameters, a norm a gain **and** a bias.",
        ),
        Mistake(
            "norms without a bias",
            lambda v, c, n, w: parameters(v, c, n, w) - n * 2 * w - w,
            "Your norms have a gain alone. Each has a bias too: `2·width`.",
        ),
        Mistake(
            "no norms",
            lambda v, c, n, w: parameters(v, c, n, w) - n * 4 * w - 2 * w,
            "The norms are missing: two in each layer and a last one, each of `2·width`.",
        ),
        Mistake(
            "matrices alone",
            lambda v, c, n, w: v * w + c * w + n * 12 * w * w,
            "These are the matrices alone. Biases and norms are few beside them, and they count.",
        ),
        Mistake(
            "a head of its own",
            lambda v, c, n, w: parameters(v, c, n, w) + v * w,
            "You count the head too. GPT-2 ties it to the token embedding (the same matrix, "
            "transposed): 38.6 million fewer in the small one.",
        ),
        Mistake(
            "no positions",
            lambda v, c, n, w: parameters(v, c, n, w) - c * w,
            "The position embedding is missing: one row of `width` for each of the `context` "
            "places.",
        ),
        Mistake(
            "no last norm",
            lambda v, c, n, w: parameters(v, c, n, w) - 2 * w,
            "Nearly: you are `2·width` short. GPT-2 has one more norm, after the last layer.",
        ),
    ),
)
