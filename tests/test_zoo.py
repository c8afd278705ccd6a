"""Names to models, and the sentence that a name gets which leads to none."""

from __future__ import annotations

import json

import pytest
import torch

import gptedu
from gptedu import assets, records, zoo
from gptedu.finetuning.bert import MaskedLanguageModel
from gptedu.language_model import LanguageModel, NextTokenModel
from gptedu.model import GPT, GPTConfig
from gptedu.model.text_model import TextModel
from gptedu.rlhf.reward.scorer import Scorer
from gptedu.sampling import seeded
from gptedu.text import train_tokenizer
from gptedu.training.checkpoint import save_model
from gptedu.world import VERSION


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A folder of shipped files with one model and one checkpoint along its way."""
    monkeypatch.setattr(assets, "root", lambda: tmp_path)
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    train_tokenizer(["the cat sat on the mat"] * 3, 270).save(tmp_path / "tokenizer.json")
    config = GPTConfig(vocab_size=270, context=32, layers=1, width=16, heads=2)
    for folder, step in (("mini-m", 200), ("mini-m/step-000100", 100)):
        model = GPT(config, seeded(step))
        card = {"name": "mini-m", "kind": "gpt", "model": config.to_dict(), "step": step}
        save_model(tmp_path / "checkpoints" / folder, model, card)
    return tmp_path


def test_a_shipped_model_and_its_past(shipped):
    final, past = gptedu.load("mini-m"), gptedu.load("mini-m@100")
    assert final.name == "mini-m"
    assert (final.card["step"], past.card["step"]) == (200, 100)
    assert zoo.steps("mini-m") == [100]
    assert not torch.equal(final.next_token("the"), past.next_token("the"))
    assert not final.model.training


def test_a_folder_of_ones_own(shipped):
    folder = shipped / "checkpoints" / "mini-m"
    lm = gptedu.load("mine", folder=folder)
    assert lm.name == "mine"
    torch.testing.assert_close(lm.next_token("the"), gptedu.load("mini-m").next_token("the"))
    assert gptedu.load(str(folder)).name == "mini-m"
    assert gptedu.load(folder).name == "mini-m"


@pytest.mark.parametrize(
    ("name", "error", "hint"),
    [
        ("mini-n", ValueError, "mini-m"),
        ("Mini-M", ValueError, "mini-m"),
        ("gtp2", ValueError, "gpt2"),
        ("smollm2", ValueError, "smollm2-135m-instruct"),
        ("nothing like it", ValueError, "choose one of mini-xs"),
        ("", ValueError, "choose one of"),
        ("mini-m@7", ValueError, "100"),
        ("mini-m@last", ValueError, "100"),
        ("mini-m@", ValueError, "100"),
        ("mini-m@²", ValueError, "100"),
        ("mini-l", FileNotFoundError, "gptedu train mini-l"),
        ("mini-l@5", FileNotFoundError, "gptedu train mini-l"),
        ("./mini-m", FileNotFoundError, "no folder './mini-m'"),
        ("~/models/mine", FileNotFoundError, "no folder"),
        ("/nowhere", FileNotFoundError, "no folder '/nowhere'"),
        ("smollm2-135m-instruct", FileNotFoundError, "gptedu get smollm2-135m-instruct"),
    ],
)
def test_a_name_that_leads_nowhere_says_what_to_do(shipped, name, error, hint):
    with pytest.raises(error) as caught:
        gptedu.load(name)
    assert hint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_named(shipped):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        gptedu.load("x", folder=shipped / "nowhere")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_gpu_that_is_not_there(shipped):
    with pytest.raises(ValueError, match="cuda"):
        gptedu.load("mini-m", device="cuda")


@pytest.mark.parametrize("harm", ["cut", "flip", "card"])
def test_a_damaged_file_is_named_and_never_half_loaded(shipped, harm):
    folder = shipped / "checkpoints" / "mini-m"
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    if harm == "cut":
        weights.write_bytes(content[: len(content) // 2])
    elif harm == "flip":
        content[-7] ^= 1
        weights.write_bytes(content)
    else:
        (folder / "card.json").write_text("{")
    with pytest.raises(ValueError, match="mini-m"):
        gptedu.load("mini-m")


def test_a_lost_tokenizer_is_named(shipped):
    (shipped / "tokenizer.json").unlink()
    with pytest.raises(FileNotFoundError, match="gptedu train tokenizer"):
        gptedu.load("mini-m")


def test_gpt2_in_hugging_face_format(shipped, tmp_path):
    transformers = pytest.importorskip("transformers")
    folder = tmp_path / "a-gpt2"
    torch.manual_seed(0)
    config = transformers.GPT2Config(
        vocab_size=270, n_positions=40, n_embd=24, n_layer=3, n_head=3, bos_token_id=0,
        eos_token_id=0,
    )  # fmt: skip
    theirs = transformers.GPT2LMHeadModel(config).eval()
    theirs.save_pretrained(folder)
    (folder / "tokenizer.json").write_bytes((shipped / "tokenizer.json").read_bytes())
    lm = gptedu.load(str(folder))
    ids = torch.tensor([[lm.tokenizer.end, *lm.tokenizer.encode("the cat")]])
    with torch.no_grad():
        expected = theirs(ids).logits[0, -1].softmax(-1)
    expected = expected[: lm.tokenizer.vocab_size]
    torch.testing.assert_close(lm.next_token("the cat"), expected, atol=1e-5, rtol=1e-4)
    new = theirs.generate(ids, max_new_tokens=10, do_sample=False, pad_token_id=0)
    written = [i for i in new[0, ids.shape[1] :].tolist() if i != lm.tokenizer.end]
    assert lm.generate("the cat", max_tokens=10) == lm.tokenizer.decode(written)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(FileNotFoundError, match="tokenizer"):
        gptedu.load(str(folder))


def test_a_gpt2_ends_where_its_config_says(shipped, tmp_path):
    """Another eos_token_id than `<|endoftext|>`: the text ends there, as transformers' does."""
    transformers = pytest.importorskip("transformers")
    folder = tmp_path / "a-gpt2"
    config = transformers.GPT2Config(
        vocab_size=270, n_positions=40, n_embd=24, n_layer=2, n_head=3, bos_token_id=0,
        eos_token_id=5,
    )  # fmt: skip
    theirs = transformers.GPT2LMHeadModel(config).eval()
    with torch.no_grad():
        theirs.transformer.wte.weight[5] = 3 * theirs.transformer.wte.weight.norm(dim=1).max()
        theirs.transformer.ln_f.bias.fill_(1.0)  # so that 5 is the likeliest token
    theirs.save_pretrained(folder)
    (folder / "tokenizer.json").write_bytes((shipped / "tokenizer.json").read_bytes())
    lm = gptedu.load(str(folder))
    assert lm.stops == (5,)
    assert lm.generate("the cat", max_tokens=10) == ""


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float64])
def test_what_is_loaded_is_float32_and_can_be_trained(shipped, dtype):
    torch.set_default_dtype(dtype)
    torch.set_grad_enabled(False)
    try:
        lm = gptedu.load("mini-m")
        probabilities = lm.next_token("the")
    finally:
        torch.set_default_dtype(torch.float32)
        torch.set_grad_enabled(True)
    assert {weight.dtype for weight in lm.model.parameters()} == {torch.float32}
    assert all(weight.requires_grad for weight in lm.model.parameters())
    assert torch.equal(probabilities, gptedu.load("mini-m").next_token("the"))


