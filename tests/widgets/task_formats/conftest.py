"""Fixtures of this widget's tests."""

from __future__ import annotations

from widgets.task_formats.samples import lm  # noqa: F401
