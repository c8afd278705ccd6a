"""The bars of the second family find their figures, and say which are missed."""

from __future__ import annotations

import dataclasses

import pytest

from gptedu import records
from gptedu.tools import family_bars, pilots


@pytest.fixture
def pilot():
    return records.load(records.folder() / pilots.SLUG / "mini-m-24M.json")


def test_each_bar_reads_what_a_pilots_record_holds(pilot):
    for bar in family_bars.BARS:
        assert bar.figure(pilot.results[0]) is not None, bar.what
        assert bar.figure({}) is None


def test_bars_are_held_against_the_records_of_the_family_alone(pilot, tmp_path):
    records.write(pilot, tmp_path)
    assert family_bars.verdicts(tmp_path) == []
    records.write(dataclasses.replace(pilot, experiment="second-mini-m-1"), tmp_path)
    held = {what: holds for _, what, _, _, holds in family_bars.verdicts(tmp_path)}
    assert len(held) == sum("mini-m" in bar.models for bar in family_bars.BARS)
    assert held["race: mean gain, points"]  # 10.0
    assert not held["race: least gain of a format"]  # similarity gained nothing
    assert not held["vote of 16 ahead of greedy"]
    assert held["vote's share tells"]


@pytest.mark.parametrize(
    ("experiment", "model"),
    [("second-mini-m", "mini-m"), ("second-mini-m-1", "mini-m"), ("mini-m-24M", None)],
)
def test_the_model_of_a_record(experiment, model):
    assert family_bars.model_of(experiment) == model
