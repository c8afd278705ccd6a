"""`gptedu doctor`: each ailment has its line and its remedy, and no check falls over."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from gptedu import assets, threads
from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
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
    model = GPT(config, seeded(0))
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
    assert victim in found.finding
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
    assert "damaged" in found.finding
    assert "gptedu get" in found.advice


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(doctor, "NOTEBOOK", ("ipykernel", "no-such-package"))
    found = named("JupyterLab")
    assert (found.state, found.finding) == (BAD, "without no-such-package")
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


def test_speed_is_that_of_the_fastest_product(monkeypatch):
    monkeypatch.undo()  # the real one
    times = iter([0.0, 0.1, 0.103, 0.2, 0.201, 0.9, 5.0])  # products of 3 ms, 1 ms and 4 s
    assert doctor.speed("float32", size=10, clock=lambda: next(times)) == pytest.approx(0.002)


def test_the_cache_folder_is_tried_and_not_only_measured(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path / "file" / "cache"))
    [check] = doctor._disk()
    assert check.state == doctor.NOTE
    assert "cannot be written" in check.finding
    assert "GPTEDU_CACHE" in check.advice
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path / "cache"))
    [check] = doctor._disk()
    assert f"free for {tmp_path / 'cache'}" in check.finding
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    [check] = doctor._disk()
    assert "free for ~/cache" in check.finding


@pytest.fixture
def two_cores(monkeypatch):
    for name in threads.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(doctor.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(threads, "cores", lambda: 2)
    monkeypatch.setattr(threads, "quota", lambda: None)
    monkeypatch.setattr(threads, "_quota", lambda: None)
    monkeypatch.setattr(threads, "_own", lambda: {torch.get_num_threads()})
    monkeypatch.setattr(threads, "most", lambda: 2)


def test_threads_of_a_free_machine(two_cores):
    found = named("threads")
    assert found.state == GOOD
    assert found.finding == "2 cores, no limit on them; small models run on 1, training on up to 2"


def test_threads_under_a_quota(two_cores, monkeypatch):
    monkeypatch.setattr(doctor.os, "cpu_count", lambda: 64)
    monkeypatch.setattr(threads, "quota", lambda: 1.5)
    monkeypatch.setattr(threads, "most", lambda: 1)
    assert named("threads").finding == (
        "64 cores, 2 of them for this process, a quota of 1.5; small models run on 1, training too"
    )


def test_threads_that_the_user_has_set(two_cores, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    monkeypatch.setattr(torch, "get_num_threads", lambda: 8)
    found = named("threads")
    assert found.state == NOTE
    assert "OMP_NUM_THREADS=8 is set, and kept" in found.finding
    assert "set 2" in found.advice
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    assert named("threads").state == GOOD


def test_without_a_home_nothing_is_broken(monkeypatch):
    monkeypatch.delenv("GPTEDU_CACHE")
    monkeypatch.setattr(Path, "expanduser", _no_home)
    assert {named("chat model").state, named("disk").state} == {NOTE}
    assert all("GPTEDU_CACHE" in named(name).advice for name in ("chat model", "disk"))


def _no_home(path):
    raise RuntimeError("Could not determine home directory.")
