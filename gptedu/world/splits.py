"""Which split a piece of content belongs to, decided by the content itself.

A sum, a sentence to translate, a passage or a whole document hashes to one split, for ever and in
every world, so training and test content are disjoint by construction: a generator that draws
something of another split draws again.
"""

from __future__ import annotations

import hashlib

from gptedu import checks

SPLITS = ("train", "validation", "test")
_SHARES = 20  # of which one goes to the test split and one to validation


def split_of(key: str) -> str:
    """The split that content named by `key` belongs to: 90% train, 5% validation, 5% test."""
    bucket = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest(), "big") % _SHARES
    return {0: "test", 1: "validation"}.get(bucket, "train")


def check_split(split: str) -> str:
    """Return `split`, or raise ValueError with the names there are."""
    return checks.one_of("split", split, SPLITS)
