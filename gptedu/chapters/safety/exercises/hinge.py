"""The hinge loss of a rule's weights: an exercise (Mu et al. 2024, section 4)."""

from __future__ import annotations

import torch

from gptedu.course.exercises import Exercise, Mistake, probe


def hinge_loss(better, worse):
    return torch.clamp(1 - (better - worse), min=0).mean()


HINGE = Exercise(
    id="safety/hinge",
    title="A margin of one",
    difficulty=2,
    minutes=8,
    task=(
        "`better` `[pairs]` has the reward of the better reply of each pair, `worse` `[pairs]` "
        "that of the other. Return the hinge loss, the mean of $\\max(0, 1 - (r_b - r_w))$. A "
        "pair whose margin is 1 costs nothing. A larger margin gains nothing."
    ),
    hints=(
        "The margin of a pair is `better - worse`. At 1 or more the loss is 0.",
        "`torch.clamp(…, min=0)` of each pair first, then the mean.",
    ),
    reference=hinge_loss,
    probes=(
        probe(torch.tensor([2.0, 0.5, -1.0], requires_grad=True), torch.tensor([0.0, 0.0, 1.0])),
        # No gradient is asked for where every pair is far apart: Python's max gives a plain 0.
        probe(torch.tensor([5.0, 3.0]), torch.tensor([0.0, 1.0])),
        probe(
            torch.tensor([0.2, 0.1, 9.0, 0.0], requires_grad=True),
            torch.tensor([0.1, 0.4, 0.0, 0.0]),
        ),
    ),
    mistakes=(
        Mistake(
            "no hinge",
            lambda better, worse: (1 - (better - worse)).mean(),
            "Pairs that are far apart have a loss below 0, and make up for others that are wrong. "
            "A pair costs 0 at least.",
        ),
        Mistake(
            "a sign",
            lambda better, worse: torch.clamp(1 - better - worse, min=0).mean(),
            "You take both rewards away from 1. Mind the brackets: 1 - (better - worse).",
        ),
        Mistake(
            "at most 0",
            lambda better, worse: torch.clamp(1 - (better - worse), max=0).mean(),
            "You keep what is below 0, and lose what is above: `min=0` is the least that a pair "
            "may cost.",
        ),
        Mistake(
            "chapter 4's loss",
            lambda better, worse: torch.nn.functional.softplus(worse - better).mean(),
            "That is the loss of chapter 4's reward model, -log sigmoid of the margin. It never "
            "comes to 0. The hinge is 0 from a margin of 1 on.",
        ),
        Mistake(
            "pairs counted",
            lambda better, worse: (better - worse < 1).float().mean(),
            "You count the pairs that are too close. Asked for is how much is missing to 1; a "
            "count has no gradient, so nothing could learn from it.",
        ),
        Mistake(
            "no mean",
            lambda better, worse: torch.clamp(1 - (better - worse), min=0),
            "You return a loss for each pair. Asked for is their mean, one number.",
        ),
        Mistake(
            "the hinge of the mean",
            lambda better, worse: torch.clamp(1 - (better - worse).mean(), min=0),
            "You take the mean first. A pair that is far apart then hides one that is the wrong "
            "way round: first the hinge of each pair.",
        ),
        Mistake(
            "the wrong way round",
            lambda better, worse: torch.clamp(1 - (worse - better), min=0).mean(),
            "Your loss falls when the worse reply gets more. The margin is `better - worse`.",
        ),
        Mistake(
            "no margin",
            lambda better, worse: torch.clamp(worse - better, min=0).mean(),
            "Without the 1, equal rewards cost nothing: all weights 0 would be perfect.",
        ),
        Mistake(
            "a sum",
            lambda better, worse: torch.clamp(1 - (better - worse), min=0).sum(),
            "You add the pairs up; asked for is their mean.",
        ),
    ),
)
