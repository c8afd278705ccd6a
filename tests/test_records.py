"""Records of experiments: what is kept, what stays, and that the shipped files are in the form."""

from __future__ import annotations

import argparse
import json

import pytest

from gptedu import assets, records
from gptedu.records import Draws, NotAtHandError


def test_the_spread_names_least_mean_and_most():
    assert records.spread([3.0, 1.0, 2.0]) == {"least": 1.0, "mean": 2.0, "most": 3.0}


def test_a_key_is_set_and_the_others_stay(tmp_path):
    path = tmp_path / "records" / "one.json"
    records.keep(path, {"one": {"least": 0.123456, 2: (1, 2)}, "claims": {"a": 1}})
    records.keep(path, {"two": "é", "claims": {"b": True}, "counts": {"two": 5}})
    records.keep(path, {"one": {"most": 1.0}})
    found = {"one": {"most": 1.0}, "claims": {"a": 1, "b": True}, "two": "é", "counts": {"two": 5}}
    assert records.read(path) == found
    assert list(records.read(path)) == list(found)
    records.keep(path, {"one": {"least": 0.123456, 2: (1, 2)}})
    assert records.read(path)["one"] == {"least": 0.1235, "2": [1, 2]}
    assert [each.name for each in path.parent.iterdir()] == ["one.json"]


@pytest.mark.parametrize("name", ["gpt1.json", "gpt2.json", "gpt3.json", "readiness.json"])
def test_a_shipped_record_is_written_again_as_it_is(name, tmp_path):
    records.write(tmp_path / name, records.read(name))
    assert (tmp_path / name).read_bytes() == assets.path("records", name).read_bytes()


def test_a_damaged_record_is_named_and_stays(tmp_path):
    path = tmp_path / "one.json"
    path.write_text('{"a": 1')
    with pytest.raises(ValueError, match=r"one\.json is damaged"):
        records.read(path)
    with pytest.raises(ValueError, match=r"one\.json is damaged"):
        records.keep(path, {"b": 2})
    assert path.read_text() == '{"a": 1'


def test_a_crash_while_writing_leaves_the_old_record(tmp_path, monkeypatch):
    path = tmp_path / "one.json"
    records.write(path, {"a": 1})
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        records.write(path, {"a": 2})
    assert records.read(path) == {"a": 1}
    with pytest.raises(TypeError):
        records.write(path, {"a": object()})
    assert records.read(path) == {"a": 1}


def test_named_experiments_are_run_with_their_seeds_and_dated(tmp_path, capsys):
    out, asked = tmp_path / "x.json", []

    def double(seeds):
        asked.append(("double", seeds))
        return {"found": [2.00001 * seed for seed in seeds]}

    def fails(seeds):
        raise RuntimeError("no")

    experiments = {"double": double, "fails": fails}
    records.main(experiments, "x.json", ["double", "--seeds", "3", "4", "--out", str(out)],
                 about={"labels": 9})  # fmt: skip
    assert asked == [("double", [3, 4])]
    kept = records.read(out)["double"]
    assert list(kept) == ["seeds", "labels", "seconds", "commit", "machine", "found"]
    assert (kept["seeds"], kept["labels"], kept["found"]) == ([3, 4], 9, [6.0, 8.0])
    assert kept["machine"]["device"] == "cpu"
    assert capsys.readouterr().out == "double: 0 s\n"
    # Without names all are run, in order; what was measured before a failure is kept.
    with pytest.raises(RuntimeError):
        records.main(experiments, "x.json", ["--out", str(out)])
    assert records.read(out)["double"]["seeds"] == list(records.SEEDS)
    assert set(records.read(out)) == {"double"}


def test_an_unknown_experiment_is_named_before_any_is_run(capsys):
    with pytest.raises(SystemExit):
        records.main(
            {"a": lambda seeds: pytest.fail("it was run"), "b": dict}, "x.json", ["a", "gpt7"]
        )
    assert "there is no experiment 'gpt7'; choose of a, b" in capsys.readouterr().err


def test_what_cannot_be_run_is_left_out_and_the_rest_goes_on(tmp_path):
    def run(name, asked):
        if name == "one":
            raise NotAtHandError("the model is away")
        return {name: [asked.more], "claims": {"c": 1}}

    parser = argparse.ArgumentParser()
    parser.add_argument("--more", type=int)
    said, out = [], tmp_path / "x.json"
    records.record_named(
        parser, ("one", "two"), run, "x.json", ["--more", "7", "--out", str(out)], said.append
    )
    assert json.loads(out.read_text()) == {"two": [7], "claims": {"c": 1}}
    assert said == ["one: left out, the model is away", "c: 1", "two: 0 s"]


def test_draws_are_of_each_seed_and_claims_spread_over_them():
    found = Draws(
        ("m",),
        lambda models, world, count, seed: {"x": models["m"] * count + world + seed},
        {"a/b": lambda run: run["x"] / 2},
    )
    runs, claims = found.measure({"m": 10, "n": 0}, 100, 2, seeds=(1, 5))
    assert runs == [{"x": 121}, {"x": 125}]
    assert claims == {"a/b": {"least": 60.5, "mean": 61.5, "most": 62.5}}
    with pytest.raises(NotAtHandError, match="m is not there"):
        found.measure({"n": 0}, 100, 2)


def test_models_at_hand_are_those_that_ship():
    assert records.is_there("mini-m")
    assert records.is_there("mini-m@2930")
    assert not records.is_there("mini-m@7")
    assert not records.is_there("mini-m@last")
    assert not records.is_there("smollm2")
    assert list(records.at_hand(("mini-xs", "nothing"))) == ["mini-xs"]
