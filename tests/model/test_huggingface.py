"""GPT-2 and GPT-1 checkpoints, as transformers writes them, give the same logits here."""

from __future__ import annotations

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from gptedu.model import GPT, count_parameters, huggingface
from gptedu.sampling import seeded

transformers = pytest.importorskip("transformers")
TOLERANCE = 1e-5

SHAPES = {
    "narrow": {"n_embd": 12, "n_layer": 1, "n_head": 3},
    "deep": {"n_embd": 16, "n_layer": 5, "n_head": 1},
    "odd sizes": {"n_embd": 30, "n_layer": 2, "n_head": 5, "n_inner": 44, "n_positions": 23},
    "other epsilon": {"n_embd": 24, "n_layer": 2, "n_head": 4, "layer_norm_epsilon": 1e-3},
    "exact gelu": {"n_embd": 16, "n_layer": 2, "n_head": 2, "activation_function": "gelu"},
    "relu": {"n_embd": 16, "n_layer": 2, "n_head": 2, "activation_function": "relu"},
    "reordered": {"n_embd": 16, "n_layer": 2, "n_head": 2, "reorder_and_upcast_attn": True},
}


def random_gpt2(**shape):
    """A tiny GPT-2 whose every weight is random: biases of 0 and norms of 1 would hide mistakes."""
    settings = {"vocab_size": 61, "n_positions": 32, "bos_token_id": 0, "eos_token_id": 0} | shape
    return randomise(transformers.GPT2LMHeadModel(transformers.GPT2Config(**settings)))


def randomise(model):
    draw = seeded(7)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=draw) * 0.2)
    return model.eval()


def some_ids(config, rows=3):
    draw = seeded(1)
    return torch.randint(0, config.vocab_size, (rows, config.n_positions), generator=draw)


@torch.no_grad()
def difference(theirs, ours) -> float:
    ids = some_ids(theirs.config)
    return (theirs(ids).logits - ours(ids)).abs().max().item()


@pytest.fixture
def folder(tmp_path):
    random_gpt2(n_embd=16, n_layer=2, n_head=2).save_pretrained(tmp_path)
    return tmp_path


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_gpt2_gives_the_same_logits(shape, tmp_path):
    theirs = random_gpt2(**shape)
    theirs.save_pretrained(tmp_path)
    ours = GPT.from_hf(tmp_path)
    assert difference(theirs, ours) < TOLERANCE
    assert not ours.training
    assert count_parameters(ours.config) == theirs.num_parameters()


def test_gpt2_with_left_padding_gives_the_same_logits(tmp_path):
    theirs = random_gpt2(n_embd=16, n_layer=2, n_head=2)
    theirs.save_pretrained(tmp_path)
    ours = GPT.from_hf(str(tmp_path))
    ids = some_ids(theirs.config, rows=2)
    mask = torch.ones_like(ids, dtype=torch.bool)
    mask[0, :9] = False
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    with torch.no_grad():
        expected = theirs(ids, attention_mask=mask.long(), position_ids=positions).logits
        torch.testing.assert_close(ours(ids, mask=mask)[mask], expected[mask], atol=1e-5, rtol=0)


def test_gpt1_gives_the_same_logits(tmp_path):
    settings = {"vocab_size": 61, "n_positions": 32, "n_embd": 24, "n_layer": 3, "n_head": 4}
    theirs = randomise(transformers.OpenAIGPTLMHeadModel(transformers.OpenAIGPTConfig(**settings)))
    theirs.save_pretrained(tmp_path)
    ours = GPT.from_hf(tmp_path)
    assert ours.config.norm == "post"
    assert difference(theirs, ours) < TOLERANCE


def test_sizes_under_transformers_general_names(tmp_path):
    # Twelve heads, the default, would fit the weights as well and give other logits.
    random_gpt2(n_embd=24, n_layer=2, n_head=3).save_pretrained(tmp_path)
    file = tmp_path / "config.json"
    settings = json.loads(file.read_text())
    for name, other in huggingface.OTHER_NAMES.items():
        settings[other] = settings.pop(name)
    file.write_text(json.dumps(settings))
    theirs = transformers.GPT2LMHeadModel.from_pretrained(tmp_path).eval()
    assert difference(theirs, GPT.from_hf(tmp_path)) < TOLERANCE


@pytest.mark.parametrize("without_meaning", [{"activation_function": "relu"}, {"n_inner": 40}])
def test_gpt1_has_its_own_name_of_the_activation_and_one_inner_width(tmp_path, without_meaning):
    shape = {"vocab_size": 61, "n_positions": 19, "n_embd": 16, "n_layer": 2, "n_head": 4}
    config = transformers.OpenAIGPTConfig(**shape, **without_meaning)
    theirs = randomise(transformers.OpenAIGPTLMHeadModel(config))
    theirs.save_pretrained(tmp_path)
    assert difference(theirs, GPT.from_hf(tmp_path)) < TOLERANCE


