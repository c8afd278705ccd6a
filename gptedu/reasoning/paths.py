"""Many solutions of many problems, drawn in one go (Wang et al. 2022, section 2: "paths")."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gptedu import checks
from gptedu.language_model import LanguageModel
from gptedu.reasoning.answers import read_answer
from gptedu.text import Tokenizer
from gptedu.world.problems.problem import Problem

ROOM = 110
"""Tokens for the longest solution of the world's problems."""


@dataclass(frozen=True)
class Paths:
    """What a model wrote. texts: [problems][paths]. model: its name. vocabulary: `digest` of its
    tokenizer. temperature: 0 for one greedy path a problem.
    """

    prompts: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    model: str
    vocabulary: str
    temperature: float
    seed: int

    def answers(self, choices: Sequence[Collection[str]] | None = None) -> list[list[str | None]]:
        """What each path says that the answer is: [problems][paths], as `read_answer` reads it.

        A path is a solution with steps, so only what it announces is its answer: one that breaks
        off before "The answer is" cannot be read. choices: for each problem; none where all answers
        are numbers.
        """
        each = choices or [()] * len(self.texts)
        return [
            [read_answer(text, own, announced=True) for text in texts]
            for texts, own in zip(self.texts, each, strict=True)
        ]

    def check_problems(self, problems: Sequence[Problem]) -> None:
        """Raise ValueError unless these are the problems that the paths solve, in their order."""
        if len(problems) != len(self.prompts):
            raise ValueError(
                f"there are paths of {len(self.prompts)} problems, and {len(problems)} problems: "
                "give the paths of these problems"
            )
        for place, (problem, prompt) in enumerate(zip(problems, self.prompts, strict=True)):
            if problem.prompt() not in prompt:
                raise ValueError(
                    f"the paths at place {place} are not of the problem there, "
                    f"{checks.shown(problem.told)}: give the problems that the paths were drawn "
                    "for, in the same order"
                )

    def check_vocabulary(self, lm: LanguageModel) -> None:
        """Raise ValueError where another tokenizer than `lm`'s wrote the paths."""
        if self.vocabulary != digest(lm.tokenizer):
            raise ValueError(
                f"the paths are of {self.model}, whose tokenizer is not that of {lm.name}: draw "
                f"paths with {lm.name} itself"
            )


def digest(tokenizer: Tokenizer) -> str:
    """What tells a tokenizer from another one."""
    return hashlib.sha256(tokenizer.backend.to_str().encode()).hexdigest()[:16]


def sample_paths(
    lm: LanguageModel,
    prompts: Sequence[str],
    count: int = 16,
    *,
    temperature: float = 0.7,
    seed: int = 0,
    max_tokens: int = ROOM,
    stop: str = "\n",
) -> Paths:
    """`count` paths for each prompt, independent of one another; the same seed gives the same.

    Raises ValueError for no prompts, and for a temperature at which all paths of a problem would
    be one.
    """
    temperature = checks.number("temperature", temperature, least=0)
    count = checks.whole("count", count)
    if temperature == 0:
        raise ValueError(
            "temperature is 0, at which all paths of a problem are the same and a vote says "
            "nothing: give one above 0, such as 0.7, or ask for greedy_paths"
        )
    return _written(lm, prompts, count, temperature, seed, max_tokens, stop)


def greedy_paths(
    lm: LanguageModel, prompts: Sequence[str], max_tokens: int = ROOM, stop: str = "\n"
) -> Paths:
    """The likeliest path of each prompt, token by token."""
    return _written(lm, prompts, 1, 0.0, 0, max_tokens, stop)


def _written(
    lm: LanguageModel,
    prompts: Sequence[str],
    count: int,
    temperature: float,
    seed: int,
    max_tokens: int,
    stop: str,
) -> Paths:
    prompts = checks.texts("prompts", prompts)
    # Prompts of one length stand together, so that little is padded; all paths of one do.
    order = sorted(range(len(prompts)), key=lambda place: len(lm.tokenizer.encode(prompts[place])))
    rows = [place for place in order for _ in range(count)]
    written = lm.generate(
        [prompts[place] for place in rows],
        max_tokens=max_tokens,
        temperature=temperature,
        stop=stop,
        seed=seed,
    )
    texts: list[list[str]] = [[] for _ in prompts]
    for place, text in zip(rows, written, strict=True):
        texts[place].append(text)
    return Paths(
        tuple(prompts), tuple(map(tuple, texts)), lm.name, digest(lm.tokenizer), temperature, seed
    )
