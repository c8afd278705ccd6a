"""Which of several answers a model finds likeliest (Brown et al. 2020, section 2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gptedu.language_model import check_predicts, check_text, split_choices
from gptedu.sampling import continuation_logprobs

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel


def score_choices(
    lm: LanguageModel,
    prompts: Sequence[str],
    choices: Sequence[Sequence[str]],
    batch_size: int = 64,
) -> list[tuple[list[float], list[float]]]:
    """Score many prompts and their choices together; equal to ``lm.score`` one at a time.

    Returns, for each prompt, (raw, normalised): the sum of the choice's token log-probabilities in
    nats, and that sum divided by its number of tokens. Raw scores favour short choices.

    Raises ValueError where `lm.score` does, TypeError for a model that predicts no next token.
    """
    check_predicts(lm)
    context = lm.model.config.context
    pairs: list[tuple[list[int], list[int]]] = []
    counts = []
    for prompt, options in zip(prompts, choices, strict=True):
        check_text(prompt)
        head, tails = split_choices(lm.tokenizer, prompt, options)
        longest = len(head) + max(map(len, tails))
        if longest > context:
            raise ValueError(
                f"the prompt {prompt[:40]!r} with a choice takes {longest} tokens and the context "
                f"of {lm.name} is {context}: use fewer examples or a shorter text"
            )
        pairs += [(head, tail) for tail in tails]
        counts.append(len(tails))
    logprobs = iter(continuation_logprobs(lm.model, pairs, batch_size))
    scores = []
    for count in counts:
        own = [next(logprobs) for _ in range(count)]
        raw = [float(each.sum()) for each in own]
        scores.append((raw, [total / len(each) for total, each in zip(raw, own, strict=True)]))
    return scores