def test_names_are_complete():
    known = zoo.names()
    assert {"mini-xs", "mini-s", "mini-m", "mini-l", "mini-bert-v2", "mini-lstm-v2"} <= set(known)
    assert {"gpt2", "smollm2-135m-instruct"} <= set(known)
    assert len(known) == len(set(known))


KINDS = {
    "gpt": "LanguageModel",
    "lstm": "NextTokenModel",
    "bert": "MaskedLanguageModel",
    "reward": "Scorer",
    "clip": "Clip",
    "picture-reader": "PictureModel",
}


@pytest.mark.parametrize(
    "folder",
    sorted((assets.root() / "checkpoints").glob("*/card.json")),
    ids=lambda p: p.parent.name,
)
def test_every_shipped_model_loads_and_fits_its_card(folder):
    card = json.loads(folder.read_text())
    lm = gptedu.load(folder.parent.name, device="cpu")
    assert lm.card == card
    assert card["world"] == VERSION
    assert type(lm).__name__ == KINDS[card.get("kind", "gpt")]
    if not hasattr(lm, "logprobs"):
        with pytest.raises(
            AttributeError,
            match=f"{lm.name} is .* (predicts no next token|with .write).*'generate'",
        ):
            lm.generate("The")
    else:
        assert float(lm.logprobs("The cat is in the house.").logprobs.mean()) > -8


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("mini-xs", LanguageModel),
        ("mini-lstm-v2", NextTokenModel),
        ("mini-bert-v2", MaskedLanguageModel),
        ("mini-m-rm", Scorer),
    ],
)
def test_a_model_of_another_class_than_was_expected_says_what_it_is(name, kind):
    assert type(gptedu.load(name, expect=kind)) is kind
    for other in {LanguageModel, MaskedLanguageModel, Scorer} - {kind}:
        with pytest.raises(TypeError, match=f"a {other.__name__} is needed, and {name} is a"):
            gptedu.load(name, expect=other)
    assert records.model(name, TextModel) is records.model(name, kind)
    if kind is not LanguageModel:
        with pytest.raises(TypeError, match=f"a LanguageModel is needed, and {name} is"):
            records.model(name)