def test_other_ways_of_writing_the_same_weights(folder):
    """Without prefix, with the old mask buffers, with lm_head, in half precision, as .bin."""
    expected = GPT.from_hf(folder).state_dict()
    weights = load_file(folder / "model.safetensors")
    bare = {key.removeprefix("transformer."): tensor for key, tensor in weights.items()}
    old = bare | {"h.0.attn.bias": torch.ones(1, 1, 32, 32), "h.1.attn.masked_bias": torch.ones(())}
    with_head = weights | {"lm_head.weight": weights["transformer.wte.weight"].clone()}
    for written in (bare, old, with_head):
        save_file(written, folder / "model.safetensors")
        read = GPT.from_hf(folder).state_dict()
        assert all(torch.equal(read[name], expected[name]) for name in expected)

    save_file({key: tensor.half() for key, tensor in weights.items()}, folder / "model.safetensors")
    assert all(
        tensor.dtype == torch.float32 for tensor in GPT.from_hf(folder).state_dict().values()
    )

    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    read = GPT.from_hf(folder).state_dict()
    assert all(torch.equal(read[name], expected[name]) for name in expected)


def test_a_checkpoint_in_several_files(tmp_path):
    theirs = random_gpt2(n_embd=48, n_layer=2, n_head=2)
    theirs.save_pretrained(tmp_path, max_shard_size="50KB")
    assert (tmp_path / "model.safetensors.index.json").is_file(), "it came as one file"
    assert difference(theirs, GPT.from_hf(tmp_path)) < TOLERANCE


def test_a_forgotten_transpose_is_caught(tmp_path, monkeypatch):
    """attn.c_proj is square: loading it the wrong way round raises nothing, so parity must see."""
    theirs = random_gpt2(n_embd=16, n_layer=2, n_head=2)
    theirs.save_pretrained(tmp_path)
    right = huggingface.rename_weights

    def forgetful(weights, kind):
        ours = right(weights, kind)
        return {
            k: v.t().contiguous() if "attention.out.weight" in k else v for k, v in ours.items()
        }

    monkeypatch.setattr(huggingface, "rename_weights", forgetful)
    assert difference(theirs, GPT.from_hf(tmp_path)) > 100 * TOLERANCE


@pytest.mark.parametrize("wrong", [{"activation": "gelu"}, {"norm_eps": 1e-2}])
def test_a_wrong_constant_is_caught(tmp_path, monkeypatch, wrong):
    theirs = random_gpt2(n_embd=16, n_layer=2, n_head=2)
    theirs.save_pretrained(tmp_path)
    right = huggingface.read_config

    def mistaken(settings):
        return type(right(settings)).from_dict(right(settings).to_dict() | wrong)

    monkeypatch.setattr(huggingface, "read_config", mistaken)
    assert difference(theirs, GPT.from_hf(tmp_path)) > TOLERANCE


def change_weights(folder, change):
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors")


def change_config(folder, **values):
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(settings | values))


def test_a_missing_key_is_named(folder):
    change_weights(folder, lambda weights: weights.pop("transformer.h.1.ln_2.bias"))
    with pytest.raises(ValueError, match=r"lacks blocks\.1\.norm2\.bias"):
        GPT.from_hf(folder)


def test_an_unknown_key_is_named(folder):
    change_weights(folder, lambda weights: weights.update(score=torch.ones(2)))
    with pytest.raises(ValueError, match="unknown weights score"):
        GPT.from_hf(folder)


def test_weights_and_config_that_disagree(folder):
    change_config(folder, n_layer=1)
    with pytest.raises(ValueError, match="no place"):
        GPT.from_hf(folder)
    change_config(folder, n_layer=2, vocab_size=62)
    with pytest.raises(ValueError, match="do not belong together"):
        GPT.from_hf(folder)


def test_an_untied_head_is_refused(folder):
    change_weights(folder, lambda weights: weights.update({"lm_head.weight": torch.ones(61, 16)}))
    with pytest.raises(ValueError, match="tied"):
        GPT.from_hf(folder)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"model_type": "llama"}, "llama"),
        ({"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx"),
        ({"scale_attn_weights": False}, "scale_attn_weights"),
        ({"layer_norm_epsilon": None}, "norm_eps is None"),
        ({"add_cross_attention": True}, "add_cross_attention"),
        ({"tie_word_embeddings": False}, "tie_word_embeddings"),
        ({"activation_function": "silu"}, "silu"),
        ({"activation_function": ["relu"]}, "activation"),
        ({"model_type": ["gpt2"]}, "model_type"),
    ],
)
def test_a_model_of_another_kind_is_refused(folder, values, word):
    change_config(folder, **values)
    with pytest.raises(ValueError, match=word):
        GPT.from_hf(folder)


