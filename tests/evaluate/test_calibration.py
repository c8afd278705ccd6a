"""Calibration: contextual, and how far confidence is from accuracy."""

from __future__ import annotations

import itertools

import pytest
import torch

from gptedu.evaluate.calibration import (
    calibrate,
    calibration_error,
    confidence_bins,
    every_option,
)
from gptedu.sampling import seeded


def test_a_content_free_input_becomes_uniform():
    free = torch.tensor([-1.0, -3.0, -0.2])
    assert torch.allclose(calibrate(free, free), torch.full((3,), 1 / 3))


def test_a_constant_bias_of_a_choice_cancels():
    torch.manual_seed(0)
    scores, free, bias = torch.randn(7, 4), torch.randn(4), torch.tensor([0.0, 5.0, -2.0, 1.0])
    assert torch.allclose(calibrate(scores + bias, free + bias), calibrate(scores, free), atol=1e-6)
    assert calibrate(scores, free).sum(-1).allclose(torch.ones(7))


def test_calibration_divides_by_what_a_choice_gets_for_nothing():
    scores, free = torch.tensor([0.6, 0.4]).log(), torch.tensor([0.75, 0.25]).log()
    expected = torch.tensor([0.6 / 0.75, 0.4 / 0.25])
    assert torch.allclose(calibrate(scores, free), expected / expected.sum())
    two = torch.tensor([[0.9, 0.1], [0.6, 0.4]]).log()  # their mean is 0.75, 0.25
    assert torch.allclose(calibrate(scores, two), expected / expected.sum())


def test_calibration_names_a_mismatch():
    with pytest.raises(ValueError, match="3 choices cannot be calibrated by 2"):
        calibrate(torch.zeros(3), torch.zeros(2))


def test_who_is_right_as_often_as_sure_has_no_calibration_error():
    """All ways to be right in two answers of ten at 0.2, five of ten at 0.5, and so on."""
    for tenths in range(11):
        confidence = torch.full((10,), tenths / 10)
        for wrong in itertools.islice(itertools.permutations(range(10), 10 - tenths), 30):
            right = torch.ones(10)
            right[list(wrong)] = 0.0
            assert calibration_error(confidence, right) == pytest.approx(0.0, abs=1e-6)


def test_always_sure_and_half_right_is_wrong_by_half():
    for right in itertools.product((0.0, 1.0), repeat=4):
        error = calibration_error(torch.ones(4), torch.tensor(right))
        assert error == pytest.approx(1 - sum(right) / 4)


def test_the_calibration_error_equals_its_definition():
    generator = seeded(0)
    confidence = torch.rand(500, generator=generator)
    right = (torch.rand(500, generator=generator) < confidence**2).float()
    bins: dict[int, list[tuple[float, float]]] = {}
    for c, r in zip(confidence.tolist(), right.tolist(), strict=True):
        bins.setdefault(min(int(c * 10), 9), []).append((c, r))
    expected = sum(
        abs(sum(c for c, _ in inside) - sum(r for _, r in inside)) for inside in bins.values()
    )
    assert calibration_error(confidence, right) == pytest.approx(expected / 500, abs=1e-6)
    # Errors of two directions do not cancel where they lie in different bins.
    assert calibration_error(torch.tensor([0.05, 0.95]), torch.tensor([1.0, 0.0])) == (
        pytest.approx(0.95)
    )


@pytest.mark.parametrize(
    ("confidence", "right", "says"),
    [
        ([], [], "at least one"),
        ([0.5, 0.5], [1.0], "one of each"),
        ([torch.nan], [1.0], "a confidence is nan: give probabilities"),
        ([55.0], [1.0], "a confidence is 55.0: give probabilities"),
    ],
)
def test_what_is_no_confidence_has_no_calibration_error(confidence, right, says):
    with pytest.raises(ValueError, match=says):
        calibration_error(torch.tensor(confidence), torch.tensor(right))


@pytest.mark.parametrize("equal", ["width", "mass"])
def test_every_answer_is_in_one_bin_and_1_is_in_the_last(equal):
    generator = seeded(1)
    confidence = torch.cat([torch.rand(97, generator=generator), torch.ones(3)])
    bins = confidence_bins(confidence, torch.zeros(100), equal=equal)
    assert sorted(torch.cat(bins).tolist()) == list(range(100))
    assert len(bins) == 10
    assert {97, 98, 99} <= set(bins[-1].tolist())
    highest = [float(confidence[inside].max()) for inside in bins]
    lowest = [float(confidence[inside].min()) for inside in bins]
    assert all(a < b for a, b in itertools.pairwise([x for p in zip(lowest, highest, strict=True)
                                                     for x in p][1:-1:2]))  # fmt: skip
    if equal == "mass":
        assert {len(inside) for inside in bins} <= {9, 10, 11}


@pytest.mark.parametrize("equal", ["width", "mass"])
def test_one_right_at_95_and_one_wrong_at_100_are_wrong_by_their_mean(equal):
    confidence, right = torch.tensor([0.95, 1.0]), torch.tensor([1.0, 0.0])
    bins = 10 if equal == "width" else 1
    assert calibration_error(confidence, right, bins, equal=equal) == pytest.approx(0.475)


def test_answers_of_one_confidence_stay_together():
    confidence = torch.tensor([0.7] * 8 + [0.2, 0.9])
    right = torch.tensor([1.0, 0.0] * 5)
    bins = confidence_bins(confidence, right, 5, equal="mass")
    assert sorted(len(inside) for inside in bins) == [1, 1, 8]
    for order in (torch.arange(10), torch.arange(10).flip(0)):
        error = calibration_error(confidence[order], right[order], 5, equal="mass")
        assert error == pytest.approx(calibration_error(confidence, right, 5, equal="mass"))


def test_every_option_is_an_answer():
    probabilities = torch.tensor([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]])
    confidence, right = every_option(probabilities, torch.tensor([0, 1]))
    assert confidence.tolist() == pytest.approx([0.7, 0.2, 0.1, 0.3, 0.3, 0.4])
    assert right.tolist() == [1, 0, 0, 0, 1, 0]
    with pytest.raises(ValueError, match="give \\[questions, options\\]"):
        every_option(probabilities, torch.zeros(3, dtype=torch.long))
    with pytest.raises(ValueError, match="equal is 'size': choose one of width, mass"):
        calibration_error(confidence, right, equal="size")
