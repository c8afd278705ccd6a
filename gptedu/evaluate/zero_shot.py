"""GPT-1's tasks asked of the language model itself, without a label (section 5, "zero-shot").

The paper follows the pre-training with heuristics: append a word and compare how likely the model
finds the verdicts; or take the answer to which it gives the highest average log-probability. Ours
use the words in which the miniature web itself speaks of such things.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from gptedu.sampling import continuation_logprobs
from gptedu.text import Tokenizer
from gptedu.world import Classification, Entailment, Labelled, MultipleChoice, Similarity
from gptedu.world.words.grammar import uncapitalised

VERDICTS = (" bad", " good")
RESTATED = "In other words,"


def sentence_logprobs(
    model: nn.Module, tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]
) -> tuple[Tensor, Tensor]:
    """log P(continuation | text) summed over its tokens, and their number, both [pairs].

    Each text stands behind <|endoftext|>, as a document does in training, and loses its beginning
    where it does not fit. A continuation brings its own leading space, so no token crosses the
    border. Raises ValueError for one that is empty or longer than the context.
    """
    config: Any = model.config
    context: int = config.context
    encoded = []
    for text, continuation in pairs:
        end = tokenizer.encode(continuation)
        if not 0 < len(end) < context:
            raise ValueError(
                f"the continuation {continuation!r} has {len(end)} tokens: 1 to {context - 1} fit"
            )
        start = [tokenizer.end, *tokenizer.encode(text)]
        encoded.append((start[-(context - len(end)) :], end))
    logprobs = continuation_logprobs(model, encoded)
    return torch.stack([each.sum() for each in logprobs]), torch.tensor([*map(len, logprobs)])


def zero_shot(model: nn.Module, tokenizer: Tokenizer, examples: Sequence[Labelled]) -> Tensor:
    """The label that each task's heuristic gives: int64 [examples], all of one kind.

    review: the likelier verdict behind "Verdict:". story: the ending with the higher mean
    log-probability per token. Two sentences: how much likelier one becomes behind the other and
    "In other words,". The half of the pairs with the larger gain are called the same, and thirds
    of the hypotheses entailed, contradicted and neither: no label is used, but all examples are
    compared, and it is known how many of each there are.
    """
    kinds = {type(example) for example in examples}
    if len(kinds) != 1:
        raise ValueError(f"give examples of one kind, and at least one; got {len(kinds)} kinds")
    kind = kinds.pop()
    if kind in (Similarity, Entailment):
        gain = restatement_gain(model, tokenizer, [_sides(example) for example in examples])
        place = gain.argsort(descending=True, stable=True).argsort()  # 0 for the largest gain
        answers = 2 if kind is Similarity else 3
        thirds = place * answers // len(examples)
        return 1 - thirds if kind is Similarity else thirds
    pairs = [pair for example in examples for pair in _choices(example)]
    sums, lengths = sentence_logprobs(model, tokenizer, pairs)
    # Verdicts are alternatives at one place, so their probabilities compare as they are; endings
    # of different lengths compare by the mean.
    scores = sums / lengths if kind is MultipleChoice else sums
    return scores.view(len(examples), -1).argmax(dim=1)


def restatement_gain(
    model: nn.Module, tokenizer: Tokenizer, examples: Sequence[Sequence[tuple[str, str]]]
) -> Tensor:
    """How much likelier a sentence becomes when it restates a text: [examples], nats per token.

    examples: one or more (text, sentence) of each, over which the mean is taken. The gain is
    log P(sentence | text, "In other words,") - log P(sentence | "In other words,"), per token.
    """
    pairs, owners = [], []
    for number, several in enumerate(examples):
        for text, sentence in several:
            continuation = f" {uncapitalised(sentence.rstrip('.?!'))}"
            pairs += [(f"{text} {RESTATED}", continuation), (RESTATED, continuation)]
            owners.append(number)
    sums, lengths = sentence_logprobs(model, tokenizer, pairs)
    behind, alone = (sums / lengths).view(-1, 2).unbind(dim=1)
    totals = torch.zeros(len(examples)).index_add(0, torch.tensor(owners), behind - alone)
    return totals / torch.tensor([len(several) for several in examples])


def zero_shot_accuracy(
    model: nn.Module, tokenizer: Tokenizer, examples: Sequence[Labelled]
) -> float:
    """Share of the examples whose label the heuristic gives, 0 to 1."""
    answers = zero_shot(model, tokenizer, examples)
    return (answers == torch.tensor([e.label for e in examples])).float().mean().item()


def _choices(example: Labelled) -> list[tuple[str, str]]:
    """(text, continuation) for each possible label."""
    match example:
        case Classification():
            return [(f"{example.text}\nVerdict:", verdict) for verdict in VERDICTS]
        case MultipleChoice():
            return [(example.context, f" {choice}") for choice in example.choices]
    raise ValueError(f"no zero-shot heuristic for {type(example).__name__}")


def _sides(example: Labelled) -> list[tuple[str, str]]:
    """(text, sentence that may restate it); for similarity in both orders."""
    match example:
        case Similarity():
            return [(example.first, example.second), (example.second, example.first)]
        case Entailment():
            return [(example.premise, example.hypothesis)]
    raise ValueError(f"a {type(example).__name__} has no two sides")
