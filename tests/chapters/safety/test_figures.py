"""Chapter 8's figures show what the records have; guesses are answered by them."""

from __future__ import annotations

import pytest

import safety_records
from gptedu import records
from gptedu.chapters import claims_of
from gptedu.chapters.safety import experiments, figures
from gptedu.plots.safety.plane import plane
from gptedu.safety.moving import Place


@pytest.fixture(autouse=True)
def planted(monkeypatch):
    monkeypatch.setattr(records, "read", safety_records.read)


def test_the_made_up_records_have_what_the_claims_are_computed_from():
    assert set(safety_records.runs(0)) == set(experiments.EXPERIMENTS)
    for each in claims_of("safety"):
        assert isinstance(each.of(safety_records.runs(0)[each.record]), int | float)


@pytest.mark.parametrize("name", ["plane", "hacked", "red_team", "truth", "system"])
def test_each_figure_says_what_it_shows(name):
    figure = getattr(figures, name)()
    assert figure.layout.meta["alt"].startswith(figure.layout.title.text)


def test_the_plane_has_a_point_for_each_reward_and_the_corners():
    figure = figures.plane()
    points = {trace.name: (trace.x[0], trace.y[0]) for trace in figure.data if trace.name}
    assert set(points) == set(figures.REWARDS.values())
    assert points["only punishing"] == pytest.approx((1, 95))
    assert points["before PPO"] == pytest.approx((61, 10))
    assert "always refuse" in figure.data[-1].text
    with pytest.raises(ValueError, match="'nobody' has no point"):
        plane({"nobody": []}, title="x")


def test_lines_are_means_over_the_runs():
    owners = figures.by_kind().splitlines()[4]
    assert owners.startswith("the table, by exact rules")
    assert "13%" in owners
    with_check = figures.loop_worth().splitlines()[1]
    assert "200 pairs: 81% right" in with_check
    assert "30.0%" in figures.made_up().splitlines()[0]
    assert "error 0.090" in figures.calibration()
    assert figures.gain_of_check() == pytest.approx(21)
    assert figures.owners_refused("words") == pytest.approx(60)
    assert figures.obeyed("held-out") == pytest.approx(81)


def test_guesses_are_answered_by_what_was_measured():
    assert figures.of_hacked() == "it rises less, or falls"
    assert figures.of_truth() == "false ones get worse, true ones better"
    earned = {("only punishing", "as it says"): 0.0, ("only punishing", "refuse everybody"): 0.0}
    assert figures.of_plans(earned) == "both earn the same"
    assert figures.of_plans({**earned, ("only punishing", "as it says"): 0.5}).startswith("to do")


@pytest.mark.parametrize(
    ("unsafe", "refused", "words"),
    [
        (0.1, 0.1, "to the corner at 0"),
        (0.1, 0.9, "up, to “always refuse”"),
        (0.9, 0.1, "to the right, to “always tell”"),
        (0.52, 0.08, "it stays where it is"),
    ],
)
def test_where_a_point_went(unsafe, refused, words):
    before = Place(0, 0.5, 0.1, 0.6)
    assert figures.of_corner(before, Place(20, unsafe, refused, 0.5)) == words
    assert "(step 0)" in figures.place(before)
