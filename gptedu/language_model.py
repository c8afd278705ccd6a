"""A model together with its tokenizer: text in, text and numbers out.

Every text is read as the beginning of a document: `<|endoftext|>` stands in front of it, as between
the documents of the training text. So the first token too has a probability, and what `generate`,
`logprobs`, `score`, `next_token` and `attention` say about one text fits together.
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, overload

import torch
from torch import Tensor

from gptedu import threads
from gptedu.model import GPT, Trace
from gptedu.model.body import Heads
from gptedu.model.llama import Llama
from gptedu.model.modes import evaluating
from gptedu.model.text_model import TextModel, register
from gptedu.sampling import StopString, continuation_logprobs, generate, seeded, token_logprobs
from gptedu.sampling.generate import SPOILED
from gptedu.text import Tokenizer

ROWS = 64  # prompts generated together: enough to keep a CPU busy, little enough for its memory


@dataclass(frozen=True)
class TokenLogprobs:
    """A text's tokens, and the log-probability of each given all before it.

    pieces: one display string a token. logprobs: [tokens] float32, in nats.
    """

    pieces: list[str]
    ids: list[int]
    logprobs: Tensor


@dataclass(frozen=True)
class ChoiceScores:
    """How likely each choice is after the prompt.

    raw: the sum of its tokens' log-probabilities, in nats; favours short choices. normalised: raw
    over the number of tokens, as GPT-3 scores most tasks (Brown et al. 2020, section 2.4).
    """

    raw: list[float]
    normalised: list[float]


@dataclass(frozen=True)
class Attention:
    """Where each token looks. pieces: one display string a token, `<|endoftext|>` first.

    weights: [layers, heads, time, time] float32; row i says how token i spreads its attention over
    the tokens up to itself, and sums to 1.
    """

    pieces: list[str]
    weights: Tensor


@dataclass(eq=False, repr=False)
class NextTokenModel(TextModel):
    """A network that says how likely each next token is, such as an LSTM.

    Whatever mode the network is in, it computes in evaluation mode, and has its own mode again
    afterwards: a callback may ask it while it learns.
    """

    what: ClassVar[str] = (
        "a model of the next token without attention: ask it with .next_token(text), "
        ".logprobs(text) or .score(prompt, choices), and load a GPT, as 'mini-m' is, to write with"
    )

    @torch.inference_mode()
    def logprobs(self, text: str) -> TokenLogprobs:
        """The log-probability of each token of a text, the first one given `<|endoftext|>`."""
        ids = torch.tensor([self.read(text)], device=self.device)
        with self._reading(ids):
            logprobs = token_logprobs(self.model(ids), ids)[0].cpu()
        new = ids[0, 1:].tolist()
        return TokenLogprobs(self.tokenizer.pieces(new), new, self._numbers(logprobs))

    @torch.inference_mode()
    def next_token(self, text: str) -> Tensor:
        """Probabilities [the tokenizer's vocabulary] of the token after a text."""
        return self._next_token(text)

    def score(self, prompt: str, choices: Sequence[str]) -> ChoiceScores:
        """The log-probability of each choice after a prompt (see `split_choices`).

        Raises ValueError for an empty prompt, a choice that encodes to nothing, and a prompt that
        is too long for the context together with a choice.
        """
        check_text(prompt)
        head, tails = split_choices(self.tokenizer, prompt, choices)
        self._check_length(len(head) + max(map(len, tails)))
        logprobs = continuation_logprobs(self.model, [(head, tail) for tail in tails])
        raw = [float(self._numbers(each).sum()) for each in logprobs]
        means = [total / len(tail) for total, tail in zip(raw, tails, strict=True)]
        return ChoiceScores(raw, means)

    def read(self, text: str) -> list[int]:
        """The ids of a text, `<|endoftext|>` in front.

        Raises TypeError for what is no string, ValueError for an empty text and one that does not
        fit the context.
        """
        check_text(text)
        ids = self.tokenizer.encode(text)
        if not ids:
            raise ValueError("the text is empty: give at least one character")
        self._check_length(1 + len(ids))
        return [self.tokenizer.end, *ids]

    @contextmanager
    def _reading(self, ids: Tensor) -> Iterator[None]:
        """Without dropout, and with as many threads as pay for so many tokens."""
        with evaluating(self.model), threads.working("reading", self.model, ids.numel()):
            yield

    def _next_token(self, text: str, **how: Any) -> Tensor:
        ids = torch.tensor([self.read(text)], device=self.device)
        with self._reading(ids):
            hidden = self.model.features(ids, **how)[:, -1]
            probabilities = self.model.unembed(hidden)[0].float().softmax(dim=-1).cpu()
        # Some embeddings are padded beyond the vocabulary: those rows stand for no token.
        return self._numbers(probabilities)[: self.tokenizer.vocab_size]

    def _check_length(self, tokens: int) -> None:
        context = self.model.config.context
        if tokens > context:
            raise ValueError(
                f"{tokens} tokens, with the one for the start, do not fit the context of "
                f"{self.name}, {context}: shorten the text, or keep only its end"
            )

    def _numbers(self, values: Tensor) -> Tensor:
        if bool(values.isnan().any()):
            raise FloatingPointError(f"{self.name} gives no numbers: {SPOILED}")
        return values


@dataclass(eq=False, repr=False)
class LanguageModel(NextTokenModel):
    """A Transformer that writes: what `gptedu.load` returns for most names.

    model: a GPT, or a Llama. card: what is known of its making.
    stops: ids besides `tokenizer.end` that end a text (a chat model has one).

    >>> lm = gptedu.load("mini-m")
    >>> lm.generate("Question: What is the opposite of hot?\\nAnswer:", stop="\\n")
    """

    model: GPT | Llama
    stops: tuple[int, ...] = ()

    what: ClassVar[str] = (
        "a language model: ask it with .generate(prompt), .next_token(text), .logprobs(text), "
        ".score(prompt, choices) or .attention(text)"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        self._stop_strings: dict[str, StopString] = {}

    @overload
    def generate(self, prompt: str, max_tokens: int = ..., temperature: float = ...,
                 top_k: int | None = ..., top_p: float | None = ..., stop: str | None = ...,
                 seed: int = ...) -> str: ...  # fmt: skip
    @overload
    def generate(self, prompt: list[str], max_tokens: int = ..., temperature: float = ...,
                 top_k: int | None = ..., top_p: float | None = ..., stop: str | None = ...,
                 seed: int = ...) -> list[str]: ...  # fmt: skip
    def generate(
        self,
        prompt: str | list[str],
        max_tokens: int = 40,
        temperature: float = 0.0,
        top_k: int | None = None,
        top_p: float | None = None,
        stop: str | None = None,
        seed: int = 0,
    ) -> str | list[str]:
        """The continuation of a prompt, or of each of several; without the prompt itself.

        temperature: 0 takes the likeliest token each time. stop: the text ends before the first
        place where this string occurs. It also ends where the model ends the document, and after
        `max_tokens` tokens. The same seed gives the same text.

        Raises ValueError for an empty prompt, one longer than the context, and settings that mean
        nothing (`gptedu.sampling.filter_logits` says which).
        """
        if not isinstance(prompt, (str, list, tuple)):
            raise TypeError(f"prompt is {prompt!r}: give a string, or a list of strings")
        prompts = [prompt] if isinstance(prompt, str) else list(prompt)
        if stop is not None and (not isinstance(stop, str) or not stop):
            raise ValueError(f"stop is {stop!r}: give the text to stop at, or None")
        read = []
        for row, text in enumerate(prompts):
            try:
                read.append(self.read(text))
            except ValueError as error:
                which = "" if isinstance(prompt, str) else f"prompt {row}: "
                raise ValueError(f"{which}{error}") from None
        generator = seeded(seed)
        written: list[str] = []
        for start in range(0, len(read), ROWS):
            new = generate(
                self.model,
                read[start : start + ROWS],
                max_tokens,
                temperature=temperature,
                top_k=top_k,
                top_p=top_p,
                stop_ids=(self.tokenizer.end, *self.stops),
                stop=None if stop is None else self._stop_string(stop),
                generator=generator,
            )
            written += [self._write(ids, stop) for ids in new]
        return written[0] if isinstance(prompt, str) else written

    @torch.inference_mode()
    def next_token(self, text: str, heads_off: Heads = ()) -> Tensor:
        """Probabilities [the tokenizer's vocabulary] of the token after a text.

        heads_off: (layer, head) pairs, counted from 0, whose output is set to zero: tuples, or the
        rows of an array or a tensor.
        """
        return self._next_token(text, heads_off=heads_off)

    @torch.inference_mode()
    def attention(self, text: str, heads_off: Heads = ()) -> Attention:
        """The attention weights of every layer and head over a text."""
        ids = self.read(text)
        weights = torch.cat(self.trace(torch.tensor([ids]), heads_off).attention).float().cpu()
        return Attention(self.tokenizer.pieces(ids), self._numbers(weights))

    @torch.inference_mode()
    def trace(self, ids: Tensor, heads_off: Heads = ()) -> Trace:
        """What a forward pass over ids [rows, time] leaves: attention and residual stream."""
        trace = Trace()
        with self._reading(ids):
            self.model.features(ids.to(self.device), trace=trace, heads_off=heads_off)
        return trace

    def _stop_string(self, stop: str) -> StopString:
        """What finds `stop` while tokens are written; made once for each string."""
        if stop not in self._stop_strings:
            pieces = self.tokenizer.token_bytes(range(self.tokenizer.vocab_size))
            vocab_size = self.model.config.vocab_size
            self._stop_strings[stop] = StopString(stop, pieces, vocab_size)
        return self._stop_strings[stop]

    def _write(self, ids: Sequence[int], stop: str | None) -> str:
        """The text of new tokens, cut before `stop` and before the end of the document."""
        if ids and ids[-1] in (self.tokenizer.end, *self.stops):
            ids = ids[:-1]
        size = self.tokenizer.vocab_size  # some embeddings are padded beyond the vocabulary
        text = self.tokenizer.decode([index for index in ids if index < size])
        return text if stop is None else text.split(stop, 1)[0]


register(GPT, LanguageModel)
register(Llama, LanguageModel)


def check_predicts(lm: Any) -> None:
    """TypeError, saying what a model is, where it predicts no next token."""
    if isinstance(lm, TextModel) and not isinstance(lm, NextTokenModel):
        raise TypeError(f"{lm.name} is {lm.what}")


def check_text(text: str) -> None:
    """TypeError where there is no text."""
    if not isinstance(text, str):
        raise TypeError(f"a text is needed, and this is {type(text).__name__}: give a string")


def split_choices(
    tokenizer: Tokenizer, prompt: str, choices: Sequence[str]
) -> tuple[list[int], list[list[int]]]:
    """Ids that all choices share, `<|endoftext|>` first, and the ids of each choice after them.

    Byte-pair encoding may merge the end of the prompt with the beginning of a choice: "a b" has
    other tokens than "a" and " b". So prompt + choice is encoded whole, as the model has seen such
    text, and the border lies where the tokens of prompt and of every prompt + choice still agree.
    Mostly that is the prompt's end; after a merge it lies earlier, for all choices alike, so that
    their scores stay comparable.
    """
    if isinstance(choices, str) or not isinstance(choices, Sequence) or not choices:
        # The scores of a set would stand in an order that nobody knows.
        raise ValueError(f"choices is {choices!r}: give a list of at least one text")
    alone = tokenizer.encode(prompt)
    if not alone:
        raise ValueError("the prompt is empty: give at least one character")
    wholes = []
    for choice in choices:
        if not isinstance(choice, str):
            raise TypeError(f"the choice {choice!r} is no text: give strings")
        if not choice or not tokenizer.encode(choice):
            raise ValueError(f"the choice {choice!r} encodes to nothing: give it some text")
        wholes.append(tokenizer.encode(prompt + choice))
    border = min(len(_shared(alone, whole)) for whole in wholes)
    return [tokenizer.end, *alone[:border]], [whole[border:] for whole in wholes]


def _shared(first: Sequence[int], second: Sequence[int]) -> list[int]:
    """The longest beginning that both have."""
    beginning = []
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        beginning.append(a)
    return beginning


def distinct_name(name: str, taken: Container[str]) -> str:
    """A name that is not among those taken: "mini-m", else "mini-m (2)", "mini-m (3)", ..."""
    numbered = (name if n == 1 else f"{name} ({n})" for n in itertools.count(1))
    return next(each for each in numbered if each not in taken)
