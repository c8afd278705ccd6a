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
        "`better` `[pairs]` are the rewards of the better reply of each pair, `worse` `[pairs]` "
        "those of the other. Return the hinge loss, the mean of $\\max(0, 1 - (r_b - r_w))$: a "
        "pair that is a margin of 1 apart costs nothing, and nothing is gained beyond."
    ),
    hints=(
        "The margin of a pair is `better - worse`. At 1 or more the loss is 0.",
        "`torch.clamp(…, min=0)` of each pair first, then the mean.",
    ),
    reference=hinge_loss,
    probes=(
        probe(torch.tensor([2.0, 0.5, -1.0], requires_grad=True), torch.tensor([0.0, 0.0, 1.0])),
        probe(torch.tensor([5.0, 3.0], requires_grad=True), torch.tensor([0.0, 1.0])),
        probe(
            torch.tensor([0.2, 0.1, 9.0, 0.0], requires_grad=True),
            torch.tensor([0.1, 0.4, 0.0, 0.0]),
        ),
    ),
    mistakes=(
        Mistake(
            "no hinge",
            lambda better, worse: (1 - (better - worse)).mean(),
            "Pairs that are far apart have a loss below 0, and pay for others that are wrong. Hold "
            "each pair at 0.",
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
