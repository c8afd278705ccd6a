"""Where the value model begins."""

from __future__ import annotations

import torch

from gptedu.rlhf.ppo.value_model import ValueModel
from gptedu.rlhf.reward.model import RewardModel
from gptedu.sampling import seeded
from ppo_samples import rolled
from tiny_rlhf import tiny_lm


def test_values_start_at_zero_or_where_the_reward_model_is():
    lm = tiny_lm(sharp=2.0)
    assert not rolled(lm).values.any()
    reward_model = RewardModel.of(lm)
    torch.nn.init.normal_(reward_model.head.weight, generator=seeded(3))
    reward_model.shift.fill_(-1.5)
    value_model = ValueModel.of_reward_model(reward_model)
    rollout = rolled(lm, value_model=value_model)
    with torch.no_grad():
        every = reward_model.at_every_token(rollout.episodes.ids, rollout.episodes.mask)
        mine = value_model(rollout.episodes.ids, rollout.episodes.mask)
    torch.testing.assert_close(mine, every)
    mask = rollout.episodes.answer_mask
    torch.testing.assert_close(rollout.values[mask], every[:, :-1][mask[:, 1:]])
    value_model.head.weight.data.zero_()  # a copy: the reward stays as it is
    assert reward_model.head.weight.any()
