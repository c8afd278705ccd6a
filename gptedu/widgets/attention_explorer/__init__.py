"""AttentionExplorer: where every head looks, and what the model says without it."""

from .widget import AttentionExplorer

__all__ = ["AttentionExplorer"]
