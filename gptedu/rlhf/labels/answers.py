"""Answers of a model to prompts, and a labeler's rankings of them: the data of step 2."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from gptedu.language_model import LanguageModel
from gptedu.rlhf.labels.comparisons import Comparison, read
from gptedu.rlhf.labels.labeler import Labeler
from gptedu.world.requests import Instruction

MAX_TOKENS = 28  # of an answer
K = 4  # answers that a labeler ranks


def sample_answers(
    lm: LanguageModel, instructions: Sequence[Instruction], k: int = 1, seed: int = 0
) -> list[tuple[str, ...]]:
    """`k` answers of a model to each prompt, drawn at temperature 1."""
    prompts = [each.prompt for each in instructions for _ in range(k)]
    answers = lm.generate(prompts, max_tokens=MAX_TOKENS, temperature=1.0, seed=seed)
    return [tuple(answers[i : i + k]) for i in range(0, len(answers), k)]


def rank_answers(
    instructions: Sequence[Instruction],
    answers: Sequence[Sequence[str]],
    labeler: Labeler,
    seed: int = 0,
) -> list[Comparison]:
    """A labeler's rankings of the answers to each prompt."""
    rng = random.Random(f"labels/{labeler.name}/{seed}")
    return [
        Comparison(each.prompt, tuple(own), labeler.rank(each, own, rng), labeler.name)
        for each, own in zip(instructions, answers, strict=True)
    ]


def yours_first(path: str | Path, rankings: Sequence[Comparison]) -> list[Comparison]:
    """The same prompts, each with the newest ranking of it in a file, where the file has one."""
    kept = {each.prompt: each for each in read(path)} if Path(path).is_file() else {}
    return [kept.get(each.prompt, each) for each in rankings]
