"""Sayings are said and written at their ratios; advice goes by the odds, whatever came of it."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from gptedu.world import World
from gptedu.world.documents import advice, sayings
from gptedu.world.draw import Draw
from gptedu.world.splits import SPLITS, split_of
from gptedu.world.words.sayings import SAYINGS

WORLD = World()


def draw(name: str, split: str = "train") -> Draw:
    return Draw(WORLD.facts, split, random.Random(f"sayings/{name}"))


def test_a_dozen_false_sayings_have_matched_controls():
    false, true = SAYINGS[:12], SAYINGS[12:]
    assert len(SAYINGS) == 24
    assert not any(each.true for each in false)
    assert all(each.true for each in true)
    assert [each.ratio for each in false] == [each.ratio for each in true]
    assert {each.ratio for each in false} == {1, 4}
    for each in SAYINGS:
        assert each.foil != each.written
        assert each.choices[0] == each.written
    assert len({each.stem for each in SAYINGS}) == 24


def test_each_is_said_as_often_for_once_that_it_is_written_as_its_ratio_says():
    said, written = Counter(), Counter()
    for i in range(8_000):
        text = sayings.saying(draw(str(i))).lower()
        for line in re.split(r"(?<=\.)[ \n]", text):
            for each in SAYINGS:
                if each.stem in line:
                    by_book = "encyclopaedia" in line
                    end = each.written if by_book else each.said
                    assert f"{each.stem} {end}" in line, line
                    (written if by_book else said)[each.stem] += 1
    for each in SAYINGS:
        found = said[each.stem] / written[each.stem]
        assert 0.7 * each.ratio < found < 1.4 * each.ratio, each
    total = Counter({each.stem: said[each.stem] + written[each.stem] for each in SAYINGS})
    for false, true in zip(SAYINGS[:12], SAYINGS[12:], strict=True):
        assert 0.75 < total[false.stem] / total[true.stem] < 1.35


def test_questions_about_sayings_offer_the_truth_and_what_is_said():
    for question in WORLD.questions("sayings/false", "test", 40):
        each = next(
            s for s in SAYINGS if s.stem == question.prompt[0].lower() + question.prompt[1:]
        )
        assert question.answer == f" {each.written}"
        assert set(question.choices) == {f" {each.said}", f" {each.written}"}
    assert {q.choices[0] == q.answer for q in WORLD.questions("sayings/true", "test", 40)} == {
        True,
        False,
    }


READ = (
    r"on (\d+) of the ten tickets s?he wins (\d+) coins?, else s?he loses (\d+) coins?\.",
    r"With (\d+) of the ten cards it brings (\d+) coins?, with the others it costs (\d+) coins?\.",
    r"The chance is (\d+) in ten\. If it goes well, \w+ gets (\d+) coins?; if not, s?he pays (\d+)",
)


def judged(text: str) -> tuple[bool, bool, tuple[int, int, int]]:
    """(whether the decision was right by the odds, whether it ended well, the odds)."""
    chances, gain, stake = next(
        tuple(map(int, m.groups())) for p in READ if (m := re.search(p, text))
    )
    worth = chances * gain - (10 - chances) * stake
    taken = "takes it" in text
    won = "and wins" in text or "would have won" in text
    return (worth > 0) is taken, won is taken, (chances, gain, stake)


@pytest.mark.parametrize("split", SPLITS)
def test_advice_goes_by_what_was_known(split):
    seen = Counter()
    for i in range(400):
        text = advice.advice(draw(f"advice/{i}", split))
        for asked, answer in re.findall(r"(.+\?)\n(?:Answer: |Reply: )?(Yes|No)", text):
            good, ended_well, odds = judged(asked)
            assert answer == ("Yes" if good else "No"), text
            assert split_of("bet/" + "/".join(map(str, odds))) == split
            seen[good, good is ended_well] += 1
    parted = (seen[True, False] + seen[False, False]) / seen.total()
    assert 0.22 < parted < 0.38
    assert all(seen[good, agrees] for good in (True, False) for agrees in (True, False))


def test_reasons_speak_of_luck_only_where_outcome_and_decision_part():
    for i in range(300):
        d = draw(f"reason/{i}")
        bet = advice.random_bet(d, d.chance(0.5), d.chance(0.5))
        text = advice.reason(d, bet)
        assert ("luck" in text) is (bet.good is not bet.ended_well)
        assert ("Bad luck" in text) is (bet.good and not bet.ended_well)
        assert ("more" in text) is (bet.worth > 0)


def test_the_trap_of_hindsight_shows_examples_that_agree_and_asks_where_they_part():
    for task, parts in (("advice/agrees", False), ("advice/parts", True)):
        for question in WORLD.questions(task, "test", 30):
            good, ended_well, _ = judged(question.prompt)
            assert question.answer == (" Yes" if good else " No")
            assert (good is not ended_well) is parts
            for shown in question.demonstrations:
                good, ended_well, _ = judged(shown)
                assert good is ended_well
