"""A prediction is made from smaller runs only, and is not changed afterwards."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from gptedu.scaling import predictions
from gptedu.scaling.laws import PowerLaw
from gptedu.scaling.recipe import Ladder
from gptedu.scaling.table import Row
from gptedu.scaling.texts import RecordText

LADDER = Ladder(RecordText(facts=1000))
LAW = PowerLaw(900.0, 0.31, 0.6)
TARGET = LADDER.recipe(96)
PLAIN = Row(
    "ladder", "", 0, "records", 8, 3, 64, 3000, 2568, 2304, 164_352, 4, 642, None, 0,
    "muon", 0.015, 3e-3, 1.0, 0.0, 0.6, [], [], 2.0, 1,
)  # fmt: skip


def rows(noise: float = 0.01) -> list[Row]:
    rng, found = np.random.default_rng(0), []
    for place, flops in enumerate(np.geomspace(5e9, 2e11, 15)):
        above = (LAW(flops) - 0.6) * np.exp(noise * rng.normal())
        found.append(
            dataclasses.replace(PLAIN, recipe=str(place), flops=int(flops), loss=0.6 + above)
        )
    return found


def test_a_planted_law_is_predicted_within_the_interval():
    found = predictions.predict("target", TARGET, rows(), bar=2.0, delta=1.0, draws=60)
    truth = LAW(TARGET.flops)
    assert abs(found.off(truth)) < 0.5
    assert found.low < found.loss < found.high
    assert found.high - found.low < 0.02 * truth
    assert found.law(TARGET.flops) == pytest.approx(found.loss)
    assert found.ratio == pytest.approx(TARGET.flops / 2e11)
    assert found.floor_known
    assert len(found.runs) == 15


def test_the_run_to_be_predicted_is_not_in_the_fit():
    known = dataclasses.replace(PLAIN, recipe=TARGET.digest, flops=10**9, loss=2.0)
    large = dataclasses.replace(PLAIN, recipe="x", flops=TARGET.flops, loss=0.7)
    for row in (known, large):
        with pytest.raises(ValueError, match="is among those that are to predict one of"):
            predictions.predict("target", TARGET, [*rows(), row], bar=2.0, delta=1.0)
    other = dataclasses.replace(PLAIN, recipe="x", flops=10**9, loss=2.0, floor=0.5)
    with pytest.raises(ValueError, match="the runs have 2 floors: give runs of one text"):
        predictions.predict("target", TARGET, [*rows(), other], bar=2.0, delta=1.0)


def test_an_unknown_floor_is_fitted():
    unknown = [dataclasses.replace(row, floor=None) for row in rows(0.0)]
    found = predictions.predict("target", TARGET, unknown, bar=3.0, delta=1e-3, draws=20)
    assert not found.floor_known
    assert found.floor == pytest.approx(0.6, rel=0.01)
    none = predictions.predict("target", TARGET, unknown, bar=3.0, delta=1.0, draws=20, floor=0.0)
    assert none.floor_known
    assert none.floor == 0 < none.b < found.b  # flatter: it has to come down to nothing


def test_what_was_predicted_is_not_changed(tmp_path):
    file = tmp_path / "a" / "predictions.jsonl"
    with pytest.raises(FileNotFoundError, match="has no prediction 'target': make it before"):
        predictions.read("target", file)
    found = predictions.predict("target", TARGET, rows(), bar=2.0, delta=1.0, draws=20)
    kept = predictions.write(found, file)
    assert predictions.read("target", file) == kept
    assert kept.loss == pytest.approx(found.loss, rel=1e-5)
    before = file.read_bytes()
    with pytest.raises(ValueError, match="has a prediction 'target' already"):
        predictions.write(dataclasses.replace(found, loss=0.1), file)
    assert file.read_bytes() == before
