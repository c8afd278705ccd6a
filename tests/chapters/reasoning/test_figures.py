"""Chapter 5's figures: what they take from records, and what follows from it for a guess."""

from __future__ import annotations

from typing import Any

import pytest

import reasoning_runs
from gptedu.chapters.reasoning import figures
from gptedu.plots.style import alt_text
from gptedu.reasoning import planted, problems
from gptedu.reasoning.accuracy import count_votes
from gptedu.rlhf.labels.demonstrations import Demonstration
from planted_paths import planted_paths, some_problems

TOM = problems.typed("Tom has 7 coins. He gets 5 more. He loses 3. How many are left?")


@pytest.fixture(autouse=True)
def recorded(monkeypatch):
    """Made-up runs instead of the records."""
    monkeypatch.setattr("gptedu.records.read", lambda slug, name: reasoning_runs.record(name))


def lines(figure: Any) -> dict[str, list[float]]:
    return {trace.name: [round(y, 2) for y in trace.y] for trace in figure.data if trace.name}


def bars(figure: Any) -> dict[str, list[float]]:
    return {t.name: [round(y, 2) for y in t.y] for t in figure.data if t.type == "bar"}


def test_by_steps_and_by_size():
    found = lines(figures.by_steps())
    assert found["at once"] == [90, 70, 50, 30, 10, 6]
    assert found["with steps"][0] == 70
    by_size = lines(figures.by_size())
    assert by_size["with steps"] == [0.02, 0.22, 0.42, 0.62]
    assert len(set(by_size["at once"])) == 1
    assert figures.of_long_sums("direct") == pytest.approx(100 * (0.3 + 0.1 + 0.06) / 3)
    assert figures.of_smallest() == "they harm"


def test_manners_are_bars_in_the_order_asked_for_and_dots_bring_nothing():
    assert bars(figures.manners("worked", "phrase", "direct")) == {"mini-l-v2": [70, 68, 20]}
    assert figures.of_manner("phrase") == pytest.approx(68)
    assert figures.of_dots() == "nothing"


@pytest.mark.parametrize(
    ("dots", "said"), [(0.69, "as much as steps"), (0.4, "a part of it"), (0.01, "they harm")]
)
def test_what_dots_bring(dots, said, monkeypatch):
    shares = reasoning_runs.RUNS["manners"][0]["accuracy"] | {"dots": dots}
    monkeypatch.setitem(reasoning_runs.RUNS, "manners", [{"accuracy": shares}])
    assert figures.of_dots() == said


def test_votes_stand_beside_the_greedy_path():
    found = lines(figures.votes())
    assert found["a vote"][0] == 60.5
    assert found["a vote"][-1] == 79
    assert found["the greedy path"] == [67] * 5
    assert figures.vote_gain() == pytest.approx(12)
    assert figures.vote_gain("one-way") == pytest.approx(0.5)
    assert "one way of working" in alt_text(figures.votes("one-way"))


def test_gaps_are_those_of_the_ways_and_of_their_vote():
    asked = problems.mixed((4, 5), 24, split="validation")
    figure = figures.gaps(asked)
    wrong = next(trace for trace in figure.data if trace.name == "wrong")
    shares = planted.scores([each.made for each in asked])
    for way in ("running", "tens", "back", "apart"):
        assert [*wrong.y].count(way) == round(24 * (1 - shares[way]))
        assert 0 < [*wrong.y].count("a vote of 16") < [*wrong.y].count(way)


def test_votes_that_were_drawn_just_now():
    asked = some_problems()
    voted = count_votes(planted_paths(asked), asked)
    found = lines(figures.votes_of(voted, 0.5, title="Yours"))
    assert found["a vote"] == [round(100 * share, 2) for share in voted.votes.values()]
    assert set(found["the greedy path"]) == {50}


def test_confidence_stands_beside_the_share_of_the_paths():
    found = bars(figures.confidence())
    assert found == {"right": [32, 52, 72, 92], "share of the paths": [30, 50, 70, 90]}
    assert figures.of_the_sure() == pytest.approx(92)
    assert figures.of_the_sure("one-way") == pytest.approx(92)


def test_one_round_by_its_labels():
    found = bars(figures.improvement())
    assert found["the greedy path"] == [60, 70, 60, 60, 69, 80]
    before = bars(figures.improvement("base", "majority"))
    assert before["a vote of 8"] == [80, 80]
    assert before["the greedy path"] == [60, 70]
    assert figures.of_random() == "nothing"
    assert len(figures.labels().splitlines()) == 1 + 5


@pytest.mark.parametrize(
    ("random", "said"), [(0.09, "as much as the majority's"), (0.05, "less than the majority's")]
)
def test_what_random_paths_bring(random, said, monkeypatch):
    run = reasoning_runs.improved(0.6, majority=0.1, random=random)
    monkeypatch.setitem(reasoning_runs.RUNS, "self-improvement", [run])
    assert figures.of_random() == said


