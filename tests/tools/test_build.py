"""From a source to a stored notebook, on a chapter made for the test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest

from gptedu.tools import notebook as nb
from gptedu.tools.build import add_pictures, build, check_one, shorten
from gptedu.tools.execute import Run
from gptedu.tools.notebook import WIDGET_VIEW, BuildError, Cost

ROOT = Path(__file__).resolve().parents[2]
SOURCE = """\
# %% [markdown]
# # 01 · A demonstration
#
# A chapter for a test.

# %%
import sys
from tqdm import tqdm
from gptedu.course import Quiz, predict, question, reveal
from gptedu.course.claims import at_least, claim

# %%
predict("gpt1/x", "How many points?", between=(0, 60), unit="points")
for step in tqdm(range(3), "Training"):
    print("step", step)

# %%
import random
gain = 20 + random.random()
reveal("gpt1/x", gain)
state = claim("demo/gain", what="a gain", bar=at_least(15), unit="points", paper="14.8")
state(lambda gain: gain)(gain)

# %%
print("counted 42 words")

# %%
Quiz("demo", question("?", "a", {"b": "Not b."}, "Since a.")).show()
"""


def _folder(tmp_path: Path, source: str = SOURCE) -> Path:
    (tmp_path / "source").mkdir(parents=True)
    (tmp_path / "source" / "01_demo.py").write_text(source)
    return tmp_path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of chapters with one built chapter, and the settings of the real one."""
    folder = _folder(tmp_path_factory.mktemp("course") / "chapters")
    for name in ("conftest.py", "sanitise.cfg"):
        shutil.copy(ROOT / "chapters" / name, folder / name)
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        build(folder=folder, say=lambda line: None)
    finally:
        os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)
    return folder


def _read(folder: Path) -> Any:
    return nbformat.read(folder / "01_demo.ipynb", as_version=4)


def _compare(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Plain `pytest --nbval chapters/`, as someone would run it."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull),
            *("--nbval", f"--nbval-sanitize-with={folder / 'sanitise.cfg'}", str(folder)),
        ],
        # Where CI is set, pytest prints each failure a second time in its summary.
        env={k: v for k, v in os.environ.items() if k != "CI"}
        | {"PYTHONPATH": str(ROOT)}
        | environment,
        capture_output=True,
        text=True,
        cwd=folder.parent,
    )


def test_a_built_notebook_is_executed_and_holds_nothing_dead(built: Path) -> None:
    stored = _read(built)
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.outputs]
    assert all(cell.execution_count for cell in code)
    assert not any(output.get("name") == "stderr" for output in outputs)
    assert not any(WIDGET_VIEW in output.get("data", {}) for output in outputs)
    assert "widgets" not in stored.metadata
    assert "• ours: a gain: " in str(outputs)
    nbformat.validate(stored)


@pytest.mark.parametrize("kind", ["HTML", "Slides", "Markdown"])
def test_a_built_notebook_is_exported_without_a_warning(built: Path, kind: str) -> None:
    exporters = pytest.importorskip("nbconvert.exporters")
    assert all(
        output.get("data", True)
        for cell in _read(built).cells[1:]
        for output in cell.get("outputs", ())
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        page, _ = getattr(exporters, f"{kind}Exporter")().from_notebook_node(_read(built))
    assert "How many points?" in page


def test_outputs_without_content_are_dropped_and_no_other() -> None:
    view = {WIDGET_VIEW: {"model_id": "1"}}
    new = nbformat.v4.new_output
    outputs = [
        new("display_data", data=view),
        new("display_data", data={}),
        new("execute_result", data=view, execution_count=1),
        new("display_data", data={**view, "text/plain": "kept"}, metadata=view),
        new("stream", name="stdout", text="one "),
        new("display_data", data=view),
        new("stream", name="stdout", text="two"),
        new("error", ename="ValueError", evalue="no", traceback=[]),
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=outputs)])
    assert nb.differences(notebook, notebook)[-1].endswith("outputs without content")
    assert nb.strip(notebook) == []
    plain, text, error = notebook.cells[0].outputs
    assert (plain.data, plain.metadata) == ({"text/plain": "kept"}, {})
    assert (text.text, error.ename) == ("one two", "ValueError")
    assert "content" not in str(nb.differences(notebook, notebook))


