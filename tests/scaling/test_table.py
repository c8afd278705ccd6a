"""The table: what is added is read again; damage is named."""

from __future__ import annotations

import dataclasses
import re

import pytest

import gptedu.scaling
from gptedu.scaling import table
from gptedu.scaling.table import Row

ROW = Row(
    "a", "0" * 12, 0, "records", 8, 3, 64, 3000, 2568, 2304, 164_352, 4, 642, None, 5_500_000_000,
    "muon", 0.015, 3e-3, 1.0, 1.1234567, 0.59, [[256, 3.4]], [[1, -0.5]], 2.0, 1,
)  # fmt: skip


def test_what_is_added_is_read_again(tmp_path):
    file = tmp_path / "deep" / "runs.jsonl"
    other = dataclasses.replace(ROW, sweep="b", seed=1)
    for row in (ROW, other):
        table.add(row, file)
    short = dataclasses.replace(ROW, loss=1.12346)
    assert table.read(file) == [short, dataclasses.replace(short, sweep="b", seed=1)]
    assert table.read(file, "b") == table.read(file)[1:]
    assert table.column(table.read(file), "above") == pytest.approx([0.53346] * 2)
    assert table.read(tmp_path / "none.jsonl") == []


def test_half_a_line_goes_when_the_next_one_comes(tmp_path):
    file = tmp_path / "runs.jsonl"
    table.add(ROW, file)
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"sweep": "\xc3')
    assert len(table.read(file)) == 1
    table.add(ROW, file)
    assert file.read_bytes() == whole * 2


@pytest.mark.parametrize("line", ["{", "[]", '{"sweep": "a"}'])
def test_a_damaged_line_is_named(line, tmp_path):
    file = tmp_path / "runs.jsonl"
    table.add(ROW, file)
    with file.open("a") as out:
        out.write(line + "\n")
    with pytest.raises(ValueError, match=r"line 2 of .*runs\.jsonl is damaged"):
        table.read(file)


def test_an_unknown_floor_is_said():
    with pytest.raises(ValueError, match="the floor of the text 'records' is not known: fit it"):
        _ = dataclasses.replace(ROW, floor=None).above


def test_the_package_describes_every_column():
    described = set(re.findall(r"\w+", gptedu.scaling.__doc__))
    assert set(table.names()) <= described