def test_rounds_of_runs_that_end_apart():
    assert lines(figures.rounds())["the greedy path"] == [60, 70, 71, 72]
    assert figures.rounds_made() == 2.5
    _, first, _, third = figures.alike().splitlines()
    assert first.split() == ["round", "1:", "60.0%", "60.0%", "80.0%", "80.0%"]
    assert third.endswith("(1 of 2 runs had stopped)")


def test_a_mistake_that_is_made_on_and_on_is_shown_twice():
    text = "1 and 2 go over. 1 goes over. 5 goes over. 10 goes over. 5 goes over."
    shown = figures.checked_crossing(text).splitlines()
    assert [line[0] for line in shown] == ["✓", "✗", "✗", " ", " "]
    assert shown[3].split() == ["…", "and", "2", "more", "of", "these"]
    assert figures.checked_crossing("1 and 2 go over. 1 goes over. 5 goes over.").count("✗") == 2


def test_how_solutions_are_worked_and_how_many_steps_are_right():
    asked = [TOM, TOM]
    texts = [" 7 and 5 is 12. 12 less 3 is 9. The answer is 9", " 7 and 5 is 13. The answer is 13"]
    said = figures.ways_of(asked, random=[texts, texts[:1]], greedy=[texts[1:], texts[1:]])
    assert " ".join(said.splitlines()[0].split()) == (
        "running: 3 of 3 random, 67% right 2 of 2 greedy, 0% right"
    )
    assert said.count("0 of 3 random") == 3
    assert figures.steps_right(asked, texts) == pytest.approx(4 / 6)  # one step is left out
    assert figures.steps_right(asked, ["", ""]) == 0


def test_a_lost_vote_is_shown_with_each_of_its_paths_once():
    assert "40% of the paths" in figures.together().splitlines()[0]
    assert "95% of the paths" in figures.together().splitlines()[1]
    told, *paths = figures.lost_vote().split("\n\n")
    assert told == problems.mixed((3, 4), 4)[1].told
    assert [each.splitlines()[0] for each in paths] == ["3 paths:", "1 path:"]
    assert "1 and 1 is 3" in paths[0]


def test_a_model_that_is_certain_stands_in_a_picture_of_its_own():
    found = bars(figures.improvement("base", "majority", record="certain"))
    assert found["the greedy path"] == [60, 61]
    assert figures.labels("certain").splitlines()[1:] == [f"{'own majority':>24}:  80.0%"]


def test_gaps_are_counted_over_all_paths():
    assert figures.at_gaps([[" 0 and 3 is 3."], []]) == "   0 times at a gap, nan% right there"


def test_the_real_model():
    assert bars(figures.real()) == {"smollm2-135m": [10, 13, 0, 10]}
    assert figures.bridge_of_real() == "It takes 17 minutes."


def test_a_solution_line_by_line():
    said = figures.checked_lines(TOM, "7 and 5 is 13. 13 less 3 is 9. The answer is 9")
    assert said.splitlines() == [
        "✗ 7 and 5 is 13   <- 7 + 5 is 12",
        "✗ 13 less 3 is 9   <- 13 - 3 is 10",
        "✓ The answer is 9",
        "  the answer is right, though a step is wrong",
    ]


def test_the_fastest_plans_a_plan_a_line():
    first, second = figures.plan().splitlines()
    assert first == "17 minutes: 1 and 2 over | 1 back | 5 and 10 over | 2 back | 1 and 2 over"
    assert second.startswith("17 minutes: 1 and 2 over | 2 back")
    assert figures.plan((3,)) == "3 minutes: 3 over"


def test_a_row_of_each_format():
    rows = [
        Demonstration("Question: b Answer:", " 7. The answer is 7"),
        Demonstration("Question: c Answer:", " 8. The answer is 8"),
        Demonstration("Question: a\nQuestion: b Answer:", " 7"),
        Demonstration("Question: b Answer:", " 7"),
    ]
    assert figures.one_of_each(rows).split("\n\n") == [
        "Question: b Answer:[ 7. The answer is 7 ]",
        "Question: a\nQuestion: b Answer:[ 7 ]",
        "Question: b Answer:[ 7 ]",
    ]


def test_a_crossing_goes_on_to_its_end_or_to_what_cannot_be():
    whole = figures.crossing([(1, 2), (1,), (5, 10), (2,), (1, 2)])
    assert alt_text(whole).endswith("5. 1 and 2 go over. 17 minutes.")
    assert len(whole.layout.sliders[0].steps) == 6
    forgotten = figures.crossing([(5, 10), (1, 2), (1,)])
    assert "2. ✗ 1 and 2 go over: the lamp is on the far side" in alt_text(forgotten)
    assert len(forgotten.layout.sliders[0].steps) == 3
    assert "✗ 1 and 9 go back: the one who needs 9 minutes" in alt_text(
        figures.crossing([(1, 2), (1, 9)])
    )


def test_a_written_crossing_line_by_line():
    said = figures.checked_crossing("Two go over for 10, two more for 5. That is 15 in all.")
    assert said.splitlines()[0] == "✓ Two go over for 10"
    assert said.splitlines()[1].startswith("✗ two more for 5   <- the lamp is on the far side")
    assert figures.checked_crossing("I do not know.").startswith("✗ the answer")
