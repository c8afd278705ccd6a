"""A trial trains on the kinds that it names, and its record stands among the pilots."""

from __future__ import annotations

import pytest
from torch import Tensor

from gptedu import records
from gptedu.model import GPTConfig
from gptedu.tools import pilots, trials
from gptedu.training.data.web import web_tokenizer
from gptedu.world import World
from gptedu.world.documents.comparing import PAGES


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    path = tmp_path_factory.mktemp("trial") / "tokenizer.json"
    web_tokenizer(400, documents=100, mixture="second").save(path)
    return path


def test_a_trials_record_is_a_record(tmp_path, tokenizer, monkeypatch, capsys):
    monkeypatch.setitem(trials.SIZES, "mini-xs", GPTConfig(400, 256, layers=1, width=16, heads=2))
    monkeypatch.setattr(trials, "score", lambda *args, split: 0.5)
    read: list[tuple[str, ...]] = []
    documents = World.documents

    def watched(self, *args, **options):
        read.append(tuple(options["kinds"]))
        return documents(self, *args, **options)

    monkeypatch.setattr(World, "documents", watched)
    words = (
        "tiny --kinds doubles copies --tokens 2048 --batch 1 --window 64 --every 5 --size mini-xs"
    )
    more = f"--tokenizer {tokenizer} --count 2 --seeds 0 1 --note tried --out {tmp_path}"
    trials.main([*words.split(), *more.split()])
    assert read == [("doubles", "copies")] * 2
    record = records.load(tmp_path / "pilots" / "tiny.json")
    assert record.seeds == [0, 1]
    for run in record.results:
        assert [*run["curve"]] == [5 * 256, 8 * 256]
        assert set(run["comparing"]) == set(PAGES)
        assert run["pairs"]["similarity, from scratch"] == 0.5
    assert record.results[0]["curve"] != record.results[1]["curve"]
    assert "tiny: 2,048 tokens; " in pilots.overview(tmp_path)
    assert "pairs, similarity 0.50" in pilots.overview(tmp_path)


def test_without_kinds_a_trial_reads_the_lead_to_its_end(tmp_path, tokenizer, monkeypatch):
    monkeypatch.setenv("GPTEDU_CACHE", str(tmp_path))
    monkeypatch.setitem(trials.SIZES, "mini-xs", GPTConfig(400, 256, layers=1, width=16, heads=2))
    monkeypatch.setattr(trials, "score", lambda *args, split: 0.5)
    shapes: list[tuple[int, ...]] = []
    train = trials.train

    def watched(model, batches, *args, **options):
        def watch(step: int) -> Tensor:
            shapes.append(tuple(batches(step).shape))
            return batches(step)

        return train(model, watch, *args, **options)

    monkeypatch.setattr(trials, "train", watched)
    words = "lead --tokens 20480 --batch 1 --every 80 --size mini-xs --count 1"
    trials.main([*words.split(), "--tokenizer", str(tokenizer), "--out", str(tmp_path)])
    assert len(shapes) == 80
    assert shapes[0] == (16, 17)
    assert {rows * (width - 1) for rows, width in shapes} == {256}
    assert {(1, 257), (2, 129), (4, 65)} <= set(shapes[-20:])
