"""`gptedu report`: what the chapters measured, beside the papers' figures, in chapters/README.md.

README.md gets one result a chapter, between two markers.

A chapter's figures are those of its last run: `gptedu build` and `gptedu report` keep them in
``assets/claims.json``. All that is said of them comes from the chapter's claims.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from gptedu import console, records
from gptedu.chapters import claims_of, headline_of
from gptedu.course.claims import MEANING, SIGNS, Claim, Result
from gptedu.tools import last_runs, readiness
from gptedu.tools import notebook as nb
from gptedu.tools.execute import execute
from gptedu.tools.last_runs import LastRun
from gptedu.tools.measure import FAMILY

TITLE = """\
# The chapters, and what they measured

This page is made by `gptedu report`. Each row is one result: what was measured, the paper's figure,
ours, and the bar that was set before the final runs. What the difference in scale explains is said
at the end of each chapter. The mark follows from the direction of the paper's effect and from the
bar, over all seeds that were recorded (`assets/records/`):
"""
OVERVIEW = ("<!-- chapters -->", "<!-- /chapters -->")
UNITS = """\
Points are out of 100, except those of a score or a reward in chapter 4, which have scales of their
own. A *true score* is what its simulated labeler really thinks of a reply. A row's formula stands
under its id in `gptedu/chapters/<slug>/claims.py`."""


def report(
    wanted: list[str] | None = None,
    *,
    run: bool = True,
    folder: Path | None = None,
    kept: Path | None = None,
    say: Callable[[str], None] = console.say,
) -> bool:
    """Run the chapters and write chapters/README.md; True where all ran and every claim holds.

    wanted: chapters by number or name; the others keep their figures. run: whether to run them;
    else what the last build measured is shown. folder, kept: default to the checkout's chapters and
    its `last_runs`.
    """
    folder = folder or nb.chapters_folder()
    good = True
    for source in nb.sources(folder, wanted) if run else ():
        done = execute(nb.read_source(source), source.stem, folder, stop_at_error=False)
        last_runs.keep(source.stem, done, kept)
        failed = [claim["id"] for claim in done.claims if not claim["holds"]]
        good = good and not failed and not done.errors
        say(
            f"{source.stem}: {len(done.claims)} claims, {len(failed)} do not hold; "
            f"{done.cost.seconds:.0f} s, {done.cost.gigabytes:.2f} GB"
        )
        for error in done.errors:
            say(f"  {error}")
    runs = last_runs.read(kept)
    (folder / "README.md").write_text(page(folder, runs), encoding="utf-8")
    if (readme := folder.parent / "README.md").exists():
        text = readme.read_text(encoding="utf-8")
        readme.write_text(with_overview(text, overview(folder, runs)), encoding="utf-8")
    return good


def with_overview(readme: str, table: str) -> str:
    """README's text with `table` between its markers. Raises BuildError where there are none."""
    before, start, rest = readme.partition(OVERVIEW[0])
    _, end, after = rest.partition(OVERVIEW[1])
    if not (start and end):
        raise nb.BuildError(f"README.md has no {OVERVIEW[0]} … {OVERVIEW[1]}: put them back")
    return f"{before}{start}\n{table}\n{end}{after}"


def overview(folder: Path, runs: Mapping[str, LastRun]) -> str:
    """One row a chapter: its title, the result that stands for it, and links to run it."""
    rows = ["| chapter | one of its results | paper | without installing |", "|---|---|---|---|"]
    for source in nb.sources(folder):
        run = runs.get(source.stem)
        slug = nb.slug(source)
        claims = [claim for claim in claims_of(slug) if claim.id == headline_of(slug)]
        result = paper = "–"
        for each in results_of(claims, run.figures) if run else ():
            result = f"{each.claim.what}: {each.ours} ({each.marked})"
            paper = each.claim.paper or "–"
        links = " · ".join(f"[{name}]({link})" for name, link in nb.links(source.stem).items())
        chapter = f"[{title(source)}](chapters/{source.stem}.ipynb)"
        rows.append(f"| {chapter} | {result} | {paper} | {links} |")
    legend = "; ".join(f"{SIGNS[mark]} {mark}: {words}" for mark, words in MEANING.items())
    return "\n".join([*rows, "", f"{legend}."])


def page(folder: Path, runs: Mapping[str, LastRun]) -> str:
    """The whole of chapters/README.md, of the chapters whose figures are at hand."""
    marks = "\n".join(f"- {SIGNS[mark]} *{mark}*: {words}" for mark, words in MEANING.items())
    parts = [TITLE, marks, "", UNITS]
    for source in nb.sources(folder):
        if (run := runs.get(source.stem)) is not None:
            parts += ["", f"## [{title(source)}]({source.stem}.ipynb)", "", chapter(source, run)]
    family = records.read(FAMILY, "readiness")
    parts += ["", "## What each size of the family can do", "", readiness.INTRODUCTION]
    return "\n".join([*parts, "", readiness.table(family), ""])


def title(source: Path) -> str:
    """A chapter's first heading."""
    heading = re.search(r"^# # (.+)$", source.read_text(encoding="utf-8"), re.MULTILINE)
    return heading[1] if heading else source.stem


def chapter(source: Path, run: LastRun) -> str:
    """A chapter's cost, how often each mark was given, and its table."""
    results = results_of(claims_of(nb.slug(source)), run.figures)
    marks = [result.mark for result in results]
    counts = ", ".join(f"{marks.count(mark)} {SIGNS[mark]} {mark}" for mark in SIGNS)
    cost = f"Run All took {run.seconds:.0f} s and {run.gigabytes:.1f} GB on two cores."
    return f"{cost} {len(results)} results: {counts}.\n\n{table(results)}"


def results_of(claims: Sequence[Claim], figures: Mapping[str, float | None]) -> list[Result]:
    """The claims with the figures of a run; one that it did not come to is left out."""
    measured = [(claim, figures[claim.id]) for claim in claims if claim.id in figures]
    return [Result(claim, math.nan if figure is None else figure) for claim, figure in measured]


def table(results: Sequence[Result]) -> str:
    """The results as a table in Markdown, a row each: in words first, the id small below them."""
    rows = ["| result | paper | ours | bar | mark |", "|---|---|---|---|---|"]
    for result in results:
        claim = result.claim
        what = f"{claim.what}<br><sub>`{claim.id}`</sub>"
        mark = result.marked if result.holds else "✗ fails"
        cells = (what, claim.paper or "–", result.ours, result.bar, mark)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)