def test_code_that_only_stands_in_the_way_is_folded_away(built: Path) -> None:
    hidden = [
        cell.source.split("(")[0]
        for cell in _read(built).cells
        if cell.metadata.get("jupyter", {}).get("source_hidden")
        and "setup" not in cell.metadata.get("tags", [])
    ]
    assert hidden == ["predict"]


def test_the_title_has_links_and_the_cost(built: Path) -> None:
    title = _read(built).cells[0].source
    assert title.startswith("# 01 · A demonstration\n")
    assert "blob/main/chapters/01_demo.ipynb" in title
    assert "labpath=gptedu-course%2F01_demo.ipynb" in title
    cost = nb.read_cost(title)
    assert cost is not None
    assert cost.gigabytes > 0
    assert title.endswith("A chapter for a test.")


def test_the_setup_cell_does_nothing_but_on_colab(built: Path) -> None:
    setup = _read(built).cells[1]
    assert "setup" in setup.metadata.tags
    assert setup.outputs == []
    ran: list[list[str]] = []
    fake = type("subprocess", (), {"run": staticmethod(lambda command, check: ran.append(command))})
    modules = dict(sys.modules)
    try:
        sys.modules["subprocess"] = fake  # type: ignore[assignment]
        exec(setup.source, {})
        assert ran == []
        sys.modules["google.colab"] = fake  # type: ignore[assignment]
        exec(setup.source.replace("/tmp/pins.txt", str(built / "pins.txt")), {})
    finally:
        sys.modules.clear()
        sys.modules.update(modules)
    assert ran[0][-1].startswith("gptedu @ git+https://")
    pins = (built / "pins.txt").read_text().split()
    assert [pin.split("==")[0] for pin in pins] == ["torch", "numpy"]  # they stay as they are


def test_a_cost_beyond_the_budget_is_said() -> None:
    budget = Cost(120, 1.2)
    assert Cost(120, 1.2).over(budget) == ""
    assert Cost(247, 1.1).over(budget) == " (more than 120 s)"
    assert Cost(3, 1.4).over(budget) == " (more than 1.2 GB)"
    assert f"03: {Cost(130, 2)}{Cost(130, 2).over(budget)}" == (
        "03: 130 s, 2.00 GB (more than 120 s and 1.2 GB)"
    )


def test_a_chapter_beyond_its_budget_passes_and_is_said(built: Path) -> None:
    file = built / "conftest.py"
    text = file.read_text()
    try:
        file.write_text(text + "\n\nBUDGET = Cost(0.0, 0.0)\n")
        done = _compare(built, CI="true")
    finally:
        file.write_text(text)
    assert done.returncode == 0, done.stdout
    assert "(more than 0 s and 0 GB)" in done.stdout


def test_nbval_accepts_another_run_and_refuses_another_result(built: Path, tmp_path: Path) -> None:
    done = _compare(built)
    assert done.returncode == 0, done.stdout
    assert "what the chapters cost" in done.stdout
    # The measured number differs at each run (it is random); a word or a count may not.
    other = tmp_path / "other"
    shutil.copytree(built, other)
    stored = _read(other)
    for cell in (cell for cell in stored.cells if cell.cell_type == "code"):
        for output in cell.outputs:
            if "text" in output:
                output.text = output.text.replace("at least 15", "at least 14").replace("42", "43")
    nbformat.write(stored, other / "01_demo.ipynb")
    done = _compare(other)
    assert done.returncode == 1, done.stdout
    assert done.stdout.count("Cell outputs differ") == 2, done.stdout
    assert "2 failed" in done.stdout


