"""`gptedu doctor`: what works on this machine, and what to do about the rest, on one screen."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from gptedu import assets, console
from gptedu.tools.browser import find_browser

GOOD, NOTE, BAD = "ok", "note", "problem"
LIBRARY = ("numpy", "scipy", "tokenizers", "safetensors", "plotly", "tqdm")
NOTEBOOK = ("jupyterlab", "ipykernel", "ipywidgets", "anywidget", "jupyterlab_widgets")
REAL_MODELS = ("transformers", "gguf", "accelerate")
TESTS = ("pytest", "nbval", "playwright", "jupytext", "kaleido")
FREE_DISK, FREE_MEMORY = 2e9, 1.5e9  # bytes; a chapter takes up to 1.2 GB of memory


@dataclass(frozen=True)
class Check:
    """One line of the screen. advice: what to do about it; empty where nothing is to be done."""

    state: str
    name: str
    finding: str
    advice: str = ""


def run(say: Callable[[str], None] = console.say) -> int:
    """Check this machine and say so; returns 1 where something in the course will not work."""
    checks = list(examine())
    say(screen(checks))
    return 1 if any(check.state == BAD for check in checks) else 0


def examine() -> Iterator[Check]:
    """Every check, in the order of the screen. No check raises, and none needs the network."""
    for examiner in (_python, _library, _torch, _memory, _notebook, _real_models, _tests, _browser,
                     _family, _chat_model, _disk):  # fmt: skip
        try:
            yield from examiner()
        except Exception as error:  # a doctor who falls ill helps nobody
            yield Check(BAD, examiner.__name__.strip("_"), f"{type(error).__name__}: {error}")


def screen(checks: Sequence[Check]) -> str:
    """The checks as lines, and a last one that sums them up."""
    signs = {GOOD: "✓", NOTE: "·", BAD: "✗"}
    lines = []
    for check in checks:
        lines.append(f"{signs[check.state]} {check.name:<14} {check.finding}")
        if check.advice:
            lines.append(f"{'':<17}→ {check.advice}")
    bad, notes = (sum(check.state == state for check in checks) for state in (BAD, NOTE))
    if bad:
        lines.append(f"{bad} to be mended before the course runs, {notes} that may be left so.")
    else:
        lines.append(f"The course runs here, with or without a network; {notes} may be left so.")
    return "\n".join(lines)


def _python() -> Iterator[Check]:
    good = sys.version_info >= (3, 10)
    version = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Check(GOOD if good else BAD, "Python", version, "" if good else "install Python 3.10+")


def _library() -> Iterator[Check]:
    yield _packages("library", LIBRARY, BAD, _install())


def _torch() -> Iterator[Check]:
    try:
        import torch
    except ImportError:
        yield Check(BAD, "torch", "not installed", _pip("torch"))
        return
    capability = torch.backends.cpu.get_cpu_capability()
    yield Check(GOOD, "torch", f"{torch.__version__}, {capability}")
    yield _threads()
    fast = speed("float32")
    slow = fast < 5
    yield Check(
        NOTE if slow else GOOD,
        "CPU speed",
        f"{fast:.0f} GFLOP/s float32, {speed('bfloat16'):.0f} bfloat16",
        "slow: close what else runs; chapters take longer than they say" if slow else "",
    )
    if torch.cuda.is_available():
        yield Check(GOOD, "GPU", f"{torch.cuda.get_device_name()}; longer trainings are used")
    else:
        yield Check(GOOD, "GPU", "none, and none is needed")


def _threads() -> Check:
    """How many cores there are, who limits them, and what is made of them."""
    import torch

    from gptedu import threads

    here, may, quota = os.cpu_count() or 1, threads.cores(), threads.quota()
    own = threads.set_by_user()
    limits = [f"{may} of them for this process"] if may < here else []
    limits += [] if quota is None else [f"a quota of {quota:g}"]
    cores = ", ".join([f"{here} core{'s' if here > 1 else ''}", *(limits or ["no limit on them"])])
    if own is None:
        up_to = f"training on up to {threads.most()}" if threads.most() > 1 else "training too"
        return Check(GOOD, "threads", f"{cores}; small models run on 1, {up_to}")
    cores += f"; {own} is set, and kept"
    if torch.get_num_threads() > threads.granted():
        advice = (
            f"unset it, or set {threads.granted()}: more threads than cores wait for each other"
        )
        return Check(NOTE, "threads", cores, advice)
    return Check(GOOD, "threads", cores)


def speed(
    dtype: str,
    size: int = 512,
    seconds: float = 0.2,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Matrix products on the CPU, in GFLOP/s: the best of as many as fit into `seconds`."""
    import torch

    matrix = torch.ones(size, size, dtype=getattr(torch, dtype))
    best, until = float("inf"), clock() + seconds
    while True:
        start = clock()
        matrix @ matrix
        now = clock()
        best = min(best, now - start)
        if now > until:
            return 2 * size**3 / best / 1e9


