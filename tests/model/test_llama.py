"""A Llama behind GPT's interface: equal to the library's own, whatever it is asked."""

from __future__ import annotations

import copy

import pytest
import torch

from gptedu.language_model import LanguageModel
from gptedu.model import Trace
from gptedu.sampling import generate, seeded
from gptedu.text import pad, train_tokenizer

transformers = pytest.importorskip("transformers")

from gptedu.model.llama import Llama  # noqa: E402


@pytest.fixture(scope="module")
def theirs():
    torch.manual_seed(1)
    config = transformers.LlamaConfig(
        vocab_size=280, hidden_size=32, intermediate_size=48, num_hidden_layers=3,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64,
        tie_word_embeddings=True, bos_token_id=0, eos_token_id=0, initializer_range=0.3,
    )  # fmt: skip
    return transformers.LlamaForCausalLM(config).eval()


@pytest.fixture(scope="module")
def ours(theirs, tmp_path_factory) -> Llama:
    folder = tmp_path_factory.mktemp("llama")
    theirs.save_pretrained(folder)
    return Llama.from_folder(folder)


def ids_of(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randint(1, 280, shape, generator=seeded(seed))


@torch.no_grad()
def test_logits_are_theirs(theirs, ours):
    ids = ids_of(2, 17)
    torch.testing.assert_close(ours(ids), theirs(ids).logits, atol=1e-5, rtol=1e-4)
    embeddings = ours.token_embedding(ids)
    torch.testing.assert_close(ours(embeddings=embeddings), ours(ids))


@torch.no_grad()
@pytest.mark.parametrize("side", ["left", "right"])
def test_pads_change_nothing(ours, side):
    rows = [ids_of(5, seed=1).tolist(), ids_of(11, seed=2).tolist()]
    batch = pad(rows, side=side, value=7)
    logits = ours(batch.ids, mask=batch.mask)
    for row, found, mask in zip(rows, logits, batch.mask, strict=True):
        alone = ours(torch.tensor([row]))[0]
        torch.testing.assert_close(found[mask], alone, atol=1e-4, rtol=1e-3)


@torch.no_grad()
@pytest.mark.parametrize("cuts", [(1, 2, 3), (4,), (9, 10)])
def test_a_cache_in_chunks_gives_the_uncached_logits(ours, cuts):
    ids = ids_of(2, 12)
    cache, parts = ours.new_cache(2), []
    for start, end in zip((0, *cuts), (*cuts, 12), strict=True):
        parts.append(ours(ids[:, start:end], cache=cache))
    torch.testing.assert_close(torch.cat(parts, 1), ours(ids), atol=1e-4, rtol=1e-3)


def test_generation_is_theirs(theirs, ours):
    rows = [ids_of(3, seed=3).tolist(), ids_of(8, seed=4).tolist()]
    new = generate(ours, rows, 9)
    for row, found in zip(rows, new, strict=True):
        expected = theirs.generate(
            torch.tensor([row]), max_new_tokens=9, do_sample=False, eos_token_id=None,
            pad_token_id=0,
        )  # fmt: skip
        assert found == expected[0, len(row) :].tolist()


@torch.no_grad()
def test_trace_holds_their_weights_and_the_residual_before_the_norm(theirs, ours):
    ids, trace = ids_of(1, 9), Trace()
    logits = ours(ids, trace=trace)
    assert len(trace.attention) == 3
    assert len(trace.residual) == 4
    torch.testing.assert_close(torch.stack(trace.attention).sum(-1), torch.ones(3, 1, 4, 9))
    torch.testing.assert_close(ours.unembed(ours.final_norm(trace.residual[-1])), logits)
    torch.testing.assert_close(trace.residual[0], ours.token_embedding(ids))


@torch.no_grad()
def test_a_head_switched_off_is_its_columns_zeroed(theirs, ours):
    ids = ids_of(1, 10)
    cut = copy.deepcopy(theirs)
    cut.model.layers[1].self_attn.o_proj.weight[:, 2 * 8 : 3 * 8] = 0  # head 2 of width 8
    cut.model.layers[2].self_attn.o_proj.weight[:, :8] = 0
    expected = cut(ids).logits
    before = ours(ids)
    torch.testing.assert_close(
        ours(ids, heads_off=[(1, 2), (2, 0)]), expected, atol=1e-5, rtol=1e-4
    )
    assert (before - expected).abs().max() > 1e-3
    torch.testing.assert_close(ours(ids), before)  # nothing stays behind


def test_what_it_does_not_take_is_said(ours):
    ids = ids_of(1, 6)
    with pytest.raises(ValueError, match=r"\(4, 0\)"):
        ours(ids, heads_off=[(4, 0)])
    with pytest.raises(ValueError, match="load a GPT"):
        ours(ids, mask=torch.ones(1, 6, 6, dtype=torch.bool))
    with pytest.raises(ValueError, match="64"):
        ours(ids_of(1, 65))
    with pytest.raises(ValueError, match="not both"):
        ours()


def test_the_language_model_over_it(ours):
    lm = LanguageModel(ours, train_tokenizer(["the cat sat on the mat"], 270), "llama", stops=(5,))
    scores = lm.score("the cat", [" sat", " on the mat"])
    for choice, raw in zip([" sat", " on the mat"], scores.raw, strict=True):
        whole = lm.logprobs("the cat" + choice).logprobs.sum()
        assert raw == pytest.approx(float(whole - lm.logprobs("the cat").logprobs.sum()), abs=1e-3)
    assert lm.attention("the cat").weights.shape[:2] == (3, 4)
    assert isinstance(lm.generate("the cat", max_tokens=4, temperature=1.0), str)
