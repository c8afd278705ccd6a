"""Examples in the prompt in real English, for a model that read the real web."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gptedu.language_model import LanguageModel
    from gptedu.world import Question

SHOTS = (0, 1, 6)


def questions() -> list[Question]:
    """All questions, each with its examples."""
    raise NotImplementedError


def ask(
    lm: LanguageModel, asked: Sequence[Question] | None = None, ks: Sequence[int] = SHOTS
) -> dict[str, Any]:
    """{"scores": task -> K -> mean, "mean": K -> mean, "answers": [...]}."""
    raise NotImplementedError
