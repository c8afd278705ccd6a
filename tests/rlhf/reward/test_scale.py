"""Where 0 is."""

from __future__ import annotations

import pytest
import torch

from gptedu.rlhf.reward.scale import shift_to_zero
from gptedu.rlhf.reward.scorer import Scorer
from reward_samples import ranked


def test_demonstrations_score_0_after_the_shift(model, tokenizer):
    model.float()
    demonstrations, others = ranked(0, 9).texts, ranked(1, 9).texts
    scorer = Scorer(model, tokenizer)
    before = scorer(others)
    assert scorer(demonstrations).mean().abs() > 0.01
    for _ in range(2):  # the second time there is nothing left to do
        shift_to_zero(model, tokenizer, demonstrations)
        assert scorer(demonstrations).mean().abs() < 1e-5
    moved = scorer(others) - before
    torch.testing.assert_close(moved, moved[:1].expand(9), rtol=0, atol=1e-5)
    assert model.shift.shape == ()
    with pytest.raises(ValueError, match="no demonstrations"):
        shift_to_zero(model, tokenizer, [])
