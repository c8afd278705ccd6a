"""The papers' runs: what is known is theirs, and what is assumed is said."""

from __future__ import annotations

import pytest

from gptedu.chapters.scaling.published_runs import GPT1, GPT2, published_runs
from gptedu.model import count_parameters


def test_the_papers_sizes():
    assert count_parameters(GPT1) == pytest.approx(117e6, rel=0.02)
    assert count_parameters(GPT2) == pytest.approx(1542e6, rel=0.02)


def test_each_run_costs_more_and_says_what_it_assumes():
    one, two, three, four = published_runs(gpt4_over_gpt3=100)
    assert one.flops < three.flops
    assert two.flops < three.flops < four.flops
    assert three.flops == pytest.approx(6 * three.parameters * three.tokens, rel=0.01)
    assert not three.assumed
    assert all(run.assumed for run in (one, two, four))
    assert [run.name for run in published_runs()] == ["GPT-1", "GPT-2", "GPT-3"]


def test_assumptions_are_inputs():
    once, twice = published_runs()[1], published_runs(gpt2_epochs=2)[1]
    assert twice.flops == pytest.approx(2 * once.flops)
    assert "read 2 times" in twice.assumed
    with pytest.raises(ValueError, match="gpt4_over_gpt3 is 0: give a positive number"):
        published_runs(gpt4_over_gpt3=0)
