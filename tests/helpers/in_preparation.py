"""Chapters whose notebook is still to come: their methods, experiments and first records are here,
and what a notebook has to state, read and show is not asked of them yet."""

from __future__ import annotations

IN_PREPARATION = frozenset({"vision"})
RUNNING = frozenset({("scaling", "predict-again")})
"""Experiments whose run takes an hour and is not over: their record is to come."""
