"""Fixtures of this widget's tests."""

from __future__ import annotations

from widgets.reward_lens.samples import scorer  # noqa: F401
