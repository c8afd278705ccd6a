"""What chapter 5 says in words of its records: each number that is typed there is theirs."""

from __future__ import annotations

from statistics import fmean
from typing import Any

import pytest

import gptedu
from gptedu import records
from gptedu.chapters.reasoning import claims
from gptedu.reasoning import problems
from gptedu.reasoning.accuracy import ask
from gptedu.tools import notebook

PROSE = (notebook.chapters_folder() / "source/05_reasoning.py").read_text(encoding="utf-8")


def results(name: str) -> list[dict[str, Any]]:
    return records.read("reasoning", name).results


def percent(shares: Any) -> float:
    return 100 * fmean(shares)


def by_steps(manner: str, steps: int) -> float:
    return percent(run["accuracy"][claims.LARGEST][manner][steps] for run in results("steps"))


def falls(manner: str) -> str:
    one, four = by_steps(manner, 1), by_steps(manner, 4)
    return f"from {one:.0f}% to {four:.0f}%, and lose{{}} {round(one) - round(four)}"


def learned(name: str) -> tuple[float, float]:
    """(how far the vote of the model is ahead of its greedy path, how many points it learned)."""
    before = [run["measured"]["base"] for run in results(name)]
    ahead = percent(each["vote"] - each["greedy"] for each in before)
    return ahead, percent(run["after"]["majority"] - run["before"] for run in results(name))


def real(manner: str) -> int:
    (run,) = results("real")
    return round(30 * run["accuracy"][manner])


def sentences() -> dict[str, str]:
    certain, unsure = learned("certain"), learned("self-improvement")
    one, six = round(by_steps("worked", 1)), by_steps("worked", 6)
    return {
        "six at once": f"are right in about {by_steps('direct', 6):.0f}%",
        "at once": "Direct answers fall " + falls("direct").format(""),
        "worked": "Worked ones fall " + falls("worked").format(""),
        "power": f"{one}% for one step would be {100 * (one / 100) ** 6:.0f}% for six; "
        f"we measured {six:.0f}%",
        "certain": f"{certain[0]:.0f} points ahead of its greedy path, and it learns "
        f"{certain[1]:.1f} of them",
        "unsure": f"{unsure[0]:.1f} points ahead, and it learned {unsure[1]:.1f}",
    }


@pytest.mark.parametrize("name", sentences())
def test_a_number_in_the_text_is_the_records(name):
    assert sentences()[name] in PROSE


def test_what_is_said_of_the_model_after_all_rounds_is_what_it_does():
    lm = gptedu.load("mini-m-lmsi")
    right = ask(lm, problems.mixed((3, 4, 5), 300, seed=9), "phrase").accuracy
    assert "held_out = problems.mixed((3, 4, 5), 300, seed=9)" in PROSE
    assert f"<summary>What you should see</summary>About {100 * right:.0f}%. " in PROSE
    number = {2: "two", 3: "three"}[lm.card["rounds"]]
    assert f"{number} rounds of {lm.card['stage']['problems']} problems each" in PROSE


def test_a_real_model_is_right_as_often_as_the_text_says():
    words = {0: "none", 1: "one", 2: "two", 3: "three"}
    said = f"At once it has {words[real('direct')]} of the thirty right, and with steps "
    assert said + f"{words[real('worked')]}." in PROSE
    assert real("begun") == real("phrase") == 0
    assert "Without examples it has none either way." in PROSE
