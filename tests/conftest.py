"""What holds for all tests."""

from __future__ import annotations

import pytest

# Fixtures for browser tests wherever they stand, and the options of `pytest`.
from harness import browser, lab, notebook, open_notebook, pytest_addoption  # noqa: F401


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright leaves an event loop running in this thread to the end."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
