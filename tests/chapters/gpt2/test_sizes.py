"""GPT-2's parameter counts, and where the paper's names come from."""

from __future__ import annotations

import pytest

from gptedu.chapters.gpt2.exercises import GPT1_VOCABULARY, SIZES, gpt2_parameters


@pytest.mark.parametrize(
    ("name", "count"),
    [("117M", 124_439_808), ("345M", 354_823_168), ("762M", 774_030_080), ("1542M", 1_557_611_200)],
)
def test_counts_are_those_of_the_published_models(name, count):
    assert gpt2_parameters(name) == count


def test_the_papers_names_are_the_counts_with_gpt1s_vocabulary():
    for name in SIZES:
        assert f"{gpt2_parameters(name, GPT1_VOCABULARY) / 1e6:.0f}M" == name


def test_hugging_face_agrees_on_the_shapes():
    transformers = pytest.importorskip("transformers")
    assert transformers.OpenAIGPTConfig().vocab_size == GPT1_VOCABULARY
    import torch

    layers, width, heads = SIZES["117M"]
    config = transformers.GPT2Config(n_layer=layers, n_embd=width, n_head=heads)
    with torch.device("meta"):
        model = transformers.GPT2LMHeadModel(config)
    assert sum(weight.numel() for weight in model.parameters()) == gpt2_parameters("117M")
