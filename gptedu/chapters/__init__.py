"""What one chapter alone needs: a folder each with its exercises, experiments and claims.

A chapter uses all methods and no other chapter; only its notebook and the tools import it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gptedu.course.claims import Claim
    from gptedu.course.exercises import Exercise

IN_PREPARATION: frozenset[str] = frozenset()
"""Chapters that are not to be read yet: their methods, experiments and first records are here, a
source may be, and no notebook is. Nothing lists them; `gptedu build NN` tries one out by name."""


def claims_of(slug: str) -> list[Claim]:
    """The claims of a chapter, in the order in which its module has them."""
    from gptedu.course.claims import Claim

    module = import_module(f"{__name__}.{slug}.claims")
    return [each for each in vars(module).values() if isinstance(each, Claim)]


def headline_of(slug: str) -> str:
    """The id of the claim that stands for a chapter in README."""
    return import_module(f"{__name__}.{slug}").HEADLINE


def exercises_of(slug: str) -> tuple[Exercise, ...]:
    """The exercises of a chapter, in its order."""
    return import_module(f"{__name__}.{slug}.exercises").EXERCISES
