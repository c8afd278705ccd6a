"""What every model of the family can do, by size and along training: one table.

`gptedu measure family readiness` records it, and `gptedu report` shows it. Later chapters stand on
these abilities, so a family that lacks one of them is not finished. `measure` takes any models,
such as those of a trial.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gptedu import records
from gptedu.evaluate.accuracy import evaluate
from gptedu.records import Experiment, Record, Run
from gptedu.world import TASKS, World
from gptedu.zoo import FAMILY, steps

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel

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


COUNT, SEED, SPLIT = 100, 0, "test"
COPIES = 5
"""The last copies of mini-m: before them there is nothing to see, and more than can be read."""


def measure(
    models: Iterable[LanguageModel],
    world: World,
    count: int = COUNT,
    seed: int = SEED,
    cells: Sequence[Cell] = CELLS,
) -> dict[str, Run]:
    """The table as plain values: model -> ability -> K -> {"accuracy", "low", "high"}.

    count: questions in each cell. Models are taken one at a time, so an iterator that loads them
    holds one in memory.
    """
    tasks = {cell.task: world.questions(cell.task, SPLIT, count, seed=seed) for cell in cells}
    measured: dict[str, Run] = {}
    for lm in models:
        measured[lm.name] = {cell.label: {} for cell in cells}
        for cell in cells:
            for k in cell.ks:
                result = evaluate(lm, tasks[cell.task], k, cell.metric)
                low, high = result.interval
                point = {"accuracy": result.accuracy, "low": low, "high": high}
                measured[lm.name][cell.label][k] = point
    return measured


def _names() -> tuple[str, ...]:
    return (*FAMILY, *(f"mini-m@{step}" for step in steps("mini-m")[-COPIES:]))


def readiness() -> Run:
    """All sizes, and mini-m along its training."""
    return {"abilities": measure(map(records.model, _names()), World(seed=0))}


EXPERIMENTS = {
    "readiness": Experiment(
        readiness, _names(), {"questions": COUNT, "seed": SEED, "split": SPLIT}, "nothing"
    )
}


INTRODUCTION = (
    "K is the number of examples in the prompt; `mini-m@2930` is `mini-m` after 2,930 steps of "
    "training. Later chapters stand on these abilities."
)


def table(record: Record) -> str:
    """A record as a Markdown table: a line for each ability, a column for each model.

    A cell holds one figure for each K, in the order that its line's name gives.
    """
    models, (run,) = record.models, record.results
    abilities = [with_mean(run["abilities"][name]) for name in models]
    lines = [
        "| per cent right | " + " | ".join(models) + " |",
        "|---|" + "---:|" * len(models),
        "| parameters | " + " | ".join(f"{m['parameters']:,}" for m in models.values()) + " |",
        "| tokens read | " + " | ".join(_tokens(m.get("tokens")) for m in models.values()) + " |",
    ]
    for label, by_k in abilities[0].items():
        name = label if len(by_k) == 1 else f"{label}, K = {' · '.join(map(str, by_k))}"
        cells = [
            " · ".join(f"{100 * cell['accuracy']:.0f}" for cell in ability[label].values())
            for ability in abilities
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    settings = record.settings
    note = f"{settings['questions']} questions of the {settings['split']} split in a cell."
    return "\n".join([*lines, "", note])


def _tokens(tokens: int | None) -> str:
    return "" if tokens is None else f"{tokens / 1e6:.1f}M"


def with_mean(abilities: dict[str, dict[int, Any]]) -> dict[str, dict[int, Any]]:
    """The abilities with the mean over the listed relations in front."""
    pairs = [by_k for label, by_k in abilities.items() if label.startswith("pairs/")]
    if len(pairs) < 2:
        return abilities
    mean = {
        k: {"accuracy": sum(by_k[k]["accuracy"] for by_k in pairs) / len(pairs)} for k in pairs[0]
    }
    return {PAIRS: mean, **abilities}
