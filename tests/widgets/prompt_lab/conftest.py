"""Fixtures of this widget's tests."""

from __future__ import annotations

from widgets.prompt_lab.samples import family  # noqa: F401
