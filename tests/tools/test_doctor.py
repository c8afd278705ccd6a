"""`gptedu doctor`: each ailment has its line and its remedy, and no check falls over."""

from __future__ import annotations

import pytest
import torch

from gptedu import assets
from gptedu.model import GPT, GPTConfig
from gptedu.tools import doctor
from gptedu.tools.doctor import BAD, GOOD, NOTE, Check
from gptedu.training.checkpoint import save_model


def named(name: str) -> Check:
    return next(check for check in doctor.examine() if check.name == name)


@pytest.fixture(autouse=True)
def quick(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "speed", lambda dtype: 100.0)
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def models(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "root", lambda: tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    config = GPTConfig(vocab_size=20, context=8, layers=1, width=8, heads=1)
    model = GPT(config, torch.Generator().manual_seed(0))
    for folder in ("mini-m", "mini-m/step-000010"):
        save_model(tmp_path / "checkpoints" / folder, model, {"model": config.to_dict()})
    return tmp_path / "checkpoints"


def test_the_screen_is_one_screen_and_every_problem_has_a_remedy():
    checks = list(doctor.examine())
    text = doctor.screen(checks)
    assert len(text.splitlines()) <= 40
    assert all(check.advice for check in checks if check.state != GOOD)
    assert {"Python", "torch", "JupyterLab", "Chromium", "our models", "chat model", "disk"} <= {
        check.name for check in checks
    }


def test_whole_models_are_good(models):
    assert named("our models").state == GOOD


@pytest.mark.parametrize("victim", ["mini-m", "mini-m/step-000010"])
@pytest.mark.parametrize("harm", ["cut", "lost"])
def test_a_damaged_model_is_named(models, victim, harm):
    file = models / victim / "model.safetensors"
    content = file.read_bytes()
    file.unlink()
    if harm == "cut":
        file.write_bytes(content[:-1])
    found = named("our models")
    assert found.state == BAD
    assert victim in found.found
    assert "gptedu train" in found.advice


def test_no_models_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "root", lambda: tmp_path)
    assert named("our models").state == BAD


def test_the_chat_model_may_be_missing_and_may_not_be_damaged(tmp_path):
    assert named("chat model").state == NOTE
    folder = tmp_path / "cache" / "models" / "smollm2-135m-instruct"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text("{}")
    found = named("chat model")
    assert "damaged" in found.found
    assert "gptedu get" in found.advice


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(doctor, "NOTEBOOK", ("ipykernel", "no-such-package"))
    found = named("JupyterLab")
    assert (found.state, found.found) == (BAD, "without no-such-package")
    assert found.advice.endswith("pip install -e '.[course]' -c constraints.txt")
    monkeypatch.setattr(assets, "checkout", lambda: None)  # installed as a package
    assert named("JupyterLab").advice.startswith("pip install 'gptedu[course] @ git+https://")


def test_no_browser(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    assert named("Chromium").state == NOTE


def test_a_check_that_fails_is_a_line_and_the_exit_code(monkeypatch):
    def broken():
        raise RuntimeError("no such thing")
        yield

    monkeypatch.setattr(doctor, "_disk", broken)
    said: list[str] = []
    assert doctor.run(said.append) == 1
    assert "no such thing" in said[0]


def test_the_exit_code_is_0_where_only_notes_are_left(monkeypatch):
    monkeypatch.setattr(doctor, "examine", lambda: iter([Check(NOTE, "x", "y", "z")]))
    assert doctor.run(lambda text: None) == 0


def test_speed_is_measured():
    assert doctor.speed.__name__ == "<lambda>"  # replaced above, so the real one is asked here
    from importlib import reload

    assert 0.01 < reload(doctor).speed("float32", size=64, seconds=0.01) < 1e5


def test_the_cache_folder_is_tried_and_not_only_measured(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path / "file" / "cache"))
    [check] = doctor._disk()
    assert check.state == doctor.NOTE
    assert "cannot be written" in check.found
    assert "GPTEDU_CACHE" in check.advice
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path / "cache"))
    [check] = doctor._disk()
    assert f"free for {tmp_path / 'cache'}" in check.found
