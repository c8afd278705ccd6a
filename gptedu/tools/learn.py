"""`gptedu learn`: a folder of the learner's own, with the chapters as they are before they are run.

The notebooks that ship are executed, for readers. Here they come without outputs, so that a guess
is a guess; only the cards that ask something are there. What a learner changed is never
overwritten: a new version of a chapter is put beside it, with its date in its name. Works from a
checkout and from an installed wheel.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from gptedu import assets
from gptedu.course.cards import asks
from gptedu.course.kept import FILE, HOME, MANIFEST


def default_folder() -> Path:
    """`gptedu-course` in the home folder, or where there is none, in the present one.

    Not `gptedu`: that is what a clone of the repository is called.
    """
    try:
        return Path.home() / HOME
    except RuntimeError:
        return Path(HOME)


def learn(
    folder: str | Path | None = None,
    arguments: Sequence[str] = (),
    *,
    open_lab: bool = True,
    say: Callable[[str], None] = print,
) -> int:
    """Make or refresh the learner's folder and open JupyterLab there; returns its exit code.

    folder: default `default_folder()`. arguments: for JupyterLab. say: gets a line a chapter.
    """
    target = assets.expanded(folder) if folder else default_folder()
    try:
        lines = prepare(target)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        why = os.strerror(error.errno)
        raise OSError(
            f"{target} cannot be written ({why}): give another folder, gptedu learn FOLDER"
        ) from None
    for line in lines:
        say(line)
    say(f"your folder: {target.resolve()}")
    say(f"what you guess and solve is kept there in {FILE}, and nothing leaves this machine")
    if not open_lab:
        return 0
    command = [sys.executable, "-m", "jupyterlab", *arguments, _latest(target).name]
    try:
        return subprocess.call(command, cwd=target, env=_environment())
    except KeyboardInterrupt:  # JupyterLab has been stopped from this terminal
        return 0


def _environment() -> dict[str, str]:
    """Of the kernels: each runs `gptedu.course.startup` first, unless the learner has a file."""
    startup = Path(__file__).parents[1] / "course" / "startup.py"
    return {"PYTHONSTARTUP": str(startup), **os.environ}


def prepare(folder: Path, chapters: Path | None = None, today: date | None = None) -> list[str]:
    """Put the chapters into a folder, and return a line for each that is new there.

    chapters: where they ship. today: the date of a version that comes beside a changed one.
    Raises FileNotFoundError where there are no chapters, and OSError for a folder that cannot be
    written, or is the checkout's own.
    """
    chapters = chapters or assets.chapters()
    shipped = sorted(chapters.glob("*.ipynb"))
    if not shipped:
        raise FileNotFoundError(f"there are no chapters in {chapters}: install the package again")
    if assets.checkout() is not None and chapters.resolve() == folder.resolve():
        raise OSError(f"{folder} holds the chapters as they ship: give a folder of your own")
    folder.mkdir(parents=True, exist_ok=True)
    manifest = _read_manifest(folder)
    lines = []
    for notebook in shipped:
        text = blank(json.loads(notebook.read_text(encoding="utf-8")))
        digest = _digest(text)
        name = manifest.get(notebook.stem, {}).get("file", notebook.name)
        if manifest.get(notebook.stem, {}).get("digest") == digest and (folder / name).exists():
            continue
        name = _free_name(folder, notebook.stem, manifest.get(notebook.stem), today or date.today())
        there = (folder / name).exists()
        assets.write_whole(folder / name, text.encode("utf-8"))
        lines.append(_said(name, manifest.get(notebook.stem, {}).get("file", notebook.name), there))
        manifest[notebook.stem] = {"file": name, "digest": digest}
        _write_manifest(folder, manifest)
    return lines


def blank(notebook: dict[str, Any]) -> str:
    """A notebook as text, without outputs: nothing in it tells what its cells will show.

    Only cards that ask something stay, so that a question is seen before its cell has been run.
    """
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [output for output in cell["outputs"] if _asks(output)]
            cell["execution_count"] = None
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _asks(output: dict[str, Any]) -> bool:
    return asks("".join(output.get("data", {}).get("text/html", "")))


def _said(name: str, before: str, there: bool) -> str:
    """What is told of a chapter that was put there. before: where the last version lies."""
    if there:
        return f"{name}: the new version, in place of the old one, which you had not changed"
    if name == before:
        return name
    return f"{name}: the new version; yours, {before}, stays as it is"


def _free_name(folder: Path, stem: str, written: dict[str, str] | None, today: date) -> str:
    """Where a new version goes: in place of ours if the learner left that alone, else beside.

    Beside it has its date in its name, so that one sees which is newer.
    """
    if written and _is_untouched(folder, written):
        return written["file"]
    first = (f"{stem}.ipynb", f"{stem}-{today}.ipynb")
    further = (f"{stem}-{today}-{number}.ipynb" for number in itertools.count(2))
    return next(n for n in itertools.chain(first, further) if not (folder / n).exists())


def _latest(folder: Path) -> Path:
    """The notebook that was changed last; the first chapter where none has been touched."""
    manifest = _read_manifest(folder)
    notebooks = sorted(folder.glob("*.ipynb"))
    untouched = {entry["file"] for entry in manifest.values() if _is_untouched(folder, entry)}
    changed = [path for path in notebooks if path.name not in untouched]
    return max(changed, key=lambda path: path.stat().st_mtime) if changed else notebooks[0]


def _is_untouched(folder: Path, written: dict[str, str]) -> bool:
    """Whether a notebook is still, to the letter, what was written there."""
    path = folder / written["file"]
    return path.exists() and _digest(path.read_text(encoding="utf-8")) == written["digest"]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _read_manifest(folder: Path) -> dict[str, dict[str, str]]:
    """What was written before; empty where nothing was, or where the file is damaged."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _write_manifest(folder: Path, manifest: dict[str, dict[str, str]]) -> None:
    text = json.dumps(manifest, indent=1) + "\n"
    assets.write_whole(folder / MANIFEST, text.encode("utf-8"))
