"""Chapter 5's exercises, in the chapter's order."""

from __future__ import annotations

from gptedu.course.exercises import Exercise

EXERCISES: tuple[Exercise, ...] = ()
