"""What came of chapter 4's experiments is always one of the options of its guess."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from gptedu.chapters.instructgpt import outcomes
from lesson.source import lesson_of


def options(id: str) -> tuple[str, ...]:
    """What the chapter offers to choose from."""
    for called, call in (each for cell in lesson_of("instructgpt").code for each in cell.calls):
        if called == "predict" and ast.literal_eval(call.args[0]) == id:
            given = {each.arg: each.value for each in call.keywords}
            return ast.literal_eval(given["options"])
    raise KeyError(id)


def a_run(answers: Sequence[str], before: float, after: float) -> list[dict]:
    return [
        {"truth": before, "samples": []},
        {"truth": after, "samples": [{"answer": answer} for answer in answers]},
    ]


def test_outcomes_are_options_of_their_guesses() -> None:
    base = [outcomes.of_base(said) for said in (" In the kitchen.", " Where is it?", " Thank you.")]
    assert tuple(base) == options("instructgpt/base")
    change = [outcomes.of_change(0.5, after) for after in (0.6, 0.52, 0.3)]
    assert tuple(change) == options("instructgpt/beta")
    free = [
        outcomes.of_free_run(run)
        for run in (
            a_run([" Gladly. In the hall.", " Of course. The box is red."], 0.4, 0.9),
            a_run([" Of course. Of course. Of cour", " Thankse. Thankse. Thankse."], 0.4, -0.5),
            a_run([" Orppy gr bar is", " or or or"], 0.4, -0.5),
        )
    ]
    assert tuple(free) == options("instructgpt/free")
    best = [
        outcomes.of_best(*shares) for shares in ((0.5, 0.7, 0.9), (0.5, 0.5, 0.9), (0.5, 0.5, 0.5))
    ]
    assert tuple(best) == options("instructgpt/seeing")
