"""Filters against plain references, generation against the loop one would write by hand."""

from __future__ import annotations

import importlib
import math

import numpy as np
import pytest
import torch

from gptedu.model import masks
from gptedu.sampling import (
    draw_ids,
    filter_logits,
    generate,
    row_logprobs,
    seeded,
    token_logprobs,
)
from gptedu.sampling.logprobs import Picked
from tiny_gpt import POST, TINY, some_ids, tiny


def reference(logits, temperature, top_k, top_p):
    """One row at a time, from the definitions, with sorted lists."""
    kept = []
    for row in (logits / temperature).tolist():
        order = sorted(range(len(row)), key=lambda index: -row[index])
        if top_k is not None:
            order = order[:top_k]
        if top_p is not None and top_p < 1:  # all of it has no last token to round away
            weights = [math.exp(row[index] - row[order[0]]) for index in order]
            total, reached, nucleus = sum(weights), 0.0, []
            for index, weight in zip(order, weights, strict=True):
                if reached / total >= top_p:
                    break
                nucleus.append(index)
                reached += weight
            order = nucleus
        inside = set(order)
        kept.append([value if i in inside else -math.inf for i, value in enumerate(row)])
    return torch.tensor(kept)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("top_k", [None, 1, 7, 61, 1000])
@pytest.mark.parametrize("top_p", [None, 1e-9, 0.3, 0.9, 1.0])
def test_filters_match_the_reference(temperature, top_k, top_p):
    logits = torch.randn(16, 61, generator=seeded(0)) * 3
    ours = filter_logits(logits, temperature, top_k, top_p)
    expected = reference(logits.double(), temperature, top_k, top_p).float()
    assert torch.equal(ours.isinf(), expected.isinf())
    torch.testing.assert_close(ours.softmax(-1), expected.softmax(-1), atol=1e-6, rtol=0)


def test_filters_match_transformers():
    """On a whole GPT-2 vocabulary."""
    transformers = pytest.importorskip("transformers")
    warpers = [
        transformers.TemperatureLogitsWarper(0.7),
        transformers.TopKLogitsWarper(200),
        transformers.TopPLogitsWarper(0.85),
    ]
    logits = torch.randn(4, 50257, generator=seeded(0)) * 4
    expected = logits
    for warper in warpers:
        expected = warper(None, expected)
    ours = filter_logits(logits, 0.7, 200, 0.85)
    torch.testing.assert_close(ours.softmax(-1), expected.softmax(-1), atol=1e-6, rtol=0)


@pytest.mark.parametrize("temperature", [0.0, 1e-45, 1e-30, 1e-6, 1e-4])
def test_near_zero_temperature_is_argmax(temperature):
    logits = torch.randn(16, 61, generator=seeded(0)) * 50
    probability = filter_logits(logits, temperature).softmax(-1)
    assert torch.equal(probability.argmax(-1), logits.argmax(-1))
    torch.testing.assert_close(probability.amax(-1), torch.ones(16), atol=1e-6, rtol=0)


def test_filters_leave_their_input_and_take_any_shape():
    logits = torch.randn(2, 3, 61, generator=seeded(0))
    before = logits.clone()
    assert filter_logits(logits, 0.5, 4, 0.9).shape == (2, 3, 61)
    assert torch.equal(logits, before)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"temperature": math.nan}, "temperature is nan"),
        ({"temperature": -0.1}, "temperature is -0.1"),
        ({"temperature": math.inf}, "temperature is inf"),
        ({"temperature": None}, "temperature is None"),
        ({"top_k": 0}, "top_k is 0"),
        ({"top_k": math.inf}, "top_k is inf"),
        ({"top_k": -1}, "top_k is -1"),
        ({"top_k": 1.5}, "top_k is 1.5"),
        ({"top_p": 0.0}, "top_p is 0.0"),
        ({"top_p": 1.1}, "top_p is 1.1"),
        ({"top_p": math.nan}, "top_p is nan"),
        ({"top_p": "all"}, "top_p is 'all'"),
        ({"max_tokens": -1}, "max_tokens is -1"),
        ({"max_tokens": 2.5}, "max_tokens is 2.5"),
    ],
)
def test_settings_that_mean_nothing(settings, word):
    with pytest.raises(ValueError, match=word):
        generate(tiny(), [[1]], **({"max_tokens": 1} | settings))
    if "max_tokens" not in settings:
        with pytest.raises(ValueError, match=word):
            filter_logits(torch.zeros(1, 5), **settings)


