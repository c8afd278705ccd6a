"""What chapter 6 shows: read off the table and the records, and held against them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gptedu import records
from gptedu.chapters.scaling import figures, live, sweeps
from gptedu.plots.style import alt_text
from gptedu.scaling import predictions, table

LADDER, (TARGET, *_) = table.read(sweep="ladder"), table.read(sweep="target")
WRITTEN = predictions.read("target")


def test_runs_stand_above_their_own_floor_with_the_interval_where_it_belongs():
    figure = figures.runs(
        {"ladder": LADDER}, title="Runs", law=WRITTEN.law, held_out=TARGET,
        interval=(WRITTEN.low, WRITTEN.high),
    )  # fmt: skip
    band, law, runs, star = figure.data
    assert list(runs.y) == pytest.approx([row.above for row in LADDER])
    assert list(star.y) == pytest.approx([TARGET.above])
    assert max(band.x) == TARGET.flops
    assert WRITTEN.low - TARGET.floor == pytest.approx(min(band.y))
    assert law.y[-1] == pytest.approx(WRITTEN.loss - TARGET.floor, rel=1e-3)
    library = table.read(sweep="code")
    plain = figures.runs({"library": library}, title="Library")
    assert list(plain.data[0].y) == [row.loss for row in library]


@pytest.mark.parametrize(
    ("loss", "words"), [(0.95, "below it"), (0.96, "inside"), (0.97, "above it")]
)
def test_a_loss_beside_an_interval(loss, words):
    assert figures.side((0.955, 0.965), loss).startswith(words)


def test_no_run_is_below_what_nobody_knows_and_the_line_nearly_is():
    for row in [*LADDER, TARGET]:
        assert figures.nobody_knows(row.flops) < row.loss
        records_read = row.symbols / sweeps.RECORDS.record
        never = sweeps.RECORDS.unseen(records_read)
        assert figures.nobody_knows(row.flops) - WRITTEN.floor == pytest.approx(never, rel=0.03)
    line = WRITTEN.law(TARGET.flops) - WRITTEN.floor
    assert line < 1.5 * (figures.nobody_knows(TARGET.flops) - WRITTEN.floor) < TARGET.above


def test_other_choices_of_runs_say_less_than_was_there():
    lines = figures.fewer(LADDER, TARGET).splitlines()
    counts = {words.strip(): int(rest.split()[0]) for words, rest in (x.split(":") for x in lines)}
    assert counts["as it was written down"] == len(WRITTEN.runs)
    assert counts["one seed of each size"] * 3 == len(WRITTEN.runs)
    assert counts["up to 1/100 of its compute"] == len(WRITTEN.runs) + 2
    assert all(float(line.split(" of what ")[0].split()[-1]) < 1 for line in lines)


def test_both_seeds_of_the_target_stand_beside_the_prediction():
    assert figures.seed("predict") == "predicted 0.9656, measured 0.9813: −1.6%"
    assert figures.seed("predict-again") == "predicted 0.9656, measured 0.9820: −1.7%"


def test_wider_models_know_rarer_facts():
    curves = figures.known_by_heart([*LADDER, TARGET]).data
    assert len(curves) == figures.KNOWN_WIDTHS
    half = [max(x for x, y in zip(c.x, c.y, strict=True) if y >= 50) for c in curves]
    assert half == sorted(half)
    assert "120" in curves[-1].name


def test_options_of_guesses_come_from_the_records():
    assert figures.of_rates() == "it becomes smaller"
    assert figures.of_schedules() == "the small ones get better, the large ones worse"
    assert figures.of_hindsight() == "it falls, then it rises"
    assert figures.of_web() == "above the line"
    assert figures.of_library() == "neither, within 3%"
    assert figures.of_second() == "within 3%"
    assert figures.of_years(300_000) == "more than 50,000 years"
    assert figures.of_years(120) == "about 100 years"


def test_the_valleys_lowest_points_are_those_of_the_record():
    figure = figures.valleys(table.read(sweep="isoflop"))
    best = records.read("scaling", "chinchilla").results[0]["best"]
    assert list(figure.data[-1].x) == pytest.approx([size for _, size, _ in best], rel=1e-3)
    ours, kaplan, chinchilla, points = figures.best_sizes().data
    rise = [math.log(line.y[1] / line.y[0]) for line in (kaplan, ours, chinchilla)]
    assert rise == sorted(rise, reverse=True)
    assert list(points.y) == pytest.approx([size for _, size, _ in best])


def test_the_target_seems_to_know_more_where_rare_facts_are_not_asked():
    measured = math.exp(-figures.measured_ability())
    assert figures.as_asked() > measured + 0.05
    assert measured < figures.known(TARGET)  # a mean of logarithms counts hard facts more


def test_every_figure_says_what_it_shows():
    library = table.read(sweep="code")
    ends = [row for row in LADDER if row.seed == 0 and row.width in sweeps.SMALL]
    drawn = [
        figures.rates(), figures.schedules(ends, table.read(sweep="schedule")),
        figures.library(library), figures.second_attempt(library, library[-1]),
        figures.web(), figures.hindsight(),
        figures.two_metrics([*LADDER, TARGET]), figures.pass_rates(WRITTEN.law),
    ]  # fmt: skip
    assert all(len(alt_text(figure)) > 50 for figure in drawn)


def test_the_live_ladder_grows_in_fine_steps_and_its_first_run_learns():
    flops = [live.flops(width) for width in (8, 10, 12, 16, 24)]
    assert flops == sorted(flops)
    assert 50 < flops[-1] / flops[0] < 70
    row = live.train(4)
    assert row.above < math.log(32) - row.floor - 1
    assert np.isfinite(row.loss)
    with pytest.raises(ValueError, match="width 9"):
        live.train(9)
