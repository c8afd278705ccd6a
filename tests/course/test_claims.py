"""Claims: when they hold, which mark follows from direction and bar, and what is printed."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from gptedu import records
from gptedu.course import claims
from gptedu.course.claims import (
    MEANING,
    SIGNS,
    ClaimFailed,
    Range,
    Result,
    above,
    at_least,
    at_most,
    below,
    between,
    claim,
    claims_table,
)

NUMBER = re.compile(r"[ ]*[-+−]?\d[\d,]*\.\d+(?:[eE][-+]?\d+)?")


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chapter that has stated nothing yet."""
    monkeypatch.setattr(claims, "_stated", {})
    monkeypatch.delenv(claims.COLLECTOR, raising=False)


def made(**said: Any) -> claims.Claim:
    """A claim of its one argument."""
    said = {"what": "a gain", "bar": at_least(15), "unit": "points"} | said
    return claim("a/b", **said)(lambda found: found)


def recorded(monkeypatch: pytest.MonkeyPatch, *figures: float) -> None:
    """A record of these figures, whatever is read."""
    record = SimpleNamespace(
        claims={"a/b": list(figures)}, results=[{"found": figure} for figure in figures]
    )
    monkeypatch.setattr(records, "read", lambda slug, name: record)


# --- bars and when they hold


@pytest.mark.parametrize(
    ("figure", "bar", "holds"),
    [
        (15.0, at_least(15), True),
        (14.999, at_least(15), False),
        (15.0, at_most(15), True),
        (15.001, at_most(15), False),
        (0.0, between(0, 1), True),
        (1.0, between(0, 1), True),
        (-0.001, between(0, 1), False),
        (1.001, between(0, 1), False),
        (0.0, above(0), False),
        (1e-9, above(0), True),
        (0.0, below(0), False),
        (-1e-9, below(0), True),
        (math.nan, at_least(0), False),
        (math.nan, at_most(0), False),
        (math.nan, between(0, 1), False),
    ],
)
def test_a_claim_holds_or_raises(figure: float, bar: Range, holds: bool) -> None:
    one = made(bar=bar)
    assert Result(one, figure).holds is holds
    if holds:
        one(figure)
    else:
        with pytest.raises(ClaimFailed, match=r"^✗ fails: .*a/b"):
            one(figure)


@pytest.mark.parametrize(
    ("bar", "words"),
    [
        (at_least(15), "at least 15"),
        (at_most(0.5), "at most 0.5"),
        (between(-5, 5), "-5 to 5"),
        (above(0), "above 0"),
        (below(16), "below 16"),
        (between(124_000_000, 125_000_000), "124,000,000 to 125,000,000"),
    ],
)
def test_a_range_in_words(bar: Range, words: str) -> None:
    assert str(bar) == words


@pytest.mark.parametrize("ends", [(2, 1), (1, 1), (math.nan, 1), (0, math.nan)])
def test_a_range_has_its_lower_end_first(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="give the lower end first"):
        between(*ends)
    with pytest.raises(ValueError, match="give the lower end first"):
        Range()


def test_a_number_that_is_none_holds_nowhere() -> None:
    for figure in (math.nan, math.inf):
        with pytest.raises(ClaimFailed):
            made(bar=None, effect=above(0))(figure)
        claims._stated.clear()


@pytest.mark.parametrize("figure", [True, "1", None])
def test_a_claim_is_about_a_number(figure: Any) -> None:
    with pytest.raises(TypeError, match="a number is wanted"):
        made()(figure)


def test_a_claim_says_what_it_is_and_what_would_speak_for_it() -> None:
    for what in ("", " "):
        with pytest.raises(ValueError, match="'a/b' does not say what it is"):
            made(what=what)
    with pytest.raises(ValueError, match="neither bar nor effect"):
        made(bar=None)


def test_an_id_is_stated_once() -> None:
    made()(20.0)
    with pytest.raises(ValueError, match="stated before"):
        made()(20.0)


# --- marks


@pytest.mark.parametrize(
    ("effect", "bar", "figure", "mark"),
    [
        (above(0), at_least(4), 8.0, "agrees"),
        (above(0), at_least(15), 5.7, "measured"),  # the goal is not reached
        (above(0), None, 33.0, "measured"),  # no bar was set before
        (above(0), None, -5.2, "differs"),
        (above(0), at_least(4), -5.2, "differs"),
        (above(0), None, 0.0, "differs"),  # absent
        (below(0), None, -0.3, "measured"),
        (below(0), None, 0.3, "differs"),
        (Range(110, 120), between(124, 125), 124.4, "differs"),  # our bar holds, the paper's not
        (None, at_least(4), 8.0, "ours"),
        (None, at_least(4), -8.0, "ours"),
    ],
)
def test_the_mark_follows_from_direction_and_bar(
    effect: Range | None, bar: Range | None, figure: float, mark: str
) -> None:
    assert Result(made(effect=effect, bar=bar, must_hold=False), figure).mark == mark


