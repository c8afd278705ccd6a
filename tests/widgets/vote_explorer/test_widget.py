"""VoteExplorer without a browser: what its actions change, and what they refuse."""

from __future__ import annotations

import dataclasses
import io

import pytest
from PIL import Image

import gptedu
from asking import ask
from gptedu.language_model import LanguageModel
from gptedu.reasoning.paths import digest
from gptedu.widgets import VoteExplorer
from gptedu.widgets.vote_explorer.picture import WAYS
from planted_paths import planted_paths, some_problems

PROBLEMS = some_problems(6)
PATHS = planted_paths(PROBLEMS)


@pytest.fixture
def explorer():
    return VoteExplorer(PROBLEMS, PATHS)


@pytest.fixture(scope="module")
def lm() -> LanguageModel:
    return gptedu.load("mini-s", expect=LanguageModel)


def paths_of(lm: LanguageModel, **changes):
    """The planted paths, as if `lm` had written them."""
    return dataclasses.replace(PATHS, vocabulary=digest(lm.tokenizer), **changes)


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


def marks(explorer) -> list[str]:
    """What is said of steps that are wrong, in either tab."""
    paths = [path for group in explorer.view["groups"] for path in group["paths"]]
    steps = [wrong for path in paths for _, wrong in path["steps"]]
    return [wrong for wrong in (*steps, *(row["wrong"] for row in explorer.view["tree"])) if wrong]


@pytest.mark.parametrize("tab", ["answers", "tree"])
def test_wrong_steps_are_marked_once_the_answer_is_uncovered(explorer, tab):
    assert ask(explorer, "turn", tab=tab)
    said = "with a wrong step"
    for on in (False, True, False):
        assert ask(explorer, "reveal", on=on)
        assert bool(marks(explorer)) is on
        assert (said in dict(explorer.view["says"])) is (said in explorer.announcement) is on


@pytest.mark.parametrize("tab", ["answers", "tree"])
def test_ways_of_working_have_their_legend_where_they_are_shown(explorer, tab):
    assert ask(explorer, "turn", tab=tab)
    assert len(explorer.view["ways"]) > 1
    assert ask(explorer, "turn", tab="confidence")
    assert explorer.view["ways"] == []


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


def test_paths_in_another_order_are_refused():
    others = [*PROBLEMS[1:], PROBLEMS[0]]
    with pytest.raises(ValueError, match="problem"):
        VoteExplorer(others, PATHS)


def test_paths_of_another_vocabulary_are_refused(lm):
    with pytest.raises(ValueError, match="whose tokenizer is not that of"):
        VoteExplorer(PROBLEMS, PATHS, lm=lm)


@pytest.mark.parametrize("temperature", [0.0, 0.4, 0.7])
def test_a_typed_problem_is_asked_at_the_temperature_of_the_others(lm, monkeypatch, temperature):
    seen = []

    def generate(self, prompts, **options):
        seen.append((len(prompts), options["temperature"]))
        return [" The answer is 5"] * len(prompts)

    monkeypatch.setattr(LanguageModel, "generate", generate)
    explorer = VoteExplorer(PROBLEMS, paths_of(lm, temperature=temperature), lm=lm)
    assert ask(explorer, "draw", text="Tom has 3 coins. He gets 4 more. He loses 2. How many?")
    assert seen == [(16 if temperature else 1, temperature)]
    assert shown(explorer) == seen[0][0]


def test_a_problem_of_ones_own_gets_paths_of_its_own(lm):
    explorer = VoteExplorer(PROBLEMS, paths_of(lm), lm=lm)
    assert not ask(explorer, "draw", text="How are you?")
    assert "has no number" in explorer.error
    assert ask(explorer, "draw", text="Tom has 3 coins. He gets 4 more. He loses 2. How many?")
    assert explorer.view["problem"].startswith("Tom has 3 coins")
    assert (explorer.view["at"], explorer.view["problems"]) == (6, 7)
    assert shown(explorer) == 16
    assert ask(explorer, "turn", tab="confidence")  # which says "All 7 problems"
    assert sum(each["count"] for each in explorer.view["bins"]) == explorer.view["problems"]
    assert ask(explorer, "turn", tab="answers")
    assert ask(explorer, "go", problem=0)
    assert shown(explorer) == 8


@pytest.mark.parametrize("tab", ["answers", "tree"])
def test_the_picture_shows_ways_by_their_colours(explorer, tab):
    assert ask(explorer, "turn", tab=tab)
    image = Image.open(io.BytesIO(explorer.picture().png)).convert("RGB")
    drawn = {colour for _, colour in image.getcolors(2**20) or []}
    used = {colour for _, _, colour in explorer.view["ways"] if colour is not None}
    assert used
    assert {WAYS[colour] for colour in used} <= drawn


@pytest.mark.parametrize("tab", ["answers", "tree", "confidence"])
def test_each_tab_has_a_picture_that_says_what_the_view_says(explorer, tab):
    ask(explorer, "reveal")
    assert ask(explorer, "turn", tab=tab)
    picture = explorer.picture()
    image = Image.open(io.BytesIO(picture.png))
    assert image.size == (2 * picture.width, 2 * picture.height)
    assert len(image.convert("L").getcolors() or []) != 1
    assert all(words in picture.alt for _, words in explorer.view["says"])
