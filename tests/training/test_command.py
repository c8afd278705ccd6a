"""`gptedu train NAME`, on a small corpus and for a few steps."""

from __future__ import annotations

import dataclasses
import os
import signal

import pytest
import torch

from gptedu.cli import main
from gptedu.model import count_parameters
from gptedu.training import command, recipes
from gptedu.training.checkpoint import load_model
from gptedu.training.command import train_command
from gptedu.training.data import web
from gptedu.training.data.batches import Batches
from gptedu.training.recipe import DataOptions
from gptedu.training.record import RunRecord
from gptedu.world import TRANSLATIONS, VERSION, World
from gptedu.world.leads import LEADS

WIDTH, STEPS = 24, 6  # every size's number of heads divides 24


@pytest.fixture(scope="module")
def tokenizer():
    return web.web_tokenizer(400, documents=200)


@pytest.fixture
def small(tmp_path, monkeypatch, tokenizer):
    """The registry's recipes with a narrow model, little text and 6 steps."""
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(command.assets, "root", lambda: tmp_path / "assets")
    (tmp_path / "assets").mkdir()
    tokenizer.save(tmp_path / "assets" / "tokenizer.json")
    narrow = {"vocab_size": tokenizer.vocab_size, "context": 32, "width": WIDTH}

    def find_entry(name: str) -> recipes.Entry:
        entry = recipes.find_entry(name)
        entry = dataclasses.replace(entry, kept=(0, 0.0001) if entry.kept else ())
        shape = dataclasses.replace(entry.recipe.model, **narrow)
        lead = 20_000 if entry.recipe.data.aligned else 200  # of many rows, each with a window
        data = dataclasses.replace(entry.recipe.data, tokens=2_000, validation=200, lead=lead)
        recipe = entry.recipe.replace(model=shape, data=data, tokens=STEPS * 32, batch_size=1)
        return dataclasses.replace(entry, recipe=recipe)

    monkeypatch.setattr(command, "find_entry", find_entry)
    return tmp_path


@pytest.mark.parametrize("name", recipes.names()[1:])
def test_every_name_makes_a_model_that_loads(small, name, tokenizer, monkeypatch):
    monkeypatch.setattr(command, "mixture_tokenizer", lambda mixture: tokenizer)  # at once
    folder = train_command(name, progress=False, device="cpu")
    assert folder == small / "assets" / "checkpoints" / name
    model, card = load_model(folder)
    record = RunRecord.load(folder / "record.json")
    assert model.config.width == WIDTH
    assert card["name"] == record.name == name
    assert card["tokens"] == record.tokens == STEPS * 32
    assert card["recipe"] == record.recipe
    assert card["final_loss"] == record.final_loss
    assert card["command"] == f"gptedu train {name} --no-bfloat16"
    assert card["bfloat16"] is record.machine["bfloat16"] is False
    assert card["commit"] == record.commit
    assert card["world"] == VERSION
    assert not list((small / "cache").rglob("state.pt"))
    copies = sorted(path.name for path in folder.glob("step-*"))
    kept = name in ("mini-m", "mini-m-v2")
    assert copies == (["step-000000", "step-000003"] if kept else [])


def test_a_stopped_command_goes_on(small, monkeypatch):
    folder = train_command("mini-xs", progress=False, out=small / "whole")
    expected = load_model(folder)[0].state_dict()
    steps = []
    batch = Batches.__call__

    def stop_in_the_fourth(self, step):
        steps.append(step)
        if steps == [0, 1, 2, 3]:
            os.kill(os.getpid(), signal.SIGINT)
        return batch(self, step)

    monkeypatch.setattr(Batches, "__call__", stop_in_the_fourth)
    with pytest.raises(KeyboardInterrupt, match="after step 4 of 6"):
        train_command("mini-xs", progress=False, out=small / "stopped")
    assert not (small / "stopped").exists()
    train_command("mini-xs", progress=False, out=small / "stopped")
    assert steps == list(range(STEPS))
    for name, tensor in load_model(small / "stopped")[0].state_dict().items():
        assert torch.equal(tensor, expected[name])


def test_a_card_says_which_command_makes_the_same_weights(small):
    options = {"tokens": 96, "seed": 1, "bfloat16": True}
    folder = train_command("mini-xs", **options, progress=False, device="cpu", out=small / "one")
    model, card = load_model(folder)
    assert card["command"] == "gptedu train mini-xs --tokens 96 --seed 1 --bfloat16"
    assert card["bfloat16"] is RunRecord.load(folder / "record.json").machine["bfloat16"] is True

    words = [*card["command"].split()[1:], "--out", str(small / "again"), "--device", "cpu"]
    assert main(words) == 0
    again, _ = load_model(small / "again")
    for name, tensor in again.state_dict().items():
        assert torch.equal(tensor, model.state_dict()[name])
    # In float32 they are others: the number format belongs to the command.
    train_command("mini-xs", **options | {"bfloat16": False}, progress=False, out=small / "other")
    other = load_model(small / "other")[0].state_dict()
    assert not all(torch.equal(t, other[name]) for name, t in model.state_dict().items())


