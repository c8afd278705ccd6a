"""What holds for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from gptedu.course import exercises, kept, tries

# Fixtures for browser tests wherever they stand, and the options of `pytest`.
from harness import browser, lab, notebook, open_notebook, pytest_addoption  # noqa: F401
from rounding import products_are_exact


@pytest.fixture(scope="session", autouse=True)
def _one_thread_where_rounding_depends_on_their_number() -> Iterator[None]:
    """Timing chooses how many threads a run takes; with one it comes out the same every time.

    Tests that are about threads ask for more.
    """
    with pytest.MonkeyPatch.context() as patch:
        if not products_are_exact():
            patch.setenv("OMP_NUM_THREADS", "1")
            torch.set_num_threads(1)
        yield


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes into the folder of whoever runs it, or sees what another one kept."""
    monkeypatch.setenv(kept.STATE, "")
    monkeypatch.delenv(tries.STRICT, raising=False)
    monkeypatch.delenv(exercises.SOLUTIONS, raising=False)
    monkeypatch.setattr(kept, "_memory", [])
    monkeypatch.setattr(kept, "_told", set())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright leaves an event loop running in this thread to the end."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