def test_damaged_and_absent_files_are_named(folder):
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ValueError, match=r"model\.safetensors cannot be read"):
        GPT.from_hf(folder)
    file.unlink()
    with pytest.raises(FileNotFoundError, match="no weights"):
        GPT.from_hf(folder)
    (folder / "config.json").write_text("{")
    with pytest.raises(ValueError, match="not JSON"):
        GPT.from_hf(folder)
    (folder / "config.json").write_text("[]")
    with pytest.raises(ValueError, match="no settings by name"):
        GPT.from_hf(folder)
    (folder / "config.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"config\.json"):
        GPT.from_hf(folder)
    with pytest.raises(FileNotFoundError, match="no folder"):
        GPT.from_hf(folder / "elsewhere")


@pytest.mark.parametrize("named", [[], ["part.safetensors"], {}, {"wte.weight": 3}])
def test_an_index_that_names_no_file_here(folder, named):
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": named}))
    with pytest.raises((ValueError, FileNotFoundError), match="get it again"):
        GPT.from_hf(folder)


def test_a_local_folder_asks_nobody(folder, monkeypatch):
    import socket

    def refuse(*args, **kwargs):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    GPT.from_hf(folder)


def test_the_hub_out_of_reach_says_what_to_do(monkeypatch):
    huggingface_hub = pytest.importorskip("huggingface_hub")

    def out_of_reach(*args, **kwargs):
        raise OSError("no network")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", out_of_reach)
    with pytest.raises(FileNotFoundError, match="give its folder"):
        GPT.from_hf("some/model")


def wrapped(weights, prefix):
    return {prefix + key: tensor for key, tensor in weights.items()}


def tied_as_head(weights):
    """The embedding under the head's name alone, as some libraries store a tied weight."""
    rest = dict(weights)
    return rest | {"lm_head.weight": rest.pop("transformer.wte.weight")}


OTHERS_WRITE = {
    "the head alone": tied_as_head,
    "compiled": lambda weights: wrapped(weights, "_orig_mod."),
    "compiled inside": lambda w: {k.replace("er.", "er._orig_mod.", 1): t for k, t in w.items()},
    "from several processes": lambda weights: wrapped(weights, "module."),
    "compiled, several processes": lambda weights: wrapped(weights, "module._orig_mod."),
    "compiled, the head alone": lambda weights: wrapped(tied_as_head(weights), "_orig_mod."),
}  # fmt: skip


@pytest.mark.parametrize("write", OTHERS_WRITE.values(), ids=OTHERS_WRITE)
def test_checkpoints_as_others_write_them(folder, write):
    expected = GPT.from_hf(folder).state_dict()
    save_file(write(load_file(folder / "model.safetensors")), folder / "model.safetensors")
    read = GPT.from_hf(folder).state_dict()
    assert all(torch.equal(read[name], expected[name]) for name in expected)


def test_gpt1_with_the_head_alone(tmp_path):
    shape = {"vocab_size": 61, "n_positions": 19, "n_embd": 16, "n_layer": 2, "n_head": 4}
    theirs = transformers.OpenAIGPTLMHeadModel(transformers.OpenAIGPTConfig(**shape))
    randomise(theirs).save_pretrained(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    weights["lm_head.weight"] = weights.pop("transformer.tokens_embed.weight")
    save_file(weights, tmp_path / "model.safetensors")
    assert difference(theirs, GPT.from_hf(tmp_path)) < TOLERANCE


def test_without_embedding_and_head_the_file_is_not_whole(folder):
    weights = tied_as_head(load_file(folder / "model.safetensors"))
    del weights["lm_head.weight"]
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(ValueError, match=r"lacks token_embedding\.weight"):
        GPT.from_hf(folder)


@pytest.mark.parametrize(
    ("named", "ids"), [(7, (7,)), ([7, 0], (7, 0)), (None, ()), ("</s>", ()), (True, ())]
)
def test_ids_that_end_a_text(folder, named, ids):
    (folder / "generation_config.json").unlink(missing_ok=True)
    change_config(folder, eos_token_id=named)
    assert huggingface.end_ids(folder) == ids
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": 9}))
    assert huggingface.end_ids(folder) == (*ids, 9)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float64])
def test_weights_are_float32_whatever_the_default_is(folder, dtype):
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        model = GPT.from_hf(folder)
        assert torch.get_default_dtype() == dtype
    finally:
        torch.set_default_dtype(before)
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}
