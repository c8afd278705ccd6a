"""From logits to text: temperature, top-k, top-p, and the loop that feeds tokens back."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import Any

import torch
from torch import Tensor

from gptedu import checks, threads
from gptedu.model import GPT, Decoder
from gptedu.model.llama import Llama
from gptedu.model.modes import evaluating
from gptedu.sampling.stops import StopString
from gptedu.text.batches import pad

SPOILED = "its weights are spoiled, so load or train it again"
COLDEST = 1e-6  # below it a division could overflow, and sampling is argmax to any precision


def filter_logits(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> Tensor:
    """Logits [..., vocab] over temperature, with -inf outside the top-k and the top-p.

    top_k keeps the k likeliest tokens, and any that are as likely as the k-th. top_p then keeps the
    smallest set of the likeliest whose probability reaches p ("nucleus", Holtzman et al. 2020).
    Temperature 0 leaves the argmax alone.

    Raises ValueError for a temperature that is negative or not a number, a top_k below 1, and a
    top_p outside (0, 1].
    """
    check_filters(temperature, top_k, top_p)
    logits = logits.float()
    if temperature < COLDEST:
        best = logits.argmax(dim=-1, keepdim=True)
        return torch.full_like(logits, -math.inf).scatter(-1, best, 0.0)
    if temperature != 1.0:
        logits = logits / temperature
    if top_k is not None and top_k < logits.shape[-1]:
        kth = logits.topk(top_k, dim=-1).values[..., -1:]
        logits = logits.masked_fill(logits < kth, -math.inf)
    if top_p is not None and top_p < 1.0:
        ordered, order = logits.sort(dim=-1, descending=True)
        probability = ordered.softmax(dim=-1)
        before = probability.cumsum(dim=-1) - probability  # mass of the likelier tokens
        outside = (before >= top_p).scatter(-1, order, before >= top_p)
        logits = logits.masked_fill(outside, -math.inf)
    return logits


def check_filters(temperature: float, top_k: int | None, top_p: float | None) -> None:
    """Raise ValueError, with the way out, for settings that mean nothing."""
    checks.number("temperature", temperature, least=0, give="0 (always the likeliest) or more")
    checks.whole("top_k", top_k, none="for all")
    checks.number(
        "top_p", top_p, above=0, most=1, none="for all", give="a number above 0 and up to 1"
    )


def seeded(seed: int) -> torch.Generator:
    """A generator on the CPU. Raises ValueError for a seed that is no whole number from 0 on."""
    return torch.Generator().manual_seed(checks.seed("seed", seed))


@threads.one()
@torch.inference_mode()
def generate(
    model: GPT | Llama,
    prompts: Sequence[Sequence[int]],
    max_tokens: int,
    *,
    temperature: float = 0.0,
    top_k: int | None = None,
    top_p: float | None = None,
    stop_ids: Collection[int] = (),
    stop: StopString | None = None,
    generator: torch.Generator | None = None,
    on_draw: Callable[[Sequence[int], Tensor, Tensor], None] | None = None,
) -> list[list[int]]:
    """Continue each prompt by up to `max_tokens` tokens; returns the new tokens only.

    Temperature 0 takes the likeliest token each time; otherwise tokens are drawn from
    `filter_logits` with `generator` (same generator state, same tokens). A row ends behind the
    first of `stop_ids`, or the token that completes the string `stop`, which is part of what is
    returned.

    Past the context the window slides: a row whose window is full goes on from its last
    context // 2 tokens, read again. Rows never influence each other.

    on_draw: called after each token with the rows that are still written (numbers of prompts; some
    may have ended already), the model's logits [rows, vocab] and the ids [rows] drawn from them.

    Raises ValueError for an empty prompt, a prompt longer than the context, and settings that
    mean nothing.
    """
    check_filters(temperature, top_k, top_p)
    max_tokens = checks.whole("max_tokens", max_tokens, least=0, give="a whole number of 0 or more")
    _check_prompts(prompts, model.config.context)
    if not prompts or max_tokens == 0:
        return [[] for _ in prompts]

    rows = _Rows(prompts, model.config.context)
    ends = _Ends(stop_ids, stop, len(prompts), model.token_embedding.weight.device)
    choose = _chooser(temperature, top_k, top_p, generator, len(prompts))
    written = left = 0  # left: tokens until a window is full
    with evaluating(model):
        while True:
            if left == 0:
                left = min(max_tokens - written, rows.room())
                logits, read_one = _begin(model, rows.open_windows(), left)
                piece = threads.repeated("writing", model, len(rows.going))
            drawn: list[Tensor] = []
            while True:
                ids = choose(logits, rows.going)
                drawn.append(ids)
                if on_draw is not None:
                    on_draw(rows.going, logits, ids)
                left -= 1
                ended = ends.after(ids)
                if left == 0 or ended == len(rows.going):
                    break
                if 2 * ended >= len(rows.going) and isinstance(read_one, Decoder):
                    break  # the rest goes on without them
                with piece():
                    logits = read_one(ids)
            # What is no number stays in the cache: it is enough to look at the last.
            if not bool(logits.isfinite().all()):
                raise FloatingPointError(f"the model gives no numbers: {SPOILED}")
            written += len(drawn)
            rows.add(torch.stack(drawn, dim=1))
            if written == max_tokens or ended == len(rows.going):
                return [ends.cut(tokens) for tokens in rows.new]
            if ended:
                rest = ends.drop()
                rows.keep(rest)
                ids = ids[rest]
                if left and isinstance(read_one, Decoder):
                    read_one.keep(rest)
                    piece = threads.repeated("writing", model, len(rows.going))
            if left:
                with piece():
                    logits = read_one(ids)


def _chooser(
    temperature: float,
    top_k: int | None,
    top_p: float | None,
    generator: torch.Generator | None,
    batch: int,
) -> Callable[[Tensor, Sequence[int]], Tensor]:
    """(logits [going, vocab], the rows that go on) -> ids [going]."""
    if temperature < COLDEST:
        return lambda logits, going: logits.max(dim=-1).indices  # argmax is slower

    def draw(logits: Tensor, going: Sequence[int]) -> Tensor:
        probability = filter_logits(logits, temperature, top_k, top_p).softmax(dim=-1)
        return draw_ids(probability, generator, going, batch)

    return draw


class _Rows:
    """What has been written. going: the rows that are still written, as numbers of prompts."""

    def __init__(self, prompts: Sequence[Sequence[int]], context: int) -> None:
        self.context = context
        self.windows = [list(prompt) for prompt in prompts]
        self.new: list[list[int]] = [[] for _ in prompts]
        self.going = list(range(len(prompts)))

    def open_windows(self) -> list[list[int]]:
        """What the rows that go on see."""
        return [self.windows[row] for row in self.going]

    def room(self) -> int:
        """How many tokens can be written before a window is full: the last is never read."""
        return self.context - max(map(len, self.open_windows())) + 1

    def add(self, ids: Tensor) -> None:
        """New tokens [going, time]; a full window slides."""
        for row, tokens in zip(self.going, ids.tolist(), strict=True):
            self.new[row] += tokens
            self.windows[row] += tokens
            if len(self.windows[row]) > self.context:
                self.windows[row] = self.windows[row][-max(1, self.context // 2) :]

    def keep(self, places: Tensor) -> None:
        self.going = [self.going[place] for place in places.tolist()]


def _check_prompts(prompts: Sequence[Sequence[int]], context: int) -> None:
    for row, prompt in enumerate(prompts):
        if len(prompt) == 0:
            raise ValueError(f"prompt {row} is empty: start it with the end-of-text token")
        if len(prompt) > context:
            raise ValueError(
                f"prompt {row} has {len(prompt)} tokens and the context is {context}: "
                "shorten it or keep its end"
            )


class _Ends:
    """Which of the rows that are written have come to their end."""

    def __init__(
        self, stop_ids: Collection[int], stop: StopString | None, rows: int, device: torch.device
    ) -> None:
        self.stop_ids, self.stop = stop_ids, stop
        self.ids = torch.tensor(sorted(stop_ids), dtype=torch.long, device=device)
        self.moves = None if stop is None else stop.moves.to(device)
        self.ended = torch.zeros(rows, dtype=torch.bool, device=device)
        self.matched = torch.zeros(rows, dtype=torch.long, device=device)  # how much of `stop`

    def after(self, ids: Tensor) -> int:
        """How many rows have ended, with one more token each."""
        if len(self.ids):
            self.ended |= (ids[:, None] == self.ids).any(dim=1)
        if self.moves is not None:
            self.matched = self.moves[self.matched, ids]
            self.ended |= self.matched == len(self.moves) - 1
        return int(self.ended.sum()) if len(self.ids) or self.moves is not None else 0

    def drop(self) -> Tensor:
        """Forgets the rows that have ended; returns the places of the others."""
        rest = (~self.ended).nonzero()[:, 0]
        self.ended, self.matched = self.ended[rest], self.matched[rest]
        return rest

    def cut(self, tokens: list[int]) -> list[int]:
        """Tokens up to the one at which a row ends, with it."""
        tokens = tokens if self.stop is None else tokens[: self.stop.end(tokens)]
        for place, index in enumerate(tokens):
            if index in self.stop_ids:
                return tokens[: place + 1]
        return tokens


def _read(model: GPT | Llama, windows: Sequence[Sequence[int]], room: int) -> tuple[Any, Tensor]:
    """A cache of the model's own kind that holds the windows, and the last states [batch, width].

    Equal windows, as of several answers to one prompt, are read once.
    """
    device = model.token_embedding.weight.device
    first: dict[tuple[int, ...], int] = {}
    which = [first.setdefault(tuple(window), len(first)) for window in windows]
    once = isinstance(model, GPT) and len(first) < len(windows)
    batch = pad(list(first) if once else windows, side="left").to(device)
    cache: Any = model.new_cache(len(batch.ids), batch.ids.shape[1] if once else room)
    hidden = model.features(batch.ids, mask=batch.mask, cache=cache)[:, -1]
    if not once:
        return cache, hidden
    rows = torch.tensor(which, device=device)
    whole: Any = model.new_cache(len(windows), room)
    whole.take(cache, rows)
    return whole, hidden[rows]


def _begin(
    model: GPT | Llama, windows: Sequence[Sequence[int]], left: int
) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """Reads the windows: logits [batch, vocab] after them, and what reads on for `left` tokens."""
    longest = max(map(len, windows))
    room = min(model.config.context, longest + left)
    with threads.working("reading", model, len(windows) * longest):
        cache, hidden = _read(model, windows, room)
    return model.unembed(hidden), _reader(model, cache)


def _reader(model: GPT | Llama, cache: Any) -> Callable[[Tensor], Tensor]:
    """Newest ids [batch] -> logits [batch, vocab], through the cache."""
    if isinstance(model, GPT):
        return Decoder(model, cache)
    # Another model that has `features` and a cache of its own.
    return lambda ids: model(ids[:, None], cache=cache)[:, -1]


def draw_ids(
    probability: Tensor, generator: torch.Generator | None, going: Sequence[int], batch: int
) -> Tensor:
    """One id for each row of [going, vocab]: [going].

    Row i is number going[i] of a batch. Chance is drawn for the whole batch, so that what a row
    gets does not depend on which others have ended. Raises FloatingPointError where a probability
    is no number.

    It is what torch.multinomial does: of waiting times p / e, where e is exponential, the largest
    wins. On a CPU torch makes e from a uniform number of 53 bits, one by one; here that is done
    for all at once, in a third of the time, and a test holds the ids equal.
    """
    device = probability.device if generator is None else generator.device
    shape = (batch, probability.shape[1])
    if device.type == "cpu":
        chance = torch.rand(shape, dtype=torch.float64, device=device, generator=generator)
    else:
        chance = torch.empty(shape, device=device).exponential_(generator=generator)
    if len(going) < batch:
        chance = chance[torch.tensor(going, device=device)]
    if device.type == "cpu":
        chance = chance.neg_().log1p_().neg_().float()
    best = (probability.to(device) / chance).max(dim=1)
    if not bool(best.values.isfinite().all()):
        raise FloatingPointError(f"the model gives no numbers: {SPOILED}")
    return best.indices.to(probability.device)
