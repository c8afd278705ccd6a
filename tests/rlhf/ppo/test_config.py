"""Settings of PPO that mean nothing."""

from __future__ import annotations

import math

import pytest

from gptedu.rlhf.ppo.config import PPOConfig
from ppo_samples import NAN


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ({"batch": 0}, "batch is 0"),
        ({"epochs": 1.5}, "epochs is 1.5"),
        ({"max_tokens": True}, "max_tokens is True"),
        ({"batch": 10, "minibatch": 4}, "batch of 10 does not divide"),
        ({"minibatch": 8, "answers": 3}, "into 3 answers"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0"),
        ({"clip": -0.2}, "clip is -0.2"),
        ({"value_clip": NAN}, "value_clip is nan"),
        ({"beta": -1.0}, "beta is -1.0"),
        ({"ptx": math.inf}, "ptx is inf"),
        ({"lam": 1.5}, "lam is 1.5"),
        ({"gamma": "1"}, "gamma is '1'"),
        ({"target_kl": 0.0}, "target_kl is 0.0"),
        ({"target_kl": 3.0, "beta": 0.0}, "start above 0"),
    ],
)
def test_settings_that_mean_nothing(setting, says):
    with pytest.raises(ValueError, match=says):
        PPOConfig(**setting)
