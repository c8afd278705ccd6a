"""Fixtures of this widget's tests."""

from __future__ import annotations

from widgets.next_token.samples import lm  # noqa: F401