def test_logprobs_are_those_of_log_softmax():
    logits, ids = torch.randn(3, 9, 61, generator=seeded(0)), some_ids(3, 9)
    expected = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
    torch.testing.assert_close(token_logprobs(logits, ids), expected)
    torch.testing.assert_close(token_logprobs(logits[:, :-1], ids), expected)
    assert token_logprobs(logits[:, :1], ids[:, :1]).shape == (3, 0)


def test_the_gradient_of_logprobs_is_that_of_log_softmax():
    ids, gradients = some_ids(3, 9), []
    weight = torch.randn(3, 8, generator=seeded(2))
    for ours in (True, False):
        draw = seeded(0)
        logits = torch.randn(3, 9, 61, generator=draw, requires_grad=True)
        by_hand = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
        ((token_logprobs(logits, ids) if ours else by_hand) * weight).sum().backward()
        gradients.append(logits.grad)
    torch.testing.assert_close(*gradients)


def test_picked_logprobs_and_their_gradient_are_those_of_cross_entropy():
    draw = seeded(0)
    logits = torch.randn(7, 11, generator=draw, dtype=torch.float64, requires_grad=True)
    targets = torch.randint(11, (7,), generator=draw)
    found = Picked.apply(logits, targets)
    expected = -torch.nn.functional.cross_entropy(logits, targets, reduction="none")
    torch.testing.assert_close(found, expected)
    assert torch.autograd.gradcheck(lambda given: Picked.apply(given, targets), logits)
    # The graph may be gone through twice: nothing in it is overwritten.
    once = torch.autograd.grad(found.sum(), logits, retain_graph=True)
    assert torch.equal(*once, *torch.autograd.grad(found.sum(), logits))


def test_probabilities_of_all_continuations_sum_to_one():
    """The chain rule by enumeration: every text of two tokens after one prompt."""
    model = tiny()
    ids = torch.tensor([[5, first, second] for first in range(61) for second in range(61)])
    with torch.no_grad():
        total = token_logprobs(model(ids), ids).sum(dim=1).exp().sum()
    assert abs(total.item() - 1) < 1e-4


def test_each_row_scores_its_id():
    logits, ids = torch.randn(7, 11, generator=seeded(0)), torch.arange(7)
    expected = torch.stack([row.log_softmax(0)[i] for row, i in zip(logits, ids, strict=True)])
    torch.testing.assert_close(row_logprobs(logits, ids), expected)
    assert row_logprobs(logits[:0], ids[:0]).shape == (0,)
    # token_logprobs rests on it: the same bits.
    text = torch.cat([ids[:1], ids])[None]
    assert torch.equal(token_logprobs(logits[None], text)[0], row_logprobs(logits, ids))
    for some in (ids[:-1], ids[:, None], ids[None]):
        with pytest.raises(ValueError, match="do not belong together"):
            row_logprobs(logits, some)


@pytest.mark.parametrize(("logits", "ids"), [((2, 5, 61), (2, 4)), ((5, 61), (5,))])
def test_logprobs_of_shapes_that_do_not_belong_together(logits, ids):
    with pytest.raises(ValueError, match="do not belong together"):
        token_logprobs(torch.zeros(logits), torch.zeros(ids, dtype=torch.long))


PROMPTS = [[3, 1, 4, 1, 5, 9, 2], [6], [5, 3, 5]]


@torch.no_grad()
def greedy_by_hand(model, prompt, count):
    ids = list(prompt)
    for _ in range(count):
        ids.append(model(torch.tensor([ids]))[0, -1].argmax().item())
    return ids[len(prompt) :]


@pytest.mark.parametrize("config", [TINY, POST])
def test_greedy_generation_is_the_loop_without_cache_or_pads(config):
    model = tiny(config)
    expected = [greedy_by_hand(model, prompt, 12) for prompt in PROMPTS]
    assert generate(model, PROMPTS, 12) == expected
    assert [generate(model, [prompt], 12)[0] for prompt in PROMPTS] == expected
    assert generate(model, PROMPTS[:1] * 3, 12) == expected[:1] * 3


def test_equal_prompts_are_read_once_and_drawn_apart(monkeypatch):
    model, read = tiny(), []
    original = type(model).features
    monkeypatch.setattr(
        model, "features", lambda ids, **how: read.append(len(ids)) or original(model, ids, **how)
    )
    prompts = [PROMPTS[i] for i in (0, 1, 0, 0, 2, 1)]
    whole = importlib.import_module("gptedu.sampling.generate")
    logits = []

    def caught(found, *settings):
        logits.append(found.clone())
        return filter_logits(found, *settings)

    monkeypatch.setattr(whole, "filter_logits", caught)
    drawn = generate(model, prompts, 8, temperature=2.0, generator=seeded(0))
    assert read == [3]
    assert len(set(map(tuple, drawn))) == 6
    with torch.no_grad():
        for row, (prompt, new) in enumerate(zip(prompts, drawn, strict=True)):
            expected = original(model, torch.tensor([prompt + new]))[0, len(prompt) - 1 : -1]
            found = torch.stack([step[row] for step in logits])
            torch.testing.assert_close(found, model.unembed(expected), atol=1e-5, rtol=0)


