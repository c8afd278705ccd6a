"""Where the files that ship with the course lie, in a checkout or in an installed wheel; and how a
file is written: whole, or not at all.
"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def checkout() -> Path | None:
    """The top of the source tree that this package is imported from; None where it is installed.

    It is recognised by its `pyproject.toml`, so that a folder named `assets`, or a git repository,
    around an installed package is never taken for ours.
    """
    return _PACKAGE.parent if (_PACKAGE.parent / "pyproject.toml").is_file() else None


def root() -> Path:
    """The folder of shipped files: `assets/` of a checkout, `gptedu/_assets/` of a wheel."""
    tree = checkout()
    return _PACKAGE / "_assets" if tree is None else tree / "assets"


def expanded(path: str | Path) -> Path:
    """The path with `~` for the home folder; as it stands where nobody's home is known."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def chapters() -> Path:
    """The folder of the notebooks: `chapters/` of a checkout, `gptedu/_chapters/` of a wheel."""
    tree = checkout()
    return _PACKAGE / "_chapters" if tree is None else tree / "chapters"


def path(*parts: str) -> Path:
    """The path of a shipped file: `path("checkpoints", "mini-m", "card.json")`.

    Raises FileNotFoundError where the file is not there; use `root()` to name one to be written.
    """
    file = root().joinpath(*parts)
    if not file.exists():
        raise FileNotFoundError(
            f"{'/'.join(parts)!r} is not among the shipped files in {root()}; "
            "install the package again, or run `gptedu doctor` to see what is missing"
        )
    return file


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file so that a reader, or a crash, never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)  # where the disk is full, nothing half-written stays