@pytest.mark.parametrize(
    ("figures", "mark"),
    [
        ((4.0, 6.2, 7.1), "agrees"),
        ((1.0, 6.2, 7.1), "measured"),  # one seed does not clear the bar
        ((-0.1, 6.2, 7.1), "differs"),  # one seed shows no effect
    ],
)
def test_the_mark_takes_every_recorded_seed(
    figures: tuple[float, ...], mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(monkeypatch, *figures)
    assert Result(made(effect=above(0), bar=at_least(4), record="x"), 5.0).mark == mark


def test_only_what_agrees_carries_a_tick() -> None:
    assert [mark for mark, sign in SIGNS.items() if sign == "✓"] == ["agrees"]
    assert len(set(SIGNS.values())) == len(SIGNS)
    assert SIGNS.keys() == MEANING.keys()


def test_a_sign_never_stands_alone() -> None:
    one = made(effect=above(0), must_hold=False)
    for figure in (20.0, 5.0, -5.0):
        result = Result(one, figure)
        assert result.marked == f"{SIGNS[result.mark]} {result.mark}"
        assert result.line().startswith(f"{result.marked}: a gain")


# --- what is printed


@pytest.mark.parametrize("figure", [0.0, 0.02, 3.0, 21.0, 1234.0, -8.0, 99.96, 1e-9])
def test_the_printed_line_is_the_same_wherever_it_holds(
    figure: float, capsys: pytest.CaptureFixture[str]
) -> None:
    made(bar=at_least(-50), paper="14.8 (74.7 against 59.9).")(figure)
    line = NUMBER.sub("NUMBER", capsys.readouterr().out)
    said = "a gain:NUMBER points (bar: at least -50). Paper:NUMBER (NUMBER againstNUMBER). [a/b]\n"
    assert line == f"• ours: {said}"


def test_an_exact_count_is_printed_exactly(capsys: pytest.CaptureFixture[str]) -> None:
    made(bar=between(124_000_000, 125_000_000), unit="", what="a count")(124_439_808)
    assert "a count: 124,439,808 (bar: 124,000,000 to 125,000,000)" in capsys.readouterr().out


def test_without_a_bar_the_recorded_spread_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    one = made(effect=above(0), bar=None, record="x")
    recorded(monkeypatch, 4.0, 7.125, 6.25)
    assert Result(one, 5.0).bar == "none; recorded 4.00 to 7.12"
    goal = replace(one, bar=at_least(15), must_hold=False)
    assert Result(goal, 5.0).bar == "at least 15, not reached; recorded 4.00 to 7.12"
    assert Result(replace(goal, bar=at_least(4)), 5.0).bar == "at least 4"  # in all runs
    recorded(monkeypatch, 33.4)
    assert Result(one, 33.4).bar == "none; recorded once"
    assert Result(replace(one, record=None), 5.0).bar == "none"


def test_the_table_says_what_was_measured_and_how_it_is_marked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(claims, "show", lambda body, words: shown.extend((body, words)))
    made(what="a <gain>", effect=above(0), paper="14.8", note=lambda: "A *smaller* world.")(21.5)
    claims_table()
    (row,) = re.findall(r"<tr>(<td>.*?)</tr>", shown[0])
    cells = [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row.split("</td>")[:-1]]
    assert cells == [
        "a &lt;gain&gt; a/b", "14.8", "21.5 points", "at least 15", "✓ agrees", "A smaller world."
    ]  # fmt: skip
    assert shown[1] == (
        "a <gain> [a/b]: paper 14.8; ours 21.5 points (bar: at least 15): agrees. "
        "A *smaller* world."
    )
    assert all(words in shown[0].replace("&#x27;", "'") for words in MEANING.values())


# --- from the record


@pytest.mark.parametrize(("over", "figure"), [(None, "20.0"), (min, "18.0"), (max, "21.0")])
def test_the_recorded_figure_is_over_all_seeds(
    over: Any, figure: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded(monkeypatch, 18.0, 21.0, 21.0)
    made(record="x", over=over).recorded()
    assert f"a gain: {figure} points" in capsys.readouterr().out
    with pytest.raises(ValueError, match="'a/b' has no record"):
        made().recorded()


def test_a_run_gives_the_parts_that_the_formula_names() -> None:
    one = claim("a/b", what="a gain", bar=at_least(0))(lambda after, before: after - before)
    assert one.of({"before": 1.0, "after": 3.0, "more": None}) == 2.0
    with pytest.raises(KeyError, match="before"):
        one.of({"after": 3.0})


def test_figures_of_other_seeds_are_read_from_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(monkeypatch, 19.264, 27.365)
    assert claims.other_seeds("a/b") == "19 and 27"


def test_the_collector_gets_every_claim_also_those_that_fail(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    path = tmp_path / "claims.jsonl"
    monkeypatch.setenv(claims.COLLECTOR, str(path))
    made()(21.5)
    replace(made(), id="a/c", bar=None, effect=above(0))(-0.5)
    with pytest.raises(ClaimFailed):
        replace(made(), id="a/d")(math.nan)
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"id": "a/b", "figure": 21.5, "holds": True},
        {"id": "a/c", "figure": -0.5, "holds": True},
        {"id": "a/d", "figure": None, "holds": False},
    ]
