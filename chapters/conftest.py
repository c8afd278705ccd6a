"""How `pytest --nbval chapters/` compares a chapter with what it computes, and what that costs.

Compared: stdout, text/plain, text/html, after the masks of `sanitise.cfg`. Not compared: progress
bars (stderr), pictures, and the JSON of plots, whose numbers differ in their last digits.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from gptedu.tools.execute import environment, peak_gigabytes
from gptedu.tools.notebook import BUDGET, Cost

HERE = Path(__file__).parent
NOT_COMPARED = ("stderr", "application/vnd.plotly.v1+json", "image/svg+xml")

_costs: dict[str, Cost] = {}


def pytest_configure(config: pytest.Config) -> None:
    """Find the masks from whichever folder pytest was started in."""
    masks = getattr(config.option, "nbval_sanitize_with", None)
    if masks and not Path(masks).exists():
        config.option.nbval_sanitize_with = str(HERE / Path(masks).name)


def pytest_collectstart(collector: pytest.Collector) -> None:
    if type(collector).__name__ == "IPyNbFile":
        collector.skip_compare += NOT_COMPARED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item):  # type: ignore[no-untyped-def]
    """Start the chapter's kernel, before its first cell, in the environment of a build."""
    if type(item).__name__ != "IPyNbCell":
        return (yield)
    before = dict(os.environ)
    os.environ.update(environment())
    try:
        return (yield)
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item):  # type: ignore[no-untyped-def]
    """Add up the chapter's time and read its peak memory: reported, and no reason to fail."""
    if type(item).__name__ != "IPyNbCell":
        return (yield)
    started = time.monotonic()
    result = yield
    before = _costs.get(item.path.stem, Cost(0.0, 0.0))
    gigabytes = before.gigabytes
    pid = getattr(getattr(item.parent.kernel.km, "provisioner", None), "pid", None)
    if pid:
        gigabytes = max(gigabytes, peak_gigabytes(pid))
    _costs[item.path.stem] = Cost(before.seconds + time.monotonic() - started, gigabytes)
    return result


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _costs:
        terminalreporter.section("what the chapters cost")
    for chapter, cost in sorted(_costs.items()):
        terminalreporter.line(f"{chapter}: {cost}{cost.over(BUDGET)}")
