"""What a run costs: an exercise (Kaplan et al. 2020, table 1; Hoffmann et al. 2022, appendix F)."""

from __future__ import annotations

from gptedu.course.exercises import Exercise, Mistake, probe


def training_flops(layers, width, context, vocabulary, tokens):
    weights = 12 * layers * width**2 + vocabulary * width
    attention = 2 * layers * context * width
    return 6 * (weights + attention) * tokens


def _counted(layers, width, context, vocabulary, tokens, *, each=6, attention=2.0, head=1):
    weights = 12 * layers * width**2 + head * vocabulary * width
    return round((each * weights + 6 * attention * layers * context * width) * tokens)


TRAINING_FLOPS = Exercise(
    id="scaling/flops",
    title="Count the FLOPs",
    difficulty=2,
    minutes=10,
    task=(
        "Return the FLOPs of training a GPT on `tokens` tokens. **Products of matrices** alone "
        "count. A block's matrices hold `12·width²` weights; the head, `vocabulary·width`, counts "
        "once; embeddings are looked up, not multiplied. A weight costs a token 2 FLOPs forward "
        "and 4 backward. In each layer attention multiplies every token's query with `context` "
        "keys, and its weights with `context` values: over the whole square, mask or not."
    ),
    hints=(
        "All the matrices together: `12*layers*width**2 + vocabulary*width` weights.",
        "Queries times keys: `2*context*width` FLOPs a token and layer. Weights times values: the "
        "same again. Backward is twice forward here too.",
        "`6*weights + 12*layers*context*width` for each token.",
    ),
    reference=training_flops,
    probes=(probe(3, 8, 64, 33, 1000), probe(12, 768, 1024, 50_257, 10), probe(2, 16, 256, 128, 7)),
    mistakes=(
        Mistake(
            "6 N D",
            lambda *run: _counted(*run, attention=0),
            "That is 6 N D: attention's own products are missing. In a narrow model with a long "
            "context they are most of the work.",
        ),
        Mistake(
            "forward only",
            lambda *run: training_flops(*run) // 3,
            "A third of it: that is the forward pass. Backward takes twice as much again.",
        ),
        Mistake(
            "no head",
            lambda *run: _counted(*run, head=0),
            "The head is missing: every token is multiplied with `vocabulary·width` weights.",
        ),
        Mistake(
            "the head twice",
            lambda *run: _counted(*run, head=2),
            "You count the embedding too. It has the head's weights, but a token only looks its "
            "row up.",
        ),
        Mistake(
            "half of attention",
            lambda *run: _counted(*run, attention=1),
            "Half of attention is missing: queries meet keys, then the weights meet the values.",
        ),
        Mistake(
            "attention forward only",
            lambda *run: _counted(*run, attention=2 / 3),
            "Attention has a backward pass as well: it takes twice what its forward pass does.",
        ),
    ),
)