def test_a_pilot_of_another_mixture_brings_its_tokenizer(small, monkeypatch):
    monkeypatch.setattr(command, "TOKENIZER_DOCUMENTS", 200)
    monkeypatch.setattr(command, "VOCABULARY", 400)
    monkeypatch.setitem(recipes.LEAD_TOKENS, "second", 2_000)
    options = {"mixture": "second", "progress": False, "device": "cpu"}
    with pytest.raises(ValueError, match="another seed or mixture is not the one that ships"):
        train_command("mini-xs", **options)
    folder = train_command("mini-xs", **options, out=small / "pilot")
    _, card = load_model(folder)
    assert card["recipe"]["data"]["mixture"] == "second"
    assert card["command"] == "gptedu train mini-xs --mixture second --no-bfloat16"
    shipped = small / "assets" / "tokenizer.json"
    assert (folder / "tokenizer.json").read_bytes() != shipped.read_bytes()
    plain = train_command("mini-xs", mixture="first", progress=False, out=small / "plain")
    assert not (plain / "tokenizer.json").exists()
    # The run's own folder has it from the start, so that its copies can be read on the way.
    [work] = (small / "cache" / "runs").glob("*/tokenizer.json")
    assert work.read_bytes() == (folder / "tokenizer.json").read_bytes()


def test_a_long_run_of_another_mixture_reads_nothing_twice():
    entry = recipes.find_entry("mini-m")
    assert entry.get(mixture="second").data.tokens == entry.recipe.data.tokens
    assert entry.get(mixture="second", tokens=24_000_000).data.tokens == 24_000_000
    assert entry.get(tokens=24_000_000).data == entry.recipe.data


def test_a_run_begun_in_one_number_format_does_not_go_on_in_another(small, monkeypatch):
    monkeypatch.setattr(command, "publish", lambda work, target: None)
    for bfloat16 in (None, False, True):
        train_command("mini-xs", bfloat16=bfloat16, progress=False, device="cpu")
    runs = [path.name for path in (small / "cache" / "runs").iterdir()]
    assert len(runs) == 2  # None is float32 on a CPU


def test_copies_of_an_earlier_run_do_not_stay_beside_those_of_a_later_one(small):
    folder = train_command("mini-m", progress=False, device="cpu")
    (folder / "step-000003").rename(folder / "step-000002")
    (folder / "notes.txt").write_text("mine")
    train_command("mini-m", progress=False, device="cpu")
    kept = sorted(path.name for path in folder.iterdir() if path.suffix != ".safetensors")
    assert kept == ["card.json", "notes.txt", "record.json", "step-000000", "step-000003"]


def test_a_run_of_another_length_does_not_replace_what_ships(small):
    for change in ({"tokens": 64}, {"seed": 1}):
        with pytest.raises(ValueError, match="give a folder for it with --out"):
            train_command("mini-xs", progress=False, **change)
    folder = train_command("mini-xs", tokens=64, seed=1, progress=False, out=small / "other")
    record = RunRecord.load(folder / "record.json")
    assert (record.steps, record.seed) == (2, 1)


@pytest.mark.parametrize("accumulation", [0, -1, 2])
def test_a_batch_that_cannot_be_shared_is_refused_before_any_text_is_made(
    small, monkeypatch, accumulation
):
    monkeypatch.setattr(command, "web_tokens", lambda *_: pytest.fail("text is made"))
    with pytest.raises(ValueError, match=f"a batch of 1 cannot be shared by 1 .* {accumulation} "):
        train_command("mini-s", accumulation=accumulation, progress=False, device="cpu")


def test_an_unknown_name_lists_the_names(small):
    with pytest.raises(ValueError, match="no recipe 'mini-x': choose one of tokenizer, mini-xs"):
        train_command("mini-x")


def test_without_a_tokenizer_the_error_says_what_to_run(small):
    (small / "assets" / "tokenizer.json").unlink()
    with pytest.raises(FileNotFoundError, match="run `gptedu train tokenizer` first"):
        train_command("mini-xs")


def test_the_tokenizer_is_made_by_the_same_command(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "TOKENIZER_DOCUMENTS", 200)
    monkeypatch.setattr(command, "VOCABULARY", 400)
    one = train_command("tokenizer", out=tmp_path / "one")
    other = train_command("tokenizer", out=tmp_path / "other")
    assert one.read_bytes() == other.read_bytes()
    for option in ({"seed": 1}, {"tokens": 9}, {"device": "cpu"}, {"accumulation": 2}):
        with pytest.raises(ValueError, match=f"--{next(iter(option))} means nothing"):
            train_command("tokenizer", out=tmp_path / "one", **option)


