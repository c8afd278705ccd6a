"""A prompt with its examples, and what several models make of it: functions without Jupyter.

Zero-, one- and few-shot prompts as in Brown et al. 2020, section 2 and figure 2.1; choices are
scored as in its section 2.4, raw and divided by their number of tokens.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gptedu import checks
from gptedu.language_model import distinct_name
from gptedu.widgets.base.sentences import sentence
from gptedu.widgets.next_token.state import context_of

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel


LONGEST_ANSWER = 200


@dataclass(frozen=True)
class Setup:
    """All that the learner has set. ``shuffle``: 0 is the order given."""

    prompt: str
    k: int = 0
    shuffle: int = 0
    left_out: frozenset[int] = frozenset()
    choices: tuple[str, ...] = ()
    temperature: float = 0.0
    seed: int = 0
    max_tokens: int = 40


@dataclass(frozen=True)
class ModelAnswer:
    """What one model said.

    answer: its continuation. raw: log-probability of each choice in nats; normalised: the same
    divided by the choice's tokens. tokens: length of the prompt; context: how many tokens the
    model can read (None: no limit). error: one sentence in place of all that.
    """

    answer: str = ""
    raw: tuple[float, ...] = ()
    normalised: tuple[float, ...] = ()
    tokens: int = 0
    context: int | None = None
    seconds: float = 0.0
    error: str = ""


def example_order(count: int, shuffle: int) -> tuple[int, ...]:
    """The order of ``count`` examples after shuffle number ``shuffle``; 0 is the order given."""
    order = list(range(count))
    if shuffle:
        random.Random(shuffle).shuffle(order)
    return tuple(order)


def chosen_examples(order: Sequence[int], left_out: frozenset[int], k: int) -> tuple[int, ...]:
    """The first ``k`` examples in ``order`` that are not left out."""
    return tuple(i for i in order if i not in left_out)[:k]


def build_prompt(prompt: str, examples: Sequence[str], separator: str) -> str:
    """The examples, each a prompt with its answer, then the prompt itself."""
    return separator.join([*examples, prompt])


def read_choices(text: str, before: str = " ") -> tuple[str, ...]:
    """Choices typed as "good | bad", each with the space (or line break) that goes before it."""
    return tuple(before + choice.strip() for choice in text.split("|") if choice.strip())


def count_tokens(lm: LanguageModel, prompt: str) -> int:
    """Tokens that the model reads: the prompt's and the start token."""
    return 1 + len(lm.tokenizer.encode(prompt))


def answer_model(
    lm: LanguageModel,
    prompt: str,
    choices: Sequence[str] = (),
    *,
    max_tokens: int = 40,
    temperature: float = 0.0,
    seed: int = 0,
    stop: str | None = None,
) -> ModelAnswer:
    """One model's answer to ``prompt`` and its scores of ``choices``.

    A prompt that is empty or longer than the model's context, and a choice that encodes to
    nothing, give an answer whose ``error`` says so: the other models may still have one.
    """
    context = context_of(lm)
    if not prompt.strip():
        return ModelAnswer(
            context=context, error="The prompt is empty: type something to go on from."
        )
    tokens = count_tokens(lm, prompt)
    if context is not None and tokens > context:
        return ModelAnswer(
            tokens=tokens,
            context=context,
            error=f"The prompt takes {tokens} tokens, but {lm.name} reads at most {context}: "
            "use fewer examples or a shorter prompt.",
        )
    began = time.perf_counter()
    try:
        answer = lm.generate(
            prompt, max_tokens=max_tokens, temperature=temperature, stop=stop, seed=seed
        )
        scores = lm.score(prompt, list(choices)) if choices else None
    except ValueError as error:
        return ModelAnswer(tokens=tokens, context=context, error=sentence(error))
    return ModelAnswer(
        answer=str(answer),
        raw=tuple(scores.raw) if scores else (),
        normalised=tuple(scores.normalised) if scores else (),
        tokens=tokens,
        context=context,
        seconds=time.perf_counter() - began,
    )


def in_words(parameters: int) -> str:
    """217_200 -> "217 thousand", 1_146_112 -> "1.15 million"."""
    if parameters >= 5e8:
        return f"{parameters / 1e9:.2g} billion"
    if parameters >= 999_500:
        return f"{parameters / 1e6:.3g} million"
    return f"{parameters / 1e3:.0f} thousand"


def shares(scores: Sequence[float]) -> tuple[float, ...]:
    """Log scores as shares of a whole: the length of their bars."""
    if not scores:
        return ()
    top = max(scores)
    weights = [math.exp(score - top) for score in scores]
    return tuple(weight / sum(weights) for weight in weights)


def same_words(given: str, wanted: str) -> bool:
    """Whether an answer is the expected one, spaces at its ends aside."""
    return given.strip() == wanted.strip()


def checked(setup: Setup, examples: int) -> Setup:
    """The same with plain numbers; raises ValueError, with the way out, where they mean nothing."""
    return replace(
        setup,
        k=checks.whole("k", setup.k, least=0, most=examples),
        max_tokens=checks.whole("max_tokens", setup.max_tokens, most=LONGEST_ANSWER),
        temperature=checks.number("temperature", setup.temperature, least=0, most=10),
        seed=checks.seed("seed", setup.seed),
    )


def by_name(models: Iterable[LanguageModel]) -> dict[str, LanguageModel]:
    """Models by their names; of two with the same name, as before and after tuning, both."""
    named: dict[str, LanguageModel] = {}
    for lm in models:
        named[distinct_name(lm.name, named)] = lm
    return named
