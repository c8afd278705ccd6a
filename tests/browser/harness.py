"""The harness of all browser tests: a real JupyterLab and a real Chromium, cut off the network.

`notebook(cells)` writes a notebook, opens it in JupyterLab and presses Run All once. Every request
that leaves localhost is aborted and remembered, and so is every error of the page.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
HELPERS = ROOT / "tests" / "helpers"
LIMIT = 300
"""Seconds after which a wait counts as hung: far beyond what a busy machine needs."""
sys.path.insert(0, str(HELPERS))  # for tiny_models
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--metrics-recording-only",
]
OUTSIDE = re.compile(
    r"^(?!(?:https?|wss?)://(?:127\.0\.0\.1|localhost)(?:[:/]|$)|data:|blob:|about:)"
)
"""A request that leaves this machine."""

# Errors of JupyterLab's own that say nothing about our widgets.
NOT_OURS = re.compile(r"ResizeObserver loop|Canceled")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="write the record widgets/speed")
    parser.addoption("--screenshots", default=None, help="folder for pictures to look at")


def find_chromium() -> str | None:
    """The Chromium at hand, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


def missing(reason: str) -> None:
    """Skip with a reason; on continuous integration a browser must be there."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = find_chromium()
    if path is None:
        missing("no Chromium: install one (Debian: apt-get install chromium) for the browser tests")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield chromium
        chromium.close()


@dataclass
class Lab:
    """A running JupyterLab: its address and the folder it serves."""

    url: str
    folder: Path

    def request(self, path: str, method: str = "GET") -> Any:
        with urllib.request.urlopen(
            urllib.request.Request(self.url + path, method=method)
        ) as found:
            body = found.read()
        return json.loads(body) if body else None

    def stop_kernels(self) -> None:
        """End every kernel, as closing the course does."""
        for session in self.request("/api/sessions"):
            self.request(f"/api/sessions/{session['id']}", "DELETE")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[Lab]:
    base = tmp_path_factory.mktemp("lab")
    folder = base / "notebooks"
    folder.mkdir()
    settings = base / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(
            [str(ROOT), str(ROOT / "tests" / "helpers"), str(Path(__file__).parent)]
        ),
        "JUPYTERLAB_SETTINGS_DIR": str(base / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(base / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(base / "config"),
        "JUPYTER_DATA_DIR": str(base / "data"),
        "JUPYTER_RUNTIME_DIR": str(base / "runtime"),
        "IPYTHONDIR": str(base / "ipython"),
        "HF_HUB_OFFLINE": "1",
    }
    options = [
        "--no-browser", "--allow-root", "--expose-app-in-browser", f"--port={port}",
        "--ServerApp.port_retries=0", "--ip=127.0.0.1", "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={folder}",
    ]  # fmt: skip
    log = (base / "log.txt").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        env=environment,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{url}/api/status").close()
                break
            except OSError:
                if server.poll() is not None:
                    break
                time.sleep(0.25)
        else:
            server.kill()
        if server.poll() is not None:
            pytest.fail("JupyterLab did not start:\n" + (base / "log.txt").read_text()[-2000:])
        yield Lab(url, folder)
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
        log.close()


@dataclass
class Notebook:
    """A notebook open in JupyterLab."""

    page: Any
    lab: Lab
    path: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def count_cells(self) -> int:
        return self.page.evaluate(
            "window.jupyterapp.shell.currentWidget.content.model.cells.length"
        )

    def command(self, name: str) -> None:
        self.page.evaluate(
            "name => window.jupyterapp.commands.execute(name).then(() => null)", name
        )

    def run_all(self) -> None:
        """Run All once, as the menu does, and wait for it; raise where a cell failed."""
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(
            """() => { const panel = window.jupyterapp.shell.currentWidget;
                const cells = [...panel.content.model.cells].filter(c => c.type === 'code');
                return cells.every(c => c.executionCount !== null)
                    && panel.sessionContext.session.kernel.status === 'idle'; }""",
            timeout=1000 * LIMIT,
        )
        failed = self.page.evaluate(
            """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
                .filter(c => c.type === 'code').flatMap(c => c.outputs.toJSON())
                .filter(o => o.output_type === 'error').map(o => o.ename + ': ' + o.evalue)"""
        )
        assert not failed, failed

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until it holds; the limit ends a test that hangs, and measures nothing."""
        for _ in range(10 * LIMIT):
            if holds():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"waited in vain for {what}")

    def settle(self) -> None:
        """Wait until the page has drawn what it was last told."""
        self.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def save(self) -> Path:
        self.command("docmanager:save")
        return self.lab.folder / self.path

    def check_quiet(self) -> None:
        """No error in the page, and nothing that asked for the network."""
        assert not self.errors, self.errors
        assert not self.outside, self.outside

    def screenshot(self, name: str, folder: str | None, selector: str = ".gptedu") -> None:
        """A picture to look at, where a folder is given (`--screenshots FOLDER`)."""
        if folder is not None:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.locator(selector).first.screenshot(path=str(Path(folder) / f"{name}.png"))


