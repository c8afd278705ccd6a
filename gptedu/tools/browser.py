"""Where a Chromium is: it turns plots into pictures, and the widgets' tests run in it."""

from __future__ import annotations

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find_browser() -> str:
    """The path of a Chromium or Chrome on this machine, empty where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), "")
