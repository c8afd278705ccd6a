"""PreferenceRanker: a person ranks answers, and a reward model learns from it meanwhile."""

from .widget import PreferenceRanker

__all__ = ["PreferenceRanker"]
