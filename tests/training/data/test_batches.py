"""Windows that begin with a document, and batches that come from several places in turn."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from gptedu.training.data.batches import (
    DocumentBatches,
)

END, CONTEXT = 0, 16


def stream(documents: int = 400, seed: int = 0) -> np.ndarray:
    """Documents of 1 to 30 tokens, each behind an END."""
    rng = np.random.default_rng(seed)
    rows = [[END, *rng.integers(1, 50, rng.integers(1, 31))] for _ in range(documents)]
    return np.concatenate(rows).astype(np.uint16)


def test_every_window_begins_with_a_document():
    batches = DocumentBatches(stream(), CONTEXT, 4, seed=0, end=END)
    for step in range(40):
        batch = batches(step)
        assert batch.shape == (4, CONTEXT + 1)
        assert (batch[:, 0] == END).all()


def test_an_epoch_has_every_document_from_its_beginning_and_loses_only_ends_of_long_ones():
    row = stream()
    batches = DocumentBatches(row, CONTEXT, 1, seed=3, end=END)
    seen = np.zeros(len(row), dtype=bool)
    for start in batches.begins.tolist():
        seen[start : start + CONTEXT + 1] = True
    begins = np.flatnonzero(row == END)
    for this, following in itertools.pairwise(begins):
        if this + CONTEXT >= batches.begins[-1]:
            break  # the stream ends within the last window
        whole = min(following, this + CONTEXT + 1)
        inside = [s for s in batches.begins.tolist() if s <= this and whole <= s + CONTEXT + 1]
        assert inside, "a document that fits is whole in some window"
    read = torch.cat([batches(step) for step in range(batches.windows)])
    assert len({tuple(each) for each in read.tolist()}) > 0.95 * batches.windows


def test_a_step_decides_its_windows_and_epochs_have_other_orders():
    one, other = (DocumentBatches(stream(), CONTEXT, 3, seed=1, end=END) for _ in range(2))
    late = one(70)
    one(2)
    assert torch.equal(late, other(70))
    epoch = one.windows // 3 * 3
    first = torch.cat([one(step) for step in range(epoch // 3)])
    again = torch.cat([one(step) for step in range(epoch // 3, 2 * epoch // 3)])
    assert not torch.equal(first, again)


def test_an_epochs_order_is_drawn_once(monkeypatch):
    """A hundred thousand windows for each row of a step were a tenth of a training's time."""
    batches = DocumentBatches(stream(), CONTEXT, 4, seed=0, end=END)
    drawn: list[int] = []
    draw = batches._drawn
    monkeypatch.setattr(batches, "_drawn", lambda how: drawn.append(1) or draw(how))
    for step in range(batches.windows // 4):
        batches(step)
    assert len(drawn) == 1


def test_no_window_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="no window of 17 tokens begins with a document"):
        DocumentBatches(np.ones(100, dtype=np.uint16), CONTEXT, 1, seed=0, end=END)
