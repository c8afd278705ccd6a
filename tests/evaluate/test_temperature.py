"""One temperature: found again where it is known, and no answer changes by it."""

from __future__ import annotations

import pytest
import torch

from gptedu.evaluate.calibration import calibration_error, every_option
from gptedu.evaluate.temperature import at_temperature, fit_temperature
from gptedu.sampling import seeded


def drawn(count: int, sharp: float, seed: int = 0):
    """Scores that are `sharp` times as sure as they should be, and answers by the fair ones."""
    generator = seeded(seed)
    fair = 2 * torch.randn(count, 4, generator=generator)
    answers = torch.multinomial(fair.softmax(dim=1), 1, generator=generator)[:, 0]
    return fair * sharp, answers


@pytest.mark.parametrize("sharp", [0.5, 1.0, 2.0, 5.0])
def test_a_known_temperature_is_found_again(sharp):
    assert fit_temperature(*drawn(4_000, sharp)) == pytest.approx(sharp, rel=0.1)


@pytest.mark.parametrize("equal", ["width", "mass"])
def test_it_repairs_other_questions_and_leaves_every_answer(equal):
    temperature = fit_temperature(*drawn(1_000, 4.0))
    scores, answers = drawn(2_000, 4.0, seed=1)  # another split
    before, after = scores.softmax(dim=1), at_temperature(scores, temperature)
    assert bool((before.argmax(dim=1) == after.argmax(dim=1)).all())
    errors = [calibration_error(*every_option(p, answers), equal=equal) for p in (before, after)]
    assert errors[1] < 0.25 * errors[0]


def test_no_other_temperature_has_a_smaller_loss():
    scores, answers = drawn(300, 3.0)
    best = fit_temperature(scores, answers)

    def loss(temperature: float) -> float:
        return float(torch.nn.functional.cross_entropy(scores / temperature, answers))

    assert all(loss(best) <= loss(other) + 1e-7 for other in (0.5, 1.0, best * 0.98, best * 1.02))
    shifted = scores + torch.tensor([[5.0], [-2.0], [0.0]]).repeat(100, 1)
    assert fit_temperature(shifted, answers) == pytest.approx(best, rel=1e-4)  # softmax sees none


def test_scores_that_know_everything_go_to_the_end_of_the_range():
    scores = torch.eye(3)
    assert fit_temperature(scores, torch.arange(3)) == pytest.approx(0.02, rel=0.01)


@pytest.mark.parametrize(
    ("scores", "answers", "says"),
    [
        (torch.zeros(2, 3), torch.zeros(3, dtype=torch.long), "give \\[questions, options\\]"),
        (torch.zeros(0, 3), torch.zeros(0, dtype=torch.long), "at least one question"),
        (torch.full((1, 2), torch.nan), torch.zeros(1, dtype=torch.long), "no finite number"),
    ],
)
def test_what_cannot_be_fitted_is_named(scores, answers, says):
    with pytest.raises(ValueError, match=says):
        fit_temperature(scores, answers)


def test_a_temperature_is_above_0():
    with pytest.raises(ValueError, match="temperature is 0: give a number above 0"):
        at_temperature(torch.zeros(1, 2), 0)
