"""Chapter 0's claims: each is the function that computes it, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping

from gptedu.course.claims import at_least, at_most, claim


@claim(
    "start/bigram",
    what="the learner's GPT ahead of a table of counted pairs of tokens, in loss",
    paper="not measured",
    bar=at_least(0.5),
    unit="nats",
    record="bigram",
    note="On pages that neither has read. The GPT reads up to 63 tokens back, the count one. Three "
    "seeds, under a minute of training each.",
)
def bigram(pairs: float, gpt: float) -> float:
    """pairs, gpt: loss a token on held-out text, in nats."""
    return pairs - gpt


@claim(
    "start/same-numbers",
    what="largest difference between the learner's GPT and gptedu.model",
    paper="not measured",
    bar=at_most(1e-4),
    note="The same weights in both. Embeddings, attention, MLP, blocks, logits and loss, piece by "
    "piece; the two add up in another order, so the last digits differ.",
)
def same_numbers(differences: Mapping[str, float]) -> float:
    """differences: piece of the network -> the largest difference between the two."""
    return max(differences.values())
