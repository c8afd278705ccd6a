"""The exercises of a chapter as they stand in its notebook."""

from __future__ import annotations

from gptedu.tools.classroom import handouts
from gptedu.tools.classroom.handouts import Stub


def stubs(stem: str) -> list[Stub]:
    """In their order."""
    _, notebook = handouts.read(stem)
    found = (handouts.stub_of(cell, stem) for cell in notebook["cells"])
    return [stub for stub in found if stub is not None]
