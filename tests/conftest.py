"""What holds for all tests."""

from __future__ import annotations

import pytest

from gptedu.course import exercises, kept, tries

# Fixtures for browser tests wherever they stand, and the options of `pytest`.
from harness import browser, lab, notebook, open_notebook, pytest_addoption  # noqa: F401


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
