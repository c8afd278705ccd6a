"""PromptLab: one prompt with 0..K examples, several models side by side."""

from .widget import PromptLab

__all__ = ["PromptLab"]