def _memory() -> Iterator[Check]:
    import psutil

    free = psutil.virtual_memory().available
    short = free < FREE_MEMORY
    yield Check(
        NOTE if short else GOOD,
        "memory",
        f"{free / 1e9:.1f} GB free",
        "close other notebooks: a chapter takes up to 1.2 GB" if short else "",
    )


def _notebook() -> Iterator[Check]:
    yield _packages("JupyterLab", NOTEBOOK, BAD, _install("course"))


def _real_models() -> Iterator[Check]:
    yield _packages("real models", REAL_MODELS, NOTE, _install("course"))


def _tests() -> Iterator[Check]:
    yield _packages("tests", TESTS, NOTE, f"{_install('test')}, to change the course")


def _packages(name: str, packages: Sequence[str], otherwise: str, advice: str) -> Check:
    versions, missing = [], []
    for package in packages:
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            missing.append(package)
    if missing:
        return Check(otherwise, name, f"without {', '.join(missing)}", advice)
    return Check(GOOD, name, ", ".join(versions))


def _browser() -> Iterator[Check]:
    path = find_browser()
    if path:
        yield Check(GOOD, "Chromium", path)
    else:
        yield Check(NOTE, "Chromium", "not found: widget tests are skipped",
                    "Debian: apt-get install chromium")  # fmt: skip


def _family() -> Iterator[Check]:
    folder = assets.root() / "checkpoints"
    cards = sorted(folder.glob("*/card.json")) + sorted(folder.glob("*/step-*/card.json"))
    harmed = [str(card.parent.relative_to(folder)) for card in cards if not _whole(card)]
    if not (assets.root() / "tokenizer.json").is_file():
        harmed.append("tokenizer.json")
    names = [card.parent.name for card in cards if card.parent.parent == folder]
    if harmed:
        yield Check(BAD, "our models", f"missing or damaged: {', '.join(harmed)}",
                    "restore them (git checkout assets), or `gptedu train NAME`")  # fmt: skip
    elif not names:
        yield Check(BAD, "our models", f"none in {folder}", "install the package again")
    else:
        yield Check(
            GOOD, "our models", f"{', '.join(names)}; {len(cards)} files as their cards say"
        )


def _whole(card: Path) -> bool:
    """Whether the weights beside a card are those it describes."""
    try:
        content = (card.parent / "model.safetensors").read_bytes()
        return hashlib.sha256(content).hexdigest() == json.loads(card.read_text())["sha256"]
    except (OSError, ValueError, KeyError):
        return False


def _chat_model() -> Iterator[Check]:
    from gptedu.get import SMOLLM2, check, folder_of

    try:
        folder = folder_of(SMOLLM2)
    except FileNotFoundError as error:  # nobody's home is known
        yield Check(NOTE, "chat model", f"{SMOLLM2} is not here: {error}", "set GPTEDU_CACHE")
        return
    if not folder.is_dir():
        yield Check(NOTE, "chat model", f"{SMOLLM2} is not here; the chapters do without",
                    f"gptedu get {SMOLLM2} (93 MB, once)")  # fmt: skip
        return
    try:
        check(folder)
        yield Check(GOOD, "chat model", f"{SMOLLM2}, as its card says")
    except ValueError as error:
        yield Check(NOTE, "chat model", str(error), f"gptedu get {SMOLLM2}")


def _disk() -> Iterator[Check]:
    from gptedu.training.data.web import cache_folder, writable

    try:
        place = writable(cache_folder())
    except OSError as error:
        advice = "set GPTEDU_CACHE to a folder of yours: models are trained and fetched into it"
        yield Check(NOTE, "disk", f"nothing can be kept: {error}", advice)
        return
    free = shutil.disk_usage(place).free
    short = free < FREE_DISK
    yield Check(
        NOTE if short else GOOD,
        "disk",
        f"{free / 1e9:.0f} GB free for {_short(place)}",
        "make room, or set GPTEDU_CACHE to a folder on another disk" if short else "",
    )


def _short(path: Path) -> str:
    """A path with ~ for the home folder: stored notebooks show it to others."""
    try:
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):  # it lies elsewhere, or nobody's home is known
        return str(path)


def _install(extra: str = "") -> str:
    """How this package is installed with an extra, from the checkout or from the repository."""
    from gptedu.tools.notebook import BRANCH, REPOSITORY

    what, tree = f"[{extra}]" if extra else "", assets.checkout()
    if tree is None:
        return f"pip install 'gptedu{what} @ git+https://github.com/{REPOSITORY}@{BRANCH}'"
    return f"in {tree}: pip install -e '.{what}' -c constraints.txt"


def _pip(package: str) -> str:
    return f"{sys.executable} -m pip install {package}"
