"""What all widgets do in a real JupyterLab, whatever they show; and shared.js by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from gptedu.widgets.base.png import legible, visible
from gptedu.widgets.base.widget import BASE

pytestmark = pytest.mark.browser

CELLS = [
    "from tiny_models import TEXT, TinyLm\n"
    "from gptedu.widgets import AttentionExplorer, TaskFormats, bertviz_view\n"
    "lm = TinyLm()",
    "explorer = AttentionExplorer(lm, TEXT, selected=(1, 2))\nexplorer",
    "formats = TaskFormats(lm)\nformats",
    "bertviz_view(lm, TEXT)",
    "bertviz_view(lm, TEXT, 'model', layers=[0, 1])",
]
WIDGETS = (".gptedu-attention", ".gptedu-formats", ".gptedu-bertviz")
PICTURES = ".jp-OutputArea-child img"


@pytest.fixture(scope="module")
def live(notebook: Callable[..., Any]) -> Any:
    found = notebook(CELLS, "widgets", height=3600)
    for selector in WIDGETS:
        found.page.wait_for_selector(selector, state="attached")
    return found


def test_run_all_mounts_every_widget(live: Any, request: pytest.FixtureRequest) -> None:
    page = live.page
    page.wait_for_function("document.querySelectorAll('.gptedu').length === 4")
    # The live view hides the picture before it, and only that one.
    page.wait_for_function(
        f"[...document.querySelectorAll('{PICTURES}')].every(i => i.offsetParent === null)"
    )
    assert page.locator(PICTURES).count() == 4
    assert page.locator(".gptedu-caption:visible").count() == 4
    # What only holds of a picture is not said above a live view.
    assert page.locator(".gptedu-still").count() == 4
    assert page.locator(".gptedu-still:visible").count() == 0
    assert "".join(page.locator(".ga-strip").inner_text().split("\n")).endswith("</script><b>x")
    assert page.locator(".gptedu-attention b:text-is('x')").count() == 0
    live.check_quiet()
    live.screenshot("widgets", request.config.getoption("--screenshots", default=None), "#main")


def test_keys_do_not_reach_the_notebook(live: Any) -> None:
    page, count = live.page, live.count_cells()
    stops = page.locator(
        ".gptedu button:visible, .gptedu textarea:visible, .gptedu select:visible, "
        ".gptedu [tabindex]:visible"
    )
    assert stops.count() >= 11
    for i in range(stops.count()):
        stop = stops.nth(i)
        assert stop.get_attribute("data-lm-suppress-shortcuts") == "true"
        stop.focus()
        for key in "abxdd":
            page.keyboard.press(key)
        assert live.count_cells() == count
    # A click on what is no control, as one does without thinking.
    for selector in WIDGETS:
        page.locator(selector).first.click(position={"x": 6, "y": 6})
        for key in "abxdd":
            page.keyboard.press(key)
        assert live.count_cells() == count
    assert live.count_cells() == count


def test_every_control_has_a_name(live: Any) -> None:
    nameless = live.page.evaluate(
        """() => [...document.querySelectorAll('.gptedu button, .gptedu textarea, .gptedu iframe, '
              + '.gptedu [tabindex]:not(.gptedu)')]
            .filter(n => !(n.getAttribute('aria-label') || n.title || n.closest('label')
                || n.innerText.trim())).map(n => n.outerHTML.slice(0, 80))"""
    )
    assert not nameless


def test_dark_theme(notebook: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    found = notebook(CELLS[:3], "dark", dark=True, height=2400)
    found.page.wait_for_selector(".gptedu-formats.gptedu-dark")
    found.page.wait_for_selector(".gptedu-attention.gptedu-dark")
    ink, paper = found.page.locator(".gptedu-formats").evaluate(
        "n => [getComputedStyle(n).color, getComputedStyle(n).backgroundColor]"
    )
    light, dark = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in (ink, paper))
    assert light > 600
    assert dark < 150
    found.check_quiet()
    found.settle()
    pictures = request.config.getoption("--screenshots", default=None)
    found.screenshot("dark", pictures, "#main")


def test_the_picture_in_the_file_follows_what_is_done(live: Any) -> None:
    """So that a notebook opened without its kernel shows the state that it was left in."""
    page = live.page
    page.locator(".ga-strip").focus()
    page.locator(".ga-over[tabindex='0']").focus()
    for key in ("ArrowUp", "Enter"):
        page.keyboard.press(key)
    shown = "window.jupyterapp.shell.currentWidget.content.model.cells.get(1).outputs.toJSON()"
    page.wait_for_function(f"JSON.stringify({shown}).includes('block 0, head 2 is shown large')")
    page.wait_for_timeout(1700)  # the last time that the new picture is looked for
    assert page.locator(f"{PICTURES}:visible").count() == 0
    live.check_quiet()


@pytest.mark.parametrize("trusted", [True, False])
def test_reopened_without_its_kernel(
    live: Any, open_notebook: Callable[..., Any], trusted: bool, request: pytest.FixtureRequest
) -> None:
    """The saved notebook, opened anew: a picture for every widget, trusted or not."""
    live.command("docmanager:save")
    path = live.lab.folder / live.path
    live.page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    name = live.path
    if not trusted:
        name = f"copy-{live.path}"
        # Another text, so that the signature of the saved one does not count.
        (path.parent / name).write_text(path.read_text().replace("lm = TinyLm()", "lm = None"))
    live.lab.stop_kernels()
    again = open_notebook(name, height=3600)
    again.page.wait_for_selector(PICTURES)
    seen = again.page.evaluate(
        "() => [...window.jupyterapp.shell.currentWidget.content.model.cells].map(c => c.trusted)"
    )
    assert all(seen) == trusted
    for shown in (PICTURES, ".gptedu-caption", ".gptedu-still"):
        four = again.page.locator(f"{shown}:visible")
        again.until(lambda some=four: some.count() == 4, f"four of {shown}")
    assert (
        again.page.get_by_text("model not found").filter(visible=True).count() == 0 or not trusted
    )
    again.check_quiet()
    pictures = request.config.getoption("--screenshots", default=None)
    again.screenshot(f"reopened-{'trusted' if trusted else 'untrusted'}", pictures, "#main")


# -------------------------------------------------------------------- shared.js by itself


@pytest.fixture(scope="module")
def shared(browser: Any) -> Any:
    """An empty page that knows shared.js, and a model that keeps what is sent to it."""
    page = browser.new_page()
    page.add_script_tag(content=(BASE / "shared.js").read_text(encoding="utf-8"))
    page.evaluate(
        """() => {
            window.start = () => {
                window.sent = [];
                window.done = [];
                window.settled = 0;
                const model = { send: (message) => sent.push(message) };
                window.asking = requests(model, () => "run it again.", () => (settled += 1));
                window.sent_names = () => sent.map((m) => m.requests.map((r) => r.do).join(" "));
            };
            start();
        }"""
    )
    yield page
    page.close()


def test_requests_go_one_message_at_a_time_and_none_is_lost(shared: Any) -> None:
    found = shared.evaluate(
        """() => {
            start();
            for (const name of ["a", "b", "c"])
                asking.ask(name, {}, { done: (ok) => done.push([name, ok]) });
            const first = sent_names();
            asking.hear({ id: "of another view", ok: [true] });
            asking.hear({ id: sent[0].id, ok: [true] });
            asking.ask("d", { x: 1 }, { when: { index: 3 } });
            const second = sent_names();
            asking.hear({ id: sent[1].id, ok: [false, true] });
            asking.hear({ id: sent[2].id, ok: [true] });
            const [third, last] = [sent_names(), sent[2]];
            return { first, second, third, last, done, settled, open: asking.open };
        }"""
    )
    assert found["first"] == ["a"]
    assert found["second"] == ["a", "b c"]
    assert found["third"] == ["a", "b c", "d"]
    assert found["done"] == [["a", True], ["b", False], ["c", True]]
    assert (found["settled"], found["open"]) == (3, False)
    assert found["last"]["requests"] == [{"do": "d", "with": {"x": 1}, "when": {"index": 3}}]


def test_of_a_slider_only_the_last_value_waits_and_the_order_stays(shared: Any) -> None:
    found = shared.evaluate(
        """() => {
            start();
            asking.ask("step");
            for (const t of [1, 2, 3]) asking.ask("settings", { t }, { instead: "t" });
            asking.ask("step");
            for (const t of [4, 5]) asking.ask("settings", { t }, { instead: "t" });
            const held = asking.held;
            asking.hear({ id: sent[0].id, ok: [true] });
            return [held, asking.held, sent[1].requests.map((r) => r.with.t ?? r.do)];
        }"""
    )
    assert found == [True, False, [3, "step", 5]]


def test_a_silent_kernel_is_said_and_nothing_is_held_back_then(shared: Any) -> None:
    shared.clock.install()
    shared.evaluate("start(); asking.ask('a'); asking.ask('b')")
    assert shared.evaluate("[asking.node.hidden, sent.length]") == [True, 1]
    shared.clock.run_for(6_100)
    assert shared.evaluate("[asking.node.hidden, sent_names()]") == [False, ["a", "b"]]
    assert "run it again." in shared.evaluate("asking.node.textContent")
    shared.evaluate("asking.ask('c')")
    assert shared.evaluate("sent_names()") == ["a", "b", "c"]
    # Its answers come after all, the last one first.
    shared.evaluate("asking.hear({ id: sent[2].id, ok: [true] })")
    assert shared.evaluate("[asking.node.hidden, asking.open]") == [True, False]
    shared.evaluate("asking.hear({ id: sent[0].id, ok: [true] })")
    shared.clock.run_for(10_000)
    assert shared.evaluate("asking.node.hidden")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " a\nb\t",
        "</script>",
        "\u200b\x00",
        "\u2028\u2029\r",
        "日本 😀",
        "a\u202eb",
        "\x85\x1c",
        "\ue000",
    ],
)
def test_text_is_shown_as_in_the_pictures(shared: Any, text: str) -> None:
    assert shared.evaluate("text => visible(text)", text) == visible(text)
    assert shared.evaluate("text => clean(text)", text) == legible(text)
