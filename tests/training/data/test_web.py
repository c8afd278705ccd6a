"""Where tokens are kept, and what is said where they cannot be."""

from __future__ import annotations

import dataclasses
import errno
from pathlib import Path

import numpy as np
import pytest

import gptedu
from gptedu.get import get
from gptedu.model import GPT, GPTConfig
from gptedu.rlhf.labels.demonstrations import Demonstration
from gptedu.rlhf.sft.train import supervise
from gptedu.sampling import seeded
from gptedu.text import train_tokenizer
from gptedu.tools.build import build
from gptedu.training.command import train_command
from gptedu.training.data import web
from gptedu.training.data.web import cache_folder, fingerprint, web_tokens, writable
from gptedu.training.loop import train
from gptedu.training.recipe import DataOptions, Recipe
from gptedu.world import World, mixtures
from gptedu.world.mixtures import find_mixture
from tiny_rlhf import tiny_lm


@pytest.fixture
def variables(monkeypatch, tmp_path):
    """A home folder, and none of the variables that name another."""
    for name in ("GPTEDU_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return monkeypatch


def test_the_cache_is_where_the_user_says(variables, tmp_path):
    assert cache_folder() == tmp_path / ".cache" / "gptedu"
    variables.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert cache_folder() == tmp_path / "x" / "gptedu"
    variables.setenv("GPTEDU_CACHE", "~/mine")
    assert cache_folder() == tmp_path / "mine"
    variables.setenv("GPTEDU_CACHE", "here")
    assert cache_folder() == Path("here")


def test_without_a_home_it_is_said_what_to_set(variables):
    def unknown(self):
        raise RuntimeError("Could not determine home directory.")

    variables.setattr(Path, "expanduser", unknown)
    with pytest.raises(FileNotFoundError, match="no home folder is known: set GPTEDU_CACHE"):
        cache_folder()


@pytest.fixture
def unwritable(tmp_path) -> Path:
    """A folder that even root cannot make: a file stands where it would be."""
    (tmp_path / "file").write_text("")
    return tmp_path / "file" / "folder"


def test_a_folder_is_tried_before_the_tokens_are_made(unwritable, monkeypatch):
    tokenizer = train_tokenizer((d.text for d in World().documents(count=50)), 300)
    monkeypatch.setattr(web, "pack", lambda *_: pytest.fail("minutes of work, for nothing"))
    with pytest.raises(OSError, match="cannot be written, set GPTEDU_CACHE to one that can"):
        web_tokens(DataOptions(tokens=500), "train", tokenizer, unwritable)


def test_training_says_before_its_first_step_that_it_could_not_save(unwritable, monkeypatch):
    monkeypatch.setattr(
        "gptedu.training.command.train", lambda *_, **__: pytest.fail("steps for nothing")
    )
    with pytest.raises(OSError, match="cannot be written, give another one with --out"):
        train_command("mini-xs", out=unwritable / "mini-xs", progress=False)
    monkeypatch.setenv("GPTEDU_CACHE", str(unwritable))
    with pytest.raises(OSError, match="cannot be written, set GPTEDU_CACHE"):
        train_command("mini-xs", out=unwritable.parents[1] / "out", progress=False)


def test_every_loop_that_saves_says_so_before_its_first_step(unwritable, monkeypatch):
    never = lambda *_, **__: pytest.fail("steps for nothing")  # noqa: E731
    model = GPT(GPTConfig(8, 24, 1, 16, 2), seeded(0))
    with pytest.raises(OSError, match="cannot be written, give another one"):
        train(model, never, Recipe("tiny", model.config, 4096), folder=unwritable, progress=False)
    lm = tiny_lm()
    monkeypatch.setattr("gptedu.rlhf.sft.train.answer_loss", never)
    with pytest.raises(OSError, match="cannot be written, give another file"):
        supervise(lm, [Demonstration("abc", "de")], state=unwritable / "state.pt", progress=False)
    monkeypatch.setattr("gptedu.tools.build.build_one", never)
    with pytest.raises(OSError, match="cannot be written, build in a checkout of your own"):
        build(folder=unwritable)
    monkeypatch.setenv("GPTEDU_CACHE", str(unwritable))
    with pytest.raises(OSError, match="cannot be written, set GPTEDU_CACHE"):
        get("smollm2-135m-instruct", fetch=never, convert=never)


@pytest.mark.parametrize("name", ["~/model", "~nobody-of-that-name/model"])
def test_a_tilde_without_a_home_is_a_folder_that_is_not_there(monkeypatch, name):
    def unknown(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", unknown)
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        gptedu.load(name)
    assert gptedu.load("mini-xs").name == "mini-xs"


def test_trying_a_folder_leaves_nothing_in_it(tmp_path):
    assert writable(tmp_path / "new" / "one") == tmp_path / "new" / "one"
    assert not list((tmp_path / "new" / "one").iterdir())


def test_a_full_disk_is_said_in_the_same_way(tmp_path, monkeypatch):
    def full(**_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(web.tempfile, "TemporaryFile", full)
    with pytest.raises(OSError, match=r"No space left on device: .* set GPTEDU_CACHE"):
        writable(tmp_path)


def test_tokens_are_read_back_as_long_as_the_web_is_the_same(tmp_path, monkeypatch):
    tokenizer = train_tokenizer((d.text for d in World().documents(count=50)), 300)
    options = DataOptions(tokens=500)
    first = web_tokens(options, "train", tokenizer, tmp_path)
    [file] = tmp_path.iterdir()
    assert np.array_equal(web_tokens(options, "train", tokenizer, tmp_path), first)
    assert list(tmp_path.iterdir()) == [file]
    monkeypatch.setattr(web, "VERSION", web.VERSION + 1)
    web_tokens(options, "train", tokenizer, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("kesh-parallel", {"make": lambda draw: "other words"}),
        ("notices", {"make": lambda draw: "other words"}),
        ("kesh", {"weight": 0.7}),
        ("told-sums", {"weight": 18}),
    ],
)
def test_a_fingerprint_changes_with_every_kind_however_rare(kind, change, monkeypatch):
    second = find_mixture("second")
    before = fingerprint("second")
    assert before == fingerprint("second") != fingerprint("first")
    changed = {**second, kind: dataclasses.replace(second[kind], **change)}
    monkeypatch.setattr(mixtures, "MIXTURES", {**mixtures.MIXTURES, "second": changed})
    assert fingerprint("second") != before


def test_tokens_of_a_mixture_are_made_again_once_a_rare_kind_says_something_else(
    tmp_path, monkeypatch
):
    tokenizer = train_tokenizer((d.text for d in World().documents(count=50)), 300)
    options = DataOptions(tokens=500, mixture="second")
    web_tokens(options, "train", tokenizer, tmp_path)
    kesh = dataclasses.replace(find_mixture("second")["kesh"], make=lambda draw: "other words")
    changed = {**find_mixture("second"), "kesh": kesh}
    monkeypatch.setattr(mixtures, "MIXTURES", {**mixtures.MIXTURES, "second": changed})
    web_tokens(options, "train", tokenizer, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
