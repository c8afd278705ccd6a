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

HERE = Path(__file__).parent
NOT_COMPARED = ("stderr", "application/vnd.plotly.v1+json", "image/svg+xml")
SECONDS, GIGABYTES = 120, 1.2

_costs: dict[str, tuple[float, float]] = {}


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
    os.environ.update(environment(item.path.stem))
    try:
        return (yield)
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item):  # type: ignore[no-untyped-def]
    """Add up the chapter's time, read its peak memory, and hold it to its budget."""
    if type(item).__name__ != "IPyNbCell":
        return (yield)
    started = time.monotonic()
    result = yield
    seconds, gigabytes = _costs.get(item.path.stem, (0.0, 0.0))
    seconds += time.monotonic() - started
    pid = getattr(getattr(item.parent.kernel.km, "provisioner", None), "pid", None)
    if pid:
        gigabytes = max(gigabytes, peak_gigabytes(pid))
    _costs[item.path.stem] = (seconds, gigabytes)
    if gigabytes > GIGABYTES:
        pytest.fail(f"the chapter holds {gigabytes:.2f} GB by now, more than {GIGABYTES} GB")
    # The clock is only trusted where the machine has nothing else to do.
    if seconds > SECONDS and os.environ.get("CI") == "true":
        pytest.fail(f"the chapter has taken {seconds:.0f} s by now, more than {SECONDS} s")
    return result


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _costs:
        terminalreporter.section("what the chapters cost")
    for chapter, (seconds, gigabytes) in sorted(_costs.items()):
        over = "  (more than it may)" if seconds > SECONDS or gigabytes > GIGABYTES else ""
        terminalreporter.line(f"{chapter}: {seconds:.0f} s, {gigabytes:.2f} GB at most{over}")
