"""Records: what is written is read again, and what ships is what the code makes and uses."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from gptedu import records
from gptedu.chapters import IN_PREPARATION, claims_of
from gptedu.records import Record
from gptedu.scaling import predictions, table
from gptedu.tools import pilots, report
from gptedu.tools.measure import FAMILY, experiments, slugs

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = records.names()
MEASURED = [each for each in SHIPPED if each[0] in slugs()]
SPEED = ROOT / "tests" / "widgets" / "attention_explorer" / "test_browser_speed.py"
BY_OTHERS = {("widgets", "speed"): SPEED}
"""Records that no experiment writes: what writes them instead."""
OF_THEIR_TOOL = {pilots.SLUG}
"""Slugs of records that their own tool writes and lists, as many as there are."""

shipped = pytest.mark.parametrize(("slug", "name"), SHIPPED, ids="/".join)


def record(**changed) -> Record:
    models, claims = {"m": {"sha256": "a"}}, {"demo/a": [1.0, 2.0]}
    plain = Record("one", "demo", [0, 1], 1, None, {}, models, {}, claims, [{}, {}])
    return dataclasses.replace(plain, **changed)


def test_the_spread_names_least_mean_and_most():
    assert records.spread([3.0, 1.0, 2.0]) == {"least": 1.0, "mean": 2.0, "most": 3.0}


def test_what_is_written_is_read_again_with_numbers_as_keys(tmp_path):
    runs = [{"by_count": {25: 0.123456, 100: (1, 2)}, "by_beta": {0.0: "é", 0.1: None}}, {}]
    path = records.write(record(results=runs), tmp_path)
    assert path == tmp_path / "demo" / "one.json"
    again = records.load(path)
    assert again.results[0] == {
        "by_count": {25: 0.1235, 100: [1, 2]}, "by_beta": {0.0: "é", 0.1: None}
    }  # fmt: skip
    assert records.write(again, tmp_path / "again").read_bytes() == path.read_bytes()
    records.write(record(results=[{"x": 1}, {}]), tmp_path)
    assert records.load(path).results == [{"x": 1}, {}]
    assert [each.name for each in path.parent.iterdir()] == ["one.json"]


@pytest.mark.parametrize("text", ['{"a": 1', '{"experiment": "one"}', "[]", "7"])
def test_a_damaged_record_is_named(text, tmp_path):
    path = tmp_path / "one.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"one\.json is damaged"):
        records.load(path)


def test_a_crash_while_writing_leaves_the_old_record(tmp_path, monkeypatch):
    path = records.write(record(), tmp_path)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        records.write(record(results=[object()]), tmp_path)
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        records.write(record(seeds=[7, 8]), tmp_path)
    assert path.read_bytes() == before


# --- what ships ---------------------------------------------------------------------------------


@shipped
def test_a_shipped_record_has_the_head_and_is_written_again_as_it_is(slug, name, tmp_path):
    path = records.folder() / slug / f"{name}.json"
    keys = list(json.loads(path.read_text(encoding="utf-8")))
    assert keys == [field.name for field in fields(Record)]
    one = records.read(slug, name)
    assert (one.slug, one.experiment) == (slug, name)
    assert len(one.results) == max(len(one.seeds), 1)
    assert all(len(figures) == len(one.results) for figures in one.claims.values())
    assert all(model["sha256"] for model in one.models.values())
    assert one.commit is None or re.fullmatch("[0-9a-f]{40}", one.commit)
    assert records.write(one, tmp_path).read_bytes() == path.read_bytes()


def test_no_other_file_lies_among_the_records():
    paths = {records.folder() / slug / f"{name}.json" for slug, name in SHIPPED}
    paths |= {table.path(), predictions.path()}
    assert paths == {path for path in records.folder().rglob("*") if path.is_file()}


"""Records that are not measured yet: of a model trained again from another seed."""


def test_every_record_is_written_by_an_experiment():
    written = {(slug, name) for slug in slugs() for name in experiments(slug)}
    others = {each for each in SHIPPED if each in BY_OTHERS or each[0] in OF_THEIR_TOOL}
    assert set(SHIPPED) - others <= written
    missing = written - set(SHIPPED)
    assert {slug for slug, _ in missing} <= IN_PREPARATION
    for (_, name), path in BY_OTHERS.items():
        assert f'experiment="{name}"' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("slug", "name"), MEASURED, ids="/".join)
def test_a_record_was_measured_as_its_experiment_says(slug, name):
    """Its settings, models and kind of seed; a JSON list stands for a tuple."""
    one, experiment = records.read(slug, name), experiments(slug)[name]
    assert one.settings == json.loads(json.dumps(dict(experiment.settings)))
    assert tuple(one.models) == experiment.models
    assert bool(one.seeds) == (experiment.over != "nothing")


def test_every_record_is_read(monkeypatch):
    """By a claim or its note, by the report, or by the chapter or its modules, which name it."""
    found, read = set(BY_OTHERS), records.read
    monkeypatch.setattr(records, "read", lambda *names: found.add(names) or read(*names))
    for slug in set(slugs()) - {FAMILY} - IN_PREPARATION:
        for claim in claims_of(slug):
            claim.figures()
            claim.said()
        (source,) = ROOT.glob(f"chapters/source/??_{slug}.py")
        modules = set((ROOT / "gptedu" / "chapters" / slug).glob("*.py"))
        readers = {source} | {path for path in modules if path.stem != "experiments"}
        trees = [ast.parse(path.read_text(encoding="utf-8")) for path in readers]
        nodes = (node for tree in trees for node in ast.walk(tree))
        words = {node.value for node in nodes if isinstance(node, ast.Constant)}
        found |= {(slug, name) for name in experiments(slug) if name in words}
    report.page(ROOT / "chapters", {})
    listed = pilots.overview()
    found |= {(pilots.SLUG, n) for slug, n in SHIPPED if slug == pilots.SLUG and n in listed}
    assert not {each for each in SHIPPED if each[0] not in IN_PREPARATION} - found


@pytest.mark.parametrize(("slug", "name"), MEASURED, ids="/".join)
def test_a_record_holds_no_key_that_no_code_writes(slug, name):
    """The names of a run's parts stand in the code that measures them."""
    folder = ROOT / "gptedu" / ("tools" if slug == FAMILY else f"chapters/{slug}")
    method = ROOT / "gptedu" / slug  # chapter 5's runs are put together by its methods
    files = sorted([*folder.rglob("*.py"), *method.rglob("*.py")])
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    keys = {key for run in records.read(slug, name).results for key in run}
    assert not [key for key in keys if f'"{key}"' not in code]
