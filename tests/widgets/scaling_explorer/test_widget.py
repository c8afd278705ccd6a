"""ScalingExplorer without a browser: what its actions change, and what they refuse."""

from __future__ import annotations

import io

import pytest
from PIL import Image

import tiny_runs
from asking import ask
from gptedu.widgets import ScalingExplorer
from gptedu.widgets.scaling_explorer import widget as module


@pytest.fixture
def explorer():
    return ScalingExplorer(tiny_runs.ladder(), tiny_runs.target(), isoflop=tiny_runs.isoflop())


def kinds(explorer):
    return [dot["kind"] for dot in explorer.view["charts"][0]["dots"]]


def test_it_begins_with_a_thousandth_of_the_target_s_compute(explorer):
    most = tiny_runs.target().flops / 1000
    runs = sorted(tiny_runs.ladder(), key=lambda run: (run.flops, run.seed))
    assert kinds(explorer) == ["seen" if run.flops <= most else "unseen" for run in runs]
    assert kinds(explorer).count("unseen") == 4


def test_more_runs_make_the_law_surer(explorer):
    def span():
        words = dict(explorer.view["says"])["the law says of the target"]
        low, high = words.split("between ")[1].split(" in")[0].split(" and ")
        return float(high) - float(low)

    few = span()
    assert ask(explorer, "see", stop=len(explorer.view["stops"]) - 1)
    assert set(kinds(explorer)) == {"seen"}
    assert span() < few


def test_a_run_is_left_out_and_put_back(explorer):
    before = explorer.view["says"]
    assert ask(explorer, "leave_out", run=0)
    assert kinds(explorer)[0] == "out"
    assert "14 runs" in dict(explorer.view["says"])["law"]
    assert ask(explorer, "leave_out", run=0)
    assert explorer.view["says"] == before


def test_a_line_is_a_bet_and_needs_no_new_fit(explorer, monkeypatch):
    assert explorer.bet is None

    def no_fit(*_):
        raise AssertionError("a line asks for no other fit")

    monkeypatch.setattr(module, "law_of", no_fit)
    assert ask(explorer, "draw", left=0.1, right=-0.7)
    assert dict(explorer.view["says"])["your line says"] == f"{explorer.bet:.4f} nats"
    assert ask(explorer, "reveal")
    assert "your line misses it by" in dict(explorer.view["says"])
    assert ask(explorer, "draw", left=None, right=None)
    assert explorer.bet is None


def test_another_floor_takes_the_line_away(explorer):
    ask(explorer, "draw", left=0.1, right=-0.7)
    assert ask(explorer, "take_floor", kind="none")
    assert explorer.view["charts"][0]["hand"] is None
    assert explorer.view["charts"][0]["y_title"] == "loss, nats a symbol"


@pytest.mark.parametrize(
    ("action", "arguments", "words"),
    [
        ("turn", {"tab": "prices"}, "prices"),
        ("see", {"stop": 99}, "99"),
        ("see", {"stop": 1.5}, "1.5"),
        ("leave_out", {"run": -1}, "-1"),
        ("take_floor", {"kind": "guessed"}, "guessed"),
        ("draw", {"left": float("nan"), "right": 0}, "nan"),
        ("count", {"counted": "heads"}, "heads"),
        ("spend", {"flops": -1}, "-1"),
    ],
)
def test_what_makes_no_sense_is_one_sentence_and_changes_nothing(
    explorer, action, arguments, words
):
    before = explorer.view
    assert not ask(explorer, action, **arguments)
    assert words in explorer.error
    assert explorer.view == before


def test_without_a_target_there_is_nothing_to_reveal():
    explorer = ScalingExplorer(tiny_runs.ladder())
    assert not ask(explorer, "reveal")
    assert "no target here" in explorer.error
    assert "valleys" not in explorer.view["tabs"]
    assert not ask(explorer, "turn", tab="valleys")


def test_runs_of_other_texts_are_refused():
    other = tiny_runs.made("code", 8, 0, 1000, 2.0, text="library", floor=None)
    with pytest.raises(ValueError, match="library, records"):
        ScalingExplorer([*tiny_runs.ladder(), other])
    with pytest.raises(ValueError, match="library, records"):
        ScalingExplorer(tiny_runs.ladder(), other)
    with pytest.raises(ValueError, match="runs is empty"):
        ScalingExplorer([])
    with pytest.raises(ValueError, match="machines is empty"):
        ScalingExplorer(tiny_runs.ladder(), machines=[])


@pytest.mark.parametrize("tab", ["law", "valleys", "budget"])
def test_each_tab_has_a_picture_that_says_what_the_view_says(explorer, tab):
    ask(explorer, "draw", left=0.1, right=-0.7)
    assert ask(explorer, "turn", tab=tab)
    picture = explorer.picture()
    image = Image.open(io.BytesIO(picture.png))
    assert image.size == (2 * picture.width, 2 * picture.height)
    assert len(image.convert("L").getcolors() or []) != 1
    assert all(words in picture.alt for _, words in explorer.view["says"])
