"""bertviz's page needs nothing from the network."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("bertviz")

from gptedu.widgets.bertviz.state import page


def test_page_takes_plain_arrays() -> None:
    weights = np.tril(np.ones((1, 2, 3, 3))) / np.arange(1, 4)[:, None]
    assert "requirejs" in page(["a", "b", "c"], weights, "model", None)
