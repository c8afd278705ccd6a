"""RuleBench: rules of one's own against an oracle, a table of rewards, and a model that moves."""

from .widget import RuleBench

__all__ = ["RuleBench"]
