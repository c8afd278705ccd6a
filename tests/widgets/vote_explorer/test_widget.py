"""VoteExplorer without a browser: what its actions change, and what they refuse."""

from __future__ import annotations

import io

import pytest
from PIL import Image

import gptedu
from asking import ask
from gptedu.language_model import LanguageModel
from gptedu.widgets import VoteExplorer
from planted_paths import planted_paths, some_problems

PROBLEMS = some_problems(6)
PATHS = planted_paths(PROBLEMS)


@pytest.fixture
def explorer():
    return VoteExplorer(PROBLEMS, PATHS)


def shown(explorer) -> int:
    return sum(len(group["paths"]) for group in explorer.view["groups"])


def test_paths_are_added_one_by_one(explorer):
    assert shown(explorer) == 8
    for count in (1, 5):
        assert ask(explorer, "add", count=count)
        assert shown(explorer) == count
        assert explorer.announcement.startswith("the vote: ")


def test_the_right_answer_is_covered_until_it_is_asked_for(explorer):
    answer = PROBLEMS[0].answer
    assert "the right answer" not in dict(explorer.view["says"])
    assert ask(explorer, "reveal")
    assert dict(explorer.view["says"])["the right answer"].startswith(f"{answer}: ")
    assert ask(explorer, "go", problem=1)
    assert not explorer.view["revealed"]
    assert explorer.view["problem"] == PROBLEMS[1].told


def test_each_tab_sends_what_it_draws_and_no_more(explorer):
    for tab, key in (("answers", "groups"), ("tree", "tree"), ("confidence", "bins")):
        assert ask(explorer, "turn", tab=tab)
        assert [each for each in ("groups", "tree", "bins") if explorer.view[each]] == [key]
    assert sum(each["count"] for each in explorer.view["bins"]) == 6


@pytest.mark.parametrize(
    ("action", "arguments", "words"),
    [
        ("turn", {"tab": "prices"}, "prices"),
        ("go", {"problem": 6}, "6"),
        ("add", {"count": 0}, "0"),
        ("add", {"count": 9}, "9"),
        ("draw", {"text": "Tom has 3. He gets 4."}, "no model to draw paths with"),
    ],
)
def test_what_makes_no_sense_is_one_sentence_and_changes_nothing(
    explorer, action, arguments, words
):
    before = explorer.view
    assert not ask(explorer, action, **arguments)
    assert words in explorer.error
    assert explorer.view == before


def test_paths_of_other_problems_are_refused():
    with pytest.raises(ValueError, match="5 problems and paths of 6"):
        VoteExplorer(PROBLEMS[:5], PATHS)
    with pytest.raises(ValueError, match="0 problems and paths of 6"):
        VoteExplorer([], PATHS)


def test_a_problem_of_ones_own_gets_paths_of_its_own():
    lm = gptedu.load("mini-s", expect=LanguageModel)
    explorer = VoteExplorer(PROBLEMS, PATHS, lm=lm)
    assert not ask(explorer, "draw", text="How are you?")
    assert "has no number" in explorer.error
    assert ask(explorer, "draw", text="Tom has 3 coins. He gets 4 more. He loses 2. How many?")
    assert explorer.view["problem"].startswith("Tom has 3 coins")
    assert (explorer.view["at"], explorer.view["problems"]) == (6, 7)
    assert shown(explorer) == 16
    assert ask(explorer, "go", problem=0)
    assert shown(explorer) == 8


@pytest.mark.parametrize("tab", ["answers", "tree", "confidence"])
def test_each_tab_has_a_picture_that_says_what_the_view_says(explorer, tab):
    ask(explorer, "reveal")
    assert ask(explorer, "turn", tab=tab)
    picture = explorer.picture()
    image = Image.open(io.BytesIO(picture.png))
    assert image.size == (2 * picture.width, 2 * picture.height)
    assert len(image.convert("L").getcolors() or []) != 1
    assert all(words in picture.alt for _, words in explorer.view["says"])
