"""AttentionExplorer at 12 layers x 12 heads x 128 tokens: size, elements, time.

`pytest tests/widgets/attention_explorer/test_browser_speed.py --record` writes what it measured to
assets/records/widgets/speed.json. Without it only what does not depend on the clock is required.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

from gptedu import records
from gptedu.records import Record
from gptedu.training.record import source_commit
from gptedu.widgets.base.widget import module
from tiny_models import view_modules

pytestmark = pytest.mark.browser

WHAT = "AttentionExplorer, 12 layers x 12 heads x 128 tokens, in JupyterLab and Chromium"
TARGETS = {
    "bytes_per_entry": 1.05,
    "elements": 500,
    "first_draw_seconds": 0.5,
    "click_to_answer_seconds": 0.3,
}
CELLS = [
    "from tiny_models import TinyLm\n"
    "from gptedu.widgets import AttentionExplorer\n"
    "lm = TinyLm(layers=12, heads=12, width=192, context=128)\n"
    "explorer = AttentionExplorer(lm, ' '.join(f'w{i % 50}' for i in range(127)))\n"
    "print(explorer.reading['layers'], explorer.reading['heads'],"
    " len(explorer.reading['pieces']), len(explorer.weights))",
    "explorer",
]
CLICK = """async ([layer, head]) => {
    const grid = document.querySelector('.ga-left .ga-over');
    const box = grid.getBoundingClientRect();
    const step = (box.width - 26) / 12;
    const at = { bubbles: true, clientX: box.left + 26 + (head + 0.4) * step,
                 clientY: box.top + 18 + (layer + 0.4) * step };
    grid.dispatchEvent(new MouseEvent('click', at));
    await new Promise(done => setTimeout(done, 300));
    const bars = document.querySelector('.gptedu-attention .gptedu-bars');
    const began = performance.now();
    const answered = new Promise(done => {
        const watch = new MutationObserver(() => {
            watch.disconnect();
            done(performance.now() - began);
        });
        watch.observe(bars, { childList: true });
    });
    grid.dispatchEvent(new MouseEvent('click', at));
    return answered;
}"""


def test_twelve_by_twelve_by_128(
    notebook: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    found = notebook(CELLS, "speed", height=1800)
    page = found.page
    page.wait_for_function("document.querySelector('.gptedu-attention')?.dataset.firstDraw")
    printed = page.locator(".jp-OutputArea-child pre").first.inner_text()
    layers, heads, time, size = map(int, printed.split())
    assert (layers, heads, time) == (12, 12, 128)
    bytes_per_entry = size / (layers * heads * time * time)
    elements = page.evaluate("document.querySelectorAll('.gptedu-attention *').length + 1")
    draw = float(page.locator(".gptedu-attention").get_attribute("data-first-draw")) / 1000
    clicks = []
    for i in range(7):
        clicks.append(page.evaluate(CLICK, [i + 2, 3]) / 1000)
        page.wait_for_function("() => !document.querySelector('.gptedu-busy')")
        page.wait_for_timeout(700)
    found.check_quiet()
    assert bytes_per_entry <= 1.05
    assert elements <= 500
    measured = {
        "bytes_per_entry": round(bytes_per_entry, 4),
        "elements": elements,
        "first_draw_seconds": round(draw, 3),
        "click_to_answer_seconds": {
            "median": round(median(clicks), 3),
            "best": round(min(clicks), 3),
            "all": [round(click, 3) for click in clicks],
        },
        "module_bytes": {name: len(module(file).encode()) for name, file in view_modules().items()},
    }
    print(json.dumps(measured, indent=2))
    if request.config.getoption("--record", default=False):
        machine = {
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
            "chromium": request.getfixturevalue("browser").version,
        }
        records.write(
            Record(
                experiment="speed",
                slug="widgets",
                seeds=[],
                seconds=None,
                commit=source_commit(),
                machine=machine,
                models={},
                settings={"what": WHAT, "targets": TARGETS},
                claims={},
                results=[measured],
            )
        )
        assert draw <= 0.5
        assert median(clicks) <= 0.3
