"""A damaged file is named, and never half-loaded."""

from __future__ import annotations

import hashlib
import io
import json

import numpy as np
import pytest
import torch

from gptedu import assets
from gptedu.assets import write_whole
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.training.checkpoint import load_model, load_state, save_model, save_state
from gptedu.training.data.batches import cached

CONFIG = GPTConfig(vocab_size=20, context=8, layers=1, width=8, heads=2)


@pytest.fixture
def saved(tmp_path):
    model = GPT(CONFIG, seeded(0))
    save_model(tmp_path / "tiny", model, {"name": "tiny", "model": CONFIG.to_dict()})
    return tmp_path / "tiny"


def test_what_is_saved_is_loaded(saved):
    model, card = load_model(saved)
    expected = GPT(CONFIG, seeded(0)).state_dict()
    assert not model.training
    for name, tensor in model.state_dict().items():
        assert tensor.dtype == torch.float32
        assert torch.equal(tensor, expected[name].half().float())
    assert card["bytes"] == (saved / "model.safetensors").stat().st_size
    # float16, and the tied head once
    assert card["bytes"] < 2 * sum(p.numel() for p in model.parameters()) + 3_000


def test_every_changed_byte_is_noticed(saved):
    path = saved / "model.safetensors"
    whole = path.read_bytes()
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(ValueError, match=r"model\.safetensors is not the file that its card"):
            load_model(saved)


def test_every_cut_is_noticed(saved):
    path = saved / "model.safetensors"
    whole = path.read_bytes()
    for length in (0, 1, 8, 100, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=f"has {length} bytes where its card says"):
            load_model(saved)


@pytest.mark.parametrize("name", ["model.safetensors", "card.json"])
def test_a_missing_file_says_what_to_run(saved, name):
    (saved / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{name} is missing: run `gptedu train tiny`"):
        load_model(saved)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"sha256": "0"}', "\x00"])
def test_a_damaged_card_is_named(saved, content):
    (saved / "card.json").write_text(content)
    with pytest.raises(ValueError, match=r"card\.json is damaged"):
        load_model(saved)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"width": 16}, "needs"), ({"layers": 2}, "does not fit the configuration")],
)
def test_weights_must_fit_the_configuration(saved, change, message):
    card = json.loads((saved / "card.json").read_text())
    card["model"] |= change
    (saved / "card.json").write_text(json.dumps(card))
    with pytest.raises(ValueError, match=message):
        load_model(saved)


@pytest.mark.parametrize(
    "change", [{"heads": 4}, {"norm_eps": 0.1}, {"activation": "relu"}, {"dropout": 0.5}]
)
def test_a_changed_configuration_that_fits_the_weights_is_noticed(saved, change):
    card = json.loads((saved / "card.json").read_text())
    card["recipe"] = {"model": dict(card["model"])}
    (saved / "card.json").write_text(json.dumps(card))
    load_model(saved)
    card["model"] |= change
    (saved / "card.json").write_text(json.dumps(card))
    with pytest.raises(ValueError, match=r"card\.json contradicts itself"):
        load_model(saved)


@pytest.mark.parametrize(
    "change",
    [{"model": 5}, {"model": {}}, {"kind": ["gpt"]}, {"kind": "lstm"}, {"recipe": 5, "model": []}],
)
def test_a_card_that_describes_no_model_is_named(saved, change):
    card = json.loads((saved / "card.json").read_text())
    (saved / "card.json").write_text(json.dumps(card | change))
    with pytest.raises(ValueError, match=r"card\.json describes no model"):
        load_model(saved)


def test_a_card_that_fits_a_file_without_weights(saved):
    content = b"no weights"
    card = json.loads((saved / "card.json").read_text())
    card |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (saved / "card.json").write_text(json.dumps(card))
    (saved / "model.safetensors").write_bytes(content)
    with pytest.raises(ValueError, match=r"model\.safetensors holds no weights"):
        load_model(saved)


@pytest.mark.parametrize("value", [1e6, -1e6, float("nan"), float("inf")])
def test_what_float16_has_not_is_not_saved(tmp_path, value):
    model = GPT(CONFIG)
    with torch.no_grad():
        model.blocks[0].mlp.up.weight[0, 0] = value
    with pytest.raises(FloatingPointError, match=r"blocks\.0\.mlp\.up\.weight holds numbers"):
        save_model(tmp_path / "tiny", model, {"model": CONFIG.to_dict()})
    assert not (tmp_path / "tiny").exists()


