"""`gptedu measure`: experiments run for their seeds, and one record each is written."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from gptedu import records
from gptedu.cli import main
from gptedu.course.claims import above, claim
from gptedu.records import Experiment
from gptedu.tools import measure as tool


@claim("demo/gain", what="a gain", effect=above(0), record="double")
def gain(after, before):
    return after - before


@pytest.fixture(autouse=True)
def demo(monkeypatch):
    """A chapter "demo" with a few experiments, and one model."""
    lm = SimpleNamespace(card={"sha256": "abc", "name": "x"}, model=torch.nn.Linear(2, 3))

    def model(name, expect):
        if name == "away":
            raise FileNotFoundError("run `gptedu get away`")
        return lm

    def of_folder(folder):
        spread = {"least": 1.0, "mean": 2.0, "most": 4.0}
        return {"claims": {"demo/gain": spread}, "folder": folder.name}

    found = {
        "double": Experiment(
            lambda seed: {"after": 2.00001 * seed, "before": 1.0}, ("m",), {"questions": 9}
        ),
        "once": Experiment(lambda: {"x": 1}, over="nothing"),
        "away": Experiment(lambda seed: {}, ("away",)),
        "other-seeds": Experiment(of_folder, over="folders"),
    }
    monkeypatch.setattr(records, "model", model)
    monkeypatch.setattr(tool, "experiments", lambda slug: found)
    monkeypatch.setattr(tool, "claims_of", lambda slug: [gain])
    monkeypatch.setattr("gptedu.load", lambda folder: SimpleNamespace(card={"seed": 5}))


def test_each_seed_is_measured_once_and_its_claims_computed(tmp_path):
    said = []
    assert tool.measure("demo", ["double"], seeds=[3, 4], out=tmp_path, say=said.append)
    one = records.load(tmp_path / "demo" / "double.json")
    assert (one.seeds, one.settings, one.claims) == (
        [3, 4],
        {"questions": 9},
        {"demo/gain": [5, 7]},
    )
    assert one.results == [{"after": 6.0, "before": 1.0}, {"after": 8.0, "before": 1.0}]
    assert one.models == {"m": {"parameters": 9, "sha256": "abc"}}
    assert one.machine["device"] == "cpu"
    assert said[0] == "demo/gain: 5.000  7.000"


def test_what_draws_nothing_is_measured_once(tmp_path):
    tool.measure("demo", ["once"], out=tmp_path, say=lambda line: None)
    one = records.load(tmp_path / "demo" / "once.json")
    assert (one.seeds, one.results, one.claims) == ([], [{"x": 1}], {})


def test_runs_of_other_training_seeds_are_named_by_their_cards(tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    tool.measure("demo", ["other-seeds"], folders=folders, out=tmp_path, say=lambda line: None)
    one = records.load(tmp_path / "demo" / "other-seeds.json")
    assert (one.seeds, one.claims) == ([5, 5], {"demo/gain": [2.0, 2.0]})
    assert [run["folder"] for run in one.results] == ["a", "b"]


def test_what_lacks_something_is_left_out_and_the_rest_goes_on(tmp_path):
    said = []
    assert not tool.measure("demo", out=tmp_path, say=said.append)
    assert "demo/away: left out, run `gptedu get away`" in said
    assert said[-1].startswith("demo/other-seeds: left out, other-seeds measures copies of mini-m")
    written = sorted(path.stem for path in (tmp_path / "demo").iterdir())
    assert written == ["double", "once"]


@pytest.mark.parametrize("fault", [FileNotFoundError, ImportError, KeyError])
def test_a_fault_inside_an_experiment_is_an_error_and_no_lack(fault, tmp_path, monkeypatch):
    def broken(*_):
        raise fault("inside")

    for over in ("seeds", "nothing", "folders"):
        found = {"broken": Experiment(broken, ("m",), over=over)}
        monkeypatch.setattr(tool, "experiments", lambda slug, found=found: found)
        with pytest.raises(fault, match="inside"):
            tool.measure("demo", folders=[tmp_path], out=tmp_path / "out", say=pytest.fail)
    assert not (tmp_path / "out").exists()


def test_such_a_fault_has_an_exit_code_and_a_lack_has_one_where_it_was_named(tmp_path, capsys):
    def broken(seed):
        raise FileNotFoundError("nothing there")

    tool.experiments("demo")["broken"] = Experiment(broken)
    out = ["--out", str(tmp_path)]
    assert main(["measure", "demo", "broken", *out]) == 1
    assert capsys.readouterr().err == "gptedu: nothing there\n"
    assert main(["measure", "demo", *out]) == 1
    del tool.experiments("demo")["broken"]
    assert main(["measure", "demo", "away", *out]) == 1
    assert main(["measure", "demo", *out]) == 0


@pytest.mark.parametrize("lack", [FileNotFoundError, ImportError])
def test_a_model_or_its_library_may_be_lacking(lack, tmp_path, monkeypatch):
    def away(name, expect):
        raise lack("install it")

    monkeypatch.setattr(records, "model", away)
    said = []
    assert not tool.measure("demo", ["double", "once"], out=tmp_path, say=said.append)
    assert said[0] == "demo/double: left out, install it"
    assert [path.stem for path in (tmp_path / "demo").iterdir()] == ["once"]


def test_no_seeds_are_an_error_of_their_own(tmp_path):
    for names in (["double"], []):
        with pytest.raises(ValueError, match="no seed to measure with: give at least one"):
            tool.measure("demo", names, seeds=[], out=tmp_path)
    assert tool.measure("demo", ["once"], seeds=[], out=tmp_path)
    folders = [tmp_path / "a"]
    assert tool.measure("demo", ["other-seeds"], seeds=[], folders=folders, out=tmp_path)


def test_a_folder_that_is_no_training_is_said_before_anything_is_run(tmp_path, monkeypatch):
    monkeypatch.setattr("gptedu.load", lambda folder: SimpleNamespace(card={"source": "hub"}))
    with pytest.raises(ValueError, match="give folders that `gptedu train` wrote"):
        tool.measure("demo", folders=[tmp_path], out=tmp_path / "out")
    monkeypatch.undo()
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        tool.measure("gpt2", ["other-seeds"], folders=[tmp_path / "none"], out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_unknown_name_is_said_before_anything_is_run(tmp_path):
    with pytest.raises(ValueError, match="demo has no experiment 'gpt7': choose of double, once"):
        tool.measure("demo", ["double", "gpt7"], out=tmp_path)
    assert not (tmp_path / "demo").exists()


def test_a_run_without_a_part_that_a_claim_takes_is_an_error():
    with pytest.raises(KeyError, match="before"):
        tool.figures("demo", "double", [{"after": 1.0}])
