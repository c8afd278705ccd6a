"""How good answers are, by the true preference (InstructGPT, section 4).

Win rates against another model's answers, the mean true score, and statements that the text does
not support.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gptedu.rlhf.labels.labeler import Preference, qualities, refuses
from gptedu.world.requests import Instruction

Score = Callable[[Instruction, str], float]
TRUE: Score = Preference()
BUT_MANNERS: Score = Preference(polite=0.0)  # the true preference, with politeness left out


def win_rate(
    instructions: Sequence[Instruction],
    answers: Sequence[str],
    others: Sequence[str],
    score: Score = TRUE,
) -> float:
    """Share of prompts whose answer is liked better than the other one; a draw counts half.

    This and what follows raise ValueError where there is nothing to judge, or not one answer to
    each prompt.
    """
    wins = []
    for each, first, second in zip(instructions, answers, others, strict=True):
        one, two = score(each, first), score(each, second)
        wins.append(0.5 if one == two else float(one > two))
    return _mean(wins)


def mean_score(
    instructions: Sequence[Instruction], answers: Sequence[str], score: Score = TRUE
) -> float:
    """Mean true score of the answers."""
    return _mean([score(*each) for each in zip(instructions, answers, strict=True)])


def hallucinated(instructions: Sequence[Instruction], answers: Sequence[str]) -> float:
    """Share of answers that state what the text does not say (closed-domain hallucination).

    A reply that wrongly denies what the text says is another fault, and not counted.
    """
    made_up = [
        qualities(each, answer).honest < 0 and not refuses(answer)
        for each, answer in zip(instructions, answers, strict=True)
    ]
    return _mean(made_up)


def profile(instructions: Sequence[Instruction], answers: Sequence[str]) -> dict[str, float]:
    """What answers are like, each a share from 0 to 1.

    helpful, polite: the mean of these qualities. made up: as `hallucinated`. wrongly refused: of
    the prompts whose text has the answer. Raises ValueError where no text has it.
    """
    found = [qualities(*each) for each in zip(instructions, answers, strict=True)]
    has_answer = [i for i, each in enumerate(instructions) if each.kind != "unsaid"]
    return {
        "helpful": _mean([each.helpful for each in found]),
        "polite": _mean([each.polite for each in found]),
        "made up": hallucinated(instructions, answers),
        "wrongly refused": _mean([float(refuses(answers[i])) for i in has_answer]),
    }


def _mean(values: Sequence[float]) -> float:
    if not values:
        raise ValueError("there is no answer to judge: give at least one")
    return sum(values) / len(values)
