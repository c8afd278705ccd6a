"""A checker as a reward: reinforcement from answers that can be verified.

What came after these papers (DeepSeek-R1, 2025, section 2.2): no judge of taste and no majority,
but whether the answer is right. A reward is a function from texts to numbers, so chapter 4's PPO
takes this one as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from gptedu.reasoning.answers import read_answer
from gptedu.reasoning.checking import check
from gptedu.world.problems.problem import Problem


def verified(
    problems: Sequence[Problem], prompts: Sequence[str], steps: bool = False
) -> Callable[[list[str]], Tensor]:
    """A reward: texts (prompt + answer) -> Tensor [texts], 1 for a right answer and 0 for others.

    An answer has to be announced: otherwise a text that breaks off in a step could be paid for it.
    prompts: as the policy is asked, one a problem. steps: every step has to be right, too. The
    reward raises ValueError for a text that begins with none of the prompts.
    """
    by_prompt = dict(zip(prompts, problems, strict=True))
    longest_first = sorted(by_prompt, key=len, reverse=True)

    def reward(texts: list[str]) -> Tensor:
        return torch.tensor([_value(text) for text in texts])

    def _value(text: str) -> float:
        prompt = next((each for each in longest_first if text.startswith(each)), None)
        if prompt is None:
            raise ValueError(f"{text[:40]!r} begins with none of the prompts: give its own, too")
        problem, answer = by_prompt[prompt], text[len(prompt) :]
        right = read_answer(answer, problem.choices, announced=True) == problem.answer
        return float(right and (not steps or check(problem, answer).sound))

    return reward
