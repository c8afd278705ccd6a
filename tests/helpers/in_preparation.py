"""Chapters whose notebook is still to come: their methods, experiments and first records are here,
and what a notebook has to state, read and show is not asked of them yet."""

from __future__ import annotations

IN_PREPARATION = frozenset({"reasoning", "safety"})
