"""The miniature web as tokens: generated once, kept in the user's cache, the same for all sizes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gptedu.text import Tokenizer, train_tokenizer
from gptedu.training.data.batches import cached, pack
from gptedu.training.recipe import DataOptions
from gptedu.world import VERSION, Document, World
from gptedu.world.leads import LEADS
from gptedu.world.mixtures import find_mixture


def cache_folder() -> Path:
    """Where tokens and unfinished runs are kept: $GPTEDU_CACHE, or the user's cache folder.

    Raises FileNotFoundError where neither it nor a home folder is known.
    """
    own, base = os.environ.get("GPTEDU_CACHE"), os.environ.get("XDG_CACHE_HOME")
    try:
        if own:
            return Path(own).expanduser()
        return Path(base or "~/.cache").expanduser() / "gptedu"
    except RuntimeError:
        raise FileNotFoundError(
            "no home folder is known: set GPTEDU_CACHE to a folder for tokens and unfinished runs"
        ) from None


def writable(folder: Path, instead: str = "set GPTEDU_CACHE to one that can") -> Path:
    """The folder, made where there is none, once a file could be made in it.

    So that it is said before a run of many minutes, and not where it would save. Raises OSError
    with the way out, `instead`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"tried")
    except OSError as error:
        reason = f"{error.strerror}: the folder cannot be written, {instead}"
        raise OSError(error.errno, reason, str(folder)) from None
    return folder


def web_tokens(
    options: DataOptions, split: str, tokenizer: Tokenizer, folder: Path | None = None
) -> np.ndarray:
    """The tokens of a split of the miniature web, uint16 [length]; made once, then read back.

    split: "train" (`options.tokens` long) or "validation" (`options.validation` long).
    folder: where they are kept; the user's cache by default.
    """
    length = options.validation if split == "validation" else options.tokens
    own = {"split": split, "without": sorted(options.without)}

    def documents(web: World) -> Iterator[Document]:
        return web.documents(
            split, seed=options.seed, without=options.without, mixture=options.mixture
        )

    return _kept_tokens(options, length, own, documents, tokenizer, folder)


def lead_tokens(
    options: DataOptions, tokenizer: Tokenizer, folder: Path | None = None
) -> dict[str, np.ndarray]:
    """What is read before all else and beside the web: rows of the mixture's lead -> their tokens.

    Together they are `options.lead` long, and longer by what is read later; all are documents of
    the training split.
    """
    lead = LEADS[options.mixture]
    tokens = {}
    for number, (name, rows) in enumerate(lead.rows.items()):

        def documents(web: World, kinds: Any = rows.kinds, number: int = number) -> Any:
            seed = options.seed + 1 + number
            return web.documents("train", seed=seed, kinds=kinds, mixture=options.mixture)

        length = int(options.lead * lead.share_of(name)) + int(options.tokens * rows.later)
        own = {"lead": number, "kinds": rows.kinds}
        tokens[name] = _kept_tokens(options, length, own, documents, tokenizer, folder)
    return tokens


def _kept_tokens(
    options: DataOptions,
    length: int,
    own: dict[str, Any],
    documents: Callable[[World], Iterator[Document]],
    tokenizer: Tokenizer,
    folder: Path | None,
) -> np.ndarray:
    """The first `length` tokens of some documents, which `own` tells from others of the options."""
    vocabulary = hashlib.sha256(tokenizer.backend.to_str().encode()).hexdigest()
    key = {
        "world": VERSION,
        "vocabulary": vocabulary,
        "seed": options.seed,
        "tokens": length,
        "mixture": [options.mixture, fingerprint(options.mixture)],
        **own,
    }
    folder = folder or cache_folder() / "tokens"

    def make() -> np.ndarray:
        writable(folder)
        return pack((document.text for document in documents(World())), tokenizer, length)

    return cached(folder, key, make)


def web_tokenizer(
    vocab_size: int, documents: int, seed: int = 0, mixture: str = "first"
) -> Tokenizer:
    """A tokenizer learned from the first documents of the training split of a mixture."""
    web = World().documents("train", documents, seed=seed, mixture=mixture)
    return train_tokenizer((document.text for document in web), vocab_size)


def fingerprint(mixture: str, each: int = 20) -> str:
    """A short digest of a mixture: its kinds, their weights and what documents of each kind say.

    each: how many of every kind. The rare ones count as much as the others, so that tokens from
    before one of them was changed are not read again.
    """
    sha = hashlib.sha256()
    for name, kind in find_mixture(mixture).items():
        sha.update(f"{name}\0{kind.weight}\0".encode())
        for document in World().documents("train", each, kinds=[name], mixture=mixture):
            sha.update(document.text.encode() + b"\0")
    return sha.hexdigest()[:12]