def test_the_same_generator_gives_the_same_text_and_another_another():
    model = tiny()

    def text(seed, **settings):
        draw = seeded(seed)
        return generate(model, PROMPTS, 12, temperature=1.0, generator=draw, **settings)

    assert text(0) == text(0)
    assert text(0) != text(1)
    assert text(0, top_k=1) == generate(model, PROMPTS, 12)
    assert text(0, top_p=1e-9) == generate(model, PROMPTS, 12)


def test_one_generator_shared_by_two_calls_moves_on():
    draw = seeded(0)
    first, second = (
        generate(tiny(), PROMPTS, 12, temperature=1.0, generator=draw) for _ in range(2)
    )
    assert first != second


def test_what_is_drawn_follows_the_probabilities():
    model, count = tiny(), 4000
    with torch.no_grad():
        expected = filter_logits(model(torch.tensor([[7]]))[0, -1], 0.8, top_k=5).softmax(-1)
    draw = seeded(0)
    drawn = generate(model, [[7]] * count, 1, temperature=0.8, top_k=5, generator=draw)
    observed = torch.bincount(torch.tensor(drawn)[:, 0], minlength=61) / count
    # The standard error is at most 0.008; identical rows must not draw identical tokens.
    assert (observed - expected).abs().max() < 0.04


def test_a_row_ends_with_its_stop_id_and_the_others_go_on():
    model = tiny()
    free = generate(model, PROMPTS, 12)
    stop = free[0][4]
    stopped = generate(model, PROMPTS, 12, stop_ids=[stop])
    for whole, part in zip(free, stopped, strict=True):
        assert part == (whole[: whole.index(stop) + 1] if stop in whole else whole)


def test_each_draw_is_told_with_the_logits_it_was_drawn_from():
    model, told = tiny(), []
    stop = generate(model, PROMPTS, 12, temperature=1.0, generator=seeded(0))[0][3]
    texts = generate(
        model, PROMPTS, 12, temperature=1.0, generator=seeded(0), stop_ids=[stop],
        on_draw=lambda rows, logits, ids: told.append((list(rows), logits, ids)),
    )  # fmt: skip
    assert max(map(len, texts)) == len(told)
    for row, (prompt, text) in enumerate(zip(PROMPTS, texts, strict=True)):
        with torch.no_grad():
            expected = model(torch.tensor([prompt + text]))[0, len(prompt) - 1 : -1]
        for (rows, logits, ids), one, index in zip(told, expected, text, strict=False):
            assert ids[rows.index(row)] == index
            torch.testing.assert_close(logits[rows.index(row)], one, rtol=0, atol=1e-4)


@pytest.mark.parametrize("config", [TINY, POST])
@pytest.mark.parametrize("temperature", [0.0, 2.0])
@pytest.mark.parametrize("count", [12, 70])  # within the context, and with windows that slide
@pytest.mark.parametrize(
    "which", [(0, 1, 2, 0, 1, 2, 2), (0, 0, 0, 0, 1, 1, 1), (2, 2, 2, 2, 2, 2, 2)]
)
def test_rows_that_have_ended_are_dropped_and_change_nothing(
    config, temperature, count, which, monkeypatch
):
    """Unequal prompts have pads; without stop ids no row is ever dropped."""
    model, prompts = tiny(config), [PROMPTS[i] for i in which]

    def text(stop_ids):
        draw = seeded(1)
        settings = {"temperature": temperature, "generator": draw, "stop_ids": stop_ids}
        return generate(model, prompts, count, **settings), draw.get_state()

    whole = importlib.import_module("gptedu.sampling.generate")
    read, original = [], whole.Decoder.__call__
    monkeypatch.setattr(
        whole.Decoder,
        "__call__",
        lambda decoder, ids: read.append(len(ids)) or original(decoder, ids),
    )
    free, state = text(())
    assert set(read) == {7}
    # With these some row ends soon, and the last, if any does, late.
    stops = {free[0][2], free[3][3], free[6][5]}
    until = [
        next((place + 1 for place, index in enumerate(row) if index in stops), count)
        for row in free
    ]
    read.clear()
    stopped, same = text(stops)
    assert stopped == [row[:end] for row, end in zip(free, until, strict=True)]
    assert read == sorted(read, reverse=True)
    if 2 * sum(end < max(until) - 1 for end in until) >= 7:
        assert read[-1] < 7
    if max(until) == count:  # as much chance was used up
        assert torch.equal(state, same)


