"""What VoteExplorer shows, computed alone."""

from __future__ import annotations

import dataclasses

import pytest

from gptedu.reasoning import problems
from gptedu.widgets.vote_explorer import state

TOM = problems.typed("Tom has 3 coins. He gets 4 more. He loses 2. How many are left?")
RIGHT = " 3 and 4 is 7. 7 less 2 is 5. The answer is 5"
LATER = " 3 and 4 is 7. 7 less 2 is 6. The answer is 6"
WRONG = " 3 and 4 is 8. 8 less 2 is 6. The answer is 6"
BACK = " Backwards: down 2. Before that up 4: up 2. So 3, up 2: 5. The answer is 5"
TEXTS = [RIGHT, WRONG, LATER, " hm", BACK]
PATHS = state.checked(TOM, TEXTS)


def test_paths_stand_by_their_answer_and_those_without_one_at_the_end():
    found, made = state.groups(PATHS, None)
    assert [(g["answer"], g["votes"], g["wins"]) for g in found] == [
        ("5", 2, True), ("6", 2, True), ("no answer", 0, False)
    ]  # fmt: skip
    assert [[p["number"] for p in g["paths"]] for g in found] == [[0, 4], [1, 2], [3]]
    assert sum(g["share"] for g in found) == pytest.approx(1)
    assert made.unreadable == 1


def test_nothing_is_said_of_right_or_wrong_answers_while_they_are_covered():
    covered, _ = state.groups(PATHS, None)
    assert {g["right"] for g in covered} == {None}
    assert {p["right"] for g in covered for p in g["paths"]} == {None}
    shown, _ = state.groups(PATHS, "5")
    assert [g["right"] for g in shown] == [True, False, False]


def test_a_way_has_a_shape_and_a_colour_of_its_own():
    found, _ = state.groups(PATHS, None)
    by_number = {p["number"]: p for g in found for p in g["paths"]}
    assert (by_number[0]["shape"], by_number[4]["shape"], by_number[3]["shape"]) == ("●", "■", "○")
    assert (by_number[0]["colour"], by_number[4]["colour"], by_number[3]["colour"]) == (0, 1, None)
    known = [["●", "running", 0], ["■", "back", 1]]
    assert state.legend(PATHS) == [*known, ["○", "no way that is known", None]]
    assert state.legend([path for path in PATHS if path.way]) == known
    assert by_number[1]["wrong"] == 0
    assert by_number[1]["steps"][0] == ["3 and 4 is 8", "3 + 4 is 7"]


def test_covered_paths_are_as_they_were_written_and_nothing_is_marked():
    found = state.covered(PATHS)
    assert [path.first_wrong for path in PATHS] == [None, 0, 1, 0, None]
    assert {step.wrong for path in found for step in path.steps} == {""}
    for before, after in zip(PATHS, found, strict=True):
        assert [step.text for step in before.steps] == [step.text for step in after.steps]
        assert (before.way, before.answer) == (after.way, after.answer)


def test_a_step_that_is_missing_shows_only_once_the_answer_is_uncovered():
    short = " 3 and 4 is 7. The answer is 7"
    paths = state.checked(TOM, [short, ""])
    assert [step.text for step in paths[0].steps] == ["3 and 4 is 7", "", "The answer is 7"]
    found = state.covered(paths)
    assert [[step.text for step in path.steps] for path in found] == [
        ["3 and 4 is 7", "The answer is 7"], [""]
    ]  # fmt: skip


def test_each_row_of_the_tree_says_in_which_ways_its_paths_work():
    paths = [*PATHS, *state.checked(TOM, [BACK]), dataclasses.replace(PATHS[0], way=None)]
    rows = {row["text"]: row["ways"] for row in state.tree(paths)}
    none = ["○", "no way that is known", None, 1]
    assert rows["3 and 4 is 7"] == [["●", "running", 0, 2], none]
    assert rows["hm"] == [none]
    assert rows["So 3, up 2: 5"] == [["■", "back", 1, 2]]
    for row in state.tree(paths):
        assert sum(many for *_, many in row["ways"]) == len(row["paths"])
        assert all(sign in state.legend(paths) for *sign, _ in row["ways"])


def test_shared_beginnings_stand_once_in_the_tree():
    rows = state.tree(PATHS)
    assert [(r["depth"], r["text"], r["paths"]) for r in rows[:3]] == [
        (0, "3 and 4 is 7", [0, 2]),
        (1, "7 less 2 is 5", [0]),
        (2, "The answer is 5", [0]),
    ]
    ends = [number for row in rows if row["last"] for number in row["paths"]]
    assert sorted(ends) == [0, 1, 2, 3, 4]
    for number, path in enumerate(PATHS):  # every path can be followed down the tree
        assert [r["text"] for r in rows if number in r["paths"]] == [s.text for s in path.steps]


def test_the_bins_count_the_votes_that_are_shown():
    texts = [*TEXTS, " 3 and 4 is 7. 7 less 2 is 5", " 5"]  # one breaks off, one has no steps
    _, shown = state.groups(state.checked(TOM, texts), None)
    assert state.votes_of([TOM], [texts]) == [shown]


def test_the_vote_as_paths_are_added():
    assert state.running_vote(PATHS) == ["5", "5 or 6", "6", "6", "5 or 6"]
    assert state.running_vote(state.checked(TOM, [" hm", RIGHT])) == ["nothing", "5"]


def test_what_is_said_below():
    _, made = state.groups(PATHS, "5")
    said = dict(state.words(PATHS, made, "5", state.running_vote(PATHS)))
    assert said["the vote"] == "5 and 6, with 40% of 5 paths, a tie of 2"
    assert said["as paths are added"] == "5 after 1, 5 or 6 after 2, 6 after 3, 5 or 6 after 5"
    assert said["the right answer"] == "5: the vote scores 0.50"
    assert "right by luck" in said
    covered = dict(state.words(PATHS, made, None, state.running_vote(PATHS)))
    assert not {"the right answer", "right by luck", "with a wrong step"} & set(covered)
