"""`gptedu report`: runs the chapters and writes what they measured beside the papers' figures.

Rewrites `assets/claims.json`, the table in README.md between its markers, and the readiness
record of the family, on which later chapters stand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gptedu import assets, console
from gptedu.course.claims import exact, with_unit
from gptedu.tools import notebook as nb
from gptedu.tools.build import chapters_folder
from gptedu.tools.execute import Run, execute
from gptedu.tools.notebook import BuildError

CLAIMS = ("<!-- claims -->", "<!-- /claims -->")
READINESS = ("<!-- readiness -->", "<!-- /readiness -->")
FAMILY = ("mini-xs", "mini-s", "mini-m", "mini-l")


def report(
    wanted: list[str] | None = None,
    *,
    readiness: bool = True,
    folder: Path | None = None,
    claims_file: Path | None = None,
    readme: Path | None = None,
    say: Callable[[str], None] = console.say,
) -> bool:
    """Run the chapters and write their claims; True where every claim holds and nothing failed.

    wanted: chapters by number or name; the others keep their entries. readiness: measure the
    family's readiness record too. folder, claims_file, readme: default to the checkout's.
    """
    folder = folder or chapters_folder()
    claims_file = claims_file or assets.root() / "claims.json"
    readme = readme or folder.parent / "README.md"
    chosen = nb.sources(folder, wanted)
    entries = _kept(claims_file, {source.stem for source in nb.sources(folder)}, chosen)
    good = True
    for source in chosen:
        run = execute(nb.read_source(source), source.stem, folder, stop_at_error=False)
        entries += _entries(run)
        failed = [claim["id"] for claim in run.claims if not claim["holds"]]
        good = good and not failed and not run.errors
        say(
            f"{source.stem}: {len(run.claims)} claims, {len(failed)} do not hold; "
            f"{run.cost.seconds:.0f} s, {run.cost.gigabytes:.2f} GB"
        )
        for error in run.errors:
            say(f"  {error}")
    entries.sort(key=lambda entry: entry["chapter"])  # stable: a chapter's own order stays
    from gptedu import records  # loads torch, for which the chapters need not wait

    records.write(claims_file, entries)
    if readme.exists():
        update_readme(readme, entries)
    if readiness:
        write_readiness(say=say)
    return good


def table(entries: Sequence[dict[str, Any]]) -> str:
    """The claims as a table in Markdown, a row each: in words first, the id small below them."""
    rows = ["| result | paper | ours | must be | holds |", "|---|---|---|---|---|"]
    for entry in entries:
        observed = entry["observed"]
        ours = "not a number" if observed is None else with_unit(observed, entry["unit"])
        holds = "no" if not entry["holds"] else "yes" if entry["kind"] == "claim" else "measured"
        what = f"{entry['what']}<br><sub>`{entry['id']}`</sub>"
        cells = (what, entry["paper"] or "–", ours, _bar(entry["bar"]), holds)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def update_readme(readme: Path, entries: Sequence[dict[str, Any]]) -> None:
    """Rewrite the table between the markers. Raises BuildError where they are not there."""
    replace_between(readme, *CLAIMS, table(entries))


def replace_between(readme: Path, start: str, end: str, new: str) -> None:
    """Put `new` between two markers of a file. Raises BuildError where they are not there."""
    text = readme.read_text(encoding="utf-8")
    before, found, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise BuildError(f"{readme.name} has no {start} … {end}: put them where the table belongs")
    readme.write_text(f"{before}{start}\n{new}\n{end}{after}", encoding="utf-8")


def write_readiness(say: Callable[[str], None] = console.say) -> None:
    """Measure what each size of the family can do, and mini-m along its training, as a record."""
    import gptedu
    from gptedu import records
    from gptedu.tools import readiness
    from gptedu.world import World

    checkpoints = assets.root() / "checkpoints"
    steps = sorted(int(path.name[5:]) for path in (checkpoints / "mini-m").glob("step-*"))
    # The last few copies: before them there is nothing to see, and more columns than can be read.
    names = [*FAMILY, *(f"mini-m@{step}" for step in steps[-5:])]
    record = readiness.measure((gptedu.load(name) for name in names), World(seed=0), progress=say)
    path = assets.root() / "records" / "readiness.json"
    records.write(path, record)
    readme = assets.root().parent / "README.md"
    if readme.exists() and READINESS[0] in readme.read_text(encoding="utf-8"):
        replace_between(readme, *READINESS, readiness.table(record))


def _bar(bar: dict[str, float]) -> str:
    """The bar, without a unit: the column beside it has the same."""
    if len(bar) == 2:
        return f"{exact(bar['at_least'])} to {exact(bar['at_most'])}"
    (side, value), *_ = bar.items()
    return f"{'≥' if side == 'at_least' else '≤'} {exact(value)}"


def _entries(run: Run) -> list[dict[str, Any]]:
    cost = {"seconds": round(run.cost.seconds, 1), "gigabytes": round(run.cost.gigabytes, 2)}
    return [{**claim, **cost} for claim in run.claims]


def _kept(path: Path, chapters: set[str], chosen: list[Path]) -> list[dict[str, Any]]:
    """The entries of chapters that still exist and are not run now."""
    if not path.exists():
        return []
    again = {source.stem for source in chosen}
    entries = json.loads(path.read_text(encoding="utf-8"))
    return [e for e in entries if e["chapter"] in chapters and e["chapter"] not in again]
