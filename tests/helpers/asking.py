"""Requests as a view sends them."""

from __future__ import annotations

import itertools
from typing import Any

NUMBERS = itertools.count(1)


def ask(widget: Any, do: Any, when: dict[str, Any] | None = None, **given: Any) -> bool:
    """Ask `widget` for an action; whether it answers that all went well."""
    (ok,) = ask_at_once(widget, {"do": do, "with": given, "when": when or {}})
    return ok


def ask_at_once(widget: Any, *requests: dict[str, Any]) -> list[bool]:
    """Several requests in one message, as they come when a kernel was busy."""
    number = f"test {next(NUMBERS)}"
    widget._handle_custom_msg({"id": number, "requests": list(requests)}, [])
    assert widget.answered["id"] == number
    return widget.answered["ok"]
