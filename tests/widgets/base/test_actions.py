"""Requests of a view: which are done, in what order, what is answered, and when."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import traitlets

from asking import ask, ask_at_once
from gptedu.widgets.base.actions import action
from gptedu.widgets.base.widget import Widget


class Counter(Widget):
    """Counts what it is asked for."""

    _esm = "export default {}"
    _css = ""
    large = traitlets.List().tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self.view = {"count": 0}
        self.inside = self.renewed = 0

    @action
    def add(self, number: int = 1) -> None:
        """Count on."""
        self.inside += 1
        assert self.inside == 1, "two at once"
        if number < 0:
            self.inside -= 1
            raise ValueError(f"number is {number}: give 0 or more")
        self.view = {"count": self.view["count"] + number}
        self.inside -= 1

    @action
    def stop(self) -> None:
        """As ■ does."""
        raise KeyboardInterrupt

    @action
    def fail(self) -> None:
        """As a mistake of ours does."""
        raise RuntimeError("no such thing")

    def secret(self) -> None:
        raise AssertionError("this is no action")

    def renew(self) -> None:
        self.renewed += 1


@pytest.fixture
def widget() -> Counter:
    return Counter()


def test_an_action_is_done_and_answered(widget: Counter) -> None:
    assert ask(widget, "add")
    assert ask(widget, "add", number=4)
    assert widget.view == {"count": 5}
    assert widget.error == ""


@pytest.mark.parametrize(
    "name", ["secret", "caption", "__init__", "_answer", "view", "", None, 3, "nothing", "renew"]
)
def test_nothing_but_an_action_is_done(widget: Counter, name: Any) -> None:
    assert not ask(widget, name)
    assert widget.error == f"Counter cannot do {name!r}."


@pytest.mark.parametrize("given", [{"numbers": 1}, {"number": 1, "more": 2}])
def test_arguments_that_it_does_not_have_are_named(widget: Counter, given: dict[str, Any]) -> None:
    assert not ask_at_once(widget, {"do": "add", "with": given})[0]
    assert "cannot do 'add' so" in widget.error
    assert widget.view == {"count": 0}


def test_what_goes_wrong_is_one_sentence_until_something_goes_well(widget: Counter) -> None:
    assert not ask(widget, "add", number=-1)
    assert widget.error == "Number is -1: give 0 or more."
    assert not ask(widget, "fail")
    assert widget.error == "Something went wrong in the widget: no such thing."
    assert ask(widget, "add")
    assert (widget.error, widget.view) == ("", {"count": 1})


def test_a_stale_request_is_ignored_and_answered(widget: Counter) -> None:
    assert ask(widget, "add", when={"count": 0})
    assert ask(widget, "add", when={"count": 0})  # a second click on what has gone
    assert (widget.view, widget.error) == ({"count": 1}, "")


def test_requests_of_one_message_are_done_in_order(widget: Counter) -> None:
    add = {"do": "add"}
    ok = ask_at_once(widget, add, {"do": "no"}, {**add, "when": {"count": 1}}, {**add, "when": {}})
    assert ok == [True, False, True, True]
    assert widget.view == {"count": 3}
    assert ask_at_once(widget) == []


def test_an_interrupt_is_answered_as_well(widget: Counter) -> None:
    with pytest.raises(KeyboardInterrupt):
        widget._answer(None, {"id": "me", "requests": [{"do": "add"}, {"do": "stop"}]}, [])
    assert widget.answered == {"id": "me", "ok": [True, False]}
    assert ask(widget, "add")  # the lock is free again


def test_an_action_sees_the_model_as_it_is(widget: Counter) -> None:
    widget.add()
    ask(widget, "add")
    assert widget.renewed == 2
    widget.add.__wrapped__(widget)  # type: ignore[attr-defined]
    assert widget.renewed == 2


def test_the_answer_comes_behind_the_state(
    widget: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A view may then take its state to be that of after the action."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(widget, "send_state", lambda key=None: sent.append(_state(widget, key)))
    ask(widget, "add")
    ask_at_once(widget, *[{"do": "add"}] * 3)
    assert [sorted(each) for each in sent] == [["view"], ["answered"], ["view"], ["answered"]]
    assert sent[2]["view"] == {"count": 4}  # once for the three of them


def _state(widget: Widget, key: Any) -> dict[str, Any]:
    names = {key} if isinstance(key, str) else set(key)
    return {name: getattr(widget, name) for name in names}


def test_actions_run_one_at_a_time_whoever_asks(widget: Counter) -> None:
    def press() -> None:
        for _ in range(200):
            widget._handle_custom_msg({"id": "me", "requests": [{"do": "add"}]}, [])

    threads = [threading.Thread(target=press) for _ in range(4)]
    for each in threads:
        each.start()
    for _ in range(200):
        widget.add()
    for each in threads:
        each.join(30)
    assert widget.view == {"count": 1000}