def write_notebook(path: Path, cells: list[str]) -> None:
    """A notebook of code cells, not executed."""
    content = {
        "cells": [
            {
                "cell_type": "code", "id": f"cell-{i}", "metadata": {},
                "execution_count": None, "outputs": [], "source": source,
            }
            for i, source in enumerate(cells)
        ],
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip
    path.write_text(json.dumps(content))


@pytest.fixture(scope="module")
def open_notebook(lab: Lab, browser: Any) -> Iterator[Callable[..., Notebook]]:
    """`open_notebook(path)` opens a file that lies in `lab.folder`."""
    contexts = []

    def open_file(
        path: str, dark: bool = False, width: int = 1280, height: int = 1500, touch: bool = False
    ) -> Notebook:
        context = browser.new_context(viewport={"width": width, "height": height}, has_touch=touch)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(1000 * LIMIT)
        found = Notebook(page, lab, path)
        page.on("pageerror", lambda e: NOT_OURS.search(str(e)) or found.errors.append(str(e)))

        def stop(route: Any) -> None:
            found.outside.append(route.request.url)
            route.abort()

        page.route(OUTSIDE, stop)
        page.goto(f"{lab.url}/lab/workspaces/w{time.monotonic_ns()}/tree/{path}")
        page.wait_for_function(
            """() => { const panel = window.jupyterapp?.shell?.currentWidget;
                return panel?.content?.model?.cells && panel.sessionContext?.session?.kernel
                    && ['idle', 'busy'].includes(panel.sessionContext.session.kernel.status); }""",
            timeout=1000 * LIMIT,
        )
        # A theme is kept: what comes after a test in the dark would be in the dark as well.
        page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
            ".then(() => null)",
            f"JupyterLab {'Dark' if dark else 'Light'}",
        )
        page.wait_for_function(f"document.body.dataset.jpThemeLight === '{str(not dark).lower()}'")
        return found

    yield open_file
    for context in contexts:
        context.close()
    lab.stop_kernels()


@pytest.fixture(scope="module")
def notebook(lab: Lab, open_notebook: Callable[..., Notebook]) -> Callable[..., Notebook]:
    """`notebook(cells)` writes, opens and runs a notebook."""

    def run(cells: list[str], name: str = "test", **options: Any) -> Notebook:
        path = f"{name}-{time.monotonic_ns()}.ipynb"
        write_notebook(lab.folder / path, cells)
        found = open_notebook(path, **options)
        found.run_all()
        return found

    return run


def wait(page: Any, script: str) -> None:
    """Until a condition holds in the page."""
    page.wait_for_function(script)


def drag_finger(page: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A finger that goes down, moves in a few steps and is lifted. Needs a page with `touch`."""
    session = page.context.new_cdp_session(page)
    points = [
        {"x": start[0] + (end[0] - start[0]) * i / 6, "y": start[1] + (end[1] - start[1]) * i / 6}
        for i in range(7)
    ]
    for i, point in enumerate(points):
        kind = "touchMove" if i else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def run_cell(found: Notebook, index: int) -> None:
    """Start a cell; does not wait for it."""
    found.page.evaluate(
        "index => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = index; }", index
    )
    found.page.evaluate(
        "() => { window.jupyterapp.commands.execute('notebook:run-cell'); return null; }"
    )


def press_on_everything(found: Notebook, widget: str) -> None:
    """The keys that JupyterLab would take for itself, on every element that can hold the focus."""
    page, cells = found.page, found.count_cells()
    box = page.locator(widget)
    places = box.locator("button, input, textarea, summary, [tabindex]").count()
    assert places > 5
    for i in range(places):
        one = box.locator("button, input, textarea, summary, [tabindex]").nth(i)
        if not one.is_visible() or one.is_disabled():
            continue
        # A card that is just being drawn anew takes the focus a moment later.
        focus = functools.partial(
            one.evaluate, "e => { e.focus(); return document.activeElement === e; }"
        )
        found.until(focus, f"the focus on element {i} of {widget}")
        for key in "abxdd":
            page.keyboard.press(key)
    assert found.count_cells() == cells


def check_controls(page: Any, widget: str) -> None:
    """Every control has a name, and keeps its keys from the notebook."""
    nameless = page.locator(widget).evaluate(
        """root => [...root.querySelectorAll('button, input, textarea, select, iframe')].filter(e =>
            !(e.ariaLabel || e.title || e.textContent.trim() || e.labels?.[0]?.textContent.trim()))
            .map(e => e.outerHTML)"""
    )
    assert nameless == []
    unkept = page.locator(widget).evaluate(
        """root => [...root.querySelectorAll('button, input, textarea, summary, [tabindex]')]
            .filter(e => !e.hasAttribute('data-lm-suppress-shortcuts')).map(e => e.outerHTML)"""
    )
    assert unkept == []


def check_reopened_untrusted(
    found: Notebook, open_notebook: Callable[..., Notebook], pictures: int = 1
) -> None:
    """Saved with its outputs and opened as someone else's file: the pictures, and no blank."""
    path = found.save()
    found.until(lambda: "image/png" in path.read_text(), "pictures in the file")
    stored = json.loads(path.read_text())
    assert "widgets" not in stored["metadata"]
    for cell in stored["cells"]:
        cell["metadata"].pop("trusted", None)
    found.page.close()
    found.lab.stop_kernels()
    copy = found.lab.folder / f"untrusted-{time.monotonic_ns()}.ipynb"
    copy.write_text(json.dumps(stored))
    again = open_notebook(copy.name)
    again.page.wait_for_selector(f".jp-OutputArea img:visible >> nth={pictures - 1}")
    wait(
        again.page,
        "[...document.querySelectorAll('.jp-OutputArea img')].every(e => e.naturalWidth > 800)",
    )
    again.check_quiet()
