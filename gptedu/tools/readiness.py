"""What every model of the family can do, by size and along training: one table.

``python -m gptedu.tools.readiness mini-s mini-m mini-m@2000`` prints it for models at hand
(names, or folders of checkpoints); ``gptedu report`` keeps it in assets/records/readiness.json.
Later chapters stand on these abilities, so a family that lacks one of them is not finished.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gptedu import console, records
from gptedu.evaluate.accuracy import evaluate
from gptedu.world import TASKS

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import World

PAIRS = "listed pairs (mean)"
RELATIONS = ("opposite", "plural", "past", "young", "tool", "maker")


@dataclass(frozen=True)
class Cell:
    """One ability: a task of the web, and with how many examples it is asked."""

    label: str
    task: str
    ks: tuple[int, ...] = (0,)

    @property
    def metric(self) -> str:
        return TASKS[self.task].metric


CELLS = (
    *(Cell(f"pairs/{name}", f"pairs/{name}", (0, 1, 2, 4, 8)) for name in RELATIONS),
    Cell("sorting by invented labels", "sorting", (0, 1, 2, 4, 8, 12)),
    Cell("answering from a text", "reading"),
    Cell("into English", "translate-into-english", (0, 4)),
    Cell("out of English", "translate-out-of-english", (0, 4)),
    Cell("summary after TL;DR: (F1)", "summary"),
    *(
        # One example says which way to answer: the question alone is the same for both.
        Cell(f"sums of {steps} steps, {way}", f"sums/{way}/{steps}", (1,))
        for way in ("direct", "worked")
        for steps in range(2, 7)
    ),
    *(
        Cell(f"closed-book facts, {often}", f"closed-book/{often}")
        for often in ("rare", "middle", "common")
    ),
)


def measure(
    models: Iterable[LanguageModel],
    world: World,
    *,
    count: int = 100,
    seed: int = 0,
    split: str = "test",
    cells: Sequence[Cell] = CELLS,
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """The table as a plain dict: model -> ability -> K -> {"accuracy", "low", "high"}.

    count: questions in each cell. Models are taken one at a time, so an iterator that loads them
    holds one in memory. progress: called with one line after each model.
    """
    tasks = {cell.task: world.questions(cell.task, split, count, seed=seed) for cell in cells}
    measured: dict[str, Any] = {}
    for lm in models:
        start = time.perf_counter()
        abilities: dict[str, dict[str, Any]] = {}
        for cell in cells:
            abilities[cell.label] = {}
            for k in cell.ks:
                result = evaluate(lm, tasks[cell.task], k, cell.metric)
                low, high = result.interval
                abilities[cell.label][str(k)] = {
                    "accuracy": round(result.accuracy, 4),
                    "low": round(low, 4),
                    "high": round(high, 4),
                }
        seconds = time.perf_counter() - start
        measured[lm.name] = {
            "parameters": records.size(lm),
            "tokens": lm.card.get("tokens"),
            "seconds": round(seconds, 1),
            "abilities": abilities,
        }
        if progress:
            progress(f"{lm.name}: {len(cells)} abilities in {seconds:.0f} s")
    return {"count": count, "seed": seed, "split": split, "models": measured}


def table(record: dict[str, Any]) -> str:
    """A record as a Markdown table: a line for each ability, a column for each model.

    A cell holds one figure for each K, in the order that its line's name gives.
    """
    models = record["models"]
    if not models:
        raise ValueError("The record holds no model: measure at least one.")
    lines = [
        "| per cent right | " + " | ".join(models) + " |",
        "|---|" + "---:|" * len(models),
        "| parameters | " + " | ".join(f"{m['parameters']:,}" for m in models.values()) + " |",
        "| tokens read | " + " | ".join(_tokens(m["tokens"]) for m in models.values()) + " |",
    ]
    abilities = [with_mean(model["abilities"]) for model in models.values()]
    for label, by_k in abilities[0].items():
        name = label if len(by_k) == 1 else f"{label}, K = {' · '.join(by_k)}"
        cells = [
            " · ".join(f"{100 * cell['accuracy']:.0f}" for cell in ability[label].values())
            for ability in abilities
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    note = f"{record['count']} questions of the {record['split']} split in a cell."
    return "\n".join([*lines, "", note])


def _tokens(tokens: int | None) -> str:
    return "" if tokens is None else f"{tokens / 1e6:.1f}M"


def with_mean(abilities: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The abilities with the mean over the listed relations in front."""
    pairs = [by_k for label, by_k in abilities.items() if label.startswith("pairs/")]
    if len(pairs) < 2:
        return abilities
    mean = {
        k: {"accuracy": sum(by_k[k]["accuracy"] for by_k in pairs) / len(pairs)} for k in pairs[0]
    }
    return {PAIRS: mean, **abilities}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure models by name or folder, print the table, and keep the record where asked."""
    import gptedu
    from gptedu.world import World

    parser = argparse.ArgumentParser(prog="python -m gptedu.tools.readiness", description=__doc__)
    parser.add_argument("models", nargs="+", help="names of the family, or checkpoint folders")
    parser.add_argument("--count", type=int, default=100, help="questions in each cell")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="an expression that the abilities must match")
    parser.add_argument("--out", type=Path, help="where to write the record, as JSON")
    options = parser.parse_args(arguments)
    cells = [cell for cell in CELLS if re.search(options.only, cell.label)]
    record = measure(
        (_load(gptedu, name) for name in options.models),
        World(seed=0),
        count=options.count,
        seed=options.seed,
        cells=cells,
        progress=console.say,
    )
    console.say(table(record))
    if options.out:
        records.write(options.out, record)


def _load(gptedu: Any, name: str) -> LanguageModel:
    folder = Path(name)
    return gptedu.load(folder.name, folder=folder) if folder.is_dir() else gptedu.load(name)


if __name__ == "__main__":
    main()
