"""The colours of the course, shared by figures, still pictures and live views."""

from __future__ import annotations

SCALE_STOPS = (
    (255, 255, 255),
    (253, 236, 200),
    (250, 204, 130),
    (240, 146, 84),
    (212, 83, 77),
    (157, 41, 92),
    (94, 22, 95),
    (33, 10, 60),
)
"""Colours from 0 to 1, each darker than the one before: it also reads in grey."""

INK = (27, 29, 38)
FAINT = (98, 102, 117)
LINE = (214, 217, 226)
PAPER = (255, 255, 255)
ACCENT = (21, 94, 170)
ALARM = (180, 35, 24)
GOOD = (17, 113, 73)
WASH = (244, 245, 249)
ACCENT_WASH = (227, 238, 251)

MARKS = {"start": (21, 94, 170), "delim": (140, 80, 0), "extract": (17, 113, 73)}
"""One colour for each kind of special token, all dark enough for white letters."""
