"""The web stays what it is: its texts are, to the last letter, those of its version.

Corpora, models and records name that version, so nothing may change behind its back. `golden.json`
holds a digest of the first texts of every kind. Once VERSION is raised, write it anew with

    python tests/world/test_golden.py
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from gptedu.world import KINDS, LABELS, VERSION, World
from gptedu.world.crawl import CRAWL, crawl
from gptedu.world.draw import Draw
from gptedu.world.requests import INSTRUCTION_KINDS, demonstration, instruction, submissions
from gptedu.world.splits import SPLITS

GOLDEN = Path(__file__).with_name("golden.json")


def digest(things: Iterable[Any]) -> str:
    """SHA-256 of texts, and of dataclasses by their values: fields may get other names."""
    sha = hashlib.sha256()
    for thing in things:
        values = astuple(thing) if is_dataclass(thing) else thing
        sha.update(json.dumps(values).encode() + b"\n")
    return sha.hexdigest()


def of_all_splits(draw: Callable[[str], Iterable[Any]]) -> str:
    return digest(thing for split in SPLITS for thing in draw(split))


def digests() -> dict[str, dict[str, str]]:
    """Part of the web -> kind of text -> digest."""
    web = World(seed=0)
    return {
        "documents": {
            kind: of_all_splits(lambda split, k=kind: web.documents(split, 40, kinds=[k]))
            for kind in KINDS
        },
        "the mixture": {
            f"world {world}, {split}, seed {seed}": digest(
                World(world).documents(split, 300, seed=seed)
            )
            for world in (0, 1)
            for split in SPLITS
            for seed in (0, 1)
        },
        "a selection": {
            "from the millionth on": digest(web.documents("train", 50, start=10**6)),
            "without stories": digest(web.documents("train", 50, without=["story"])),
        },
        "labelled": {
            task: of_all_splits(lambda split, t=task: web.labelled(t, split, 30)) for task in LABELS
        },
        "questions": {
            task: of_all_splits(lambda split, t=task: web.questions(t, split, 4))
            for task in web.tasks
        },
        "questions with new names": {
            task: digest(web.questions(task, count=4, new_names=True))
            for task in ("reading", "sums/worked", "sorting")
        },
        "one list": {"seed 0": digest(web.one_list()), "seed 1": digest(web.one_list(seed=1))},
        "requests": {
            kind: of_all_splits(lambda split, k=kind: _requests(web, k, split))
            for kind in INSTRUCTION_KINDS
        },
        "submissions": {
            f"seed {seed}": digest(submissions(web, 300, seed=seed)) for seed in (0, 1)
        },
        "crawl": {
            kind: digest(page for page in crawl(web, count=600) if page.kind == kind)
            for kind in CRAWL
        },
    }


def _requests(web: World, kind: str, split: str) -> Iterator[Any]:
    for index in range(30):
        d = Draw(web.facts, split, random.Random(f"golden/{kind}/{index}"))
        asked = instruction(d, kind)
        yield asked
        yield demonstration(d, asked)


@pytest.fixture(scope="module")
def now() -> dict[str, dict[str, str]]:
    return digests()


def test_the_texts_of_a_version_stay_the_same(now):
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert golden.pop("version") == VERSION, (
        "the version was raised: write the new digests with `python tests/world/test_golden.py`"
    )
    changed = [
        f"{part}: {kind}"
        for part in {**golden, **now}
        for kind in {**golden.get(part, {}), **now.get(part, {})}
        if golden.get(part, {}).get(kind) != now.get(part, {}).get(kind)
    ]
    assert not changed, (
        f"these texts are no longer those of version {VERSION}: raise VERSION in "
        "gptedu/world/__init__.py, as corpora, models and records of before are of another web"
    )


def write() -> None:
    record = {"version": VERSION, **digests()}
    GOLDEN.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
