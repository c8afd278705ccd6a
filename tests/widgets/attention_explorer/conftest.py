"""Fixtures of this widget's tests."""

from __future__ import annotations

from widgets.attention_explorer.samples import lm  # noqa: F401