def test_check_sees_what_differs(built: Path, tmp_path: Path) -> None:
    source = built / "source" / "01_demo.py"
    assert check_one(source, built) == []
    build(check=True, folder=built, say=lambda line: None)

    folder = _folder(tmp_path, SOURCE.replace("42", "43"))
    source = folder / "source" / "01_demo.py"
    assert check_one(source, folder) == ["01_demo.ipynb is not there"]
    shutil.copy(built / "01_demo.ipynb", folder)
    assert "cell 5 differs" in check_one(source, folder)[0]
    source.write_text(SOURCE + "\n# %%\n1\n")
    assert "the source makes 8 cells, the notebook has 7" in check_one(source, folder)[0]
    with pytest.raises(BuildError, match="run `gptedu build`"):
        build(check=True, folder=folder)

    source.write_text(SOURCE.replace("# %%\nQuiz", '# %% tags=["x"]\nQuiz'))
    assert "other tags" in check_one(source, folder)[0]
    source.write_text(SOURCE)
    stored = _read(folder)
    stored.cells[2].execution_count = None
    stored.metadata["widgets"] = {}
    nbformat.write(stored, folder / "01_demo.ipynb")
    found = str(check_one(source, folder))
    assert "was not executed" in found
    assert "widget state" in found
    text = (folder / "01_demo.ipynb").read_text()
    (folder / "01_demo.ipynb").write_text(text + " " * 1_000_001)
    assert "MB" in str(check_one(source, folder))


def test_a_failing_cell_stops_the_build_and_names_the_chapter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    folder = _folder(tmp_path, "# %% [markdown]\n# # 01\n\n# %%\n1 / 0\n")
    with pytest.raises(BuildError, match=r"chapter 01_demo stops:(.|\n)*ZeroDivisionError"):
        build(folder=folder)
    assert not (folder / "01_demo.ipynb").exists()


def test_a_notebook_that_is_too_large_is_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("gptedu.tools.build.execute", lambda *_, **__: Run(Cost(1, 0.1), [], []))
    folder = _folder(tmp_path, f"# %% [markdown]\n# # 01\n#\n# {'x' * 1_100_000}\n")
    with pytest.raises(BuildError, match=r"1\.10 MB"):
        build(folder=folder)
    assert not (folder / "01_demo.ipynb").exists()


def test_a_source_has_to_start_with_a_title(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "# %%\nprint(1)\n")
    with pytest.raises(BuildError, match="first line is '# …'"):
        nb.read_source(folder / "source" / "01_demo.py")


def test_chapters_are_picked_by_number_or_name(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "source" / "02_other.py").write_text(SOURCE)
    names = lambda wanted: [path.stem for path in nb.sources(folder, wanted)]  # noqa: E731
    assert names(None) == ["01_demo", "02_other"]
    assert names(["2"]) == names(["02"]) == names(["02_other"]) == ["02_other"]
    with pytest.raises(ValueError, match="it has 01_demo, 02_other"):
        names(["3"])


def test_a_chapter_in_preparation_is_built_by_name_alone(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(nb, "IN_PREPARATION", {"other"})
    folder = _folder(tmp_path)
    (folder / "source" / "02_other.py").write_text(SOURCE)
    assert [path.stem for path in nb.sources(folder)] == ["01_demo"]
    assert [path.stem for path in nb.sources(folder, ["2"])] == ["02_other"]


def test_numbers_of_plots_are_stored_in_six_digits() -> None:
    figure = {
        "data": [{"type": "scatter", "x": [0.4000000059604645, 3, None], "name": "1.23456789"}],
        "layout": {"height": 440.5},
    }
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("plot()")])
    notebook.cells[0].outputs = [nbformat.v4.new_output("display_data", {nb.PLOTLY: figure})]
    shorten(notebook)
    stored = notebook.cells[0].outputs[0].data[nb.PLOTLY]
    assert stored["data"] == [{"type": "scatter", "x": [0.4, 3, None], "name": "1.23456789"}]
    assert stored["layout"] == {"height": 440.5}


def test_without_a_browser_plots_keep_their_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setattr("shutil.which", lambda name: None)
    plot = nbformat.v4.new_output("display_data", data={nb.PLOTLY: {"data": [], "layout": {}}})
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=[plot])])
    count, missing = add_pictures(made)
    assert count == 0
    assert "BROWSER_PATH" in missing
    assert list(plot.data) == [nb.PLOTLY]
