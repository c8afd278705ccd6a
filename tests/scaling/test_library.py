"""The standard library as a text: split by file, and said where it is missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from gptedu.scaling import library
from gptedu.scaling.library import LibraryText, is_held_out, read, sources


@pytest.fixture
def small(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(library, "FEWEST", 1000)
    for number in range(60):
        (tmp_path / f"m{number}.py").write_bytes(b"# %d\n" % number * 20 + "é".encode())
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "m.py").write_text("never read")
    return tmp_path


def test_files_are_split_and_none_is_on_both_sides(small):
    trained, kept = read(small)
    assert 0 < (trained == library.END).sum() + (kept == library.END).sum() == 60
    assert (kept == library.END).sum() == sum(map(is_held_out, sources(small))) > 0
    assert max(trained.max(), kept.max()) == library.OTHER
    inside = bytes(np.concatenate([trained, kept]))
    assert b"never read" not in inside


def test_the_split_does_not_depend_on_what_else_is_there(small):
    before = {path: is_held_out(path) for path in sources(small)}
    (small / "new.py").write_text("x = 1\n")
    assert before.items() <= {path: is_held_out(path) for path in sources(small)}.items()


def test_windows(small):
    text = LibraryText(small)
    batch = text.batch(16, 4, 0, 3)
    assert batch.shape == (4, 17)
    assert torch.equal(batch, LibraryText(small).batch(16, 4, 0, 3))
    held_out, floor = text.held_out(16, 64)
    assert floor is None
    assert sum(each[:, 1:].numel() for each in held_out) == 64
    assert text.to_dict()["sha256"] == LibraryText(small).to_dict()["sha256"]


def test_no_sources_are_said_in_one_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match="0 bytes of Python source, not a standard library"):
        read(tmp_path)


def test_the_library_of_this_python():
    trained, kept = read(library.folder())
    assert len(trained) > 5 * len(kept) > 0
    assert b"def " in bytes(kept)
