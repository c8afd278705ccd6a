"""bertviz's own views (Vig 2019) on our models: offline, and at the first Run All."""

from .widget import bertviz_view

__all__ = ["bertviz_view"]