def test_what_is_drawn_is_what_torch_draws():
    for rows, vocabulary in ((1, 61), (3, 2500), (32, 700)):
        ours, theirs = seeded(5), seeded(5)
        for scale in (0.1, 1.0, 10.0):
            logits = scale * torch.randn(rows, vocabulary, generator=seeded(rows))
            some = filter_logits(logits, top_k=20 if scale == 1.0 else None).softmax(dim=-1)
            expected = torch.multinomial(some, 1, generator=theirs)[:, 0]
            assert torch.equal(draw_ids(some, ours, range(rows), rows), expected)
            going = list(range(0, rows, 2))
            expected = torch.multinomial(some, 1, generator=theirs)[going, 0]
            assert torch.equal(draw_ids(some[going], ours, going, rows), expected)
        assert torch.equal(ours.get_state(), theirs.get_state())
    torch.manual_seed(0)
    one = draw_ids(some, None, range(rows), rows)
    torch.manual_seed(0)
    assert torch.equal(one, torch.multinomial(some, 1)[:, 0])


def test_nothing_is_drawn_from_spoiled_weights():
    model = tiny()
    model.token_embedding.weight.data[3] = math.nan
    with pytest.raises(FloatingPointError, match="no numbers: its weights are spoiled"):
        generate(model, PROMPTS, 2, temperature=1.0, generator=seeded(0))


def test_whole_numbers_of_numpy_are_whole_numbers():
    one = generate(tiny(), PROMPTS, np.int64(3), temperature=np.float32(1.0), top_k=np.int64(1))
    assert one == generate(tiny(), PROMPTS, 3)
    assert seeded(np.int64(5)).initial_seed() == 5


@pytest.mark.parametrize("seed", [-1, 2**63, 1.0, None, True])
def test_a_seed_that_means_nothing(seed):
    with pytest.raises(ValueError, match=f"seed is {seed}"):
        seeded(seed)


def test_nothing_asked_for_nothing_given():
    assert generate(tiny(), PROMPTS, 0) == [[], [], []]
    assert generate(tiny(), [], 5) == []


@pytest.mark.parametrize(
    ("prompts", "word"),
    [([[1], []], "prompt 1 is empty"), ([[1] * 25], "25 tokens and the context is 24")],
)
def test_prompts_that_cannot_be(prompts, word):
    with pytest.raises(ValueError, match=word):
        generate(tiny(), prompts, 1)


def test_past_the_context_the_window_slides_as_documented():
    """A full window (24) goes on from its last 12 tokens; rows do not disturb each other."""
    model = tiny()

    @torch.no_grad()
    def by_hand(prompt, count):
        window, new = list(prompt), []
        for _ in range(count):
            if len(window) > 24:
                window = window[-12:]
            new.append(model(torch.tensor([window]))[0, -1].argmax().item())
            window.append(new[-1])
        return new

    prompts = [*PROMPTS, [8] * 24, [2] * 23]
    assert generate(model, prompts, 70) == [by_hand(prompt, 70) for prompt in prompts]


def test_the_models_mode_is_given_back():
    model = tiny().train()
    generate(model, PROMPTS, 2)
    assert model.training
    with pytest.raises(ValueError, match="empty"):
        generate(model, [[]], 2)
    assert model.training


@torch.no_grad()
def test_logprobs_under_generation_are_those_of_the_forward_pass(monkeypatch):
    """What generate saw at each step, through cache and pads, is what one forward pass gives."""
    model = tiny()
    new = generate(model, PROMPTS, 10)
    whole = [prompt + tokens for prompt, tokens in zip(PROMPTS, new, strict=True)]
    for text, prompt in zip(whole, PROMPTS, strict=True):
        logits = model(torch.tensor([text]))[0, len(prompt) - 1 : -1]
        assert logits.argmax(-1).tolist() == text[len(prompt) :]


def test_generation_needs_its_positions(monkeypatch):
    """Positions that count pads change the text of padded rows: the tests above would see it."""
    model = tiny()
    expected = generate(model, PROMPTS, 12)
    right = masks.look

    def counts_pads(batch, time, *, cache, **kwargs):
        past = 0 if cache is None else cache.length
        view = right(batch, time, cache=cache, **kwargs)
        return view._replace(positions=torch.arange(past, past + time).expand(batch, time))

    monkeypatch.setattr("gptedu.model.gpt.look", counts_pads)
    assert generate(model, PROMPTS, 12) != expected
