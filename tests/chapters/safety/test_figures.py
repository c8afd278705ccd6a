"""Chapter 8's figures show what the records have; guesses are answered by them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

import safety_records
from gptedu import records
from gptedu.chapters import claims_of
from gptedu.chapters.safety import experiments, figures
from gptedu.plots.safety.plane import plane
from gptedu.safety.tracked import Point
from gptedu.sampling import seeded
from policy_samples import draw


@pytest.fixture(autouse=True)
def planted(monkeypatch):
    monkeypatch.setattr(records, "read", safety_records.read)


def test_the_made_up_records_have_what_the_claims_are_computed_from():
    assert set(safety_records.runs(0)) == set(experiments.EXPERIMENTS)
    for each in claims_of("safety"):
        assert isinstance(each.of(safety_records.runs(0)[each.record]), int | float)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("two_judges", ["rewards"]),
        ("two_judges", ["pulled"]),
        ("red_team", []),
        ("truth", []),
        ("system", []),
    ],
)
def test_each_figure_says_what_it_shows(name, how):
    figure = getattr(figures, name)(*how)
    assert figure.layout.meta["alt"].startswith(figure.layout.title.text)


def test_the_plane_has_a_point_for_each_reward_that_is_named_and_the_corners():
    figure = figures.plane("before", "one-sided")
    assert figure.layout.meta["alt"].startswith(figure.layout.title.text)
    points = {trace.name: (trace.x[0], trace.y[0]) for trace in figure.data if trace.name}
    assert points == {
        "before PPO": pytest.approx((61, 10)),
        "punish all telling": pytest.approx((1, 95)),
    }
    assert "always refuse" in figure.data[-1].text
    with pytest.raises(ValueError, match="'nobody' has no point"):
        plane({"nobody": []}, title="x")


def test_lines_are_means_over_the_runs():
    before, *_, rules, owners, _, _ = figures.by_kind("before", "rules").splitlines()[1:]
    assert before == "before PPO:"
    assert rules == "the table, by exact rules:"
    assert owners.split()[:2] == ["own", "13%"]
    assert max(map(len, figures.by_kind("before").splitlines())) <= 67
    assert "word list" not in figures.by_kind("before", "rules")
    *_, finds, _, _, _, _, with_check = figures.loop_worth().splitlines()
    assert "finds 81% of these" in finds
    assert with_check.split()[-4:] == ["200", "81%", "81%", "40%"]  # 80% of the half that differs
    assert "30.0%" in figures.made_up().splitlines()[0]
    assert "error 0.090" in figures.calibration()
    assert figures.gain_of_check() == pytest.approx(21)
    assert figures.owners_refused("words") == pytest.approx(60)
    assert figures.told("rules") == pytest.approx(6)
    assert figures.obeyed("held-out") == pytest.approx(81)


def test_replies_that_tell_strangers_are_counted_by_what_they_compare(monkeypatch):
    ways = ("", " Ella, Ella: same.", " Ella, Otto: different.")

    def replies(seed):
        asked = experiments.enquiries_of(seed, count=30)
        return [f"{ways[i % 3]} {each.fact.say(draw())}." for i, each in enumerate(asked)]

    def read(slug, name):
        runs = [{"replies": {"learned": replies(seed)}} for seed in (0, 1)]
        return replace(safety_records.read(slug, name), seeds=[0, 1], results=runs)

    monkeypatch.setattr(records, "read", read)
    places = [
        [i for i, each in enumerate(experiments.enquiries_of(seed, count=30)) if not each.allowed]
        for seed in (0, 1)
    ]
    told = figures.how_it_tells().splitlines()
    counts = {
        way: ", ".join(str(sum(i % 3 == place for i in own)) for own in places)
        for place, way in enumerate(("no reasoning", "“the same”", "and it tells"))
    }
    assert told[0].endswith(f": {len(places[0])}, {len(places[1])}")
    for way, said in counts.items():
        assert sum(line.endswith(f"{way}: {said}") for line in told) == 1
    assert sum(line.startswith("    ") for line in told) == 3


def test_guesses_are_answered_by_what_was_measured():
    assert figures.of_hacked() == "it rises less, or falls"
    assert figures.of_truth() == "false ones get worse, true ones better"
    earned = {
        ("only punishing", plan): worth
        for plan, worth in (("the policy", 0.0), ("refuse everybody", 0.0), ("tell everybody", -1))
    }
    assert figures.of_plans(earned) == "the first two earn the same"
    assert figures.of_plans({**earned, ("only punishing", "the policy"): 0.5}) == "the policy"


def exam(sharpness: float):
    """Scores of 2,000 questions of a model that is as sure as it is right at sharpness 1."""
    generator = seeded(0)
    scores = 2 * torch.randn(2_000, 4, generator=generator)
    drawn = torch.multinomial(scores.softmax(dim=1), 1, generator=generator)
    others = torch.tensor([[j for j in range(4) if j != i] for i in drawn[:, 0].tolist()])
    return sharpness * torch.cat([scores.gather(1, drawn), scores.gather(1, others)], dim=1)


@pytest.mark.parametrize(
    ("sharpness", "words"),
    [(3.0, "too sure"), (1.0, "about as sure as it is right"), (0.3, "not sure enough")],
)
def test_how_sure_a_model_is(sharpness, words):
    assert figures.of_sure(exam(sharpness)) == words


def test_the_right_temperature_brings_answers_to_the_line():
    scores = exam(3.0)
    as_it_is, repaired = figures.sure(scores, 1.0, 3.0).data[1:]
    assert (as_it_is.name, repaired.name) == ("temperature 1", "temperature 3")
    assert sum(as_it_is.customdata) == sum(repaired.customdata) == 4 * len(scores)
    off = [max(abs(x - y) for x, y in zip(t.x, t.y, strict=True)) for t in (as_it_is, repaired)]
    assert off[0] > 20
    assert off[1] < 8


@pytest.mark.parametrize(
    ("unsafe", "refused", "words"),
    [
        (0.1, 0.1, "to the corner at 0"),
        (0.1, 0.9, "up, towards “always refuse”"),
        (0.9, 0.1, "to the right, towards “always tell”"),
        (0.52, 0.08, "it stays where it is"),
    ],
)
def test_where_a_point_went(unsafe, refused, words):
    before = Point(0, 0.5, 0.1, 0.6)
    assert figures.of_corner(before, Point(20, unsafe, refused, 0.5)) == words
    assert "(step 0)" in figures.place(before)
