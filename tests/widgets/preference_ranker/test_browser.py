"""PreferenceRanker in a real JupyterLab: mouse, keys, ties, undo, a restart, five states."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter

from gptedu.rlhf.labels.comparisons import read
from gptedu.widgets.preference_ranker.board import make_cards

pytestmark = pytest.mark.browser

HOSTILE = "</script><b>x"
MADE = """
HOSTILE = "</script><b>x"
KINDS = ("The lamp is in the kitchen.", "In the kitchen. Thank you for asking, that was a very "
         "good question, and I hope that this long answer helps you.", "Ella.", HOSTILE)
items = [(f"The lamp is in the kitchen. Ella likes chess, {HOSTILE}, and number {i}.\\n"
          f"Please tell me: Where is lamp {i}?\\nReply:", [f" {kind} ({i})" for kind in KINDS])
         for i in range(50)]
"""
HELD = "import pathlib, time\nwhile pathlib.Path('hold').exists(): time.sleep(0.02)\n"
"""What goes on only while there is no file named `hold` beside the notebook."""
FIT = f"HELD = {HELD!r}\ndef fit(c):\n    exec(HELD)\n    return 1 - 0.5 / len(c)\n"
SHOW = (
    "from gptedu.widgets import PreferenceRanker\n"
    "ranker = PreferenceRanker(items, '{file}', on_ranked=fit, seed=3)\nranker"
)
WIDGET = ".gptedu-preference_ranker"
BOARD = f"{WIDGET} .pr-board"


def made() -> list[tuple[str, list[str]]]:
    """The items as the notebook makes them."""
    scope: dict[str, Any] = {}
    exec(MADE, scope)
    return scope["items"]


def wait(page: Any, script: str) -> None:
    page.wait_for_function(script)


def ranked(page: Any, count: int) -> None:
    wait(page, f"document.querySelector('.pr-progress')?.ariaValueNow === '{count}'")


def rows(page: Any) -> list[list[str]]:
    """The numbers of the answers in each row."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.pr-full')].map(row =>
            [...row.querySelectorAll('.pr-badge')].map(b => b.textContent))"""
    )


def wait_rows(page: Any, expected: list[list[str]]) -> None:
    found = """[...document.querySelectorAll('.pr-full')].map(row =>
        [...row.querySelectorAll('.pr-badge')].map(b => b.textContent))"""
    wait(page, f"JSON.stringify({found}) === '{json.dumps(expected, separators=(',', ':'))}'")


@pytest.fixture
def live(notebook: Callable[..., Any], lab: Any) -> Callable[..., Any]:
    def start(**options: Any) -> Any:
        file = f"rankings-{time.monotonic_ns()}.jsonl"
        cells = [MADE + FIT, SHOW.format(file=file)]
        found = notebook(cells, **options)
        found.page.wait_for_selector(f"{WIDGET} .pr-card")
        found.file = lab.folder / file
        return found

    return start


@pytest.fixture
def hold(lab: Any) -> Iterator[Path]:
    """The file that holds the kernel up while it is there."""
    yield lab.folder / "hold"
    (lab.folder / "hold").unlink(missing_ok=True)


def ranks_of(record: Any, index: int) -> list[int]:
    """The ranks in the order in which the answers stand on the screen."""
    return [record.ranks[answer] for answer in make_cards(made(), 3)[index].order]


def restart(found: Any) -> None:
    found.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )
    wait(
        found.page,
        "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'",
    )


def test_fifty_rankings_by_keyboard_are_fifty_records(live: Any, request: Any) -> None:
    shots = request.config.getoption("--screenshots", default=None)
    found = live()
    page, draw, expected = found.page, random.Random(1), []
    # Text shows as itself, and nothing of it became an element.
    assert HOSTILE in page.locator(".pr-text").inner_text()
    assert page.locator(".pr-request").first.inner_text() == "Please tell me: Where is lamp 0?"
    assert sum(HOSTILE in words for words in page.locator(".pr-answer").all_inner_texts()) == 1
    assert page.locator(f"{WIDGET} .pr-card b, {WIDGET} .pr-prompt b").count() == 0
    wait(page, "document.querySelectorAll('.jp-OutputArea img').length === 1")
    assert page.locator(".jp-OutputArea img:visible").count() == 0
    found.screenshot("ranker_first", shots, WIDGET)

    page.locator(BOARD).focus()
    for index in range(50):
        if index == 23:
            page.keyboard.press("3")
            wait_rows(page, [["3"]])
            restart(found)  # with one answer placed, and 23 rankings confirmed
            assert len(read(found.file)) == 23
            found.run_all()
            ranked(page, 23)
            assert rows(page) == []
            page.locator(BOARD).focus()
        order = draw.sample("1234", 4)
        ranks = [order.index(str(place)) + 1 for place in range(1, 5)]
        how = index % 5
        if how == 1:  # a tie by t, in the middle
            keys = [*order[:2], "t", *order[2:]]
            ranks = [{1: 1, 2: 1, 3: 2, 4: 3}[rank] for rank in ranks]
        elif how == 2:  # a tie by Shift and the digit, at the end
            keys = [*order[:3], f"Shift+Digit{order[3]}"]
            ranks = [min(rank, 3) for rank in ranks]
        elif how == 3:  # a slip, undone
            keys = [order[3], "u", order[0], order[1], "Backspace", *order[1:], "Enter"]
        elif how == 4:  # a tie of the last two, after the ranking was recorded
            keys = [*order, "="]
            ranks = [min(rank, 3) for rank in ranks]
        else:
            keys = order
        expected.append(ranks)
        for key in keys:
            page.keyboard.press(key)
        if index % 10 == 9:
            ranked(page, index + 1)
            held = page.evaluate("document.activeElement.className")
            assert held == ("pr-over" if index == 49 else "pr-board")
    page.wait_for_selector(".pr-recorded:has-text('=')")  # the last tie came after the last record
    page.wait_for_selector(".pr-over:visible")
    assert "Every prompt is ranked" in page.locator(".pr-over").inner_text()
    records = read(found.file)
    written = [line for line in found.file.read_text().splitlines() if line.strip()]
    assert len(records) == len(written) == 50  # one undone leaves a blank line
    for index, (record, ranks) in enumerate(zip(records, expected, strict=True)):
        assert (record.prompt, list(record.answers)) == made()[index]
        assert ranks_of(record, index) == ranks, index
        assert record.labeler == "you"
    wait(page, "document.querySelector('.pr-words').textContent.includes('after 50 rankings')")
    assert page.locator(".pr-value").inner_text() == "99%"
    found.screenshot("ranker_done", shots, WIDGET)

    # The last one back, through the records of this life and the one before.
    page.locator(".pr-over").focus()
    page.keyboard.press("u")  # the tie alone
    page.wait_for_selector(".pr-recorded:not(:has-text('='))")
    assert len(read(found.file)) == 50
    page.keyboard.press("u")
    ranked(page, 49)
    assert len(read(found.file)) == 49
    assert page.evaluate("document.activeElement.classList.contains('pr-board')")
    assert found.count_cells() == 2
    found.check_quiet()


def box_of(page: Any, selector: str) -> dict[str, float]:
    """Where an element stands, once it stands still: a board may be drawn anew at any time."""
    return page.wait_for_function(
        """selector => new Promise(done => {
            const where = () => document.querySelector(selector)?.getBoundingClientRect().toJSON();
            const before = where();
            requestAnimationFrame(() => requestAnimationFrame(() => {
                const now = where();
                done(now?.width && JSON.stringify(now) === JSON.stringify(before) ? now : null);
            })); })""",
        arg=selector,
    ).json_value()


def drag(page: Any, source: str, x: float, y: float, let_go: bool = True) -> None:
    box = box_of(page, source)
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2 + 5)
    page.mouse.move(x, y, steps=6)
    if let_go:
        page.mouse.up()


def place(page: Any, selector: str, share: float) -> tuple[float, float]:
    box = box_of(page, selector)
    return box["x"] + box["width"] / 2, box["y"] + share * box["height"]


def test_a_sitting_with_the_mouse(live: Any, request: Any) -> None:
    shots = request.config.getoption("--screenshots", default=None)
    found = live()
    page = found.page

    def card(number: int) -> str:
        return f".pr-answers .pr-card:nth-child({number})"

    drag(page, card(3), *place(page, ".pr-next", 0.5))
    wait_rows(page, [["3"]])
    page.locator(card(1)).click()
    wait_rows(page, [["3"], ["1"]])
    # Between two rows, onto a row, and from the ladder back home.
    drag(page, card(4), *place(page, ".pr-full:nth-child(2)", 0.1), let_go=False)
    assert page.locator(".pr-before").count() == 1
    page.mouse.up()
    wait_rows(page, [["3"], ["4"], ["1"]])
    drag(page, card(1), *place(page, ".pr-full:nth-child(1)", 0.5), let_go=False)
    assert page.locator(".pr-onto").count() == 1
    found.screenshot("ranker_dragging", shots, WIDGET)
    page.mouse.up()
    wait_rows(page, [["3", "1"], ["4"]])
    drag(page, ".pr-full:nth-child(2) .pr-chip", *place(page, card(2), 0.5))
    wait_rows(page, [["3", "1"]])
    # A drag that ends nowhere, and one that Escape ends, change nothing.
    drag(page, card(2), *place(page, ".pr-prompt", 0.2))
    drag(page, card(2), *place(page, ".pr-next", 0.5), let_go=False)
    page.keyboard.press("Escape")
    page.mouse.up()
    found.settle()
    assert rows(page) == [["3", "1"]]
    assert page.locator(".pr-ghost, .pr-into, .pr-onto").count() == 0
    page.locator(card(1)).click()  # placed: a click takes it back
    wait_rows(page, [["3"]])
    page.locator(card(1)).click(modifiers=["Shift"])
    wait_rows(page, [["3", "1"]])
    page.locator(card(2)).click()
    found.screenshot("ranker_placed", shots, WIDGET)
    page.locator(card(4)).click()
    ranked(page, 1)
    (record,) = read(found.file)
    assert ranks_of(record, 0) == [1, 2, 1, 3]
    assert "Recorded: 3 = 1, then 2, then 4" in page.locator(".pr-recorded").inner_text()

    page.get_by_role("button", name="Undo").click()
    wait_rows(page, [["3", "1"], ["2"]])
    assert read(found.file) == []
    page.locator(card(4)).click()
    ranked(page, 1)
    page.get_by_role("button", name="Skip").click()
    wait(page, "document.querySelector('.pr-request').textContent.includes('lamp 2')")
    page.get_by_role("button", name="Take back the 1 skipped").click()
    wait(page, "document.querySelector('.pr-done').textContent.includes('skipped') === false")
    found.check_quiet()


def test_keys_names_and_themes(live: Any, request: Any) -> None:
    shots = request.config.getoption("--screenshots", default=None)
    found = live(dark=True, width=700)
    page, cells = found.page, found.count_cells()
    assert "gptedu-dark" in page.locator(WIDGET).get_attribute("class")
    page.locator(BOARD).focus()
    for key in "1234", "12", "t":
        for each in key:
            page.keyboard.press(each)
    wait_rows(page, [["1", "2"]])
    found.screenshot("ranker_dark_700", shots, WIDGET)
    wide = page.locator(WIDGET).evaluate("n => [n.scrollWidth, n.clientWidth]")
    assert wide[0] <= wide[1]
    focusable = "button, input, textarea, summary, [tabindex]"
    places = page.locator(WIDGET).locator(focusable)
    assert places.count() >= 8
    for i in range(places.count()):
        one = places.nth(i)
        assert one.get_attribute("data-lm-suppress-shortcuts") == "true"
        if not one.is_visible():
            continue
        one.focus()
        for key in "abxdd":
            page.keyboard.press(key)
    page.locator(WIDGET).click(position={"x": 4, "y": 4})
    for key in "abxdd":
        page.keyboard.press(key)
    assert found.count_cells() == cells
    nameless = page.locator(WIDGET).evaluate(
        """root => [...root.querySelectorAll('button, [tabindex]')].filter(e => e.offsetParent
            && !(e.ariaLabel || e.textContent.trim())).map(e => e.outerHTML)"""
    )
    assert nameless == []
    assert rows(page) == [["1", "2"]]
    # A text that scrolls takes the focus from Tab, in Chromium, and keeps the keys too.
    page.locator(".pr-text").evaluate("e => { e.style.maxHeight = '10px'; }")
    page.locator(WIDGET).click(position={"x": 4, "y": 4})
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "pr-text"
    for key in "abxdd":
        page.keyboard.press(key)
    assert found.count_cells() == cells
    assert page.locator(WIDGET).count() == 1

    # Tab reaches the board and then the cards; Enter on a card places it, and the focus stays.
    page.locator(BOARD).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.key") == "card 2"
    page.keyboard.press("Enter")
    wait_rows(page, [["1", "2"], ["3"]])
    assert page.evaluate("document.activeElement.dataset.key") == "card 2"
    assert "Placed: 1 = 2, then 3." in page.locator(f"{WIDGET} > [role=status]").inner_text()
    page.keyboard.press("7")
    page.wait_for_selector(f"{WIDGET} [role=alert]:has-text('choose 1 to 4')")
    found.screenshot("ranker_error", shots, WIDGET)
    page.keyboard.press("u")
    page.wait_for_selector(f"{WIDGET} .gptedu-error", state="hidden")
    found.check_quiet()


def test_a_number_pressed_beside_the_board_says_how(live: Any, request: Any) -> None:
    """With the cell chosen, and not the board, 2 would make a heading of the cell."""
    found = live()
    page = found.page
    page.evaluate(
        """() => { const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = 1; notebook.mode = 'command'; notebook.activate(); }"""
    )
    wait(page, f"!document.querySelector('{WIDGET}').contains(document.activeElement)")
    page.keyboard.press("2")
    page.wait_for_selector(".pr-lost:visible")
    found.screenshot("ranker_lost", request.config.getoption("--screenshots"), WIDGET)
    assert rows(page) == []
    kinds = "[...window.jupyterapp.shell.currentWidget.content.model.cells].map(c => c.type)"
    assert page.evaluate(kinds) == ["code", "code"]
    page.keyboard.press("2")
    wait_rows(page, [["2"]])
    assert not page.locator(".pr-lost").is_visible()
    found.check_quiet()


def test_what_was_ranked_is_in_the_picture_of_the_saved_file(live: Any) -> None:
    found = live()
    found.page.locator(BOARD).focus()
    for key in "1234":
        found.page.keyboard.press(key)
    ranked(found.page, 1)
    path = found.save()
    found.until(lambda: found.save() and "1 of 50 prompts ranked" in path.read_text(), "a picture")
    found.check_quiet()


def test_a_reward_model_that_takes_long_holds_nobody_up(live: Any, hold: Path) -> None:
    found = live()
    page = found.page
    page.locator(BOARD).focus()
    hold.touch()
    for _ in range(6):
        for key in "1234":
            page.keyboard.press(key)
    ranked(page, 6)
    assert len(read(found.file)) == 6
    hold.unlink()
    wait(page, "document.querySelector('.pr-words').textContent.includes('after 6 rankings')")
    assert page.locator(".pr-value").inner_text() == "92%"
    found.check_quiet()


def test_a_kernel_that_is_busy_answers_and_one_that_is_gone_is_said(live: Any, hold: Path) -> None:
    found = live()
    page = found.page
    hold.touch()
    page.evaluate(
        """code => { window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
            .requestExecute({code}); }""",
        HELD,
    )
    wait(
        page, "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status==='busy'"
    )
    page.locator(BOARD).focus()
    for key in "1234":
        page.keyboard.press(key)
    ranked(page, 1)
    restart(found)
    page.keyboard.press("2")
    page.wait_for_selector(".gptedu-quiet:visible")
    assert found.file.name in page.locator(".gptedu-quiet").inner_text()
    assert len(read(found.file)) == 1


def sanitised_pages(path: Path) -> list[str]:
    stored = nbformat.read(path, 4)
    return [
        HTMLExporter(sanitize_html=clean).from_notebook_node(stored)[0] for clean in (False, True)
    ]


def test_reopened_trusted_untrusted_and_without_javascript(
    live: Any, lab: Any, open_notebook: Callable[..., Any], browser: Any, request: Any
) -> None:
    shots = request.config.getoption("--screenshots", default=None)
    found = live()
    path = found.save()
    wait(found.page, "!window.jupyterapp.shell.currentWidget.context.model.dirty")
    stored = json.loads(path.read_text())
    assert "widgets" not in stored["metadata"]
    found.page.close()
    lab.stop_kernels()
    copy = lab.folder / f"untrusted-{time.monotonic_ns()}.ipynb"
    # Another text, so that the signature of the saved one does not count.
    copy.write_text(path.read_text().replace("seed=3", "seed=4"))
    for name, trusted in ((path.name, True), (copy.name, False)):
        again = open_notebook(name)
        again.page.wait_for_selector(".jp-OutputArea img:visible")
        wait(again.page, "document.querySelector('.jp-OutputArea img').naturalWidth > 800")
        seen = again.page.evaluate(
            "[...window.jupyterapp.shell.currentWidget.content.model.cells].map(c => c.trusted)"
        )
        assert all(seen) == trusted
        assert again.page.locator(".gptedu-caption:visible").count() == 1
        again.screenshot(f"ranker_{'' if trusted else 'un'}trusted", shots, "#main")
        again.check_quiet()
        again.page.close()
        lab.stop_kernels()
    for html in sanitised_pages(path):
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.route(re.compile("^https?:"), lambda route: route.abort())
        page.set_content(html, wait_until="domcontentloaded")
        image = page.locator("img").first
        assert image.is_visible()
        assert image.evaluate("e => e.getBoundingClientRect().width") > 400
        assert "to be ranked from best to worst" in page.locator("body").inner_text()
        context.close()
