"""RewardLens: the reward of a text token by token, and how it changes as words change."""

from .widget import RewardLens

__all__ = ["RewardLens"]
