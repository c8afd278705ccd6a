"""VoteExplorer: many paths of one problem, where each goes wrong, and what they vote for."""

from .widget import VoteExplorer

__all__ = ["VoteExplorer"]
