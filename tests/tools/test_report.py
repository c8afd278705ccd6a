"""The page of results: what a run measured is kept, marked by the claims, and shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gptedu.course.claims import above, at_least, claim
from gptedu.tools import last_runs, report
from gptedu.tools.execute import Run
from gptedu.tools.notebook import BuildError, Cost

ROOT = Path(__file__).resolve().parents[2]
SOURCE = """\
# %% [markdown]
# # 01 · A demonstration

# %%
from gptedu.course.claims import at_least, at_most, claim

claim("demo/gain", what="a gain", bar=at_least(99))(lambda gain: gain)(21.5)

# %%
claim("demo/loss", what="a loss", bar=at_most(2))(lambda loss: loss)(1.0)
"""


@claim("demo/gain", what="a | gain", paper="a | b", effect=above(0), bar=at_least(15), unit="%")
def gain(gain):
    return gain


@claim("demo/loss", what="a loss", paper="not measured", bar=at_least(0))
def loss(loss):
    return loss


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Chapters 01_demo and 02_other, whose claims are the two above."""
    made = tmp_path / "chapters"
    (made / "source").mkdir(parents=True)
    for name in ("01_demo", "02_other"):
        (made / "source" / f"{name}.py").write_text(SOURCE)
    monkeypatch.setattr(report, "claims_of", lambda slug: [gain, loss])
    return made


def measured(**figures: float | None) -> Run:
    claims = [
        {"id": f"demo/{name}", "figure": figure, "holds": figure is not None and figure > 0}
        for name, figure in figures.items()
    ]
    return Run(Cost(12.34, 0.5), claims, [])


def test_the_report_keeps_other_chapters_and_rewrites_the_page(folder, tmp_path, monkeypatch):
    kept, said = tmp_path / "claims.json", []
    runs = {"01_demo": measured(gain=21.5, loss=1.0), "02_other": measured(gain=20.0)}
    monkeypatch.setattr(report, "execute", lambda _, name, *__, **___: runs[name])

    def make(wanted: list[str] | None = None, **options: Any) -> bool:
        return report.report(wanted, folder=folder, kept=kept, say=said.append, **options)

    assert make()
    assert json.loads(kept.read_text()) == {
        "01_demo": {
            "seconds": 12.3,
            "gigabytes": 0.5,
            "figures": {"demo/gain": 21.5, "demo/loss": 1.0},
        },
        "02_other": {"seconds": 12.3, "gigabytes": 0.5, "figures": {"demo/gain": 20.0}},
    }
    page = (folder / "README.md").read_text()
    assert "## [01 · A demonstration](01_demo.ipynb)" in page
    assert "Run All took 12 s and 0.5 GB on two cores." in page
    assert "2 results: 1 ✓ agrees, 0 ≠ differs, 1 • ours, 0 ○ measured." in page
    row = r"| a \| gain<br><sub>`demo/gain`</sub> | a \| b | 21.5% | at least 15 | ✓ agrees |"
    assert page.count(row) == 1
    assert (
        "| a loss<br><sub>`demo/loss`</sub> | not measured | 1.00 | at least 0 | • ours |" in page
    )
    assert "## What each size of the family can do" in page

    runs["01_demo"] = measured(gain=None)
    assert not make(["01"])
    assert list(last_runs.read(kept)) == ["01_demo", "02_other"]
    page = (folder / "README.md").read_text()
    assert "| nan% | at least 15 | ✗ fails |" in page
    assert "20.0%" in page

    monkeypatch.setattr(report, "execute", lambda *_, **__: pytest.fail("it was run"))
    (folder / "README.md").unlink()
    assert make(run=False)
    assert (folder / "README.md").read_text() == page


def test_a_chapter_whose_claim_fails_is_run_to_its_end(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    said: list[str] = []
    kept = tmp_path / "claims.json"
    assert not report.report(["01"], folder=folder, kept=kept, say=said.append)
    run = last_runs.read(kept)["01_demo"]
    assert run.figures == {"demo/gain": 21.5, "demo/loss": 1.0}
    assert run.gigabytes > 0
    assert said[0].startswith("01_demo: 2 claims, 1 do not hold")
    assert "ClaimFailed: ✗ fails: a gain" in said[1]


def test_readme_shows_the_results_of_the_last_runs():
    """`gptedu report` writes both pages: neither may be edited by hand, or go stale."""
    folder, runs = ROOT / "chapters", last_runs.read()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert report.with_overview(readme, report.overview(folder, runs)) == readme
    rows = [line for line in report.overview(folder, runs).splitlines() if line.startswith("| [")]
    assert len(rows) == len(list(folder.glob("[0-9]*.ipynb")))  # the gallery is no chapter


def test_a_readme_without_markers_is_an_error():
    with pytest.raises(BuildError, match="has no <!-- chapters -->"):
        report.with_overview("# Title", "a table")
