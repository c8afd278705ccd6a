"""Two processes under torchrun follow the single run's losses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from gptedu.model import GPT, GPTConfig
from gptedu.sampling import seeded
from gptedu.training.checkpoint import load_model
from gptedu.training.data.batches import Batches, validation_batches
from gptedu.training.distributed import processes
from gptedu.training.loop import train
from gptedu.training.recipe import Recipe
from gptedu.training.record import RunRecord

CONFIG = GPTConfig(vocab_size=40, context=8, layers=1, width=16, heads=2)
RECIPE = Recipe("tiny", CONFIG, tokens=10 * 8 * 8, batch_size=8)


def run(folder: Path, accumulation: int, seed: int = 0) -> RunRecord:
    stream = np.random.default_rng(0).integers(0, 40, 500).astype(np.uint16)
    return train(
        GPT(CONFIG, seeded(seed)),
        Batches(stream, 8, 8, seed=0),
        RECIPE,
        validation=validation_batches(stream[:100], 8, 4),
        folder=folder,
        accumulation=accumulation,
        progress=False,
        device="cpu",
    )


def main(folder: Path) -> None:
    """What each process runs. Only the first one's weights count at the start."""
    with processes("cpu"):
        for accumulation in (1, 2):
            seed = int(os.environ["RANK"])
            record = run(folder / str(accumulation), accumulation, seed)
            path = folder / f"losses-{accumulation}-{os.environ['RANK']}.json"
            path.write_text(json.dumps([record.train, record.validation]))


def test_two_processes_follow_the_single_run(tmp_path):
    single = run(tmp_path / "single", 1)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")]),
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [*command, __file__, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert done.returncode == 0, done.stderr
    expected = load_model(tmp_path / "single")[0].state_dict()
    for accumulation in (1, 2):
        for rank in (0, 1):
            rows = json.loads((tmp_path / f"losses-{accumulation}-{rank}.json").read_text())
            for curve, ours in zip(rows, (single.train, single.validation), strict=True):
                assert [r[2] for r in curve] == pytest.approx([r[2] for r in ours], abs=1e-5)
        model, _ = load_model(tmp_path / str(accumulation))
        for name, tensor in model.state_dict().items():
            assert torch.allclose(tensor, expected[name], atol=2e-3)
    assert RunRecord.load(tmp_path / "1" / "record.json").machine["processes"] == 2


if __name__ == "__main__":
    main(Path(sys.argv[1]))
