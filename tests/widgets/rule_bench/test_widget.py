"""RuleBench without a browser: what its actions change, what they refuse, and how it trains."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from asking import ask
from gptedu.widgets import RuleBench
from tiny_bench import TESTED, TRAIN, bench, tiny_start

HANG = 300


@pytest.fixture
def rules_only():
    return RuleBench()


def row(widget, name):
    return next(each for each in widget.view["rules"] if each["class"] == name)


def test_a_rule_is_written_and_hits_at_once(rules_only):
    assert rules_only.view["wrong"] > 20
    assert ask(rules_only, "write", name="refused well", pattern=r"\bsorry\b", part="reply")
    found = row(rules_only, "refused well")
    assert found["hits"] > 0
    assert 0 < found["precision"] < 1  # some are written to deceive
    assert ask(rules_only, "fall_back", name="disallowed")
    assert {tuple(each["given"]) for each in rules_only.view["replies"]} >= {("disallowed",)}
    assert ask(rules_only, "write", name="refused well", pattern="")
    assert row(rules_only, "refused well")["pattern"] == ""
    assert rules_only.rules == {}


@pytest.mark.parametrize(
    ("action", "arguments", "words"),
    [
        ("write", {"name": "rude", "pattern": "x"}, "rude"),
        ("write", {"name": "safe", "pattern": "(("}, "cannot be read"),
        ("write", {"name": "safe", "pattern": r"(\w+\s?)+:"}, "was stopped after"),
        ("write", {"name": "safe", "pattern": "x", "part": "text"}, "text"),
        ("fall_back", {"name": "rude"}, "rude"),
        ("pay", {"kind": "allowed", "name": "safe", "reward": 99}, "99"),
        ("pay", {"kind": "allowed", "name": "safe", "reward": "much"}, "much"),
        ("take", {"preset": "mine"}, "mine"),
        ("judge", {"name": "nobody"}, "nobody"),
        ("turn", {"tab": "prices"}, "prices"),
        ("start", {"steps": 5}, "no model to train"),
    ],
)
def test_what_makes_no_sense_is_one_sentence_and_changes_nothing(
    rules_only, action, arguments, words
):
    before = rules_only.view
    assert not ask(rules_only, action, **arguments)
    assert words in rules_only.error
    assert {**rules_only.view, "steps": 0} == {**before, "steps": 0}


def test_rewards_are_changed_one_by_one_or_as_a_table(rules_only):
    assert ask(rules_only, "pay", kind="disallowed", name="safe", reward=0.5)
    assert rules_only.view["table"]["disallowed"][3] == 0.5
    assert not any(on for _, on in rules_only.view["presets"])
    assert ask(rules_only, "take", preset="refusing pays")
    assert "always refuse" in rules_only.view["wants"]
    assert [name for name, on in rules_only.view["presets"] if on] == ["refusing pays"]


def test_a_run_moves_a_point_and_other_rewards_begin_another_one():
    widget = bench(steps=2)
    with pytest.raises(ValueError, match="no model has been trained"):
        _ = widget.model
    widget.run(progress=False)
    (trail,) = widget.view["trails"]
    assert [step for _, _, step in trail["points"]] == [0, 2]
    assert trail["name"] == "1: both sides, the exact rules"
    first = widget.model
    widget.run(1, progress=False)
    assert widget.model is first
    assert widget.view["step"] == 3
    assert ask(widget, "take", preset="refusing pays")
    assert widget.view["step"] == 0
    widget.run(1, progress=False)
    assert widget.model is not first
    assert [each["now"] for each in widget.view["trails"]] == [False, True]
    assert [each.step for each in widget.ends("both sides")] == [0, 3]
    assert [each.step for each in widget.ends("refusing pays")] == [0, 1]
    with pytest.raises(ValueError, match="no run had the table 'your table'"):
        widget.ends("your table")
    assert ask(widget, "judge", name="own")
    assert ask(widget, "start", steps=1)
    assert widget._training.wait(HANG)
    assert widget.view["trails"][-1]["name"] == "3: refusing pays, your rules"
    assert {each["kind"] for each in widget.view["samples"]} >= {"asks for another's"}
    assert ask(widget, "forget")
    assert widget.view["trails"] == []


def test_a_rule_of_ones_own_is_a_new_judge_only_where_it_judges():
    widget = bench(steps=1)
    widget.run(progress=False)
    assert ask(widget, "write", name="safe", pattern="gladly")
    assert widget.view["step"] == 1
    assert ask(widget, "judge", name="own")
    widget.run(progress=False)
    assert ask(widget, "write", name="safe", pattern="gladly!")
    assert widget.view["step"] == 0


def test_rules_may_come_from_another_bench():
    first = RuleBench()
    first.write("safe", "gladly")
    assert RuleBench(rules=first.rules).view["rules"] == first.view["rules"]
    with pytest.raises(ValueError, match="rude"):
        RuleBench(rules={"rude": first.rules["safe"]})


def test_while_it_trains_rewards_stay(monkeypatch):
    widget = bench(steps=1)
    widget.run(progress=False)
    monkeypatch.setattr(type(widget._training), "running", property(lambda self: True))
    assert not ask(widget, "take", preset="refusing pays")
    assert "pause it first" in widget.error


def test_what_fails_in_a_step_is_said_and_raised(monkeypatch):
    widget = bench(steps=3)

    def fails(self):
        raise ValueError("the reward gives nan")

    monkeypatch.setattr("gptedu.safety.tracked.TrackedRun.step", fails)
    with pytest.raises(ValueError, match="gives nan"):
        widget.run(progress=False)
    assert widget.error == "Training stopped. The reward gives nan."


def test_a_run_that_fails_before_its_first_point_leaves_no_line(monkeypatch):
    widget = bench(steps=1)

    def fails(self):
        raise ValueError("nothing can be read")

    with monkeypatch.context() as broken:
        broken.setattr("gptedu.safety.tracked.TrackedRun.look", fails)
        with pytest.raises(ValueError, match="nothing can be read"):
            widget.run(progress=False)
    assert ask(widget, "take", preset="refusing pays")
    assert widget.view["trails"] == []
    with pytest.raises(ValueError, match="no run had the table 'both sides'"):
        widget.ends("both sides")
    widget.run(progress=False)
    assert [len(each["points"]) for each in widget.view["trails"]] == [2]


def test_requests_are_asked_for():
    with pytest.raises(ValueError, match="give train and tested as well"):
        RuleBench(start=tiny_start(), train=TRAIN)
    with pytest.raises(ValueError, match="there are no replies"):
        RuleBench([])
    one_kind = bench(tested=[each for each in TESTED if each.allowed])
    with pytest.raises(ValueError, match="all requests are of one kind"):
        one_kind.run(1, progress=False)


@pytest.mark.parametrize("tab", ["rules", "rewards"])
def test_each_tab_has_a_picture_that_says_what_the_view_says(tab):
    widget = bench(steps=1)
    widget.write("disallowed", "in the")
    widget.run(progress=False)
    widget.turn(tab)
    picture = widget.picture()
    image = Image.open(io.BytesIO(picture.png))
    assert image.size == (2 * picture.width, 2 * picture.height)
    if tab == "rules":
        assert f"{widget.view['wrong']} of 40 replies" in picture.alt
    else:
        assert widget.view["says"][0][1] in picture.alt
        assert widget.view["wants"] in picture.alt
