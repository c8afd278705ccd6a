"""What the tests of this widget share."""

from __future__ import annotations

ITEMS = [
    (f"Text {i}.\nPlease {i}?\nReply:", tuple(f" answer {i}{c}" for c in "abcd")) for i in range(5)
]
