"""`gptedu guesses FOLDER`: what a class guessed, from their files, beside what came out.

Each learner hands in their `progress.jsonl`, by whatever way the class has; nothing is sent by
itself. A learner's guess is the last one before the result was shown to them.
"""

from __future__ import annotations

import html
import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gptedu import assets, console
from gptedu.course import kept
from gptedu.course.claims import with_unit
from gptedu.course.predictions import Guess
from gptedu.course.show import plain

BINS = 10
WIDTH = 40  # of the longest bar on a screen


@dataclass(frozen=True)
class Asked:
    """One question and what a class made of it.

    options: to choose from; without them a number in `span` was asked for. guesses: one a learner.
    result: what came out, most often or in the middle; None where nobody came so far.
    """

    id: str
    question: str
    options: tuple[str, ...]
    span: tuple[float, float]
    unit: str
    guesses: tuple[Guess, ...]
    result: Guess | None

    def bars(self) -> list[tuple[str, int]]:
        """Each answer, or range of answers, with how many guessed it."""
        if self.options:
            counts = Counter(self.guesses)
            return [(plain(option), counts[option]) for option in self.options]
        low, high = self.span
        step = (high - low) / BINS
        counts = Counter(self._bin(guess) for guess in self.guesses)
        return [(f"{low + n * step:g} to {low + (n + 1) * step:g}", counts[n]) for n in range(BINS)]

    def right(self) -> int | None:
        """The place in `bars` where the result lies; None where it is beyond all, or unknown."""
        if self.result is None:
            return None
        if self.options:
            return self.options.index(self.result) if self.result in self.options else None
        low, high = self.span
        return self._bin(self.result) if low <= float(self.result) <= high else None

    def came_out(self) -> str:
        """The result in words; empty where nobody came so far."""
        if self.result is None:
            return ""
        if isinstance(self.result, str):
            return plain(self.result)
        return with_unit(float(self.result), self.unit)

    def _bin(self, guess: Guess) -> int:
        low, high = self.span
        place = math.floor((float(guess) - low) / (high - low) * BINS)
        return min(BINS - 1, max(0, place))


def guesses(
    folder: str | Path,
    out: str | Path | None = None,
    say: Callable[[str], None] = console.say,
) -> list[Asked]:
    """Say what a class guessed, and with `out` write it as a page with a figure a question.

    folder: with a `.jsonl` file for each learner, at any depth. The page needs no network. Raises
    ValueError where no guesses are found, FileExistsError for a page that is there.
    """
    asked = of_class(assets.expanded(folder))
    for each in asked:
        say(in_words(each) + "\n")
    if out is not None:
        target = assets.expanded(out)
        if target.exists():
            raise FileExistsError(f"{target} is there already: give another name with --out")
        assets.write_whole(target, page(asked).encode("utf-8"))
        say(f"written: {target}")
    return asked


def of_class(folder: Path) -> list[Asked]:
    """The questions that a class was asked, in the order in which its files first have them."""
    files = sorted(folder.rglob("*.jsonl")) if folder.is_dir() else [folder]
    questions: dict[str, kept.Event] = {}
    made: dict[str, list[Guess]] = {}
    results: dict[str, list[Guess]] = {}
    for file in files:
        own = [event for event in kept.read(file).events if event["what"] in ("guess", "result")]
        for id in dict.fromkeys(event["id"] for event in own):
            event, result = _of_learner([event for event in own if event["id"] == id])
            if event is None or not _fits(event):
                continue
            questions.setdefault(id, event)
            if _question(event) == _question(questions[id]):  # of the same version of the chapter
                made.setdefault(id, []).append(event["guess"])
                results.setdefault(id, []).extend([] if result is None else [result])
    if not questions:
        raise ValueError(f"no guesses are in {folder}: give a folder with learners' {kept.FILE}")
    return [
        Asked(id, *_question(event), tuple(made[id]), _middle(results[id]))
        for id, event in questions.items()
    ]


def in_words(asked: Asked) -> str:
    """A histogram for a screen."""
    bars, right = asked.bars(), asked.right()
    widest = max(len(answer) for answer, _ in bars)
    most = max(1, *(count for _, count in bars))
    lines = [f"{asked.id}: {plain(asked.question)}"]
    for n, (answer, count) in enumerate(bars):
        mark = "→" if n == right else " "
        lines.append(f"{mark} {answer.ljust(widest)}  {'█' * round(WIDTH * count / most)} {count}")
    number = len(asked.guesses)
    came = asked.came_out() or "not known: nobody came so far"
    return "\n".join([*lines, f"{number} guess{'es' * (number != 1)}. → The result: {came}"])


def figure(asked: Asked) -> Any:
    """The same as a plotly figure."""
    from gptedu.plots.classroom.guesses import class_guesses

    return class_guesses(
        asked.bars(),
        question=plain(asked.question),
        result=asked.came_out(),
        right=asked.right(),
    )


def page(asked: Sequence[Asked]) -> str:
    """All figures on one page that needs no network, each with its text."""
    return "\n".join(_page(asked))


def _page(asked: Sequence[Asked]) -> Iterator[str]:
    from gptedu.plots.style import alt_text

    yield '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Guesses</title>'
    yield "<style>body { font-family: sans-serif; max-width: 800px; margin: 24px auto; }</style>"
    yield "</head><body>"
    for n, each in enumerate(asked):
        drawn = figure(each)
        yield drawn.to_html(full_html=False, include_plotlyjs=n == 0)
        yield f"<p>{html.escape(alt_text(drawn))}</p>"
    yield "</body></html>"


def _of_learner(own: list[kept.Event]) -> tuple[kept.Event | None, Guess | None]:
    """A learner's last guess before the result of one question, and that result."""
    guess, result = None, None
    for event in own:
        if event["what"] == "guess":
            guess = event
        elif guess is not None:
            result = event.get("result")
            break
    return guess, result


def _fits(event: kept.Event) -> bool:
    """Whether a guess is one of the options, or a number, and its question is kept with it."""
    guess = event.get("guess")
    if event.get("options"):
        return guess in event["options"]
    number = isinstance(guess, (int, float)) and not isinstance(guess, bool)
    return number and len(event.get("between", ())) == 2


def _question(event: kept.Event) -> tuple[str, tuple[str, ...], tuple[float, float], str]:
    low, high = event.get("between") or (0.0, 1.0)
    return (
        str(event.get("question", "")),
        tuple(event.get("options", ())),
        (float(low), float(high)),
        str(event.get("unit", "")),
    )


def _middle(results: Sequence[Guess]) -> Guess | None:
    """What came out for most, or in the middle: a training differs a little between machines."""
    numbers = [result for result in results if isinstance(result, (int, float))]
    if numbers:
        return statistics.median(numbers)
    return Counter(results).most_common(1)[0][0] if results else None