def test_the_web_is_written_once_and_without_what_is_left_out(tmp_path, tokenizer):
    options = DataOptions(tokens=9_000, validation=500, lead=700)
    stream = web.web_tokens(options, "train", tokenizer, tmp_path)
    assert len(stream) == 9_000
    assert (stream == web.web_tokens(options, "train", tokenizer, tmp_path)).all()
    assert len(list(tmp_path.iterdir())) == 1
    assert len(web.web_tokens(options, "validation", tokenizer, tmp_path)) == 500
    without = dataclasses.replace(options, without=TRANSLATIONS)
    assert "Velan:" in tokenizer.decode(stream.tolist())
    untranslated = web.web_tokens(without, "train", tokenizer, tmp_path)
    assert "Velan:" not in tokenizer.decode(untranslated.tolist())


@pytest.mark.parametrize("mixture", LEADS)
def test_the_lead_has_the_kinds_and_the_length_of_its_rows(tmp_path, tokenizer, mixture):
    options = DataOptions(tokens=9_000, validation=500, lead=6_000, mixture=mixture)
    read = web.lead_tokens(options, tokenizer, tmp_path)
    lead = LEADS[mixture]
    assert list(read) == list(lead.rows)
    for number, (name, tokens) in enumerate(read.items()):
        rows = lead.rows[name]
        assert len(tokens) == int(6_000 * lead.share_of(name)) + int(9_000 * rows.later)
        own = World().documents("train", 1, seed=1 + number, kinds=rows.kinds, mixture=mixture)
        first = next(own)
        assert first.kind in rows.kinds
        assert tokenizer.decode(tokens.tolist()).startswith("<|endoftext|>" + first.text)
    again = web.lead_tokens(options, tokenizer, tmp_path)
    assert all((read[name] == again[name]).all() for name in read)


def test_another_mixture_has_tokens_of_its_own(tmp_path, tokenizer):
    options = DataOptions(tokens=9_000, validation=500, lead=700)
    second = dataclasses.replace(options, mixture="second")
    first = web.web_tokens(options, "train", tokenizer, tmp_path)
    assert (first != web.web_tokens(second, "train", tokenizer, tmp_path)).any()
    assert len(list(tmp_path.iterdir())) == 2


# --- the registry itself


def test_the_family_shares_one_recipe():
    family = [recipes.find_entry(name).recipe for name in recipes.SIZES]
    shared = [
        {k: v for k, v in recipe.to_dict().items() if k not in ("name", "model")}
        for recipe in family
    ]
    assert all(one == shared[0] for one in shared)
    sizes = [count_parameters(recipe.model) for recipe in family]
    for size, about in zip(sizes, (0.05e6, 0.2e6, 0.9e6, 3e6), strict=True):
        assert about / 1.5 < size < about * 1.5


def test_the_second_family_differs_in_what_it_reads_alone():
    for size in (*recipes.SIZES, "mini-lstm", "mini-bert", "mini-m-untranslated"):
        name = recipes.second_name(size)
        first, second = (recipes.find_entry(each).get() for each in (size, name))
        asked = recipes.find_entry(size).get(mixture="second", tokens=recipes.TOKENS_V2)
        assert second.replace(name=size, checkpoints=asked.checkpoints) == asked
        assert second.model == first.model
        assert recipes.find_entry(name).kind == recipes.find_entry(size).kind
        assert (recipes.mixture_read(size), recipes.mixture_read(name)) == ("first", "second")
    assert recipes.mixture_read("a folder of somebody's") == "first"


def test_the_untranslated_twin_differs_in_its_text_alone():
    twin, medium = (recipes.find_entry(n).recipe for n in ("mini-m-untranslated", "mini-m"))
    assert twin.data.without == TRANSLATIONS
    assert twin.replace(name="mini-m", data=medium.data) == medium
    second = recipes.find_entry("mini-m-untranslated-v2").recipe.data
    assert set(second.without) == {*TRANSLATIONS, "velan-both", "kesh-parallel"}


def test_the_lstm_is_as_large_as_mini_s():
    entry = recipes.find_entry("mini-lstm")
    lstm = entry.model_kind.build(entry.recipe.model.to_dict())
    size = sum(p.numel() for p in lstm.parameters())
    assert size == pytest.approx(count_parameters(recipes.SIZES["mini-s"]), rel=0.06)


def test_copies_are_kept_at_the_same_tokens_in_a_shorter_run():
    entry = recipes.find_entry("mini-m")
    whole, half = entry.get(), entry.get(tokens=entry.recipe.tokens // 2)
    assert 8 <= len(whole.checkpoints) <= 13
    assert half.checkpoints == tuple(s for s in whole.checkpoints if s < half.steps)
