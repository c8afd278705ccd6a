"""The benchmark compares like with like, and `import gptedu` stays light; no speed is judged."""

from __future__ import annotations

import pytest
import torch

from gptedu import bench
from gptedu.model import GPTConfig

TINY = GPTConfig(vocab_size=61, context=128, layers=1, width=16, heads=2)


@pytest.fixture(scope="module")
def lines():
    pytest.importorskip("transformers")
    return [
        bench.training("training", TINY, 2, 3, aim=1.2),
        bench.generation("generation", TINY, 2, 3, aim=2.0),
    ]


def test_both_sides_compute_the_same():
    pytest.importorskip("transformers")
    ours, theirs = bench.pair(TINY)
    ids = torch.randint(61, (2, 20), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(ours(ids), theirs(ids).logits, atol=1e-5, rtol=0)


def test_a_line_has_both_speeds_and_their_ratio(lines):
    for line in lines:
        assert line["ours"] > 0
        assert line["theirs"] > 0
        # The median of ratios is not the ratio of medians, but no stranger to it.
        assert line["ratio"] == pytest.approx(line["ours"] / line["theirs"], rel=0.9)


def test_importing_gptedu_loads_neither_torch_nor_transformers():
    assert bench.import_time(tries=1)["loaded"] == []


def test_the_table_says_all(lines):
    result = {
        "machine": {"threads": 2, "torch": "2.13.0"},
        "speed": lines,
        "import": {"seconds": 0.05, "limit": 0.3, "loaded": []},
    }
    text = bench.table(result)
    for word in ("training", "generation", ">= 1.2", ">= 2", "2 threads", "neither torch"):
        assert word in text
    result["import"]["loaded"] = ["torch"]
    assert "loads torch" in bench.table(result)


def test_another_text_is_no_comparison(monkeypatch):
    pytest.importorskip("transformers")
    monkeypatch.setattr(bench, "generate", lambda model, prompts, count: [[0]] * len(prompts))
    with pytest.raises(RuntimeError, match="different texts"):
        bench.generation("generation", TINY, 2, 1, aim=2.0)
