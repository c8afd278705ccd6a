"""Where the files that ship with the course lie: in a checkout, or in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def root() -> Path:
    """The folder of shipped files: `assets/` of a checkout, `gptedu/_assets/` of a wheel.

    A checkout is recognised by its `pyproject.toml`, so that a folder named `assets` beside an
    installed package is never taken for ours.
    """
    if (_PACKAGE.parent / "pyproject.toml").is_file():
        return _PACKAGE.parent / "assets"
    return _PACKAGE / "_assets"


def path(*parts: str) -> Path:
    """The path of a shipped file: `path("checkpoints", "mini-m", "card.json")`.

    Raises FileNotFoundError where the file is not there; use `root()` to name one to be written.
    """
    found = root().joinpath(*parts)
    if not found.exists():
        raise FileNotFoundError(
            f"{'/'.join(parts)!r} is not among the shipped files in {root()}; "
            "install the package again, or run `gptedu doctor` to see what is missing"
        )
    return found