def test_an_unknown_kind_is_named(saved):
    card = json.loads((saved / "card.json").read_text())
    (saved / "card.json").write_text(json.dumps(card | {"kind": "rnn"}))
    with pytest.raises(ValueError, match="there is no kind 'rnn'"):
        load_model(saved)


def test_a_state_is_whole_or_refused(tmp_path):
    path = tmp_path / "state.pt"
    save_state(path, {"weights": torch.arange(50.0), "step": 3})
    assert load_state(path)["step"] == 3
    whole = path.read_bytes()
    damaged = [whole[:length] for length in range(0, len(whole), 101)] + [whole + b"\n"]
    for place in range(0, len(whole), 53):
        damaged.append(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"state\.pt is damaged"):
            load_state(path)


def test_a_failed_write_leaves_the_old_file(saved, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    before = (saved / "model.safetensors").read_bytes()
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space left"):
        save_model(saved, GPT(CONFIG), {"model": CONFIG.to_dict()})
    assert (saved / "model.safetensors").read_bytes() == before
    load_model(saved)


@pytest.mark.parametrize("left", [0, 9, 60, 130])
def test_damaged_tokens_are_made_again(tmp_path, left):
    for content in (None, b"", b"x" * 200):
        tokens = cached(tmp_path, {"a": 1}, lambda: np.arange(9, dtype=np.uint16))
        assert tokens.tolist() == list(range(9))
        [file] = tmp_path.glob("*.npy")
        file.write_bytes(file.read_bytes()[:left] if content is None else content)
    assert cached(tmp_path, {"a": 1}, lambda: np.arange(9, dtype=np.uint16)).tolist()[-1] == 8
    assert np.load(file).tolist() == list(range(9))


@pytest.mark.parametrize(
    "value", [np.float64(0.5), np.linspace(0.1, 1, 3)[1], np.int64(3), np.str_("a"), np.bool_(True)]
)
def test_numbers_of_numpy_are_kept_as_plain_ones(tmp_path, value):
    state = {"how": {"rate": value}, "rows": [(1, value)], "weights": torch.ones(2)}
    save_state(tmp_path / "state.pt", state)
    back = load_state(tmp_path / "state.pt")
    assert back["how"] == {"rate": value}
    assert type(back["rows"][0][1]) is type(value.item())


@pytest.mark.parametrize("value", [object(), {1, 2}, np.zeros(2), len])
def test_what_could_not_be_read_back_is_never_written(tmp_path, value):
    with pytest.raises(TypeError, match=r"the state\['a'\]\[0\] is .*: only tensors"):
        save_state(tmp_path / "state.pt", {"a": [value]})
    assert not list(tmp_path.iterdir())


def test_a_whole_state_that_cannot_be_read_is_not_to_be_deleted(tmp_path):
    """As one of numpy's numbers, written before they were made plain."""
    buffer = io.BytesIO()
    torch.save({"rate": np.float64(0.5)}, buffer)
    digest = hashlib.sha256(buffer.getvalue()).hexdigest().encode()
    path = tmp_path / "state.pt"
    path.write_bytes(b"gptedu state 1 " + digest + b"\n" + buffer.getvalue())
    with pytest.raises(ValueError, match=r"is whole .* cannot read it") as caught:
        load_state(path)
    assert "delete" not in str(caught.value)


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    write_whole(tmp_path / "a", b"before")

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(assets.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a", b"after")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a", b"before")]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float64])
def test_weights_are_float32_whatever_the_default_is(saved, dtype):
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        model, _ = load_model(saved)
        assert torch.get_default_dtype() == dtype
    finally:
        torch.set_default_dtype(before)
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}


def test_a_compiled_model_is_saved_under_its_own_names(tmp_path):
    """`torch.compile` puts `_orig_mod.` before every name."""

    class Compiled(torch.nn.Module):
        def __init__(self, model):
            super().__init__()
            self._orig_mod = model

    config = GPTConfig(vocab_size=40, context=8, layers=1, width=16, heads=2)
    model = GPT(config, seeded(0))
    save_model(tmp_path, Compiled(model), {"model": config.to_dict()})
    back, _ = load_model(tmp_path)
    assert torch.equal(back.blocks[0].mlp.up.weight, model.blocks[0].mlp.up.weight.half().float())


def test_tokens_that_cannot_be_kept_leave_nothing_half_written(tmp_path, monkeypatch):
    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(assets.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        cached(tmp_path, {"a": 1}, lambda: np.arange(9, dtype=np.uint16))
    assert not list(tmp_path.iterdir())
