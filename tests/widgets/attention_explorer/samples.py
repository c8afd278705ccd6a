"""What the tests of this widget share."""

from __future__ import annotations

import pytest

from tiny_models import TinyLm


@pytest.fixture(scope="module")
def lm() -> TinyLm:
    return TinyLm()
