"""What went wrong, as a learner reads it."""

from __future__ import annotations


def sentence(error: BaseException) -> str:
    """An exception as one sentence: a capital, a full stop, no line breaks."""
    said = clause(error)
    return said[0].upper() + said[1:]


def clause(error: BaseException) -> str:
    """The same without its capital, to stand behind other words."""
    words = " ".join(str(error).split()) or type(error).__name__
    return words if words[-1] in ".!?" else words + "."
